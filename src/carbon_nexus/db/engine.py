"""Connections: one async engine a process, safe behind a transaction pooler, and one transaction a request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

CONNECT_SECONDS = 5


def make_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """An async engine on psycopg 3 for a `postgresql://` URL.

    No server-side prepared statements are used, so that a transaction pooler (Supabase, PgBouncer) may stand between.
    """
    return create_async_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,  # an error that is logged tells the statement, and no address or secret of a receiver
        connect_args={"prepare_threshold": None, "connect_timeout": CONNECT_SECONDS},
    )


def conninfo(url: str) -> str:
    """The same database as a libpq connection string, for parts that use psycopg directly."""
    plain = make_url(url).set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)


async def _transaction(request: Request) -> AsyncIterator[AsyncConnection]:
    engine: AsyncEngine = request.app.state.engine
    async with engine.begin() as connection:
        yield connection


Connection = Annotated[AsyncConnection, Depends(_transaction, scope="function")]
"""A request's connection in its own transaction: committed before the answer leaves, rolled back on any error."""
