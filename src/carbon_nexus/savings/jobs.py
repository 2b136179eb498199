"""Verification on a timer: one transaction per measure, committed here."""

from loguru import logger
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import tenants
from carbon_nexus.errors import Conflict
from carbon_nexus.kit.clock import Clock
from carbon_nexus.savings.service import look_at, with_news


async def verify_all_tenants(engine: AsyncEngine, clock: Clock) -> int:
    """Freeze baselines and judge what has news, for every tenant; returns how many measures were looked at.

    Baseline, weeks, verdict and audit entries of a measure are one transaction: cut short, it leaves nothing behind.
    """
    async with engine.begin() as connection:
        ids = list((await connection.execute(select(tenants.c.id))).scalars())
        news = [(each, rec_id) for each in ids for rec_id in await with_news(connection, each, clock())]
    for tenant_id, rec_id in news:
        try:
            async with engine.begin() as connection:
                await look_at(connection, tenant_id, rec_id, clock())
        except Conflict as moved:  # by a person meanwhile
            logger.info("{}", moved)
    return len(news)
