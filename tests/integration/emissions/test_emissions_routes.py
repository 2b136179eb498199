"""Current and summary from the rollups, at NOW = Wednesday 2026-03-18 12:00 UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import emissions_daily, emissions_hourly, hotspots
from carbon_nexus.emissions.summary import Window
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def hour(ago: int, co2e_kg: float, entity: str = "Plant", events: int = 1, unestimated: int = 0, **more: Any) -> Any:
    return {
        "tenant_id": 1,
        "hour": NOW - ago * HOUR,
        "event_type": "factory",
        "entity_type": "factory",
        "entity": entity,
        "co2e_kg": co2e_kg,
        "ttw_kg": co2e_kg,
        "wtt_kg": 0.0,
        "event_count": events,
        "unestimated_count": unestimated,
    } | more


async def fill(engine: AsyncEngine, table: Any, rows: list[Any]) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(table), rows)


async def current(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/emissions/current")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_an_empty_database_has_no_rate_and_says_so(client: httpx.AsyncClient) -> None:
    found = await current(client)
    assert (found["current_rate"], found["trend"], found["target"], found["last_updated"]) == (None,) * 4
    assert (found["categories"], found["total_today"], found["prediction_count"]) == ({}, 0, 0)
    assert found["reason"] == "no event in the last 24 hours"
    assert found["target_reason"] == "targets are of a month: GET /targets/progress"


async def test_rate_trend_and_today_by_hand(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    rows = [hour(1, 60), hour(20, 60), hour(24, 120), hour(25, 100), hour(48, 60), hour(49, 999), hour(-2, 999)]
    await fill(engine, emissions_hourly, rows)
    found = await current(client)
    assert found["current_rate"] == pytest.approx((60 + 60 + 120) / 24)
    assert found["trend"] == pytest.approx(100 * (240 / 160 - 1))
    assert found["total_today"] == 60
    assert (found["prediction_count"], found["reason"], found["trend_reason"]) == (3, None, None)
    assert (found["unit"], found["rate_unit"]) == ("kg CO2e", "kg CO2e per hour")


async def test_within_an_hour_the_window_starts_with_a_full_one_and_the_rate_knows(
    app: FastAPI, client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    app.state.clock = lambda: NOW + HOUR / 2
    await fill(engine, emissions_hourly, [hour(0, 49), hour(24, 49), hour(25, 1)])
    found = await current(client)
    assert found["current_rate"] == pytest.approx(98 / 24.5)
    assert found["categories"] == {"Plant": 98}
    assert found["trend"] == pytest.approx(100 * (4 / (1 / 24) - 1))


async def test_without_a_day_before_there_is_no_trend(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await fill(engine, emissions_hourly, [hour(1, 60)])
    found = await current(client)
    assert found["trend"] is None
    assert found["trend_reason"] == "no event with an estimate in the 24 hours before"


async def test_events_without_an_estimate_are_counted_but_not_taken_for_zero(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await fill(engine, emissions_hourly, [hour(1, 0, "Dark", events=0, unestimated=3)])
    found = await current(client)
    assert (found["current_rate"], found["categories"], found["prediction_count"]) == (None, {}, 3)
    assert found["reason"] == "none of the 3 events in the last 24 hours has an estimate"
    await fill(engine, emissions_hourly, [hour(1, 48, events=2)])
    found = await current(client)
    assert found["current_rate"] == pytest.approx(2)
    assert found["reason"] == "3 of 5 events have no estimate and are not counted"


async def test_the_twenty_largest_entities_are_named_and_the_rest_is_other(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await fill(engine, emissions_hourly, [hour(1, 100 + n, f"Plant {n}") for n in range(25)])
    await fill(engine, emissions_hourly, [hour(2, 10, "Plant 24"), hour(1, 5, "Plant 24", tenant_id=2)])
    found = (await current(client))["categories"]
    assert len(found) == 21
    assert next(iter(found)) == "Plant 24"
    assert found["Plant 24"] == 134
    assert found["Plant 5"] == 105
    assert found["other"] == 100 + 101 + 102 + 103 + 104


async def test_summary_of_an_empty_database(client: httpx.AsyncClient) -> None:
    found = (await client.get("/emissions/summary")).json()
    assert found["average_emissions"] is None
    assert (found["total_emissions"], found["event_count"], found["active_hotspots"]) == (0, 0, 0)


async def test_summary_adds_days_up_and_counts_hotspots(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    day = {"tenant_id": 1, "event_type": "factory", "ttw_kg": 0.0, "wtt_kg": 0.0}
    await fill(
        engine,
        emissions_daily,
        [
            day | {"day": NOW.date(), "co2e_kg": 30.0, "event_count": 2, "unestimated_count": 1},
            day | {"day": NOW.date() - 24 * HOUR, "co2e_kg": 12.0, "event_count": 1, "unestimated_count": 0},
            day | {"day": NOW.date(), "co2e_kg": 9.0, "event_count": 1, "unestimated_count": 0, "tenant_id": 2},
        ],
    )
    await fill(engine, hotspots, [hotspot("a", "critical"), hotspot("b", "warn"), hotspot("c", "critical", "resolved")])
    found = (await client.get("/emissions/summary")).json()
    assert (found["total_emissions"], found["average_emissions"]) == (42, 14)
    assert (found["event_count"], found["unestimated_count"]) == (4, 1)
    assert (found["active_hotspots"], found["critical_hotspots"]) == (2, 1)


def hotspot(entity: str, severity: str, status: str = "active") -> dict[str, Any]:
    return {
        "entity": entity,
        "entity_type": "factory",
        "event_type": "factory",
        "predicted_co2": 2.0,
        "baseline_co2": 1.0,
        "percent_above": 100.0,
        "severity": severity,
        "status": status,
        "event_id": 1,
        "event_count": 1,
        "first_event_at": NOW,
        "last_event_at": NOW,
    }


def test_the_window_is_between_24_and_25_hours_long() -> None:
    for minute in (0, 1, 30, 59):
        window = Window(datetime(2026, 3, 18, 12, minute, 59, tzinfo=UTC))
        assert 24 <= window.hours < 25
        assert window.start <= window.now - timedelta(hours=24)
        assert window.now < window.end
