"""What another factor set would make of stored events, on a real database."""

from datetime import timedelta

import polars as pl
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.columns import copy_in
from carbon_nexus.emissions.model import Basis
from carbon_nexus.predictions.restate import EFFECT_SCHEMA, effect
from tests.conftest import NOW

OLD, NEW = Basis("desnz-2025.2"), Basis("desnz-2026.1")


def event(number: int, hours_ago: float, **facts: object) -> dict[str, object]:
    at = {"timestamp": NOW - timedelta(hours=hours_ago), "external_id": str(number)}
    return {"event_type": "factory", "supplier_id": "S", "source": "test", **at, **facts}


async def test_both_sums_by_event_type_within_the_time_asked_for(engine: AsyncEngine) -> None:
    events = [
        event(1, 30.0, energy_kwh=1000.0),
        event(2, 1.0, energy_kwh=500.0),
        event(3, 2.0),  # without an estimate: in neither sum
        event(4, 24 * 9.0, energy_kwh=1e6),  # before the time asked for
        event(5, 3.0, event_type="logistics", vehicle_type="artic_40t", fuel_type="diesel", fuel_litres=30.0),
    ]
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", pl.DataFrame(events, infer_schema_length=None))
        found = await effect(connection, 1, OLD, NEW, NOW - timedelta(days=7), NOW)
    assert found.schema == EFFECT_SCHEMA
    factory, logistics = found.to_dicts()
    # UK electricity with its upstream part and losses, and diesel by the litre, of 2025 and of 2026
    grid_2025, grid_2026 = 0.177 + 0.0459 + 0.01853 + 0.00397, 0.13096 + 0.03682 + 0.01299 + 0.00359
    assert (factory["event_type"], factory["events"]) == ("factory", 2)
    assert factory["old_kg"] == pytest.approx(1500 * grid_2025)
    assert factory["new_kg"] == pytest.approx(1500 * grid_2026)
    assert (logistics["event_type"], logistics["events"]) == ("logistics", 1)
    assert logistics["old_kg"] == pytest.approx(30 * (2.57082 + 0.61101))
    assert logistics["new_kg"] == pytest.approx(30 * (2.58354 + 0.61101))


async def test_no_events_no_effect(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        found = await effect(connection, 1, OLD, NEW, NOW - timedelta(days=2), NOW)
    assert found.is_empty()
