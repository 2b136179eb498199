"""Ends of a job that a person decides on: cancel, undo. Never commits."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict
from carbon_nexus.ingests import store
from carbon_nexus.ingests.model import OPEN, Key, Status
from carbon_nexus.quality import service as quality
from carbon_nexus.rules.model import Rule
from carbon_nexus.scans.retract import Retracted, undo_job

UNDOABLE = (Status.COMPLETE, Status.FAILED, Status.CANCELLED)


async def cancel(connection: AsyncConnection, key: Key, now: datetime, actor: str) -> dict[str, Any]:
    """Stops an open job before its next part; what is stored stays until it is undone. Its row. Raises Conflict."""
    job = await store.lock_job(connection, key)
    if job["status"] not in OPEN:
        raise Conflict(f"The job is {job['status']}; only an open one can be cancelled.", "It can be undone instead.")
    await store.change(connection, key, now, status=Status.CANCELLED, finished_at=now)
    details = {"rows_stored": job["rows_stored"], "rows_processed": job["rows_processed"]}
    await record(connection, key.tenant_id, [_entry("ingest.cancelled", job, actor, details, Status.CANCELLED)])
    return job


async def undo(connection: AsyncConnection, key: Key, default: Rule, now: datetime, actor: str) -> Retracted:
    """Takes every event of a job out again, with all that came of it. Raises Conflict."""
    job = await store.lock_job(connection, key)
    if job["status"] not in UNDOABLE:
        remedy = "Cancel it first." if job["status"] in OPEN else "Send the file again to store its events anew."
        raise Conflict(f"The job is {job['status']}; only one that has ended can be undone, once.", remedy)
    if job["last_event_id"] is not None:
        await quality.forget(
            connection, key.tenant_id,
            job_id=key.row_id, first_event_id=job["first_event_id"], last_event_id=job["last_event_id"],
            started=job["created_at"], ended=job["finished_at"],
        )  # fmt: skip
    taken = await undo_job(
        connection, key.tenant_id, key.row_id, job["first_event_id"], job["last_event_id"], default, now, actor
    )
    await store.change(connection, key, now, status=Status.UNDONE)
    await record(connection, key.tenant_id, [_entry("ingest.undone", job, actor, vars(taken), Status.UNDONE)])
    return taken


def _entry(action: str, job: dict[str, Any], actor: str, details: dict[str, Any], status: Status) -> Entry:
    subject = action, "ingest_job", str(job["job_id"]), actor, job["filename"]
    return Entry(*subject, details, before={"status": job["status"]}, after={"status": status})
