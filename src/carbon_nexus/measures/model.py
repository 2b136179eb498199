"""The words of the room: a measure, and what it would have saved. Standard library only."""

from dataclasses import dataclass

from carbon_nexus.errors import NotFound


class UnknownMeasure(NotFound):
    """The library has no measure with this id."""

    code = "unknown_measure"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that can be done, as published: what it acts on, how much it saves there, when it fits.

    The reductions are percent of `reduction_basis`. `condition` is what must hold and, where the events cannot tell,
    what a person has to check. `evidence_grade`: A official statistics or identity, B study or programme result,
    C single cases or unverified. `left_out_because` is empty for measures the estimator can simulate.
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


@dataclass(frozen=True, slots=True)
class Saving:
    """What a measure would have saved on an entity's events: kg CO2e over the same events, low to high.

    `affected_events` are those it acts on and that have an estimate before and after; `affected_kg` is their CO2e.
    """

    measure_id: str
    low_kg: float
    typical_kg: float
    high_kg: float
    affected_events: int
    affected_kg: float
