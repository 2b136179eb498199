"""Features with changes applied: absolute values, or relative ones such as "-20%". Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

import polars as pl
from pydantic import AliasChoices

from carbon_nexus.activities.vehicles import DIESEL_ENGINE_FUELS, canonical_fuel, canonical_vehicle, implied_fuel
from carbon_nexus.kit.plain import plain
from carbon_nexus.predictions.features import FEATURES, Features
from carbon_nexus.predictions.predict import Problem, Refused, read_features
from carbon_nexus.simulations.model import UNKNOWN_TYPE, Scenario

MOVEMENT = frozenset(
    ("distance_km", "load_kg", "speed", "stop_events", "delivery_count", "traffic_score", "idle_hours")
)
"""Inputs of a trip, by the names of the event frame, that are not read where its fuel or electricity is measured."""
MEASURED = "its fuel or electricity is measured, and {} does not change that: set fuel_litres or energy_kwh too"

_RELATIVE = re.compile(r"([+-][0-9]+(?:\.[0-9]+)?) ?%")


def read_scenario(scenario_type: str, baseline_features: Any, changes: Mapping[str, Any]) -> Scenario | Refused:
    """The checked scenario, or everything that is wrong with its type, its baseline features or its changes."""
    if scenario_type not in FEATURES:
        message = f"Unknown scenario type: {plain(scenario_type)}"
        return Refused([_problem(UNKNOWN_TYPE, ["scenario_type"], message, scenario_type)])
    baseline = read_features(scenario_type, baseline_features)
    if isinstance(baseline, Refused):
        return baseline.within("baseline_features")
    return apply_changes(baseline, changes)


def apply_changes(baseline: Features, changes: Mapping[str, Any]) -> Scenario | Refused:
    """The scenario of these features and changes; a changed feature meets the same rules as a given one.

    A number is the new value. Text with sign and percent ("-20%", "+5 %") is relative to the baseline's own value;
    a relative count is rounded to a whole number.
    """
    changed_to: dict[str, Any] = {}
    problems: list[Problem] = []
    fields = names_of(type(baseline))
    for name, value in changes.items():
        field = fields.get(name)
        if field is None:
            problems.append(_unknown_field(baseline.event_type, name, fields))
            continue
        new, problem = _new_value(baseline, field, value)
        changed_to[field] = new
        problems += [problem] if problem else []
    if problems:
        return Refused(problems)
    given = baseline.model_dump(include=baseline.model_fields_set)
    modified = read_features(baseline.event_type, given | changed_to)
    if isinstance(modified, Refused):
        return modified.within("changes")
    changed_to = {field: getattr(modified, field) for field in changed_to}
    return Scenario(baseline, modified, dict(changes), changed_to)


def settle_fuels(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Scenarios in which vehicle and fuel agree again after only one of them was changed.

    "What if this diesel trip were driven by an `ev`" names no fuel: the vehicle's name does. And a `truck_diesel`
    asked to run electric stays the same class of vehicle. What was settled is said in `notes`. An unknown vehicle or
    fuel, and a pair no rule settles, are left for the estimator to refuse.
    """
    vehicles, fuels = (
        pl.Series([getattr(scenario.modified, name, None) for scenario in scenarios], dtype=pl.String)
        for name in ("vehicle_type", "fuel_type")
    )
    readings = zip(canonical_vehicle(vehicles), implied_fuel(vehicles), canonical_fuel(fuels), strict=True)
    return [_settled(scenario, *reading) for scenario, reading in zip(scenarios, readings, strict=True)]


def _settled(scenario: Scenario, vehicle_class: str | None, implied: str | None, fuel: str | None) -> Scenario:
    agree = implied == fuel or (implied == "diesel" and fuel in DIESEL_ENGINE_FUELS)
    if implied is None or fuel is None or agree:
        return scenario
    changed = {"vehicle_type", "fuel_type"} & scenario.changed_to.keys()
    if changed == {"vehicle_type"}:
        return _with(scenario, "fuel_type", implied, f"fuel_type follows the changed vehicle_type: {implied}")
    if changed == {"fuel_type"}:
        note = f"vehicle_type is taken as its class, {vehicle_class}: its name implies {implied}, fuel_type was changed"
        return _with(scenario, "vehicle_type", str(vehicle_class), note)
    return scenario


def _with(scenario: Scenario, field: str, value: str, note: str) -> Scenario:
    return replace(
        scenario,
        modified=scenario.modified.model_copy(update={field: value}),
        changed_to=scenario.changed_to | {field: value},
        notes=(*scenario.notes, note),
    )


def is_relative(value: Any) -> bool:
    """Whether a new value is meant as a part of the present one."""
    return isinstance(value, str) and value.rstrip().endswith("%")


def relative_share(text: str) -> float | str:
    """What is left of the present value, 0.8 for `-20%` (spaces do not matter), or which rule the text breaks."""
    matched = _RELATIVE.fullmatch(text.strip())
    if matched is None:
        return f"{text[:40]!r} has no sign or number: a relative change is written like -20%"
    share = 1 + float(matched[1]) / 100
    return share if share >= 0 else f"{text[:40]!r} leaves less than nothing: -100% is the most that can be taken away"


def names_of(model: type[Features]) -> dict[str, str]:
    """Accepted name -> field, the second names of fields included."""
    names = {name: name for name in model.model_fields}
    for name, info in model.model_fields.items():
        if isinstance(info.validation_alias, AliasChoices):
            names |= {str(alias): name for alias in info.validation_alias.choices}
    return names


def _new_value(baseline: Features, field: str, value: Any) -> tuple[Any, Problem | None]:
    if not is_relative(value):
        return value, None
    share, present = relative_share(value), getattr(baseline, field)
    loc = ["changes", field]
    if isinstance(share, str):
        return None, _problem("relative_change", loc, f"{field}: {share}", value)
    if field not in baseline.model_fields_set or isinstance(present, bool) or not isinstance(present, (int, float)):
        message = f"{field}: the relative change {value[:40]!r} needs a number for it among baseline_features"
        return None, _problem("relative_change", loc, message, value)
    new = present * share
    return (round(new) if isinstance(present, int) and isfinite(new) else new), None


def _unknown_field(event_type: str, name: str, fields: Mapping[str, str]) -> Problem:
    shown = plain(name[:40])
    message = f"changes: {shown!r} is not a feature of {event_type}; accepted: {', '.join(fields)}"
    return _problem("unknown_field", ["changes", plain(name)], message, name)


def _problem(kind: str, loc: list[str], message: str, value: Any) -> Problem:
    return {"type": kind, "loc": loc, "msg": message, "input": plain(value)}
