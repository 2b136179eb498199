"""Accepted events into the database: each once, in the order of their time, counted when they are committed."""

import asyncio
from datetime import timedelta

import polars as pl
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.activities.model import Stored
from carbon_nexus.activities.service import store_events
from tests.integration.activities.conftest import make_events


async def test_overlapping_ingests_in_opposite_order_both_finish(engine: AsyncEngine) -> None:
    events = make_events(3_000)

    async def ingest(frame: pl.DataFrame) -> Stored:
        async with engine.begin() as connection:
            return await store_events(connection, 1, frame)

    results = await asyncio.gather(ingest(events), ingest(events.reverse()))
    assert sorted((result.new.height, result.known.height) for result in results) == [(0, 3_000), (3_000, 0)]


async def test_events_are_stored_in_order_of_time(connection: AsyncConnection) -> None:
    await store_events(connection, 1, make_events(100).reverse())
    found = await connection.execute(text("SELECT timestamp::date FROM events_normalized ORDER BY id"))
    moments = list(found.scalars())
    assert moments == sorted(moments)


async def test_of_equal_ids_the_first_is_stored_and_the_other_told(connection: AsyncConnection) -> None:
    twice = pl.concat([make_events(5), make_events(5).with_columns(pl.col("timestamp") + timedelta(days=1))])
    result = await store_events(connection, 1, twice)
    assert (result.new.height, result.known.height) == (5, 5)
    assert [entry["input"] for entry in result.taken] == [f"e-{number}" for number in range(5)]
    newest = await connection.scalar(text("SELECT max(timestamp) FROM events_normalized"))
    assert newest == make_events(5)["timestamp"].max()


async def test_events_are_counted_when_they_are_committed(engine: AsyncEngine) -> None:
    before = _ingested()
    async with engine.connect() as connection:
        await store_events(connection, 1, make_events(5))
        await connection.rollback()
    assert _ingested() == before
    async with engine.begin() as connection:
        await store_events(connection, 1, make_events(5))
        assert _ingested() == before
    assert _ingested() == before + 5


def _ingested() -> float:
    return REGISTRY.get_sample_value("carbon_nexus_events_ingested_total", {"event_type": "factory"}) or 0.0


async def test_outliers_are_flagged_and_stored(connection: AsyncConnection) -> None:
    usual = make_events(90).with_columns(energy_kwh=pl.lit(100.0), supplier_id=pl.lit("S"))
    far = pl.when(pl.col("external_id") == "e-7").then(100_000.0).otherwise("energy_kwh")
    stored = (await store_events(connection, 1, usual.with_columns(energy_kwh=far))).new
    assert stored.filter("is_outlier")["external_id"].to_list() == ["e-7"]
    assert await connection.scalar(text("SELECT energy_kwh FROM events_normalized WHERE is_outlier")) == 100_000
