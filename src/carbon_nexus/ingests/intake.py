"""Checked rows into the database, whichever way they came: events, quality, the scan they wake. Never commits."""

from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.model import REJECT_SCHEMA
from carbon_nexus.activities.service import store_events
from carbon_nexus.activities.validate import Checked
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.ingests.model import Counts
from carbon_nexus.kit.jobs import defer_once
from carbon_nexus.quality import service as quality
from carbon_nexus.scans.jobs import TASK


async def take_in(
    connection: AsyncConnection, tenant_id: int, checked: Checked, source: str, now: datetime, job_id: int | None = None
) -> Counts:
    """Stores what is new, measures the quality of all, and wakes the scan where something is new."""
    stored = await store_events(connection, tenant_id, checked.accepted, job_id)
    measured = await quality.record(
        connection, tenant_id,
        stored=stored.new, duplicates=stored.known, rejected=checked.rejected, source=source, now=now,
    )  # fmt: skip
    if not stored.new.is_empty():
        await defer_once(connection, TASK, str(tenant_id), tenant_id=tenant_id)
    return Counts(
        stored=stored.new.height,
        rejected=checked.rejected.height,
        duplicate=stored.known.height,
        outliers=int(stored.new["is_outlier"].sum()) + int(stored.known["is_outlier"].sum()),
        complete=float(measured["complete_rows"].sum()),
        simulated=float(measured["simulated_rows"].sum()),
        taken=stored.taken,
    )


async def ingest_frame(
    connection: AsyncConnection, tenant_id: int, events: pl.DataFrame, now: datetime, *, actor: str
) -> Counts:
    """Ingests an event frame that another part of this program made; no job is kept."""
    source = str(events["source"][0]) if events.height else ""
    counts = await take_in(connection, tenant_id, Checked(events, REJECT_SCHEMA.to_frame()), source, now)
    if counts.stored:
        details = {"rows_total": counts.rows, "rows_stored": counts.stored, "rows_duplicate": counts.duplicate}
        entry = Entry("events.ingested", "event", f"{counts.stored} events", actor, None, details)
        await record(connection, tenant_id, [entry])
    return counts
