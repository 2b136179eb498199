"""Where received files wait until they are read: one file for each open job, in the data directory.

Whoever reads a file holds its lock, which the system releases when the process dies: a file that nobody holds is a job
to go on with.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from filelock import FileLock, Timeout

from carbon_nexus.settings import Settings

JOB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Spool:
    """Files by job, below one directory; made when the first one arrives."""

    directory: Path

    def path(self, job_id: UUID) -> Path:
        """Where the file of a job is, or will be."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.directory / str(job_id)

    def waiting(self) -> list[UUID]:
        """Jobs whose file is here."""
        return [UUID(each.name) for each in self.directory.glob("*") if JOB.fullmatch(each.name)]

    @contextmanager
    def held(self, job_id: UUID) -> Iterator[bool]:
        """Holds a job's file; false where another process or task does."""
        lock = FileLock(f"{self.path(job_id)}.lock", timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    @contextmanager
    def for_a_moment(self, job_id: UUID) -> Iterator[Path]:
        """Where a file may be while the context is open."""
        with self.held(job_id):
            try:
                yield self.path(job_id)
            finally:
                self.remove(job_id)

    def remove(self, job_id: UUID) -> None:
        """Removes a job's file, and the lock beside it."""
        for name in (str(job_id), f"{job_id}.lock"):
            (self.directory / name).unlink(missing_ok=True)

    def remove_older(self, job_id: UUID, than: datetime) -> None:
        """Removes a file that was put here before that moment: one that never became a job."""
        path = self.path(job_id)
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < than:
            self.remove(job_id)


def spool_of(settings: Settings) -> Spool:
    """The spool in the configured data directory."""
    return Spool(settings.carbon_nexus_data_dir / "uploads")
