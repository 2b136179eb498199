"""SQL of the baselines: observations in, baselines out, typical values for the entities of a batch."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.model import KEY, OBSERVATION_SCHEMA, TYPICAL_SCHEMA
from carbon_nexus.db.columns import insert_frame, read_frame
from carbon_nexus.db.tables import baselines

OBSERVATIONS = """
SELECT entity, entity_type, prediction_type, activity_unit, event_time, activity, predicted_co2 FROM predictions
WHERE tenant_id = %s AND event_time >= %s AND event_time < %s AND predicted_co2 IS NOT NULL AND NOT filled
"""
OF_ENTITIES = OBSERVATIONS + "AND entity = ANY(%s)"
FORGET = f"""
DELETE FROM baselines WHERE tenant_id = :tenant_id AND entity = ANY(:entities) AND ({", ".join(KEY)}) NOT IN (
    SELECT * FROM unnest(CAST(:entity AS text[]), CAST(:entity_type AS text[]), CAST(:event_type AS text[]),
                         CAST(:activity_unit AS text[]), CAST(:season_cell AS bigint[])))
"""  # noqa: S608
TYPICALS = """
SELECT entity, entity_type, event_type, activity_unit, season_cell, baseline_value FROM baselines
WHERE tenant_id = %s AND sufficiency = 'ok' AND entity = ANY(%s)
"""


async def observations(
    connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime, entities: Sequence[str] | None = None
) -> pl.DataFrame:
    """Estimates with start <= event_time < end, of all or of these entities, with the columns of OBSERVATION_SCHEMA.

    Without those that were made with an estimated value.
    """
    if entities is None:
        return await read_frame(connection, OBSERVATIONS, OBSERVATION_SCHEMA, (tenant_id, start, end))
    return await read_frame(connection, OF_ENTITIES, OBSERVATION_SCHEMA, (tenant_id, start, end, list(entities)))


async def typicals(connection: AsyncConnection, tenant_id: int, entities: Sequence[str]) -> pl.DataFrame:
    """Sufficient baselines of these entities, with the columns of TYPICAL_SCHEMA."""
    return await read_frame(connection, TYPICALS, TYPICAL_SCHEMA, (tenant_id, list(entities)))


async def save(connection: AsyncConnection, tenant_id: int, calculated: pl.DataFrame) -> None:
    """Insert or replace the calculated baselines; one per entity, event type, unit and season cell."""
    if calculated.is_empty():
        return
    columns = [name for name in calculated.columns if name not in KEY]
    replaced = ", ".join(f"{name} = excluded.{name}" for name in columns)
    rest = f"ON CONFLICT (tenant_id, {', '.join(KEY)}) DO UPDATE SET {replaced}, updated_at = now()"
    await insert_frame(connection, baselines, calculated.with_columns(tenant_id=pl.lit(tenant_id)), rest)


async def forget(connection: AsyncConnection, tenant_id: int, entities: Sequence[str], kept: pl.DataFrame) -> None:
    """Delete the baselines of these entities whose KEY is not among the rows of `kept`."""
    keys = kept.select(KEY).to_dict(as_series=False)
    await connection.execute(text(FORGET), {"tenant_id": tenant_id, "entities": list(entities), **keys})


async def forget_others(connection: AsyncConnection, tenant_id: int) -> None:
    """Delete the baselines this transaction has not saved: their entities sent nothing in the whole window."""
    saved_before = (baselines.c.tenant_id == tenant_id) & (baselines.c.updated_at < func.now())
    await connection.execute(delete(baselines).where(saved_before))
