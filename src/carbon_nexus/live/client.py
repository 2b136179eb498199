"""One client of the native WebSocket: hears what it subscribed to in order, and is dropped when it reads too slowly."""

import asyncio
from contextlib import suppress
from typing import Any

import orjson
from loguru import logger
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from carbon_nexus.kit.metrics import LIVE_CLIENTS, LIVE_DROPPED
from carbon_nexus.kit.plain import plain
from carbon_nexus.live.frames import Batch, said
from carbon_nexus.live.history import History
from carbon_nexus.live.hub import OUTAGE, Hub
from carbon_nexus.live.model import HEARTBEAT_SECONDS, Channel, Close
from carbon_nexus.live.replay import Missed, replayed
from carbon_nexus.live.schemas import Asked

MOST_WAITING = 64  # frames; beside those the system and the client hold
FAREWELL_SECONDS = 5.0  # for a client that reads again to learn why it was dropped
PROTOCOL = "websocket"
NO_DATABASE = "the database does not answer: come back with since"


class Client:
    """A connection that is open already; `talk` is its whole life."""

    def __init__(self, hub: Hub, history: History, websocket: WebSocket, tenant_id: int) -> None:
        self.hub, self.history, self.websocket, self.tenant_id = hub, history, websocket, tenant_id
        self.channels: frozenset[Channel] = frozenset()
        self._waiting: asyncio.Queue[str | Missed] = asyncio.Queue(MOST_WAITING)
        self._end: asyncio.Future[tuple[Close, str]] = asyncio.get_running_loop().create_future()
        self._gone = asyncio.Event()
        self._up_to_date = asyncio.Event()
        self._up_to_date.set()

    async def talk(self) -> None:
        """Say hello, then hear and tell until either side ends it."""
        LIVE_CLIENTS.labels(PROTOCOL).inc()
        try:
            await self.hub.begin()
            await self._talk()
        except OUTAGE:
            self._finish(Close.FAILED, NO_DATABASE)
        finally:
            LIVE_CLIENTS.labels(PROTOCOL).dec()
            if self._end.done():
                await self._say_why(*self._end.result())
            self.hub.leave(self)
            self._gone.set()

    async def _talk(self) -> None:
        hello = {"seq": self.hub.seq, "channels": list(Channel), "heartbeat_seconds": HEARTBEAT_SECONDS}
        self._put(said({"hello": hello}))
        self.hub.join(self)
        talking: list[asyncio.Future[Any]] = [asyncio.create_task(each) for each in (self._hear(), self._tell())]
        try:
            await asyncio.wait([self._end, *talking], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)

    def take(self, batch: Batch) -> None:
        """Put what it subscribed to behind what waits already; while it catches up, it reads that itself."""
        if self._up_to_date.is_set() and (frame := batch.frame(self.channels)):
            self._put(frame)

    def beat(self, heartbeat: str) -> None:
        """Everything up to that number has been told."""
        if self._up_to_date.is_set():
            self._put(heartbeat)

    async def end(self, code: Close, reason: str) -> None:
        """Close the connection for this reason, and wait until it is."""
        self._finish(code, reason)
        await self._gone.wait()

    def _finish(self, code: Close, reason: str) -> None:
        """The first reason counts."""
        if not self._end.done():
            self._end.set_result((code, reason))

    def _put(self, item: str | Missed) -> None:
        if self._end.done():
            return
        try:
            self._waiting.put_nowait(item)
        except asyncio.QueueFull:
            LIVE_DROPPED.labels(PROTOCOL).inc()
            self._finish(Close.TOO_SLOW, f"{MOST_WAITING} frames wait to be read: come back with since")

    async def _hear(self) -> None:
        """What the client says; a mistake is answered and ends nothing."""
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                asked = Asked.model_validate(orjson.loads(message.get("text") or message.get("bytes") or b""))
            except ValidationError as mistake:
                first = mistake.errors(include_url=False, include_input=False)[0]
                self._put(_error(".".join(map(str, first["loc"])), first["msg"]))
            except orjson.JSONDecodeError:
                self._put(_error("", "the message is not JSON"))
            else:
                await self._answer(asked)

    async def _answer(self, asked: Asked) -> None:
        if asked.subscribe is not None:
            await self._subscribe(frozenset(asked.subscribe), asked.since)
        elif asked.unsubscribe is not None:
            self.channels -= frozenset(asked.unsubscribe)
            self._put(said({"unsubscribed": {"channels": sorted(asked.unsubscribe)}}))
        else:
            self._put(said({"pong": asked.ping}))

    async def _subscribe(self, channels: frozenset[Channel], since: int | None) -> None:
        await self._up_to_date.wait()
        if since is not None and since > self.hub.seq:  # another process told it; this one is a moment behind
            with suppress(*OUTAGE):
                await self.hub.catch_up()
        self.channels |= channels
        until = self.hub.seq
        start = until if since is None else since
        self._put(said({"subscribed": {"channels": sorted(channels), "since": start}}))
        if start != until:
            self._up_to_date.clear()
            self._put(Missed(channels, start, until))

    async def _tell(self) -> None:
        """What waits, in order: what was missed stands before what came after it."""
        with suppress(WebSocketDisconnect, RuntimeError):  # the client is gone
            while True:
                item = await self._waiting.get()
                if isinstance(item, str):
                    await self.websocket.send_text(item)
                elif not await self._replay(item):
                    return  # what came after it must not be told either: the client would count it as all

    async def _replay(self, missed: Missed) -> bool:
        try:
            await self._send_all(missed)
            position = missed.until
            while position < self.hub.seq:  # what came meanwhile
                until = self.hub.seq
                await self._send_all(Missed(self.channels, position, until))
                position = until
            self._up_to_date.set()
        except OUTAGE as problem:
            logger.warning("a client's missed changes cannot be read: {}", type(problem).__name__)
            self._finish(Close.FAILED, NO_DATABASE)
            return False
        return True

    async def _send_all(self, missed: Missed) -> None:
        async for frame in replayed(self.history, self.tenant_id, missed):
            await self.websocket.send_text(frame)

    async def _say_why(self, code: Close, reason: str) -> None:
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self.websocket.close(code, reason)


def _error(field: str, problem: str) -> str:
    remedy = 'Send {"subscribe": ["alerts"], "since": 17}, {"unsubscribe": ["alerts"]} or {"ping": 1}.'
    return said({"error": {"detail": plain(f"{field}: {problem}" if field else problem), "remedy": remedy}})
