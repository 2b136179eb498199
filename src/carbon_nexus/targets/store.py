"""SQL of the targets: those there are, those that hold in a month, and what was emitted under them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import Select, case, delete, func, null, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import emissions_entity_daily, targets
from carbon_nexus.targets.model import DAY_SCHEMA, Month, Target

_OWN, _DAYS = targets.c, emissions_entity_daily.c
_SCOPE = ("entity", "entity_type", "event_type")
_FIELDS = [_OWN[name] for name in ("id", *_SCOPE, "month", "standing", "amount_kg")]
_MONTH = func.to_char(_OWN.month, "YYYY-MM")
SHOWN = (
    *(_OWN[name] for name in ("id", *_SCOPE)),
    case((_OWN.standing, null()), else_=_MONTH).label("month"),
    case((_OWN.standing, _MONTH)).label("from_month"),
    *(_OWN[name] for name in ("amount_kg", "changed_by", "created_at", "updated_at")),
)
_SUMS = "sum(d.co2e_kg + d.filled_kg), sum(d.filled_kg), sum(d.event_count + d.filled_count)::bigint"
# in two parts: those of entities by plain equality, and what all entities add up to once for all others
_SPENT = f"""
SELECT t.id, d.day, {_SUMS}
FROM targets AS t JOIN emissions_entity_daily AS d
    ON d.tenant_id = t.tenant_id AND d.entity = t.entity AND d.entity_type = t.entity_type
WHERE t.tenant_id = %s AND t.id = ANY(%s::bigint[]) AND d.day >= %s AND d.day <= %s
    AND (t.event_type IS NULL OR d.event_type = t.event_type)
GROUP BY t.id, d.day
UNION ALL
SELECT t.id, w.day, sum(w.kg), sum(w.filled_kg), sum(w.event_count)::bigint
FROM targets AS t JOIN (
    SELECT d.day, d.event_type, {_SUMS} FROM emissions_entity_daily AS d
    WHERE d.tenant_id = %s AND d.day >= %s AND d.day <= %s GROUP BY d.day, d.event_type
) AS w (day, event_type, kg, filled_kg, event_count) ON t.event_type IS NULL OR w.event_type = t.event_type
WHERE t.tenant_id = %s AND t.id = ANY(%s::bigint[]) AND t.entity IS NULL
GROUP BY t.id, w.day
"""  # noqa: S608


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no other transaction changes the tenant's targets; held until the end."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"targets:{tenant_id}"))))


def listed(tenant_id: int, month: Month | None, entity: str | None) -> Select[Any]:
    """The tenant's targets as they are shown; those that hold in the month, those of one entity."""
    rows = select(*SHOWN).where(_OWN.tenant_id == tenant_id)
    if month is not None:
        rows = rows.where(_OWN.id.in_(_held(tenant_id, month)))
    return rows if entity is None else rows.where(_OWN.entity == entity)


async def every(connection: AsyncConnection, tenant_id: int) -> list[Target]:
    """All of the tenant's targets."""
    return await _read(connection, select(*_FIELDS).where(_OWN.tenant_id == tenant_id))


async def holding(connection: AsyncConnection, tenant_id: int, month: Month) -> list[Target]:
    """The targets that hold in the month by scope, the whole first: one of each scope."""
    rows = select(*_FIELDS).where(_OWN.id.in_(_held(tenant_id, month)))
    return await _read(connection, rows.order_by(*(_OWN[name].nulls_first() for name in _SCOPE)))


async def find(connection: AsyncConnection, tenant_id: int, target_id: int) -> Target | None:
    """One target; None if there is none."""
    found = await _read(connection, select(*_FIELDS).where(_OWN.tenant_id == tenant_id, _OWN.id == target_id))
    return found[0] if found else None


async def save(
    connection: AsyncConnection, tenant_id: int, given: Sequence[Target], actor: str, now: datetime
) -> list[int]:
    """Store the targets, each in the place of the one of its scope and month there may be; their ids, in no order."""
    if not given:
        return []
    changed = {"changed_by": actor, "updated_at": now}
    names = [column.name for column in _FIELDS if column.name != "id"]
    rows = [
        {"tenant_id": tenant_id, "created_at": now, **changed, **{name: getattr(each, name) for name in names}}
        for each in given
    ]
    statement = insert(targets).values(rows)
    new = {name: statement.excluded[name] for name in ("amount_kg", *changed)}
    upsert = statement.on_conflict_do_update(constraint="uq_targets_scope", set_=new)
    return list((await connection.execute(upsert.returning(_OWN.id))).scalars())


async def remove(connection: AsyncConnection, tenant_id: int, target_id: int) -> None:
    """Delete one target."""
    await connection.execute(delete(targets).where(_OWN.tenant_id == tenant_id, _OWN.id == target_id))


async def shown(connection: AsyncConnection, tenant_id: int, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """These targets as they are shown, by id."""
    rows = select(*SHOWN).where(_OWN.tenant_id == tenant_id, _OWN.id == func.any(list(ids)))
    return {row["id"]: dict(row) for row in (await connection.execute(rows)).mappings()}


async def spent(
    connection: AsyncConnection, tenant_id: int, ids: Collection[int], first: date, last: date
) -> pl.DataFrame:
    """What was emitted under these targets on each day from first to last that has an event: DAY_SCHEMA."""
    if not ids or last < first:
        return pl.DataFrame(schema=DAY_SCHEMA)
    own, days = (tenant_id, list(ids)), (first, last)
    return await read_frame(connection, _SPENT, DAY_SCHEMA, (*own, *days, tenant_id, *days, *own))


async def subjects(
    connection: AsyncConnection, tenant_id: int, entities: Collection[str] | None = None
) -> list[tuple[str, str, str]]:
    """Entity, entity type and event type of all that has estimated events, or of these entities alone."""
    rows = select(*(_DAYS[name] for name in _SCOPE)).where(_DAYS.tenant_id == tenant_id).distinct()
    if entities is not None:
        rows = rows.where(_DAYS.entity == func.any(list(entities)))
    return [(entity, entity_type, event_type) for entity, entity_type, event_type in await connection.execute(rows)]


def _held(tenant_id: int, month: Month) -> Select[Any]:
    """Ids of the targets that hold in the month: the month's own first, else the newest standing one."""
    own = (_OWN.month == month.first) & ~_OWN.standing
    standing = (_OWN.month <= month.first) & _OWN.standing
    scope = [_OWN[name] for name in _SCOPE]
    rows = select(_OWN.id).where(_OWN.tenant_id == tenant_id, or_(own, standing))
    return rows.ext(distinct_on(*scope)).order_by(*scope, _OWN.standing, _OWN.month.desc())


async def _read(connection: AsyncConnection, rows: Select[Any]) -> list[Target]:
    return [Target(**row) for row in (await connection.execute(rows)).mappings()]
