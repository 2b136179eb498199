"""Which measure comes first for a hotspot, and why. Pure.

Measures that act on the diagnosed cause come before the others; among equals the larger expected saving: what the
simulation says, times how sure its source is, times how easily it is done. The largest promise is not always first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from carbon_nexus.measures.model import Measure, Saving
from carbon_nexus.recommendations.model import Cause

# Our reading of the library's words on a scale of ten; the words stand in the provenance.
FEASIBILITY = {"high": 8, "medium": 5, "low-medium": 4, "low": 2}
# And of its evidence grades: official statistics, a study or programme, single or unverified cases.
CONFIDENCE = {"A": 0.8, "B": 0.6, "C": 0.3}

NOT_ON_IT, UNKNOWN = "does not act on the cause itself", "the cause is not known"

ADDRESSES: dict[Cause, frozenset[str]] = {
    Cause.LOAD: frozenset({"M03", "M04"}),
    Cause.SPEED: frozenset({"M02", "M08", "M16"}),
    Cause.STOPS: frozenset({"M10", "M15", "M16", "M22"}),
    Cause.DENSITY: frozenset({"M15", "M18", "M19", "M20", "M21", "M23"}),
    Cause.VEHICLE: frozenset({"M05", "M18", "M24"}),
    Cause.FUEL: frozenset({"M11", "M12", "M13", "M17"}),
    Cause.CONSUMPTION: frozenset({"M01", "M07", "M09", "M22"}),
    Cause.VOLUME: frozenset({"M15"}),
    Cause.COOLING: frozenset({"M26", "M27", "M28", "M32", "M39"}),
    Cause.PROCESS: frozenset({"M36", "M37"}),
    Cause.HOURS: frozenset({"M40"}),
    Cause.ENERGY_USE: frozenset({"M25", "M35", "M36", "M40", "M41"}),
    Cause.FUEL_USE: frozenset({"M29", "M37"}),
    Cause.GRID: frozenset({"M33", "M34", "M42"}),
}
"""The packaged measures that act on each cause."""

# Not the load: less of it is the cause, and such a measure lowers it.
_OF_INPUT = {
    **{"speed": Cause.SPEED, "energy_kwh": Cause.ENERGY_USE, "gas_kwh": Cause.FUEL_USE},
    **dict.fromkeys(("stop_events", "idle_hours", "traffic_score"), Cause.STOPS),
    **dict.fromkeys(("distance_km", "delivery_count"), Cause.DENSITY),
    **{"fuel_litres": Cause.CONSUMPTION, "furnace_usage": Cause.PROCESS, "shift_hours": Cause.HOURS},
    **dict.fromkeys(("cooling_load", "refrigeration_load", "temperature"), Cause.COOLING),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A measure with its saving, its place (from 1; null: it was not compared), and the reason for the place."""

    measure: Measure
    saving: Saving
    rank: int | None
    addresses_cause: bool
    expected_kg: float
    why: str


def rank(candidates: Sequence[tuple[Measure, Saving]], cause: Cause, limit: int) -> list[Ranked]:
    """At most `limit` of the measures that save anything, the first first; equal ones by their id."""
    weighed = [
        (acts_on(measure, cause), expected_kg(measure, saving), measure, saving)
        for measure, saving in candidates
        if saving.typical_kg > 0
    ]
    weighed.sort(key=lambda each: (not each[0], -each[1], each[2].id))
    return [
        Ranked(measure, saving, place, acts, expected, _why(measure, saving, acts, expected, cause))
        for place, (acts, expected, measure, saving) in enumerate(weighed[:limit], 1)
    ]


def acts_on(measure: Measure, cause: Cause) -> bool:
    """Whether a measure takes away this cause; one of people's own by the input it changes."""
    if measure.change is None:
        return measure.id in ADDRESSES.get(cause, ())
    if measure.change.input is None:
        return cause in (Cause.VEHICLE, Cause.FUEL)
    return _OF_INPUT.get(measure.change.input) == cause


def expected_kg(measure: Measure, saving: Saving) -> float:
    """The typical saving, weighed with how sure its source is and how easily it is done."""
    return saving.typical_kg * CONFIDENCE[measure.evidence_grade] * FEASIBILITY[measure.feasibility] / 10


def _why(measure: Measure, saving: Saving, acts: bool, expected: float, cause: Cause) -> str:
    sure, easy = CONFIDENCE[measure.evidence_grade], FEASIBILITY[measure.feasibility]
    first = f"acts on the cause ({cause})" if acts else NOT_ON_IT if cause != Cause.UNKNOWN else UNKNOWN
    return (
        f"{first}; {expected:,.3g} kg expected: {saving.typical_kg:,.3g} kg simulated x {sure} "
        f"(evidence {measure.evidence_grade}) x {easy}/10 (feasibility {measure.feasibility})"
    )
