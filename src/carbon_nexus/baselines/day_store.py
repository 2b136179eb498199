"""SQL of the daily sums of entities: those that are over and not compared yet, the history, and how they compared."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.model import DAY_SCHEMA
from carbon_nexus.db.columns import read_frame

# a day that only stand-ins tell of is no day the entity reported
REPORTED = "({0}.event_count > 0 OR {0}.filled_count = 0)"
COLUMNS = ", ".join(f"d.{name}" for name in DAY_SCHEMA)
# a day is over once its subject has reported on a later one, or once it lies far enough back; not what no clock says
OVER = f"""
d.day >= '1970-03-29' AND d.day <= (%s::timestamptz AT TIME ZONE 'UTC')::date
AND (d.day < (%s::timestamptz AT TIME ZONE 'UTC')::date OR EXISTS (
    SELECT FROM emissions_entity_daily AS later WHERE later.tenant_id = d.tenant_id AND later.entity = d.entity
        AND later.entity_type = d.entity_type AND later.event_type = d.event_type AND later.day > d.day
        AND {REPORTED.format("later")}))
"""
OF_ENTITIES = f"""
SELECT {COLUMNS} FROM emissions_entity_daily AS d
WHERE d.tenant_id = %s AND d.entity = ANY(%s) AND d.day >= (%s::timestamptz AT TIME ZONE 'UTC')::date AND {OVER}
    AND {REPORTED.format("d")}
"""  # noqa: S608
OF_SHARD = f"""
SELECT {COLUMNS} FROM emissions_entity_daily AS d
WHERE d.tenant_id = %s AND mod(hashtext(entity) & 2147483647, %s) = %s
    AND d.day >= (%s::timestamptz AT TIME ZONE 'UTC')::date AND {OVER} AND {REPORTED.format("d")}
"""  # noqa: S608
OPEN = f"""
SELECT {COLUMNS} FROM emissions_entity_daily AS d
WHERE d.tenant_id = %s AND NOT d.scored AND d.entity = ANY(%s) AND {OVER}
"""  # noqa: S608
WITH_OPEN_DAYS = """
SELECT tenant_id, array_agg(DISTINCT entity) FROM emissions_entity_daily
WHERE NOT scored AND day >= '1970-03-29' AND day < CAST(CAST(:over AS timestamptz) AT TIME ZONE 'UTC' AS date)
GROUP BY tenant_id
"""
SAVE = text("""
UPDATE emissions_entity_daily AS d
SET typical_kg = given.typical_kg, chance_per_week = given.chance_per_week, scored = true
FROM unnest(CAST(:entity AS text[]), CAST(:entity_type AS text[]), CAST(:event_type AS text[]), CAST(:day AS date[]),
            CAST(:typical_kg AS float8[]), CAST(:chance_per_week AS float8[]))
    AS given (entity, entity_type, event_type, day, typical_kg, chance_per_week)
WHERE d.tenant_id = :tenant_id AND d.entity = given.entity AND d.entity_type = given.entity_type
    AND d.event_type = given.event_type AND d.day = given.day
""")


async def days(
    connection: AsyncConnection, tenant_id: int, entities: Sequence[str], since: datetime, over: datetime
) -> pl.DataFrame:
    """Days of these entities from `since` on (DAY_SCHEMA) that are over: reported beyond, or before `over`'s day."""
    return await read_frame(connection, OF_ENTITIES, DAY_SCHEMA, (tenant_id, list(entities), since, over, over))


async def shard(
    connection: AsyncConnection, tenant_id: int, since: datetime, over: datetime, number: int, shards: int
) -> pl.DataFrame:
    """The same of one of so many parts of all entities."""
    return await read_frame(connection, OF_SHARD, DAY_SCHEMA, (tenant_id, shards, number, since, over, over))


async def open_days(
    connection: AsyncConnection, tenant_id: int, entities: Sequence[str], over: datetime
) -> pl.DataFrame:
    """Days of these entities (DAY_SCHEMA) that are over and not compared yet."""
    return await read_frame(connection, OPEN, DAY_SCHEMA, (tenant_id, list(entities), over, over))


async def with_open_days(connection: AsyncConnection, over: datetime) -> dict[int, list[str]]:
    """By tenant the entities with days before that of `over` that are not compared yet."""
    rows = await connection.execute(text(WITH_OPEN_DAYS), {"over": over})
    return {row[0]: row[1] for row in rows}


async def save_days(connection: AsyncConnection, tenant_id: int, compared: pl.DataFrame) -> None:
    """Put on record how these days compared: entity, entity_type, event_type, day, typical_kg, chance_per_week."""
    if not compared.is_empty():
        names = ("entity", "entity_type", "event_type", "day", "typical_kg", "chance_per_week")
        await connection.execute(SAVE, {"tenant_id": tenant_id, **compared.select(names).to_dict(as_series=False)})
