"""SQL of the hotspots: episodes of a batch's entities, their changes in bulk, and what subjects reported and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import hotspots
from carbon_nexus.hotspots.correct import Correction
from carbon_nexus.hotspots.late import Gap
from carbon_nexus.hotspots.model import QUIET, Change, Episode, Metric, Span, Status, Subject, Transition
from carbon_nexus.hotspots.rows import continued_row, corrected_row, episode_of, new_row

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
    seen.predicted_co2, seen.typical_kg, seen.chance_per_week, seen.filled
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
    AS given (place, entity, entity_type, event_type, first, last)
JOIN predictions AS seen ON seen.entity = given.entity AND seen.entity_type = given.entity_type
    AND seen.prediction_type = given.event_type AND seen.event_time >= given.first AND seen.event_time <= given.last
WHERE seen.tenant_id = %s AND seen.event_time >= %s AND seen.event_time <= %s
    AND seen.predicted_co2 IS NOT NULL AND seen.typical_kg IS NOT NULL
"""
DAYS_REPORTED = """
SELECT DISTINCT given.place
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
    AS given (place, entity, entity_type, event_type, after, before)
JOIN emissions_entity_daily AS seen ON seen.entity = given.entity AND seen.entity_type = given.entity_type
    AND seen.event_type = given.event_type AND seen.day::timestamp AT TIME ZONE 'UTC' > given.after
    AND seen.day::timestamp AT TIME ZONE 'UTC' < given.before
WHERE seen.tenant_id = %s AND seen.day >= (%s::timestamptz AT TIME ZONE 'UTC')::date
    AND seen.day <= (%s::timestamptz AT TIME ZONE 'UTC')::date AND seen.scored AND seen.typical_kg IS NOT NULL
"""
LARGEST = """
SELECT DISTINCT ON (given.entity, given.entity_type, given.event_type, given.day) given.day, given.entity,
    given.entity_type, given.event_type, seen.event_id
FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[]) AS given (entity, entity_type, event_type, day)
JOIN predictions AS seen ON seen.entity = given.entity AND seen.entity_type = given.entity_type
    AND seen.prediction_type = given.event_type AND seen.event_time >= given.day
    AND seen.event_time < given.day + interval '24 hours'
WHERE seen.tenant_id = %s AND seen.event_time >= %s AND seen.event_time < %s::timestamptz + interval '24 hours'
    AND seen.predicted_co2 IS NOT NULL
ORDER BY given.entity, given.entity_type, given.event_type, given.day, seen.predicted_co2 DESC, seen.event_id
"""
LARGEST_SCHEMA = {
    "event_time": pl.Datetime("us", "UTC"),
    **dict.fromkeys(("entity", "entity_type", "event_type"), pl.String),
    "event_id": pl.Int64,
}
# A day stands at its beginning, and the event that emitted most speaks for it.
DAYS_WITHIN = """
SELECT given.place, largest.event_id, seen.day::timestamp AT TIME ZONE 'UTC', seen.entity, seen.entity_type,
    seen.event_type, seen.co2e_kg, seen.typical_kg, seen.chance_per_week, false
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
    AS given (place, entity, entity_type, event_type, first, last)
JOIN emissions_entity_daily AS seen ON seen.entity = given.entity AND seen.entity_type = given.entity_type
    AND seen.event_type = given.event_type AND seen.day >= (given.first AT TIME ZONE 'UTC')::date
    AND seen.day <= (given.last AT TIME ZONE 'UTC')::date
CROSS JOIN LATERAL (
    SELECT event_id FROM predictions WHERE tenant_id = seen.tenant_id AND entity = seen.entity
        AND entity_type = seen.entity_type AND prediction_type = seen.event_type
        AND event_time >= seen.day::timestamp AT TIME ZONE 'UTC'
        AND event_time < (seen.day + 1)::timestamp AT TIME ZONE 'UTC' AND predicted_co2 IS NOT NULL
    ORDER BY predicted_co2 DESC, event_id LIMIT 1
) AS largest
WHERE seen.tenant_id = %s AND seen.day >= (%s::timestamptz AT TIME ZONE 'UTC')::date
    AND seen.day <= (%s::timestamptz AT TIME ZONE 'UTC')::date AND seen.scored AND seen.typical_kg IS NOT NULL
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
    "chance_per_week": pl.Float64,
    "filled": pl.Boolean,
}
SEEN = text("""
UPDATE hotspots SET reported_at = seen.at
FROM unnest(CAST(:ids AS bigint[]), CAST(:times AS timestamptz[])) AS seen (id, at)
WHERE hotspots.tenant_id = :tenant_id AND hotspots.id = seen.id AND hotspots.status IN ('active', 'ignored')
    AND (hotspots.reported_at IS NULL OR hotspots.reported_at < seen.at)
""")


async def active_episodes(
    connection: AsyncConnection, tenant_id: int, entities: Sequence[str]
) -> dict[Subject, Episode]:
    """The episode of each subject of these entities that findings go into, locked until the transaction ends.

    The active one, else one that people ignore and that has not been quiet since.
    """
    own = hotspots.c
    quiet = func.coalesce(own.reported_at, own.last_event_at) - own.last_event_at > QUIET
    current = (own.status == Status.ACTIVE) | ((own.status == Status.IGNORED) & ~quiet)
    found = await _locked(connection, tenant_id, current & (own.entity == func.any(list(entities))))
    in_turn = sorted(found, key=lambda episode: (episode.status is Status.ACTIVE, episode.id))
    return {episode.subject: episode for episode in in_turn}


async def all_episodes(connection: AsyncConnection, tenant_id: int, entities: Sequence[str]) -> list[Episode]:
    """The hotspots of these entities, active or not, locked until the transaction ends; without emptied ones."""
    return await _locked(connection, tenant_id, hotspots.c.entity == func.any(list(entities)))


async def touched_episodes(connection: AsyncConnection, tenant_id: int, spans: Sequence[Span]) -> list[Episode]:
    """The hotspots, active or not, whose time overlaps one of these spans of its subject; locked as above."""
    by_subject = {span.subject[:3]: span for span in spans}  # of both metrics
    found = await all_episodes(connection, tenant_id, sorted({span.subject.entity for span in spans}))
    return [each for each in found if (span := by_subject.get(each.subject[:3])) and _overlap(each, span)]


async def reported_in(connection: AsyncConnection, tenant_id: int, gaps: Sequence[Gap]) -> set[Gap]:
    """Those of these times in which their subject has a recorded event, or (by its metric) a day that was compared."""
    reported: set[Gap] = set()
    for metric, query in ((Metric.INTENSITY, REPORTED), (Metric.ABSOLUTE, DAYS_REPORTED)):
        own = [gap for gap in gaps if gap.subject.metric == metric]
        given = [(place, gap.subject, gap.after, gap.before) for place, gap in enumerate(own)]
        if given:
            found = await read_frame(connection, query, {"place": pl.Int64}, _bounds(tenant_id, given))
            reported |= {own[place] for place in found["place"]}
    return reported


async def events_within(connection: AsyncConnection, tenant_id: int, episodes: Sequence[Episode]) -> pl.DataFrame:
    """Comparable recorded events (or days, by their metric) of the episodes' subjects within the episodes' times.

    Columns of WITHIN_SCHEMA and metric.
    """
    parts = []
    for metric, query in ((Metric.INTENSITY, WITHIN), (Metric.ABSOLUTE, DAYS_WITHIN)):
        own = [each for each in episodes if each.subject.metric == metric]
        given = [(each.id, each.subject, each.first_event_at, each.last_event_at) for each in own]
        if given:
            parts.append(await read_frame(connection, query, WITHIN_SCHEMA, _bounds(tenant_id, given)))
            parts[-1] = parts[-1].with_columns(metric=pl.lit(metric.value))
    return pl.concat(parts)


async def largest_events(connection: AsyncConnection, tenant_id: int, days: pl.DataFrame) -> pl.DataFrame:
    """The event that emitted most on each of these days of a subject: event_time, the subject's columns, event_id."""
    given = days.select("entity", "entity_type", "event_type", "event_time").unique()
    columns = [given[name].to_list() for name in given.columns]
    bounds = given["event_time"].min(), given["event_time"].max()
    return await read_frame(connection, LARGEST, LARGEST_SCHEMA, (*columns, tenant_id, *bounds))


async def tell_seen(connection: AsyncConnection, tenant_id: int, seen: Mapping[int, datetime]) -> None:
    """Note when the subjects of these active hotspots last reported."""
    if seen:
        given = {"ids": list(seen), "times": list(seen.values()), "tenant_id": tenant_id}
        await connection.execute(SEEN, given)


async def episodes(connection: AsyncConnection, tenant_id: int, ids: Sequence[int]) -> list[Episode]:
    """These hotspots of the tenant, by id; ids that do not exist are left out."""
    rows = await connection.execute(
        select(hotspots)
        .where(hotspots.c.tenant_id == tenant_id, hotspots.c.id == func.any(list(ids)))
        .order_by(hotspots.c.id)
    )
    return [episode_of(row) for row in rows.mappings()]


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
            **new_row(each.finding),
            "status": Status.RESOLVED if each.ended else Status.ACTIVE,
            "resolved_at": now if each.ended else None,
            "resolved_reason": each.ended or None,
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
    await _change_rows(connection, tenant_id, [continued_row(transition, now) for transition in transitions])


async def correct_episodes(
    connection: AsyncConnection, tenant_id: int, corrections: Sequence[Correction], now: datetime
) -> None:
    """Make the episodes what the corrections say they are now."""
    await _change_rows(connection, tenant_id, [corrected_row(each, now) for each in corrections])
    over = {each.before.id: each.reason for each in corrections if each.change is Change.RESOLVED}
    await resolve_episodes(connection, tenant_id, over, now)


async def resolve_episodes(
    connection: AsyncConnection, tenant_id: int, reasons: Mapping[int, str], now: datetime
) -> None:
    """Close these episodes, each for its reason."""
    over = {"status": Status.RESOLVED, "resolved_at": now, "updated_at": now}
    rows = [{"row_id": hotspot_id, **over, "resolved_reason": reason} for hotspot_id, reason in reasons.items()]
    await _change_rows(connection, tenant_id, rows)


async def _locked(connection: AsyncConnection, tenant_id: int, which: ColumnElement[bool]) -> list[Episode]:
    own = (hotspots.c.tenant_id == tenant_id) & (hotspots.c.event_count > 0)
    rows = await connection.execute(select(hotspots).where(own, which).order_by(hotspots.c.id).with_for_update())
    return [episode_of(row) for row in rows.mappings()]


async def _change_rows(connection: AsyncConnection, tenant_id: int, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        names = [name for name in rows[0] if name != "row_id"]
        statement = update(hotspots).where(hotspots.c.tenant_id == tenant_id, hotspots.c.id == bindparam("row_id"))
        await connection.execute(statement.values({name: bindparam(name) for name in names}), rows)


def _overlap(episode: Episode, span: Span) -> bool:
    tail = timedelta(days=1) if episode.subject.metric == Metric.ABSOLUTE else timedelta(0)
    return episode.first_event_at <= span.last and span.first <= episode.last_event_at + tail


def _bounds(tenant_id: int, given: Sequence[tuple[int, Subject, datetime, datetime]]) -> list[Any]:
    places, subjects, starts, ends = (list(column) for column in zip(*given, strict=True))
    by_column = (list(column) for column in list(zip(*subjects, strict=True))[:3])
    return [places, *by_column, starts, ends, tenant_id, min(starts), max(ends)]
