"""How long after its commit a change is in a thousand browsers, and whether any is lost or told twice.

    python benchmarks/live.py --clients 1000 --rate 100 --seconds 30

One `carbon-nexus serve --no-worker` on a PostgreSQL of its own; the clients live in two processes beside it and listen
to alerts on the native WebSocket. Alerts are stored at the given rate, each in a transaction of its own; its time runs
from before COMMIT to the moment a client has the frame in hand. The second round restarts the server in the middle
(SIGTERM, and at once a new one on the same port), the third kills it (kill -9); clients come back after 0.1 to 0.5 s
with the last number they have seen. Server, database, clients and writer share the machine. Reach: lost 0, twice 0.
"""

import argparse
import asyncio
import multiprocessing as mp
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg
import uvloop
from rich.console import Console
from rich.table import Table
from servers import machine, migrated_server, temporary_directory
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

PROCESSES = 2
ENDS = {"none": None, "restart": signal.SIGTERM, "kill": signal.SIGKILL}
WAIT_SECONDS = 120  # for all clients to be there, and for all to have the last change
CHANGES = re.compile(rb'"seq":(\d+),"channel"')
POSITION = re.compile(rb'"(?:seq|heartbeat|since)":(\d+)')


@dataclass
class Heard:
    """What a client got: when it had each change in hand (by number; 0: never), and how many came twice."""

    at: Any
    twice: int = 0
    position: int | None = None
    connected: asyncio.Event = field(default_factory=asyncio.Event)


def listen(port: int, clients: int, last: int, into: Path, stop: Any, ready: Any) -> None:
    """A process full of clients; writes what they heard to a file once told to stop."""
    heard = [Heard(np.zeros(last + 1)) for _ in range(clients)]

    async def run() -> None:
        listening = [asyncio.create_task(_listen(port, each, number / 200)) for number, each in enumerate(heard)]
        await asyncio.gather(*(each.connected.wait() for each in heard))
        ready.set()
        deadline = float("inf")
        while not (stop.is_set() and all(each.at[last] for each in heard)) and time.monotonic() < deadline:
            if stop.is_set() and deadline == float("inf"):
                deadline = time.monotonic() + WAIT_SECONDS
            await asyncio.sleep(0.1)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)

    uvloop.run(run())
    cpu = sum(psutil.Process().cpu_times()[:2])
    np.savez(into, at=np.stack([each.at for each in heard]), twice=sum(each.twice for each in heard), cpu=cpu)


async def _listen(port: int, heard: Heard, delay: float) -> None:
    await asyncio.sleep(delay)  # a thousand handshakes in one instant are another benchmark
    while True:
        with suppress(ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
            async with connect(
                f"ws://127.0.0.1:{port}/ws", compression=None, max_size=None, open_timeout=None
            ) as opened:
                hello = await opened.recv(decode=False)
                since = _position(hello) if heard.position is None else heard.position
                await opened.send(f'{{"subscribe": ["alerts"], "since": {since}}}')
                heard.position = since
                heard.connected.set()
                while True:
                    _note(heard, await opened.recv(decode=False))
        await asyncio.sleep(random.uniform(0.1, 0.5))


def _note(heard: Heard, frame: bytes) -> None:
    now = time.time()
    for number in map(int, CHANGES.findall(frame)):
        heard.twice += bool(heard.at[number])
        heard.at[number] = now
    heard.position = max(heard.position or 0, _position(frame))


def _position(frame: bytes) -> int:
    found = POSITION.search(frame)
    return int(found[1]) if found else 0


def write(url: str, rate: int, count: int) -> dict[int, float]:
    """Store this many alerts at this rate; when each, by its id, was about to be committed."""
    committed: dict[int, float] = {}
    started = time.monotonic()
    with psycopg.connect(url) as connection:
        for number in range(count):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            message = f"Lane {number % 40} exceeded emissions by 31.5%: 761.76 kg CO2e against 579.21 kg typical"
            query = "INSERT INTO alerts (level, message) VALUES ('warn', %s) RETURNING id"
            (row,) = connection.execute(query, (message,)).fetchall()
            committed[row[0]] = time.time()
            connection.commit()
    return committed


class Server:
    """`carbon-nexus serve` on a port that stays its own over restarts."""

    def __init__(self, database_url: str, data_dir: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._ended = 0.0
        self._given = {"DATABASE_URL": database_url, "CARBON_NEXUS_DATA_DIR": str(data_dir), "LOG_LEVEL": "WARNING"}
        self.start()

    @property
    def cpu_seconds(self) -> float:
        """What all processes so far have used."""
        return self._ended + sum(self.process.cpu_times()[:2])

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "carbon-nexus"), "serve", "--no-worker", "--port", str(self.port)]
        self.process = psutil.Popen(command, env=os.environ | self._given, stdout=subprocess.DEVNULL)
        while True:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5)
                return
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self._ended = self.cpu_seconds
        self.process.send_signal(how)
        self.process.wait()


@contextmanager
def listening(port: int, clients: int, last: int, directory: Path) -> Iterator[list[Path]]:
    """Processes of connected clients; at the end what they heard stands in these files."""
    spawn = mp.get_context("spawn")
    stop = spawn.Event()
    ready = [spawn.Event() for _ in range(PROCESSES)]
    files = [directory / f"heard-{number}.npz" for number in range(PROCESSES)]
    given = [(port, clients // PROCESSES, last, file, stop, each) for file, each in zip(files, ready, strict=True)]
    processes = [spawn.Process(target=listen, args=each) for each in given]
    for process in processes:
        process.start()
    for each in ready:
        assert each.wait(WAIT_SECONDS), "not every client came in"
    yield files
    stop.set()
    for process in processes:
        process.join()


def measure(clients: int, rate: int, seconds: int, how: signal.Signals | None) -> list[str]:
    """One round, with the server ended so in its middle (None: not at all); the cells of its row."""
    count, away = rate * seconds, 0.0
    with temporary_directory() as directory, migrated_server(directory / "pg") as database:
        server = Server(database.url, directory / "data")
        with listening(server.port, clients, count, directory) as files, ThreadPoolExecutor(1) as beside:
            started_with = server.cpu_seconds
            writing = beside.submit(write, database.url, rate, count)
            if how is not None:
                time.sleep(seconds / 2)
                away = time.monotonic()
                server.stop(how)
                server.start()
                away = time.monotonic() - away
            committed = writing.result()
            server_cpu = server.cpu_seconds - started_with
        server.stop()
        with psycopg.connect(database.url) as connection:
            rows = connection.execute("SELECT subject_id, seq FROM live_events WHERE created").fetchall()
        heard = [np.load(file) for file in files]
    numbers = {row[0]: row[1] for row in rows}
    at = np.take(np.concatenate([each["at"] for each in heard]), [numbers[each] for each in committed], axis=1)
    ms = 1000 * (at - np.array(list(committed.values())))[at > 0]
    spent = [server_cpu / seconds, sum(float(each["cpu"]) for each in heard) / seconds]
    lost, twice = int((at == 0).sum()), sum(int(each["twice"]) for each in heard)
    times = [f"{value:,.0f}" for value in (*np.percentile(ms, (50, 99)), ms.max())]
    cells = [*times, f"{at.size:,}", str(lost), str(twice), *(f"{each:.2f}" for each in spent)]
    return ["none" if how is None else how.name, f"{away:.1f}", *cells]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=100, help="changes a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rounds", nargs="+", choices=[*ENDS], default=[*ENDS])
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    console = Console(width=150)
    console.print(machine())
    heads = ("server away s", "p50 ms", "p99 ms", "max ms", "deliveries", "lost", "twice", "server CPU", "clients CPU")
    table = Table("the server is ended by", *heads)
    for name in arguments.rounds:
        table.add_row(*measure(arguments.clients, arguments.rate, arguments.seconds, ENDS[name]))
    console.print(table)


if __name__ == "__main__":
    main()
