"""Anchoring on a timer: what was told is committed here, tenant by tenant."""

from loguru import logger
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit.anchors import line_of
from carbon_nexus.audit.model import Head
from carbon_nexus.audit.tell import Untold, tell
from carbon_nexus.audit.verify_store import heads, mark_anchored
from carbon_nexus.kit.clock import Clock


async def anchor_all_tenants(engine: AsyncEngine, target: str, clock: Clock) -> None:
    """Tell the end of every chain that has grown since the last time; what does not get through is told next time."""
    async with engine.begin() as connection:
        grown = await heads(connection, moved=True)
    for head in grown:
        try:
            await anchor(engine, head, target, clock)
        except Untold as problem:
            logger.warning("the audit trail of tenant {} is not anchored: {}", head.tenant_id, problem)


async def anchor(engine: AsyncEngine, head: Head, target: str, clock: Clock) -> None:
    """Tell one head, then note that it has been told: one that dies in between tells it twice. Raises Untold."""
    await tell(target, line_of(head, clock()))
    async with engine.begin() as connection:
        await mark_anchored(connection, head)
