"""HTTP of the audit trail: the list, the verdict on its chain, the export."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from carbon_nexus.access.requests import Tenant
from carbon_nexus.audit import service, store
from carbon_nexus.audit.export import Format, exported
from carbon_nexus.audit.model import Asked
from carbon_nexus.audit.schemas import AuditEntry, AuditVerdict
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import audit_logs
from carbon_nexus.errors import NotFound
from carbon_nexus.kit import paths  # noqa: F401  the convertor `id`

router = APIRouter(prefix="/audit", tags=["audit"])

MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.NDJSON: "application/x-ndjson"}
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such entry."}}
EntryId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Text = Annotated[str | None, Query(max_length=500, pattern=r"^[^\x00]*$")]
Moment = Annotated[AwareDatetime | None, Query(description="With its offset, such as 2026-11-26T00:00:00Z")]


def _asked(
    action: Text = None,
    entity_type: Text = None,
    entity_id: Text = None,
    actor: Text = None,
    since: Moment = None,
    until: Moment = None,
) -> Asked:
    return Asked(action, entity_type, entity_id, actor, since, until)


Filters = Annotated[Asked, Depends(_asked)]


@router.get("", response_model=list[AuditEntry])
async def list_entries(
    asked: Filters,
    connection: Connection,
    tenant: Tenant,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Changes of state, newest first: of one action, kind of thing, thing or actor, from `since` to before `until`."""
    return await newest_page(connection, audit_logs, store.listed(tenant, asked), limit, cursor)


@router.get("/verify")
async def verify_chain(connection: Connection, tenant: Tenant) -> AuditVerdict:
    """Compute every hash of the chain again; the first place where it is broken, or null."""
    return AuditVerdict.of(await service.verify(connection, tenant))


@router.get("/export", response_class=StreamingResponse)
async def export_entries(
    asked: Filters,
    request: Request,
    connection: Connection,
    tenant: Tenant,
    form: Annotated[Format, Query(alias="format")] = Format.NDJSON,
) -> StreamingResponse:
    """All entries of this moment that are asked for, oldest first, with what it takes to compute the hashes again."""
    last = await store.last_position(connection, tenant)
    lines = exported(request.app.state.engine, tenant, asked, form, last)
    headers = {"Content-Disposition": f'attachment; filename="audit.{form}"'}
    return StreamingResponse(lines, media_type=MEDIA_TYPES[form], headers=headers)


@router.get("/{entry_id:id}", response_model=AuditEntry, responses=UNKNOWN)
async def get_entry(entry_id: EntryId, connection: Connection, tenant: Tenant) -> Response:
    """One change of state: who did it, when and why, what it was before and after."""
    entry = await store.one(connection, tenant, entry_id)
    if entry is None:
        raise NotFound(f"There is no entry {entry_id} on this trail.", "GET /audit lists all.")
    # as bytes like the list, so that a moment is written the same in both
    return Response(orjson.dumps(entry, option=orjson.OPT_NON_STR_KEYS), media_type="application/json")
