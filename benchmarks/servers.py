"""What benchmarks run on: an embedded PostgreSQL of their own, with the product's options, and its memory."""

import os
import platform
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from carbon_nexus.db import migrate
from carbon_nexus.db.embedded import EmbeddedPostgres

SAMPLE_SECONDS = 0.1
MEGABYTE = 1e6


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """A directory that is gone afterwards, with a path short enough for a socket, that other users may enter."""
    path = Path(tempfile.mkdtemp(prefix="cn-bench-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def migrated_server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    """An embedded server with the newest schema; fsync and all other options as the product sets them."""
    with EmbeddedPostgres(data_dir) as server:
        migrate.upgrade(server.url)
        yield server


def machine() -> str:
    """The machine in one line."""
    model = next((line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if "model name" in line), "?")
    memory_gb = psutil.virtual_memory().total / 1e9
    return (
        f"{os.cpu_count()} x {model}, {memory_gb:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load before {os.getloadavg()[0]:.1f}"
    )


class MemoryWatch:
    """Peaks while the context is open, in MB: `python_mb` is RSS of this process, `postgres_mb` PSS of the server.

    PSS divides shared pages among the processes that map them, so that shared_buffers count once.
    """

    def __init__(self) -> None:
        self.python_mb = self.postgres_mb = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._done.wait(SAMPLE_SECONDS):
            self.python_mb = max(self.python_mb, own.memory_info().rss / MEGABYTE)
            self.postgres_mb = max(self.postgres_mb, sum(map(_pss, own.children(recursive=True))) / MEGABYTE)


def _pss(process: psutil.Process) -> float:
    try:
        if "postgres" not in process.name():
            return 0.0
        lines = _lines(f"/proc/{process.pid}/smaps_rollup")
        return next((float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0.0)
    except psutil.NoSuchProcess:
        return 0.0


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
