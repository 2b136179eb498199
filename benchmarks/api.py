"""Whether the API stays as fast with a million events stored as with a thousand.

    python benchmarks/api.py --sizes 1000 1000000

Two stores with the same 50 entities over the same 180 days, the larger a thousand times as dense. Each is served by a
`carbon-nexus serve --no-worker` of its own over HTTP on loopback; every GET endpoint of the OpenAPI document is asked
over kept connections, one and then eight at a time, turn about between the two servers, so that a busy machine slows
both. The client is http.client in threads: its own time is part of every
figure. Reach: the median with a million is at most 1.3 times the median with a thousand, for every endpoint.
"""

import argparse
import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
import psycopg
from events import History
from rich.console import Console
from rich.table import Table
from servers import machine, migrated_server, temporary_directory

from carbon_nexus.db.engine import make_engine
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.ingests.intake import ingest_frame
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.kit.logs import configure_logs
from carbon_nexus.scans.jobs import scan
from carbon_nexus.settings import Settings
from carbon_nexus.worker import default_rule_of, work_until_empty

SPAN = timedelta(days=180)
DEFAULT_SIZES = (1_000, 1_000_000)
REACH = 1.3
ROUNDS = 15
REQUESTS_PER_ROUND = 8  # of each connection; few, so that both servers meet the same neighbours
CONNECTIONS = (1, 8)
START_SECONDS = 60
# what stands in the place of a path's parameter, and what an endpoint must be asked with
FILLED = {
    "{supplier_id}": "Supplier%201",
    "{prediction_id}": "1",
    "{factor_id}": "desnz-2025/diesel-average-blend/litre",
    "/hotspots/sparks": "/hotspots/sparks?id=1",
    "/factors/diff": "/factors/diff?old=desnz-2025.2&new=desnz-2026.1",
}
NOT_ASKED = ("/entities/{entity_type}/{entity}/profile",)  # nothing is told of the benchmark's entities
TIMEOUT_SECONDS = 60


@dataclass
class Times:
    """What one endpoint of one server took: milliseconds of each request, requests and seconds of all rounds."""

    ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    answer_bytes: int = 0

    def percentile(self, share: float) -> float:
        """Milliseconds that `share` percent of the requests stayed below."""
        return float(np.percentile(self.ms, share))

    @property
    def per_second(self) -> float:
        """Requests answered per second, all connections together."""
        return len(self.ms) / self.seconds


def fill(data_dir: Path, events: int) -> None:
    """A store of this many events, all scanned and every deferred job done, vacuumed as a store in use is."""
    with migrated_server(data_dir) as server:
        asyncio.run(_fill(server.url, History(events, SPAN, utc_now())))
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


async def _fill(url: str, history: History) -> None:
    settings, engine = Settings(_env_file=None), make_engine(url)
    for chunk in history.chunks():
        async with engine.begin() as connection:
            await ingest_frame(connection, DEFAULT_TENANT_ID, chunk, utc_now(), actor="benchmark")
    await scan(engine, DEFAULT_TENANT_ID, default_rule_of(settings), utc_now)
    await work_until_empty(settings, engine, url, utc_now)
    await engine.dispose()


@contextmanager
def serving(data_dir: Path) -> Iterator[int]:
    """The port of a server on this data directory."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [str(Path(sys.executable).parent / "carbon-nexus"), "serve", "--no-worker", "--port", str(port)]
    environment = os.environ | {"CARBON_NEXUS_DATA_DIR": str(data_dir), "LOG_LEVEL": "WARNING"}
    with subprocess.Popen(command, env=environment, cwd=data_dir, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_until_healthy(port)
            yield port
        finally:
            server.terminate()
            server.wait()


def _wait_until_healthy(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if ask(connect(port), "/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no answer on port {port} within {START_SECONDS} s")


def paths_of(port: int) -> list[str]:
    """Every GET path but NOT_ASKED, its parameters filled with a job, a supplier, a factor ... that exist."""
    connection = connect(port)
    paths = json.loads(ask(connection, "/openapi.json")[1])["paths"]
    job = json.loads(ask(connection, "/api/v1/ingest/jobs")[1])[0]
    found = [path for path, methods in paths.items() if "get" in methods and path not in NOT_ASKED]
    for name, value in {**FILLED, "{job_id}": str(job["job_id"])}.items():
        found = [path.replace(name, value) for path in found]
    assert not any("{" in path for path in found), found
    return found


def measure(port: int, path: str, connections: int, times: Times) -> None:
    """One round of requests, added to `times`."""
    with ThreadPoolExecutor(connections) as threads:
        started = time.perf_counter()
        rounds = [threads.submit(_round, port, path) for _ in range(connections)]
        for each in rounds:
            ms, times.answer_bytes = each.result()
            times.ms += ms
        times.seconds += time.perf_counter() - started


def _round(port: int, path: str) -> tuple[list[float], int]:
    connection, spent, length = connect(port), [], 0
    connection.connect()
    for _ in range(REQUESTS_PER_ROUND):
        started = time.perf_counter()
        status, body = ask(connection, path)
        spent.append(1000 * (time.perf_counter() - started))
        assert status == 200, (path, status, body[:200])
        length = len(body)
    connection.close()
    return spent, length


def connect(port: int) -> http.client.HTTPConnection:
    """A connection to the server, opened with its first request."""
    return http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)


def ask(connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    """Status and body of a GET."""
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


def report(connections: int, sizes: list[int], found: dict[str, list[Times]]) -> Table:
    """One row per endpoint: each size's p50, p99, rate and answer; the ratio of the last p50 to the first."""
    table = Table("endpoint", title=f"{connections} connection{'s' * (connections > 1)}")
    for size in sizes:
        for head in ("p50 ms", "p99 ms", "req/s", "bytes"):
            table.add_column(f"{head}\n{size:,}", justify="right")
    table.add_column("p50\nratio", justify="right")
    for path, by_size in found.items():
        cells = [
            cell for each in by_size
            for cell in (f"{each.percentile(50):.2f}", f"{each.percentile(99):.2f}", f"{each.per_second:.0f}",
                         f"{each.answer_bytes}")
        ]  # fmt: skip
        ratio = by_size[-1].percentile(50) / by_size[0].percentile(50)
        table.add_row(path.split("?")[0][:44], *cells, f"{ratio:.2f}{'' if ratio <= REACH else ' !'}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=DEFAULT_SIZES, help="numbers of events stored")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="turns of each server")
    arguments = parser.parse_args()
    configure_logs("WARNING")
    console = Console(width=150)
    console.print(machine())
    with ExitStack() as stack:
        directories = [stack.enter_context(temporary_directory()) for _ in arguments.sizes]
        for directory, size in zip(directories, arguments.sizes, strict=True):
            fill(directory, size)
        ports = [stack.enter_context(serving(directory)) for directory in directories]
        paths = [paths_of(port) for port in ports]
        for connections in CONNECTIONS:
            found = {path: [Times() for _ in ports] for path in paths[0]}
            for number, path in enumerate(paths[0]):
                for port in ports:  # the first requests of a connection pool open its connections
                    measure(port, paths[ports.index(port)][number], connections, Times())
                for _ in range(arguments.rounds):
                    for which, port in enumerate(ports):
                        measure(port, paths[which][number], connections, found[path][which])
            console.print(report(connections, arguments.sizes, found))


if __name__ == "__main__":
    main()
