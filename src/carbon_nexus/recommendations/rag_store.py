"""SQL of the RAG service: hotspots that wait for it, its actions as recommendations, and what it is served from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import diagnoses, emissions_entity_daily, hotspots, recommendations
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.hotspots.model import Status as HotspotStatus
from carbon_nexus.recommendations.model import Cause, Status
from carbon_nexus.recommendations.rag_agree import Asked, RagQuestion

WAITING, ANSWERED, FAILED = "waiting", "answered", "failed"
ENGINE = "rag"


class Saved(NamedTuple):
    """An action that got a row."""

    id: int
    measure_id: str
    co2_reduction_kg: float | None


async def waiting(connection: AsyncConnection, tenant_id: int, hotspot_ids: Sequence[int]) -> list[RagQuestion]:
    """The questions about those of the hotspots that a RAG service has not answered; not tried for longest first."""
    rows = await connection.execute(
        select(
            hotspots.c.id, hotspots.c.entity, hotspots.c.event_type, hotspots.c.predicted_co2,
            hotspots.c.baseline_co2, diagnoses.c.root_cause,
        )
        .join(diagnoses, diagnoses.c.hotspot_id == hotspots.c.id)
        .where(
            diagnoses.c.tenant_id == tenant_id, hotspots.c.tenant_id == tenant_id,
            hotspots.c.id == func.any(list(hotspot_ids)), diagnoses.c.remote.in_((WAITING, FAILED)),
            hotspots.c.event_count > 0,  # none: its events were taken back
        )
        .order_by(diagnoses.c.updated_at, hotspots.c.id)
    )  # fmt: skip
    return [RagQuestion(*row) for row in rows]


async def left(
    connection: AsyncConnection, now: datetime, silent: timedelta, youngest: timedelta, limit: int
) -> list[tuple[int, int]]:
    """Tenant and id of active hotspots whose question failed, or waits without having been asked for `silent`.

    Those that were not tried for longest come first; none whose diagnosis is older than `youngest`.
    """
    own = diagnoses.c
    forgotten = (own.remote == WAITING) & (own.updated_at < now - silent)
    rows = await connection.execute(
        select(own.tenant_id, own.hotspot_id)
        .join(hotspots, hotspots.c.id == own.hotspot_id)
        .where((own.remote == FAILED) | forgotten, own.created_at > now - youngest)
        .where(hotspots.c.status == HotspotStatus.ACTIVE)
        .order_by(own.updated_at, own.hotspot_id)
        .limit(limit)
    )
    return [(tenant_id, hotspot_id) for tenant_id, hotspot_id in rows]


async def lock(connection: AsyncConnection, tenant_id: int, hotspot_id: int) -> Asked | None:
    """The hotspot's diagnosis, locked until the transaction ends; None: there is none."""
    own = diagnoses.c
    rows = await connection.execute(
        select(own.hotspot_id, hotspots.c.entity, hotspots.c.severity, own.cause, own.root_cause, own.remote)
        .join(hotspots, hotspots.c.id == own.hotspot_id)
        .where(own.tenant_id == tenant_id, own.hotspot_id == hotspot_id)
        .with_for_update(of=diagnoses)
    )
    found = rows.one_or_none()
    if found is None:
        return None
    key, entity, severity, cause, root_cause, remote = found
    return Asked(key, entity, Severity(severity), Cause(cause), root_cause, remote)


async def set_remote(
    connection: AsyncConnection, tenant_id: int, hotspot_id: int, remote: str, detail: str | None, now: datetime
) -> None:
    """Say what has become of the question about a hotspot."""
    await connection.execute(
        update(diagnoses)
        .where(diagnoses.c.tenant_id == tenant_id, diagnoses.c.hotspot_id == hotspot_id)
        .values(remote=remote, remote_detail=detail, updated_at=now)
    )


async def titles(connection: AsyncConnection, tenant_id: int, hotspot_id: int) -> dict[str, str]:
    """What a hotspot is recommended already: the measure of each title, which is in lower case."""
    own = recommendations.c
    found = select(own.title, own.measure_id).where(own.tenant_id == tenant_id, own.hotspot_id == hotspot_id)
    return {title.casefold(): measure_id for title, measure_id in await connection.execute(found)}


async def save_actions(
    connection: AsyncConnection, tenant_id: int, rows: Sequence[Mapping[str, Any]], now: datetime
) -> list[Saved]:
    """Store these columns of `recommendations` as pending; returns the new ones: what a hotspot has stays as it is."""
    if not rows:
        return []
    own = recommendations.c
    stamps = {"engine": ENGINE, "proposed_by": ENGINE, "status": Status.PENDING, "created_at": now, "updated_at": now}
    statement = (
        insert(recommendations)
        .on_conflict_do_nothing(index_elements=[own.hotspot_id, own.measure_id])
        .returning(own.id, own.measure_id, own.co2_reduction)
    )
    return [
        Saved(*row)
        for row in await connection.execute(statement, [{"tenant_id": tenant_id, **row, **stamps} for row in rows])
    ]


async def root_cause(connection: AsyncConnection, tenant_id: int, hotspot_id: int) -> str | None:
    """The root cause on record for a hotspot; None: there is none yet."""
    found: str | None = await connection.scalar(
        select(diagnoses.c.root_cause).where(diagnoses.c.tenant_id == tenant_id, diagnoses.c.hotspot_id == hotspot_id)
    )
    return found


async def stored(connection: AsyncConnection, tenant_id: int, hotspot_id: int) -> list[dict[str, Any]]:
    """All recommendations of a hotspot, the first in rank first, those of a RAG service after the embedded ones."""
    own = recommendations.c
    rows = await connection.execute(
        select(recommendations)
        .where(own.tenant_id == tenant_id, own.hotspot_id == hotspot_id)
        .order_by(own.engine, own.rank.nulls_last(), own.id)
    )
    return [dict(row) for row in rows.mappings()]


async def one(connection: AsyncConnection, tenant_id: int, rec_id: int) -> dict[str, Any]:
    """The recommendation with this id, which there is."""
    own = recommendations.c
    rows = await connection.execute(select(recommendations).where(own.tenant_id == tenant_id, own.id == rec_id))
    return dict(rows.mappings().one())


async def event_types(connection: AsyncConnection, tenant_id: int, entity: str, since: datetime) -> list[str]:
    """The event types that an entity has reported since the UTC day of that moment; empty: it is not known."""
    own = emissions_entity_daily.c
    rows = await connection.execute(
        select(own.event_type)
        .distinct()
        .where(own.tenant_id == tenant_id, own.entity == entity, own.day >= since.astimezone(UTC).date())
        .where((own.event_count > 0) | (own.filled_count == 0))  # not what only stand-ins tell of
        .order_by(own.event_type)
    )
    return list(rows.scalars())
