"""Evaluation on a timer: one transaction per tenant, committed here."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.alerts.service import EVERYTHING, evaluate
from carbon_nexus.db.tables import tenants
from carbon_nexus.kit.clock import Clock
from carbon_nexus.rules.model import Rule, RuleKind


async def evaluate_all_tenants(
    engine: AsyncEngine, default: Rule, clock: Clock, kinds: Collection[RuleKind] = EVERYTHING
) -> int:
    """Evaluate every tenant's alerts of these kinds; returns how many transitions there were."""
    async with engine.begin() as connection:
        ids = list((await connection.execute(select(tenants.c.id))).scalars())
    total = 0
    for tenant_id in ids:
        async with engine.begin() as connection:
            total += await evaluate(connection, tenant_id, default, clock(), kinds)
    return total
