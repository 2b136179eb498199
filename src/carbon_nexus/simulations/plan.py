"""The changes of a what-if question, checked: every impossible one is refused with the rule it breaks. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from carbon_nexus.activities.model import EVENT_TYPES
from carbon_nexus.activities.vehicles import FUELS_OF, VEHICLE_CLASSES
from carbon_nexus.emissions.entity import ROAD_TYPES
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.errors import InvalidInput
from carbon_nexus.measures.model import Change, Measure
from carbon_nexus.predictions.features import FEATURES
from carbon_nexus.predictions.predict import NOT_FEATURES, Refused, read_features
from carbon_nexus.simulations.change import apply_changes, is_relative, relative_share
from carbon_nexus.simulations.population_model import Planned
from carbon_nexus.simulations.schemas import PopulationChange, PopulationSpec, ScopeSpec
from carbon_nexus.simulations.where import Problem, Where, aims, columns_of, problem, read_where, resolved_pair
from carbon_nexus.simulations.words import measure_sentence, sentence

# The least that an event of each type tells: a new value is checked as a change of this one would be.
_EXAMPLES: dict[str, dict[str, Any]] = {
    "logistics": {"distance_km": 1, "load_kg": 0, "vehicle_type": "truck", "fuel_type": "diesel"},
    "delivery": {"route_length": 1, "vehicle_type": "van"},
    "factory": {"energy_kwh": 1, "shift_hours": 1},
    "warehouse": {"temperature": 0},
}
_VEHICLE = ("vehicle_type", "fuel_type")

Place = Sequence[Any]


@dataclass
class _Values:
    """New values by column of the event frame, as they are read: amounts, names, and parts of the event's own."""

    absolute: dict[str, float | str | bool] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def planned(spec: PopulationSpec, measures: Mapping[str, Measure]) -> list[Planned]:
    """The changes in their order; `measures` are the known ones by id. Raises InvalidInput with all that is wrong."""
    plans: list[Planned] = []
    problems: list[Problem] = []
    for number, change in enumerate(spec.changes, 1):
        at = ["changes", number - 1]
        found = (
            _of_values(number, change, spec.scope, at)
            if change.measure is None
            else _of_measure(number, change, spec.scope, measures, at)
        )
        if isinstance(found, Planned):
            plans.append(found)
        else:
            problems += found
    if problems:
        raise InvalidInput(problems, "Nothing was simulated.")
    return plans


def _of_measure(
    number: int, change: PopulationChange, scope: ScopeSpec, measures: Mapping[str, Measure], at: Place
) -> Planned | list[Problem]:
    measure, at = measures.get(change.measure or ""), [*at, "measure"]
    if measure is None:
        return [problem(at, change.measure, "there is no such measure", "GET /measures lists all.")]
    if measure.left_out_because:
        return [problem(at, measure.id, f"cannot be simulated: {measure.left_out_because}", "Write it with set.")]
    if scope.event_type not in (None, measure.event_type):
        rule = f"acts on {measure.event_type} events, and the scope is {scope.event_type} alone"
        return [problem(at, measure.id, rule, "Change one of the two.")]
    told = measure_sentence(measure)
    return Planned(number, change.name, told, pl.lit(True), {}, measure=measure)


def _of_values(number: int, change: PopulationChange, scope: ScopeSpec, at: Place) -> Planned | list[Problem]:
    given = change.set or {}
    where, problems = read_where(change.where, scope, [*at, "where"], "vehicle_type" in given)
    types = _types(where, given, (change.where.event_type or scope.event_type) is not None)
    found, at = _Values(), [*at, "set"]
    for name, value in given.items():
        _read_value(name, value, types, at, found)
    vehicle = {name: str(found.absolute[name]) for name in _VEHICLE if name in found.absolute}
    moves = bool(vehicle) and types[0] in ROAD_TYPES
    put, wrong = _pair(vehicle, where, at) if moves else (None, [])
    problems = [*problems, *wrong, *_burnt(put, given, at), *found.problems]
    if problems:
        return problems
    numbers = {name: pl.lit(value) for name, value in found.absolute.items() if not (moves and name in _VEHICLE)}
    shares = {name: pl.col(name) * share for name, share in found.shares.items()}
    return Planned(
        number=number,
        name=change.name,
        sentence=sentence(change.where, types, given),
        aims=aims(replace(where, event_types=types)),
        values=numbers | shares,
        shares=found.shares,
        highest={name: bound for name in shares if (bound := _highest(name, types)) is not None},
        vehicle=_as_measure(put, types[0]) if put else None,
    )


def _types(where: Where, given: Mapping[str, Any], told: bool) -> tuple[str, ...]:
    """The event types that are meant: where none was told, those that have all the fields, of vehicles for a fuel."""
    if told:
        return where.event_types
    meant = [each for each in where.event_types if given.keys() <= columns_of(each).keys()]
    if "fuel_type" in given:
        meant = [each for each in meant if each in ROAD_TYPES]
    return tuple(meant) or where.event_types


def _read_value(name: str, value: float | str, types: Sequence[str], at: Place, found: _Values) -> None:
    for event_type in types:
        column = columns_of(event_type).get(name)
        if column is None or column not in INPUTS or column in NOT_FEATURES:
            known = [each for each, column in columns_of(event_type).items() if column in INPUTS]
            rule = f"is no field that estimates of {event_type} events are made from"
            found.problems.append(problem([*at, name], value, rule, f"Accepted: {', '.join(known)}."))
            return
        if column in found.absolute | found.shares and event_type == types[0]:
            found.problems.append(problem([*at, name], value, f"{column} is set twice", "Leave one of them out."))
            return
        if isinstance(value, str) and is_relative(value):
            _read_share(name, value, column, at, found)
        elif column in _VEHICLE and event_type in ROAD_TYPES:
            found.absolute[column] = value if isinstance(value, str) else str(value)
        else:
            _read_absolute(name, value, event_type, column, at, found)
        if found.problems:
            return


def _read_share(name: str, value: str, column: str, at: Place, found: _Values) -> None:
    share = relative_share(value)
    if isinstance(share, str):
        found.problems.append(problem([*at, name], None, share, "Write it like -20%."))
    elif INPUTS[column] != pl.Float64():
        found.problems.append(problem([*at, name], value, "is a name, which has no parts", "Give the new name."))
    else:
        found.shares[column] = share


def _read_absolute(name: str, value: float | str, event_type: str, column: str, at: Place, found: _Values) -> None:
    """A number or name by the rules of a single event's features."""
    if isinstance(value, str) and INPUTS[column] == pl.Float64():
        found.problems.append(problem([*at, name], value, "is not a number", "Give a number, or a part such as -20%."))
        return
    example = read_features(event_type, _EXAMPLES[event_type])
    assert not isinstance(example, Refused)
    scenario = apply_changes(example, {name if name in _names(event_type) else column: value})
    if isinstance(scenario, Refused):
        refused = scenario.problems[0]
        found.problems.append(refused | {"loc": ["body", *at, name]})
    else:
        new = scenario.modified.event_row()[column]
        if new is None:
            rule = f"means not metered in {event_type} events, not that none is used"
            found.problems.append(problem([*at, name], value, rule, "For no use at all write -100%."))
            return
        found.absolute[column] = float(new) if isinstance(new, int) and not isinstance(new, bool) else new


def _names(event_type: str) -> frozenset[str]:
    return frozenset(FEATURES[event_type].model_fields)


def _pair(given: Mapping[str, str], where: Where, at: Place) -> tuple[Change | None, list[Problem]]:
    """Vehicle class and fuel to put in the place of the event's own; a name may carry both."""
    vehicle, fuel = given.get("vehicle_type"), given.get("fuel_type")
    found = resolved_pair(vehicle, fuel)
    last = "fuel_type" if fuel else "vehicle_type"
    if found["conflict"]:
        return None, [problem([*at, last], None, found["conflict"], "Correct the names.")]
    for name, word, read in (("vehicle_type", vehicle, "vehicle_class"), ("fuel_type", fuel, "fuel")):
        if word is not None and found[read] is None:
            return None, [problem([*at, name], word, "names nothing", "Give the new name.")]
    put = Change(vehicle_type=found["vehicle_class"], fuel_type=found["fuel"])
    classes = (put.vehicle_type,) if put.vehicle_type else where.classes or VEHICLE_CLASSES
    fuels = (put.fuel_type,) if put.fuel_type else where.fuels
    if fuels and not any(each in FUELS_OF[name] for name in classes for each in fuels):
        takes = ", ".join(sorted({each for name in classes for each in FUELS_OF[name]}))
        rule = f"{', '.join(classes)} cannot run on {', '.join(fuels)}: it takes {takes}"
        return None, [problem([*at, last], None, rule, "Correct the names.")]
    return put, []


def _burnt(put: Change | None, given: Mapping[str, Any], at: Place) -> Iterator[Problem]:
    """That litres are set of what becomes electric."""
    if put and put.fuel_type == "electric" and "fuel_litres" in given:
        rule = "does not go with fuel_type electric, which burns no litres"
        yield problem([*at, "fuel_litres"], given["fuel_litres"], rule, "Leave one of the two out.")


def _highest(column: str, types: Sequence[str]) -> float | None:
    """The bound of a feature, which no part of an event's own may exceed either."""
    found = list(_bounds(column, types))
    return min(found) if found else None


def _bounds(column: str, types: Sequence[str]) -> Iterator[float]:
    for event_type in types:
        model = FEATURES[event_type]
        for name, info in model.model_fields.items():
            if model.columns.get(name, name) == column:
                yield from (rule.le for rule in info.metadata if hasattr(rule, "le"))


def _as_measure(put: Change, event_type: str) -> Measure:
    """Another vehicle or fuel as a measure, which knows what can be replaced and what becomes of measured litres."""
    told: dict[str, Any] = dict.fromkeys(
        ("id", "title", "description", "acts_on", "reduction_basis", "cost_impact", "feasibility", "condition",
         "evidence_grade", "source", "year", "url", "left_out_because"), "",
    )  # fmt: skip
    told |= dict.fromkeys(("reduction_low_pct", "reduction_typical_pct", "reduction_high_pct"), 0.0)
    return Measure(event_type=event_type, version=1, change=put, **told)


assert set(_EXAMPLES) == set(EVENT_TYPES)
