"""Entries are linked when they are committed, gapless whoever writes at once, and nothing of it can be changed."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit.service import verify
from carbon_nexus.audit.store import record
from tests.integration.audit.conftest import Recorded, entries

CHAIN = "SELECT position, audit_id FROM audit_chain WHERE tenant_id = 1 ORDER BY position"
CHANGES = (
    "UPDATE audit_logs SET notes = 'x'",
    "UPDATE audit_logs SET notes = 'x' WHERE false",
    "DELETE FROM audit_logs",
    "TRUNCATE audit_logs",
    "UPDATE audit_chain SET hash = ''",
    "DELETE FROM audit_chain",
    "TRUNCATE audit_chain",
    "INSERT INTO audit_chain (tenant_id, position, audit_id, hash) VALUES (1, 9, 9, '')",
    "SELECT audit_link(1, 0, 2147483647)",
    "UPDATE audit_heads SET position = 1",
    "INSERT INTO audit_heads (tenant_id, position, hash) VALUES (7, 0, '')",
    "DELETE FROM audit_heads",
    "TRUNCATE audit_heads",
)


async def read(engine: AsyncEngine, query: str = CHAIN) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def is_intact(engine: AsyncEngine, tenant_id: int = 1) -> int:
    """The number of entries of a chain without a fault."""
    async with engine.connect() as connection:
        verdict = await verify(connection, tenant_id)
    assert verdict.broken is None
    return verdict.entries


async def test_positions_are_in_the_order_of_commit_and_no_transaction_waits_for_another(engine: AsyncEngine) -> None:
    async with engine.begin() as long:
        await record(long, 1, entries(2))
        async with asyncio.timeout(5), engine.begin() as quick:
            await record(quick, 1, entries(1))
        assert await read(engine) == [(1, 3)]
    assert await read(engine) == [(1, 3), (2, 1), (3, 2)]
    assert await is_intact(engine) == 3


async def test_many_at_once_leave_one_chain_without_a_gap(engine: AsyncEngine) -> None:
    async def write(number: int) -> None:
        async with engine.begin() as connection:
            await record(connection, 1 + number % 2, entries(1 + number % 5))

    await asyncio.gather(*(write(number) for number in range(60)))
    total = sum(1 + number % 5 for number in range(60))
    assert await is_intact(engine, 1) + await is_intact(engine, 2) == total
    assert [position for position, _ in await read(engine)] == list(range(1, await is_intact(engine) + 1))


async def test_what_is_rolled_back_leaves_no_link(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await record(connection, 1, entries(1))
        async with connection.begin_nested() as savepoint:
            await record(connection, 1, entries(1))
            await savepoint.rollback()
        async with connection.begin_nested():
            await record(connection, 1, entries(1))
    assert await read(engine) == [(1, 1), (2, 3)]
    assert await is_intact(engine) == 2


async def test_ten_thousand_entries_of_one_transaction_are_linked(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await record(connection, 1, entries(10_000))
    assert await is_intact(engine) == 10_000


async def test_entries_of_other_programs_are_linked_whatever_their_ids(engine: AsyncEngine) -> None:
    insert = "INSERT INTO audit_logs (id, action, entity_type, entity_id, user_id) VALUES ({}, 'a', 'b', 'c', 'd')"
    async with engine.begin() as connection:
        for audit_id in (900, 500, 700):
            await connection.execute(text(insert.format(audit_id)))
    assert await read(engine) == [(1, 900), (2, 500), (3, 700)]
    assert await is_intact(engine) == 3


@pytest.mark.parametrize("statement", CHANGES)
async def test_nothing_of_the_trail_can_be_changed(engine: AsyncEngine, recorded: Recorded, statement: str) -> None:
    await recorded(2)
    with pytest.raises(ProgrammingError, match=r"The audit trail is append-only: \w+ of audit_\w+ is refused"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    assert await is_intact(engine) == 2
