"""SQL of the what-if over real events: where they are, what is stored of them, and the events as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import predictions
from carbon_nexus.predictions.store import EVENT_SCHEMA
from carbon_nexus.simulations.schemas import ScopeSpec

IDS_OF_A_BLOCK = 1_000
EVENTS_OF_A_PART = 200_000

# Event times have their index here, and events none: the ids that are found are read by their key.
_SCOPED = """
    p.tenant_id = %s AND p.event_time >= %s AND p.event_time < %s
    AND (%s::text IS NULL OR p.entity = %s) AND (%s::text IS NULL OR p.entity_type = %s)
    AND (%s::text IS NULL OR p.prediction_type = %s)
"""
_BLOCKS = f"""
SELECT min(event_id), max(event_id), count(*), count(predicted_co2), sum(predicted_co2)
FROM predictions AS p
WHERE {_SCOPED}
GROUP BY event_id / %s
"""  # noqa: S608
_BLOCK_SCHEMA = {
    **dict.fromkeys(("first", "last", "events", "estimated"), pl.Int64()),
    "kg": pl.Float64(),
}
_STORED_AS = {"event_id": "e.id", "event_time": 'e."timestamp"'}
# Those that were scanned, as they were counted. OFFSET 0: a range stays the only condition the planner may pick an
# index by, and the rows of a block are joined among themselves.
_EVENTS = f"""
SELECT {", ".join(_STORED_AS.get(name, f"e.{name}") for name in EVENT_SCHEMA)}
FROM unnest(%s::bigint[], %s::bigint[]) AS block (first, last)
CROSS JOIN LATERAL (
    SELECT e.*
    FROM (SELECT * FROM predictions WHERE event_id BETWEEN block.first AND block.last OFFSET 0) AS p
    JOIN (SELECT * FROM events_normalized WHERE id BETWEEN block.first AND block.last OFFSET 0) AS e
        ON e.id = p.event_id
    WHERE e.tenant_id = %s AND {_SCOPED}
    OFFSET 0
) AS e
"""  # noqa: S608


@dataclass(frozen=True)
class Found:
    """Blocks of event ids in scope, by id: first, last, events, and those estimated and their kg CO2e as stored."""

    blocks: pl.DataFrame

    @property
    def events(self) -> int:
        """Events in scope."""
        return int(self.blocks["events"].sum())

    @property
    def stored_kg(self) -> float | None:
        """What their stored estimates come to; None: there is none."""
        return float(self.blocks["kg"].sum()) if self.blocks["estimated"].sum() else None

    def parts(self) -> list[pl.DataFrame]:
        """The blocks in parts of about EVENTS_OF_A_PART events."""
        place = (pl.col("events").cum_sum() - 1) // EVENTS_OF_A_PART
        return self.blocks.with_columns(place=place).partition_by("place", maintain_order=True)


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no other simulation of this tenant's events runs: each holds many of them in memory."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"simulate:{tenant_id}"))))


async def find(connection: AsyncConnection, tenant_id: int, scope: ScopeSpec, start: datetime, end: datetime) -> Found:
    """The events that were scanned, of this scope, with start <= time < end."""
    scoped = _scoped(tenant_id, scope, start, end)
    blocks = await read_frame(connection, _BLOCKS, _BLOCK_SCHEMA, (*scoped, IDS_OF_A_BLOCK))
    return Found(blocks.sort("first"))


async def is_known(connection: AsyncConnection, tenant_id: int, entity: str) -> bool:
    """Whether the entity has any event on record."""
    rows = select(predictions.c.event_id).where(predictions.c.tenant_id == tenant_id, predictions.c.entity == entity)
    return await connection.scalar(rows.limit(1)) is not None


async def events(
    connection: AsyncConnection, tenant_id: int, blocks: pl.DataFrame, scope: ScopeSpec, start: datetime, end: datetime
) -> pl.DataFrame:
    """The events of this scope in these blocks, columns of EVENT_SCHEMA."""
    bounds: Sequence[list[int]] = (blocks["first"].to_list(), blocks["last"].to_list())
    given = (*bounds, tenant_id, *_scoped(tenant_id, scope, start, end))
    return await read_frame(connection, _EVENTS, EVENT_SCHEMA, given)


def _scoped(tenant_id: int, scope: ScopeSpec, start: datetime, end: datetime) -> tuple[object, ...]:
    """The parameters of _SCOPED."""
    told = (scope.entity, scope.entity_type, scope.event_type)
    return (tenant_id, start, end, *(each for each in told for _ in range(2)))
