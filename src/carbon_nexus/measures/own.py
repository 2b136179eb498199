"""A measure of people's own: what it may change, the check of one, and the measure that a checked one tells. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from carbon_nexus.activities.vehicles import FUELS, FUELS_OF, VEHICLE_CLASSES, resolve
from carbon_nexus.emissions.inputs import ROAD_AMOUNTS, SITE_AMOUNTS
from carbon_nexus.errors import InvalidInput
from carbon_nexus.measures.combine import ROAD
from carbon_nexus.measures.model import Change, Measure, Only

Spec = Mapping[str, Any]
Where = Sequence[str]

_ROAD_INPUTS = (
    "distance_km", "fuel_litres", "energy_kwh", "load_kg", "speed", "idle_hours", "stop_events", "delivery_count",
)  # fmt: skip
_SITE_INPUTS = (
    "energy_kwh", "gas_kwh", "fuel_litres", "furnace_usage", "cooling_load", "refrigerant_charge_kg",
)  # fmt: skip
NO_CHANGE = "it does not say which input it changes"
_FACTS = (
    "event_type", "title", "description", "acts_on", "reduction_low_pct", "reduction_typical_pct",
    "reduction_high_pct", "reduction_basis", "cost_impact", "feasibility", "condition", "evidence_grade", "source",
    "investment", "saving_per_year", "currency",
)  # fmt: skip


def measure_id(number: int) -> str:
    """The id of a tenant's own measure with this number."""
    return f"own-{number}"


def number_of(measure_id: str) -> int | None:
    """The number of a tenant's own measure; None: the id is of no such measure."""
    digits = measure_id.removeprefix("own-")
    own = measure_id.startswith("own-") and digits.isascii() and digits.isdigit() and len(digits) <= 9
    return int(digits) if own and digits[0] != "0" else None


def check(spec: Spec) -> None:
    """Raises InvalidInput with an entry for everything in a well-formed spec that breaks a rule."""
    problems = [*_falling(spec), *_half_told_money(spec), *_change_problems(spec)]
    if problems:
        raise InvalidInput(problems, "The measure was not stored.")


def measure_of(number: int, version: int, spec: Spec) -> Measure:
    """The measure that a checked spec tells; vehicles and fuels by the names that events resolve to."""
    change = None if spec["change"] is None else _change(spec["change"])
    return Measure(
        id=measure_id(number),
        year="",
        url="",
        left_out_because="" if change else NO_CHANGE,
        version=version,
        change=change,
        **{name: spec[name] for name in _FACTS},
    )


def _change(spec: Spec) -> Change:
    only = spec["only"]
    rule = Only(
        tuple(_resolved(each, None)["vehicle_class"] for each in only["vehicle_type"]),
        tuple(_resolved(None, each)["fuel"] for each in only["fuel_type"]),
        only["min"],
        only["max"],
    )
    if spec["replaces"] is None:
        return Change(input=spec["input"], only=rule)
    found = _resolved(spec["replaces"]["vehicle_type"], spec["replaces"]["fuel_type"])
    return Change(vehicle_type=found["vehicle_class"], fuel_type=found["fuel"], only=rule)


def _falling(spec: Spec) -> Iterator[dict[str, Any]]:
    levels = ("reduction_low_pct", "reduction_typical_pct", "reduction_high_pct")
    for lower, higher in pairwise(levels):
        if spec[higher] < spec[lower]:
            rule = f"must not be below {lower}, {spec[lower]:g}"
            yield _problem([higher], spec[higher], rule, "Give the three in rising order.")


def _half_told_money(spec: Spec) -> Iterator[dict[str, Any]]:
    told = [name for name in ("investment", "saving_per_year") if spec[name] is not None]
    if told and spec["currency"] is None:
        yield _problem(["currency"], None, f"is missing: {told[0]} is an amount of money", "Name it, such as EUR.")
    if not told and spec["currency"] is not None:
        remedy = "Give investment or saving_per_year, or leave it out."
        yield _problem(["currency"], spec["currency"], "belongs to no amount", remedy)


def _change_problems(spec: Spec) -> Iterator[dict[str, Any]]:
    change, event_type = spec["change"], spec["event_type"]
    if change is None:
        return
    if (change["input"] is None) == (change["replaces"] is None):
        yield _problem(["change"], None, "must hold either input or replaces", "Give one of the two.")
    elif change["input"] is not None:
        yield from _among(["change", "input"], change["input"], _ROAD_INPUTS if event_type in ROAD else _SITE_INPUTS)
    else:
        yield from _replacement_problems(change["replaces"], event_type)
    yield from _only_problems(change["only"], event_type)


def _replacement_problems(spec: Spec, event_type: str) -> Iterator[dict[str, Any]]:
    at = ["change", "replaces"]
    vehicle, fuel = spec["vehicle_type"], spec["fuel_type"]
    if event_type not in ROAD:
        yield _problem(at, None, f"is of vehicles, and {event_type} has none", "Name an input that falls.")
    elif vehicle is None and fuel is None:
        yield _problem(at, None, "names nothing", "Give vehicle_type, fuel_type or both.")
    elif conflict := _conflict(vehicle, fuel):
        yield _problem(at, None, f"cannot be: {conflict}", "Correct the names.")


def _conflict(vehicle: str | None, fuel: str | None) -> str | None:
    found = _resolved(vehicle, fuel)
    if found["conflict"] or found["vehicle_class"] is None or found["fuel"] is None:
        return found["conflict"] or _unread(vehicle, found["vehicle_class"]) or _unread(fuel, found["fuel"])
    fuels = FUELS_OF[found["vehicle_class"]]
    return None if found["fuel"] in fuels else f"{vehicle} runs on {', '.join(fuels)}"


def _unread(name: str | None, found: str | None) -> str | None:
    """Of words such as "unknown", which events may hold and which name nothing."""
    return f"'{name}' names nothing" if name is not None and found is None else None


def _only_problems(spec: Spec, event_type: str) -> Iterator[dict[str, Any]]:
    if event_type in ROAD:
        yield from _unknown_classes(spec["vehicle_type"])
        for fuel in spec["fuel_type"]:
            if _resolved(None, fuel)["fuel"] is None:
                yield from _among(["change", "only", "fuel_type"], fuel, FUELS)
    for name in () if event_type in ROAD else ("vehicle_type", "fuel_type"):
        if spec[name]:
            rule = f"is of vehicles, and {event_type} has none"
            yield _problem(["change", "only", name], spec[name], rule, "Leave it out.")
    for bound in ("min", "max"):
        for name in spec[bound]:
            yield from _among(["change", "only", bound], name, ROAD_AMOUNTS if event_type in ROAD else SITE_AMOUNTS)
    for name in spec["min"].keys() & spec["max"].keys():
        if spec["min"][name] > spec["max"][name]:
            rule = f"of {name} must not be above max, {spec['max'][name]:g}"
            yield _problem(["change", "only", "min"], spec["min"][name], rule, "Swap them.")


def _unknown_classes(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    at = ["change", "only", "vehicle_type"]
    for name in names:
        found = _resolved(name, None)
        if found["vehicle_class"] is None:
            yield from _among(at, name, VEHICLE_CLASSES)
        elif found["fuel"] is not None:
            remedy = f"Name the class, {found['vehicle_class']}, and the fuel in fuel_type."
            yield _problem(at, name, f"is a class and a fuel, {found['fuel']}", remedy)


def _resolved(vehicle: str | None, fuel: str | None) -> dict[str, Any]:
    schema = {"vehicle_type": pl.String(), "fuel_type": pl.String()}
    return resolve(pl.DataFrame({"vehicle_type": [vehicle], "fuel_type": [fuel]}, schema)).row(0, named=True)


def _among(at: Where, value: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    if value not in names:
        yield _problem(at, value, "is not known here", f"Accepted: {', '.join(names)}.")


def _problem(at: Where, value: Any, rule: str, remedy: str) -> dict[str, Any]:
    shown = "" if value is None else f" '{value}'"
    return {
        "type": "invalid_value",
        "loc": ["body", *at],
        "msg": f"{'.'.join(at)}{shown} {rule}. {remedy}",
        "input": value,
        "rule": rule,
        "remedy": remedy,
    }
