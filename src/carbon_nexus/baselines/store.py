"""SQL of the baselines: observations and days in, baselines, their history and streaming states out."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.model import (
    KEY,
    OBSERVATION_SCHEMA,
    PEER_SCHEMA,
    PEERS,
    SERIES,
    STATE_SCHEMA,
    TYPICAL_SCHEMA,
    Metric,
)
from carbon_nexus.db.columns import insert_frame, read_frame
from carbon_nexus.db.tables import baseline_states, baselines

STATES_PER_STATEMENT = 2_000  # about 3 MB of states, twice as much as text

OBSERVATIONS = """
SELECT entity, entity_type, prediction_type, 'intensity', activity_unit, event_time, activity, predicted_co2
FROM predictions
WHERE tenant_id = %s AND event_time >= %s AND event_time < %s AND predicted_co2 IS NOT NULL AND NOT filled
"""
OF_ENTITIES = OBSERVATIONS + "AND entity = ANY(%s)"
OF_SHARD = OBSERVATIONS + "AND mod(hashtext(entity) & 2147483647, %s) = %s"
SIZE = """
SELECT coalesce(sum(event_count), 0) FROM emissions_daily WHERE tenant_id = :tenant_id AND day >= CAST(:since AS date)
"""
FORGET = f"""
DELETE FROM baselines WHERE tenant_id = :tenant_id AND entity = ANY(:entities) AND ({", ".join(KEY)}) NOT IN (
    SELECT * FROM unnest(CAST(:entity AS text[]), CAST(:entity_type AS text[]), CAST(:event_type AS text[]),
                         CAST(:metric AS text[]), CAST(:activity_unit AS text[]), CAST(:season_cell AS bigint[])))
"""  # noqa: S608
TYPICALS = f"""
SELECT {", ".join(TYPICAL_SCHEMA)} FROM baselines
WHERE tenant_id = %s AND baseline_value IS NOT NULL AND entity = ANY(%s)
"""  # noqa: S608
PEERS_OF = f"""
SELECT {", ".join(PEERS)}, percentile_cont(0.5) WITHIN GROUP (ORDER BY baseline_value),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY low), percentile_cont(0.5) WITHIN GROUP (ORDER BY high), count(*)
FROM baselines
WHERE tenant_id = %s AND sufficiency = 'ok' AND season_cell = 0 AND metric = 'intensity' AND baseline_value > 0
GROUP BY {", ".join(PEERS)} HAVING count(*) >= %s
"""  # noqa: S608
LIKE_STATES = f"""
SELECT {", ".join(f"found.{name}" for name in STATE_SCHEMA)}
FROM unnest(CAST(:entity_type AS text[]), CAST(:event_type AS text[]), CAST(:metric AS text[]),
            CAST(:activity_unit AS text[])) AS own ({", ".join(PEERS)})
CROSS JOIN LATERAL (
    SELECT * FROM baseline_states AS s WHERE s.tenant_id = :tenant_id AND s.entity_type = own.entity_type
        AND s.event_type = own.event_type AND s.metric = own.metric AND s.activity_unit = own.activity_unit
    ORDER BY s.entity LIMIT 25
) AS found
"""  # noqa: S608
CONFIRMED = """
SELECT entity, entity_type, event_type, metric, first_event_at, last_event_at FROM hotspots
WHERE tenant_id = %s AND verdict = 'useful' AND last_event_at >= %s
"""
CONFIRMED_SCHEMA = {
    **dict.fromkeys(("entity", "entity_type", "event_type", "metric"), pl.String),
    **dict.fromkeys(("first_event_at", "last_event_at"), pl.Datetime("us", "UTC")),
}
NOTE_DAY = text("""
INSERT INTO baseline_history (tenant_id, baseline_id, day, baseline_value, low, high, sample_size, confidence_score,
    sufficiency)
SELECT tenant_id, id, CAST(CAST(:now AS timestamptz) AT TIME ZONE 'UTC' AS date), baseline_value, low, high,
    sample_size, confidence_score, sufficiency
FROM baselines WHERE tenant_id = :tenant_id AND season_cell = 0
ORDER BY id
ON CONFLICT (baseline_id, day) DO UPDATE SET baseline_value = excluded.baseline_value, low = excluded.low,
    high = excluded.high, sample_size = excluded.sample_size, confidence_score = excluded.confidence_score,
    sufficiency = excluded.sufficiency
""")


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no scan and no recalculation of this tenant is at work; held until the transaction ends.

    The key is that of the scans: what a scan learns while states are made anew would be written over.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"scan:{tenant_id}"))))


async def is_scanned(connection: AsyncConnection, tenant_id: int) -> bool:
    """Whether a scan or a recalculation of this tenant is at work right now."""
    free = await connection.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(f"scan:{tenant_id}"))))
    return not free


async def observations(
    connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime, entities: Sequence[str]
) -> pl.DataFrame:
    """Estimates of these entities with start <= event_time < end, with the columns of OBSERVATION_SCHEMA.

    Without those that were made with an estimated value.
    """
    given = (tenant_id, start, end, list(entities))
    return await read_frame(connection, OF_ENTITIES, OBSERVATION_SCHEMA, given)


async def shard(
    connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime, number: int, shards: int
) -> pl.DataFrame:
    """The same of one of so many parts of all entities."""
    return await read_frame(connection, OF_SHARD, OBSERVATION_SCHEMA, (tenant_id, start, end, shards, number))


async def estimates_since(connection: AsyncConnection, tenant_id: int, since: datetime) -> int:
    """How many estimates the days since then hold, about."""
    return int(await connection.scalar(text(SIZE), {"tenant_id": tenant_id, "since": since}) or 0)


async def typicals(connection: AsyncConnection, tenant_id: int, entities: Sequence[str]) -> pl.DataFrame:
    """Baselines of these entities that have a value, with the columns of TYPICAL_SCHEMA."""
    return await read_frame(connection, TYPICALS, TYPICAL_SCHEMA, (tenant_id, list(entities)))


async def peers(connection: AsyncConnection, tenant_id: int, least: int) -> pl.DataFrame:
    """What is typical of each type with so many entities at least, with the columns of PEER_SCHEMA."""
    return await read_frame(connection, PEERS_OF, PEER_SCHEMA, (tenant_id, least))


async def confirmed(connection: AsyncConnection, tenant_id: int, since: datetime) -> pl.DataFrame:
    """Times that people confirmed to be not as usual: subject, first_event_at, last_event_at."""
    return await read_frame(connection, CONFIRMED, CONFIRMED_SCHEMA, (tenant_id, since))


async def save(connection: AsyncConnection, tenant_id: int, calculated: pl.DataFrame) -> None:
    """Insert or replace the calculated baselines; one per series and season cell."""
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


async def forget_states(connection: AsyncConnection, tenant_id: int, entities: Sequence[str]) -> None:
    """Delete the streaming states of these entities."""
    own = baseline_states.c
    mine = (own.tenant_id == tenant_id) & (own.entity == func.any(list(entities)))
    await connection.execute(delete(baseline_states).where(mine))


async def forget_others(connection: AsyncConnection, tenant_id: int) -> None:
    """Delete the baselines and states this transaction has not saved: their entities sent nothing in the window."""
    for table in (baselines, baseline_states):
        await connection.execute(delete(table).where(table.c.tenant_id == tenant_id, table.c.updated_at < func.now()))


async def note_day(connection: AsyncConnection, tenant_id: int, now: datetime) -> None:
    """Put on record what the baselines are today."""
    await connection.execute(NOTE_DAY, {"tenant_id": tenant_id, "now": now})


async def states(
    connection: AsyncConnection, tenant_id: int, metric: Metric, entities: Sequence[str], width: int
) -> pl.DataFrame:
    """Streaming states of these entities (STATE_SCHEMA) of so many bytes; those of another release are passed over."""
    own = baseline_states.c
    query = select(*(own[name] for name in STATE_SCHEMA)).where(
        own.tenant_id == tenant_id, own.metric == metric, own.entity == func.any(list(entities))
    )
    return _as_states((await connection.execute(query)).all(), width)


async def states_like(connection: AsyncConnection, tenant_id: int, series: pl.DataFrame, width: int) -> pl.DataFrame:
    """States of up to 25 series of each type that these series are of (STATE_SCHEMA)."""
    given = series.select(PEERS).unique().to_dict(as_series=False)
    rows = (await connection.execute(text(LIKE_STATES), {"tenant_id": tenant_id, **given})).all()
    return _as_states(rows, width)


async def save_states(connection: AsyncConnection, tenant_id: int, learnt: pl.DataFrame) -> None:
    """Insert or replace streaming states (STATE_SCHEMA)."""
    key = ", ".join(SERIES)
    rest = (
        f"ORDER BY {key} ON CONFLICT (tenant_id, {key}) "
        "DO UPDATE SET state = excluded.state, last_at = excluded.last_at, updated_at = now()"
    )
    for part in learnt.iter_slices(STATES_PER_STATEMENT):
        as_text = pl.concat_str(pl.lit("\\x"), pl.col("state").bin.encode("hex"))  # as PostgreSQL reads bytes
        owned = part.with_columns(tenant_id=pl.lit(tenant_id), state=as_text)
        await insert_frame(connection, baseline_states, owned, rest)


def _as_states(rows: Iterable[Sequence[object]], width: int) -> pl.DataFrame:
    fitting = [tuple(row) for row in rows if len(row[len(SERIES)]) == width]  # type: ignore[arg-type]
    return pl.DataFrame(fitting, schema=STATE_SCHEMA, orient="row")
