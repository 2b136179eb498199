"""What a batch reads and writes in bulk: the events of its ranges, and rows that meet rows already there."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.columns import FEW_ROWS, ROWS_PER_WRITE, copy_in, insert_frame, read_frame
from carbon_nexus.db.tables import emissions_hourly
from carbon_nexus.scans.claim import Range
from carbon_nexus.scans.jobs import scan
from carbon_nexus.scans.store import EVENTS, unscored_events
from tests.conftest import NOW

START = datetime(2026, 1, 1, tzinfo=UTC)
ADD = "ON CONFLICT (tenant_id, hour, event_type, entity_type, entity) DO UPDATE SET event_count = {}"
COUNTS = {"entity": pl.String(), "hour": pl.Datetime("us", "UTC"), "event_count": pl.Int64()}


def metered(count: int, prefix: str) -> pl.DataFrame:
    """Hourly factory events."""
    return pl.DataFrame(
        {
            "event_type": "factory",
            "supplier_id": "S",
            "factory_id": "F",
            "timestamp": [NOW - timedelta(hours=hour) for hour in range(count)],
            "source": "test",
            "external_id": [f"{prefix}-{number}" for number in range(count)],
            "energy_kwh": 100.0,
        }
    )


def cells(count: int) -> pl.DataFrame:
    """Hourly sums of one entity whose name needs care."""
    return pl.DataFrame(
        {
            "tenant_id": 1,
            "hour": [START + timedelta(hours=hour) for hour in range(count)],
            "event_type": "factory",
            "entity_type": "factory",
            "entity": 'F "1", \\ % :x',
            "co2e_kg": 1.5,
            "ttw_kg": 1.0,
            "wtt_kg": 0.5,
            "event_count": 2,
            "unestimated_count": 0,
        }
    )


async def test_a_batch_reads_by_id_what_has_no_prediction_yet(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", metered(3, "old"))
    await scan(engine, 1, None, lambda: NOW)
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO tenants (name) VALUES ('other')"))
        await copy_in(connection, "events_normalized", metered(2, "theirs").with_columns(tenant_id=pl.lit(2)))
        await copy_in(connection, "events_normalized", metered(2, "new"))
        found = await unscored_events(connection, 1, [Range(6, 9), Range(1, 4)])
    assert found["event_id"].to_list() == [6, 7]


async def test_a_batch_reads_by_range_and_by_nothing_else(engine: AsyncEngine) -> None:
    """The tenant's key index holds every event ever stored: a plan that reads it slows down as events add up."""
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", metered(20_000, "a"))
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        plan = await (await raw.execute(f"EXPLAIN {EVENTS}", ([19_000], [19_100], 1))).fetchall()
    told = "\n".join(row[0] for row in plan)
    assert "pk_events_normalized" in told
    assert "uq_events_normalized" not in told


async def test_many_rows_arrive_in_order_of_the_frame(engine: AsyncEngine) -> None:
    events = metered(2 * ROWS_PER_WRITE + 1, "a")
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", events)
        query = "SELECT external_id FROM events_normalized ORDER BY id"
        stored = await read_frame(connection, query, {"external_id": pl.String()})
    assert_frame_equal(stored, events.select("external_id"))


@pytest.mark.parametrize("height", [1, FEW_ROWS, FEW_ROWS + 1])
async def test_inserted_rows_meet_the_rows_already_there(engine: AsyncEngine, height: int) -> None:
    added = ADD.format("emissions_hourly.event_count + excluded.event_count")
    async with engine.begin() as connection:
        await insert_frame(connection, emissions_hourly, cells(height), "")
        await insert_frame(connection, emissions_hourly, cells(height), added)
        query = "SELECT entity, hour, event_count FROM emissions_hourly ORDER BY hour"
        stored = await read_frame(connection, query, COUNTS)
    assert_frame_equal(stored, cells(height).select("entity", "hour", pl.col("event_count").cast(pl.Int64) * 2))
