"""HTTP of the ways in: files, batches, single events; a look before anything is stored."""

from collections.abc import Mapping as Named
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Body, File, Form, Query, Request, UploadFile
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.errors import InvalidInput
from carbon_nexus.ingests import answers, batch, preview, schemas
from carbon_nexus.ingests.model import Counts, Key, Status
from carbon_nexus.ingests.service import Asked, open_file, read_on
from carbon_nexus.ingests.spool import Spool
from carbon_nexus.kit.clock import Now
from carbon_nexus.mappings.model import Told
from carbon_nexus.mappings.schemas import PresetFacts
from carbon_nexus.mappings.schemas import Source as Name
from carbon_nexus.quality.model import day_of

router = APIRouter(tags=["data-core"])
UNNAMED = "upload"
JSON_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/cloudevents-batch+json": {"schema": {"type": "array", "items": {"type": "object"}}},
        },
    }
}
REFUSED: dict[int | str, dict[str, Any]] = {
    422: {"description": "Nothing was stored: unreadable, half a mapping, or no acceptable row."}
}
Source = Annotated[Name | None, Form(description="Name of the data source; its preset is used.")]
Mapping = Annotated[
    str | None, Form(description="JSON: columns, units, constants, decimal, dates, zone; all of them optional.")
]
Encoding = Annotated[str | None, Form(max_length=40, description="Encoding of a text file that is not UTF-8.")]
Sent = Annotated[UploadFile, File(description="CSV, XLSX, JSON, NDJSON or Parquet; gzip of a text is unpacked.")]


@router.post("/api/v1/ingest/csv", responses=REFUSED)
async def ingest_csv(
    request: Request, file: Sent, tenant: Tenant, actor: Actor,
    source: Source = None, mapping: Mapping = None, encoding: Encoding = None,
) -> schemas.IngestedFile:  # fmt: skip
    """Ingest a file: CSV of any kind, XLSX, JSON, NDJSON or Parquet; it is told by its content.

    Good rows are stored, bad ones are kept apart to be fetched, mended and sent again; a file without one good row is
    refused. Sending a file again stores nothing twice.
    """
    job, counts = await _ingest(request, file, _asked(file, source, mapping, encoding), tenant, actor)
    return _ingested(job, counts, request.app.state.clock())


@router.post("/api/v1/ingest/upload", responses=REFUSED)
async def upload(
    request: Request, file: Sent, tenant: Tenant, actor: Actor,
    source: Source = None, mapping: Mapping = None, encoding: Encoding = None,
    wait: Annotated[bool, Query(description="False: answer at once, a worker reads the file.")] = True,
) -> schemas.UploadedFile:  # fmt: skip
    """Upload a file; the same as /api/v1/ingest/csv with the original upload's answer."""
    asked = _asked(file, source, mapping, encoding)
    if wait:
        job, counts = await _ingest(request, file, asked, tenant, actor)
        new = "Immediate analysis triggered." if counts.stored else "Nothing new: every good row was already stored."
        message = f"Upload received and processed. {new}"
    else:
        job = await _deferred(request, file, asked, tenant, actor)
        message = f"Upload received. GET /api/v1/ingest/status/{job['job_id']} tells how far it is."
    return schemas.UploadedFile(**_answer(job), jobId=job["job_id"], message=message, status=job["status"])


@router.post("/api/v1/ingest/preview", responses=REFUSED)
async def preview_file(
    request: Request, file: Sent, connection: Connection, tenant: Tenant, now: Now,
    source: Source = None, mapping: Mapping = None, encoding: Encoding = None,
) -> schemas.FilePreview:  # fmt: skip
    """How a file would be read: its columns with samples, what is missing, its first rows checked. Stores nothing."""
    spool: Spool = request.app.state.spool
    asked = _asked(file, source, mapping, encoding)
    with spool.for_a_moment(uuid4()) as path:
        return await preview.preview(connection, tenant, file.file, asked, path, now)


@router.post("/api/v1/ingest/event", responses=REFUSED)
async def ingest_event(
    event: Annotated[dict[str, Any], Body()], connection: Connection, tenant: Tenant, now: Now, actor: Actor
) -> schemas.IngestedEvent:
    """Ingest one event, a JSON object with the fields of a CSV row; numbers may be numbers or text.

    A CloudEvent in structured mode is taken too: its source and id are the key, its data the event.
    """
    counts, external_id = await batch.ingest_event(connection, tenant, event, now, actor)
    errors = [entry["msg"] for entry in counts.taken]
    return schemas.IngestedEvent(
        status="stored" if counts.stored else "duplicate", external_id=external_id, errors=errors
    )


@router.post("/api/v1/ingest/events", responses=REFUSED, openapi_extra=JSON_BODY)
async def ingest_events(
    request: Request, connection: Connection, tenant: Tenant, now: Now, actor: Actor,
    source: Annotated[Name | None, Query(description="Name of the data source.")] = None,
) -> schemas.IngestedFile:  # fmt: skip
    """Ingest up to 50,000 events in one transaction: a JSON list, one JSON object a line, or a list of CloudEvents."""
    spool: Spool = request.app.state.spool
    job_id, asked = uuid4(), Asked(batch.UNNAMED, source)
    with spool.for_a_moment(job_id) as path:
        body = await request.body()
        key, counts = await batch.ingest_batch(connection, tenant, body, asked, path, job_id, now, actor)
    return _ingested(await answers.told(connection, key.tenant_id, str(key.job_id)), counts, now)


async def _ingest(
    request: Request, file: UploadFile, asked: Asked, tenant: int, actor: str
) -> tuple[dict[str, Any], Counts]:
    """Reads the file to its end; raises InvalidInput where nothing of it was acceptable."""
    state, job_id = request.app.state, uuid4()
    engine: AsyncEngine = state.engine
    with state.spool.held(job_id):
        key = await open_file(engine, state.spool, tenant, file.file, asked, job_id, state.clock(), actor)
        counts = await read_on(engine, state.spool, key, state.clock)
    job = await _told(engine, key)
    if job["status"] == Status.FAILED:
        remedy = f"GET /api/v1/ingest/jobs/{job_id}/rejected has the rejected rows, each with its reason."
        raise InvalidInput(job["rejected"], remedy)
    return job, counts


async def _deferred(request: Request, file: UploadFile, asked: Asked, tenant: int, actor: str) -> dict[str, Any]:
    state = request.app.state
    key = await open_file(
        state.engine, state.spool, tenant, file.file, asked, uuid4(), state.clock(), actor, deferred=True
    )
    return await _told(state.engine, key)


async def _told(engine: AsyncEngine, key: Key) -> dict[str, Any]:
    async with engine.connect() as connection:
        return await answers.told(connection, key.tenant_id, str(key.job_id))


def _asked(file: UploadFile, source: str | None, mapping: str | None, encoding: str | None) -> Asked:
    return Asked(file.filename or UNNAMED, source, _told_in(mapping), encoding)


def _told_in(mapping: str | None) -> Told:
    try:
        return Told() if mapping is None else PresetFacts.model_validate_json(mapping).told()
    except ValidationError as wrong:
        problems = [
            {"type": each["type"], "loc": ["mapping", *each["loc"]], "msg": each["msg"], "input": None}
            for each in wrong.errors()
        ]
        raise InvalidInput(problems, "Nothing was stored. Correct the mapping.") from None


def _answer(job: Named[str, Any]) -> dict[str, Any]:
    same = ("rows_stored", "rows_rejected", "rows_duplicate", "errors", "rejected", "notes")
    return {"rows": job["rows_processed"], **{name: job[name] for name in same}}


def _ingested(job: Named[str, Any], counts: Counts, now: datetime) -> schemas.IngestedFile:
    of_stored = 100 / counts.stored if counts.stored else None
    measured = schemas.QualityMetrics(
        window_start=day_of(now),
        completeness_pct=None if of_stored is None else round(counts.complete * of_stored, 2),
        predicted_pct=None if of_stored is None else round(counts.simulated * of_stored, 2),
        anomalies_count=counts.outliers,
        total_rows=counts.stored,
    )
    return schemas.IngestedFile(
        **_answer(job), job_id=job["job_id"], outliers=counts.outliers, quality_metrics=measured,
        immediate_analysis="triggered" if counts.stored else "not_needed",
    )  # fmt: skip
