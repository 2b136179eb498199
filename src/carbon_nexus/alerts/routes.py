"""HTTP of the alerts: lists and counts."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.access.requests import Tenant
from carbon_nexus.alerts.schemas import Alert, AlertStats
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import Cursor, newest_page
from carbon_nexus.db.tables import alerts
from carbon_nexus.hotspots.model import Severity

router = APIRouter(prefix="/alerts", tags=["alerts"])

COLUMNS = [alerts.c[name] for name in Alert.model_fields]


@router.get("", response_model=list[Alert])
async def list_alerts(
    connection: Connection,
    tenant_id: Tenant,
    level: Annotated[Severity | None, Query(description="Filter by level")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Alerts, newest first."""
    return await _page(connection, tenant_id, level, limit, cursor)


@router.get("/critical", response_model=list[Alert])
async def critical_alerts(
    connection: Connection,
    tenant_id: Tenant,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    cursor: Cursor = None,
) -> Response:
    """Critical alerts, newest first."""
    return await _page(connection, tenant_id, Severity.CRITICAL, limit, cursor)


@router.get("/stats")
async def alert_stats(connection: Connection, tenant_id: Tenant) -> AlertStats:
    """How many alerts there are of each level."""
    rows = await connection.execute(
        select(alerts.c.level, func.count()).where(alerts.c.tenant_id == tenant_id).group_by(alerts.c.level)
    )
    by_level = {severity.value: 0 for severity in reversed(Severity)}
    for level, count in rows:
        by_level[level] = count
    return AlertStats(total=sum(by_level.values()), by_level=by_level)


async def _page(
    connection: AsyncConnection, tenant_id: int, level: Severity | None, limit: int, cursor: int | None
) -> Response:
    rows = select(*COLUMNS).where(alerts.c.tenant_id == tenant_id)
    if level is not None:
        rows = rows.where(alerts.c.level == level)
    return await newest_page(connection, alerts, rows, limit, cursor)
