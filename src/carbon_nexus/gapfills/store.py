"""SQL of gap filling: who lacks what, own values and gaps of entities, stand-ins in, out and listed."""

from typing import Any

import polars as pl
from sqlalchemy import BigInteger, Select, any_, case, cast, delete, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.model import FIELD_OF
from carbon_nexus.db.columns import insert_frame, read_frame
from carbon_nexus.db.tables import estimated_values, events_normalized
from carbon_nexus.gapfills.model import EVENT_TYPES_OF, KEY, NEAREST_VALUES, ROW_SCHEMA, Selection

# as emissions/entity.py has it: site or route where named, else the supplier
_OWN = "CASE e.event_type WHEN 'factory' THEN e.factory_id WHEN 'warehouse' THEN e.warehouse_id ELSE e.route_id END"
_KIND = "CASE WHEN e.event_type IN ('factory', 'warehouse') THEN e.event_type ELSE 'route' END"
ENTITY = f"coalesce(nullif({_OWN}, ''), nullif(e.supplier_id, ''))"
ENTITY_TYPE = f"CASE WHEN nullif({_OWN}, '') IS NULL THEN 'supplier' ELSE {_KIND} END"

# a field in here is one of FILLABLE, never what a caller wrote; NaN is above every number, so it is never measured
_EVENTS = f"""
SELECT e.*, {ENTITY} AS entity, {ENTITY_TYPE} AS entity_type,
    extract(epoch FROM e."timestamp")::float8 AS seconds,
    coalesce(e.{{field}} BETWEEN %s AND %s, false) AND NOT e.is_outlier AND NOT e.simulated AS measured,
    e.{{field}} IS NULL AND v.id IS NULL AND (%s::timestamptz IS NULL OR e."timestamp" >= %s)
        AND (%s::timestamptz IS NULL OR e."timestamp" < %s) AS lacking
FROM events_normalized e LEFT JOIN estimated_values v ON v.event_id = e.id AND v.field = %s
WHERE e.tenant_id = %s AND e.event_type = ANY(%s)
"""  # noqa: S608
SURVEY_SCHEMA = {
    **dict.fromkeys(KEY, pl.String()),
    **dict.fromkeys(("lacking", "own"), pl.Int64()),
    "middle": pl.Float64(),
}
_SURVEY = """
SELECT entity, entity_type, event_type, count(*) FILTER (WHERE lacking), count(*) FILTER (WHERE measured),
    avg(seconds) FILTER (WHERE lacking)
FROM ({events}) AS events
WHERE entity IS NOT NULL AND (%s::text IS NULL OR entity = %s) AND (%s::text IS NULL OR entity_type = %s)
GROUP BY entity, entity_type, event_type HAVING bool_or(lacking)
"""
_NAMES = {"event_id": "id", "event_time": '"timestamp"'}
_COLUMNS = ", ".join(f"events.{_NAMES.get(name, name)}" for name in ROW_SCHEMA)
_OF_GROUPS = """
FROM ({events}) AS events JOIN unnest(%s::text[], %s::text[], %s::text[], %s::float8[])
    AS wanted (entity, entity_type, event_type, middle) USING (entity, entity_type, event_type)
"""
_OWN_VALUES = f"""
SELECT {_COLUMNS.replace("events.", "")} FROM (
    SELECT {_COLUMNS}, row_number() OVER (
        PARTITION BY entity, entity_type, event_type ORDER BY abs(seconds - middle), events.id
    ) AS place
    {_OF_GROUPS} WHERE measured
) AS own WHERE place <= {NEAREST_VALUES}
"""  # noqa: S608
_GAPS = f"SELECT {_COLUMNS} {_OF_GROUPS} WHERE lacking ORDER BY events.id LIMIT %s"
_STORED = f"""
SELECT v.id, v.event_id FROM estimated_values v LEFT JOIN events_normalized e ON e.id = v.event_id
WHERE v.tenant_id = %s AND v.field = ANY(%s)
    AND (%s::text IS NULL OR {ENTITY} = %s) AND (%s::text IS NULL OR {ENTITY_TYPE} = %s)
    AND (%s::timestamptz IS NULL OR e."timestamp" >= %s) AND (%s::timestamptz IS NULL OR e."timestamp" < %s)
ORDER BY v.event_id
"""  # noqa: S608


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no other call fills gaps of this tenant or takes stand-ins back; held until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"fill:{tenant_id}"))))


async def survey(connection: AsyncConnection, tenant_id: int, asked: Selection, field: str) -> pl.DataFrame:
    """Whoever lacks the field: SURVEY_SCHEMA, with how many gaps and own values, and the middle of the gaps in time."""
    query = _SURVEY.format(events=_EVENTS.format(field=field))
    of_whom = (asked.entity, asked.entity, asked.entity_type, asked.entity_type)
    return await read_frame(connection, query, SURVEY_SCHEMA, (*_of(tenant_id, asked, field), *of_whom))


async def own_values(
    connection: AsyncConnection, tenant_id: int, asked: Selection, field: str, groups: pl.DataFrame
) -> pl.DataFrame:
    """Measured values of these groups of the survey, of each the NEAREST_VALUES to its gaps: rows of ROW_SCHEMA."""
    query = _OWN_VALUES.format(events=_EVENTS.format(field=field))
    return await read_frame(connection, query, ROW_SCHEMA, (*_of(tenant_id, asked, field), *_bounds(groups)))


async def gaps(
    connection: AsyncConnection, tenant_id: int, asked: Selection, field: str, groups: pl.DataFrame, most: int
) -> pl.DataFrame:
    """The first `most` events of these groups that lack the field, by id: rows of ROW_SCHEMA."""
    query = _GAPS.format(events=_EVENTS.format(field=field))
    return await read_frame(connection, query, ROW_SCHEMA, (*_of(tenant_id, asked, field), *_bounds(groups), most))


async def save(connection: AsyncConnection, tenant_id: int, values: pl.DataFrame) -> None:
    """Store stand-ins, rows of STAND_IN_SCHEMA; one that is there already stays."""
    rows = values.with_columns(tenant_id=pl.lit(tenant_id))
    await insert_frame(connection, estimated_values, rows, "ON CONFLICT (event_id, field) DO NOTHING")


async def stored(connection: AsyncConnection, tenant_id: int, asked: Selection) -> pl.DataFrame:
    """`id` and `event_id` of the stand-ins that are asked for, by event."""
    of_whom = (asked.entity, asked.entity, asked.entity_type, asked.entity_type)
    given = (tenant_id, list(asked.fields), *of_whom, *_times(asked))
    return await read_frame(connection, _STORED, {"id": pl.Int64(), "event_id": pl.Int64()}, given)


async def remove(connection: AsyncConnection, tenant_id: int, ids: pl.Series) -> None:
    """Delete these stand-ins."""
    table = estimated_values.c
    these = table.id == any_(cast(literal(ids.to_list(), ARRAY(BigInteger)), ARRAY(BigInteger)))
    await connection.execute(delete(estimated_values).where(table.tenant_id == tenant_id, these))


def listed(tenant_id: int, entity: str | None, field: str | None) -> Select[Any]:
    """Stored stand-ins with the entity and the moment of their event, of one entity and field or of all."""
    values, events = estimated_values.c, events_normalized.c
    site = {"factory": events.factory_id, "warehouse": events.warehouse_id}
    own = func.nullif(case(site, value=events.event_type, else_=events.route_id), "")
    whose = func.coalesce(own, func.nullif(events.supplier_id, ""))
    columns = (values[name] for name in ("id", "event_id", "field", "value", "low", "high", "method", "sample_size"))
    joined = estimated_values.join(events_normalized, events.id == values.event_id)
    rows = select(*columns, whose.label("entity"), events.timestamp.label("event_time"), values.created_at)
    rows = rows.select_from(joined).where(values.tenant_id == tenant_id)
    if entity is not None:
        rows = rows.where(whose == entity)
    return rows if field is None else rows.where(values.field == field)


def _of(tenant_id: int, asked: Selection, field: str) -> tuple[Any, ...]:
    bounds = FIELD_OF[field]
    return bounds.low, bounds.high, *_times(asked), field, tenant_id, list(EVENT_TYPES_OF[field])


def _times(asked: Selection) -> tuple[Any, ...]:
    return asked.since, asked.since, asked.until, asked.until


def _bounds(groups: pl.DataFrame) -> tuple[list[Any], ...]:
    return tuple(groups[name].to_list() for name in (*KEY, "middle"))
