"""Real PostgreSQL for every test that asks for one: a server of our own, a fresh database per test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import hypothesis
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.app import create_app
from carbon_nexus.db import migrate
from carbon_nexus.db.embedded import EmbeddedPostgres
from carbon_nexus.db.engine import make_engine
from carbon_nexus.settings import Settings

os.environ.pop("COLUMNS", None)  # a runner's processes get one, and consoles would keep to it

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)  # a Wednesday
TEMPLATE = "carbon_nexus_template"
UNSAFE_BUT_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

_numbers = itertools.count(1)

hypothesis.settings.register_profile("shared-machine", deadline=None, max_examples=50)
hypothesis.settings.load_profile("shared-machine")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Packed files hold the time they were made: in the name of a test, two processes would know it by two names."""
    return "bytes" if isinstance(val, bytes) and len(val) > 16 else None


@pytest.fixture(scope="session")
def short_dir() -> Iterator[Path]:
    """A temporary directory with a path short enough for Unix sockets, that other users may enter."""
    path = Path(tempfile.mkdtemp(prefix="cn-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def server(short_dir: Path) -> Iterator[EmbeddedPostgres]:
    """One embedded PostgreSQL for the whole run, with a migrated template database.

    CARBON_NEXUS_PG_BINDIR runs the same tests on another build, such as a distribution's PostgreSQL 15.
    """
    bindir = Path(os.environ["CARBON_NEXUS_PG_BINDIR"]) if "CARBON_NEXUS_PG_BINDIR" in os.environ else None
    with EmbeddedPostgres(short_dir / "pg", bindir, UNSAFE_BUT_FAST) as running:
        with psycopg.connect(running.url_of("postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate.upgrade(running.url_of(TEMPLATE))
        yield running


@pytest.fixture
def database_url(server: EmbeddedPostgres) -> Iterator[str]:
    """A migrated, empty database of this test's own."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield server.url_of(name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on the test's database."""
    made = make_engine(database_url)
    yield made
    await made.dispose()


@pytest.fixture
def settings(short_dir: Path) -> Settings:
    """Settings by default values, whatever the environment says."""
    return Settings(_env_file=None, carbon_nexus_data_dir=short_dir / "unused")


@pytest.fixture
def app(settings: Settings, database_url: str) -> FastAPI:
    """The application on the test's database, at NOW."""
    return create_app(settings, database_url, clock=lambda: NOW)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the application, in process."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
            yield made


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOW
