"""SQL of the hotspots: the active episodes of a batch's entities, and their changes in bulk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import hotspots
from carbon_nexus.hotspots.model import Episode, Finding, Severity, Status, Subject, Transition


async def active_episodes(
    connection: AsyncConnection, tenant_id: int, entities: Sequence[str]
) -> dict[Subject, Episode]:
    """The active hotspots of these entities, locked until the transaction ends."""
    rows = await connection.execute(
        select(hotspots)
        .where(
            hotspots.c.tenant_id == tenant_id,
            hotspots.c.status == Status.ACTIVE,
            hotspots.c.entity == func.any(list(entities)),
        )
        .with_for_update()
    )
    found = [_episode(row) for row in rows.mappings()]
    return {episode.subject: episode for episode in found}


async def episodes(connection: AsyncConnection, tenant_id: int, ids: Sequence[int]) -> list[Episode]:
    """These hotspots of the tenant, by id; ids that do not exist are left out."""
    rows = await connection.execute(
        select(hotspots)
        .where(hotspots.c.tenant_id == tenant_id, hotspots.c.id == func.any(list(ids)))
        .order_by(hotspots.c.id)
    )
    return [_episode(row) for row in rows.mappings()]


async def open_episodes(connection: AsyncConnection, tenant_id: int, findings: Sequence[Finding]) -> list[int]:
    """Store a new hotspot for each finding; returns their ids in the same order.

    A second active hotspot for a subject is refused by a unique index, whoever tries.
    """
    if not findings:
        return []
    rows = [{"tenant_id": tenant_id, **_values(finding), "event_count": finding.event_count} for finding in findings]
    stored = await connection.execute(insert(hotspots).returning(hotspots.c.id, sort_by_parameter_order=True), rows)
    return list(stored.scalars())


async def continue_episodes(
    connection: AsyncConnection, tenant_id: int, transitions: Sequence[Transition], now: datetime
) -> None:
    """Take the transitions' findings into their episodes: counts, times, and the worst event so far."""
    rows = [_continued(transition, now) for transition in transitions]
    if rows:
        names = [name for name in rows[0] if name != "row_id"]
        statement = update(hotspots).where(hotspots.c.tenant_id == tenant_id, hotspots.c.id == bindparam("row_id"))
        await connection.execute(statement.values({name: bindparam(name) for name in names}), rows)


async def resolve_episodes(connection: AsyncConnection, tenant_id: int, ids: Sequence[int], now: datetime) -> None:
    """Close these episodes."""
    if ids:
        await connection.execute(
            update(hotspots)
            .where(hotspots.c.tenant_id == tenant_id, hotspots.c.id.in_(ids))
            .values(status=Status.RESOLVED, resolved_at=now, updated_at=now)
        )


def _episode(row: Any) -> Episode:
    return Episode(
        id=row["id"],
        subject=Subject(row["entity"], row["entity_type"], row["event_type"]),
        severity=Severity(row["severity"]),
        event_id=row["event_id"],
        actual_kg=row["predicted_co2"],
        typical_kg=row["baseline_co2"],
        percent_above=row["percent_above"],
        event_count=row["event_count"],
        first_event_at=row["first_event_at"],
        last_event_at=row["last_event_at"],
    )


def _values(finding: Finding) -> dict[str, Any]:
    return {
        **finding.subject._asdict(),
        **_worst(finding),
        "severity": finding.severity,
        "first_event_at": finding.first_event_at,
        "last_event_at": finding.last_event_at,
    }


def _worst(sign: Finding | Episode) -> dict[str, Any]:
    return {
        "event_id": sign.event_id,
        "predicted_co2": sign.actual_kg,
        "baseline_co2": sign.typical_kg,
        "percent_above": sign.percent_above,
    }


def _continued(transition: Transition, now: datetime) -> dict[str, Any]:
    episode, finding = transition.episode, transition.finding
    assert episode is not None
    assert finding is not None
    return {
        "row_id": episode.id,
        **_worst(finding if finding.percent_above > episode.percent_above else episode),
        "severity": max(episode.severity, finding.severity, key=lambda severity: severity.rank),
        "event_count": episode.event_count + finding.event_count,
        "first_event_at": min(episode.first_event_at, finding.first_event_at),
        "last_event_at": max(episode.last_event_at, finding.last_event_at),
        "updated_at": now,
    }
