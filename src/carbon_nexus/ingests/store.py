"""SQL of ingest jobs and of rejected rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import polars as pl
from sqlalchemy import Select, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.model import MOST_ENTRIES
from carbon_nexus.db.columns import copy_in
from carbon_nexus.db.tables import ingest_jobs, ingest_rejects
from carbon_nexus.ingests.model import Counts, Key, Status

LISTED_ERRORS = 20  # messages per job in the list of jobs; one job's own answer has more
REJECTS_PER_PAGE = 5_000

_FIRST_REJECTS = """
SELECT job.id AS ingest_job_id, first.line, first.problems
FROM unnest(CAST(:jobs AS bigint[])) AS job (id)
CROSS JOIN LATERAL (
    SELECT line, problems FROM ingest_rejects WHERE ingest_job_id = job.id ORDER BY id LIMIT :most
) AS first
ORDER BY job.id DESC
"""


async def open_job(connection: AsyncConnection, tenant_id: int, job_id: UUID, status: Status, **columns: Any) -> Key:
    """A new job; `columns` are those of ingest_jobs."""
    job = insert(ingest_jobs).values(tenant_id=tenant_id, job_id=job_id, status=status, **columns)
    row_id = await connection.scalar(job.returning(ingest_jobs.c.id))
    assert row_id is not None
    return Key(tenant_id, row_id, job_id)


async def flush_later(connection: AsyncConnection) -> None:
    """This transaction is on disk at the latest with the next one that is committed without this.

    For parts of a job: a crash of the machine may take the last of them back, each as a whole with its place in the
    job, which goes on from there; the job's end, which the sender is told of, is flushed with all before it.
    """
    await connection.execute(text("SET LOCAL synchronous_commit = off"))


async def lock_job(connection: AsyncConnection, key: Key) -> dict[str, Any]:
    """The job's row, locked until the transaction ends."""
    row = await connection.execute(select(ingest_jobs).where(*_is(key)).with_for_update())
    return dict(row.mappings().one())


async def find_job(connection: AsyncConnection, tenant_id: int, job_id: UUID) -> dict[str, Any] | None:
    """The job's row; None if unknown."""
    owned = ingest_jobs.c.tenant_id == tenant_id, ingest_jobs.c.job_id == job_id
    row = (await connection.execute(select(ingest_jobs).where(*owned))).mappings().one_or_none()
    return None if row is None else dict(row)


def parsed_id(job_id: str) -> UUID | None:
    """A public job id; None where it cannot be one."""
    try:
        return UUID(job_id)
    except ValueError:
        return None


async def keys_of(connection: AsyncConnection, job_ids: Sequence[UUID]) -> dict[UUID, tuple[Key, Status]]:
    """Of these jobs, of any tenant, those that there are."""
    columns = (ingest_jobs.c[name] for name in ("tenant_id", "id", "job_id", "status"))
    rows = await connection.execute(select(*columns).where(ingest_jobs.c.job_id.in_(job_ids)))
    return {row.job_id: (Key(row.tenant_id, row.id, row.job_id), Status(row.status)) for row in rows}


async def change(connection: AsyncConnection, key: Key, now: datetime, **columns: Any) -> None:
    """Sets columns of a job."""
    await connection.execute(update(ingest_jobs).where(*_is(key)).values(updated_at=now, **columns))


async def add(connection: AsyncConnection, key: Key, counts: Counts, now: datetime, **columns: Any) -> None:
    """Adds to a job's counts and errors; `columns` are set besides."""
    kept = ingest_jobs.c
    await connection.execute(
        update(ingest_jobs)
        .where(*_is(key))
        .values(
            rows_processed=kept.rows_processed + counts.rows,
            rows_stored=kept.rows_stored + counts.stored,
            rows_rejected=kept.rows_rejected + counts.rejected,
            rows_duplicate=kept.rows_duplicate + counts.duplicate,
            outliers=kept.outliers + counts.outliers,
            errors=kept.errors.concat(counts.taken),
            updated_at=now,
            **columns,
        )
    )


async def add_rejects(connection: AsyncConnection, key: Key, rejected: pl.DataFrame) -> None:
    """Keeps rejected rows (REJECT_SCHEMA) in their order."""
    if rejected.is_empty():
        return
    problems = [orjson.dumps(each).decode() for each in rejected["problems"].to_list()]
    rows = rejected.select(
        pl.lit(key.tenant_id).alias("tenant_id"),
        pl.lit(key.row_id).alias("ingest_job_id"),
        "line",
        pl.Series("problems", problems, dtype=pl.String),
        "received",
    )
    await copy_in(connection, ingest_rejects.name, rows)


async def rejects(
    connection: AsyncConnection, key: Key, after: int = 0, most: int = REJECTS_PER_PAGE
) -> list[dict[str, Any]]:
    """Rejected rows of a job with an id above `after`, in order: id, line, problems, received."""
    columns = (ingest_rejects.c[name] for name in ("id", "line", "problems", "received"))
    of_job = ingest_rejects.c.ingest_job_id == key.row_id, ingest_rejects.c.id > after
    rows = await connection.execute(select(*columns).where(*of_job).order_by(ingest_rejects.c.id).limit(most))
    return [dict(row) for row in rows.mappings()]


async def first_rejects(
    connection: AsyncConnection, jobs: Sequence[int], most: int = MOST_ENTRIES
) -> dict[int, list[dict[str, Any]]]:
    """The first rejected rows (line, problems) of each of these jobs."""
    found: dict[int, list[dict[str, Any]]] = {job: [] for job in jobs}
    for row in (await connection.execute(text(_FIRST_REJECTS), {"jobs": list(jobs), "most": most})).mappings():
        found[row["ingest_job_id"]].append({"line": row["line"], "problems": row["problems"]})
    return found


def jobs(tenant_id: int) -> Select[Any]:
    """The tenant's jobs, for a list: of their own errors the first messages."""
    kept = ingest_jobs.c
    messages = func.jsonb_path_query_array(
        kept.errors, literal(f"$[0 to {LISTED_ERRORS - 1}].msg", JSONPATH), type_=kept.errors.type
    )
    names = (
        *("id", "job_id", "status", "filename", "source", "rows_total", "rows_processed", "rows_stored"),
        *("rows_rejected", "rows_duplicate", "outliers", "created_at", "updated_at", "finished_at"),
    )
    return select(*(kept[name] for name in names), messages.label("errors")).where(kept.tenant_id == tenant_id)


def _is(key: Key) -> tuple[Any, ...]:
    return ingest_jobs.c.tenant_id == key.tenant_id, ingest_jobs.c.id == key.row_id
