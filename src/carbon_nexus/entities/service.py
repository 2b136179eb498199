"""Load, check, save: the profile of an entity, each change with its audit entry. Never commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.entities import store
from carbon_nexus.entities.accepted import check
from carbon_nexus.entities.model import FACTS, EntityType, Profile
from carbon_nexus.errors import NotFound
from carbon_nexus.factors.library import factor_set


async def put_profile(
    connection: AsyncConnection, tenant_id: int, profile: Profile, actor: str, now: datetime
) -> dict[str, Any]:
    """Store the profile in the place of the one there may be; the row as stored. Raises InvalidInput.

    It holds for estimates made from now on; stored estimates stay as they are.
    """
    check(profile, factor_set())
    await store.lock(connection, tenant_id, profile.entity_type, profile.entity)
    before = await store.find(connection, tenant_id, profile.entity_type, profile.entity)
    after = await store.save(connection, tenant_id, profile, now)
    await record(connection, tenant_id, [_entry("replaced" if before else "created", after, actor, before, after)])
    return after


async def delete_profile(
    connection: AsyncConnection, tenant_id: int, entity_type: EntityType, entity: str, actor: str
) -> None:
    """Delete the profile; estimates made from now on know nothing of it. Raises NotFound."""
    before = await store.remove(connection, tenant_id, entity_type, entity)
    if before is None:
        raise _none_of(entity_type, entity)
    await record(connection, tenant_id, [_entry("deleted", before, actor, before, None)])


async def get_profile(
    connection: AsyncConnection, tenant_id: int, entity_type: EntityType, entity: str
) -> dict[str, Any]:
    """The profile as stored. Raises NotFound."""
    found = await store.find(connection, tenant_id, entity_type, entity)
    if found is None:
        raise _none_of(entity_type, entity)
    return found


def _none_of(entity_type: EntityType, entity: str) -> NotFound:
    return NotFound(
        f"There is no profile of the {entity_type} '{entity}'.", "PUT one; GET /entities/profiles lists all."
    )


def _entry(
    what: str,
    row: Mapping[str, Any],
    actor: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Entry:
    subject = f"{row['entity_type']}/{row['entity']}"
    return Entry(f"profile.{what}", "profile", subject, actor, before=_facts(before), after=_facts(after))


def _facts(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in FACTS if row[name] is not None}
