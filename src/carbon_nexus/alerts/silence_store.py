"""SQL of silences and mute timings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts.model import MuteTiming, Silence, SilenceState
from carbon_nexus.alerts.spec import timing_of
from carbon_nexus.db.tables import mute_timings as timings
from carbon_nexus.db.tables import silences
from carbon_nexus.rules.match import parse, written
from carbon_nexus.rules.model import Matcher

SILENCE = ("id", "matchers", "reason", "created_by", "starts_at", "ends_at", "created_at")


def silence_rows(tenant_id: int, now: datetime, state: SilenceState | None = None) -> Select[Any]:
    """The tenant's silences with their `state` at this moment, of one state or of all."""
    told = _state_at(now)
    rows = select(*(silences.c[name] for name in SILENCE), told.label("state")).where(silences.c.tenant_id == tenant_id)
    return rows if state is None else rows.where(told == state)


async def not_over(connection: AsyncConnection, tenant_id: int, now: datetime) -> list[Silence]:
    """The silences that hold now or are to come."""
    rows = await connection.execute(
        select(silences).where(silences.c.tenant_id == tenant_id, silences.c.ends_at > now).order_by(silences.c.id)
    )
    return [_silence(row) for row in rows.mappings()]


async def one_silence(connection: AsyncConnection, tenant_id: int, silence_id: int) -> Silence | None:
    """One silence, locked until the transaction ends."""
    rows = await connection.execute(
        select(silences).where(silences.c.tenant_id == tenant_id, silences.c.id == silence_id).with_for_update()
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _silence(row)


async def add_silence(
    connection: AsyncConnection,
    tenant_id: int,
    matchers: Sequence[Matcher],
    reason: str,
    actor: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> int:
    """Store a silence; its id."""
    values = {"matchers": [written(each) for each in matchers], "reason": reason, "created_by": actor}
    times = {"starts_at": starts_at, "ends_at": ends_at, "created_at": now}
    row = insert(silences).values(tenant_id=tenant_id, **values, **times).returning(silences.c.id)
    return int((await connection.execute(row)).scalar_one())


async def move_silence(
    connection: AsyncConnection, tenant_id: int, silence_id: int, starts_at: datetime, ends_at: datetime
) -> None:
    """Give a silence other times."""
    own = (silences.c.tenant_id == tenant_id) & (silences.c.id == silence_id)
    await connection.execute(update(silences).where(own).values(starts_at=starts_at, ends_at=ends_at))


async def mute_timings(connection: AsyncConnection, tenant_id: int) -> list[MuteTiming]:
    """All mute timings, by name."""
    return [timing_of(row["name"], row["spec"]) for row in await timing_rows(connection, tenant_id)]


async def timing_rows(
    connection: AsyncConnection, tenant_id: int, name: str | None = None
) -> Sequence[Mapping[Any, Any]]:
    """The mute timings as stored, by name; of one name or all."""
    rows = select(timings).where(timings.c.tenant_id == tenant_id).order_by(timings.c.name)
    found = rows if name is None else rows.where(timings.c.name == name)
    return (await connection.execute(found)).mappings().all()


async def put_timing(
    connection: AsyncConnection, tenant_id: int, name: str, spec: Mapping[str, Any], now: datetime
) -> None:
    """Store a mute timing in the place of the one there may be."""
    values = {"spec": dict(spec), "updated_at": now}
    row = upsert(timings).values(tenant_id=tenant_id, name=name, created_at=now, **values)
    await connection.execute(row.on_conflict_do_update(index_elements=["tenant_id", "name"], set_=values))


async def remove_timing(connection: AsyncConnection, tenant_id: int, name: str) -> Mapping[str, Any] | None:
    """Delete a mute timing; what it was, None if there was none."""
    own = (timings.c.tenant_id == tenant_id) & (timings.c.name == name)
    spec: Mapping[str, Any] | None = await connection.scalar(delete(timings).where(own).returning(timings.c.spec))
    return spec


def _state_at(now: datetime) -> ColumnElement[str]:
    moment = literal(now)
    begun = case((silences.c.ends_at > moment, SilenceState.ACTIVE.value), else_=SilenceState.EXPIRED.value)
    return case((silences.c.starts_at > moment, SilenceState.PENDING.value), else_=begun)


def _silence(row: Any) -> Silence:
    matchers = tuple(parse(each) for each in row["matchers"])
    return Silence(row["id"], matchers, *(row[name] for name in ("reason", "created_by", "starts_at", "ends_at")))
