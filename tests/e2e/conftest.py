"""Real processes: the installed `carbon-nexus` command, started as a user would start it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

COMMAND = str(Path(sys.executable).parent / "carbon-nexus")
START_SECONDS = 120  # a new install compiles first
OURS = re.compile(
    r"^(API_|THRESHOLD_|DETECTION_|FALSE_ALARMS_|WEBHOOK_|CARBON_NEXUS_|SUPABASE_|DATABASE_URL|ML_ENGINE|DATA_CORE|RAG_|LOG_|LLM_|EMBEDDING_|APPROVAL_|AUDIT_|HOTSPOT_|BASELINE_|FACTOR_SET|GRID_REGION|REDIS_URL)"
)


def environment(data_dir: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The machine's environment without settings of ours, plus a data directory and these settings."""
    clean = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    return clean | {"CARBON_NEXUS_DATA_DIR": str(data_dir), "COLUMNS": "200"} | dict(extra or {})


@dataclass
class Running:
    """A server process that answers."""

    process: subprocess.Popen[str]
    url: str
    data_dir: Path

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=30)

    def post(self, path: str, **how: object) -> httpx.Response:
        return httpx.post(self.url + path, timeout=60, **how)  # type: ignore[arg-type]

    def kill_everything(self) -> None:
        """kill -9 for the engine, its guard and every PostgreSQL process of its data directory."""
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))]
        for pid in family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def run(data_dir: Path, *arguments: str, command: str = COMMAND, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [command, *arguments], env=environment(data_dir, settings), capture_output=True, text=True, timeout=120,
        cwd="/",
    )  # fmt: skip


def start(data_dir: Path, *arguments: str, command: str = COMMAND, port: str = "0", **settings: str) -> Running:
    """Start a serving command and wait for the address it prints; on any free port, unless one is given."""
    log = (data_dir.parent / f"{data_dir.name}.{time.monotonic_ns()}.log").open("w+")
    process = subprocess.Popen(
        [command, *arguments, "--port", port], env=environment(data_dir, settings), text=True, cwd="/",
        stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        told = Path(log.name).read_text()
        if found := re.search(r"serves (http://\S+)", told):
            _wait_for_health(found.group(1), deadline)
            return Running(process, found.group(1), data_dir)
        if process.poll() is not None:
            break
        time.sleep(0.02)
    process.kill()
    raise AssertionError(f"the server did not start:\n{Path(log.name).read_text()}")


def _wait_for_health(url: str, deadline: float) -> None:
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError("the server never became healthy")


@pytest.fixture
def data_dir(short_dir: Path) -> Iterator[Path]:
    """A data directory of this test's own."""
    path = short_dir / f"data-{time.monotonic_ns()}"
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def serve(data_dir: Path) -> Iterator[Callable[..., Running]]:
    """Starts servers on this test's data directory; whatever still runs at the end is killed."""
    started: list[Running] = []

    def begin(*arguments: str, **settings: str) -> Running:
        started.append(start(data_dir, *(arguments or ("serve",)), **settings))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.kill_everything()
