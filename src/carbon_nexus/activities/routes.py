"""HTTP of this room: files and events in, ingest jobs, data quality."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response, UploadFile

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.activities import schemas, service, store
from carbon_nexus.activities.model import IngestResult
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import Cursor, newest_page
from carbon_nexus.db.tables import ingest_jobs
from carbon_nexus.kit.clock import Now

router = APIRouter(tags=["data-core"])
UNNAMED = "upload.csv"
REFUSED: dict[int | str, dict[str, Any]] = {
    422: {"description": "Nothing was stored: unreadable, a required column missing, or no acceptable row."}
}
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is none."}}


@router.post("/api/v1/ingest/csv", responses=REFUSED)
async def ingest_csv(
    file: UploadFile, connection: Connection, tenant: Tenant, now: Now, actor: Actor
) -> schemas.IngestedFile:
    """Ingest a CSV file: UTF-8, a header line; comma, semicolon or tab; may be gzipped.

    Required columns: event_type, supplier_id, timestamp. Good rows are stored, bad ones are listed by line; a file
    without one good row is refused. Sending a file again stores nothing twice.
    """
    content = await file.read()
    result = await service.ingest_csv(connection, tenant, content, file.filename or UNNAMED, now, actor)
    assert result.job_id is not None
    quality = schemas.QualityMetrics(window_start=store.day_of(now), **_rounded(vars(result.quality)))
    return schemas.IngestedFile(
        **_counts(result),
        job_id=result.job_id,
        outliers=result.quality.anomalies_count,
        quality_metrics=quality,
        immediate_analysis="triggered" if result.stored else "not_needed",
    )


@router.post("/api/v1/ingest/upload", responses=REFUSED)
async def upload(
    file: UploadFile, connection: Connection, tenant: Tenant, now: Now, actor: Actor
) -> schemas.UploadedFile:
    """Upload a file of events; the same as /api/v1/ingest/csv with the original upload's answer."""
    content = await file.read()
    result = await service.ingest_csv(connection, tenant, content, file.filename or UNNAMED, now, actor)
    assert result.job_id is not None
    outcome = "Immediate analysis triggered." if result.stored else "Nothing new: every good row was already stored."
    message = f"Upload received and processed. {outcome}"
    return schemas.UploadedFile(**_counts(result), jobId=result.job_id, message=message)


@router.post("/api/v1/ingest/event", responses=REFUSED)
async def ingest_event(
    event: Annotated[dict[str, Any], Body()], connection: Connection, tenant: Tenant, now: Now, actor: Actor
) -> schemas.IngestedEvent:
    """Ingest one event, a JSON object with the fields of a CSV row; numbers may be numbers or text."""
    result, external_id = await service.ingest_event(connection, tenant, event, now, actor)
    errors = [entry["msg"] for entry in result.errors]
    return schemas.IngestedEvent(
        status="stored" if result.stored else "duplicate", external_id=external_id, errors=errors
    )


@router.get("/api/v1/ingest/status/{job_id}", responses=UNKNOWN)
async def ingest_status(job_id: str, connection: Connection, tenant: Tenant) -> schemas.IngestJob:
    """One ingest job with all its errors."""
    return schemas.IngestJob.model_validate(await service.job(connection, tenant, job_id))


@router.get("/api/v1/ingest/jobs", response_model=list[schemas.ListedJob])
async def list_jobs(
    connection: Connection, tenant: Tenant, limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Cursor = None
) -> Response:
    """Ingest jobs, newest first."""
    return await newest_page(connection, ingest_jobs, store.jobs(tenant), limit, cursor)


@router.get("/api/v1/data-quality/{supplier_id:path}", responses=UNKNOWN)
async def supplier_quality(supplier_id: str, connection: Connection, tenant: Tenant) -> schemas.SupplierQuality:
    """Data quality of one supplier."""
    found = await service.supplier_quality(connection, tenant, supplier_id)
    return schemas.SupplierQuality(supplier_id=supplier_id, **_rounded(found))


@router.get("/data-quality")
async def data_quality(connection: Connection, tenant: Tenant, now: Now) -> schemas.OverallQuality:
    """Data quality of everything that arrived in the last seven days."""
    found = await service.overall_quality(connection, tenant, now)
    return schemas.OverallQuality.model_validate(_rounded(found))


def _counts(result: IngestResult) -> dict[str, Any]:
    return {
        "rows": result.rows_total,
        "rows_stored": result.stored,
        "rows_rejected": result.rejected,
        "rows_duplicate": result.duplicate,
        "errors": [entry["msg"] for entry in result.errors],
        "rejected": result.errors,
    }


def _rounded(quality: dict[str, Any]) -> dict[str, Any]:
    """Percentages to two digits, as the original gave them."""
    return {
        name: round(value, 2) if name.endswith("_pct") and value is not None else value
        for name, value in quality.items()
    }
