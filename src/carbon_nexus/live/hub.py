"""The hub of a process: reads what was committed, in order, and hands it to all who listen. Knows no protocol.

Nothing leaves before it is committed, because it is read from the database; a notification only wakes the reader.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from loguru import logger
from psycopg import Error as DatabaseError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.metrics import LIVE_LAG_SECONDS
from carbon_nexus.live import store
from carbon_nexus.live.frames import Batch, last_of_each, said
from carbon_nexus.live.model import HEARTBEAT_SECONDS, MOST_AT_ONCE, TICK_SECONDS, Change, Channel, Close, Reader

POLL_SECONDS = 1.0
PARTING_SECONDS = 1.0
OUTAGE = (SQLAlchemyError, DatabaseError, OSError)


class Listener(Protocol):
    """Who is told of one tenant's changes; takes them at once and never waits."""

    tenant_id: int

    @property
    def channels(self) -> frozenset[Channel]: ...

    def take(self, batch: Batch) -> None: ...

    def beat(self, heartbeat: str) -> None: ...

    async def end(self, code: Close, reason: str) -> None: ...


class Hub:
    """Hands each committed change to its listeners once; `seq` is the number of the last one handed out."""

    def __init__(self, engine: AsyncEngine, readers: Mapping[Channel, Reader], clock: Clock) -> None:
        self.engine, self.readers, self.clock = engine, readers, clock
        self.seq, self._begun = 0, False
        self._listeners: set[Listener] = set()
        self._woken = asyncio.Event()
        self._reading = asyncio.Lock()

    async def begin(self) -> None:
        """Start behind the last change there is: earlier ones are for those who ask with `since`. Once is enough."""
        if self._begun:
            return
        async with self._reading:
            if not self._begun:
                await self._number()
                async with self.engine.begin() as connection:
                    self.seq = (await store.kept(connection)).newest or 0
                self._begun = True

    def join(self, listener: Listener) -> None:
        """Hand it every change after `seq` as it is now."""
        self._listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        """Hand it nothing more."""
        self._listeners.discard(listener)

    async def end_all(self, code: Close, reason: str) -> None:
        """End every listener's connections for this reason; those that do not read are not waited for."""
        ending = [asyncio.create_task(listener.end(code, reason)) for listener in self._listeners]
        if ending:
            await asyncio.wait(ending, timeout=PARTING_SECONDS)

    def wake(self) -> None:
        """Something may have been committed."""
        self._woken.set()

    async def follow(self) -> None:
        """Hand out what is committed, for ever; looks every second even if nobody wakes it. Survives outages."""
        clock = asyncio.get_running_loop().time
        beat_at, down = clock(), False
        while True:
            try:
                await self.catch_up()
                down = False
            except OUTAGE as problem:
                if not down:
                    logger.error("the live feed waits for the database: {}", type(problem).__name__)
                down = True
            except Exception:  # one that ended here would leave every client in silence
                logger.exception("the live feed failed; it tries again")
                down = True
            if not down and clock() - beat_at >= HEARTBEAT_SECONDS:
                self._beat()
                beat_at = clock()
            await asyncio.sleep(TICK_SECONDS)
            await self._until_woken()

    async def catch_up(self) -> None:
        """Hand out whatever is committed by now."""
        await self.begin()
        async with self._reading:
            await self._number()
            more = True
            while more:
                more = await self._hand_out()
                await asyncio.sleep(0)  # connections breathe between two full frames

    async def read(self, connection: AsyncConnection, changes: Sequence[Change], channels: Iterable[Channel]) -> Batch:
        """Changes of one tenant with their rows as they are now; without those whose row is gone."""
        tenant_id, now = changes[0].tenant_id, self.clock()
        rows: dict[tuple[Channel, int], Any] = {}
        for channel in channels:
            ids = sorted({each.subject_id for each in changes if each.channel is channel})
            found = await self.readers[channel](connection, tenant_id, ids, now) if ids else {}
            rows |= {(channel, subject_id): row for subject_id, row in found.items()}
        known = [(each, (each.channel, each.subject_id)) for each in changes]
        return Batch(changes[-1].seq, [(each, rows[key]) for each, key in known if key in rows])

    async def _number(self) -> None:
        async with self.engine.begin() as connection:
            await store.number(connection)

    async def _hand_out(self) -> bool:
        """One round of at most MOST_AT_ONCE changes; whether there may be more."""
        while True:
            wanted = self._listened()
            async with self.engine.begin() as connection:
                changes = await store.after(connection, self.seq, MOST_AT_ONCE)
                batches = await self._batches(connection, last_of_each(changes), wanted)
            if self._listened() <= wanted:
                break  # else somebody began to listen to more while rows were read
        # no await from here on: whoever joins finds `seq` and what was handed out in step
        if not changes:
            return False
        for listener in list(self._listeners):
            if listener.tenant_id in batches:
                listener.take(batches[listener.tenant_id])
        self.seq = changes[-1].seq
        LIVE_LAG_SECONDS.observe(max(0.0, (self.clock() - changes[0].at).total_seconds()))
        return len(changes) == MOST_AT_ONCE

    async def _batches(
        self, connection: AsyncConnection, changes: Sequence[Change], wanted: Collection[tuple[int, Channel]]
    ) -> dict[int, Batch]:
        batches: dict[int, Batch] = {}
        for tenant_id in {tenant_id for tenant_id, _ in wanted}:
            channels = [channel for channel in Channel if (tenant_id, channel) in wanted]
            if own := [each for each in changes if each.tenant_id == tenant_id and each.channel in channels]:
                batches[tenant_id] = await self.read(connection, own, channels)
        return batches

    def _listened(self) -> set[tuple[int, Channel]]:
        return {(each.tenant_id, channel) for each in self._listeners for channel in each.channels}

    def _beat(self) -> None:
        heartbeat = said({"heartbeat": self.seq})
        for listener in list(self._listeners):
            listener.beat(heartbeat)

    async def _until_woken(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):  # wait_for of Python 3.11 may lose a cancellation
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()
