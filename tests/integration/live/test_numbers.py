"""What is noted of a change, and its number: in the order of commit, once, without gaps, never before."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.live import store
from carbon_nexus.live.jobs import forget_old
from carbon_nexus.live.model import KEPT, Kept
from tests.integration.live.conftest import ALERT, raise_alerts

HOTSPOT = """
INSERT INTO hotspots (entity, entity_type, event_type, predicted_co2, baseline_co2, percent_above, severity, event_id,
    event_count, first_event_at, last_event_at)
VALUES ('R-1', 'route', 'logistics', 3, 1, 200, 'warn', 1, 1, now(), now()) RETURNING id
"""
DAYS = """
INSERT INTO emissions_daily (tenant_id, day, event_type, co2e_kg, ttw_kg, wtt_kg, event_count, unestimated_count)
SELECT 1 + number % 2, date '2026-01-01' + number, 'factory', 1, 1, 0, 1, 0 FROM generate_series(0, 99) AS number
"""
NEW: dict[str, str] = {
    "alerts": "INSERT INTO alerts (level, message) VALUES ('warn', 'x'), ('warn', 'y')",
    "ingest_jobs": "INSERT INTO ingest_jobs (job_id, status) VALUES (gen_random_uuid(), 'queued')",
}


async def numbered(engine: AsyncEngine) -> list[tuple[Any, ...]]:
    """Numbers what is committed; number, tenant, channel, row and whether it is new of all there is."""
    async with engine.begin() as connection:
        await store.number(connection)
        changes = await store.after(connection, 0, 1000)
    return [(each.seq, each.tenant_id, each.channel.value, each.subject_id, each.created) for each in changes]


async def test_the_order_is_that_of_commit_and_what_is_rolled_back_is_never_told(
    engine: AsyncEngine, database_url: str
) -> None:
    with psycopg.connect(database_url) as first, psycopg.connect(database_url) as undone:
        (early,) = first.execute(ALERT, ("begun first", 1)).fetchall()[0]
        undone.execute(ALERT, ("taken back", 1))
        (late,) = raise_alerts(database_url, "committed first")
        assert await numbered(engine) == [(1, 1, "alerts", late, True)]
        first.commit()
        undone.rollback()
    assert await numbered(engine) == [(1, 1, "alerts", late, True), (2, 1, "alerts", early, True)]


async def test_many_who_number_at_once_give_every_change_one_number(engine: AsyncEngine, database_url: str) -> None:
    def write() -> None:
        raise_alerts(database_url, *map(str, range(25)))

    async def number() -> list[int]:
        seen: list[int] = []
        for _ in range(15):
            async with engine.begin() as connection:
                await store.number(connection)
            async with engine.begin() as connection:
                after = await store.after(connection, seen[-1] if seen else 0, 1000)
            seen += [each.seq for each in after]
        return seen

    writing = asyncio.gather(*(asyncio.to_thread(write) for _ in range(2)))
    seen = await asyncio.gather(*(number() for _ in range(4)))
    await writing
    assert [row[0] for row in await numbered(engine)] == list(range(1, 51))
    for each in seen:  # whoever reads on never finds that a smaller number came later
        assert each == list(range(1, len(each) + 1))


@pytest.mark.parametrize("table", [*NEW])
async def test_a_row_is_told_when_it_is_new_and_when_it_shows_something_else(
    engine: AsyncEngine, database_url: str, table: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(NEW[table].encode())
        new = await numbered(engine)
        connection.execute(f"UPDATE {table} SET updated_at = updated_at + interval '1 hour'".encode())
        assert await numbered(engine) == new
        connection.execute(f"UPDATE {table} SET created_at = created_at - interval '1 hour' WHERE id = 1".encode())
    assert all(row[1:3] == (1, table) and row[4] for row in new)
    assert (await numbered(engine))[len(new) :] == [(len(new) + 1, 1, table, 1, False)]


async def test_a_hotspot_is_not_told_of_because_its_entity_reported_again(
    engine: AsyncEngine, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(HOTSPOT.encode())
        connection.execute(b"UPDATE hotspots SET reported_at = now()")
        assert len(await numbered(engine)) == 1
        connection.execute(b"UPDATE hotspots SET severity = 'critical'")
    assert [row[2:] for row in await numbered(engine)] == [("hotspots", 1, True), ("hotspots", 1, False)]


async def test_sums_are_told_once_for_each_statement_and_tenant(engine: AsyncEngine, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        gone = "DELETE FROM emissions_daily"
        for statement in (DAYS, "UPDATE emissions_daily SET co2e_kg = 2", gone, gone):
            connection.execute(statement.encode())
    told = [row[1:] for row in await numbered(engine)]
    assert sorted(told) == sorted([(tenant, "emissions", 0, False) for tenant in (1, 2)] * 3)


async def test_old_changes_are_forgotten_in_one_piece_and_the_newest_is_kept(
    engine: AsyncEngine, database_url: str
) -> None:
    now = datetime.now(UTC) + timedelta(minutes=1)
    raise_alerts(database_url, *"abcd")
    with psycopg.connect(database_url, autocommit=True) as connection:
        # numbered by the forgetting itself: nobody served meanwhile
        connection.execute("UPDATE live_events SET at = at - %s WHERE id IN (1, 3)", (2 * KEPT,))
    assert await forget_old(engine, lambda: now) == 3
    assert await forget_old(engine, lambda: now + 2 * KEPT) == 0
    raise_alerts(database_url, "e")
    assert [row[0] for row in await numbered(engine)] == [4, 5]
    async with engine.begin() as connection:
        assert await store.kept(connection) == Kept(4, 5)
