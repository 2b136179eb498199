"""Files for the tests of this room, a spool of their own, parts of three rows."""

import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.files import limits
from carbon_nexus.ingests.model import Counts, Key
from carbon_nexus.ingests.service import Asked, open_file, read_on
from carbon_nexus.ingests.spool import Spool
from tests.conftest import NOW

START = NOW - timedelta(days=30)
HEAD = "event_type,supplier_id,timestamp,factory_id,energy_kwh"
Ingest = Callable[..., Awaitable[tuple[Key, Counts]]]
Send = Callable[..., Awaitable[httpx.Response]]


def rows_of(count: int, *, first: int = 0) -> str:
    """A CSV of hourly readings."""
    numbers = range(first, first + count)
    hours = [(START + timedelta(hours=n)).isoformat() for n in numbers]
    lines = [f"factory,S{n % 3},{hour},F,{100 + n}.5" for n, hour in zip(numbers, hours, strict=True)]
    return "\n".join([HEAD, *lines]) + "\n"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "rows_per_part", lambda columns: 3)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "uploads")


@pytest.fixture
def ingest(engine: AsyncEngine, spool: Spool) -> Ingest:
    """Ingests a text as a file from its first row to its last."""

    async def run(content: str | bytes, job_id: UUID | None = None, **asked: Any) -> tuple[Key, Counts]:
        sent = io.BytesIO(content.encode() if isinstance(content, str) else content)
        said = Asked(**({"filename": "a.csv"} | asked))
        key = await open_file(engine, spool, 1, sent, said, job_id or uuid4(), NOW, "tester")
        return key, await read_on(engine, spool, key, lambda: NOW)

    return run


@pytest.fixture
def send(client: httpx.AsyncClient) -> Send:
    """Uploads a text to /api/v1/ingest/{path}."""

    async def run(content: str | bytes, path: str = "csv", **form: str) -> httpx.Response:
        return await client.post(f"/api/v1/ingest/{path}", files={"file": ("events.csv", content)}, data=form)

    return run


async def one(engine: AsyncEngine, query: str) -> Any:
    """The only row of a query, or its only value."""
    async with engine.connect() as connection:
        row = tuple((await connection.execute(text(query))).one())
    return row[0] if len(row) == 1 else row
