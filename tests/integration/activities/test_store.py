"""Events are stored exactly, and once."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities import store
from carbon_nexus.activities.model import EVENT_SCHEMA
from carbon_nexus.db.columns import read_frame
from tests.integration.activities.conftest import make_events

QUERY = "SELECT {} FROM events_normalized ORDER BY id".format(", ".join(f'"{name}"' for name in EVENT_SCHEMA))


async def test_events_come_back_as_they_went(connection: AsyncConnection) -> None:
    events = make_events(5).with_columns(
        pl.Series("route_id", ['a,b "c"', "two\nlines", "Łódź", None, "\\N"]),
        pl.Series("distance_km", [0.1 + 0.2, 1e-300, None, 5.0, 50_000.0]),
        pl.Series("stop_events", [0, None, 3, 4, 5], dtype=pl.Int64),
        pl.Series("simulated", [True, False, False, True, False]),
    )
    assert (await store.insert_new(connection, 1, events, 9)).height == 5
    assert_frame_equal(await read_frame(connection, QUERY, EVENT_SCHEMA), events, check_exact=True)
    assert await connection.scalar(text("SELECT min(ingest_job_id) FROM events_normalized")) == 9


async def test_stored_events_are_queued_for_the_scan_once(connection: AsyncConnection) -> None:
    await store.insert_new(connection, 1, make_events(4), None)
    await store.insert_new(connection, 1, make_events(6), None)
    await store.insert_new(connection, 1, make_events(6), None)
    queued = await connection.scalar(text("SELECT sum(event_count) FROM scan_backlog"))
    assert queued == 6


async def test_overlapping_frames_store_each_event_once(connection: AsyncConnection) -> None:
    assert (await store.insert_new(connection, 1, make_events(10), None)).height == 10
    new = await store.insert_new(connection, 1, make_events(10, first=5), None)
    assert new["external_id"].to_list() == [f"e-{number}" for number in range(10, 15)]
    assert await connection.scalar(text("SELECT count(*) FROM events_normalized")) == 15


async def test_equal_keys_within_a_frame_are_one_event(connection: AsyncConnection) -> None:
    twice = pl.concat([make_events(3), make_events(3).with_columns(energy_kwh=pl.lit(0.0))])
    assert (await store.insert_new(connection, 1, twice, None)).height == 3
    assert await connection.scalar(text("SELECT min(energy_kwh) FROM events_normalized")) == 100.0


async def test_tenants_and_sources_have_their_own_ids(connection: AsyncConnection) -> None:
    await store.insert_new(connection, 1, make_events(2), None)
    assert (await store.insert_new(connection, 2, make_events(2), None)).height == 2
    assert (await store.insert_new(connection, 1, make_events(2, source="meter"), None)).height == 2


async def test_the_row_as_received_is_kept_once_and_only_where_needed(connection: AsyncConnection) -> None:
    events = make_events(3).with_columns(pl.Series("payload", ['{"driver": "Ann"}', None, '{"a": "\\"b\\""}']))
    for _ in range(2):
        await store.insert_new(connection, 1, events, 4)
    kept = (
        await connection.execute(text("SELECT payload, supplier_id, data_source FROM events_raw ORDER BY id"))
    ).all()
    assert kept == [({"driver": "Ann"}, "S0", "csv"), ({"a": '"b"'}, "S2", "csv")]


async def test_another_error_is_not_taken_for_a_duplicate(connection: AsyncConnection) -> None:
    with pytest.raises(Exception, match="event_type"):
        await store.insert_new(connection, 1, make_events(1).with_columns(event_type=pl.lit("flight")), None)


async def test_ids_taken_by_a_different_event_are_found(connection: AsyncConnection) -> None:
    await store.insert_new(connection, 1, make_events(3), None)
    later = make_events(3).with_columns(
        pl.when(pl.col("external_id") == "e-1").then(pl.lit("other")).otherwise("supplier_id").alias("supplier_id")
    )
    assert (await store.ids_taken(connection, 1, later)).rows() == [("csv", "e-1")]
