"""Which events a change is meant for: the check of `where`, and the same as an expression over events. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from carbon_nexus.activities.model import EVENT_TYPES
from carbon_nexus.activities.vehicles import FUELS, FUELS_OF, VEHICLE_CLASSES, resolve
from carbon_nexus.emissions.entity import ROAD_TYPES
from carbon_nexus.emissions.inputs import AMOUNTS
from carbon_nexus.predictions.features import FEATURES
from carbon_nexus.simulations.change import names_of
from carbon_nexus.simulations.schemas import PerDaySpec, ScopeSpec, WhereSpec

BOUNDABLE = (*AMOUNTS, "temperature")
PER_DAY = ["entity", "entity_type", "day"]

Problem = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Where:
    """A `where` that was read: classes, fuels and bounds by the names of the event frame; empty leaves none out."""

    event_types: tuple[str, ...]
    classes: tuple[str, ...] = ()
    fuels: tuple[str, ...] = ()
    least: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    per_day: PerDaySpec | None = None


def problem(at: Sequence[Any], value: Any, rule: str, remedy: str) -> Problem:
    """What is wrong with a field of the request, as an entry of InvalidInput."""
    shown = "" if value is None else f" {str(value)[:60]!r}"
    message = f"{'.'.join(map(str, at))}{shown}: {rule}. {remedy}".rstrip()
    loc = ["body", *at]
    return {"type": "invalid_value", "loc": loc, "msg": message, "input": value, "rule": rule, "remedy": remedy}


def columns_of(event_type: str) -> dict[str, str]:
    """Name a field of this event type may be called by -> column of the event frame."""
    model = FEATURES[event_type]
    named = {name: model.columns.get(own, own) for name, own in names_of(model).items()}
    return named | {column: column for column in named.values()}


def read_where(spec: WhereSpec, scope: ScopeSpec, at: Sequence[Any], of_vehicles: bool) -> tuple[Where, list[Problem]]:
    """The events that `spec` means within the scope, and all that is wrong with it; `at` is its place.

    `of_vehicles`: the change puts another vehicle there, so sites are not meant.
    """
    problems: list[Problem] = []
    types = _event_types(spec, scope, at, of_vehicles, problems)
    classes = [name for each in spec.vehicle_type for name in _classes(each, [*at, "vehicle_type"], problems)]
    fuels = [name for each in spec.fuel_type for name in _fuels(each, [*at, "fuel_type"], problems)]
    if classes and fuels and not any(fuel in FUELS_OF[each] for each in classes for fuel in fuels):
        rule = f"none of {', '.join(classes)} runs on {', '.join(fuels)}"
        problems.append(problem([*at, "fuel_type"], None, rule, "Correct one of the two."))
    least = dict(_bounds(spec.min, types, [*at, "min"], problems))
    most = dict(_bounds(spec.max, types, [*at, "max"], problems))
    problems += _crossed(least, most, spec.per_day, at)
    return Where(types, tuple(dict.fromkeys(classes)), tuple(dict.fromkeys(fuels)), least, most, spec.per_day), problems


def aims(where: Where) -> pl.Expr:
    """Whether an event of a population frame is meant; null counts as no."""
    conditions = [
        pl.col("event_type").is_in(where.event_types),
        *(pl.col(name) >= least for name, least in where.least.items()),
        *(pl.col(name) <= most for name, most in where.most.items()),
    ]
    for names, column in ((where.classes, "vehicle_class"), (where.fuels, "fuel")):
        if names:
            conditions.append(pl.col(column).is_in(names))
    meant = pl.all_horizontal(*conditions).fill_null(False)
    if where.per_day is None:
        return meant
    day_km = pl.when(meant).then("distance_km").sum().over(PER_DAY)
    unknown = (meant & pl.col("distance_km").is_null()).any().over(PER_DAY)  # such a day has at least so many km
    low, high = where.per_day.min_distance_km, where.per_day.max_distance_km
    within = [day_km >= low] if low is not None else []
    return pl.all_horizontal(meant, *within, *([(day_km <= high) & ~unknown] if high is not None else []))


def _event_types(
    spec: WhereSpec, scope: ScopeSpec, at: Sequence[Any], of_vehicles: bool, problems: list[Problem]
) -> tuple[str, ...]:
    told = spec.event_type or scope.event_type
    road = of_vehicles or spec.vehicle_type or spec.fuel_type or spec.per_day is not None
    if spec.event_type and scope.event_type not in (None, spec.event_type):
        rule = f"contradicts the scope, which is {scope.event_type} alone"
        problems.append(problem([*at, "event_type"], spec.event_type, rule, "Leave one of them out."))
    if told and road and told not in ROAD_TYPES:
        rule = f"{told} events have no vehicle, nor its fuel or distance"
        problems.append(problem(at, None, rule, f"The event_type can be {' or '.join(ROAD_TYPES)}."))
    if told:
        return (told,)
    return ROAD_TYPES if road else EVENT_TYPES


def _classes(name: str, at: Sequence[Any], problems: list[Problem]) -> Iterator[str]:
    if name.endswith("*"):
        found = [each for each in VEHICLE_CLASSES if each.startswith(name[:-1].strip().lower())]
        if not found:
            problems.append(problem(at, name, "no class begins like this", f"Classes: {', '.join(VEHICLE_CLASSES)}."))
        yield from found
        return
    resolved = resolved_pair(name, None)
    if resolved["vehicle_class"] is None:
        problems.append(problem(at, name, "is not known", f"Accepted classes: {', '.join(VEHICLE_CLASSES)}."))
    elif resolved["fuel"] is not None:
        remedy = f"Name the class, {resolved['vehicle_class']}, and the fuel in fuel_type."
        problems.append(problem(at, name, f"is a class and a fuel, {resolved['fuel']}", remedy))
    else:
        yield resolved["vehicle_class"]


def _fuels(name: str, at: Sequence[Any], problems: list[Problem]) -> Iterator[str]:
    fuel = resolved_pair(None, name)["fuel"]
    if fuel is None:
        problems.append(problem(at, name, "is not known", f"Accepted: {', '.join(FUELS)}."))
    else:
        yield fuel


def _bounds(
    given: dict[str, float], types: Sequence[str], at: Sequence[Any], problems: list[Problem]
) -> Iterator[tuple[str, float]]:
    names = {name: column for event_type in types for name, column in columns_of(event_type).items()}
    accepted = {name: column for name, column in names.items() if column in BOUNDABLE}
    for name, bound in given.items():
        if name in accepted:
            yield accepted[name], bound
        else:
            rule = f"is no number that {' or '.join(types)} events have"
            problems.append(problem([*at, name], bound, rule, f"Accepted: {', '.join(accepted)}."))


def _crossed(
    least: dict[str, float], most: dict[str, float], per_day: PerDaySpec | None, at: Sequence[Any]
) -> Iterator[Problem]:
    pairs = [(["min", name], least[name], most[name]) for name in least.keys() & most.keys()]
    if per_day and per_day.min_distance_km is not None and per_day.max_distance_km is not None:
        pairs.append((["per_day", "min_distance_km"], per_day.min_distance_km, per_day.max_distance_km))
    for place, low, high in pairs:
        if low > high:
            yield problem([*at, *place], low, f"is above the most, {high:g}: no event can be both", "Swap the two.")


def resolved_pair(vehicle: str | None, fuel: str | None) -> dict[str, Any]:
    """`vehicle_class`, `fuel` and `conflict` of one pair of names."""
    schema = {"vehicle_type": pl.String(), "fuel_type": pl.String()}
    return resolve(pl.DataFrame({"vehicle_type": [vehicle], "fuel_type": [fuel]}, schema)).row(0, named=True)
