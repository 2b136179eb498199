"""HTTP of silences and mute timings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.alerts import silence_service as service
from carbon_nexus.alerts import silence_store as store
from carbon_nexus.alerts.model import SilenceState
from carbon_nexus.alerts.muting import muted_at
from carbon_nexus.alerts.silence_schemas import (
    Hit,
    MuteTiming,
    MuteTimingSpec,
    NewSilence,
    Preview,
    Silence,
    SilencePreview,
)
from carbon_nexus.alerts.spec import timing_of
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import silences
from carbon_nexus.kit.clock import Now
from carbon_nexus.rules.schemas import Name

router = APIRouter(tags=["alerts"])

NO_SILENCE: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such silence."}}
NO_TIMING: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such mute timing."}}
MOST_SHOWN = 100
SilenceId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/silences", response_model=list[Silence])
async def list_silences(
    connection: Connection,
    tenant: Tenant,
    now: Now,
    state: Annotated[SilenceState | None, Query(description="Filter by state")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Silences, newest first."""
    return await newest_page(connection, silences, store.silence_rows(tenant, now, state), limit, cursor)


@router.post("/silences", status_code=201, response_model=Silence)
async def create_silence(body: NewSilence, connection: Connection, tenant: Tenant, actor: Actor, now: Now) -> Response:
    """Keep alerts that match quiet until a time, for a reason; their states go on, nobody is told."""
    given = (body.matchers, body.reason, body.starts_at, body.ends_at)
    silence_id = await service.silence(connection, tenant, *given, actor, now)
    return await _silence(connection, tenant, silence_id, now, 201)


@router.post("/silences/preview")
async def preview_silence(body: SilencePreview, connection: Connection, tenant: Tenant, now: Now) -> Preview:
    """Which open alerts a silence would hold, and how many of the last seven days it would have held."""
    hit, lately = await service.preview(connection, tenant, body.matchers, now)
    shown = [Hit.model_validate(each, from_attributes=True) for each in hit[:MOST_SHOWN]]
    return Preview(open_alerts=shown, open_total=len(hit), last_7_days=lately)


@router.get("/silences/{silence_id}", response_model=Silence, responses=NO_SILENCE)
async def get_silence(silence_id: SilenceId, connection: Connection, tenant: Tenant, now: Now) -> Response:
    """One silence."""
    return await _silence(connection, tenant, silence_id, now)


@router.post("/silences/{silence_id}/expire", response_model=Silence)
async def expire_silence(
    silence_id: SilenceId, connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> Response:
    """End a silence now; 409 when it is over already."""
    await service.expire(connection, tenant, silence_id, actor, now)
    return await _silence(connection, tenant, silence_id, now)


@router.get("/mute-timings")
async def list_mute_timings(connection: Connection, tenant: Tenant, now: Now) -> list[MuteTiming]:
    """All mute timings, by name."""
    return [_timing(row, now) for row in await store.timing_rows(connection, tenant)]


@router.get("/mute-timings/{name}", responses=NO_TIMING)
async def get_mute_timing(name: Name, connection: Connection, tenant: Tenant, now: Now) -> MuteTiming:
    """One mute timing, and whether it holds now."""
    return await _timing_of(connection, tenant, name, now)


@router.put("/mute-timings/{name}")
async def put_mute_timing(
    name: Name, body: MuteTimingSpec, connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> MuteTiming:
    """Tell when alerts that match are not told, in place of what the timing said before."""
    await service.put_timing(connection, tenant, name, body.stored(), actor, now)
    return await _timing_of(connection, tenant, name, now)


@router.delete("/mute-timings/{name}", status_code=204, responses=NO_TIMING)
async def delete_mute_timing(name: Name, connection: Connection, tenant: Tenant, actor: Actor) -> None:
    """Forget a mute timing."""
    await service.remove_timing(connection, tenant, name, actor)


async def _silence(
    connection: AsyncConnection, tenant: int, silence_id: int, now: datetime, status: int = 200
) -> Response:
    rows = store.silence_rows(tenant, now).where(silences.c.id == silence_id)
    row = (await connection.execute(rows)).mappings().one_or_none()
    if row is None:
        raise service.no_silence(silence_id)
    return Response(orjson.dumps(dict(row), option=orjson.OPT_NON_STR_KEYS), status, media_type="application/json")


async def _timing_of(connection: AsyncConnection, tenant: int, name: str, now: datetime) -> MuteTiming:
    rows = await store.timing_rows(connection, tenant, name)
    if not rows:
        raise service.no_timing(name)
    return _timing(rows[0], now)


def _timing(row: Mapping[Any, Any], now: datetime) -> MuteTiming:
    reason = muted_at(timing_of(row["name"], row["spec"]), now)
    own = {name: row[name] for name in ("name", "created_at", "updated_at")}
    return MuteTiming.model_validate({**row["spec"], **own, "muted": reason is not None, "reason": reason})
