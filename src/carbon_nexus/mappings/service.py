"""Load, check, save: the presets of sources, each change with its audit entry. Never commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import InvalidInput, NotFound
from carbon_nexus.mappings import store
from carbon_nexus.mappings.model import Told
from carbon_nexus.mappings.told import check_told


async def put_preset(
    connection: AsyncConnection, tenant_id: int, source: str, told: Told, actor: str, now: datetime
) -> dict[str, Any]:
    """Store how files of the source are read, in the place of what was told before; the row as stored.

    It holds for files read from now on; jobs keep the mapping they began with. Raises InvalidInput.
    """
    problems = check_told(told, "body")
    if problems:
        raise InvalidInput(problems, "The preset was not stored.")
    await store.lock(connection, tenant_id, source)
    before = await store.get(connection, tenant_id, source)
    after = await store.save(connection, tenant_id, source, told, now)
    await record(connection, tenant_id, [_entry("replaced" if before else "created", source, actor, before, after)])
    return after


async def delete_preset(connection: AsyncConnection, tenant_id: int, source: str, actor: str) -> None:
    """Delete the preset of the source; files read from now on are read without it. Raises NotFound."""
    before = await store.remove(connection, tenant_id, source)
    if before is None:
        raise _none_of(source)
    await record(connection, tenant_id, [_entry("deleted", source, actor, before, None)])


async def get_preset(connection: AsyncConnection, tenant_id: int, source: str) -> dict[str, Any]:
    """The preset as stored. Raises NotFound."""
    found = await store.get(connection, tenant_id, source)
    if found is None:
        raise _none_of(source)
    return found


async def preset_of(connection: AsyncConnection, tenant_id: int, source: str) -> Told | None:
    """What the preset of the source tells, None if it has none; `Told.over` lays the caller's word over it."""
    found = await store.get(connection, tenant_id, source)
    return None if found is None else store.told_of(found)


def _none_of(source: str) -> NotFound:
    return NotFound(
        f"There is no mapping for the source '{source}'.", "PUT one; GET /api/v1/ingest/mappings lists all."
    )


def _entry(
    what: str, source: str, actor: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Entry:
    return Entry(f"mapping.{what}", "mapping", source, actor, before=_told(before), after=_told(after))


def _told(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else store.told_of(dict(row)).to_json()
