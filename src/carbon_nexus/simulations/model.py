"""The words of the room: a scenario and what its changes come to."""

from dataclasses import dataclass
from typing import Any

from carbon_nexus.predictions.features import Features

LARGEST_BATCH = 1000
UNKNOWN_TYPE = "unknown_scenario_type"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One what-if question: the same event with its features as they are and as they would be.

    `changes` are as the caller wrote them; `changed_to` holds the value each changed field has come to, and `notes`
    say what had to follow from a change.
    """

    baseline: Features
    modified: Features
    changes: dict[str, Any]
    changed_to: dict[str, Any]
    notes: tuple[str, ...] = ()
