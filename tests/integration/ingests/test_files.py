"""A file from its arrival to its last row: counts, parts, a killed reader, cancel, refusals."""

import asyncio
import io
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.errors import InvalidInput
from carbon_nexus.ingests import ending, service, store
from carbon_nexus.ingests.intake import take_in
from carbon_nexus.ingests.jobs import _go_on, go_on_with_all
from carbon_nexus.ingests.service import Asked, open_file, read_on
from carbon_nexus.ingests.spool import Spool
from tests.conftest import NOW
from tests.integration.ingests.conftest import HEAD, Ingest, one, rows_of

STATE = "SELECT status, rows_total, rows_processed, rows_stored, rows_rejected, rows_duplicate FROM ingest_jobs"
TABLES = ("events_normalized", "events_raw", "ingest_jobs", "ingest_rejects", "audit_logs", "data_quality")


async def test_the_same_file_twice_stores_nothing_new_and_says_so(engine: AsyncEngine, ingest: Ingest) -> None:
    _, first = await ingest(rows_of(50))
    _, second = await ingest(rows_of(50), filename="copy.csv")
    assert (first.stored, first.duplicate, second.stored, second.duplicate) == (50, 0, 0, 50)
    assert await one(engine, "SELECT count(*) FROM events_normalized") == 50
    assert await one(engine, "SELECT sum(total_rows), sum(duplicate_rows) FROM data_quality") == (50, 50)


async def test_two_at_once_store_a_file_once(engine: AsyncEngine, ingest: Ingest) -> None:
    results = await asyncio.gather(*(ingest(rows_of(500)) for _ in range(3)))
    assert sum(counts.stored for _, counts in results) == 500
    assert {counts.rows for _, counts in results} == {500}
    assert await one(engine, "SELECT count(*) FROM events_normalized") == 500
    assert await one(engine, "SELECT sum(rows_stored) FROM ingest_jobs") == 500


@pytest.mark.usefixtures("small_parts")
async def test_good_rows_go_in_bad_rows_stay_out_part_by_part(engine: AsyncEngine, ingest: Ingest) -> None:
    bad = "factory,S1,soon,F,1\nfactory,S1\nflight,S1,2026-03-01,F,-1\n"
    key, counts = await ingest(rows_of(5) + bad + "\n".join(rows_of(5, first=5).splitlines()[1:]))
    assert (counts.rows, counts.stored, counts.rejected, counts.duplicate) == (13, 10, 3, 0)
    assert await one(engine, STATE) == ("complete", 13, 13, 10, 3, 0)
    async with engine.connect() as connection:
        rejected = await store.rejects(connection, key)
    assert [(row["line"], [problem["field"] for problem in row["problems"]]) for row in rejected] == [
        (7, ["timestamp"]), (8, ["row"]), (9, ["event_type", "energy_kwh"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "", "a,b\n1,2\n", HEAD, f"{HEAD}\n\n", "PK\x03\x04nonsense", f'{HEAD}\n"factory,S\n',
        "supplier_id,timestamp\nS,x\n",
    ],
)  # fmt: skip
async def test_a_refused_file_leaves_nothing_behind(
    engine: AsyncEngine, ingest: Ingest, spool: Spool, content: str
) -> None:
    with pytest.raises(InvalidInput):
        await ingest(content)
    for table in (*TABLES, "procrastinate_jobs"):
        assert await one(engine, f"SELECT count(*) FROM {table}") == 0
    assert list(spool.directory.iterdir()) == []


async def test_a_file_without_one_good_row_has_failed_and_its_rows_can_be_fetched(
    engine: AsyncEngine, ingest: Ingest, spool: Spool
) -> None:
    _, counts = await ingest(f"{HEAD}\nflight,S,2026-03-01,F,1\n")
    assert (counts.stored, counts.rejected) == (0, 1)
    assert await one(engine, STATE) == ("failed", 1, 1, 0, 1, 0)
    assert await one(engine, "SELECT count(*) FROM ingest_rejects") == 1
    assert spool.waiting() == []


@pytest.mark.usefixtures("small_parts")
async def test_a_killed_reader_is_followed_by_one_that_goes_on(
    engine: AsyncEngine, spool: Spool, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a kill leaves: an open job, its file, and the parts that were committed."""
    taken = 0

    async def dies_in_the_third_part(*arguments: object) -> object:
        nonlocal taken
        taken += 1
        if taken == 3:
            raise ConnectionResetError
        return await take_in(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "take_in", dies_in_the_third_part)
    with pytest.raises(ConnectionResetError):
        await ingest(rows_of(11))
    assert await one(engine, STATE) == ("processing", 11, 6, 6, 0, 0)
    monkeypatch.undo()
    monkeypatch.setattr("carbon_nexus.files.limits.rows_per_part", lambda columns: 3)
    await go_on_with_all(engine, spool, lambda: NOW)
    assert await one(engine, STATE) == ("complete", 11, 11, 11, 0, 0)
    assert await one(engine, "SELECT count(*), count(DISTINCT external_id) FROM events_normalized") == (11, 11)
    assert spool.waiting() == []


async def test_a_file_somebody_reads_is_left_to_them(engine: AsyncEngine, spool: Spool) -> None:
    job_id = uuid4()
    with spool.held(job_id):
        sent = io.BytesIO(rows_of(3).encode())
        await open_file(engine, spool, 1, sent, Asked("a.csv"), job_id, NOW, "tester")
        await go_on_with_all(engine, spool, lambda: NOW)
        assert (await one(engine, STATE))[0] == "processing"
    await go_on_with_all(engine, spool, lambda: NOW)
    assert (await one(engine, STATE))[0] == "complete"


async def test_a_file_on_another_machine_is_left_to_it(engine: AsyncEngine, spool: Spool, tmp_path: Path) -> None:
    sent, job_id = io.BytesIO(rows_of(3).encode()), uuid4()
    await open_file(engine, spool, 1, sent, Asked("a.csv"), job_id, NOW, "tester", deferred=True)
    await _go_on(engine, Spool(tmp_path / "elsewhere"), job_id, lambda: NOW)
    assert (await one(engine, STATE))[0] == "queued"
    await _go_on(engine, spool, job_id, lambda: NOW)
    assert (await one(engine, STATE))[0] == "complete"


async def test_a_deferred_file_waits_for_a_worker(engine: AsyncEngine, spool: Spool) -> None:
    sent, job_id = io.BytesIO(rows_of(3).encode()), uuid4()
    await open_file(engine, spool, 1, sent, Asked("a.csv"), job_id, NOW, "tester", deferred=True)
    assert await one(engine, STATE) == ("queued", 3, 0, 0, 0, 0)
    assert await one(engine, "SELECT task_name, args FROM procrastinate_jobs") == ("ingest", {"job_id": str(job_id)})


@pytest.mark.usefixtures("small_parts")
async def test_a_cancelled_job_stops_before_its_next_part(engine: AsyncEngine, spool: Spool) -> None:
    sent = io.BytesIO(rows_of(7).encode())
    key = await open_file(engine, spool, 1, sent, Asked("a.csv"), uuid4(), NOW, "tester")
    async with engine.begin() as connection:
        await ending.cancel(connection, key, NOW, "tester")
    assert (await read_on(engine, spool, key, lambda: NOW)).rows == 0
    assert await one(engine, STATE) == ("cancelled", 7, 0, 0, 0, 0)
    changed = "user_id, before ->> 'status', after ->> 'status'"
    told = await one(engine, f"SELECT {changed} FROM audit_logs WHERE action = 'ingest.cancelled'")
    assert told == ("tester", "processing", "cancelled")
    assert spool.waiting() == []


@pytest.mark.usefixtures("small_parts")
async def test_a_file_that_breaks_off_late_keeps_what_was_good_and_says_so(engine: AsyncEngine, ingest: Ingest) -> None:
    await ingest(rows_of(6) + 'factory,"S,2026-03-09,F,1\n')
    status, *_, stored, _, _ = await one(engine, STATE)
    assert (status, stored) == ("failed", 6)
    assert "quote" in await one(engine, "SELECT errors->0->>'msg' FROM ingest_jobs")


async def test_an_ingest_is_audited_and_wakes_one_scan(engine: AsyncEngine, ingest: Ingest) -> None:
    key, _ = await ingest(rows_of(5))
    await ingest(rows_of(9))
    assert await one(engine, "SELECT count(*) FROM audit_logs WHERE action = 'events.ingested'") == 2
    audited = await one(engine, "SELECT entity_id, user_id, notes FROM audit_logs ORDER BY id LIMIT 1")
    assert audited == (str(key.job_id), "tester", "a.csv")
    assert await one(engine, "SELECT task_name, args FROM procrastinate_jobs") == ("scan", {"tenant_id": 1})


async def test_a_different_event_under_a_known_id_is_told(engine: AsyncEngine, ingest: Ingest) -> None:
    await ingest(f"id,{HEAD}\n1,factory,S1,2026-03-01,F,5\n2,factory,S1,2026-03-02,F,5\n")
    _, counts = await ingest(f"id,{HEAD}\n1,factory,S1,2026-03-09,F,7\n2,factory,S1,2026-03-02,F,5\n")
    assert (counts.stored, counts.duplicate) == (0, 2)
    assert [entry["msg"].split(" of ")[0] for entry in counts.taken] == ["external_id '1'"]
    assert await one(engine, "SELECT errors->0->>'type' FROM ingest_jobs ORDER BY id DESC LIMIT 1") == "id_taken"


async def test_an_old_file_in_a_new_layout_stores_only_the_rows_that_say_more(
    engine: AsyncEngine, ingest: Ingest
) -> None:
    """The columns that came later do not change the ids of rows that leave them empty."""
    await ingest(f"{HEAD}\nfactory,S1,2026-03-01,F,5\nfactory,S1,2026-03-02,F,5\n")
    wider = f"{HEAD},idle_hours,gas_kwh\nfactory,S1,2026-03-01,F,5,,\nfactory,S1,2026-03-02,F,5,0.5,120.25\n"
    _, again = await ingest(wider)
    assert (again.stored, again.duplicate) == (1, 1)


async def test_a_source_is_part_of_the_key(engine: AsyncEngine, ingest: Ingest) -> None:
    await ingest(f"id,{HEAD}\n1,factory,S1,2026-03-01,F,5\n", source="plant A")
    _, other = await ingest(f"id,{HEAD}\n1,factory,S1,2026-03-09,F,7\n", source="plant B")
    assert other.stored == 1
    assert await one(engine, "SELECT array_agg(source ORDER BY source) FROM events_normalized") == [
        "plant A",
        "plant B",
    ]


async def test_what_an_event_cannot_tell_is_kept_as_received(engine: AsyncEngine, ingest: Ingest) -> None:
    await ingest(f"{HEAD},driver\nfactory,S1,2026-03-01,F,5,Ann\nfactory,S1,2026-03-02,F,5,\n")
    assert await one(engine, "SELECT payload->>'driver' FROM events_raw") == "Ann"


async def test_one_tenant_does_not_see_another_s_job(engine: AsyncEngine, ingest: Ingest) -> None:
    key, _ = await ingest(rows_of(3))
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO tenants (id, name) VALUES (2, 'other')"))
        assert await store.find_job(connection, 2, key.job_id) is None
