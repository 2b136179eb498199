"""How long a thousand hotspots at once wait for their proposals, and what the scan loses meanwhile.

    python benchmarks/recommendations.py --entities 1000 --events 200000

A thousand simulated lanes, rounds and sites report for four weeks and then all do something wrong in the same batch.
Timed: from the scan's commit until the worker has proposed for each. Reference for the scan: the same number of events
scanned while nothing else runs, before and after, in the same run. Reach: at least 0.9 of its events per second while
proposals are made for another thousand hotspots. At the end the ten faults of tests/causes.py, whose cause is known:
how many are named right (reach 9 of 10) is what `pytest tests/integration/recommendations/test_causes.py` holds.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
from events import ROWS_PER_CHUNK, History
from rich.console import Console
from rich.table import Table
from servers import machine, migrated_server, temporary_directory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.jobs import recalculate_all_tenants
from carbon_nexus.db.columns import copy_in
from carbon_nexus.db.engine import make_engine
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.ingests.intake import ingest_frame
from carbon_nexus.kit.logs import configure_logs
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.scans.jobs import scan
from carbon_nexus.settings import Settings
from carbon_nexus.worker import working

sys.path.append(str(Path(__file__).parents[1]))
from tests.causes import FAULTS, FAULTY_DAY, Fault, faulty_day, history

NOW = FAULTY_DAY + timedelta(hours=20)
RULE = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 0.1)  # the settings' defaults
DAYS = 28


def faults(count: int, name: str) -> list[Fault]:
    """As many entities, each with one of the ten faults."""
    return [replace(FAULTS[place % len(FAULTS)], entity=f"{name} {place}") for place in range(count)]


async def store(engine: AsyncEngine, frames: Sequence[pl.DataFrame]) -> None:
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", pl.concat(frames, how="diagonal_relaxed"))


async def scanned(engine: AsyncEngine) -> float:
    """Seconds until nothing waits."""
    started = time.perf_counter()
    await scan(engine, DEFAULT_TENANT_ID, RULE, lambda: NOW)
    return time.perf_counter() - started


async def waiting(engine: AsyncEngine) -> int:
    """Jobs that are not done."""
    async with engine.connect() as connection:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
        return int(await connection.scalar(query) or 0)


async def proposals(engine: AsyncEngine, url: str, started: float) -> float:
    """Seconds until the server's worker has done all jobs."""
    settings = Settings(_env_file=None, hotspot_check_interval=86_400, baseline_recalc_interval=604_800)
    async with working(settings, engine, url, lambda: NOW):
        while await waiting(engine):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # as an operator would: nothing tells when a queue is empty
        return time.perf_counter() - started


async def open_hotspots(engine: AsyncEngine, entities: Sequence[Fault]) -> int:
    """All of them do something wrong at once; how many hotspots that opens."""
    before = await hotspots(engine)
    await store(engine, [faulty_day(fault) for fault in entities])
    await scanned(engine)
    return await hotspots(engine) - before


async def hotspots(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM hotspots")) or 0)


async def measure(url: str, entities: int, events: int) -> dict[str, float]:
    """Every figure, by its name."""
    engine = make_engine(url)
    first, second = faults(entities, "first"), faults(entities, "second")
    await store(engine, [history(fault, DAYS) for fault in (*first, *second)])
    await scanned(engine)
    await recalculate_all_tenants(engine, lambda: NOW)
    await proposals(engine, url, 0.0)  # of what the history itself had opened
    found = {"hotspots": float(await open_hotspots(engine, first))}
    found["proposals_s"] = await proposals(engine, url, time.perf_counter())
    batches = iter(History(3 * events, timedelta(days=60), NOW).chunks())
    alone = [await _of_more(engine, batches, events)]
    found["hotspots meanwhile"] = float(await open_hotspots(engine, second))
    await _more(engine, batches, events)
    started = time.perf_counter()
    meanwhile, done = await asyncio.gather(scanned(engine), proposals(engine, url, started))
    alone.append(await _of_more(engine, batches, events))
    async with engine.connect() as connection:
        served = await connection.scalar(text("SELECT count(DISTINCT hotspot_id) FROM diagnoses"))
    await engine.dispose()
    return found | {
        "proposals meanwhile_s": done,
        "scan alone_s": sum(alone) / 2,
        "scan meanwhile_s": meanwhile,
        "diagnosed": float(served or 0),
    }


async def _more(engine: AsyncEngine, batches: Iterator[pl.DataFrame], events: int) -> None:
    for _ in range(events // ROWS_PER_CHUNK):
        async with engine.begin() as connection:
            await ingest_frame(connection, DEFAULT_TENANT_ID, next(batches), NOW, actor="benchmark")


async def _of_more(engine: AsyncEngine, batches: Iterator[pl.DataFrame], events: int) -> float:
    await _more(engine, batches, events)
    return await scanned(engine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=1_000, help="hotspots at once")
    parser.add_argument("--events", type=int, default=200_000, help="events of each scan, in hundred thousands")
    chosen = parser.parse_args()
    configure_logs("WARNING")
    console = Console(width=120)
    console.print(machine())
    with temporary_directory() as directory, migrated_server(directory) as server:
        found = asyncio.run(measure(server.url, chosen.entities, chosen.events))
    table = Table("figure", "value")
    for name, value in found.items():
        table.add_row(name, f"{value:,.2f}")
    table.add_row("scan: events/s meanwhile / alone", f"{found['scan alone_s'] / found['scan meanwhile_s']:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
