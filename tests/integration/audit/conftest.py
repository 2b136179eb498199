"""A trail to look at, and somebody who changes it behind the application's back."""

from collections.abc import Awaitable, Callable

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record

Recorded = Callable[..., Awaitable[None]]
Behind = Callable[[str], None]


def entries(count: int, first: int = 1) -> list[Entry]:
    return [
        Entry("thing.changed", "thing", str(number), "ann", "why", {"n": number}, {"v": number - 1}, {"v": number})
        for number in range(first, first + count)
    ]


@pytest.fixture
def recorded(engine: AsyncEngine) -> Recorded:
    """Commits so many entries of a tenant, each in a transaction of its own."""

    async def run(count: int, tenant_id: int = 1) -> None:
        for entry in entries(count):
            async with engine.begin() as connection:
                await record(connection, tenant_id, [entry])

    return run


@pytest.fixture
def behind(database_url: str) -> Behind:
    """Runs statements with all triggers disabled, as who owns the server can."""

    def run(statements: str) -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statements.encode())

    return run
