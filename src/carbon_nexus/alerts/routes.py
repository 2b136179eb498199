"""HTTP of the alerts: lists, counts, timelines, and what people do with them."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Depends, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.alerts import lifecycle, store
from carbon_nexus.alerts.conversation import Move, make, make_many, unknown
from carbon_nexus.alerts.inbox import inbox
from carbon_nexus.alerts.model import State
from carbon_nexus.alerts.schemas import (
    Alert,
    AlertEvent,
    AlertStats,
    AssignedTogether,
    Assignment,
    AssignTogether,
    Comment,
    Inbox,
    ManyAcknowledged,
    ManyAlerts,
    Note,
)
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import alert_events, alerts
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.kit.clock import Now

router = APIRouter(prefix="/alerts", tags=["alerts"])

COLUMNS = list(Alert.model_fields)
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such alert."}}
AlertId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Filter = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
MayNote = Annotated[Note | None, Body()]


def _about(
    level: Annotated[Severity | None, Query(description="Filter by level")] = None,
    rule: Filter = None,
    entity: Filter = None,
    assignee: Filter = None,
) -> dict[str, Any]:
    return {"level": level, "rule": rule, "entity": entity, "assignee": assignee}


About = Annotated[dict[str, Any], Depends(_about)]


@router.get("", response_model=list[Alert])
async def list_alerts(
    connection: Connection,
    tenant_id: Tenant,
    about: About,
    state: Annotated[State | None, Query(description="Filter by state")] = None,
    is_open: Annotated[bool | None, Query(alias="open", description="All but resolved alerts, or only those")] = None,
    acknowledged: Annotated[bool | None, Query(description="Only alerts somebody took note of, or no such")] = None,
    silenced: Annotated[bool | None, Query(description="Only alerts that a silence holds, or no such alert")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Alerts, newest first."""
    how = {"state": state, "open": is_open, "acknowledged": acknowledged, "silenced": silenced}
    return await newest_page(connection, alerts, store.listed(tenant_id, COLUMNS, **about, **how), limit, cursor)


@router.get("/critical", response_model=list[Alert])
async def critical_alerts(
    connection: Connection,
    tenant_id: Tenant,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    cursor: Cursor = None,
) -> Response:
    """Critical alerts, newest first."""
    rows = store.listed(tenant_id, COLUMNS, level=Severity.CRITICAL)
    return await newest_page(connection, alerts, rows, limit, cursor)


@router.get("/stats")
async def alert_stats(connection: Connection, tenant_id: Tenant, about: About) -> AlertStats:
    """How many alerts there are of each level, in each state and in each view of the inbox."""
    by_level = {severity.value: 0 for severity in reversed(Severity)}
    by_state = {state.value: 0 for state in State}
    found = await store.counts(connection, tenant_id, **about)
    for alike in found:
        by_level[alike.level] += alike.count
        by_state[alike.state] += alike.count
    views = Inbox.model_validate(inbox(found))
    return AlertStats(total=sum(by_level.values()), by_level=by_level, by_state=by_state, inbox=views)


@router.post("/acknowledge")
async def acknowledge_alerts(
    body: ManyAlerts, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now
) -> ManyAcknowledged:
    """Acknowledge several alerts; what cannot be acknowledged is told with its reason and keeps nothing back."""
    done, refused = await make_many(
        connection, tenant_id, body.ids, lambda each: lifecycle.acknowledge(each, actor, body.note, now), now
    )
    return ManyAcknowledged.model_validate({"acknowledged": done, "refused": refused})


@router.post("/assign")
async def assign_alerts(
    body: AssignTogether, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now
) -> AssignedTogether:
    """Give several alerts to one person, null: to nobody; what cannot be assigned is told with its reason."""
    given = body.assignee, actor, body.note
    done, refused = await make_many(connection, tenant_id, body.ids, lambda each: lifecycle.assign(each, *given), now)
    return AssignedTogether.model_validate({"assigned": done, "refused": refused})


@router.get("/{alert_id}", response_model=Alert, responses=UNKNOWN)
async def get_alert(alert_id: AlertId, connection: Connection, tenant_id: Tenant) -> Response:
    """One alert."""
    return await _one(connection, tenant_id, alert_id)


@router.get("/{alert_id}/timeline", response_model=list[AlertEvent], responses=UNKNOWN)
async def alert_timeline(
    alert_id: AlertId,
    connection: Connection,
    tenant_id: Tenant,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> Response:
    """Everything that happened to an alert, with reasons, newest first."""
    await _one(connection, tenant_id, alert_id)
    rows = store.timeline(tenant_id, alert_id, list(AlertEvent.model_fields))
    return await newest_page(connection, alert_events, rows, limit, cursor)


@router.post("/{alert_id}/acknowledge", response_model=Alert)
async def acknowledge_alert(
    alert_id: AlertId, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now, body: MayNote = None
) -> Response:
    """Take note of an open alert, so that others know; 409 when it is resolved or already acknowledged."""
    note = body.note if body else None
    return await _made(connection, tenant_id, alert_id, lambda each: lifecycle.acknowledge(each, actor, note, now), now)


@router.post("/{alert_id}/unacknowledge", response_model=Alert)
async def unacknowledge_alert(
    alert_id: AlertId, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now, body: MayNote = None
) -> Response:
    """Take an acknowledgement back; 409 when the alert is resolved or not acknowledged."""
    note = body.note if body else None
    return await _made(connection, tenant_id, alert_id, lambda each: lifecycle.unacknowledge(each, actor, note), now)


@router.post("/{alert_id}/assign", response_model=Alert)
async def assign_alert(
    alert_id: AlertId, body: Assignment, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now
) -> Response:
    """Tell who is to look after an open alert, null: nobody; 409 when it is resolved or already assigned so."""
    given = body.assignee, actor, body.note
    return await _made(connection, tenant_id, alert_id, lambda each: lifecycle.assign(each, *given), now)


@router.post("/{alert_id}/comment", response_model=Alert)
async def comment_on_alert(
    alert_id: AlertId, body: Comment, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now
) -> Response:
    """Say something about an alert, open or resolved; it stands on its timeline."""
    return await _made(connection, tenant_id, alert_id, lambda each: lifecycle.comment(each, body.text, actor), now)


async def _made(connection: AsyncConnection, tenant_id: int, alert_id: int, move: Move, now: Now) -> Response:
    await make(connection, tenant_id, alert_id, move, now)
    return await _one(connection, tenant_id, alert_id)


async def _one(connection: AsyncConnection, tenant_id: int, alert_id: int) -> Response:
    row = (await connection.execute(store.listed(tenant_id, COLUMNS, id=alert_id))).mappings().one_or_none()
    if row is None:
        raise unknown(alert_id)
    # as bytes like the lists, so that a moment is written the same in both
    return Response(orjson.dumps(dict(row), option=orjson.OPT_NON_STR_KEYS), media_type="application/json")
