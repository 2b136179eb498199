"""HTTP of the hotspots: lists and counts."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlalchemy import func, select

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, json_rows
from carbon_nexus.db.tables import hotspots
from carbon_nexus.entities.schemas import Text
from carbon_nexus.hotspots import list_store, spark_store
from carbon_nexus.hotspots.list_store import COLUMNS, Asked
from carbon_nexus.hotspots.model import Severity, Status
from carbon_nexus.hotspots.schemas import Hotspot, HotspotSpark, HotspotSparks, HotspotStats, ListedHotspot
from carbon_nexus.hotspots.sparks import ratios_of, spark_days
from carbon_nexus.kit.clock import Now

router = APIRouter(prefix="/hotspots", tags=["hotspots"])

ENTITY_TYPES = ("supplier", "route", "factory", "warehouse")
MOST_SPARKS = 100
Order = Literal[
    "-id",
    "id",
    "-last_event_at",
    "last_event_at",
    "-excess_kg",
    "excess_kg",
    "-percent_above",
    "percent_above",
    "-severity",
    "severity",
    "-predicted_co2",
    "predicted_co2",
    "-event_count",
    "event_count",
    "-entity",
    "entity",
]


@router.get("", response_model=list[ListedHotspot])
async def list_hotspots(
    connection: Connection,
    tenant_id: Tenant,
    status: Annotated[Status | None, Query(description="Filter by status")] = None,
    severity: Annotated[Severity | None, Query(description="Filter by severity")] = None,
    entity: Annotated[Text | None, Query(description="Filter by entity")] = None,
    event_type: Annotated[Text | None, Query(description="Filter by event type")] = None,
    q: Annotated[Text | None, Query(description="A part of the entity's name, in capitals or not")] = None,
    sort: Annotated[Order, Query(description="With a minus the largest first; what is not known comes last")] = "-id",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Hotspots, newest first, or in the order of `sort`."""
    asked = Asked(status, severity, entity, event_type, q, sort)
    total = await list_store.count(connection, tenant_id, asked)
    rows = await list_store.page(connection, tenant_id, asked, limit, cursor)
    more = {"X-Next-Cursor": str(rows[-1]["id"])} if len(rows) == limit else {}
    return json_rows(rows, {"X-Total-Count": str(total), **more})


@router.get("/sparks")
async def hotspot_sparks(
    connection: Connection,
    tenant_id: Tenant,
    now: Now,
    id: Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Query(min_length=1, max_length=MOST_SPARKS)],
) -> HotspotSparks:
    """The last 14 UTC days of each hotspot's entity against what was typical. Ids that do not exist are left out."""
    days = spark_days(now)
    known = await spark_store.known(connection, tenant_id, id)
    ratios = ratios_of(known, days, await spark_store.daily_sums(connection, tenant_id, known, days))
    return HotspotSparks(days=days, sparks=[HotspotSpark(hotspot_id=each, ratios=own) for each, own in ratios.items()])


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
