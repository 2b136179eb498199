"""SQL of the room: counts in and out of data_quality, events of a job, stand-ins, hours with reports, deliveries."""

from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import DateTime, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.model import EVENT_SCHEMA
from carbon_nexus.db.columns import insert_frame, read_frame
from carbon_nexus.db.tables import data_quality
from carbon_nexus.quality.gaps import DELIVERY_SCHEMA, REPORT_SCHEMA, WINDOW
from carbon_nexus.quality.measure import READ
from carbon_nexus.quality.model import COUNT_SCHEMA, KEY, MISSING_OF, MOMENT, QUALITY_DAYS
from carbon_nexus.quality.score import FIGURES

EVENT_READ = {
    "id": pl.Int64(), "arrived_at": MOMENT, **{name: EVENT_SCHEMA.get(name, pl.Boolean()) for name in READ},
}  # fmt: skip

_PERCENT = """
CASE WHEN data_quality.total_rows + excluded.total_rows > 0 THEN greatest(0, least(100, (
    coalesce(data_quality.{name} * data_quality.total_rows, 0) + coalesce(excluded.{name} * excluded.total_rows, 0)
) / (data_quality.total_rows + excluded.total_rows))) END
"""
_MISSING = """
CASE WHEN excluded.missing = '{}' THEN data_quality.missing ELSE (
    SELECT coalesce(jsonb_object_agg(key, rows) FILTER (WHERE rows > 0), '{}') FROM (
        SELECT key, sum(value::bigint) AS rows FROM (
            SELECT * FROM jsonb_each_text(data_quality.missing)
            UNION ALL SELECT * FROM jsonb_each_text(excluded.missing)
        ) AS both_parts GROUP BY key
    ) AS added_up
) END
"""
_TALLIES = ("total_rows", "anomalies_count", "rejected_rows", "duplicate_rows", "late_rows")
# Percentages are weighted by rows, so that many small ingests of a day add up to the same as one large one, and taking
# one back (rows below zero) leaves the others. By the key's order: two ingests never wait for each other in a circle.
_SUMS = {
    **{name: _PERCENT.format(name=name) for name in ("completeness_pct", "predicted_pct")},
    **{name: f"greatest(0, data_quality.{name} + excluded.{name})" for name in _TALLIES},
    "missing": _MISSING,
    "updated_at": "greatest(data_quality.updated_at, excluded.updated_at)",
}
_ADDED_UP = f"""
ORDER BY {", ".join(KEY)} ON CONFLICT (tenant_id, {", ".join(KEY)}) DO UPDATE
SET {", ".join(f"{name} = {value}" for name, value in _SUMS.items())}
"""
# fields without a count are left out; the names are our own, and JSON goes as text into arrays and COPY alike
_NAMED = [
    pl.when(pl.col(column) != 0).then(pl.format(f'"{field}": {{}}', column)) for field, column in MISSING_OF.items()
]
_MISSING_ROWS = pl.concat_str(pl.lit("{"), pl.concat_str(_NAMED, separator=", ", ignore_nulls=True), pl.lit("}")).alias(
    "missing"
)
_EMPTY = """
DELETE FROM data_quality WHERE tenant_id = :tenant_id AND window_start = ANY(:days) AND source IS NOT NULL
    AND total_rows <= 0 AND rejected_rows <= 0 AND duplicate_rows <= 0
"""

# Lines of other programs have no source: they say nothing of lateness, and their percentages may be absent or odd.
_COMPLETE, _ORIGIN = "completeness_pct BETWEEN 0 AND 100", "predicted_pct BETWEEN 0 AND 100"
_FIGURES = {
    **{name: f"sum({name})" for name in _TALLIES},
    "complete_rows": f"sum(completeness_pct * total_rows / 100) FILTER (WHERE {_COMPLETE})",
    "simulated_rows": f"round(sum(predicted_pct * total_rows / 100) FILTER (WHERE {_ORIGIN}))::bigint",
    **{column: f"sum((missing ->> '{field}')::bigint)" for field, column in MISSING_OF.items()},
    "complete_of": f"sum(total_rows) FILTER (WHERE {_COMPLETE})",
    "simulated_of": f"sum(total_rows) FILTER (WHERE {_ORIGIN})",
    "own_rows": "sum(total_rows) FILTER (WHERE source IS NOT NULL)",
    "first_day": "min(window_start)",
    "last_updated": "max(updated_at)",
}
_READ_FIGURES = """
SELECT {grain}, {figures} FROM data_quality
WHERE tenant_id = %s AND window_start >= %s AND (%s::text IS NULL OR supplier_id = %s) GROUP BY {grain}
"""
FILLED_SCHEMA = {
    **dict.fromkeys(("source", "supplier_id", "event_type", "route_id", "warehouse_id", "factory_id"), pl.String()),
    "window_start": MOMENT,
    "filled_rows": pl.Int64(),
}
# filled in this window, because what arrived in it cannot have been filled before
_FILLED = """
SELECT e.source, e.supplier_id, e.event_type, e.route_id, e.warehouse_id, e.factory_id,
    date_trunc('day', e.created_at, 'UTC') AS day, count(DISTINCT e.id)
FROM estimated_values v JOIN events_normalized e ON e.id = v.event_id
WHERE v.tenant_id = %s AND v.created_at >= %s AND e.created_at >= %s AND NOT e.simulated
    AND (%s::text IS NULL OR e.supplier_id = %s)
GROUP BY e.source, e.supplier_id, e.event_type, e.route_id, e.warehouse_id, e.factory_id, day
"""
_EVENTS_OF_JOB = f"""
SELECT id, least(greatest(created_at, %s), %s), {", ".join(f'"{name}"' for name in READ)} FROM events_normalized
WHERE tenant_id = %s AND ingest_job_id = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s
"""  # noqa: S608
# The hours of an entity as one text: fetching a row for each takes three times as long. A cell without events is not
# kept, so that the key alone tells of reports: reading the counts too would double the time.
_REPORTS = """
SELECT entity, entity_type, event_type, string_agg((date_part('epoch', hour) / 3600)::int::text, ' ')
FROM emissions_hourly WHERE tenant_id = %s AND hour >= %s
GROUP BY entity, entity_type, event_type
"""
_DELIVERIES = """
SELECT entity, entity_type, supplier_id, source, created_at, updated_at FROM data_quality
WHERE tenant_id = %s AND window_start >= %s AND entity IS NOT NULL AND total_rows > 0
"""


async def add(connection: AsyncConnection, tenant_id: int, counts: pl.DataFrame, now: datetime) -> None:
    """Add counts (COUNT_SCHEMA, one row per KEY) to the lines of their days; counts below zero take away."""
    moment = pl.lit(now, MOMENT)
    lines = counts.select(
        pl.lit(tenant_id).alias("tenant_id"),
        *KEY,
        (100 * pl.col("complete_rows") / pl.col("total_rows")).fill_nan(None).alias("completeness_pct"),
        (100 * pl.col("simulated_rows") / pl.col("total_rows")).fill_nan(None).alias("predicted_pct"),
        *_TALLIES,
        _MISSING_ROWS,
        *(moment.alias(name) for name in ("created_at", "updated_at")),
    )
    await insert_frame(connection, data_quality, lines, _ADDED_UP)


async def drop_empty(connection: AsyncConnection, tenant_id: int, days: pl.Series) -> None:
    """Delete our lines of these days of which nothing is left."""
    moments = bindparam("days", type_=ARRAY(DateTime(timezone=True)))
    await connection.execute(text(_EMPTY).bindparams(moments), {"tenant_id": tenant_id, "days": days.to_list()})


async def events_of_job(
    connection: AsyncConnection,
    tenant_id: int,
    job_id: int,
    after: int,
    last: int,
    span: tuple[datetime, datetime],
    most: int,
) -> pl.DataFrame:
    """The first `most` events of a job with after < id <= last: EVENT_READ; their arrival is within the span."""
    return await read_frame(connection, _EVENTS_OF_JOB, EVENT_READ, (*span, tenant_id, job_id, after, last, most))


async def figures(
    connection: AsyncConnection, tenant_id: int, first: datetime, grain: tuple[str, ...], supplier_id: str | None = None
) -> pl.DataFrame:
    """FIGURES of what arrived from the day `first` on, for each value of the grain (names of KEY).

    Of all suppliers, or of one.
    """
    columns = ", ".join(f"{_FIGURES[name]} AS sum_{name}" for name in FIGURES)
    query = _READ_FIGURES.format(grain=", ".join(grain), figures=columns)
    schema = {**{name: COUNT_SCHEMA[name] for name in grain}, **FIGURES}
    found = await read_frame(connection, query, schema, (tenant_id, first, supplier_id, supplier_id))
    return found.with_columns(pl.col(pl.Int64, pl.Float64).fill_null(0))


async def filled(
    connection: AsyncConnection, tenant_id: int, first: datetime, supplier_id: str | None = None
) -> pl.DataFrame:
    """How many events that arrived from `first` on have a stand-in and are not simulated: FILLED_SCHEMA."""
    given = (tenant_id, first, first, supplier_id, supplier_id)
    return await read_frame(connection, _FILLED, FILLED_SCHEMA, given)


async def first_day_of(connection: AsyncConnection, tenant_id: int, supplier_id: str) -> datetime | None:
    """The first of the QUALITY_DAYS days up to the last one on which rows of this supplier arrived; None: never."""
    line = data_quality.c
    newest = select(func.max(line.window_start)).where(line.tenant_id == tenant_id, line.supplier_id == supplier_id)
    last: datetime | None = await connection.scalar(newest)
    return None if last is None else last - timedelta(days=QUALITY_DAYS - 1)


async def reports(connection: AsyncConnection, tenant_id: int, now: datetime) -> pl.DataFrame:
    """The hours with events of every entity in the window of the gaps: REPORT_SCHEMA."""
    as_text = {**REPORT_SCHEMA, "hours": pl.String()}
    found = await read_frame(connection, _REPORTS, as_text, (tenant_id, now - WINDOW))
    return found.with_columns(pl.col("hours").str.split(" ").cast(REPORT_SCHEMA["hours"]))


async def deliveries(connection: AsyncConnection, tenant_id: int, now: datetime) -> pl.DataFrame:
    """When new rows of every entity arrived in the window of the gaps: DELIVERY_SCHEMA."""
    return await read_frame(connection, _DELIVERIES, DELIVERY_SCHEMA, (tenant_id, now - WINDOW))
