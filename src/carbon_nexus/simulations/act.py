"""On which events each change acts, and what it makes of their inputs. Pure.

All of it is decided on the events as they are, so that the order of the changes cannot matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

import numpy as np
import polars as pl

from carbon_nexus.emissions.entity import ROAD_TYPES
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.errors import InvalidInput
from carbon_nexus.measures.changes import Rule, rule_of
from carbon_nexus.measures.model import Measure
from carbon_nexus.simulations.change import MEASURED, MOVEMENT
from carbon_nexus.simulations.population_model import Acted, Effect, Planned, Rows
from carbon_nexus.simulations.where import problem

SO_ALREADY = "it has this vehicle and fuel already: write {} as a change of its own"
# What keeps a vehicle or fuel from being replaced, in the order in which it is told: without it the rule would fit.
_OBSTACLES: tuple[tuple[str, Mapping[str, pl.Expr]], ...] = (
    ("distance_km is missing or zero", {"distance_km": pl.lit(1.0)}),
    ("fuel_litres were measured with another vehicle or fuel", {"fuel_litres": pl.lit(None, pl.Float64)}),
    ("its load is above the other vehicle's payload, or not known", {"load_kg": pl.lit(0.0)}),
    ("hvo takes the place of diesel alone", {"fuel": pl.lit("diesel")}),
)
_UNFIT = "it cannot be made to this event"
_BASE = {"vehicle_type": "vehicle_class", "fuel_type": "fuel"}  # where the event's own is told by its plain name


def act(frame: pl.DataFrame, plans: Sequence[Planned]) -> list[Acted]:
    """What each change does to the population (see `population.Books`).

    Raises InvalidInput where two changes put different values in the same place of the same event.
    """
    acted = [_measured(frame, plan) if plan.measure else _valued(frame, plan) for plan in plans]
    problems = [each for one, other in _pairs(acted) for each in _contradictions(frame, one, other)]
    if problems:
        raise InvalidInput(problems, "Nothing was simulated.")
    return acted


def own_value(field: str) -> str:
    """The column that holds an event's own value of an input, by the plain name of a vehicle or fuel."""
    return _BASE.get(field, field)


def _measured(frame: pl.DataFrame, plan: Planned) -> Acted:
    """A measure at its typical effect; aggregates look at all events of the same entity and type."""
    assert plan.measure is not None
    rule = rule_of(plan.measure)
    change = rule.change(plan.measure.reduction_typical_pct / 100)
    of_type = frame.with_row_index("row").filter(pl.col("event_type") == plan.measure.event_type)
    of_type = _complete(of_type, rule.fits, *change.values())
    told = {name: _of_entity(value) for name, value in change.items()}
    fitting = of_type.select("row", "before_co2e_kg", fits=_of_entity(rule.fits), **told)
    values = fitting.filter(pl.col("fits") & pl.col("before_co2e_kg").is_not_null()).drop("fits", "before_co2e_kg")
    return _acted(plan, values, _none_left_out())


def _of_entity(expression: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("event_type").is_not_null()).then(expression).over("entity", "entity_type")


def _valued(frame: pl.DataFrame, plan: Planned) -> Acted:
    rule = rule_of(plan.vehicle) if plan.vehicle else None
    moved = rule.change(0.0) if rule else {}
    meant = _complete(frame, plan.aims).select(plan.aims & pl.col("before_co2e_kg").is_not_null()).to_series()
    rows = frame.with_row_index("row").filter(meant)
    rows = _complete(rows, *moved.values(), *plan.values.values(), *([rule.fits] if rule else []))
    if plan.vehicle and not plan.values:
        rows = rows.filter(_another(plan.vehicle))  # the others are so already
    rows = rows.with_columns(why_not=pl.coalesce(*_why_not(plan), pl.lit(None, pl.String)))
    if rule:
        rows = _obstructed(rows, rule)
    left_out = rows.filter(pl.col("why_not").is_not_null()).group_by("why_not").agg(events=pl.len().cast(pl.Int64))
    values = rows.filter(pl.col("why_not").is_null()).select("row", **(moved | dict(plan.values)))
    return _acted(plan, values, left_out.rename({"why_not": "reason"}))


def _why_not(plan: Planned) -> list[pl.Expr]:
    """Why the new values cannot be given to an event, one expression per rule."""
    found: list[pl.Expr] = []
    names = list(plan.values)
    if plan.vehicle and plan.values:
        found.append(pl.when(~_another(plan.vehicle)).then(pl.lit(SO_ALREADY.format(" and ".join(names)))))
    if plan.values and plan.shares.keys() == plan.values.keys() and not plan.vehicle:
        nothing = pl.all_horizontal(pl.col(name).is_null() for name in names)
        found.append(pl.when(nothing).then(pl.lit(f"it has no {' or '.join(names)} to take a part of")))
    if plan.values and plan.values.keys() <= MOVEMENT and not plan.vehicle:
        measured = pl.col("measured") & pl.col("event_type").is_in(ROAD_TYPES)
        found.append(pl.when(measured).then(pl.lit(MEASURED.format(" or ".join(names)))))
    for name, bound in plan.highest.items():
        found.append(pl.when(plan.values[name] > bound).then(pl.lit(f"{name} would be above {bound:g}")))
    return found


def _another(vehicle: Measure) -> pl.Expr:
    """Whether the event's own vehicle or fuel is not the new one yet."""
    assert vehicle.change is not None
    put = {"vehicle_class": vehicle.change.vehicle_type, "fuel": vehicle.change.fuel_type}
    return pl.any_horizontal(pl.col(name).ne_missing(pl.lit(word)) for name, word in put.items() if word is not None)


def _obstructed(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """The rows with `why_not` where the rule does not fit: the first obstacle without which it would."""
    fits = rows.select(rule.fits.fill_null(False)).to_series()
    if fits.all():
        return rows
    reasons: list[pl.Expr] = []
    without: dict[str, pl.Expr] = {}
    for reason, removed in _OBSTACLES:
        without |= removed
        found = rows.with_columns(**without).select(rule.fits.fill_null(False)).to_series()
        reasons.append(pl.when(pl.lit(found)).then(pl.lit(reason)))
    told = pl.coalesce("why_not", *reasons, pl.lit(_UNFIT))
    return rows.with_columns(why_not=pl.when(pl.lit(fits)).then("why_not").otherwise(told))


def _acted(plan: Planned, values: pl.DataFrame, left_out: pl.DataFrame) -> Acted:
    rows, told = values["row"].cast(pl.Int64).to_numpy(), values.drop("row")
    effects = {column.name: _effect(column, plan) for column in told.get_columns()}
    typed = told.select(pl.col(name).cast(INPUTS[name]) for name in told.columns)
    return Acted(plan.number, rows, typed, effects, plan.shares, left_out)


def _effect(column: pl.Series, plan: Planned) -> Effect:
    if column.dtype == pl.Null():
        return Effect.REMOVES
    if INPUTS[column.name] != pl.Float64():
        return Effect.NAMES
    return Effect.SETS if column.name in plan.values.keys() - plan.shares.keys() else Effect.SCALES


def _complete(frame: pl.DataFrame, *expressions: pl.Expr) -> pl.DataFrame:
    """The frame with every input the expressions read; one that no event has is null."""
    read: set[str] = reduce(lambda names, each: names | set(each.meta.root_names()), expressions, set())
    return frame.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in INPUTS.items() if name in read and name not in frame.columns
    )


def _none_left_out() -> pl.DataFrame:
    return pl.DataFrame(schema={"reason": pl.String, "events": pl.Int64})


def _pairs(acted: Sequence[Acted]) -> Iterator[tuple[Acted, Acted]]:
    return ((one, other) for place, one in enumerate(acted) for other in acted[place + 1 :])


def _contradictions(frame: pl.DataFrame, one: Acted, other: Acted) -> Iterator[dict[str, object]]:
    puts = (Effect.SETS, Effect.NAMES)
    fields = [name for name in one.effects if one.effects[name] in puts and other.effects.get(name) in puts]
    if not fields:
        return
    both, here, there = np.intersect1d(one.rows, other.rows, assume_unique=True, return_indices=True)
    for field in fields:
        found = _differing(frame, field, both, one.values[field].gather(here), other.values[field].gather(there))
        if found:
            rule = f"change {one.number} puts another {field} in {found:,} of the same events"
            remedy = "Give one of the two a where that leaves the other's events out."
            yield problem(["changes", other.number - 1], None, rule, remedy)


def _differing(frame: pl.DataFrame, field: str, rows: Rows, first: pl.Series, second: pl.Series) -> int:
    """Of how many events both values are new and not the same."""
    own = own_value(field)
    present = frame[own].gather(rows) if own in frame.columns else pl.Series([None], dtype=first.dtype)
    differs = first.ne_missing(second) & first.ne_missing(present) & second.ne_missing(present)
    return int(differs.sum())
