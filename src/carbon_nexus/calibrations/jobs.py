"""Calibration on a timer: one transaction per tenant, committed here."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.calibrations.service import recalibrate
from carbon_nexus.db.tables import tenants
from carbon_nexus.emissions.model import Basis
from carbon_nexus.kit.clock import Clock


async def recalibrate_all_tenants(engine: AsyncEngine, clock: Clock, basis: Basis) -> int:
    """Fit every tenant's calibrations anew; returns how many changed or are new."""
    async with engine.begin() as connection:
        ids = list((await connection.execute(select(tenants.c.id))).scalars())
    total = 0
    for tenant_id in ids:
        async with engine.begin() as connection:
            total += await recalibrate(connection, tenant_id, clock(), basis)
    return total
