"""HTTP of the dashboards' emission figures."""

from fastapi import APIRouter

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.emissions import store
from carbon_nexus.emissions.schemas import CurrentEmissions, EmissionsSummary
from carbon_nexus.emissions.summary import DAY, Window, current, summary
from carbon_nexus.kit.clock import Now

router = APIRouter(tags=["emissions"])


@router.get("/emissions/current")
async def emissions_current(connection: Connection, tenant_id: Tenant, now: Now) -> CurrentEmissions:
    """Rate, trend and largest entities of the last 24 hours, and the total of the UTC day so far."""
    window = Window(now)
    start, end = window.start, window.end
    return current(
        window,
        during=await store.hourly_totals(connection, tenant_id, start, end),
        day_before=await store.hourly_totals(connection, tenant_id, start - DAY, start),
        today=await store.hourly_totals(connection, tenant_id, window.today, end),
        categories=await store.by_entity(connection, tenant_id, start, end),
        last_updated=await store.last_estimate_at(connection, tenant_id),
    )


@router.get("/emissions/summary")
async def emissions_summary(connection: Connection, tenant_id: Tenant) -> EmissionsSummary:
    """All recorded emissions and the active hotspots, as counts and sums."""
    totals = await store.all_totals(connection, tenant_id)
    active, critical = await store.active_hotspots(connection, tenant_id)
    return summary(totals, active, critical)
