"""All SQL of the room: events, and rows as received."""

import polars as pl
import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.model import EVENT_SCHEMA
from carbon_nexus.db.columns import copy_in, read_frame, stage
from carbon_nexus.db.tables import events_normalized

KEY = ("source", "external_id")

# the trigger that queues events for the scan is shown all rows of a statement; beyond work_mem they go over the disk
_ROOM_FOR_THE_TRIGGER = "SET LOCAL work_mem = '64MB'"
_INSERT_NEW = """
INSERT INTO events_normalized ({columns}) SELECT {columns} FROM staged_events_normalized
ON CONFLICT (external_id, source, tenant_id) DO NOTHING RETURNING source, external_id
"""
_TAKEN = """
SELECT DISTINCT source, external_id FROM staged_events_normalized AS given
JOIN events_normalized AS kept USING (tenant_id, source, external_id)
WHERE (given.event_type, given.supplier_id, given.timestamp) <> (kept.event_type, kept.supplier_id, kept.timestamp)
ORDER BY source, external_id
"""


async def insert_new(
    connection: AsyncConnection, tenant_id: int, frame: pl.DataFrame, job_id: int | None
) -> pl.DataFrame:
    """Stores those rows of an event frame whose (source, external_id) the tenant does not have; returns those rows.

    The first of equal keys within the frame counts. `is_outlier` and `simulated` are false where absent or null. A
    text `payload` column, where present and not null, is stored as the row as received in events_raw.
    Duplicates are the exception, so the whole frame is copied straight in, and only a violation of the key leads over
    a staging table (measured: 5.8 s against 8.7 s per million rows).
    """
    events = frame.unique(KEY, keep="first", maintain_order=True)
    columns = _columns(events, tenant_id, job_id)
    await connection.execute(text(_ROOM_FOR_THE_TRIGGER))
    try:
        async with connection.begin_nested():
            await copy_in(connection, events_normalized.name, columns)
    except psycopg.errors.UniqueViolation:
        new = await _insert_over_stage(connection, columns)
        events = events.join(new, on=KEY, how="semi", maintain_order="left")
    await _keep_received(connection, tenant_id, events, job_id)
    return events


def _columns(events: pl.DataFrame, tenant_id: int, job_id: int | None) -> pl.DataFrame:
    """The frame as it is copied: columns without any value are left to the table's defaults."""
    used = [name for name in EVENT_SCHEMA if name in events.columns and events[name].null_count() < events.height]
    flags = [pl.col(name).fill_null(False) for name in ("is_outlier", "simulated") if name in events.columns]
    owner = pl.lit(tenant_id).alias("tenant_id")
    job = [] if job_id is None else [pl.lit(job_id).alias("ingest_job_id")]
    return events.select(owner, *job, *(name for name in used if name != "simulated"), *flags)


async def _insert_over_stage(connection: AsyncConnection, columns: pl.DataFrame) -> pl.DataFrame:
    await stage(connection, events_normalized, columns)
    names = ", ".join(f'"{name}"' for name in columns.columns)
    keys = dict.fromkeys(KEY, pl.String())
    return await read_frame(connection, _INSERT_NEW.format(columns=names), keys)


async def _keep_received(connection: AsyncConnection, tenant_id: int, events: pl.DataFrame, job_id: int | None) -> None:
    """One events_raw row for each stored event that does not tell its row in full (`payload` is not null).

    A row whose every column is canonical is kept once, as its event.
    """
    if "payload" not in events.columns or events["payload"].null_count() == events.height:
        return
    received = events.filter(pl.col("payload").is_not_null()).select(
        pl.lit(tenant_id).alias("tenant_id"),
        "supplier_id",
        "timestamp",
        "payload",
        pl.col("source").alias("data_source"),
        pl.lit(job_id, dtype=pl.Int64).alias("ingest_job_id"),
    )
    await copy_in(connection, "events_raw", received)


async def ids_taken(connection: AsyncConnection, tenant_id: int, duplicates: pl.DataFrame) -> pl.DataFrame:
    """Keys (source, external_id) of those rows that were not stored although they are a different event.

    `duplicates` are rows of an event frame whose key is stored. Different means another event_type, supplier_id or
    timestamp than the stored one: two files that both number their rows from 1, for instance.
    """
    keys = duplicates.select(
        pl.lit(tenant_id).alias("tenant_id"), "event_type", "supplier_id", "timestamp", "source", "external_id"
    )
    await stage(connection, events_normalized, keys)
    return await read_frame(connection, _TAKEN, dict.fromkeys(KEY, pl.String()))


async def current_event_id(connection: AsyncConnection) -> int:
    """The highest event id handed out so far, by whomever; every event stored from now on has a higher one."""
    return int(await connection.scalar(text("SELECT last_value FROM events_normalized_id_seq")) or 0)
