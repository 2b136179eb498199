"""The words of a hotspot: findings, episodes, and what changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from carbon_nexus.baselines.model import Metric as Metric  # of the baseline that something is compared with

QUIET = timedelta(hours=24)  # of reports without a sign, where no rule says otherwise: it halves the flapping
MOMENT = timedelta(microseconds=1)  # the least that the clock tells apart
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


class Kind(StrEnum):
    """What an episode looks like, in the order in which one turns into another."""

    SPIKE = "spike"
    SUSTAINED = "sustained"
    DRIFT = "drift"
    LEVEL_SHIFT = "level_shift"

    @property
    def rank(self) -> int:
        """0 for spike to 3 for level_shift."""
        return list(Kind).index(self)


class Verdict(StrEnum):
    """What people say of a hotspot."""

    USEFUL = "useful"
    NOT_A_PROBLEM = "not_a_problem"


class Subject(NamedTuple):
    """What a hotspot is about: at most one is active for each subject."""

    entity: str
    entity_type: str
    event_type: str
    metric: str = Metric.INTENSITY.value


@dataclass(frozen=True)
class Finding:
    """Events of one subject in one batch that stand out, without a quiet time between them; the worst speaks for them.

    `event_count` is of the events that stand out; `excess_kg` (actual less typical) from the first of them to the last
    sign, `leading_kg` of the signs before. With a count of zero there were only signs that an episode goes on.
    `reported_before` is when the subject last reported in the batch before the first of them; None: not at all.
    `shifted`: the last of them made their level the usual one.
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
    peak_at: datetime | None = None
    excess_kg: float = 0.0
    leading_kg: float = 0.0
    chance_per_week: float | None = None
    typical_low_kg: float | None = None
    typical_high_kg: float | None = None
    drifting: bool = False
    shifted: bool = False
    policy: str = "ratio"
    rule: str = "default"

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
    peak_at: datetime | None = None
    excess_kg: float | None = None
    chance_per_week: float | None = None
    typical_low_kg: float | None = None
    typical_high_kg: float | None = None
    kind: Kind = Kind.SPIKE
    policy: str = "ratio"

    @property
    def last_moment(self) -> datetime:
        """The last moment of the episode; a day stands at its beginning."""
        whole = timedelta(days=1) - MOMENT if self.subject.metric == Metric.ABSOLUTE else timedelta()
        return self.last_event_at + whole

    @property
    def end(self) -> datetime:
        """The first moment after the episode."""
        return self.last_moment + MOMENT


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

    `ended`: why the episode is over as well; empty: it is not.
    """

    change: Change
    reason: str
    episode: Episode | None
    finding: Finding | None
    ended: str = ""


@dataclass(frozen=True)
class HotspotChange:
    """A transition that was stored: what the alerts and the recommendations go by.

    `severity_before` is that of the hotspot as it was; None: it is new.
    """

    hotspot_id: int
    change: Change
    reason: str
    subject: Subject
    severity: Severity
    percent_above: float
    actual_kg: float
    typical_kg: float
    rule: str = "default"
    severity_before: Severity | None = None
