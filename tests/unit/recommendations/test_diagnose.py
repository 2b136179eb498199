"""Causes that a whole pipeline does not show easily, and what is said where there is none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.hotspots.model import Episode, Severity, Subject
from carbon_nexus.recommendations.diagnose import diagnose
from carbon_nexus.recommendations.model import Cause, Diagnosis

DAY = datetime(2026, 3, 17, tzinfo=UTC)  # a Tuesday
EVENT: dict[str, Any] = {
    **dict.fromkeys(INPUTS), "event_type": "delivery", "vehicle_type": "van_ev", "fuel_type": "electric",
    "distance_km": 60.0, "delivery_count": 80.0, "grid_region": "GB-hourly",
}  # fmt: skip
SITE = dict.fromkeys(INPUTS) | {"event_type": "factory", "shift_hours": 1.0, "gas_kwh": 300.0}


def diagnosed(usual: dict[str, Any], now: dict[str, Any], days: int = 20, hour: int = 3, then: int = 3) -> Diagnosis:
    """Of one event a day at this hour, and on the last day at that one."""
    times = [DAY - timedelta(days=day) + timedelta(hours=hour) for day in range(days, 0, -1)]
    at = DAY + timedelta(hours=then)
    rows = [usual | {"event_time": when} for when in times] + [now | {"event_time": at}]
    events = pl.DataFrame(rows, schema=INPUTS | {"refrigeration_load": pl.Float64()})
    found = estimate(events)
    events = events.with_columns(
        hotspot_id=pl.lit(1, pl.Int64), actual_kg=found["co2e_kg"], activity=found["activity"],
        typical_kg=pl.lit(found["co2e_kg"][:-1].median()),
    )  # fmt: skip
    kg, typical = found["co2e_kg"][-1], events["typical_kg"][0] or 1.0
    subject = Subject("Somewhere", "route", now["event_type"])
    hotspot = Episode(1, subject, Severity.WARN, 1, kg, typical, (kg / typical - 1) * 100, 1, at, at)
    return diagnose([hotspot], events)[1]


def test_rounds_that_charge_from_a_dirtier_grid() -> None:
    assert diagnosed(EVENT, EVENT, then=18).cause is Cause.GRID


def test_electricity_that_is_new_at_a_site() -> None:
    found = diagnosed(SITE, SITE | {"energy_kwh": 400.0})
    assert found.cause is Cause.ENERGY_USE
    (effect,) = [each for each in found.effects if each.cause is Cause.ENERGY_USE]
    assert effect.effect_kg == pytest.approx(found.excess_kg)
    assert Cause.GRID not in {each.cause for each in found.effects}  # a factor that never was is not compared


def test_without_a_history_no_cause_is_claimed() -> None:
    found = diagnosed(SITE, SITE | {"gas_kwh": 900.0}, days=4)
    assert (found.cause, found.effects) == (Cause.UNKNOWN, ())
    assert found.root_cause.endswith("Why is not known: fewer than 5 earlier events to compare with.")


def test_what_no_input_explains_is_said_so() -> None:
    found = diagnosed(EVENT | {"grid_region": "GB"}, EVENT | {"grid_region": "GB", "distance_km": 60.0})
    assert found.cause is Cause.UNKNOWN
    assert found.root_cause.endswith("Nothing that its events tell explains it.")


def test_fuel_is_told_from_electricity() -> None:
    found = diagnosed(SITE | {"energy_kwh": 100.0}, SITE | {"energy_kwh": 100.0, "gas_kwh": 900.0})
    assert found.cause is Cause.FUEL_USE
    assert "(900 kWh of gas instead of 300)" in found.root_cause
