"""Paths as columns of numbers, so that every event finds its own by one index."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from carbon_nexus.emissions.account import Floats
from carbon_nexus.emissions.curves import CURVES
from carbon_nexus.emissions.model import Energy, Path
from carbon_nexus.emissions.road import road_paths

_HALF_WIDTHS = {"half_width": "spread_2", "load_half_width": "load_spread_2", "speed_half_width": "speed_spread_2"}


@dataclass(frozen=True)
class PathTable:
    """`numbers`: a column per number of a `Path`; `keys`: its event_type, vehicle_class and fuel, the row `path`, and
    what else does not depend on an event.

    Half-widths stand as squares of their logarithm (`spread_2`), `curve` as its place in CURVES, -1 without one.
    """

    paths: tuple[Path, ...]
    numbers: dict[str, Floats]
    keys: pl.DataFrame


@cache
def path_table(set_name: str) -> PathTable:
    """The paths of one factor set."""
    paths = road_paths(set_name)
    keys = pl.DataFrame(
        {
            "event_type": [path.event_type for path in paths],
            "vehicle_class": [path.vehicle_class for path in paths],
            "fuel": [path.fuel for path in paths],
            "path": range(len(paths)),
            "why_not": [path.why_not for path in paths],
            "is_modelled": [path.is_modelled for path in paths],
            "per_tonne_km": [path.per_tonne_km for path in paths],
        },
        schema_overrides=dict.fromkeys(("vehicle_class", "fuel", "why_not"), pl.String),
    )
    return PathTable(paths, _numbers(paths), keys)


def _numbers(paths: Sequence[Path]) -> dict[str, Floats]:
    names = [each.name for each in fields(Path) if each.type in (float, bool, "float", "bool")]
    columns = {name: _column([getattr(path, name) for path in paths]) for name in names}
    places = {name: number for number, name in enumerate(CURVES)}
    columns["curve"] = _column([places[path.curve] if path.curve else -1 for path in paths])
    columns["mixes"] = _column([path.energy is Energy.BOTH for path in paths])
    columns["is_delivery"] = _column([path.event_type == "delivery" for path in paths])
    for name, spread in _HALF_WIDTHS.items():
        columns[spread] = np.log1p(columns.pop(name)) ** 2
    return columns


def _column(values: Sequence[Any]) -> Floats:
    return np.array(values, dtype=np.float64)
