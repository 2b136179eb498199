"""The database a command works on: the configured one, or the embedded one started for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db import migrate
from carbon_nexus.db.embedded import AlreadyRunning, EmbeddedPostgres
from carbon_nexus.db.engine import make_engine
from carbon_nexus.errors import Unavailable
from carbon_nexus.settings import Settings

T = TypeVar("T")


@contextmanager
def open_database(settings: Settings, *, share: bool) -> Iterator[str]:
    """The URL of a database that answers and has the newest schema.

    `share` lets a short command use the embedded server another engine already runs on the data directory;
    without it AlreadyRunning is raised. Raises Unavailable when a configured database does not answer.
    """
    with _started(settings, share) as url:
        try:
            migrate.upgrade(url)
        except OperationalError as problem:
            raise Unavailable(
                f"The database does not answer: {str(problem.orig).strip()}",
                "Check DATABASE_URL, the network and the password; `carbon-nexus doctor` tells more.",
            ) from problem
        yield url


@contextmanager
def _started(settings: Settings, share: bool) -> Iterator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    server = EmbeddedPostgres(settings.carbon_nexus_data_dir, settings.carbon_nexus_pg_bindir)
    try:
        server.start()
    except AlreadyRunning:
        if not share:
            raise
        server.wait_until_answering()  # it may be starting at this moment
        yield server.url
        return
    try:
        yield server.url
    finally:
        server.stop()


def run_with_engine(url: str, work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    """The result of asynchronous work on a database, run to its end: for commands."""

    async def run() -> T:
        engine = make_engine(url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(run())
