"""The worker, wired: deferred jobs run to their end, timers do their work, the end of the process loses nothing."""

import asyncio
import io
import platform
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import polars as pl
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.columns import copy_in
from carbon_nexus.db.tables import alerts, baselines, hotspots, predictions, recommendations, timers
from carbon_nexus.db.timers import claim_tick
from carbon_nexus.ingests.service import Asked, open_file
from carbon_nexus.ingests.spool import spool_of
from carbon_nexus.kit.jobs import defer, defer_once
from carbon_nexus.kit.timers import _tick
from carbon_nexus.predictions.estimator import EMBEDDED
from carbon_nexus.scans.jobs import scan
from carbon_nexus.settings import Settings
from carbon_nexus.worker import _opened, _timers, default_rule_of, work_until_empty, working
from tests.conftest import NOW

LEFT_FILES = f"go-on-with-ingests@{platform.node()}"
Clock = Callable[[], datetime]


def trips(loads_kg: Sequence[float], first_hours_ago: int) -> pl.DataFrame:
    """Hourly truck trips of 100 km with these loads."""
    return pl.DataFrame(
        [
            {
                "event_type": "logistics", "supplier_id": "Haulier", "route_id": "R-1", "vehicle_type": "artic_44t",
                "fuel_type": "diesel", "distance_km": 100.0, "load_kg": load, "source": "test",
                "timestamp": NOW - timedelta(hours=first_hours_ago - number),
                "external_id": f"{first_hours_ago}-{number}",
            }
            for number, load in enumerate(loads_kg)
        ]
    )  # fmt: skip


async def store(engine: AsyncEngine, events: pl.DataFrame, *, defer_scan: bool = False) -> None:
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", events)
        if defer_scan:
            await defer_once(connection, "scan", "1", tenant_id=1)


async def count(engine: AsyncEngine, table: object) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


async def jobs_left(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0)


async def test_a_deferred_scan_leads_to_hotspots_and_on_to_recommendations(
    settings: Settings, engine: AsyncEngine, database_url: str, clock: Clock
) -> None:
    await store(engine, trips([10_000] * 20, 240))
    await scan(engine, 1, None, clock)
    await store(engine, trips([500] * 3, 9), defer_scan=True)
    await work_until_empty(settings, engine, database_url, clock)
    assert await count(engine, predictions) == 23
    assert await count(engine, hotspots) == 1
    assert await count(engine, recommendations) > 0
    assert await jobs_left(engine) == 0


async def test_each_timer_really_does_its_work(
    settings: Settings, engine: AsyncEngine, database_url: str, clock: Clock
) -> None:
    await store(engine, trips([10_000] * 20, 240))
    async with _opened(settings, engine, database_url, clock, EMBEDDED) as app:
        by_name = {timer.name: timer for timer in _timers(settings, engine, clock, app, EMBEDDED)}

        async def tick(name: str) -> None:
            timer = by_name.pop(name)
            await _tick(timer, lambda name, interval: claim_tick(engine, name, interval, clock()))

        await tick("scan")
        assert await count(engine, predictions) == 20
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM baselines"))
        await tick("recalculate-baselines")
        async with engine.connect() as connection:
            of_events = baselines.c.metric == "intensity"
            found = (await connection.execute(select(baselines).where(of_events))).mappings().one()
        assert (found["sufficiency"], found["sample_size"], found["window_end"]) == ("ok", 20, NOW)
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
                    "VALUES ('default', 'scan', '{}', 'doing')"
                )
            )
        await tick("retry-stalled-jobs")
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT status::text FROM procrastinate_jobs")) == "todo"
        sent, job_id = io.BytesIO(b"event_type,supplier_id,timestamp\nfactory,S,2026-03-02\n"), uuid4()
        await open_file(engine, spool_of(settings), 1, sent, Asked("left.csv"), job_id, NOW, "tester")
        await tick(LEFT_FILES)
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT status FROM ingest_jobs")) == "complete"
        await store(engine, trips([500], 1))
        await scan(engine, 1, default_rule_of(settings.model_copy(update={"detection_policy": "ratio"})), clock)
        hourly = ("verify-savings", "make-forecasts", "forget-old-changes")
        for name in ("evaluate-alerts", "evaluate-all-alerts", "notify", *hourly):
            await tick(name)
    assert await count(engine, alerts) == 1
    assert by_name == {}
    assert await count(engine, timers) == 10


async def test_intervals_are_the_configured_ones(
    settings: Settings, engine: AsyncEngine, database_url: str, clock: Clock
) -> None:
    chosen = settings.model_copy(update={"hotspot_check_interval": 7, "baseline_recalc_interval": 11})
    async with _opened(chosen, engine, database_url, clock, EMBEDDED) as app:
        seconds = {
            timer.name: timer.interval.total_seconds() for timer in _timers(chosen, engine, clock, app, EMBEDDED)
        }
    assert seconds == {
        "scan": 7,
        "evaluate-alerts": 15,
        "evaluate-all-alerts": 7,
        "notify": 15,
        "recalculate-baselines": 11,
        "retry-stalled-jobs": 60,
        "verify-savings": 3600,
        "make-forecasts": 3600,
        "forget-old-changes": 3600,
        LEFT_FILES: 10,
    }


async def test_a_working_process_runs_what_is_deferred_and_stops_cleanly(
    settings: Settings, engine: AsyncEngine, database_url: str, clock: Clock
) -> None:
    ran = asyncio.Event()
    async with asyncio.timeout(20), working(settings, engine, database_url, clock) as app:
        app.task(name="tell")(ran.set)
        async with engine.begin() as connection:
            await defer(connection, "tell")
        await ran.wait()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "worker"]
    assert await jobs_left(engine) == 0
