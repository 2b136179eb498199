"""The words of a hotspot: thresholds, findings, episodes, and what changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

QUIET = timedelta(hours=24)  # of reports without a finding; leaving after 24 quiet hours halves the flapping


class Severity(StrEnum):
    """How far above typical, in rising order."""

    INFO = "info"
    WARN = "warn"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 2 for critical."""
        return list(Severity).index(self)


class Status(StrEnum):
    """Where a hotspot is in its life."""

    ACTIVE = "active"
    RESOLVED = "resolved"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Thresholds:
    """Smallest ratio actual / typical of each severity."""

    info: float
    warn: float
    critical: float


class Subject(NamedTuple):
    """What a hotspot is about: at most one is active for each subject."""

    entity: str
    entity_type: str
    event_type: str


@dataclass(frozen=True)
class Finding:
    """The events of one subject in one batch that reach the info threshold; the worst one speaks for them."""

    subject: Subject
    event_id: int
    actual_kg: float
    typical_kg: float
    severity: Severity
    event_count: int
    first_event_at: datetime
    last_event_at: datetime

    @property
    def percent_above(self) -> float:
        """How far the worst event is above typical, in percent; negative when below."""
        return (self.actual_kg / self.typical_kg - 1) * 100


@dataclass(frozen=True)
class Episode:
    """A hotspot as stored."""

    id: int
    subject: Subject
    severity: Severity
    event_id: int
    actual_kg: float
    typical_kg: float
    percent_above: float
    event_count: int
    first_event_at: datetime
    last_event_at: datetime


class Change(StrEnum):
    """What a batch does to a subject's episode."""

    OPENED = "opened"
    ESCALATED = "escalated"
    CONTINUED = "continued"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Transition:
    """One change with its reason. `episode` is the one it acts on (None: a new one), `finding` what caused it.

    `ended`: the same batch goes on for the quiet time after its last finding, so the episode is over as well.
    """

    change: Change
    reason: str
    episode: Episode | None
    finding: Finding | None
    ended: bool = False


@dataclass(frozen=True)
class HotspotChange:
    """A transition that was stored: what the alerts and the recommendations go by."""

    hotspot_id: int
    change: Change
    reason: str
    subject: Subject
    severity: Severity
    percent_above: float
    actual_kg: float
    typical_kg: float
