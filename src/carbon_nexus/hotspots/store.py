"""SQL of the hotspots: episodes of a batch's entities, their changes in bulk, and what subjects reported and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import hotspots
from carbon_nexus.hotspots.correct import Correction
from carbon_nexus.hotspots.late import Gap
from carbon_nexus.hotspots.model import Change, Episode, Finding, Severity, Span, Status, Subject, Transition

# The outer bounds of time are what the block range index can use; a pass over them tells of all gaps or episodes.
REPORTED = """
SELECT DISTINCT given.place
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
    AS given (place, entity, entity_type, event_type, after, before)
JOIN predictions AS seen ON seen.entity = given.entity AND seen.entity_type = given.entity_type
    AND seen.prediction_type = given.event_type AND seen.event_time > given.after AND seen.event_time < given.before
WHERE seen.tenant_id = %s AND seen.event_time > %s AND seen.event_time < %s
"""
WITHIN = """
SELECT given.place, seen.event_id, seen.event_time, seen.entity, seen.entity_type, seen.prediction_type,
    seen.predicted_co2, seen.typical_kg, seen.filled
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
    AS given (place, entity, entity_type, event_type, first, last)
JOIN predictions AS seen ON seen.entity = given.entity AND seen.entity_type = given.entity_type
    AND seen.prediction_type = given.event_type AND seen.event_time >= given.first AND seen.event_time <= given.last
WHERE seen.tenant_id = %s AND seen.event_time >= %s AND seen.event_time <= %s
    AND seen.predicted_co2 IS NOT NULL AND seen.typical_kg IS NOT NULL
"""
WITHIN_SCHEMA = {
    "hotspot_id": pl.Int64,
    "event_id": pl.Int64,
    "event_time": pl.Datetime("us", "UTC"),
    "entity": pl.String,
    "entity_type": pl.String,
    "event_type": pl.String,
    "co2e_kg": pl.Float64,
    "typical_kg": pl.Float64,
    "filled": pl.Boolean,
}


async def active_episodes(
    connection: AsyncConnection, tenant_id: int, entities: Sequence[str]
) -> dict[Subject, Episode]:
    """The active hotspots of these entities, locked until the transaction ends."""
    mine = (hotspots.c.status == Status.ACTIVE) & (hotspots.c.entity == func.any(list(entities)))
    found = await _locked(connection, tenant_id, mine)
    return {episode.subject: episode for episode in found}


async def all_episodes(connection: AsyncConnection, tenant_id: int, entities: Sequence[str]) -> list[Episode]:
    """The hotspots of these entities, active or not, locked until the transaction ends; without emptied ones."""
    return await _locked(connection, tenant_id, hotspots.c.entity == func.any(list(entities)))


async def touched_episodes(connection: AsyncConnection, tenant_id: int, spans: Sequence[Span]) -> list[Episode]:
    """The hotspots, active or not, whose time overlaps one of these spans of its subject; locked as above."""
    by_subject = {span.subject: span for span in spans}
    found = await all_episodes(connection, tenant_id, sorted({span.subject.entity for span in spans}))
    return [each for each in found if each.subject in by_subject and _overlap(each, by_subject[each.subject])]


async def reported_in(connection: AsyncConnection, tenant_id: int, gaps: Sequence[Gap]) -> set[Gap]:
    """Those of these times in which their subject has a recorded event."""
    if not gaps:
        return set()
    given = [(place, gap.subject, gap.after, gap.before) for place, gap in enumerate(gaps)]
    found = await read_frame(connection, REPORTED, {"place": pl.Int64}, _bounds(tenant_id, given))
    return {gaps[place] for place in found["place"]}


async def events_within(connection: AsyncConnection, tenant_id: int, episodes: Sequence[Episode]) -> pl.DataFrame:
    """Comparable recorded events of the episodes' subjects within the episodes' times; columns of WITHIN_SCHEMA."""
    given = [(each.id, each.subject, each.first_event_at, each.last_event_at) for each in episodes]
    return await read_frame(connection, WITHIN, WITHIN_SCHEMA, _bounds(tenant_id, given))


async def episodes(connection: AsyncConnection, tenant_id: int, ids: Sequence[int]) -> list[Episode]:
    """These hotspots of the tenant, by id; ids that do not exist are left out."""
    rows = await connection.execute(
        select(hotspots)
        .where(hotspots.c.tenant_id == tenant_id, hotspots.c.id == func.any(list(ids)))
        .order_by(hotspots.c.id)
    )
    return [_episode(row) for row in rows.mappings()]


async def open_episodes(
    connection: AsyncConnection, tenant_id: int, transitions: Sequence[Transition], now: datetime
) -> list[int]:
    """Store a new hotspot for each transition's finding, resolved where it has ended; their ids in the same order.

    A second active hotspot for a subject is refused by a unique index, whoever tries.
    """
    if not transitions:
        return []
    rows = [
        {
            "tenant_id": tenant_id,
            **_values(each.finding),
            "status": Status.RESOLVED if each.ended else Status.ACTIVE,
            "resolved_at": now if each.ended else None,
        }
        for each in transitions
        if each.finding
    ]
    stored = await connection.execute(insert(hotspots).returning(hotspots.c.id, sort_by_parameter_order=True), rows)
    return list(stored.scalars())


async def continue_episodes(
    connection: AsyncConnection, tenant_id: int, transitions: Sequence[Transition], now: datetime
) -> None:
    """Take the transitions' findings into their episodes: counts, times, and the worst event so far."""
    await _change_rows(connection, tenant_id, [_continued(transition, now) for transition in transitions])


async def correct_episodes(
    connection: AsyncConnection, tenant_id: int, corrections: Sequence[Correction], now: datetime
) -> None:
    """Make the episodes what the corrections say they are now."""
    await _change_rows(connection, tenant_id, [_corrected(each, now) for each in corrections])
    over = [each.before.id for each in corrections if each.change is Change.RESOLVED]
    await resolve_episodes(connection, tenant_id, over, now)


async def resolve_episodes(connection: AsyncConnection, tenant_id: int, ids: Sequence[int], now: datetime) -> None:
    """Close these episodes."""
    if ids:
        await connection.execute(
            update(hotspots)
            .where(hotspots.c.tenant_id == tenant_id, hotspots.c.id.in_(ids))
            .values(status=Status.RESOLVED, resolved_at=now, updated_at=now)
        )


async def _locked(connection: AsyncConnection, tenant_id: int, which: ColumnElement[bool]) -> list[Episode]:
    own = (hotspots.c.tenant_id == tenant_id) & (hotspots.c.event_count > 0)
    rows = await connection.execute(select(hotspots).where(own, which).order_by(hotspots.c.id).with_for_update())
    return [_episode(row) for row in rows.mappings()]


async def _change_rows(connection: AsyncConnection, tenant_id: int, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        names = [name for name in rows[0] if name != "row_id"]
        statement = update(hotspots).where(hotspots.c.tenant_id == tenant_id, hotspots.c.id == bindparam("row_id"))
        await connection.execute(statement.values({name: bindparam(name) for name in names}), rows)


def _overlap(episode: Episode, span: Span) -> bool:
    return episode.first_event_at <= span.last and span.first <= episode.last_event_at


def _bounds(tenant_id: int, given: Sequence[tuple[int, Subject, datetime, datetime]]) -> list[Any]:
    places, subjects, starts, ends = (list(column) for column in zip(*given, strict=True))
    by_column = (list(column) for column in zip(*subjects, strict=True))
    return [places, *by_column, starts, ends, tenant_id, min(starts), max(ends)]


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
        status=Status(row["status"]),
    )


def _values(finding: Finding) -> dict[str, Any]:
    return {
        **finding.subject._asdict(),
        **_worst(finding),
        "severity": finding.severity,
        "event_count": finding.event_count,
        "first_event_at": finding.first_event_at,
        "last_event_at": finding.last_event_at,
    }


def _corrected(correction: Correction, now: datetime) -> dict[str, Any]:
    after = correction.after
    return {
        "row_id": after.id,
        **_worst(after),
        "severity": after.severity,
        "event_count": after.event_count,
        "first_event_at": after.first_event_at,
        "last_event_at": after.last_event_at,
        "updated_at": now,
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
