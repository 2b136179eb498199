"""HTTP of the dashboards' emission figures."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.emissions import store
from carbon_nexus.emissions.breakdown import breakdown
from carbon_nexus.emissions.model import By
from carbon_nexus.emissions.schemas import Breakdown, CurrentEmissions, EmissionsSeries, EmissionsSummary
from carbon_nexus.emissions.series import series
from carbon_nexus.emissions.summary import DAY, Window, current, summary
from carbon_nexus.kit.clock import Now

router = APIRouter(tags=["emissions"])

Hours = Annotated[int, Query(ge=1, le=168, description="how far back; the window starts with a full hour UTC")]


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
        before_today=await store.days_total(connection, tenant_id, *window.month_before_today),
        categories=await store.by_entity(connection, tenant_id, start, end),
        last_updated=await store.last_estimate_at(connection, tenant_id),
    )


@router.get("/emissions/summary")
async def emissions_summary(connection: Connection, tenant_id: Tenant) -> EmissionsSummary:
    """All recorded emissions and the active hotspots, as counts and sums."""
    totals = await store.all_totals(connection, tenant_id)
    active, critical = await store.active_hotspots(connection, tenant_id)
    return summary(totals, active, critical)


@router.get("/emissions/series")
async def emissions_series(connection: Connection, tenant_id: Tenant, now: Now, hours: Hours = 24) -> EmissionsSeries:
    """The last hours one by one: emitted, measured, typical of the same events, and usual in that hour of the week."""
    window = Window(now, timedelta(hours=hours))
    sums, first_hour = await store.hours_and_weeks_before(connection, tenant_id, window.start, window.end)
    return series(window, sums, first_hour)


@router.get("/emissions/breakdown")
async def emissions_breakdown(
    connection: Connection,
    tenant_id: Tenant,
    now: Now,
    hours: Hours = 24,
    by: By = By.ENTITY,
    limit: Annotated[int, Query(ge=1, le=100, description="how many parts are named")] = 20,
) -> Breakdown:
    """Who or what the emissions of the last hours came from, largest first, the rest together."""
    window = Window(now, timedelta(hours=hours))
    start, end = window.start, window.end
    totals = await store.hourly_totals(connection, tenant_id, start, end)
    largest, rest = await store.largest(connection, tenant_id, by, start, end, limit)
    return breakdown(window, by, totals, largest, rest)
