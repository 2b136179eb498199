"""Ingest: check, store what is new, measure quality, keep the job, audit, wake the scan. The caller commits.

A file is refused as a whole (InvalidInput, nothing stored) when it cannot be read, lacks a required column, has no
rows, or has no acceptable row; otherwise its good rows are stored and its bad ones are listed.
"""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import Connection
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities import store
from carbon_nexus.activities.model import EVENT_SCHEMA, MOST_ENTRIES, IngestResult, Rejects, shown
from carbon_nexus.activities.parse import read_csv, refusal, rows_of_event
from carbon_nexus.activities.quality import flag_outliers, measure, measure_by_supplier
from carbon_nexus.activities.validate import Checked, validate
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import InvalidInput, NotFound
from carbon_nexus.kit.jobs import defer_once
from carbon_nexus.kit.metrics import EVENTS_INGESTED

ROWS_PER_CHUNK = 100_000
CSV_SOURCE, EVENT_SOURCE = "csv", "api"
LONGEST_FILENAME = 255
SCAN_TASK = "scan"


async def ingest_csv(
    connection: AsyncConnection, tenant_id: int, content: bytes, filename: str, now: datetime, actor: str
) -> IngestResult:
    """Ingests a CSV file (see parse.read_csv and validate.validate); raises InvalidInput and stores nothing, if it
    is refused as a whole.
    """
    checked = await asyncio.to_thread(_check_csv, content, now)
    return await ingest_frame(
        connection, tenant_id, checked.accepted, now, actor=actor, filename=filename, rejected=checked.rejected
    )


async def ingest_event(
    connection: AsyncConnection, tenant_id: int, event: dict[str, Any], now: datetime, actor: str
) -> tuple[IngestResult, str]:
    """Ingests one event given as a JSON object; returns the result and the event's external_id.

    Raises InvalidInput with one problem per refused field. No ingest job is kept for a single event.
    """
    checked = validate(rows_of_event(event), now, EVENT_SOURCE)
    if checked.accepted.is_empty():
        problems = checked.rejected.first[0].problems
        raise InvalidInput([problem.entry() for problem in problems], "The event was not stored.")
    result = await ingest_frame(connection, tenant_id, checked.accepted, now, actor=actor)
    return result, str(checked.accepted["external_id"][0])


async def ingest_frame(
    connection: AsyncConnection,
    tenant_id: int,
    accepted: pl.DataFrame,
    now: datetime,
    *,
    actor: str,
    filename: str | None = None,
    rejected: Rejects | None = None,
) -> IngestResult:
    """Stores the new ones among accepted events (an event frame, optionally with `payload`), all in the caller's
    transaction: events, job (where there is a `filename`), quality, audit entry and scan.

    Events are stored by day and key: ids then follow the days, and two ingests that share events lock them in the
    same order, so that neither can wait for the other in a circle.
    """
    rejected = rejected or Rejects()
    events = await asyncio.to_thread(_prepared, accepted)
    row_id, job_id = await _job(connection, tenant_id, filename, now)
    stored = await _store_chunks(connection, tenant_id, events, row_id)
    if not stored.is_empty():
        await store.add_quality(connection, tenant_id, await asyncio.to_thread(measure_by_supplier, stored), now)
        await defer_once(connection, SCAN_TASK, str(tenant_id), tenant_id=tenant_id)
    result = IngestResult(
        job_id=job_id,
        rows_total=events.height + rejected.count,
        stored=stored.height,
        rejected=rejected.count,
        duplicate=events.height - stored.height,
        quality=measure(events),
        errors=[*rejected.entries(), *await _taken_ids(connection, tenant_id, events, stored)],
    )
    await _conclude(connection, tenant_id, result, stored, filename, now, actor)
    return result


async def job(connection: AsyncConnection, tenant_id: int, job_id: str) -> dict[str, Any]:
    """One ingest job; raises NotFound for an unknown or malformed id."""
    try:
        found = await store.find_job(connection, tenant_id, UUID(job_id))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(f"There is no ingest job '{shown(job_id)}'.", "GET /api/v1/ingest/jobs lists them.")
    return found


async def supplier_quality(connection: AsyncConnection, tenant_id: int, supplier_id: str) -> dict[str, Any]:
    """Quality of a supplier's rows; raises NotFound where none ever arrived."""
    found = None if "\x00" in supplier_id else await store.quality_of(connection, tenant_id, supplier_id)
    if found is None or not found["total_rows"]:
        raise NotFound(f"No rows of supplier '{shown(supplier_id)}' have arrived.", "Supplier ids are case-sensitive.")
    return found


async def overall_quality(connection: AsyncConnection, tenant_id: int, now: datetime) -> dict[str, Any]:
    """Quality of all suppliers together over the last days, with the `reason` where there is none."""
    found = await store.quality_since(connection, tenant_id, now)
    reason = None if found["total_rows"] else f"No events arrived in the last {store.QUALITY_DAYS} days."
    return found | {"reason": reason}


def _check_csv(content: bytes, now: datetime) -> Checked:
    checked = validate(read_csv(content), now, CSV_SOURCE)
    if checked.rows_read == 0:
        raise refusal("no_rows", "The file has a header but no rows.", "Add at least one row below the header.")
    if checked.accepted.is_empty():
        raise InvalidInput(checked.rejected.entries(), "No row was acceptable, nothing was stored.")
    return checked


def _prepared(accepted: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in EVENT_SCHEMA.items() if name not in accepted]
    # by key within a day: neighbours in the unique index are then stored together (5.7 s a million rows, not 8)
    order = pl.col("timestamp").dt.date(), "external_id", "source"
    return flag_outliers(accepted.with_columns(absent)).sort(*order, maintain_order=True)


async def _job(
    connection: AsyncConnection, tenant_id: int, filename: str | None, now: datetime
) -> tuple[int | None, UUID | None]:
    if filename is None:
        return None, None
    printable = str(filename).replace("\x00", "")[:LONGEST_FILENAME]
    return await store.open_job(connection, tenant_id, printable, now)


async def _store_chunks(
    connection: AsyncConnection, tenant_id: int, events: pl.DataFrame, row_id: int | None
) -> pl.DataFrame:
    """The rows that were stored, by their number `row` among the events: rows of equal key cannot be told apart."""
    numbered = events.with_row_index("row")
    parts = [
        await store.insert_new(connection, tenant_id, chunk, row_id) for chunk in numbered.iter_slices(ROWS_PER_CHUNK)
    ]
    return pl.concat(parts) if parts else numbered


async def _taken_ids(
    connection: AsyncConnection, tenant_id: int, events: pl.DataFrame, stored: pl.DataFrame
) -> list[dict[str, Any]]:
    """Entries for rows that count as duplicates by their id, although they tell of a different event."""
    if stored.height == events.height:
        return []
    duplicates = events.with_row_index("row").join(stored.select("row"), on="row", how="anti")
    taken = await store.ids_taken(connection, tenant_id, duplicates)
    listed = [_taken(*key) for key in taken.head(MOST_ENTRIES).iter_rows()]
    if taken.height > len(listed):
        more = f"{taken.height - len(listed)} more ids are taken by different events."
        listed.append({"type": "more_ids_taken", "loc": ["file"], "msg": more, "input": None})
    return listed


def _taken(source: str, external_id: str) -> dict[str, Any]:
    message = (
        f"external_id '{shown(external_id)}' of source '{shown(source)}' is already stored for a different event, so "
        "its row was not stored. Give ids that are unique within the source, or name the source in a column 'source'."
    )
    return {"type": "id_taken", "loc": ["file", "external_id"], "msg": message, "input": shown(external_id)}


async def _conclude(
    connection: AsyncConnection,
    tenant_id: int,
    result: IngestResult,
    stored: pl.DataFrame,
    filename: str | None,
    now: datetime,
    actor: str,
) -> None:
    details = {"rows_total": result.rows_total, "rows_stored": result.stored, "rows_rejected": result.rejected,
               "rows_duplicate": result.duplicate}  # fmt: skip
    if result.job_id is not None:
        await store.complete_job(connection, tenant_id, result, now)
        entry = Entry("events.ingested", "ingest_job", str(result.job_id), actor, filename, details)
        await record(connection, tenant_id, [entry])
    elif result.stored:
        subject = str(stored["external_id"][0]) if result.stored == 1 else f"{result.stored} events"
        await record(connection, tenant_id, [Entry("events.ingested", "event", subject, actor, None, details)])
    _count_at_commit(connection, stored)


def _count_at_commit(connection: AsyncConnection, stored: pl.DataFrame) -> None:
    """Events that are rolled back were not ingested: the metric waits for the caller's commit."""
    counts = stored["event_type"].value_counts().rows()

    def count(_: Connection) -> None:
        for event_type, events in counts:
            EVENTS_INGESTED.labels(event_type).inc(events)

    assert connection.sync_connection is not None
    listen(connection.sync_connection, "commit", count, once=True)
