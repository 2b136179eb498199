"""The root cause of each hotspot: the input whose putting back to usual takes away most of the excess. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from carbon_nexus.baselines.model import METERED, Metric
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.hotspots.explain import INPUTS as UNITS
from carbon_nexus.hotspots.explain import number
from carbon_nexus.hotspots.model import Episode
from carbon_nexus.recommendations.model import Cause, Diagnosis, Effect
from carbon_nexus.recommendations.site_causes import site_effects
from carbon_nexus.recommendations.trip_causes import trip_effects
from carbon_nexus.recommendations.usual import CASE_SCHEMA, EXCESS, MIN_USUAL, sides

LEAST_SHARE = 0.2  # of the excess: a cause that takes away less explains nothing
NONE_USUAL = f"fewer than {MIN_USUAL} earlier events to compare with"

TOLD: dict[Cause, tuple[str, tuple[str, ...]]] = {
    Cause.LOAD: ("less load on board than usual", ("load_kg",)),
    Cause.SPEED: ("another speed than usual", ("speed",)),
    Cause.STOPS: ("more stopping, idling or traffic than usual", ("stop_events", "idle_hours", "traffic_score")),
    Cause.DENSITY: ("more distance for each drop than usual", ("distance_km", "delivery_count")),
    Cause.VEHICLE: ("another vehicle than usual", ("vehicle_class",)),
    Cause.FUEL: ("another fuel or drive than usual", ("fuel",)),
    Cause.CONSUMPTION: ("more fuel or energy for the same trip: the vehicle, or the way it was driven", ()),
    Cause.VOLUME: ("more was done than on a usual day", ()),
    Cause.COOLING: ("more energy, with more cooling than usual", ("cooling_load", "refrigeration_load", "temperature")),
    Cause.PROCESS: ("more energy or fuel, with more furnace use than usual", ("furnace_usage",)),
    Cause.HOURS: ("more energy, with longer shifts than usual", ("shift_hours",)),
    Cause.ENERGY_USE: ("more electricity for the same activity", ("energy_kwh",)),
    Cause.FUEL_USE: ("more fuel burnt for the same activity", ("gas_kwh", "fuel_litres")),
    Cause.GRID: ("dirtier electricity: other hours or another supply than usual", ()),
}
"""Each cause in words, and the inputs that show it."""


def diagnose(found: Sequence[Episode], events: pl.DataFrame, basis: Basis = DEFAULT_BASIS) -> dict[int, Diagnosis]:
    """The diagnosis of every hotspot, by id.

    `events` hold hotspot_id, event_time, the estimator's inputs and actual_kg, typical_kg and activity of the scan, for
    the weeks before each episode and the episode itself.
    """
    parts = sides(_cases(found), events)
    excess = dict.fromkeys(parts.before["hotspot_id"], 0.0)
    excess |= dict(parts.now.group_by("hotspot_id").agg(EXCESS.sum().alias("kg")).iter_rows())
    site = pl.col("event_type").is_in(METERED)
    known: dict[int, dict[str, Any]] = {}
    effects: dict[int, list[Effect]] = {}
    for chosen, weigh in ((site, site_effects), (~site, trip_effects)):
        of_kind = type(parts)(*(side.filter(chosen) for side in parts))
        if of_kind.now.is_empty():
            continue
        weighed, inputs = weigh(of_kind, basis)
        known |= {row["hotspot_id"]: row for row in inputs.iter_rows(named=True)}
        for hotspot_id, cause, kg in weighed.filter(pl.col("effect_kg").is_finite()).iter_rows():
            effects.setdefault(hotspot_id, []).append(Effect(Cause(cause), kg))
    return {
        each.id: _diagnosis(each, excess.get(each.id), effects.get(each.id, []), known.get(each.id)) for each in found
    }


def _cases(found: Sequence[Episode]) -> pl.DataFrame:
    rows = [(each.id, each.subject.metric, each.first_event_at, each.last_event_at) for each in found]
    return pl.DataFrame(rows, schema=CASE_SCHEMA, orient="row")


def _diagnosis(
    hotspot: Episode, excess_kg: float | None, effects: list[Effect], inputs: Mapping[str, Any] | None
) -> Diagnosis:
    ranked = tuple(sorted(effects, key=lambda each: (-each.effect_kg, each.cause)))
    if excess_kg is None:
        cause, why, excess_kg = Cause.UNKNOWN, f"Why is not known: {NONE_USUAL}.", hotspot.excess_kg or 0.0
    elif inputs is None or excess_kg <= 0 or not ranked or ranked[0].effect_kg < LEAST_SHARE * excess_kg:
        cause, why = Cause.UNKNOWN, "Nothing that its events tell explains it."
    else:
        cause, why = ranked[0].cause, _because(ranked[0], inputs, excess_kg)
    return Diagnosis(hotspot.id, cause, f"{_numbers(hotspot)} {why}", excess_kg, ranked)


def _numbers(hotspot: Episode) -> str:
    """One sentence with the hotspot's own numbers; it claims no cause beyond them."""
    subject, percent = hotspot.subject, hotspot.percent_above
    days = subject.metric == Metric.ABSOLUTE
    what = f"{subject.event_type} {'day' if days else 'event'}"
    which = (
        f"One {what} of {subject.entity}"
        if hotspot.event_count == 1
        else f"The worst of {hotspot.event_count} {what}s of {subject.entity} that stand out"
    )
    side, of = "above" if percent >= 0 else "below", "a day" if days else "its activity"
    typical = f"{number(abs(percent))} % {side} the {number(hotspot.typical_kg)} kg typical for {of}"
    return f"{which} emitted {number(hotspot.actual_kg)} kg CO2e, {typical}."


def _because(first: Effect, inputs: Mapping[str, Any], excess_kg: float) -> str:
    words, names = TOLD[first.cause]
    share = min(first.effect_kg / excess_kg, 1.0)
    moved = [each for each in (_moved(name, inputs) for name in names) if each]
    seen = f" ({max(moved)[1]})" if moved else ""
    return f"Root cause: {words}{seen}; it accounts for {share:.0%} of the excess."


def _moved(name: str, inputs: Mapping[str, Any]) -> tuple[float, str] | None:
    """How far an input moved, relatively, and that in words; None where it is not known or did not."""
    actual, usual = inputs.get(f"actual_{name}"), inputs.get(f"usual_{name}")
    if actual is None or usual is None or actual == usual:
        return None
    if isinstance(actual, str):
        return 1.0, f"{actual} instead of {usual}"
    return abs(actual - usual) / (abs(usual) or 1.0), f"{number(actual)} {UNITS[name]} instead of {number(usual)}"
