"""The words of a hotspot: thresholds, findings, episodes, and what changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

QUIET = timedelta(hours=24)  # of reports without a finding; leaving after 24 quiet hours halves the flapping
AHEAD = timedelta(days=1)  # clocks may be off by this much; an event of later than that tells nothing of what is over


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
    """Events of one subject in one batch that reach the info threshold, without a quiet time between them.

    The worst one speaks for them. `reported_before` is when the subject last reported in the batch before the first of
    them; None: not at all.
    """

    subject: Subject
    event_id: int
    actual_kg: float
    typical_kg: float
    severity: Severity
    event_count: int
    first_event_at: datetime
    last_event_at: datetime
    reported_before: datetime | None = None

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
    status: Status = Status.ACTIVE


class Span(NamedTuple):
    """What a subject reported from `first` to `last`, both included."""

    subject: Subject
    first: datetime
    last: datetime


class Change(StrEnum):
    """What happens to a subject's episode; corrected: one that is over, or one whose events were taken back."""

    OPENED = "opened"
    ESCALATED = "escalated"
    CONTINUED = "continued"
    CORRECTED = "corrected"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Transition:
    """One change with its reason. `episode` is the one it acts on (None: a new one), `finding` what caused it.

    `ended`: the subject went on reporting for the quiet time after its last finding, so the episode is over as well.
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
