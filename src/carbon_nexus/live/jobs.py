"""Forgetting on a timer: one transaction, committed here."""

from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.kit.clock import Clock
from carbon_nexus.live import store
from carbon_nexus.live.model import KEPT


async def forget_old(engine: AsyncEngine, clock: Clock) -> int:
    """Delete changes that are kept no longer, of all tenants; returns how many.

    They are numbered first: where no server runs, nobody else does, and who comes back must be told of the gap.
    """
    async with engine.begin() as connection:
        await store.number(connection)
        return await store.forget(connection, clock() - KEPT)
