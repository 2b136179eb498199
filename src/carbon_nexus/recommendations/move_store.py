"""SQL of people's moves: the rows they hold, what they write, and what a person proposes in own words."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import audit_logs, hotspots, recommendations
from carbon_nexus.recommendations.model import Held, Status

SUBJECT = "recommendation"
PROPOSED = "recommendation.proposed"
_REC = recommendations.c


async def lock(connection: AsyncConnection, tenant_id: int, ids: Collection[int]) -> dict[int, Held]:
    """Where these recommendations stand, by id, their rows locked until the transaction ends; unknown ids are absent.

    Locked in the order of their ids, so that two who move the same ones wait for each other and never both.
    """
    columns = (_REC.id, _REC.status, _REC.created_at, _REC.assignee, _REC.proposed_by, hotspots.c.event_count)
    of = select(*columns).join_from(recommendations, hotspots, hotspots.c.id == _REC.hotspot_id)
    query = of.where(_are(tenant_id, ids)).order_by(_REC.id).with_for_update(of=recommendations)
    rows = (await connection.execute(query)).all()
    asked = await _last_asked(connection, tenant_id, ids)
    return {
        row.id: Held(
            Status(row.status),
            row.created_at,
            row.assignee,
            frozenset({row.proposed_by, asked.get(row.id, row.proposed_by)}),
            row.event_count,
        )
        for row in rows
    }


async def save(connection: AsyncConnection, tenant_id: int, ids: Collection[int], values: Mapping[str, Any]) -> None:
    """Write the same values on each of the rows that `lock` holds."""
    await connection.execute(update(recommendations).where(_are(tenant_id, ids)).values(**values))


async def add(connection: AsyncConnection, tenant_id: int, values: Mapping[str, Any], now: datetime) -> int | None:
    """Store a recommendation; its id, None if its hotspot has one of that measure already."""
    stamps = {"status": Status.PENDING, "created_at": now, "updated_at": now}
    given = insert(recommendations).values(tenant_id=tenant_id, **values, **stamps)
    own = given.on_conflict_do_nothing(index_elements=["hotspot_id", "measure_id"]).returning(_REC.id)
    new: int | None = (await connection.execute(own)).scalar_one_or_none()
    return new


async def _last_asked(connection: AsyncConnection, tenant_id: int, ids: Collection[int]) -> dict[int, str]:
    """Who last asked for each of these to be proposed, as the audit trail has it."""
    log = audit_logs.c
    of = [str(each) for each in ids]
    query = (
        select(log.entity_id, log.user_id)
        .ext(distinct_on(log.entity_id))
        .where(log.tenant_id == tenant_id, log.entity_type == SUBJECT, log.entity_id.in_(of), log.action == PROPOSED)
        .order_by(log.entity_id, log.id.desc())
    )
    return {int(entity_id): actor for entity_id, actor in await connection.execute(query)}


def _are(tenant_id: int, ids: Collection[int]) -> Any:
    return (_REC.tenant_id == tenant_id) & _REC.id.in_(ids)
