"""SQL of the presets: one mapping per source."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import mapping_presets
from carbon_nexus.mappings.model import Told

_PARTS = ("columns", "units", "constants", "decimal", "dates", "zone")
COLUMNS = [
    mapping_presets.c.id,
    mapping_presets.c.source,
    *(mapping_presets.c.mapping[part].label(part) for part in _PARTS),
    mapping_presets.c.created_at,
    mapping_presets.c.updated_at,
]


def listed(tenant_id: int) -> Select[Any]:
    """All presets of the tenant."""
    return select(*COLUMNS).where(mapping_presets.c.tenant_id == tenant_id)


async def lock(connection: AsyncConnection, tenant_id: int, source: str) -> None:
    """Wait until no other transaction changes this preset, whether it exists or not; held until the end."""
    key = func.hashtext(f"mapping:{tenant_id}:{source}")
    await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def get(connection: AsyncConnection, tenant_id: int, source: str) -> dict[str, Any] | None:
    """The preset of a source with its id and moments; None if there is none."""
    row = await connection.execute(select(*COLUMNS).where(_is(tenant_id, source)))
    return _as_dict(row.mappings().one_or_none())


async def save(connection: AsyncConnection, tenant_id: int, source: str, told: Told, now: datetime) -> dict[str, Any]:
    """Store the preset in the place of the one there may be; the row as stored."""
    values = {"mapping": told.to_json(), "updated_at": now}
    row = await connection.execute(
        insert(mapping_presets)
        .values(tenant_id=tenant_id, source=source, created_at=now, **values)
        .on_conflict_do_update(index_elements=["tenant_id", "source"], set_=values)
        .returning(*COLUMNS)
    )
    return dict(row.mappings().one())


async def remove(connection: AsyncConnection, tenant_id: int, source: str) -> dict[str, Any] | None:
    """Delete the preset of a source; the row as it was, None if there was none."""
    gone = await connection.execute(delete(mapping_presets).where(_is(tenant_id, source)).returning(*COLUMNS))
    return _as_dict(gone.mappings().one_or_none())


def told_of(row: dict[str, Any]) -> Told:
    """What a stored preset tells."""
    return Told.from_json({part: row[part] for part in _PARTS})


def _is(tenant_id: int, source: str) -> ColumnElement[bool]:
    return (mapping_presets.c.tenant_id == tenant_id) & (mapping_presets.c.source == source)


def _as_dict(row: Any) -> dict[str, Any] | None:
    return None if row is None else dict(row)
