"""Recalculation of all baselines of a tenant. Never commits."""

import asyncio
from datetime import datetime

from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines import store
from carbon_nexus.baselines.model import WINDOW
from carbon_nexus.baselines.typical import baselines_of


async def recalculate(connection: AsyncConnection, tenant_id: int, now: datetime) -> int:
    """Make the baselines anew from the estimates of the window; returns how many there are, young ones included."""
    seen = await store.observations(connection, tenant_id, now - WINDOW, now)
    calculated = await asyncio.to_thread(baselines_of, seen, now)
    await store.save(connection, tenant_id, calculated)
    logger.info("{} baselines from {} estimates", calculated.height, seen.height)
    return calculated.height
