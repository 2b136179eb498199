"""What wakes the hub of a process at once: a notification of PostgreSQL, or of Redis where one is set.

Both carry nothing and may get lost: the hub looks for itself every second. Behind a transaction pooler PostgreSQL's do
not arrive; Redis is told by the processes that commit.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import psycopg
from loguru import logger
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.engine import CONNECT_SECONDS, conninfo

NAME = "carbon_nexus_live"
AGAIN_SECONDS = 5.0
GATHER_SECONDS = 0.05  # one message for all that is committed within
PROBLEMS = (psycopg.Error, RedisError, OSError, TimeoutError)


@asynccontextmanager
async def waking(database_url: str, redis_url: str | None, wake: Callable[[], None]) -> AsyncIterator[None]:
    """`wake` is called whenever something may have been committed, while the context is open."""

    async def listen() -> None:
        await (_listen_to_redis(redis_url, wake) if redis_url else _listen_to_postgres(database_url, wake))

    async with _for_ever(listen):
        yield


@asynccontextmanager
async def announcing(engine: AsyncEngine, redis_url: str | None) -> AsyncIterator[None]:
    """Redis is told whenever a connection of this engine was used, while the context is open; nothing without Redis."""
    if redis_url is None:
        yield
        return
    used = asyncio.Event()

    def note(*_: object) -> None:
        used.set()

    async def announce() -> None:
        async with Redis.from_url(redis_url) as redis:
            while True:
                await used.wait()
                await asyncio.sleep(GATHER_SECONDS)
                used.clear()
                await redis.publish(NAME, b"")

    event.listen(engine.sync_engine.pool, "checkin", note)  # its transaction is over by then
    try:
        async with _for_ever(announce):
            yield
    finally:
        event.remove(engine.sync_engine.pool, "checkin", note)


async def _listen_to_postgres(database_url: str, wake: Callable[[], None]) -> None:
    given = conninfo(database_url)
    async with await psycopg.AsyncConnection.connect(
        given, autocommit=True, prepare_threshold=None, connect_timeout=CONNECT_SECONDS
    ) as connection:
        await connection.execute(f"LISTEN {NAME}".encode())
        wake()  # for what was committed while nobody listened
        async for _ in connection.notifies():
            wake()


async def _listen_to_redis(redis_url: str, wake: Callable[[], None]) -> None:
    async with Redis.from_url(redis_url) as redis, redis.pubsub() as heard:
        await heard.subscribe(NAME)
        async for _ in heard.listen():  # the first says that it is subscribed
            wake()


@asynccontextmanager
async def _for_ever(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """The work runs in a task while the context is open; after a failure again, and told once."""

    async def again_and_again() -> None:
        told = False
        while True:
            try:
                await work()
            except PROBLEMS as problem:
                if not told:
                    logger.warning("live updates come once a second: {}", type(problem).__name__)
                told = True
            await asyncio.sleep(AGAIN_SECONDS)

    task = asyncio.create_task(again_and_again(), name=work.__name__)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
