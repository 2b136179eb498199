"""SQL that reads the rollups: sums over hours, by entity and by day, and the hotspots that are active."""

from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import emissions_daily, emissions_hourly, hotspots, predictions
from carbon_nexus.emissions.breakdown import Sum
from carbon_nexus.emissions.model import By
from carbon_nexus.emissions.series import HOURS_SCHEMA, WEEK, WEEKS_BACK
from carbon_nexus.emissions.summary import Totals

REST = "other"

# nine short ranges of the index, never what lies between them; summed range by range, as they come sorted by the hour
_HOURS = """
SELECT back.weeks, h.hour + back.weeks * interval '168 hours', h.co2e_kg, h.measured_kg, h.events, h.unestimated,
    h.typical_kg, h.typical
FROM generate_series(0, %s::int) AS back (weeks) CROSS JOIN LATERAL (
    SELECT hour, sum(co2e_kg) AS co2e_kg, sum(measured_kg) AS measured_kg, sum(event_count)::bigint AS events,
        sum(unestimated_count)::bigint AS unestimated, sum(typical_kg) AS typical_kg,
        sum(typical_count)::bigint AS typical
    FROM emissions_hourly
    WHERE tenant_id = %s AND hour >= %s::timestamptz - back.weeks * interval '168 hours'
        AND hour < %s::timestamptz - back.weeks * interval '168 hours'
    GROUP BY hour
) AS h
"""
_BY_NAME = """
SELECT {name} AS name, {kind} AS entity_type, sum(co2e_kg) AS kg, sum(measured_kg) AS measured_kg,
    sum(event_count)::bigint AS events
FROM emissions_hourly WHERE tenant_id = :tenant_id AND hour >= :start AND hour < :end
GROUP BY 1, 2 HAVING sum(event_count) > 0
"""
# the upstream part of own fuel and electricity is scope 3, of what others burn all of it is; estimates that share their
# labels are summed before these are looked at
_BY_SCOPE = """
SELECT coalesce('scope ' || part.scope, 'scope not known') AS name, CAST(NULL AS text) AS entity_type,
    sum(part.kg) AS kg, coalesce(sum(part.kg) FILTER (WHERE v.tier = 'T1' AND NOT p.filled), 0) AS measured_kg,
    sum(p.events) AS events
FROM (
    SELECT provenance_id, filled, ttw_kg + wtt_kg IS NULL AS undivided, sum(predicted_co2) AS kg, sum(ttw_kg) AS ttw_kg,
        sum(wtt_kg) AS wtt_kg, count(*) AS events
    FROM predictions
    WHERE tenant_id = :tenant_id AND event_time >= :start AND event_time < :end AND predicted_co2 IS NOT NULL
    GROUP BY 1, 2, 3
) AS p LEFT JOIN provenances AS v ON v.id = p.provenance_id
CROSS JOIN LATERAL (VALUES
    (v.scope, CASE WHEN v.scope = 3 OR p.undivided THEN p.kg ELSE p.ttw_kg END),
    (3, CASE WHEN v.scope IS DISTINCT FROM 3 AND NOT p.undivided THEN p.wtt_kg END)
) AS part (scope, kg)
WHERE part.kg IS NOT NULL
GROUP BY 1, 2
"""
_PARTS = {
    By.ENTITY: _BY_NAME.format(name="entity", kind="entity_type"),
    By.EVENT_TYPE: _BY_NAME.format(name="event_type", kind="CAST(NULL AS text)"),
    By.SCOPE: _BY_SCOPE,
}
_LARGEST = """
SELECT least(place, :most + 1) AS place, min(name), min(entity_type), sum(kg), sum(measured_kg),
    CAST(sum(events) AS bigint), count(*)
FROM (SELECT *, row_number() OVER (ORDER BY kg DESC, name, entity_type) AS place FROM ({parts}) AS parts) AS placed
GROUP BY 1 ORDER BY 1
"""


async def hourly_totals(connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime) -> Totals:
    """Sums over the hours with start <= hour < end."""
    rows = _sums(emissions_hourly).where(*_within(tenant_id, start, end))
    return Totals(*(await connection.execute(rows)).one())


async def by_entity(
    connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime, most: int = 20
) -> dict[str, float]:
    """kg CO2e by entity over the hours with start <= hour < end: the `most` largest, the rest together as "other".

    Entities of which no event has an estimate are left out: nothing is known of them.
    """
    total = func.sum(emissions_hourly.c.co2e_kg)
    entities = (
        select(
            emissions_hourly.c.entity,
            total.label("co2e_kg"),
            func.row_number().over(order_by=(total.desc(), emissions_hourly.c.entity)).label("place"),
        )
        .where(*_within(tenant_id, start, end))
        .group_by(emissions_hourly.c.entity)
        .having(func.sum(emissions_hourly.c.event_count) > 0)
        .subquery()
    )
    place = func.least(entities.c.place, most + 1)
    rows = select(place, func.min(entities.c.entity), func.sum(entities.c.co2e_kg)).group_by(place).order_by(place)
    found: dict[str, float] = {}
    for at, entity, co2e_kg in await connection.execute(rows):
        name = entity if at <= most else REST
        found[name] = found.get(name, 0.0) + co2e_kg
    return found


async def hours_and_weeks_before(
    connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime
) -> tuple[pl.DataFrame, datetime | None]:
    """Sums of the hours with start <= hour < end and of the same hours of the eight weeks before: HOURS_SCHEMA.

    And the first hour with an event since the oldest of them, None if there is none.
    """
    sums = await read_frame(connection, _HOURS, HOURS_SCHEMA, (WEEKS_BACK, tenant_id, start, end))
    oldest = start - WEEKS_BACK * WEEK
    first = select(func.min(emissions_hourly.c.hour)).where(*_within(tenant_id, oldest, end))
    found: datetime | None = await connection.scalar(first)
    return sums, found


async def largest(
    connection: AsyncConnection, tenant_id: int, by: By, start: datetime, end: datetime, most: int
) -> tuple[list[Sum], Sum | None]:
    """What the hours with start <= hour < end came from: the `most` largest parts, and the rest of them together.

    Entities and types of which no event has an estimate are left out: nothing is known of them.
    """
    given = {"tenant_id": tenant_id, "start": start, "end": end, "most": most}
    rows = (await connection.execute(text(_LARGEST.format(parts=_PARTS[by])), given)).all()
    sums = [Sum(*row[1:]) for row in rows if row.place <= most]
    return sums, next((Sum(*row[1:]) for row in rows if row.place > most), None)


async def days_total(connection: AsyncConnection, tenant_id: int, first: date, last: date) -> Totals:
    """Sums over the UTC days from first to last."""
    day = emissions_daily.c.day
    rows = _sums(emissions_daily).where(emissions_daily.c.tenant_id == tenant_id, day >= first, day <= last)
    return Totals(*(await connection.execute(rows)).one())


async def last_estimate_at(connection: AsyncConnection, tenant_id: int) -> datetime | None:
    """When the newest event that has an estimate got it; None before the first."""
    newest = (
        select(predictions.c.created_at)
        .where(predictions.c.tenant_id == tenant_id)
        .order_by(predictions.c.event_id.desc())
        .limit(1)
    )
    made: datetime | None = await connection.scalar(newest)
    return made


async def all_totals(connection: AsyncConnection, tenant_id: int) -> Totals:
    """Sums over all recorded days."""
    rows = _sums(emissions_daily).where(emissions_daily.c.tenant_id == tenant_id)
    return Totals(*(await connection.execute(rows)).one())


async def active_hotspots(connection: AsyncConnection, tenant_id: int) -> tuple[int, int]:
    """How many hotspots are active, and how many of these are critical."""
    critical = func.count().filter(hotspots.c.severity == "critical")
    rows = select(func.count(), critical).where(hotspots.c.tenant_id == tenant_id, hotspots.c.status == "active")
    active, worst = (await connection.execute(rows)).one()
    return active, worst


def _sums(rollup: Any) -> Select[Any]:
    return select(
        func.coalesce(func.sum(rollup.c.co2e_kg), 0.0),
        # bigints add up to numeric, which would arrive as Decimal
        func.coalesce(func.sum(rollup.c.event_count), 0).cast(rollup.c.event_count.type),
        func.coalesce(func.sum(rollup.c.unestimated_count), 0).cast(rollup.c.event_count.type),
        func.coalesce(func.sum(rollup.c.measured_kg), 0.0),
    )


def _within(tenant_id: int, start: datetime, end: datetime) -> tuple[Any, ...]:
    hour = emissions_hourly.c.hour
    return emissions_hourly.c.tenant_id == tenant_id, hour >= start, hour < end
