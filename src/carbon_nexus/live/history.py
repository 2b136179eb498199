"""What was told before, in blocks that all share who missed them: a thousand clients that come back read them once."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator

from carbon_nexus.live import store
from carbon_nexus.live.frames import Batch, last_of_each
from carbon_nexus.live.hub import Hub
from carbon_nexus.live.model import EVERYTHING, MOST_AT_ONCE, Kept

READS_AT_ONCE = 2
MOST_BLOCKS = 100  # of 200 rows, a kilobyte each: 20 MB

Block = tuple[int, int, int]


class History:
    """Blocks of changes with their rows as they were when somebody first asked; later changes follow in later ones."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._blocks: OrderedDict[Block, asyncio.Task[Batch]] = OrderedDict()
        self._reading = asyncio.Semaphore(READS_AT_ONCE)

    async def kept(self) -> Kept:
        """The oldest and newest number there is."""
        async with self._reading, self._hub.engine.begin() as connection:
            return await store.kept(connection)

    async def between(self, tenant_id: int, since: int, until: int) -> AsyncIterator[Batch]:
        """Blocks of all that changed behind `since` up to `until`; the first may begin earlier."""
        for start in range(since - since % MOST_AT_ONCE, until, MOST_AT_ONCE):
            yield await self._block((tenant_id, start, min(start + MOST_AT_ONCE, until)))

    async def _block(self, block: Block) -> Batch:
        reading = self._blocks.get(block)
        if reading is None or (reading.done() and (reading.cancelled() or reading.exception())):
            reading = self._blocks[block] = asyncio.create_task(self._read(*block))
            if len(self._blocks) > MOST_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(block)
        return await asyncio.shield(reading)  # one who leaves does not end it for the others

    async def _read(self, tenant_id: int, since: int, until: int) -> Batch:
        async with self._reading, self._hub.engine.begin() as connection:
            changes = last_of_each(await store.between(connection, tenant_id, since, until))
            return await self._hub.read(connection, changes, EVERYTHING) if changes else Batch(until, [])
