"""Forecasts in the background: each night for every tenant, and for whoever asked and was not to wait."""

from collections.abc import Sequence

import procrastinate
from loguru import logger
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.db.tables import tenants
from carbon_nexus.forecasts.model import Metric
from carbon_nexus.forecasts.service import TASK, renew
from carbon_nexus.forecasts.store import take_turn
from carbon_nexus.kit.clock import Clock

ACTOR = "forecast"
RETRY = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=3)  # waits 3, 9, 27 and 81 s


def register(app: procrastinate.App, engine: AsyncEngine, clock: Clock) -> None:
    """Add the task `make_forecasts` (arguments `tenant_id`, `metric`) to a worker's application."""

    @app.task(name=TASK, retry=RETRY)
    async def make_forecasts(tenant_id: int, metric: str) -> None:
        async with engine.begin() as connection:
            await _make(connection, tenant_id, Metric(metric), clock)


async def forecast_all_tenants(engine: AsyncEngine, clock: Clock) -> int:
    """Make every tenant's forecast of kg CO2e that is not of today's history; returns how many were made.

    The first time after midnight it is all of them; later those whose past days have changed.
    """
    async with engine.begin() as connection:
        ids: Sequence[int] = (await connection.execute(select(tenants.c.id))).scalars().all()
    made = 0
    for tenant_id in ids:
        try:
            async with engine.begin() as connection:
                made += await _make(connection, tenant_id, Metric.CO2E_KG, clock)
        except Exception:  # the next tenant is not to wait for this one
            logger.exception("the forecasts of tenant {} were not made", tenant_id)
    return made


async def _make(connection: AsyncConnection, tenant_id: int, metric: Metric, clock: Clock) -> bool:
    """Whether there was something to make. On the trail as recalculated baselines are; what a request makes is not."""
    await take_turn(connection, tenant_id, metric, wait=True)
    run = await renew(connection, tenant_id, clock(), metric)
    count = int((run.series["points"].list.len() > 0).sum())
    if run.made_now and count:
        details = {"metric": metric.value, "origin_day": str(run.origin_day), "series": count}
        await record(connection, tenant_id, [Entry("forecasts.made", "forecasts", "all", ACTOR, details=details)])
    return run.made_now
