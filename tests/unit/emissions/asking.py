"""One event in, its estimate out: what the tests of the estimator ask with."""

from datetime import UTC, datetime
from math import expm1, log1p
from typing import Any

import polars as pl
import pytest

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis

Row = dict[str, Any]

# UK electricity 2025, kg CO2e per kWh: generation; WTT .0459, losses .01853, their WTT .00397.
GRID_TTW, GRID_WTT = 0.177, 0.0459 + 0.01853 + 0.00397
GRID = GRID_TTW + GRID_WTT

# A litre of diesel: kg CO2e and MJ.
DIESEL_TTW, DIESEL_WTT, DIESEL_MJ = 2.57082, 0.61101, 35.86


def one(basis: Basis = DEFAULT_BASIS, /, **event: object) -> Row:
    """The estimate of one event."""
    return estimate(pl.DataFrame([event]), basis).row(0, named=True)


def leg(**event: object) -> Row:
    return one(event_type="logistics", **event)


def tour(**event: object) -> Row:
    return one(event_type="delivery", **event)


def factory(**event: object) -> Row:
    return one(event_type="factory", **event)


def warehouse(**event: object) -> Row:
    return one(event_type="warehouse", **event)


def kg(row: Row) -> tuple[object, object]:
    return row["ttw_kg"], row["wtt_kg"]


def near(*numbers: float, rel: float = 1e-9) -> object:
    return pytest.approx(numbers, rel=rel, abs=1e-12)


def number(row: Row, name: str) -> float:
    found = row[name]
    assert isinstance(found, float), row
    return found


def half_width(row: Row) -> float:
    """The relative 95 % half-width upwards."""
    return number(row, "high_kg") / number(row, "co2e_kg") - 1


def together(*half_widths: float) -> float:
    """The half-width of a product of independent parts: in quadrature of their logarithms."""
    return expm1(sum(log1p(width) ** 2 for width in half_widths) ** 0.5)


def at(hour: int, month: int = 1) -> datetime:
    return datetime(2025, month, 15, hour, 30, tzinfo=UTC)
