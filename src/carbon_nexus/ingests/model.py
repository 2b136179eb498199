"""The words of an ingest."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

FILE_SOURCE, EVENT_SOURCE = "file", "api"
MOST_EVENTS = 50_000  # of one batch
LARGEST_BATCH_BYTES = 64 * 1024 * 1024
LONGEST_FILENAME = 255
SAMPLE_ROWS = 10_000  # a mapping is decided on these
INGEST_TASK = "ingest"


class Status(StrEnum):
    """What becomes of a job. QUEUED and PROCESSING are open; a cancelled or complete one can be undone."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDONE = "undone"


OPEN = (Status.QUEUED, Status.PROCESSING)


@dataclass(frozen=True)
class Counts:
    """What became of rows: read = stored + rejected + duplicate.

    `complete` and `simulated` add up shares (0-1) over the stored rows: of the fields that matter that have a value,
    and of simulated rows. `taken` are entries of rows whose id belongs to a different event.
    """

    stored: int = 0
    rejected: int = 0
    duplicate: int = 0
    outliers: int = 0
    complete: float = 0.0
    simulated: float = 0.0
    taken: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows read."""
        return self.stored + self.rejected + self.duplicate

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: value + getattr(other, name) for name, value in vars(self).items()})


@dataclass(frozen=True)
class Key:
    """A job by its owner, its row and its public id."""

    tenant_id: int
    row_id: int
    job_id: UUID
