"""The live feed of one process: a hub that follows the database, and both ways to hear it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from carbon_nexus.access.keys import Keys
from carbon_nexus.db.engine import make_engine
from carbon_nexus.kit.clock import Clock
from carbon_nexus.live.history import History
from carbon_nexus.live.hub import OUTAGE, Hub
from carbon_nexus.live.model import Channel, Close, Reader
from carbon_nexus.live.rooms import Rooms
from carbon_nexus.live.wake import waking

CONNECTIONS = 4  # of its own: a thousand clients that come back keep no request from the database
AGAIN = "the server restarts: come back with since"


class Feed:
    """Made with the application; follows the database while `running`."""

    def __init__(self, readers: Mapping[Channel, Reader], keys: Keys, origins: Sequence[str], clock: Clock) -> None:
        self.rooms = Rooms(keys, origins)
        self._readers, self._clock = readers, clock
        self.hub: Hub
        self.history: History

    @asynccontextmanager
    async def running(self, database_url: str, redis_url: str | None) -> AsyncIterator[None]:
        """Clients are told what is committed, while the context is open."""
        engine = make_engine(database_url, pool_size=CONNECTIONS)
        self.hub = Hub(engine, self._readers, self._clock)
        self.history = History(self.hub)
        with suppress(*OUTAGE):  # it begins once the database answers
            await self.hub.begin()
        self.hub.join(self.rooms)
        work = [asyncio.create_task(each) for each in (self.hub.follow(), self.rooms.emit(), self.rooms.sweep())]
        try:
            async with waking(database_url, redis_url, self.hub.wake):
                yield
        finally:
            await self.send_away()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await self.rooms.close()
            await engine.dispose()

    async def send_away(self) -> None:
        """Send every client away, to come back to the next process; for the beginning of a shutdown."""
        await self.hub.end_all(Close.RESTART, AGAIN)
