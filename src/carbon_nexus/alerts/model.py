"""The words of an alert: states, signals, transitions, silences and mute timings."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from carbon_nexus.hotspots.model import Severity
from carbon_nexus.rules.model import Matcher, RuleKind

EVALUATION = "evaluation"  # who acts where nobody does
CHANGING_LABELS = ("kind", "severity")  # what an alert is about stays the same while these change


class State(StrEnum):
    """Where an alert is in its life; all but the last are open."""

    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    NO_DATA = "no_data"
    RESOLVED = "resolved"


class Seen(StrEnum):
    """How something is at the moment: there, there but quiet just now, or not there any more."""

    PRESENT = "present"
    RECOVERING = "recovering"
    GONE = "gone"


class Action(StrEnum):
    """What happened to an alert, as its timeline names it."""

    STATE = "state"
    LEVEL = "level"
    EPISODE = "episode"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    ASSIGNED = "assigned"
    COMMENT = "comment"
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    MUTED = "muted"


CHANGED = {
    Action.STATE: "state",
    Action.LEVEL: "level",
    Action.EPISODE: "hotspot_id",
    Action.ACKNOWLEDGED: "acknowledged_by",
    Action.UNACKNOWLEDGED: "acknowledged_by",
    Action.ASSIGNED: "assignee",
    Action.SILENCED: "silenced_by",
    Action.INHIBITED: "inhibited_by",
    Action.MUTED: "muted_by",
}
"""What of an alert an action changes; a comment changes nothing."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What is seen now of one thing that a rule watches.

    `since` is when it became so; None: not known, and counted from when it was first looked at. `data_missing` says why
    nothing can be said of it at the moment; None: its data come in. `reason` is why it is seen as it is.
    """

    fingerprint: str
    rule: str
    kind: RuleKind
    labels: Mapping[str, str]
    seen: Seen
    severity: Severity
    message: str
    reason: str
    since: datetime | None = None
    data_missing: str | None = None
    hotspot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as stored; `id` is 0 until it is. Its three reasons to be quiet stand beside its state."""

    id: int
    fingerprint: str
    rule: str
    kind: RuleKind
    level: Severity
    message: str
    labels: Mapping[str, str]
    state: State
    state_reason: str
    state_since: datetime
    created_at: datetime
    hotspot_id: int | None = None
    runbook_url: str | None = None
    fired_at: datetime | None = None
    resolved_at: datetime | None = None
    acknowledged: bool = False
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    assignee: str | None = None
    silenced_by: tuple[int, ...] = ()
    inhibited_by: tuple[int, ...] = ()
    muted_by: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it can still change by itself."""
        return self.state is not State.RESOLVED

    @property
    def has_fired(self) -> bool:
        """Whether it ever got beyond waiting."""
        return self.fired_at is not None or self.state in (State.FIRING, State.RECOVERING)

    @property
    def matched_labels(self) -> dict[str, str]:
        """What the matchers of silences, mute timings and inhibitions see: its labels, its rule and its level."""
        return {**self.labels, "rule": self.rule, "severity": self.level.value}


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of an alert with its reason: what it was before and after, and the whole `alert` as it is then."""

    action: Action
    before: str | None
    after: str | None
    reason: str
    alert: Alert
    actor: str = EVALUATION

    @property
    def opens(self) -> bool:
        """Whether the alert is new by it."""
        return self.action is Action.STATE and self.before is None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move is not legal, in a sentence that names the state it met."""

    reason: str


@dataclass(frozen=True)
class Silence:
    """Alerts that match are quiet from `starts_at` until before `ends_at`, for a reason somebody gave."""

    id: int
    matchers: tuple[Matcher, ...]
    reason: str
    created_by: str
    starts_at: datetime
    ends_at: datetime


class SilenceState(StrEnum):
    """Where a silence is in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Interval:
    """Times that recur: on all the days that match every list that is not empty, within one of the times.

    `weekdays` are 0 (Monday) to 6, `days_of_month` 1 to 31 or -1 (the last) to -31, `months` 1 to 12; `times` are
    minutes of the day by the clock on the wall, the end excluded; none is the whole day.
    """

    weekdays: frozenset[int] = frozenset()
    days_of_month: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    times: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class MuteTiming:
    """Alerts that match (all, without matchers) are quiet within any of the intervals, by the time of the zone."""

    name: str
    time_zone: str
    intervals: tuple[Interval, ...]
    matchers: tuple[Matcher, ...] = field(default=())


def fingerprint_of(rule: str, labels: Mapping[str, str]) -> str:
    """What tells alerts apart: 16 hexadecimal digits of the rule's name and the labels that do not change.

    The migration of alerts from before makes the same digits in SQL.
    """
    told = [f"{name}={labels[name]}" for name in sorted(labels) if name not in CHANGING_LABELS]
    return hashlib.sha256("\n".join([rule, *told]).encode()).hexdigest()[:16]
