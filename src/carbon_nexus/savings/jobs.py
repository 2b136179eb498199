"""Verification on a timer: one transaction per measure, committed here."""

from loguru import logger
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import tenants
from carbon_nexus.errors import Conflict
from carbon_nexus.kit.clock import Clock
from carbon_nexus.savings.service import look_at, with_news


async def verify_all_tenants(engine: AsyncEngine, clock: Clock) -> int:
    """Freeze baselines and judge what has news, for every tenant; returns how many measures had.

    Baseline, weeks, verdict and audit entries of a measure are one transaction: cut short, it leaves nothing behind.
    """
    async with engine.begin() as connection:
        ids = list((await connection.execute(select(tenants.c.id))).scalars())
    news = [(each, rec_id) for each in ids for rec_id in await _news(engine, each, clock)]
    for tenant_id, rec_id in news:
        await _look_at(engine, tenant_id, rec_id, clock)
    return len(news)


async def _news(engine: AsyncEngine, tenant_id: int, clock: Clock) -> list[int]:
    try:
        async with engine.begin() as connection:
            return await with_news(connection, tenant_id, clock())
    except Exception:  # the next tenant is not to wait for this one
        logger.exception("which measures of tenant {} have news could not be told", tenant_id)
        return []


async def _look_at(engine: AsyncEngine, tenant_id: int, rec_id: int, clock: Clock) -> None:
    try:
        async with engine.begin() as connection:
            await look_at(connection, tenant_id, rec_id, clock())
    except Conflict as moved:  # by a person meanwhile
        logger.info("{}", moved)
    except Exception:  # the next measure is not to wait for this one
        logger.exception("recommendation {} of tenant {} was not judged", rec_id, tenant_id)
