"""SQL of the forecasts: the history out of the daily sums, runs in and out, and what really came."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import copy_in, read_frame
from carbon_nexus.db.tables import forecast_runs, forecasts
from carbon_nexus.forecasts.model import MODEL_VERSION, Metric
from carbon_nexus.forecasts.outlook import HISTORY_SCHEMA, OUTLOOK_SCHEMA

KEPT_RUNS = 10  # origin days: last week's is held to what came

# stand-ins are part of what a day came to; a day without any estimated event has no row
VALUES = {Metric.CO2E_KG: ("co2e_kg", "filled_kg"), Metric.EVENT_COUNT: ("event_count", "filled_count")}
ESTIMATED = "tenant_id = %s AND day >= %s AND day < %s AND event_count + filled_count > 0"
HISTORY = """
SELECT entity, entity_type, event_type, day, {measured} + {filled}, {filled} FROM emissions_entity_daily
WHERE {estimated}
"""
FILLED_SCHEMA: dict[str, Any] = {**HISTORY_SCHEMA, "filled": pl.Float64}
# A day a type stands for all entities: events that come, change or go show in it, and it is read in milliseconds.
HEAD = text("""
SELECT (
    SELECT md5(:model || coalesce(string_agg(
        concat_ws(' ', day, event_type, encode(float8send(co2e_kg), 'hex'), event_count), ' ' ORDER BY day, event_type
    ), '') || coalesce((
        SELECT concat_ws(' ', country, subdivision, extra_days) FROM calendars WHERE tenant_id = :tenant_id), ''))
    FROM emissions_daily WHERE tenant_id = :tenant_id AND day >= :first AND day < :today
), newest.origin_day, newest.digest, newest.made_at
FROM (SELECT) AS one LEFT JOIN LATERAL (
    SELECT origin_day, digest, made_at FROM forecast_runs
    WHERE tenant_id = :tenant_id AND metric = :metric AND origin_day <= :today ORDER BY origin_day DESC LIMIT 1
) AS newest ON true
""")
SUBJECTS = text("""
SELECT count(*) FROM (
    SELECT DISTINCT entity, entity_type, event_type FROM emissions_entity_daily
    WHERE tenant_id = :tenant_id AND day >= :first AND day < :today
) AS subjects
""")
ACTUAL = """
SELECT day, sum({measured} + {filled}) FILTER (WHERE (CAST(:entity AS text) IS NULL OR entity = :entity)
    AND (CAST(:entity_type AS text) IS NULL OR entity_type = :entity_type))
FROM emissions_entity_daily
WHERE tenant_id = :tenant_id AND day >= :first AND day < :today AND event_count + filled_count > 0
    AND event_type = ANY(:event_types)
GROUP BY day
"""
LISTS = tuple(name for name, kind in OUTLOOK_SCHEMA.items() if isinstance(kind, pl.List))
SERIES_SCHEMA: dict[str, Any] = {**OUTLOOK_SCHEMA, "filled_share": pl.Float64}
SERIES = f"""
SELECT {", ".join(SERIES_SCHEMA)} FROM forecasts WHERE tenant_id = %s AND metric = %s AND origin_day = %s
"""  # noqa: S608
OF_SERIES = """
AND level = %s AND entity IS NOT DISTINCT FROM %s AND entity_type IS NOT DISTINCT FROM %s
    AND event_type IS NOT DISTINCT FROM %s
"""


class Stored(NamedTuple):
    """Which run is the newest on record, and of what history it was made."""

    origin_day: date
    digest: str
    made_at: datetime


class Head(NamedTuple):
    """What the history is now, as a digest of its days and the calendar, and the newest run."""

    digest: str
    newest: Stored | None


async def head(connection: AsyncConnection, tenant_id: int, metric: Metric, first: date, today: date) -> Head:
    """The digest of the days with first <= day < today, and the newest run that is not of a day after `today`."""
    given = {"tenant_id": tenant_id, "metric": metric, "first": first, "today": today, "model": MODEL_VERSION}
    digest, *newest = (await connection.execute(HEAD, given)).one()
    return Head(digest, Stored(*newest) if newest[0] else None)


async def subjects(connection: AsyncConnection, tenant_id: int, first: date, today: date) -> int:
    """How many entities have reported since `first`, each counted once for every type of event."""
    given = {"tenant_id": tenant_id, "first": first, "today": today}
    return int(await connection.scalar(SUBJECTS, given) or 0)


async def history(
    connection: AsyncConnection, tenant_id: int, metric: Metric, first: date, today: date
) -> pl.DataFrame:
    """The days with first <= day < today that have an estimated event: HISTORY_SCHEMA, and `filled`.

    `value` is all of the day, `filled` what stand-ins made of it.
    """
    measured, filled = VALUES[metric]
    query = HISTORY.format(measured=measured, filled=filled, estimated=ESTIMATED)
    return await read_frame(connection, query, FILLED_SCHEMA, (tenant_id, first, today))


async def take_turn(connection: AsyncConnection, tenant_id: int, metric: Metric, *, wait: bool) -> bool:
    """Whether this transaction is the one that makes the tenant's forecast; `wait`: until it is."""
    key = func.hashtext(f"forecast:{tenant_id}:{metric}")
    if wait:
        await connection.execute(select(func.pg_advisory_xact_lock(key)))
        return True
    return bool(await connection.scalar(select(func.pg_try_advisory_xact_lock(key))))


async def save(connection: AsyncConnection, tenant_id: int, metric: Metric, run: Stored, series: pl.DataFrame) -> None:
    """Put a run (SERIES_SCHEMA) on record in place of that of the same day; forget those of more than 10 days."""
    key = {"tenant_id": tenant_id, "metric": metric, "origin_day": run.origin_day}
    made = {"digest": run.digest, "made_at": run.made_at}
    statement = insert(forecast_runs).values(**key, **made)
    await connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=made))
    await connection.execute(delete(forecasts).filter_by(**key))
    owned = series.select(
        *(pl.lit(value).alias(name) for name, value in key.items()),
        *SERIES_SCHEMA,
    ).with_columns(_as_array(name) for name in LISTS)
    await copy_in(connection, "forecasts", owned)
    await _forget_old(connection, tenant_id, metric)


async def _forget_old(connection: AsyncConnection, tenant_id: int, metric: Metric) -> None:
    own = forecast_runs.c
    of_it = own.tenant_id == tenant_id, own.metric == metric
    kept = select(own.origin_day).where(*of_it).order_by(own.origin_day.desc()).limit(KEPT_RUNS)
    await connection.execute(delete(forecast_runs).where(*of_it, own.origin_day.not_in(kept)))


async def series(connection: AsyncConnection, tenant_id: int, metric: Metric, origin_day: date) -> pl.DataFrame:
    """All series of a run (SERIES_SCHEMA)."""
    return await _read_series(connection, SERIES, (tenant_id, metric.value, origin_day))


async def one_series(
    connection: AsyncConnection, tenant_id: int, metric: Metric, origin_day: date, key: tuple[str | None, ...]
) -> pl.DataFrame:
    """The series of that run with this level, entity, entity_type and event_type; no row where there is none."""
    return await _read_series(connection, SERIES + OF_SERIES, (tenant_id, metric.value, origin_day, *key))


async def actual(
    connection: AsyncConnection, tenant_id: int, metric: Metric, days: tuple[date, date], of: Mapping[str, Any]
) -> dict[date, float | None]:
    """What each day from the first of `days` to the one before the second came to.

    `of`: entity and entity_type (None: all) and event_types. None is a day on which others reported such events and the
    entity did not; a day without any is left out.
    """
    measured, filled = VALUES[metric]
    given = {"tenant_id": tenant_id, "first": days[0], "today": days[1], **of}
    rows = await connection.execute(text(ACTUAL.format(measured=measured, filled=filled)), given)
    return {day: None if value is None else float(value) for day, value in rows}


async def _read_series(connection: AsyncConnection, query: str, given: tuple[object, ...]) -> pl.DataFrame:
    as_text = {name: pl.String if name in LISTS else kind for name, kind in SERIES_SCHEMA.items()}
    found = await read_frame(connection, query, as_text, given)
    return found.with_columns(_of_array(name) for name in LISTS)


def _as_array(name: str) -> pl.Expr:
    numbers = pl.col(name).cast(pl.List(pl.String)).list.join(",")
    return pl.concat_str(pl.lit("{"), numbers, pl.lit("}")).alias(name)


def _of_array(name: str) -> pl.Expr:
    inner = pl.col(name).str.strip_chars("{}")
    numbers = pl.when(inner == "").then(pl.lit([], pl.List(pl.String))).otherwise(inner.str.split(","))
    return numbers.cast(pl.List(pl.Float64)).alias(name)
