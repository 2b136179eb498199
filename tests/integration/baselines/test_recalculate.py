"""Baselines of some entities made anew, and what counts as an observation."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.service import on_request, recalculate, recalculate_of
from carbon_nexus.scans.store import lock
from tests.conftest import NOW
from tests.integration.scans.scanned import BASELINES, FULL, TENANT, USUAL, hourly, read, scanned, store, trips

START = NOW - timedelta(days=5)
KEPT = "SELECT entity, sample_size, sufficiency FROM baselines WHERE metric = 'intensity' ORDER BY 1"
OF_A_ROUTE = 3  # its intensity, and its days: of all times and on weekdays


async def with_two_routes(engine: AsyncEngine) -> None:
    for route in ("R-0", "R-1"):
        await store(engine, trips(hourly(START, [USUAL] * 12), "usual", route))
    await scanned(engine)


async def without(engine: AsyncEngine, condition: str, *tables: str) -> None:
    async with engine.begin() as connection:
        for table in tables:
            await connection.execute(text(f"DELETE FROM {table} WHERE {condition}"))


async def made_anew(engine: AsyncEngine, *entities: str) -> int:
    async with engine.begin() as connection:
        return await recalculate_of(connection, TENANT, entities, NOW)


async def test_only_the_named_entities_are_made_anew(engine: AsyncEngine) -> None:
    await with_two_routes(engine)
    await without(engine, "event_id % 3 = 0", "predictions")
    assert await made_anew(engine, "R-1") == OF_A_ROUTE
    assert await read(engine, KEPT) == [("R-0", 12, "ok"), ("R-1", 8, "young")]
    assert await made_anew(engine) == 0


async def test_an_entity_without_any_estimate_loses_its_baseline(engine: AsyncEngine) -> None:
    await with_two_routes(engine)
    await without(engine, "entity = 'R-1'", "predictions", "emissions_entity_daily")
    assert await made_anew(engine, "R-1", "R-2") == 0
    assert await read(engine, KEPT) == [("R-0", 12, "ok")]
    assert await read(engine, "SELECT DISTINCT entity FROM baseline_states") == [("R-0",)]


async def test_estimates_made_with_estimated_values_say_nothing_of_what_is_typical(engine: AsyncEngine) -> None:
    await with_two_routes(engine)
    before = await read(engine, BASELINES)
    await store(engine, trips(hourly(START + timedelta(days=1), [FULL] * 30), "filled"))
    await scanned(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE predictions SET filled = true WHERE event_id > 24"))
        await recalculate(connection, TENANT, NOW)
    assert await read(engine, BASELINES) == before
    await made_anew(engine, "R-1")
    assert await read(engine, BASELINES) == before


async def test_scans_and_recalculations_of_a_tenant_wait_for_each_other(engine: AsyncEngine) -> None:
    held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
    async with engine.begin() as connection:
        await on_request(connection, TENANT, None, NOW, "ann")
        assert await connection.scalar(held) == 1
        await lock(connection, TENANT)
        assert await connection.scalar(held) == 1  # the scan's is the same
