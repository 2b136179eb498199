"""Ingests as deferred work, and those that a killed process left behind."""

from datetime import timedelta
from uuid import UUID

import procrastinate
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.ingests import store
from carbon_nexus.ingests.model import INGEST_TASK, OPEN
from carbon_nexus.ingests.service import read_on
from carbon_nexus.ingests.spool import Spool
from carbon_nexus.kit.clock import Clock

KEPT_ORPHAN = timedelta(days=1)


def register(app: procrastinate.App, engine: AsyncEngine, spool: Spool, clock: Clock) -> None:
    """Add the task that a deferred upload waits for."""

    @app.task(name=INGEST_TASK, retry=procrastinate.RetryStrategy(max_attempts=5, exponential_wait=2))
    async def run(job_id: str) -> None:
        await _go_on(engine, spool, UUID(job_id), clock)


async def go_on_with_all(engine: AsyncEngine, spool: Spool, clock: Clock) -> None:
    """Goes on with every open job whose file is here and which nobody reads: its reader was killed."""
    for job_id in spool.waiting():
        await _go_on(engine, spool, job_id, clock)


async def _go_on(engine: AsyncEngine, spool: Spool, job_id: UUID, clock: Clock) -> None:
    if not spool.path(job_id).exists():
        return  # it is on another machine, whose timer finds it
    with spool.held(job_id) as ours:
        if not ours:
            return
        async with engine.begin() as connection:
            found = (await store.keys_of(connection, [job_id])).get(job_id)
        if found is None:
            spool.remove_older(job_id, clock() - KEPT_ORPHAN)
            return
        key, status = found
        if status in OPEN:
            logger.info("going on with ingest job {}", job_id)
        await read_on(engine, spool, key, clock)
