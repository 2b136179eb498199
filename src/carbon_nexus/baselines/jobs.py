"""Recalculation of all baselines on a timer: one transaction per tenant, committed here."""

from datetime import datetime

from loguru import logger
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines.comparing import ACTOR
from carbon_nexus.baselines.service import ALL, recalculate
from carbon_nexus.baselines.store import lock
from carbon_nexus.db.tables import tenants
from carbon_nexus.kit.clock import Clock


async def recalculate_all_tenants(engine: AsyncEngine, clock: Clock) -> int:
    """Make every tenant's baselines anew; returns how many there are."""
    async with engine.begin() as connection:
        ids = list((await connection.execute(select(tenants.c.id))).scalars())
    total = 0
    for tenant_id in ids:
        try:
            async with engine.begin() as connection:
                await lock(connection, tenant_id)
                total += await _recalculate(connection, tenant_id, clock())
        except Exception:  # the next tenant is not to wait for this one
            logger.exception("the baselines of tenant {} were not made anew", tenant_id)
    return total


async def _recalculate(connection: AsyncConnection, tenant_id: int, now: datetime) -> int:
    count = await recalculate(connection, tenant_id, now)
    if count:
        made_anew = Entry("baselines.recalculated", "baselines", ALL, ACTOR, details={"baselines": count})
        await record(connection, tenant_id, [made_anew])
    return count
