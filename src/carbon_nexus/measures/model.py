"""The words of the room: a measure, what it changes, and what it would have saved. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from carbon_nexus.errors import NotFound


class UnknownMeasure(NotFound):
    """There is no measure with this id."""

    code = "unknown_measure"


@dataclass(frozen=True, slots=True)
class Only:
    """On which events a measure acts; what is empty leaves none out.

    Vehicle classes and fuels as events resolve to them; `at_least` and `at_most` bound inputs by name, both included.
    """

    vehicle_types: tuple[str, ...] = ()
    fuel_types: tuple[str, ...] = ()
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What a measure of people's own changes: one input, which falls by the reduction, or the vehicle and its fuel.

    With `input` null it puts the vehicle class or fuel given here (either may be null: it stays) in the place of the
    event's own.
    """

    input: str | None = None
    vehicle_type: str | None = None
    fuel_type: str | None = None
    only: Only = field(default_factory=Only)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that can be done: what it acts on, how much it saves there, when it fits.

    The reductions are percent of `reduction_basis`. `condition` is what must hold and, where the events cannot tell,
    what a person has to check. `evidence_grade`: A official statistics or identity, B study or programme result,
    C single cases or unverified. `left_out_because` is empty for measures the estimator can simulate.

    Measures of people's own have a `version`, and a `change` where they can be simulated; packaged ones have neither
    (see `changes`). Investment and saving per year are in `currency`, null: not told.
    """

    id: str
    event_type: str
    title: str
    description: str
    acts_on: str
    reduction_low_pct: float
    reduction_typical_pct: float
    reduction_high_pct: float
    reduction_basis: str
    cost_impact: str
    feasibility: str
    condition: str
    evidence_grade: str
    source: str
    year: str
    url: str
    left_out_because: str
    version: int | None = None
    change: Change | None = None
    investment: float | None = None
    saving_per_year: float | None = None
    currency: str | None = None

    @property
    def payback_months(self) -> float | None:
        """Months until the saving has paid the investment back; null where one of them is not told."""
        if self.investment is None or not self.saving_per_year:
            return None
        return self.investment / self.saving_per_year * 12


@dataclass(frozen=True, slots=True)
class Saving:
    """What a measure would have saved on an entity's events: kg CO2e over the same events, low to high.

    `affected_events` are those it acts on and that have an estimate before and after; `affected_kg` is their CO2e.
    `case` tells whose events they are where those of several cases were simulated at once.
    """

    measure_id: str
    low_kg: float
    typical_kg: float
    high_kg: float
    affected_events: int
    affected_kg: float
    case: int = 0
