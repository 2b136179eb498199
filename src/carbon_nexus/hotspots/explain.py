"""Why something stands out, from the episode, its events and what is usual: figures first, then one sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from carbon_nexus.hotspots.decompose import Parts, decompose
from carbon_nexus.hotspots.model import Episode, Kind, Metric

TOP_EVENTS = 5
TOLD_CHANGE = 0.1  # of an input against its usual value: smaller ones are told of nothing
INPUTS = {
    "distance_km": "km",
    "load_kg": "kg of load",
    "speed": "km/h",
    "stop_events": "stops",
    "idle_hours": "h idling",
    "delivery_count": "drops",
    "traffic_score": "of traffic",
    "fuel_litres": "l of fuel",
    "energy_kwh": "kWh",
    "gas_kwh": "kWh of gas",
    "furnace_usage": "of furnace use",
    "cooling_load": "of cooling load",
    "refrigeration_load": "of refrigeration load",
    "shift_hours": "shift hours",
    "inventory_volume": "m3 stored",
    "temperature": "degrees C",
}
"""What an event may tell, and its unit in words."""

CAUSES = {
    "volume": "more was done than usual",
    "mix": "it was done with other vehicles or fuels than usual",
    "intensity": "each unit of activity emitted more than usual",
}


@dataclass(frozen=True)
class InputChange:
    """The median of an input in the episode beside what is usual."""

    field: str
    unit: str
    actual: float
    usual: float

    @property
    def change(self) -> float:
        """Relative to the usual value: 0.5 is half as much again."""
        return self.actual / self.usual - 1


@dataclass(frozen=True)
class Explanation:
    """What the card says. `parts` (None: nothing to compare with) add up to actual_kg less usual_kg."""

    sentence: str
    actual_kg: float
    usual_kg: float | None
    usual_events: int
    compared_with: str
    parts: Parts | None
    main_cause: str | None
    inputs: list[InputChange] = field(default_factory=list)
    top_events: list[dict[str, Any]] = field(default_factory=list)
    lowered_confidence: list[str] = field(default_factory=list)


def explain(
    episode: Episode, events: pl.DataFrame, before: pl.DataFrame, doubts: Sequence[str], units: int, usual_units: int
) -> Explanation:
    """The card of an episode.

    `events` are those of its time, `before` those of the subject in the weeks before it; both have event_id,
    event_time, activity, co2e_kg, typical_kg, group (vehicle and fuel) and INPUTS. `units` and `usual_units` are the
    events (days, of the metric absolute) they hold: the usual is scaled to as many. `doubts` lower the confidence.
    """
    counted = events.filter(pl.col("co2e_kg").is_not_null())
    actual_kg = float(counted["co2e_kg"].sum())
    known = before.filter(pl.col("co2e_kg").is_not_null())
    what = "days" if episode.subject.metric == Metric.ABSOLUTE else "events"
    if known.is_empty() or not usual_units:
        parts, usual_kg, cause = None, None, None
    else:
        scale = units / usual_units
        parts, usual_kg = decompose(counted, known, scale), float(known["co2e_kg"].sum()) * scale
        cause = main_cause(parts)
    changes = input_changes(counted, known)
    return Explanation(
        sentence=sentence(episode, cause, changes),
        actual_kg=actual_kg,
        usual_kg=usual_kg,
        usual_events=known.height,
        compared_with=f"as many {what} as in the episode ({units}), as the like ones were in the 56 days before it",
        parts=parts,
        main_cause=cause,
        inputs=changes,
        top_events=top_events(counted),
        lowered_confidence=[*doubts, *_own_doubts(known, what, usual_units)],
    )


def main_cause(parts: Parts) -> str | None:
    """The cause of most of an excess; None where there is none."""
    by_cause = {"volume": parts.volume_kg, "mix": parts.mix_kg, "intensity": parts.intensity_kg}
    cause = max(by_cause, key=lambda name: by_cause[name])
    return cause if by_cause[cause] > 0 else None


def input_changes(events: pl.DataFrame, before: pl.DataFrame) -> list[InputChange]:
    """Inputs whose median differs from the usual one by a tenth or more, the largest change first."""
    found = []
    for name, unit in INPUTS.items():
        actual, usual = events[name].cast(pl.Float64).median(), before[name].cast(pl.Float64).median()
        if isinstance(actual, float) and isinstance(usual, float) and usual and abs(actual / usual - 1) >= TOLD_CHANGE:
            found.append(InputChange(name, unit, actual, usual))
    return sorted(found, key=lambda each: -abs(each.change))


def top_events(events: pl.DataFrame) -> list[dict[str, Any]]:
    """The events that contributed most to the excess over what is typical, with their share of it."""
    excess = pl.col("co2e_kg") - pl.col("typical_kg")
    over = events.with_columns(excess_kg=excess).filter(pl.col("excess_kg") > 0)
    total = over["excess_kg"].sum()
    told = ("event_id", "event_time", "co2e_kg", "typical_kg", "excess_kg")
    first = over.sort("excess_kg", "event_id", descending=[True, False]).head(TOP_EVENTS)
    return first.select(*told, share_of_excess=pl.col("excess_kg") / total).to_dicts()


def sentence(episode: Episode, cause: str | None, changes: Sequence[InputChange]) -> str:
    """The whole card in one plain sentence."""
    subject, over = episode.subject, episode.percent_above
    of = "in a day" if subject.metric == Metric.ABSOLUTE else "in one event"
    numbers = f"{_kg(episode.actual_kg)} CO2e {of} where {_kg(episode.typical_kg)} is typical"
    distance = f"{abs(over):.0f} % {'above' if over >= 0 else 'below'}"
    told = f"{subject.entity_type.capitalize()} {subject.entity} emitted {numbers} ({distance}), {_shape(episode)}"
    because = f": {CAUSES[cause]}" if cause else ""
    change = f", with {_change(changes[0])}" if changes else ""
    return f"{told}{because}{change}."


def _shape(episode: Episode) -> str:
    first, last = episode.first_event_at, episode.last_event_at
    if episode.event_count == 1:
        span = f"once at {_moment(episode.peak_at or first)}"
    else:
        span = f"{episode.event_count} times from {_moment(first)} to {_moment(last)}"
    kinds = {
        Kind.SPIKE: "a spike",
        Kind.SUSTAINED: "an excess that lasts",
        Kind.DRIFT: "a slow drift upwards",
        Kind.LEVEL_SHIFT: "a lasting shift to a new level",
    }
    return f"{kinds[episode.kind]}, {span}"


def _change(change: InputChange) -> str:
    return f"{number(change.actual)} {change.unit} instead of {number(change.usual)}"


def _own_doubts(known: pl.DataFrame, what: str, usual_units: int) -> list[str]:
    if known.is_empty():
        return ["there are no events of the 56 days before it to split the excess by"]
    return [f"only {usual_units} {what} of the 56 days before it to compare with"] if usual_units < 10 else []


def _kg(amount: float) -> str:
    return f"{number(amount / 1000)} t" if abs(amount) >= 1000 else f"{number(amount)} kg"


def number(value: float) -> str:
    """To four significant digits, without powers of ten for what people write out."""
    return f"{float(f'{value:.4g}'):,.10g}"


def _moment(at: datetime) -> str:
    return f"{at:%a %d %b %Y %H:%M} UTC"
