"""The words of a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class RuleKind(StrEnum):
    """What a rule watches."""

    HOTSPOT = "hotspot"
    MISSING_DATA = "missing_data"
    DATA_QUALITY = "data_quality"
    BUDGET = "budget"
    FORECAST = "forecast"


class PolicyKind(StrEnum):
    """How a hotspot is told from an ordinary day: `ratio` is the original's rule, `adaptive` the default."""

    ADAPTIVE = "adaptive"
    RATIO = "ratio"


class Operator(StrEnum):
    """How a label is compared: equal, not equal, or like a pattern in which * stands for anything."""

    IS = "="
    IS_NOT = "!="
    LIKE = "~"


@dataclass(frozen=True)
class Matcher:
    """One condition on one label: `entity = plant-7`, `entity_type != supplier`, `entity ~ plant-*`."""

    label: str
    operator: Operator
    value: str


@dataclass(frozen=True)
class Policy:
    """When something stands out.

    `info`, `warn` and `critical` are the smallest ratios of actual to typical of each severity. `adaptive` also asks
    that the event be unusual for its season cell: by chance it would come at most `false_alarms_per_week` times a week
    (half of that for critical). An event below `clear_ratio` is no sign that the episode goes on, and the episode is
    over once the entity has reported for `keep_firing_for` without a sign.
    """

    kind: PolicyKind
    info: float
    warn: float
    critical: float
    false_alarms_per_week: float
    clear_ratio: float
    keep_firing_for: timedelta
    min_excess_kg: float = 0.0


@dataclass(frozen=True)
class Budget:
    """An amount of emissions that must not be passed within each calendar period (UTC): day, week or month."""

    amount_kg: float
    period: str
    warn_share: float = 0.8


@dataclass(frozen=True)
class Foresight:
    """What is to be told before it happens: within `within_days` (today the first) a day's forecast emissions are more
    than `ratio` times its typical ones (`against` typical), or a month's sum passes its target (`against` target).

    It counts from a `chance` of so much on. `ratio` is None of targets.
    """

    against: str
    chance: float = 0.8
    within_days: int = 7
    ratio: float | None = None


@dataclass(frozen=True)
class Inhibition:
    """An alert of the rule waits while an open alert that matches has the same values of the labels in `equal`."""

    matchers: tuple[Matcher, ...]
    equal: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """What is watched, what counts, and how it is told.

    `overrides` are policies of single entities. `pending_for` (spelt `for` outside) is how long the condition holds
    before the alert fires; alerts of a rule that agree in the labels of `group_by` are told together, and again after
    `repeat_interval` while they fire. `min_score` (0 to 100) belongs to data quality.
    """

    name: str
    kind: RuleKind
    policy: Policy | None = None
    matchers: tuple[Matcher, ...] = ()
    overrides: Mapping[str, Policy] = field(default_factory=dict)
    pending_for: timedelta = timedelta(0)
    keep_firing_for: timedelta = timedelta(0)
    group_by: tuple[str, ...] = ()
    repeat_interval: timedelta = timedelta(hours=12)
    runbook_url: str | None = None
    receivers: tuple[str, ...] = ()
    inhibited_by: Inhibition | None = None
    budget: Budget | None = None
    forecast: Foresight | None = None
    min_score: float | None = None
    enabled: bool = True
