"""Counts in data_quality: added up, taken back, two at once."""

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.db.columns import copy_in
from carbon_nexus.quality import service
from tests.unit.quality.received import FACTORY, NOW, TRIP, events, refused

LINES = """
SELECT supplier_id, source, entity, entity_type, round(completeness_pct::numeric, 6)::float8 AS completeness_pct,
    round(predicted_pct::numeric, 6)::float8, anomalies_count, total_rows, rejected_rows, duplicate_rows, late_rows,
    missing, window_start, created_at, updated_at
FROM data_quality WHERE tenant_id = 1 ORDER BY window_start, supplier_id, source, entity, entity_type
"""
HALF = FACTORY | {"shift_hours": None, "simulated": True}


async def record(
    connection: AsyncConnection,
    stored: pl.DataFrame | None = None,
    duplicates: pl.DataFrame | None = None,
    rejected: pl.DataFrame | None = None,
    now: datetime = NOW,
    tenant_id: int = 1,
) -> None:
    given = [events() if each is None else each for each in (stored, duplicates)]
    refusals = refused() if rejected is None else rejected
    await service.record(
        connection, tenant_id, stored=given[0], duplicates=given[1], rejected=refusals, source="csv", now=now
    )


async def lines(connection: AsyncConnection) -> list[Any]:
    return list((await connection.execute(text(LINES))).all())


def some_rows(seed: int, count: int = 60) -> list[dict[str, Any]]:
    dice = random.Random(seed)
    return [
        dice.choice([FACTORY, HALF, TRIP, TRIP | {"speed": None, "load_kg": None}])
        | {"supplier_id": dice.choice("AB"), "is_outlier": dice.random() < 0.2, "factory_id": dice.choice(["F1", None])}
        | {"timestamp": NOW - timedelta(hours=dice.choice([1, 99]))}
        for _ in range(count)
    ]


async def test_a_line_in_full(connection: AsyncConnection) -> None:
    await record(connection, events(FACTORY, HALF | {"timestamp": NOW - timedelta(days=9)}), events(TRIP))
    await record(connection, events(HALF | {"is_outlier": True}), rejected=refused(None), now=NOW + timedelta(hours=1))
    day = NOW.replace(hour=0)
    later = NOW + timedelta(hours=1)
    assert await lines(connection) == [
        ("S1", "csv", "F1", "factory", 66.666667, 66.666667, 1, 3, 0, 0, 1, {"shift_hours": 2}, day, NOW, later),
        ("S1", "csv", "R1", "route", None, None, 0, 0, 0, 1, 0, {}, day, NOW, NOW),
        (None, "csv", None, None, None, None, 0, 0, 1, 0, 0, {}, day, later, later),
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_parts_of_an_ingest_add_up_to_the_whole(connection: AsyncConnection, seed: int) -> None:
    rows, cuts = some_rows(seed), sorted(random.Random(seed).sample(range(1, 60), 3))
    await record(connection, events(*rows), events(*rows[:9]), refused("A", "A", None))
    whole = await lines(connection)
    await connection.execute(text("DELETE FROM data_quality"))
    for start, end in zip([0, *cuts], [*cuts, 60], strict=True):
        await record(connection, events(*rows[start:end]))
    await record(connection, duplicates=events(*rows[:4]), rejected=refused("A", None))
    await record(connection, duplicates=events(*rows[4:9]), rejected=refused("A"))
    assert await lines(connection) == whole


async def test_days_and_tenants_are_apart(connection: AsyncConnection) -> None:
    late = NOW.replace(hour=23, minute=59)
    for now, tenant_id in ((late, 1), (late + timedelta(minutes=1), 1), (late, 2)):
        await record(connection, events(FACTORY), now=now, tenant_id=tenant_id)
    assert [line.total_rows for line in await lines(connection)] == [1, 1]


async def test_many_entities_go_in_at_once_and_again(connection: AsyncConnection) -> None:
    many = events(*(FACTORY | {"factory_id": f"F{number}"} for number in range(1_200)))
    await record(connection, many)
    await record(connection, many, many)
    found = await connection.execute(
        text("SELECT count(*), sum(total_rows), sum(duplicate_rows) FROM data_quality WHERE completeness_pct = 100")
    )
    assert found.one() == (1_200, 2_400, 1_200)


async def test_ingests_at_the_same_time_all_count(engine: AsyncEngine) -> None:
    async def ingest(seed: int) -> None:
        async with engine.begin() as connection:
            await record(connection, events(*some_rows(seed)), rejected=refused("A", None))

    await asyncio.gather(*(ingest(seed) for seed in range(12)))
    async with engine.begin() as connection:
        together = await lines(connection)
        await connection.execute(text("DELETE FROM data_quality"))
        await record(
            connection,
            events(*(row for seed in range(12) for row in some_rows(seed))),
            rejected=refused(*["A", None] * 12),
        )
        assert together == await lines(connection)


async def store(connection: AsyncConnection, rows: list[dict[str, Any]], job_id: int, prefix: str) -> None:
    """Store the rows as events of a job, and count them, as an ingest does."""
    named = (prefix + pl.col("external_id")).alias("external_id")
    frame = events(*rows).with_columns(pl.lit(job_id).alias("ingest_job_id"), named)
    await copy_in(connection, "events_normalized", frame.with_columns(pl.col("simulated").fill_null(False)))
    await record(connection, frame)


async def forget(connection: AsyncConnection, job_id: int) -> None:
    span = await connection.execute(
        text("SELECT min(id), max(id) FROM events_normalized WHERE ingest_job_id = :job_id"), {"job_id": job_id}
    )
    first, last = span.one()
    await service.forget(connection, 1, job_id=job_id, first_event_id=first, last_event_id=last, started=NOW, ended=NOW)


async def test_an_undone_ingest_takes_back_what_it_stored(
    connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ROWS_AT_ONCE", 7)
    await store(connection, some_rows(1), 1, "kept-")
    kept = await lines(connection)
    await store(connection, some_rows(2), 2, "a-")
    await store(connection, some_rows(3), 3, "b-")
    for job_id in (2, 3):
        await forget(connection, job_id)
    assert await lines(connection) == kept


async def test_what_an_undone_ingest_did_not_store_stays(connection: AsyncConnection) -> None:
    await store(connection, [FACTORY, TRIP], 5, "c-")
    await record(connection, duplicates=events(FACTORY), rejected=refused("S1"))
    await forget(connection, 5)
    found = [
        (line.entity, line.total_rows, line.rejected_rows, line.duplicate_rows) for line in await lines(connection)
    ]
    assert found == [("F1", 0, 0, 1), (None, 0, 1, 0)]


async def test_forgetting_more_than_is_known_leaves_nothing_below_zero(connection: AsyncConnection) -> None:
    await store(connection, [FACTORY, FACTORY, TRIP], 5, "c-")
    await connection.execute(text("DELETE FROM data_quality WHERE entity = 'R1'"))
    await connection.execute(text("UPDATE data_quality SET total_rows = 1, duplicate_rows = 1"))
    await forget(connection, 5)
    assert [(line.entity, line.total_rows, line.completeness_pct) for line in await lines(connection)] == [
        ("F1", 0, None)
    ]
