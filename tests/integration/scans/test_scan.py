"""The whole pipeline on the database: what is scanned once, compared, opened, told."""

import asyncio
from datetime import datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import ColumnElement, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.baselines.service import recalculate
from carbon_nexus.db.columns import copy_in
from carbon_nexus.db.tables import (
    alerts,
    audit_logs,
    baselines,
    emissions_daily,
    emissions_hourly,
    hotspots,
    predictions,
    provenances,
    scan_backlog,
)
from carbon_nexus.factors.library import DEFAULT_SET
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.scans.jobs import scan
from carbon_nexus.scans.model import ScanResult
from tests.conftest import NOW

RATIO = default_rule(PolicyKind.RATIO, (0.8, 1.0, 1.5), 0.1)
TENANT = 1
OF_EVENTS = baselines.c.metric == "intensity"


def trips(count: int, load_kg: float, start: datetime, prefix: str, route: str = "R-1") -> pl.DataFrame:
    """Hourly truck trips of 100 km with one load."""
    return pl.DataFrame(
        {
            "event_type": ["logistics"] * count,
            "supplier_id": ["Haulier"] * count,
            "route_id": [route] * count,
            "timestamp": [start + timedelta(hours=hour) for hour in range(count)],
            "source": ["test"] * count,
            "external_id": [f"{prefix}-{number}" for number in range(count)],
            "vehicle_type": ["truck"] * count,
            "fuel_type": ["diesel"] * count,
            "distance_km": [100.0] * count,
            "load_kg": [load_kg] * count,
        }
    )


async def store(engine: AsyncEngine, events: pl.DataFrame) -> None:
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", events)


async def scanned(engine: AsyncEngine) -> ScanResult:
    return await scan(engine, TENANT, RATIO, lambda: NOW)


async def with_history(engine: AsyncEngine) -> None:
    """Twenty ordinary trips on each of two routes, recorded as history, and the baselines they make."""
    for route in ("R-1", "R-0"):
        await store(engine, trips(20, 10_000, NOW - timedelta(days=10), f"usual-{route}", route))
    await scan(engine, TENANT, None, lambda: NOW)


async def count(engine: AsyncEngine, table: Table, *where: ColumnElement[bool]) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table).where(*where)) or 0)


async def test_every_event_gets_one_prediction_with_its_provenance(engine: AsyncEngine) -> None:
    await store(engine, trips(3, 10_000, NOW - timedelta(days=1), "a"))
    result = await scanned(engine)
    assert (result.events, result.estimated) == (3, 3)
    async with engine.connect() as connection:
        row = (await connection.execute(select(predictions).limit(1))).mappings().one()
        said = (await connection.execute(select(provenances))).mappings().one()
    assert row["predicted_co2"] == pytest.approx(row["ttw_kg"] + row["wtt_kg"], rel=1e-12)
    assert row["id"] == row["event_id"]
    assert row["provenance_id"] == said["id"]
    assert (said["scope"], said["tier"], said["method"]) == (1, "T2", "trip.fuel-model.1")
    assert said["factor_id"].startswith("desnz-2025/")
    assert said["factor_id"] in said["factor_ids"].split()
    assert row["model_version"] == said["model_version"] == said["factor_set"] == DEFAULT_SET
    assert said["source"] == "embedded"
    assert said["notes"] == "speed is missing: the class's average speed"
    assert row["inputs_hash"]
    assert not row["remote"]
    assert row["activity_unit"] == "t.km"
    assert row["low_kg"] < row["predicted_co2"] < row["high_kg"]


async def test_rescan_finds_nothing_new(engine: AsyncEngine) -> None:
    await store(engine, trips(3, 10_000, NOW - timedelta(days=1), "a"))
    await scanned(engine)
    again = await scanned(engine)
    assert again == ScanResult()
    assert await count(engine, predictions) == 3


async def test_rollups_add_up_to_the_predictions(engine: AsyncEngine) -> None:
    await store(engine, trips(30, 10_000, NOW - timedelta(days=2), "a"))
    await scanned(engine)
    await store(engine, trips(30, 8_000, NOW - timedelta(days=2), "b"))
    await scanned(engine)
    async with engine.connect() as connection:
        total = await connection.scalar(select(func.sum(predictions.c.predicted_co2)))
        for rollup in (emissions_hourly, emissions_daily):
            kg, events = (
                await connection.execute(select(func.sum(rollup.c.co2e_kg), func.sum(rollup.c.event_count)))
            ).one()
            assert abs(kg - total) < 1e-6 * total
            assert events == 60


async def test_without_a_baseline_nothing_stands_out(engine: AsyncEngine) -> None:
    await store(engine, trips(9, 100, NOW - timedelta(days=2), "a"))
    assert (await scanned(engine)).changes == []


async def test_a_first_import_is_compared_with_its_own_median(engine: AsyncEngine) -> None:
    await store(engine, trips(20, 10_000, NOW - timedelta(days=2), "usual"))
    await store(engine, trips(1, 1_000, NOW - timedelta(days=1), "empty"))
    result = await scanned(engine)
    assert [(change.change, change.severity) for change in result.changes] == [("opened", "critical")]


async def test_history_builds_baselines_but_opens_nothing(engine: AsyncEngine) -> None:
    await store(engine, trips(20, 10_000, NOW - timedelta(days=10), "usual"))
    result = await scan(engine, TENANT, None, lambda: NOW)
    assert (result.estimated, result.changes) == (20, [])
    assert await count(engine, baselines, OF_EVENTS) == 1


async def test_nine_events_are_too_few_for_a_baseline_and_it_says_so(engine: AsyncEngine) -> None:
    await store(engine, trips(9, 10_000, NOW - timedelta(days=2), "a"))
    await scanned(engine)
    async with engine.begin() as connection:
        await recalculate(connection, TENANT, NOW)
        row = (await connection.execute(select(baselines).where(OF_EVENTS))).mappings().one()
    assert (row["sufficiency"], row["baseline_value"]) == ("young", None)
    assert row["reason"] == "9 of the 10 events a baseline needs"


async def test_a_baseline_of_an_entity_that_fell_silent_is_forgotten(engine: AsyncEngine) -> None:
    await with_history(engine)
    assert await count(engine, baselines, OF_EVENTS) == 2
    async with engine.begin() as connection:
        assert await recalculate(connection, TENANT, NOW + timedelta(days=100)) == 0
    assert await count(engine, baselines) == 0


async def test_many_hotspots_are_proposed_for_in_small_jobs(engine: AsyncEngine) -> None:
    for number in range(60):
        await store(engine, trips(12, 10_000, NOW - timedelta(days=3), f"r{number}", f"Route {number}"))
    await scanned(engine)
    async with engine.connect() as connection:
        query = "SELECT args -> 'hotspot_ids' FROM procrastinate_jobs WHERE task_name = 'propose'"
        jobs = (await connection.execute(text(query))).scalars().all()
    assert sorted(len(ids) for ids in jobs) == [10, 25, 25]


async def _told(connection: AsyncConnection) -> list[str]:
    """What the audit trail says of hotspots and alerts."""
    own = audit_logs.c
    rows = select(own.action).where(own.entity_type.in_(["hotspot", "alert"])).order_by(own.id)
    return list((await connection.execute(rows)).scalars())


async def test_one_hotspot_per_entity_with_alerts_on_opening_and_escalation_only(engine: AsyncEngine) -> None:
    await with_history(engine)
    await store(engine, trips(5, 8_000, NOW - timedelta(hours=9), "fuller"))  # fewer t.km per kg: warn
    opened = await scanned(engine)
    assert [change.change for change in opened.changes] == ["opened"]
    assert opened.changes[0].severity == "warn"
    await store(engine, trips(5, 8_000, NOW - timedelta(hours=8), "same"))
    assert (await scanned(engine)).changes == []
    await store(engine, trips(5, 2_000, NOW - timedelta(hours=7), "empty"))
    risen = await scanned(engine)
    assert [(change.change, change.severity) for change in risen.changes] == [("escalated", "critical")]
    assert await count(engine, hotspots) == 1
    assert await count(engine, alerts) == 1
    async with engine.connect() as connection:
        row = (await connection.execute(select(hotspots))).mappings().one()
        actions = await _told(connection)
    assert row["event_count"] == 15
    assert row["severity"] == "critical"
    assert row["percent_above"] > 50
    assert actions == ["hotspot.opened", "alert.raised", "hotspot.escalated", "alert.level"]


async def test_opening_defers_a_proposal_and_the_telling_in_the_same_transaction(engine: AsyncEngine) -> None:
    await with_history(engine)
    await store(engine, trips(5, 2_000, NOW - timedelta(hours=9), "empty"))
    await scanned(engine)
    async with engine.connect() as connection:
        jobs = (await connection.execute(text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id"))).all()
        hotspot_id = await connection.scalar(select(hotspots.c.id))
    assert jobs == [
        ("propose", {"tenant_id": TENANT, "hotspot_ids": [hotspot_id]}),
        ("notify", {"tenant_id": TENANT}),
    ]


async def test_a_quiet_day_resolves_the_hotspot_and_the_next_finding_opens_another(engine: AsyncEngine) -> None:
    await with_history(engine)
    await store(engine, trips(2, 2_000, NOW - timedelta(days=4), "empty"))
    await scanned(engine)
    # a fuller truck emits less per t.km: .75 of typical, below the info threshold
    await store(engine, trips(2, 17_000, NOW - timedelta(days=2), "full"))
    await scanned(engine)
    await store(engine, trips(2, 2_000, NOW - timedelta(days=1), "again"))
    await scanned(engine)
    async with engine.connect() as connection:
        statuses = list((await connection.execute(select(hotspots.c.status).order_by(hotspots.c.id))).scalars())
    assert statuses == ["resolved", "active"]


async def test_one_file_or_two_a_spike_long_ago_is_resolved(engine: AsyncEngine) -> None:
    await with_history(engine)
    spike = trips(1, 2_000, NOW - timedelta(days=5), "empty")
    quiet = trips(24, 17_000, NOW - timedelta(days=2), "full")
    await store(engine, pl.concat([spike, quiet]))
    result = await scanned(engine)
    assert [change.change for change in result.changes] == ["opened"]
    async with engine.connect() as connection:
        row = (await connection.execute(select(hotspots))).mappings().one()
        actions = await _told(connection)
    assert (row["status"], row["severity"], row["event_count"]) == ("resolved", "critical", 1)
    assert actions == ["hotspot.opened", "hotspot.resolved", "alert.raised"]


async def test_four_scans_at_once_double_nothing(engine: AsyncEngine) -> None:
    await with_history(engine)
    for number in range(8):
        await store(engine, trips(50, 2_000, NOW - timedelta(days=3), f"batch{number}", f"R-{number % 2}"))
    results = await asyncio.gather(*(scanned(engine) for _ in range(4)))
    assert sum(result.events for result in results) == 400
    assert await count(engine, predictions) == 440
    async with engine.connect() as connection:
        assert await connection.scalar(select(func.sum(emissions_hourly.c.event_count))) == 440
    assert await count(engine, scan_backlog) == 0


async def test_events_written_by_another_program_are_scanned(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO events_normalized (event_type, supplier_id, timestamp, energy_kwh, factory_id) "
                "VALUES ('factory', 'S', now(), 100, 'F')"
            )
        )
    assert (await scanned(engine)).estimated == 1


async def test_events_of_another_tenant_are_left_alone(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO tenants (name) VALUES ('other')"))
        await copy_in(connection, "events_normalized", trips(3, 1, NOW, "x").with_columns(tenant_id=pl.lit(2)))
    assert (await scanned(engine)).events == 0
    assert await count(engine, scan_backlog) == 1
