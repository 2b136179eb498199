"""The words of the room: proposal, and the life of a recommendation. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where a recommendation is in its life."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    IMPLEMENTED = "implemented"


class Decision(StrEnum):
    """What a person may say to a pending recommendation."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True)
class Refusal:
    """Why a decision was not taken."""

    reason: str


@dataclass(frozen=True)
class Proposal:
    """A recommendation before it has a row. Savings in kg CO2e per 28 days; `feasibility` 0-10, `confidence` 0-1."""

    measure_id: str
    title: str
    description: str
    co2_reduction_kg: float
    saving_low_kg: float
    saving_high_kg: float
    cost_impact: str
    feasibility: int
    confidence: float
    root_cause: str
    provenance: Mapping[str, Any]
