"""HTTP of ingest jobs: their list and state, their rejected rows, cancel and undo."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, json_rows, newest
from carbon_nexus.db.tables import ingest_jobs
from carbon_nexus.ingests import answers, ending, schemas, store
from carbon_nexus.ingests.model import Status
from carbon_nexus.ingests.rejected import rejected_csv
from carbon_nexus.kit.clock import Now

router = APIRouter(tags=["data-core"])
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is none."}}


@router.get("/api/v1/ingest/status/{job_id}", responses=UNKNOWN)
async def ingest_status(job_id: str, connection: Connection, tenant: Tenant) -> schemas.IngestJob:
    """One ingest job: how far it is, and all that is wrong with its rows."""
    return schemas.IngestJob.model_validate(await answers.told(connection, tenant, job_id))


@router.get("/api/v1/ingest/jobs", response_model=list[schemas.ListedJob])
async def list_jobs(
    connection: Connection, tenant: Tenant, limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Cursor = None
) -> Response:
    """Ingest jobs, newest first."""
    found, headers = await newest(connection, ingest_jobs, store.jobs(tenant), limit, cursor)
    return json_rows(await answers.listed(connection, [dict(row) for row in found]), headers)


@router.get("/api/v1/ingest/jobs/{job_id}/errors", response_model=list[schemas.RejectedRow], responses=UNKNOWN)
async def job_errors(
    job_id: str, connection: Connection, tenant: Tenant,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[int, Query(ge=0, le=LARGEST_ID, description="id after which the page starts.")] = 0,
) -> Response:  # fmt: skip
    """Rejected rows of a job, one entry for each, in the order of the file; the next page is in X-Next-Cursor."""
    key = answers.key_of(await answers.job_by_id(connection, tenant, job_id))
    rows = await store.rejects(connection, key, cursor, limit)
    return json_rows(rows, {"X-Next-Cursor": str(rows[-1]["id"])} if len(rows) == limit else {})


@router.get("/api/v1/ingest/jobs/{job_id}/rejected", response_class=StreamingResponse, responses=UNKNOWN)
async def rejected_rows(request: Request, job_id: str, connection: Connection, tenant: Tenant) -> StreamingResponse:
    """The rejected rows as a CSV file: as received, with line and reason; mend it and send it again."""
    job = await answers.job_by_id(connection, tenant, job_id)
    lines = rejected_csv(request.app.state.engine, answers.key_of(job), (job["facts"] or {}).get("names", []))
    headers = {"Content-Disposition": f'attachment; filename="rejected-{job["job_id"]}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/api/v1/ingest/jobs/{job_id}/cancel", responses=UNKNOWN)
async def cancel_job(job_id: str, connection: Connection, tenant: Tenant, now: Now, actor: Actor) -> schemas.EndedJob:
    """Stop an open job before its next part. What is stored stays until the job is undone."""
    key = answers.key_of(await answers.job_by_id(connection, tenant, job_id))
    job = await ending.cancel(connection, key, now, actor)
    return schemas.EndedJob(job_id=key.job_id, status=Status.CANCELLED, rows_stored=job["rows_stored"])


@router.post("/api/v1/ingest/jobs/{job_id}/undo", responses=UNKNOWN)
async def undo_job(
    request: Request, job_id: str, connection: Connection, tenant: Tenant, now: Now, actor: Actor
) -> schemas.UndoneJob:
    """Take every event of a job out again, with the estimates, sums, typical values and hotspots made of them."""
    key = answers.key_of(await answers.job_by_id(connection, tenant, job_id))
    taken = await ending.undo(connection, key, request.app.state.default_rule, now, actor)
    return schemas.UndoneJob(job_id=key.job_id, status=Status.UNDONE, **vars(taken))
