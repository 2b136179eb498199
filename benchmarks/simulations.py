"""How long a what-if over real events takes, beside estimating the same events once as a scan does.

    python benchmarks/simulations.py [--events 1000000] [--runs 3]

Stored and scanned events of 28 days (`events.py`), asked with three changes that meet on some of them: vans become
electric, lorries drive 10 % less, and lorries become electric where M13 fits. Reference: the same
events read in batches of 100,000, prepared and estimated, nothing written: what a scan does before it compares. In
turn, least of several runs; one process. Also told: where the time goes, and the memory of both processes. The sums
must be those of the stored estimates and of the parts, else nothing counts. Reach: under 3 times the reference.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from math import isclose
from typing import Any

import polars as pl
from events import History
from rich.console import Console
from rich.table import Table
from servers import MemoryWatch, machine, migrated_server, temporary_directory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.db.columns import copy_in, read_frame
from carbon_nexus.db.engine import make_engine
from carbon_nexus.measures.library import measures
from carbon_nexus.predictions.estimator import EMBEDDED
from carbon_nexus.predictions.recording import record_predictions
from carbon_nexus.predictions.service import estimate_events, prepared
from carbon_nexus.scans.model import BATCH_EVENTS, EVENT_SCHEMA
from carbon_nexus.scans.store import EVENTS as SCAN_READS
from carbon_nexus.simulations import population_store
from carbon_nexus.simulations.act import act
from carbon_nexus.simulations.plan import planned
from carbon_nexus.simulations.population import Books, gathered
from carbon_nexus.simulations.population_service import evaluate, period_of
from carbon_nexus.simulations.schemas import PopulationResult, PopulationSpec
from carbon_nexus.simulations.weigh import weigh

TENANT = 1
NOW = datetime(2026, 3, 18, tzinfo=UTC)
REACH = 3.0
SPEC = PopulationSpec.model_validate({
    "period": {"days": 28},
    "changes": [
        {
            "where": {"vehicle_type": ["van*"], "fuel_type": ["diesel"], "per_day": {"max_distance_km": 30_000}},
            "set": {"fuel_type": "electric"},
        },
        {"where": {"event_type": "logistics"}, "set": {"distance_km": "-10%"}},
        {"measure": "M13"},
    ],
})  # fmt: skip


async def store(engine: AsyncEngine, history: History) -> None:
    """The events with their estimates, chunk by chunk."""
    for chunk in history.chunks():
        async with engine.begin() as connection:
            first = (await connection.scalar(text("SELECT coalesce(max(id), 0) FROM events_normalized"))) or 0
            await copy_in(connection, "events_normalized", chunk)
            events = await _read(connection, first + 1, first + 10 * BATCH_EVENTS)
            estimates = await estimate_events(connection, TENANT, events, EMBEDDED)
            told = events.select("event_id", "event_type", "event_time")
            none = pl.lit(None, pl.Float64)
            scored = pl.concat([told, estimates], how="horizontal").with_columns(typical_kg=none, chance_per_week=none)
            await record_predictions(connection, TENANT, scored)
            await connection.execute(text("DELETE FROM scan_backlog"))
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


async def _read(connection: AsyncConnection, first: int, last: int) -> pl.DataFrame:
    return await read_frame(connection, SCAN_READS, EVENT_SCHEMA, ([first], [last], TENANT))


async def scan_estimate(engine: AsyncEngine) -> float:
    """The reference; kg CO2e of all events."""
    total, first = 0.0, 1
    async with engine.connect() as connection:
        last = (await connection.scalar(text("SELECT max(id) FROM events_normalized"))) or 0
        while first <= last:
            events = await _read(connection, first, first + BATCH_EVENTS - 1)
            total += float((await estimate_events(connection, TENANT, events, EMBEDDED))["co2e_kg"].sum())
            first += BATCH_EVENTS
    return total


async def simulate(engine: AsyncEngine) -> PopulationResult:
    async with engine.connect() as connection:
        return await evaluate(connection, TENANT, SPEC, EMBEDDED, NOW)


async def steps(engine: AsyncEngine) -> dict[str, float]:
    """The steps of a simulation, one after the other: seconds of each."""
    spent: dict[str, float] = {}
    started = time.perf_counter()

    def step(name: str) -> None:
        nonlocal started
        now = time.perf_counter()
        spent[name] = spent.get(name, 0.0) + now - started
        started = now

    period, books, parts = period_of(SPEC.period, NOW), Books(), []
    async with engine.connect() as connection:
        found = await population_store.find(connection, TENANT, SPEC.scope, period.start, period.end)
        step("find the events")
        for blocks in found.parts():
            events = await population_store.events(connection, TENANT, blocks, SPEC.scope, period.start, period.end)
            step("read them")
            ready = await prepared(connection, TENANT, events)
            step("entities, profiles, calibrations")
            parts.append(books.part(ready, pl.DataFrame(), EMBEDDED))
            step("estimate them as they are")
    whole = gathered(parts)
    step("put the parts together")
    acted = act(whole.frame, planned(SPEC, {each.id: each for each in measures()}))
    step("find where changes act")
    weigh(whole.frame, acted, books, EMBEDDED)
    step("estimate what is changed, account")
    spent["(memory of the population, MB)"] = whole.frame.estimated_size("mb")
    return spent


async def _timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = await work()
    return time.perf_counter() - started, found


def check(found: PopulationResult, events: int, reference_kg: float) -> None:
    """A fast wrong answer does not count."""
    assert found.events == found.estimated == events
    assert found.baseline_kg is not None
    assert found.stored_kg is not None
    assert found.delta_kg is not None
    assert isclose(found.baseline_kg, reference_kg, rel_tol=1e-9)
    assert isclose(found.baseline_kg, found.stored_kg, rel_tol=1e-9)
    assert isclose(sum(each.delta_kg for each in found.changes), found.delta_kg, rel_tol=1e-9)


async def run(url: str, events: int, runs: int, console: Console) -> None:
    engine = make_engine(url)
    await store(engine, History(events, timedelta(days=28), NOW))
    reference, simulated = [], []
    for _ in range(runs):
        seconds, kg = await _timed(lambda: scan_estimate(engine))
        reference.append(seconds)
        with MemoryWatch() as memory:
            seconds, found = await _timed(lambda: simulate(engine))
        simulated.append(seconds)
        check(found, events, kg)
    profile = await steps(engine)
    await engine.dispose()
    ratio = min(simulated) / min(reference)
    table = Table("events", "scan-estimate s", "what-if s", "x", "Python MB (RSS)", "PostgreSQL MB (PSS)")
    table.add_row(
        f"{events:,}", f"{min(reference):.2f}", f"{min(simulated):.2f}", f"{ratio:.2f}", f"{memory.python_mb:.0f}",
        f"{memory.postgres_mb:.0f}",
    )  # fmt: skip
    console.print(table)
    for each in found.changes:
        console.print(f"change {each.number}: {each.events:,} events, {each.delta_kg:,.0f} kg")
    for name, seconds in profile.items():
        console.print(f"{seconds:8.2f}  {name}")
    console.print(f"reach under {REACH:g} x: {'met' if ratio < REACH else 'missed'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3, help="of each, in turn")
    given, console = parser.parse_args(), Console(width=120)
    console.print(machine())
    with temporary_directory() as directory, migrated_server(directory / "pg") as server:
        asyncio.run(run(server.url, given.events, given.runs, console))


if __name__ == "__main__":
    main()
