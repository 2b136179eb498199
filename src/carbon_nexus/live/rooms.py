"""Socket.IO with the original's rooms and events, for dashboards that were made for it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import orjson
import socketio
from engineio.exceptions import EngineIOError
from loguru import logger
from socketio.exceptions import ConnectionRefusedError as Refused
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from carbon_nexus.access.keys import Keys, bearer
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.kit.metrics import LIVE_CLIENTS, LIVE_DROPPED
from carbon_nexus.kit.plain import plain
from carbon_nexus.live.frames import Batch
from carbon_nexus.live.model import EVERYTHING, Change, Channel, Close
from carbon_nexus.live.origins import REFUSAL, may_connect

PROTOCOL = "socket.io"
ROUTE = SimpleNamespace(path="/socket.io")
LARGEST_MESSAGE_BYTES = 64 * 1024
MOST_WAITING = 2_000  # packets of one client; the original's clients read one row at a time
MOST_BATCHES = 64
WITHOUT_KEY_SECONDS = 10.0  # in which a session must have connected
JOINED = EVERYTHING - {Channel.INGEST_JOBS}  # the original knew no jobs
# what a change is called: the first names are the original's, who told of new rows only
NEW = {
    Channel.EMISSIONS: ("emissions",),
    Channel.HOTSPOTS: ("hotspot", "new_hotspot"),
    Channel.ALERTS: ("alert", "new_alert"),
    Channel.RECOMMENDATIONS: ("recommendation",),
    Channel.INGEST_JOBS: ("ingest_job",),
}


class Rooms:
    """A Socket.IO server whose clients hear what it is handed; `app` is served at /socket.io."""

    def __init__(self, keys: Keys, origins: Sequence[str], tenant_id: int = DEFAULT_TENANT_ID) -> None:
        self.tenant_id, self._keys, self._origins = tenant_id, keys, origins
        self._batches: asyncio.Queue[Batch] = asyncio.Queue(MOST_BATCHES)
        self._clients: set[str] = set()
        self._server = _Server(
            async_mode="asgi",
            json=_Json,
            cors_allowed_origins=[],  # looked at below; the headers are the whole application's
            max_http_buffer_size=LARGEST_MESSAGE_BYTES,
        )
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server.on("subscribe", self._subscribe)
        self._server.on("unsubscribe", self._unsubscribe)
        self._app = socketio.ASGIApp(self._server)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application; its requests are logged and counted under one name, as those of a route."""
        scope["route"] = ROUTE
        headers = Headers(scope=scope)
        if may_connect(headers.get("origin"), headers.get("host"), self._origins):
            await self._app(scope, receive, send)
        else:
            await JSONResponse(REFUSAL, 403)(scope, receive, send)

    @property
    def channels(self) -> frozenset[Channel]:
        """All, while anybody is there."""
        return EVERYTHING if self._clients else frozenset()

    def take(self, batch: Batch) -> None:
        """Emit it next; if too many wait already, everybody has to come back and read the lists again."""
        if not self._clients:
            return
        try:
            self._batches.put_nowait(batch)
        except asyncio.QueueFull:
            logger.error("Socket.IO cannot keep up: its {} clients are sent away", len(self._clients))
            self._server.start_background_task(self._end, list(self._server.eio.sockets))

    def beat(self, heartbeat: str) -> None:
        """Socket.IO has heartbeats of its own."""

    async def emit(self) -> None:
        """Emit what was handed out, for ever."""
        while True:
            batch = await self._batches.get()
            for change, row in batch.messages:
                for name in _names(change):
                    await self._server.emit(name, row, room=change.channel.value)
                await asyncio.sleep(0)
            await self._drop_slow()

    async def sweep(self) -> None:
        """End sessions that never came as far as showing a key, for ever."""
        before: set[str] = set()
        while True:
            await asyncio.sleep(WITHOUT_KEY_SECONDS)
            manager = self._server.manager
            strangers = {each for each in self._server.eio.sockets if not manager.sid_from_eio_sid(each, "/")}
            await self._end(strangers & before)
            before = strangers

    async def end(self, code: Close, reason: str) -> None:
        """End every session, so that no request stays open; Socket.IO knows no reasons."""
        await self._end(self._server.eio.sockets)

    async def close(self) -> None:
        """The end of what the server does in the background."""
        await self._server.shutdown()

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: Any) -> None:
        if self._keys and self._keys.actor_of(_key_of(environ, auth)) is None:
            raise Refused("No valid API key. Connect with auth {token: KEY} or the header Authorization: Bearer KEY.")
        for channel in JOINED:
            await self._server.enter_room(sid, channel.value)
        self._clients.add(sid)
        LIVE_CLIENTS.labels(PROTOCOL).set(len(self._clients))
        hello = {"message": "Connected to Carbon Nexus", "channels": sorted(JOINED)}
        # a task: the client's library takes nothing before this handler has ended
        self._server.start_background_task(self._server.emit, "connected", hello, to=sid)

    async def _disconnect(self, sid: str, *_: Any) -> None:
        self._clients.discard(sid)
        LIVE_CLIENTS.labels(PROTOCOL).set(len(self._clients))

    async def _subscribe(self, sid: str, asked: Any = None) -> dict[str, Any]:
        return await self._move(sid, asked, self._server.enter_room, "subscribed")

    async def _unsubscribe(self, sid: str, asked: Any = None) -> dict[str, Any]:
        return await self._move(sid, asked, self._server.leave_room, "unsubscribed")

    async def _move(self, sid: str, asked: Any, move: Callable[..., Any], done: str) -> dict[str, Any]:
        name = asked.get("channel") if isinstance(asked, dict) else asked
        if name not in list(Channel):
            return {"error": f"There is no channel {plain(name)!r:.100}; there are {', '.join(sorted(Channel))}."}
        await move(sid, str(name))
        return {done: str(name)}

    async def _drop_slow(self) -> None:
        sessions = self._server.eio.sockets.items()
        slow = [key for key, each in sessions if each.queue.qsize() > MOST_WAITING and not each.closed]
        LIVE_DROPPED.labels(PROTOCOL).inc(len(slow))
        await self._end(slow)

    async def _end(self, sessions: Iterable[str]) -> None:
        for key in list(sessions):
            if session := self._server.eio.sockets.get(key):
                with suppress(EngineIOError):
                    await session.close(wait=False)


class _Server(socketio.AsyncServer):  # type: ignore[misc]
    """Ends the request that a client which polls still has open when it leaves: it would stay for 45 s."""

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        await super()._handle_eio_disconnect(eio_sid, reason)
        session = self.eio.sockets.get(eio_sid)
        if session and reason == self.reason.CLIENT_DISCONNECT:
            session.queue.put_nowait(None)


class _Json:
    """orjson in the shape of the standard library's module."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()

    loads = orjson.loads


def _names(change: Change) -> Sequence[str]:
    if change.created or change.channel is Channel.EMISSIONS:
        return NEW[change.channel]
    return (f"{change.channel.thing}_changed",)


def _key_of(environ: Mapping[str, Any], auth: Any) -> bytes:
    token = auth.get("token") if isinstance(auth, dict) else None
    if isinstance(token, str):
        return token.encode(errors="replace")
    return bearer(str(environ.get("HTTP_AUTHORIZATION", ""))).encode(errors="replace")
