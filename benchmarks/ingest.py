"""What it costs to ingest a CSV file beside reading it with Polars and copying the same rows into a bare table.

    python benchmarks/ingest.py --sizes 100000 1000000
    python benchmarks/ingest.py --sizes 9000000 --no-reference   # a file of 1 GB: peak memory

Reference: `polars.read_csv` of the same file, then its rows written as CSV and copied with psycopg into a table
without index, constraint or trigger, one commit per 100,000 rows. Ours: the file as an upload is ingested: received,
its columns recognised, every value checked, de-duplicated, measured for quality, stored with jobs and audit, one
transaction per part. No row of the file brings an id: each is hashed. Both read a file of 12 columns (lorry trips, 70
days, 40 routes) that is in the page cache; the reference runs before and after, in processes of its own.
Reach at a million rows: at most 2.5 times the reference, at most 1.2 times the cost per row of 100,000; a file of 1 GB
in under 500 MB. Times are wall clock of one machine that may be busy: trust the ratios within a run.
"""

import argparse
import asyncio
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import numpy as np
import polars as pl
import psycopg
from events import csv_of
from rich.console import Console
from rich.table import Table
from servers import MEGABYTE, MemoryWatch, machine, migrated_server, temporary_directory

from carbon_nexus.db.engine import make_engine
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.ingests.service import Asked, open_file, read_on
from carbon_nexus.ingests.spool import Spool
from carbon_nexus.kit.logs import configure_logs

T = TypeVar("T")
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
SPAN = timedelta(days=70)
ROWS_PER_CHUNK = 100_000
DEFAULT_SIZES = (100_000, 1_000_000)
COMPARED_WITH = 100_000
ROUTES, SUPPLIERS, SEED = 40, 12, 20261126


@dataclass(frozen=True)
class Measured:
    """Of one size: seconds of both, MB of the file, peak MB of this process and of the server."""

    rows: int
    file_mb: float
    reference_s: float | None
    ingest_s: float
    python_mb: float
    postgres_mb: float


def measure(rows: int, with_reference: bool) -> Measured:
    """Write the file, ingest it on a server of its own, and run the reference before and after."""
    configure_logs("WARNING")
    with temporary_directory() as directory, migrated_server(directory / "data") as server:
        file = directory / "trips.csv"
        apart(write_file, file, rows)
        references = [apart(reference, server.url, file)] if with_reference else []
        with MemoryWatch() as memory:
            ingest_s = asyncio.run(ingest(server.url, file, directory, rows))
        references += [apart(reference, server.url, file)] if with_reference else []
        size_mb = file.stat().st_size / MEGABYTE
    least = min(references) if references else None
    return Measured(rows, size_mb, least, ingest_s, memory.python_mb, memory.postgres_mb)


def apart(work: Callable[..., T], *arguments: object) -> T:
    """The result of work done in a process of its own: its memory must not count."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def write_file(file: Path, rows: int) -> None:
    """Lorry trips in the order of their time, as a telematics system exports them; written part by part."""
    with file.open("wb") as opened:
        for number, start in enumerate(range(0, rows, ROWS_PER_CHUNK)):
            part = _trips(np.random.default_rng([SEED, number]), start, min(ROWS_PER_CHUNK, rows - start), rows)
            opened.write(part.write_csv(include_header=start == 0).encode())


def _trips(random: np.random.Generator, start: int, height: int, rows: int) -> pl.DataFrame:
    numbers = pl.int_range(start, start + height, eager=True)
    since = (numbers * (SPAN / timedelta(microseconds=1) / rows)).cast(pl.Int64).cast(pl.Duration("us"))
    distance = random.uniform(50, 400, height)
    return pl.select(
        event_type=pl.lit("logistics"),
        supplier_id=pl.format("Haulier {}", numbers % SUPPLIERS),
        timestamp=(pl.lit(NOW - SPAN) + since).dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        vehicle_type=pl.lit("artic_44t"),
        fuel_type=pl.lit("diesel"),
        route_id=pl.format("R-{}", numbers % ROUTES),
        distance_km=pl.Series(distance.round(2)),
        load_kg=pl.Series(random.normal(11_000, 1_500, height).round(1)),
        speed=pl.Series(random.normal(62, 6, height).round(1)),
        fuel_litres=pl.Series((0.31 * distance * random.lognormal(0, 0.08, height)).round(2)),
        stop_events=pl.Series(random.integers(0, 9, height)),
        idle_hours=pl.Series(random.uniform(0, 1, height).round(2)),
    )


def reference(url: str, file: Path) -> float:
    """Seconds to read the file with Polars and to copy its rows into a bare table."""
    with psycopg.connect(url) as connection:
        started = time.perf_counter()
        frame = pl.read_csv(file, try_parse_dates=True)
        columns = ", ".join(f'"{name}"' for name in frame.columns)
        connection.execute(f"CREATE TABLE bare AS SELECT {columns} FROM events_normalized LIMIT 0")
        for chunk in frame.iter_slices(ROWS_PER_CHUNK):
            with connection.cursor().copy(f"COPY bare ({columns}) FROM STDIN (FORMAT csv)") as copy:
                for part in chunk.iter_slices(50_000):
                    copy.write(csv_of(part))
            connection.commit()
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE bare")
    return seconds


async def ingest(url: str, file: Path, directory: Path, rows: int) -> float:
    """Seconds to ingest the file as the upload route does; checked by the counts of the job."""
    engine, spool, job_id = make_engine(url), Spool(directory / "uploads"), uuid4()
    started = time.perf_counter()
    try:
        with spool.held(job_id), file.open("rb") as sent:
            key = await open_file(engine, spool, DEFAULT_TENANT_ID, sent, Asked(file.name), job_id, NOW, "benchmark")
            counts = await read_on(engine, spool, key, lambda: NOW)
    finally:
        await engine.dispose()
    assert (counts.stored, counts.rejected, counts.duplicate) == (rows, 0, 0), counts
    return time.perf_counter() - started


def report(measured: list[Measured]) -> Table:
    """One row per size; `per row` is the cost beside that of 100,000 rows, where they were measured."""
    heads = ("rows", "file MB", "reference s", "ingest s", "rows/s", "x reference", "per row x 100k's")
    table = Table(*heads, "Python MB (RSS)", "PostgreSQL MB (PSS)")
    base = next((each.ingest_s / each.rows for each in measured if each.rows == COMPARED_WITH), None)
    for each in measured:
        ratio = "-" if each.reference_s is None else f"{each.ingest_s / each.reference_s:.2f}"
        table.add_row(
            f"{each.rows:,}", f"{each.file_mb:.0f}",
            "-" if each.reference_s is None else f"{each.reference_s:.2f}", f"{each.ingest_s:.2f}",
            f"{each.rows / each.ingest_s:,.0f}", ratio,
            "-" if base is None else f"{each.ingest_s / each.rows / base:.2f}",
            f"{each.python_mb:.0f}", f"{each.postgres_mb:.0f}",
        )  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=DEFAULT_SIZES, help="numbers of rows")
    parser.add_argument("--no-reference", action="store_true", help="only ingest: the reference holds the whole file")
    asked = parser.parse_args()
    console = Console(width=160)
    console.print(machine())
    # a process per size: the peak of one must not stand in another's
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as processes:
        measured = list(processes.map(partial(measure, with_reference=not asked.no_reference), asked.sizes))
    console.print(report(measured))
    console.print(f"parts of at most {ROWS_PER_CHUNK:,} rows; reference: the lesser of two, before and after")


if __name__ == "__main__":
    main()
