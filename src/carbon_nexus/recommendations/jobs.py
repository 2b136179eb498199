"""Deferred work of the room: proposals for new or risen hotspots."""

import procrastinate
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.emissions.model import Basis
from carbon_nexus.kit.clock import Clock
from carbon_nexus.recommendations.service import propose_for_hotspots

TASK = "propose"
RETRY = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=3)  # waits 3, 9, 27 and 81 s


def register(app: procrastinate.App, engine: AsyncEngine, clock: Clock, basis: Basis) -> None:
    """Add the task `propose` (arguments `tenant_id`, `hotspot_ids`) to a worker's application.

    One transaction per job: a job that fails or is killed leaves nothing behind and runs again.
    """

    @app.task(name=TASK, retry=RETRY)
    async def propose(tenant_id: int, hotspot_ids: list[int]) -> None:
        async with engine.begin() as connection:
            await propose_for_hotspots(connection, tenant_id, hotspot_ids, clock(), basis)
