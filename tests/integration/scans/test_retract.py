"""Events taken out of the pipeline again: as if they had never come. And estimates made anew."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.service import recalculate
from carbon_nexus.db.columns import copy_in
from carbon_nexus.scans.retract import Retracted, rescan, undo_job
from tests.conftest import NOW
from tests.integration.scans.scanned import (
    BASELINES,
    DAYS,
    EMPTY,
    EPISODES,
    FULL,
    RATIO,
    TENANT,
    USUAL,
    assert_sums_hold,
    hourly,
    read,
    scanned,
    store,
    trips,
)

LONG_AGO = NOW - timedelta(days=20)
JOB = 7
SUMS = "round(co2e_kg::numeric, 9), event_count, unestimated_count"  # the order of adding shows in the last digit
Range = tuple[int | None, int | None]


async def with_history(engine: AsyncEngine) -> None:
    """Forty ordinary trips on each of two routes, by another job."""
    for route in ("R-0", "R-1"):
        await store(engine, trips(hourly(LONG_AGO, [USUAL] * 40), "usual", route), job=1)
    await scanned(engine, None)


async def undo(engine: AsyncEngine, ids: Range, job: int = JOB) -> Retracted:
    async with engine.begin() as connection:
        return await undo_job(connection, TENANT, job, *ids, RATIO, NOW, "ann")


async def again(engine: AsyncEngine, event_ids: list[int]) -> Retracted:
    async with engine.begin() as connection:
        return await rescan(connection, TENANT, event_ids, RATIO, NOW, "ann")


async def state(engine: AsyncEngine) -> list[list[tuple[object, ...]]]:
    """What the pipeline knows, without ids and moments of recording."""
    queries = (
        "SELECT entity, event_time, predicted_co2, typical_kg FROM predictions ORDER BY event_id",
        f"SELECT hour, event_type, entity, {SUMS} FROM emissions_hourly ORDER BY 1, 2, 3",
        f"SELECT day, event_type, {SUMS} FROM emissions_daily ORDER BY 1, 2",
        "SELECT external_id FROM events_normalized ORDER BY id",
        "SELECT first_event_id, event_count FROM scan_backlog ORDER BY 1",
        "SELECT id FROM events_raw",
        "SELECT id FROM estimated_values",
        EPISODES,
        BASELINES,
        DAYS,
    )
    return [await read(engine, query) for query in queries]


async def learnt(engine: AsyncEngine) -> list[list[tuple[object, ...]]]:
    """The state once all is scanned and every baseline up to date."""
    await scanned(engine)
    async with engine.begin() as connection:
        await recalculate(connection, TENANT, NOW)
    return await state(engine)


async def actions(engine: AsyncEngine, actor: str = "ann") -> list[tuple[object, ...]]:
    query = f"SELECT action, metadata ->> 'reason' FROM audit_logs WHERE user_id = '{actor}' ORDER BY id"
    return await read(engine, query)


@pytest.mark.parametrize("known", [True, False], ids=["ids known", "job of an older release"])
async def test_an_undone_job_leaves_no_trace(engine: AsyncEngine, known: bool) -> None:
    await with_history(engine)
    await store(engine, trips([(NOW - timedelta(hours=30), EMPTY)], "kept"))
    before = await learnt(engine)
    loads = [EMPTY, None, FULL, USUAL] * 6
    job = trips(hourly(NOW - timedelta(days=9), loads), "job")
    first, last = await store(engine, job, JOB)
    new = trips(hourly(NOW - timedelta(hours=29), loads[:8]), "new", "R-new")
    _, last = await store(engine, new, JOB)
    async with engine.begin() as connection:
        await connection.execute(text(f"INSERT INTO events_raw (payload, ingest_job_id) VALUES ('{{}}', {JOB})"))
        standing_in = "INSERT INTO estimated_values (event_id, field, value, low, high, method, sample_size)"
        await connection.execute(text(f"{standing_in} VALUES ({first + 1}, 'load_kg', 1, 1, 1, 'm', 9)"))
    await scanned(engine)
    assert await state(engine) != before
    done = await undo(engine, (first, last) if known else (None, None))
    assert (done.events, done.predictions) == (32, 32)
    assert await state(engine) == before
    await assert_sums_hold(engine)
    assert await undo(engine, (first, last)) == Retracted(0, 0, 0, 0)


async def test_what_waits_for_a_scan_is_taken_off_the_backlog(engine: AsyncEngine) -> None:
    first, _ = await store(engine, trips(hourly(LONG_AGO, [USUAL] * 3), "job"), JOB)
    await store(engine, trips(hourly(LONG_AGO, [USUAL] * 2), "other"), 1)
    async with engine.begin() as connection:  # one statement of two jobs
        mixed = "INSERT INTO events_normalized (event_type, supplier_id, timestamp, ingest_job_id)"
        rows = ", ".join(f"('factory', 'S', '{NOW.isoformat()}', {job})" for job in (JOB, 1, JOB))
        await connection.execute(text(f"{mixed} VALUES {rows}"))
    done = await undo(engine, (first, first + 7))
    assert (done.events, done.predictions) == (5, 0)
    assert await read(engine, "SELECT event_count FROM scan_backlog ORDER BY first_event_id") == [(2,), (1,)]
    assert (await scanned(engine)).events == 3


async def test_events_of_another_tenant_stay(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO tenants (name) VALUES ('other')"))
        theirs = trips(hourly(LONG_AGO, [USUAL]), "x")
        await copy_in(connection, "events_normalized", theirs.with_columns(tenant_id=2, ingest_job_id=JOB))
    assert (await undo(engine, (None, None))).events == 0
    assert (await again(engine, [1])).events == 0
    assert await read(engine, "SELECT count(*) FROM events_normalized") == [(1,)]


async def test_an_episode_without_its_worst_events_is_corrected(engine: AsyncEngine) -> None:
    await with_history(engine)
    start = NOW - timedelta(hours=20)
    await store(engine, trips(hourly(start, [8_000.0] * 5), "mild"))
    await scanned(engine)
    before = await read(engine, EPISODES)
    ids = await store(engine, trips(hourly(start + timedelta(hours=2), [EMPTY] * 9), "job"), JOB)
    await scanned(engine)
    assert (await read(engine, EPISODES))[0][3:] == (14, 287.0, "critical", "active")
    done = await undo(engine, ids)
    assert (done.hotspots_corrected, done.hotspots_resolved) == (1, 0)
    assert await read(engine, EPISODES) == before
    assert await actions(engine) == [("hotspot.corrected", "some of the events behind it were taken back")]


async def test_an_episode_without_events_is_resolved_and_says_why(engine: AsyncEngine) -> None:
    await with_history(engine)
    ids = await store(engine, trips([(NOW - timedelta(hours=5), EMPTY)], "job"), JOB)
    await scanned(engine)
    done = await undo(engine, ids)
    assert (done.hotspots_corrected, done.hotspots_resolved) == (0, 1)
    row = await read(engine, "SELECT status, event_count, severity, resolved_at = updated_at FROM hotspots")
    assert row == [("resolved", 0, "critical", True)]
    assert await actions(engine) == [("hotspot.resolved", "the events behind it were taken back")]


async def test_a_baseline_without_enough_left_loses_its_value(engine: AsyncEngine) -> None:
    await store(engine, trips(hourly(LONG_AGO, [USUAL] * 4), "few"), 1)
    ids = await store(engine, trips(hourly(LONG_AGO, [USUAL] * 8), "job"), JOB)
    await scanned(engine)
    assert (await read(engine, BASELINES))[0][3:] == (12, "ok")
    await undo(engine, ids)
    assert (await read(engine, BASELINES))[0][2:] == (None, 4, "young")


async def test_rescanned_events_get_their_estimates_anew(engine: AsyncEngine) -> None:
    await with_history(engine)
    first, last = await store(engine, trips(hourly(NOW - timedelta(hours=9), [EMPTY, FULL, EMPTY]), "a"))
    before = await learnt(engine)
    done = await again(engine, [first, last, 10**9])
    assert done == Retracted(2, 2, 0, 1)
    assert await read(engine, "SELECT event_count FROM scan_backlog") == [(2,)]
    await assert_sums_hold(engine)
    assert (await scanned(engine)).events == 2
    assert await state(engine) == before
    assert await again(engine, []) == Retracted(0, 0, 0, 0)


async def test_ids_far_apart_are_queued_apart(engine: AsyncEngine) -> None:
    await store(engine, trips(hourly(LONG_AGO, [USUAL] * 2_100), "a"))
    await scanned(engine, None)
    await again(engine, [1, 3, 5, 1_200, 1_201, 2_100])
    backlog = await read(engine, "SELECT first_event_id, last_event_id, event_count FROM scan_backlog ORDER BY 1")
    assert backlog == [(1, 5, 3), (1_200, 2_100, 3)]
    assert (await scanned(engine, None)).events == 6
