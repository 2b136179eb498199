"""Deferred work of the room: proposals for new or risen hotspots."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import procrastinate
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.baselines.store import is_scanned
from carbon_nexus.emissions.model import Basis
from carbon_nexus.kit.clock import Clock
from carbon_nexus.recommendations.service import propose_for_hotspots

TASK, QUEUE = "propose", "proposals"  # its own: they can wait, and nothing waits for them
RETRY = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=3)  # waits 3, 9, 27 and 81 s
# A scan that runs has the processor first: beside proposals it takes nearly twice as long. Not for ever, though.
PATIENCE, LOOK_AGAIN = timedelta(seconds=30), timedelta(seconds=0.5)

Defer = Callable[[AsyncConnection, int, Sequence[int]], Awaitable[None]]
"""Defers what is done with a tenant's hotspots once there are proposals for them."""


def register(
    app: procrastinate.App,
    engine: AsyncEngine,
    clock: Clock,
    basis: Basis,
    then: Sequence[Defer] = (),
    *,
    ask_remote: bool = False,
) -> None:
    """Add the task `propose` (arguments `tenant_id`, `hotspot_ids`) to a worker's application.

    One transaction per job: a job that fails or is killed leaves nothing behind and runs again. What follows it
    (`then`) is deferred in the same transaction. `ask_remote`: a separate RAG service is asked too.
    """

    @app.task(name=TASK, queue=QUEUE, retry=RETRY)
    async def propose(tenant_id: int, hotspot_ids: list[int]) -> None:
        await _after_the_scan(engine, tenant_id)
        async with engine.begin() as connection:
            await propose_for_hotspots(connection, tenant_id, hotspot_ids, clock(), basis, ask_remote)
            for defer in then:
                await defer(connection, tenant_id, hotspot_ids)


async def _after_the_scan(engine: AsyncEngine, tenant_id: int) -> None:
    for _ in range(PATIENCE // LOOK_AGAIN):
        async with engine.begin() as connection:
            if not await is_scanned(connection, tenant_id):
                return
        await asyncio.sleep(LOOK_AGAIN.total_seconds())
