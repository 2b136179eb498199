"""HTTP of the hotspots: lists and counts."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import func, select

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import Cursor, json_rows, newest_page
from carbon_nexus.db.tables import hotspots
from carbon_nexus.entities.schemas import Text
from carbon_nexus.hotspots.model import Severity, Status
from carbon_nexus.hotspots.schemas import Hotspot, HotspotStats

router = APIRouter(prefix="/hotspots", tags=["hotspots"])

COLUMNS = [hotspots.c[name] for name in Hotspot.model_fields]
ENTITY_TYPES = ("supplier", "route", "factory", "warehouse")


@router.get("", response_model=list[Hotspot])
async def list_hotspots(
    connection: Connection,
    tenant_id: Tenant,
    status: Annotated[Status | None, Query(description="Filter by status")] = None,
    severity: Annotated[Severity | None, Query(description="Filter by severity")] = None,
    entity: Annotated[Text | None, Query(description="Filter by entity")] = None,
    event_type: Annotated[Text | None, Query(description="Filter by event type")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Hotspots, newest first."""
    wanted = {"status": status, "severity": severity, "entity": entity, "event_type": event_type}
    rows = select(*COLUMNS).where(
        hotspots.c.tenant_id == tenant_id,
        *(hotspots.c[name] == value for name, value in wanted.items() if value is not None),
    )
    return await newest_page(connection, hotspots, rows, limit, cursor)


@router.get("/top", response_model=list[Hotspot])
async def top_hotspots(
    connection: Connection, tenant_id: Tenant, limit: Annotated[int, Query(ge=1, le=20)] = 5
) -> Response:
    """Active hotspots that are furthest above typical."""
    rows = await connection.execute(
        select(*COLUMNS)
        .where(hotspots.c.tenant_id == tenant_id, hotspots.c.status == Status.ACTIVE)
        .order_by(hotspots.c.percent_above.desc(), hotspots.c.id)
        .limit(limit)
    )
    return json_rows(rows.mappings().all())


@router.get("/stats")
async def hotspot_stats(connection: Connection, tenant_id: Tenant) -> HotspotStats:
    """How many hotspots are active."""
    rows = await connection.execute(
        select(hotspots.c.severity, hotspots.c.entity_type, func.count())
        .where(hotspots.c.tenant_id == tenant_id, hotspots.c.status == Status.ACTIVE)
        .group_by(hotspots.c.severity, hotspots.c.entity_type)
    )
    by_severity = {severity.value: 0 for severity in reversed(Severity)}
    by_entity_type = dict.fromkeys(ENTITY_TYPES, 0)
    for severity, entity_type, count in rows:
        by_severity[severity] += count
        by_entity_type[entity_type] += count
    return HotspotStats(total=sum(by_severity.values()), by_severity=by_severity, by_entity_type=by_entity_type)
