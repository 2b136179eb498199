"""SQL of the live feed: changes get their numbers, are read in their order, and are forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import live_events
from carbon_nexus.live.model import Change, Channel, Kept

_OWN = live_events.c
_CHANGE = [_OWN[name] for name in ("seq", "tenant_id", "channel", "subject_id", "created", "at")]
_LOCK = select(func.pg_advisory_xact_lock(func.hashtext("live:number")))
# The lock is of the statement before: this one sees whatever its last holder committed.
_NUMBER = text("""
UPDATE live_events SET seq = (SELECT coalesce(max(seq), 0) FROM live_events) + waiting.place
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM live_events WHERE seq IS NULL) AS waiting
WHERE live_events.id = waiting.id
""")


async def number(connection: AsyncConnection) -> None:
    """Number what was committed since the last call, in the caller's transaction, which ends with it.

    Every process may: one after the other, so that a number is seen only after all smaller ones.
    """
    await connection.execute(_LOCK)
    await connection.execute(_NUMBER)


async def kept(connection: AsyncConnection) -> Kept:
    """The oldest and newest number there is."""
    return Kept(*(await connection.execute(select(func.min(_OWN.seq), func.max(_OWN.seq)))).one())


async def after(connection: AsyncConnection, seq: int, most: int) -> list[Change]:
    """The next changes of all tenants behind this number, in order."""
    return await _read(connection, select(*_CHANGE).where(_OWN.seq > seq).order_by(_OWN.seq).limit(most))


async def between(connection: AsyncConnection, tenant_id: int, since: int, until: int) -> list[Change]:
    """What of a tenant changed behind `since` up to `until`, in order."""
    of = _OWN.tenant_id == tenant_id, _OWN.seq > since, _OWN.seq <= until
    return await _read(connection, select(*_CHANGE).where(*of).order_by(_OWN.seq))


async def forget(connection: AsyncConnection, before: datetime) -> int:
    """Delete changes up to the last one before that moment; the newest stays: the next number follows from it."""
    newest = select(func.max(_OWN.seq)).scalar_subquery()
    last = select(func.max(_OWN.seq)).where(_OWN.at < before).scalar_subquery()
    gone = await connection.execute(delete(live_events).where(_OWN.seq <= last, _OWN.seq < newest))
    return int(gone.rowcount)


async def _read(connection: AsyncConnection, query: Select[Any]) -> list[Change]:
    rows: Sequence[Any] = (await connection.execute(query)).all()
    return [Change(row[0], row[1], Channel(row[2]), row[3], row[4], row[5]) for row in rows]
