"""The words of the room: a frozen baseline, a week since, what was saved, and the verdict. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(days=56)  # before the measure: eight weeks, as of every other baseline
WEEK = timedelta(days=7)
ENOUGH_WEEKS = 4  # that could be compared, before anything is judged
LAST_WEEK = 12  # after which an effect that cannot be told from chance is looked at no more
LEAST_DAYS, LEAST_EVENTS, LEAST_WEEKS = 14, 20, 2  # of a baseline
MOST_APART = 0.2  # share of the kg that may be estimated in another way than the baseline's, or be of another kind
WORKED_OUT = "verify"  # who judged, where no person did


class Verdict(StrEnum):
    """What is known of a measure's effect."""

    VERIFIED = "verified"
    NOT_EFFECTIVE = "not_effective"
    WAITING = "waiting"
    INCONCLUSIVE = "inconclusive"
    NOT_OBSERVABLE = "not_observable"
    NO_BASELINE = "no_baseline"


FINAL = (Verdict.VERIFIED, Verdict.NOT_EFFECTIVE)
"""Verdicts that move the recommendation on."""


class Driver(StrEnum):
    """What the emissions of an entity are taken to follow, with or without the measure."""

    ACTIVITY = "activity"
    TONNES = "tonnes"
    TRIPS = "trips"
    TIME = "time"


@dataclass(frozen=True)
class Sight:
    """In what a measure's effect would show, told from what it acts on.

    `fields` are inputs of the estimator that the measure changes; where an event tells one of them, its estimate shows
    the effect, and else only where fuel or energy was measured. `blind`: why no event can show it.
    """

    fields: tuple[str, ...] = ()
    moves_goods: bool = False  # fewer km or fuller runs: a tonne-kilometre is no measure of what was to be done
    changes_vehicle: bool = False
    blind: str | None = None


@dataclass(frozen=True)
class Spread:
    """How far the entity was from its own baseline, relative to it.

    `day` and `week` are standard deviations; `week` is what the weeks differ by beyond what their days explain.
    `autocorrelation` is of one day with the next.
    """

    day: float
    week: float
    autocorrelation: float
    days: int
    weeks: int
    parameters: int


@dataclass(frozen=True)
class Formula:
    """Kg CO2e that an event leads to expect.

    By activity, tonnes or trips: `rates` are kg per unit, by the kind of unit. By time: `means` are kg per event of
    each of `cells` parts of the week (1; 48: hour and day type; 168: hour of the week; null: never seen), `usual` the
    mean activity there, and `slope` kg per unit of activity above it (0: activity explained nothing). Hours are UTC.
    """

    driver: Driver
    rates: Mapping[str, float] = field(default_factory=dict)
    cells: int = 0
    means: tuple[float | None, ...] = ()
    usual: tuple[float | None, ...] = ()
    slope: float = 0.0

    @property
    def parameters(self) -> int:
        """How many figures of a day were fitted: by time, one for each day it tells apart."""
        return max(1, len(self.rates), self.cells // 24) + (self.slope != 0)


@dataclass(frozen=True)
class Model:
    """What the entity would emit for the same activity, and how sure that is.

    `kg_per_day` and `events_per_day` are of days with events; `lowest` and `highest` bound the activity that was seen
    (null: it has none); `bases` are shares of the kg by how they were estimated.
    """

    formula: Formula
    spread: Spread
    kg_per_day: float
    events_per_day: float
    bases: Mapping[str, float]
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Obstacle:
    """Why no saving can be measured."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Baseline:
    """The counterfactual of one recommendation, never changed once stored; `of` is its model or why there is none."""

    window_start: datetime
    window_end: datetime
    events: int
    days: int
    of: Model | Obstacle


@dataclass(frozen=True)
class Amount:
    """Kg CO2e saved, with its 95 % interval."""

    kg: float
    low_kg: float
    high_kg: float


@dataclass(frozen=True)
class Counted:
    """Events of a week, by whether they were compared."""

    events: int
    filled: int
    filled_kg: float
    unestimated: int
    unmatched: int


@dataclass(frozen=True)
class Week:
    """One week after the measure; without a saving `reason` says why it cannot be compared.

    `so_far` is of this and the weeks before that could be.
    """

    week: int
    starts_at: datetime
    ends_at: datetime
    counted: Counted
    actual_kg: float | None = None
    counterfactual_kg: float | None = None
    saving: Amount | None = None
    so_far: Amount | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Judgement:
    """The verdict on a measure's effect, why, and what it rests on."""

    verdict: Verdict
    reason: str
    weeks: int
    saved: Amount | None = None


@dataclass(frozen=True)
class Implemented:
    """A recommendation that was implemented, as far as its effect is concerned.

    `promised_kg` is per 28 days, as it was proposed; null: nothing was promised. `others` are measures implemented at
    the same entity so near in time that their effects cannot be told apart, by id with the moment of each. `since` and
    `until` are the moments of the measures there right before and right after all these, if any: what the entity emits
    between them is not of those.
    """

    id: int
    status: str
    entity: str
    entity_type: str
    event_type: str
    measure_id: str
    title: str
    implemented_at: datetime
    acts_on: str | None
    reduction_basis: str | None
    promised_kg: float | None
    promised_low_kg: float | None
    promised_high_kg: float | None
    episode_start: datetime
    episode_end: datetime
    others: Mapping[int, datetime] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
