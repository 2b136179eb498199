"""How much the pipeline costs beside a bare COPY of the same rows, and whether that stays so as events add up.

    python benchmarks/pipeline.py --sizes 10000 100000 1000000

Reference: the same events, from the same frames, written as CSV and copied with psycopg into a table without any
index, constraint or trigger, one commit per 100,000 rows. Ours: `ingest_frame` in chunks of 100,000, each in a
transaction of its own as an upload is, while `scan` runs beside it as the server's worker does, until nothing waits.
Events are spread over 10 days per 100,000.
Reach at a million events: at most 6 times the reference, at most 1.3 times the cost per event of 100,000, and below
1.5 GB. Times are wall clock of one machine that may be busy: trust the ratios within a run.
"""

import argparse
import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import polars as pl
import psycopg
from events import COLUMNS, ROWS_PER_CHUNK, History, csv_of
from rich.console import Console
from rich.table import Table
from servers import MemoryWatch, machine, migrated_server, temporary_directory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.engine import make_engine
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.ingests.intake import ingest_frame
from carbon_nexus.kit.logs import configure_logs
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.scans.jobs import scan

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
SPAN_PER_EVENT = timedelta(days=10) / 100_000
DEFAULT_SIZES = (10_000, 100_000, 1_000_000)
COMPARED_WITH = 100_000
RULE = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 0.1)  # the settings' defaults
REPEATS_OF_REFERENCE = 3
SINGLE_EVENTS = 20


@dataclass(frozen=True)
class Measured:
    """Of one size: seconds until all is stored and until all is scanned, and peak MB.

    `single_ms` is ingest and scan of one more event on the full store.
    """

    events: int
    copy_s: float
    stored_s: float
    scanned_s: float
    single_ms: float
    python_mb: float
    postgres_mb: float


def measure(events: int) -> Measured:
    """Run reference and pipeline at one size on a server of its own."""
    configure_logs("WARNING")
    history = History(events, events * SPAN_PER_EVENT, NOW)
    with temporary_directory() as directory, migrated_server(directory) as server, MemoryWatch() as memory:
        copies = [bare_copy(server.url, history)]
        stored_s, scanned_s, single_ms = asyncio.run(_pipeline(server.url, history, copies))
    return Measured(events, min(copies), stored_s, scanned_s, single_ms, memory.python_mb, memory.postgres_mb)


def bare_copy(url: str, history: History) -> float:
    """Seconds for the reference; making the events is not counted, writing their CSV is."""
    spent = 0.0
    with psycopg.connect(url) as connection:
        connection.execute(_unindexed_table())
        connection.commit()
        for chunk in history.chunks():
            started = time.perf_counter()
            with connection.cursor().copy(f"COPY bare ({', '.join(COLUMNS)}) FROM STDIN (FORMAT csv)") as copy:
                for part in chunk.iter_slices(50_000):
                    copy.write(csv_of(part))
            connection.commit()
            spent += time.perf_counter() - started
        connection.execute("DROP TABLE bare")
    return spent


def _unindexed_table() -> str:
    return f"CREATE TABLE bare AS SELECT {', '.join(COLUMNS)} FROM events_normalized LIMIT 0"


async def _pipeline(url: str, history: History, copies: list[float]) -> tuple[float, float, float]:
    """Seconds until stored and until scanned, ms of a single event; the reference is repeated afterwards."""
    engine = make_engine(url)
    chunks = list(history.chunks())  # made before the clock runs: the reference does not pay for them either
    try:
        stored_s, scanned_s = await _ingest_and_scan(engine, chunks)
        single_ms = 1000 * await _single_events(engine, history)
        copies += [await asyncio.to_thread(bare_copy, url, history) for _ in range(REPEATS_OF_REFERENCE - len(copies))]
        await _check(engine, history.events + SINGLE_EVENTS)
    finally:
        await engine.dispose()
    return stored_s, scanned_s, single_ms


async def _ingest_and_scan(engine: AsyncEngine, chunks: list[pl.DataFrame]) -> tuple[float, float]:
    """The scan takes what is committed while the next chunk is stored; both times count from the same start."""
    started, left = time.perf_counter(), sum(chunk.height for chunk in chunks)
    more = asyncio.Event()

    async def store() -> float:
        for chunk in chunks:
            await _ingest(engine, chunk)
            more.set()
        return time.perf_counter() - started

    storing = asyncio.create_task(store())
    while left:
        await more.wait()
        more.clear()
        left -= (await scan(engine, DEFAULT_TENANT_ID, RULE, lambda: NOW)).estimated
    return await storing, time.perf_counter() - started


async def _ingest(engine: AsyncEngine, frame: pl.DataFrame) -> float:
    started = time.perf_counter()
    async with engine.begin() as connection:
        result = await ingest_frame(connection, DEFAULT_TENANT_ID, frame, NOW, actor="benchmark")
    assert result.stored == frame.height
    return time.perf_counter() - started


async def _single_events(engine: AsyncEngine, history: History) -> float:
    """Median seconds from one event handed in to its estimate committed."""
    more = next(History(SINGLE_EVENTS, timedelta(hours=1), history.end).chunks())
    more = more.with_columns(external_id=pl.format("single-{}", pl.col("external_id")))
    seconds = []
    for event in more.iter_slices(1):
        started = time.perf_counter()
        await _ingest(engine, event)
        await scan(engine, DEFAULT_TENANT_ID, RULE, lambda: NOW)
        seconds.append(time.perf_counter() - started)
    return median(seconds)


async def _check(engine: AsyncEngine, events: int) -> None:
    """A fast wrong answer does not count: every event once, and the rollup adds up to the predictions."""
    async with engine.connect() as connection:
        count, total = (await connection.execute(text("SELECT count(*), sum(predicted_co2) FROM predictions"))).one()
        rolled = (await connection.execute(text("SELECT sum(event_count), sum(co2e_kg) FROM emissions_hourly"))).one()
    assert count == events == rolled[0]
    assert abs(total - rolled[1]) < 1e-6 * total


def report(measured: list[Measured]) -> Table:
    """One row per size; `per event` is the cost beside that of 100,000 events, where they were measured."""
    heads = ("events", "bare COPY s", "stored s", "scanned s", "events/s", "x bare COPY", "per event x 100k's")
    table = Table(*heads, "one event ms", "Python MB (RSS)", "PostgreSQL MB (PSS)")
    base = next((each.scanned_s / each.events for each in measured if each.events == COMPARED_WITH), None)
    for each in measured:
        relative = "-" if base is None else f"{each.scanned_s / each.events / base:.2f}"
        table.add_row(
            f"{each.events:,}", f"{each.copy_s:.2f}", f"{each.stored_s:.2f}", f"{each.scanned_s:.2f}",
            f"{each.events / each.scanned_s:,.0f}", f"{each.scanned_s / each.copy_s:.2f}", relative,
            f"{each.single_ms:.0f}", f"{each.python_mb:.0f}", f"{each.postgres_mb:.0f}",
        )  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=DEFAULT_SIZES, help="numbers of events")
    sizes = parser.parse_args().sizes
    console = Console(width=160)
    console.print(machine())
    # a process per size: the peak of one must not stand in another's
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as processes:
        measured = list(processes.map(measure, sizes))
    console.print(report(measured))
    console.print(f"chunks of {ROWS_PER_CHUNK:,}; bare COPY: least of {REPEATS_OF_REFERENCE}, before and after")


if __name__ == "__main__":
    main()
