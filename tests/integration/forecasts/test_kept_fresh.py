"""A forecast is stored, answered from there while nothing changes, and made anew when something did."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import procrastinate
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.engine import conninfo
from carbon_nexus.forecasts.jobs import forecast_all_tenants, register
from carbon_nexus.forecasts.model import Metric
from carbon_nexus.forecasts.service import MOST_AT_ONCE, Run, current, outlooks
from carbon_nexus.forecasts.store import KEPT_RUNS
from carbon_nexus.kit.jobs import make_worker_app, run_worker
from tests.conftest import NOW
from tests.integration.forecasts.lived import WEEK, change, live
from tests.integration.scans.scanned import read

RUNS = "SELECT origin_day, made_at FROM forecast_runs WHERE metric = 'co2e_kg' ORDER BY 1"
LATER = timedelta(minutes=5)
Trail = Callable[[], list[tuple[Any, ...]]]


async def at(engine: AsyncEngine, now: datetime) -> Run:
    async with engine.begin() as connection:
        return await current(connection, 1, now, Metric.CO2E_KG)


async def test_it_stands_until_a_day_of_its_history_changes(engine: AsyncEngine) -> None:
    await live(engine, 60)
    made = await at(engine, NOW)
    again = await at(engine, NOW + LATER)
    assert (again.made_at, again.stale) == (NOW, None)
    assert again.series.sort("level", "entity").equals(made.series.sort("level", "entity"))
    await change(engine, f"UPDATE emissions_entity_daily SET co2e_kg = 7 WHERE day = '{NOW.date()}'")
    assert (await at(engine, NOW + LATER)).made_at == NOW  # today is no part of it
    late = (NOW - timedelta(days=3)).date()
    await change(engine, f"UPDATE emissions_entity_daily SET co2e_kg = 7 WHERE day = '{late}' AND entity = 'Works'")
    assert (await at(engine, NOW + LATER)).made_at == NOW + LATER
    assert await read(engine, RUNS) == [(NOW.date(), NOW + LATER)]


async def test_a_calendar_makes_another_one(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 60)
    before = (await client.get("/forecasts")).json()["forecast"]
    told = await client.put("/calendar", json={"extra_days": ["2026-03-20"]})
    assert told.status_code == 200
    after = (await client.get("/forecasts")).json()["forecast"]
    assert after[2] == pytest.approx(WEEK[4], rel=0.05)  # that Friday as a Sunday
    assert before[2] == pytest.approx(WEEK[2], rel=0.05)


async def test_two_at_once_are_one(engine: AsyncEngine) -> None:
    await live(engine, 60)
    first, second = await asyncio.gather(at(engine, NOW), at(engine, NOW + LATER))
    assert first.made_at == second.made_at
    assert len(await read(engine, RUNS)) == 1


async def test_nights_are_kept_for_ten_days_and_last_week_is_what_was_recorded(
    client: httpx.AsyncClient, engine: AsyncEngine, audit: Trail
) -> None:
    await live(engine, 90)
    for ago in range(12, -1, -1):
        then = NOW - timedelta(days=ago)
        assert await forecast_all_tenants(engine, lambda then=then: then) == 1  # type: ignore[misc]
    assert await forecast_all_tenants(engine, lambda: NOW) == 0
    days = [row[0] for row in await read(engine, RUNS)]
    assert days == [(NOW - timedelta(days=ago)).date() for ago in range(KEPT_RUNS - 1, -1, -1)]
    last = (await client.get("/forecasts")).json()["last"]
    assert (last["made_as"], last["days_compared"]) == ("recorded", 7)
    assert [row[1:5] for row in audit()] == [("forecasts.made", "forecasts", "all", "forecast")] * 13


MANY = [(f"R-{number}", "route", "delivery") for number in range(MOST_AT_ONCE + 1)]


async def test_many_series_are_made_by_a_job_and_nothing_is_made_up_meanwhile(
    client: httpx.AsyncClient, engine: AsyncEngine, database_url: str
) -> None:
    await live(engine, 16, MANY, [1.0] * len(MANY))
    for path in ("/forecasts", "/forecasts?entity=R-7", "/emissions/forecast"):
        found = (await client.get(path)).json()
        assert (found["status"], found["forecast"], found["dates"], found["made_at"]) == ("being_made", [], [], None)
        assert "ask again" in found["reason"]
    assert await read(engine, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'make_forecasts'") == [(1,)]
    async with engine.begin() as connection:
        assert (await outlooks(connection, 1, NOW)).is_empty()
    await work(engine, database_url)
    assert (await client.get("/forecasts")).json()["status"] == "ok"


async def test_many_series_of_yesterday_are_answered_as_what_they_are(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await live(engine, 16, MANY, [1.0] * len(MANY))
    yesterday = NOW - timedelta(days=1)
    await forecast_all_tenants(engine, lambda: yesterday)
    found = (await client.get("/forecasts")).json()
    assert (found["status"], found["stale"], found["dates"][0]) == ("ok", True, str(yesterday.date()))
    assert found["stale_reason"].startswith("It was made on 2026-03-17 at 12:00 UTC and that day is over")
    async with engine.begin() as connection:
        told = await outlooks(connection, 1, NOW)
    assert set(told["stale"]) == {True}
    assert set(told["origin_day"]) == {yesterday.date()}


async def work(engine: AsyncEngine, database_url: str) -> None:
    app: procrastinate.App = make_worker_app(conninfo(database_url))
    register(app, engine, lambda: NOW)
    async with app.open_async():
        await run_worker(app, until_empty=True)
