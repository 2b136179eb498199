"""An estimate written out for a person: every line with the numbers put in, every published number with its source.

The lines are made of the same objects as the estimate (`Trips`, `Sites`, `Electricity`, paths of the factor set), and
worked out with a calculator they give its numbers.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import polars as pl

from carbon_nexus.activities.model import FIELDS
from carbon_nexus.emissions.electricity import Electricity
from carbon_nexus.emissions.entity import ROAD_TYPES
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.inputs import CALIBRATION, INPUTS, ROAD_AMOUNTS, SITE_AMOUNTS, amounts, places, typed
from carbon_nexus.emissions.labels import formula_of
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.emissions.pairs import pairs_of
from carbon_nexus.emissions.pathtable import path_table
from carbon_nexus.emissions.sites import Sites
from carbon_nexus.emissions.sitetable import site_table
from carbon_nexus.emissions.trips import Trips
from carbon_nexus.explanations.power import write_power, write_totals
from carbon_nexus.explanations.site import write_site
from carbon_nexus.explanations.trip import write_trip
from carbon_nexus.explanations.worksheet import Line, Worksheet
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import Factor
from carbon_nexus.factors.shapes import shapes

_UNITS = {field.name: field.unit for field in FIELDS} | {
    "cooling_load": "kWh of heat",
    "furnace_rated_kw": "kW",
    "floor_area_m2": "m2",
    "refrigerant_charge_kg": "kg",
    "market_kg_per_kwh": "kg/kWh",
}
# Whose they are, not what they did.
_NAMES = ("supplier_id", "route_id", "warehouse_id", "factory_id")


class Source(StrEnum):
    """Who told an input."""

    EVENT = "event"
    PROFILE = "profile"
    CALIBRATION = "calibration"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Input:
    """What the estimator was told. `counted`: it stands in a line, or is a word that chose formula and factors."""

    name: str
    value: Any
    unit: str
    source: Source
    counted: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """An estimate with all that led to it.

    `estimate` is the row of `estimate()`. Without a number `lines` and `factors` are empty, `estimate["reason"]` says
    why, and `missing` names the inputs that it asks for. `formula` is None there too.
    """

    estimate: dict[str, Any]
    formula: str | None
    lines: tuple[Line, ...]
    inputs: tuple[Input, ...]
    factors: tuple[Factor, ...]
    missing: tuple[str, ...]


def explain(event: pl.DataFrame, basis: Basis = DEFAULT_BASIS) -> Explanation:
    """The estimate of one event, line by line; `event` is an event frame of one row, read as `estimate` reads it."""
    rows = typed(event)
    (said,) = estimate(rows, basis).to_dicts()
    if said["co2e_kg"] is None:
        given = _given(rows)
        missing = tuple(name for name in INPUTS if name not in given and _is_named(name, said["reason"] or ""))
        return Explanation(said, None, (), inputs_of(rows), (), missing)
    sheet = _worksheet(rows, said, basis)
    ids = [*(said["factor_ids"] or "").split(), *(each for line in sheet.lines for each in line.factor_ids)]
    return Explanation(
        estimate=said,
        formula=formula_of(said["method"]),
        lines=tuple(sheet.lines),
        inputs=(*inputs_of(rows, sheet.used), *_usual_grid(rows, said)),
        factors=tuple(_factors(dict.fromkeys(ids), basis)),
        missing=(),
    )


def inputs_of(event: pl.DataFrame, used: Collection[str] = ()) -> tuple[Input, ...]:
    """What the estimator can read of an event, as far as it is known; `used`: the numbers that stand in lines.

    All but calibrations come from the event: which of them its entity's profile told is not seen here.
    """
    given = _given(typed(event))
    return tuple(
        Input(
            name=name,
            value=value,
            unit=_unit(name, given),
            source=Source.CALIBRATION if name in CALIBRATION else Source.EVENT,
            counted=name in used or (bool(used) and isinstance(value, str)),
        )
        for name, value in given.items()
        if name not in _NAMES
    )


def _given(rows: pl.DataFrame) -> dict[str, Any]:
    return {name: value for name, value in rows.row(0, named=True).items() if value is not None}


def _usual_grid(rows: pl.DataFrame, said: dict[str, Any]) -> Iterator[Input]:
    """The grid of the basis, where it is part of the number."""
    if said["grid_region"] and "grid_region" not in _given(rows):
        yield Input("grid_region", said["grid_region"], "", Source.SETTING, counted=True)


def _worksheet(rows: pl.DataFrame, said: dict[str, Any], basis: Basis) -> Worksheet:
    sheet, factors, given = Worksheet(), factor_set(basis.factor_set), _given(rows)
    for name, value in given.items():
        if isinstance(value, float):
            sheet.know(name, value, _unit(name, given))
    if given["event_type"] in ROAD_TYPES:
        table = path_table(basis.factor_set)
        path = pairs_of(rows, table).path
        trips = Trips(amounts(rows, (*ROAD_AMOUNTS, *CALIBRATION)), table, path)
        write_trip(sheet, trips, table.paths[path[0]], factors)
    else:
        sites = site_table(basis.factor_set)
        columns = amounts(rows, (*SITE_AMOUNTS, "temperature", "cooling_metered")) | places(rows, sites)
        columns["is_warehouse"] = np.array([float(given["event_type"] == "warehouse")])
        write_site(sheet, Sites(columns, sites), sites, factors)
    if "electricity_kwh" in sheet:
        write_power(sheet, Electricity(rows, basis), factors)
    write_totals(sheet, said)
    return sheet


def _unit(name: str, given: dict[str, Any]) -> str:
    return str(given.get("furnace_unit", "")) if name == "furnace_usage" else _UNITS.get(name, "")


def _factors(ids: Iterable[str], basis: Basis) -> Iterable[Factor]:
    """The factors of these ids, the sources of curves among them."""
    library = factor_set(basis.factor_set)
    return (shapes().get(each) or library.factor(each) for each in ids)


def _is_named(name: str, reason: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", reason) is not None
