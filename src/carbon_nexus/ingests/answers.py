"""Jobs as they are told: to HTTP and on the command line."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.model import MOST_ENTRIES, shown
from carbon_nexus.activities.rules import row_entry
from carbon_nexus.errors import NotFound
from carbon_nexus.ingests import store
from carbon_nexus.ingests.model import Key

SAME = (
    *("id", "job_id", "status", "filename", "source", "rows_total", "rows_processed", "rows_stored", "rows_rejected"),
    *("rows_duplicate", "outliers", "mapping", "created_at", "updated_at", "finished_at"),
)


async def job_by_id(connection: AsyncConnection, tenant_id: int, job_id: str) -> dict[str, Any]:
    """The row of a job; raises NotFound for an unknown or malformed id."""
    found = await store.find_job(connection, tenant_id, parsed) if (parsed := store.parsed_id(job_id)) else None
    if found is None:
        raise NotFound(f"There is no ingest job '{shown(job_id)}'.", "GET /api/v1/ingest/jobs lists them.")
    return found


def key_of(job: dict[str, Any]) -> Key:
    """The key of a job's row."""
    return Key(job["tenant_id"], job["id"], job["job_id"])


async def told(connection: AsyncConnection, tenant_id: int, job_id: str) -> dict[str, Any]:
    """A job with its notes, and with the entries of its rejected rows and of its own errors; raises NotFound."""
    job = await job_by_id(connection, tenant_id, job_id)
    first = (await store.first_rejects(connection, [job["id"]]))[job["id"]]
    entries = [*(row_entry(each["line"], each["problems"]) for each in first), *job["errors"]]
    if job["rows_rejected"] > len(first):
        listing = f"GET /api/v1/ingest/jobs/{job['job_id']}/errors lists all."
        more = (
            f"{job['rows_rejected'] - len(first)} more rows were rejected; the first {MOST_ENTRIES} are told. {listing}"
        )
        entries.append({"type": "more_rejected_rows", "loc": ["file"], "msg": more, "input": None})
    notes = (job["facts"] or {}).get("notes", [])
    errors = [entry["msg"] for entry in entries]
    return {name: job[name] for name in SAME} | {"errors": errors, "rejected": entries, "notes": notes}


async def listed(connection: AsyncConnection, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Jobs of a list, each with the first messages of its rejected rows before its own."""
    first = await store.first_rejects(connection, [job["id"] for job in jobs], store.LISTED_ERRORS)
    return [job | {"errors": _messages(first[job["id"]], job["errors"])} for job in jobs]


def _messages(rejected: list[dict[str, Any]], own: list[str]) -> list[str]:
    told = [row_entry(each["line"], each["problems"])["msg"] for each in rejected]
    return [*told, *own][: store.LISTED_ERRORS]
