"""SQL of the tenants' own measures: a row for every version, none of which is ever altered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import own_measures

_OWN = own_measures.c
_COLUMNS = [
    _OWN[name] for name in ("id", "number", "version", "spec", "created_by", "created_at", "retired_by", "retired_at")
]
Row = dict[str, Any]


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no other transaction changes the tenant's own measures; held until the end."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"measures:{tenant_id}"))))


async def newest(connection: AsyncConnection, tenant_id: int) -> list[Row]:
    """The last version of each of the tenant's own measures by number, retired ones included."""
    query = _of(tenant_id).ext(distinct_on(_OWN.number)).order_by(_OWN.number, _OWN.version.desc())
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def find(connection: AsyncConnection, tenant_id: int, number: int, version: int | None = None) -> Row | None:
    """One measure in this version, or in its last; None if there is none."""
    query = _of(tenant_id).where(_OWN.number == number).order_by(_OWN.version.desc()).limit(1)
    if version is not None:
        query = query.where(_OWN.version == version)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else dict(row)


async def add(
    connection: AsyncConnection,
    tenant_id: int,
    number: int,
    version: int,
    spec: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> Row:
    """Store one version; the row as stored."""
    given = {"tenant_id": tenant_id, "number": number, "version": version, "spec": spec}
    row = await connection.execute(
        insert(own_measures).values(**given, created_by=actor, created_at=now).returning(*_COLUMNS)
    )
    return dict(row.mappings().one())


async def retire(connection: AsyncConnection, tenant_id: int, row_id: int, actor: str, now: datetime) -> None:
    """Mark the last version of a measure as retired."""
    await connection.execute(
        update(own_measures)
        .where(_OWN.tenant_id == tenant_id, _OWN.id == row_id)
        .values(retired_by=actor, retired_at=now)
    )


def _of(tenant_id: int) -> Select[Any]:
    return select(*_COLUMNS).where(_OWN.tenant_id == tenant_id)
