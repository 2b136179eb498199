"""SQL of the profiles, and of the entities that events name."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import entity_profiles
from carbon_nexus.entities.model import FACTS, KEY, PROFILE_SCHEMA, EntityType, Profile

COLUMNS = [entity_profiles.c[name] for name in ("id", *KEY, *FACTS, "created_at", "updated_at")]
# One index probe for each entity, however many days it has, and none once enough are found.
_NAMES = """
WITH RECURSIVE named (entity) AS (
    SELECT min(entity) FROM emissions_entity_daily WHERE tenant_id = :tenant_id
    UNION ALL
    SELECT (SELECT min(entity) FROM emissions_entity_daily WHERE tenant_id = :tenant_id AND entity > named.entity)
    FROM named WHERE named.entity IS NOT NULL
)
SELECT entity FROM named
WHERE entity IS NOT NULL AND position(lower(:part) IN lower(entity)) > 0
    AND (CAST(:event_type AS text) IS NULL OR EXISTS (
        SELECT FROM emissions_entity_daily AS d WHERE d.tenant_id = :tenant_id AND d.entity = named.entity
            AND d.day >= :since AND d.event_type = :event_type))
LIMIT :most
"""
# Each name by itself: joined as a whole, the days of all entities would be read up to the last name.
_SEEN = f"""
SELECT named.entity, own.* FROM ({_NAMES}) AS named CROSS JOIN LATERAL (
    SELECT d.entity_type, array_agg(DISTINCT d.event_type ORDER BY d.event_type) AS event_types,
        max(d.day) AS last_day, coalesce(sum(d.event_count) FILTER (WHERE d.day >= :since), 0)::bigint AS event_count
    FROM emissions_entity_daily AS d WHERE d.tenant_id = :tenant_id AND d.entity = named.entity
    GROUP BY d.entity_type
) AS own
ORDER BY named.entity, own.entity_type LIMIT :most
"""  # noqa: S608
_ALL = f"SELECT {', '.join(PROFILE_SCHEMA)} FROM entity_profiles WHERE tenant_id = %s"  # noqa: S608


async def profiles(connection: AsyncConnection, tenant_id: int) -> pl.DataFrame:
    """All profiles of the tenant, with the columns of PROFILE_SCHEMA."""
    return await read_frame(connection, _ALL, PROFILE_SCHEMA, (tenant_id,))


async def seen(
    connection: AsyncConnection, tenant_id: int, part: str, event_type: str | None, since: date, most: int
) -> Sequence[Mapping[Any, Any]]:
    """The entities that events name, by name: what they are, their event types, last UTC day, and number of events
    with an estimate from the day `since` on; at most `most`.

    `part` stands somewhere in the name, in any case. With `event_type`: only those with such an event since then.
    """
    wanted = {"tenant_id": tenant_id, "part": part, "event_type": event_type, "since": since, "most": most}
    return (await connection.execute(text(_SEEN), wanted)).mappings().all()


def listed(tenant_id: int, entity_type: EntityType | None) -> Select[Any]:
    """The tenant's profiles, of one type of entity or of all."""
    rows = select(*COLUMNS).where(entity_profiles.c.tenant_id == tenant_id)
    return rows if entity_type is None else rows.where(entity_profiles.c.entity_type == entity_type)


async def lock(connection: AsyncConnection, tenant_id: int, entity_type: EntityType, entity: str) -> None:
    """Wait until no other transaction changes this profile, whether it exists or not; held until the end."""
    key = func.hashtext(f"profile:{tenant_id}:{entity_type}:{entity}")
    await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def find(
    connection: AsyncConnection, tenant_id: int, entity_type: EntityType, entity: str
) -> dict[str, Any] | None:
    """One profile with its id and moments; None if there is none."""
    row = (await connection.execute(select(*COLUMNS).where(_is(tenant_id, entity_type, entity)))).mappings()
    return _as_dict(row.one_or_none())


async def save(connection: AsyncConnection, tenant_id: int, profile: Profile, now: datetime) -> dict[str, Any]:
    """Store the profile in the place of the one there may be; the row as stored."""
    values = asdict(profile) | {"updated_at": now}
    row = await connection.execute(
        insert(entity_profiles)
        .values(tenant_id=tenant_id, created_at=now, **values)
        .on_conflict_do_update(index_elements=["tenant_id", *KEY], set_=values)
        .returning(*COLUMNS)
    )
    return dict(row.mappings().one())


async def remove(
    connection: AsyncConnection, tenant_id: int, entity_type: EntityType, entity: str
) -> dict[str, Any] | None:
    """Delete one profile; the row as it was, None if there was none."""
    gone = delete(entity_profiles).where(_is(tenant_id, entity_type, entity)).returning(*COLUMNS)
    return _as_dict((await connection.execute(gone)).mappings().one_or_none())


def _is(tenant_id: int, entity_type: EntityType, entity: str) -> ColumnElement[bool]:
    own = entity_profiles.c
    return (own.tenant_id == tenant_id) & (own.entity_type == entity_type) & (own.entity == entity)


def _as_dict(row: Any) -> dict[str, Any] | None:
    return None if row is None else dict(row)
