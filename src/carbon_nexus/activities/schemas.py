"""What the routes of this room answer. Names without a comment are the original's."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

ERRORS = "One sentence per rejected row or taken id; at most 1,000, a last one says how many more."
REJECTED = "The same as `errors`, in parts: line, and for each problem field, value, rule and remedy."


class QualityMetrics(BaseModel):
    """Quality of the accepted rows of one ingest, rows that were already stored included."""

    supplier_id: str | None = Field(None, description="Always null: the rows of all suppliers together.")
    window_start: datetime = Field(description="UTC day of arrival.")
    completeness_pct: float | None = Field(
        description="Mean share of the fields that matter for the event type, 0-100."
    )
    predicted_pct: float | None = Field(description="Share of simulated rows, 0-100.")
    anomalies_count: int = Field(description="Rows flagged as outliers; they are stored all the same.")
    total_rows: int = Field(description="Accepted rows.")


class Counts(BaseModel):
    """What became of the rows: rows = rows_stored + rows_rejected + rows_duplicate."""

    rows: int = Field(description="Rows read.")
    rows_stored: int = Field(description="Rows stored now.")
    rows_rejected: int = Field(description="Rows that broke a rule; see `rejected`.")
    rows_duplicate: int = Field(description="Rows that were stored before, or that occur twice in the file.")
    errors: list[str] = Field(description=ERRORS)
    rejected: list[dict[str, Any]] = Field(description=REJECTED)


class IngestedFile(Counts):
    """A file that was ingested, wholly or in part."""

    status: Literal["ok"] = "ok"
    job_id: UUID = Field(description="GET /api/v1/ingest/status/{job_id} tells the same again.")
    outliers: int = Field(description="Rows flagged as outliers.")
    quality_metrics: QualityMetrics
    immediate_analysis: Literal["triggered", "not_needed"] = Field(
        description="`triggered`: a scan of the new events is due; `not_needed`: nothing new was stored."
    )


class UploadedFile(Counts):
    """A file that was uploaded and ingested."""

    jobId: UUID
    message: str


class IngestedEvent(BaseModel):
    """A single event; `duplicate` means that it was stored before."""

    status: Literal["stored", "duplicate"]
    external_id: str = Field(
        description="The id the event is known by within its source; made from its values if none came."
    )
    errors: list[str] = Field(description="Says so where the id is taken by a different event.")


class ListedJob(BaseModel):
    """An ingest job as the list shows it."""

    id: int
    job_id: UUID
    status: Literal["processing", "complete", "failed"]
    filename: str | None
    rows_total: int
    rows_processed: int
    rows_stored: int
    rows_rejected: int
    rows_duplicate: int
    errors: list[str] = Field(description="The first 20 messages.")
    created_at: datetime
    updated_at: datetime


class IngestJob(ListedJob):
    """An ingest job with everything it has to tell."""

    errors: list[str] = Field(description=ERRORS)
    rejected: list[dict[str, Any]] = Field(description=REJECTED)


class SupplierQuality(BaseModel):
    """Quality of a supplier's rows over the seven UTC days up to its last arrival."""

    supplier_id: str
    completeness_pct: float | None
    predicted_pct: float | None
    anomalies_count: int
    total_rows: int
    window_start: datetime = Field(description="First day of arrival that is counted.")
    last_updated: datetime


class OverallQuality(BaseModel):
    """Quality of all rows that arrived in the last seven UTC days; nulls with a reason where none did."""

    completeness_pct: float | None
    predicted_pct: float | None
    anomalies_count: int
    total_rows: int
    last_updated: datetime | None
    reason: str | None = Field(description="Why the percentages are null.")
