"""Ingest as a whole: counts, jobs, audit, quality, scan, and what two at once do."""

import asyncio
from datetime import timedelta

import polars as pl
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.activities import service
from carbon_nexus.activities.model import IngestResult
from carbon_nexus.errors import InvalidInput
from tests.conftest import NOW
from tests.integration.activities.conftest import make_events

HEAD = "event_type,supplier_id,timestamp,energy_kwh"


def _csv(rows: int) -> bytes:
    lines = [f"factory,S{row % 3},2026-03-{1 + row % 17:02d}T00:{row % 60:02d}:00Z,{row}.5" for row in range(rows)]
    return "\n".join([HEAD, *lines]).encode()


async def _ingest(connection: AsyncConnection, content: bytes, filename: str = "a.csv") -> IngestResult:
    return await service.ingest_csv(connection, 1, content, filename, NOW, "tester")


async def _count(connection: AsyncConnection, table: str) -> int:
    return int(await connection.scalar(text(f"SELECT count(*) FROM {table}")))


async def test_the_same_file_twice_stores_nothing_new_and_says_so(connection: AsyncConnection) -> None:
    first, second = await _ingest(connection, _csv(50)), await _ingest(connection, _csv(50), "copy.csv")
    assert (first.stored, first.duplicate, first.rejected) == (50, 0, 0)
    assert (second.rows_total, second.stored, second.duplicate, second.errors) == (50, 0, 50, [])
    assert await _count(connection, "events_normalized") == 50
    assert await connection.scalar(text("SELECT sum(total_rows) FROM data_quality")) == 50


async def test_an_old_file_in_a_new_layout_stores_only_the_rows_that_say_more(connection: AsyncConnection) -> None:
    """The columns that came later do not change the ids of rows that leave them empty."""
    await _ingest(connection, f"{HEAD}\nfactory,S1,2026-03-01,5\nfactory,S1,2026-03-02,5".encode())
    layout = f"{HEAD},idle_hours,gas_kwh,furnace_unit,period_hours"
    wider = f"{layout}\nfactory,S1,2026-03-01,5,,,,\nfactory,S1,2026-03-02,5,0.5,120.25,m³,24"
    again = await _ingest(connection, wider.encode())
    assert (again.stored, again.duplicate) == (1, 1)
    stored = await connection.execute(
        text("SELECT idle_hours, gas_kwh, furnace_unit, period_hours FROM events_normalized ORDER BY id DESC LIMIT 1")
    )
    assert tuple(stored.one()) == (0.5, 120.25, "m3", 24.0)


async def test_two_at_once_store_a_file_once(engine: AsyncEngine) -> None:
    async def ingest() -> IngestResult:
        async with engine.begin() as connection:
            return await _ingest(connection, _csv(500))

    results = await asyncio.gather(ingest(), ingest(), ingest())
    assert sorted(result.stored for result in results) == [0, 0, 500]
    assert {result.stored + result.duplicate for result in results} == {500}
    async with engine.begin() as connection:
        assert await _count(connection, "events_normalized") == 500
        assert await _count(connection, "ingest_jobs") == 3
        assert await connection.scalar(text("SELECT sum(total_rows) FROM data_quality")) == 500


async def test_overlapping_ingests_in_opposite_order_both_finish(engine: AsyncEngine) -> None:
    events = make_events(3_000)

    async def ingest(frame: pl.DataFrame) -> IngestResult:
        async with engine.begin() as connection:
            return await service.ingest_frame(connection, 1, frame, NOW, actor="tester")

    results = await asyncio.gather(ingest(events), ingest(events.reverse()))
    assert sorted(result.stored for result in results) == [0, 3_000]


async def test_good_rows_are_stored_and_bad_ones_listed(connection: AsyncConnection) -> None:
    content = f"{HEAD}\nfactory,S1,2026-03-01,5\nfactory,S1,2026-03-01,-5\nfactory,S1\nfactory,S1,2026-03-02,5\n"
    result = await _ingest(connection, content.encode())
    assert (result.rows_total, result.stored, result.rejected, result.duplicate) == (4, 2, 2, 0)
    assert [entry["line"] for entry in result.errors] == [3, 4]
    job = await service.job(connection, 1, str(result.job_id))
    assert (job["status"], job["rows_total"], job["rows_stored"], job["rows_rejected"]) == ("complete", 4, 2, 2)
    assert job["errors"] == [entry["msg"] for entry in result.errors]
    assert job["rejected"] == result.errors


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", HEAD.encode(), f"{HEAD}\nflight,S,2026-03-01,1\n".encode()])
async def test_a_refused_file_leaves_nothing_behind(connection: AsyncConnection, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        await _ingest(connection, content)
    for table in ("events_normalized", "ingest_jobs", "audit_logs", "procrastinate_jobs"):
        assert await _count(connection, table) == 0


async def test_an_ingest_is_audited_and_wakes_one_scan(connection: AsyncConnection) -> None:
    result = await _ingest(connection, _csv(5))
    await _ingest(connection, _csv(9))
    audited = (await connection.execute(text("SELECT action, entity_id, user_id FROM audit_logs ORDER BY id"))).all()
    assert audited[0] == ("events.ingested", str(result.job_id), "tester")
    assert len(audited) == 2
    jobs = (await connection.execute(text("SELECT task_name, args FROM procrastinate_jobs"))).all()
    assert jobs == [("scan", {"tenant_id": 1})]


async def test_nothing_new_wakes_no_scan(connection: AsyncConnection) -> None:
    await _ingest(connection, _csv(5))
    await connection.execute(text("DELETE FROM procrastinate_jobs"))
    await _ingest(connection, _csv(5))
    assert await _count(connection, "procrastinate_jobs") == 0


async def test_a_different_event_under_a_known_id_is_told(connection: AsyncConnection) -> None:
    rows = [f"id,{HEAD}", "1,factory,S1,2026-03-01,5", "2,factory,S1,2026-03-02,5"]
    await _ingest(connection, "\n".join(rows).encode())
    rows[1] = "1,factory,S1,2026-03-09,7"
    result = await _ingest(
        connection, "\n".join([*rows, "3,factory,S1,2026-03-03,1", "3,factory,S2,2026-03-03,1"]).encode()
    )
    assert (result.stored, result.duplicate) == (1, 3)
    assert [(entry["type"], entry["input"]) for entry in result.errors] == [("id_taken", "1"), ("id_taken", "3")]


async def test_events_are_stored_in_order_of_time(connection: AsyncConnection) -> None:
    await service.ingest_frame(connection, 1, make_events(100).reverse(), NOW, actor="tester")
    found = await connection.execute(text("SELECT timestamp::date FROM events_normalized ORDER BY id"))
    moments = list(found.scalars())
    assert moments == sorted(moments)


async def test_large_frames_are_stored_in_chunks(connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ROWS_PER_CHUNK", 40)
    await service.ingest_frame(connection, 1, make_events(30, first=60), NOW, actor="tester")
    result = await service.ingest_frame(connection, 1, make_events(100), NOW, actor="tester", filename="x")
    assert (result.stored, result.duplicate) == (70, 30)
    assert await _count(connection, "events_normalized") == 100


async def test_equal_ids_in_different_chunks_are_one_event(
    connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ROWS_PER_CHUNK", 3)
    twice = pl.concat([make_events(5), make_events(5).with_columns(pl.col("timestamp") + timedelta(days=1))])
    result = await service.ingest_frame(connection, 1, twice, NOW, actor="tester")
    assert (result.stored, result.duplicate) == (5, 5)
    assert [entry["input"] for entry in result.errors] == [f"e-{number}" for number in range(5)]
    assert (
        await connection.scalar(text("SELECT max(timestamp) FROM events_normalized"))
        == make_events(5)["timestamp"].max()
    )


async def test_events_are_counted_when_they_are_committed(engine: AsyncEngine) -> None:
    before = _ingested()
    async with engine.connect() as connection:
        await _ingest(connection, _csv(5))
        await connection.rollback()
    assert _ingested() == before
    async with engine.begin() as connection:
        await _ingest(connection, _csv(5))
        assert _ingested() == before
    assert _ingested() == before + 5


def _ingested() -> float:
    return REGISTRY.get_sample_value("carbon_nexus_events_ingested_total", {"event_type": "factory"}) or 0.0


async def test_outliers_are_flagged_and_stored(connection: AsyncConnection) -> None:
    lines = [f"factory,S1,2026-03-01T00:{minute:02d}:00Z,100" for minute in range(30)]
    result = await _ingest(connection, "\n".join([HEAD, *lines, "factory,S1,2026-03-02,100000"]).encode())
    assert (result.stored, result.quality.anomalies_count) == (31, 1)
    assert await connection.scalar(text("SELECT energy_kwh FROM events_normalized WHERE is_outlier")) == 100_000
