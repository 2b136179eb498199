"""What the routes of this room answer. Names without a comment are the original's."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from carbon_nexus.ingests.model import Status
from carbon_nexus.mappings.schemas import Preview

ERRORS = "One sentence per rejected row or taken id; at most 1,000, a last one says how many more."
REJECTED = "The same as `errors`, in parts: line, and for each problem field, value, rule and remedy."


class QualityMetrics(BaseModel):
    """Quality of the rows of one ingest that were stored now."""

    supplier_id: str | None = Field(None, description="Always null: the rows of all suppliers together.")
    window_start: datetime = Field(description="UTC day of arrival.")
    completeness_pct: float | None = Field(
        description="Mean share of the fields that matter for the event type, 0-100; null where nothing was stored."
    )
    predicted_pct: float | None = Field(description="Share of simulated rows, 0-100.")
    anomalies_count: int = Field(description="Rows flagged as outliers; they are stored all the same.")
    total_rows: int = Field(description="Stored rows.")


class RowCounts(BaseModel):
    """What became of the rows: rows = rows_stored + rows_rejected + rows_duplicate."""

    rows: int = Field(description="Rows read.")
    rows_stored: int = Field(description="Rows stored now.")
    rows_rejected: int = Field(description="Rows that broke a rule; see `rejected`.")
    rows_duplicate: int = Field(description="Rows that were stored before, or that occur twice in the file.")
    errors: list[str] = Field(description=ERRORS)
    rejected: list[dict[str, Any]] = Field(description=REJECTED)
    notes: list[str] = Field(description="What was decided for the sender: an encoding, a zone, a unit, a sheet.")


class IngestedFile(RowCounts):
    """A file or batch that was ingested, wholly or in part."""

    status: Literal["ok"] = "ok"
    job_id: UUID = Field(description="GET /api/v1/ingest/status/{job_id} tells the same again.")
    outliers: int = Field(description="Rows flagged as outliers.")
    quality_metrics: QualityMetrics
    immediate_analysis: Literal["triggered", "not_needed"] = Field(
        description="`triggered`: a scan of the new events is due; `not_needed`: nothing new was stored."
    )


class UploadedFile(RowCounts):
    """A file that was uploaded; with `wait` false its counts are still growing."""

    jobId: UUID
    message: str
    status: Status


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
    status: Status
    filename: str | None
    source: str | None = Field(description="Name of the data source, where one was given.")
    rows_total: int = Field(description="Rows of the file; of one that is being read at most so many.")
    rows_processed: int = Field(description="Rows read so far: stored + rejected + duplicate.")
    rows_stored: int
    rows_rejected: int
    rows_duplicate: int
    outliers: int
    errors: list[str] = Field(description="The first 20 messages.")
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


class IngestJob(ListedJob):
    """An ingest job with everything it has to tell."""

    errors: list[str] = Field(description=ERRORS)
    rejected: list[dict[str, Any]] = Field(description=REJECTED)
    mapping: dict[str, Any] | None = Field(description="Which column told which field, and how it was read.")
    notes: list[str] = Field(description="What was decided for the sender.")


class RejectedRow(BaseModel):
    """A row that was not accepted."""

    id: int = Field(description="For `cursor`.")
    line: int
    problems: list[dict[str, Any]] = Field(description="field, value, rule, remedy of each.")
    received: dict[str, Any] = Field(description="The row as received, by column.")


class EndedJob(BaseModel):
    """A job that was cancelled."""

    job_id: UUID
    status: Status
    rows_stored: int = Field(description="Rows that stay stored until the job is undone.")


class UndoneJob(BaseModel):
    """A job whose events were taken out again."""

    job_id: UUID
    status: Status
    events: int = Field(description="Events that were taken out.")
    predictions: int = Field(description="Estimates that went with them.")
    hotspots_corrected: int = Field(description="Hotspots that go on without these events.")
    hotspots_resolved: int = Field(description="Hotspots that had no other events.")


class FilePreview(Preview):
    """How a file would be read; nothing is stored."""

    kind: str
    encoding: str | None
    delimiter: str | None
    rows: int = Field(description="Rows of the file, at most.")
    rows_checked: int = Field(description="Rows of its beginning that were checked.")
    rows_acceptable: int = Field(description="Of these, rows that break no rule.")
    first_events: list[dict[str, Any]] = Field(description="The first acceptable rows as they would be stored.")
    first_rejected: list[dict[str, Any]] = Field(description="The first rows that would be rejected, with the reasons.")
