"""SQL of load shifting: the electricity of one entity."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.simulations.shift import LOAD_SCHEMA

USED_SCHEMA = {"entity_type": pl.String(), **LOAD_SCHEMA, "period_hours": pl.Float64()}
"""What is read of an event: columns of LOAD_SCHEMA, whose it is, and how many hours it covers."""

# The range of event_time lets the block range index skip the years before it.
_USED = """
SELECT p.entity_type, p.prediction_type, p.event_time, e.energy_kwh, e.period_hours
FROM predictions p JOIN events_normalized e ON e.id = p.event_id AND e.tenant_id = p.tenant_id
WHERE p.tenant_id = %s AND p.entity = %s AND p.prediction_type = ANY(%s::text[])
    AND p.event_time >= %s AND p.event_time < %s
LIMIT %s
"""


async def used(
    connection: AsyncConnection,
    tenant_id: int,
    entity: str,
    event_types: Sequence[str],
    start: datetime,
    end: datetime,
    most: int,
) -> pl.DataFrame:
    """The entity's scanned events of these types with start <= event_time < end, columns of USED_SCHEMA."""
    return await read_frame(connection, _USED, USED_SCHEMA, (tenant_id, entity, list(event_types), start, end, most))
