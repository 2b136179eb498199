"""The demo as it runs: history first, then the last two days in fast motion, then (if asked) as they come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from loguru import logger
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.service import recalculate
from carbon_nexus.calibrations.service import recalibrate
from carbon_nexus.db.tables import events_normalized
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.demo.events import demo_events
from carbon_nexus.errors import StartRefused
from carbon_nexus.ingests.intake import ingest_frame
from carbon_nexus.kit.clock import Clock
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.scans.jobs import scan

HISTORY = timedelta(days=60)
REPLAYED = timedelta(days=2)
HISTORY_STEP = timedelta(days=5)
REPLAY_STEP = timedelta(hours=1)
REPLAY_PAUSE_SECONDS = 0.5  # two days in 24 s: fast enough to wait for, slow enough to watch
LIVE_PAUSE_SECONDS = 10.0


async def load_history(engine: AsyncEngine, clock: Clock, console: Console, estimator: Estimator = EMBEDDED) -> None:
    """Store and record the history before the replayed days, and what is learnt from it; nothing twice.

    Raises StartRefused on a database that holds events of somebody's own and none of the demo's.
    """
    end, loaded_until = clock() - REPLAYED, await _loaded_until(engine)
    if loaded_until is None:
        await _refuse_to_mix(engine)
    start = loaded_until or end - HISTORY
    with Progress(console=console, transient=True) as progress:
        for window in progress.track(_windows(start, end, HISTORY_STEP), description="Loading measured history"):
            await _ingest(engine, *window, clock)
        step = progress.add_task("Estimating, making baselines", total=2)
        scanned = await scan(engine, DEFAULT_TENANT_ID, None, clock, estimator)
        progress.advance(step)
        if scanned.events:
            async with engine.begin() as connection:
                await recalibrate(connection, DEFAULT_TENANT_ID, clock(), estimator.basis)
                await recalculate(connection, DEFAULT_TENANT_ID, clock())
        progress.advance(step)


@asynccontextmanager
async def replaying(engine: AsyncEngine, clock: Clock, *, keep_coming: bool) -> AsyncIterator[None]:
    """Replay beside whatever goes on in the context."""
    task = asyncio.create_task(replay(engine, clock, keep_coming=keep_coming), name="replay")
    task.add_done_callback(_tell_failure)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def replay(engine: AsyncEngine, clock: Clock, *, keep_coming: bool) -> None:
    """Send what is missing until now hour by hour, then, with `keep_coming`, events as their time comes."""
    last = clock()
    start = await _loaded_until(engine) or last - REPLAYED
    for window in _windows(start, last, REPLAY_STEP):
        await _ingest(engine, *window, clock)
        await asyncio.sleep(REPLAY_PAUSE_SECONDS)
    logger.info("the last two days are replayed")
    while keep_coming:
        await asyncio.sleep(LIVE_PAUSE_SECONDS)
        last, previous = clock(), last
        await _ingest(engine, previous, last, clock)


async def _ingest(engine: AsyncEngine, start: datetime, end: datetime, clock: Clock) -> None:
    events = await asyncio.to_thread(demo_events, start, end)
    if events.is_empty():
        return
    async with engine.begin() as connection:
        await ingest_frame(connection, DEFAULT_TENANT_ID, events, now=clock(), actor="demo")


async def _refuse_to_mix(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        if await connection.scalar(select(events_normalized.c.id).limit(1)) is not None:
            raise StartRefused(
                "This database holds events of your own; the demo would mix its events with them.",
                "Set CARBON_NEXUS_DATA_DIR to a new directory (and leave DATABASE_URL empty) for the demo.",
            )


async def _loaded_until(engine: AsyncEngine) -> datetime | None:
    async with engine.connect() as connection:
        newest = select(func.max(events_normalized.c.timestamp)).where(
            events_normalized.c.tenant_id == DEFAULT_TENANT_ID, events_normalized.c.source.startswith("demo-")
        )
        found: datetime | None = await connection.scalar(newest)
        return found


def _windows(start: datetime, end: datetime, step: timedelta) -> list[tuple[datetime, datetime]]:
    count = max(0, -(-(end - start) // step))
    return [(start + number * step, min(start + (number + 1) * step, end)) for number in range(count)]


def _tell_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        logger.opt(exception=problem).error("the replay stopped")
