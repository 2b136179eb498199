"""The live feed of a server process that is killed, started again, and stopped under its clients."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
import socketio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from carbon_nexus.db.embedded import EmbeddedPostgres
from tests.e2e.conftest import Running

STOP_SECONDS = 8  # of a busy machine; what hangs is cut off after 10
ALERT = "INSERT INTO alerts (level, message) VALUES ('warn', %s) RETURNING id"


def raise_alerts(data_dir: Path, *messages: str) -> list[int]:
    with psycopg.connect(EmbeddedPostgres(data_dir).url, autocommit=True) as connection:
        return [connection.execute(ALERT, (message,)).fetchall()[0][0] for message in messages]


def websocket_of(server: Running) -> str:
    return server.url.replace("http://", "ws://") + "/ws"


async def heard(connection: ClientConnection, count: int) -> tuple[list[int], int]:
    """The ids of the next alerts and the number of the last."""
    ids: list[int] = []
    seq = 0
    while len(ids) < count:
        message: dict[str, Any] = orjson.loads(await asyncio.wait_for(connection.recv(), 30))
        if changes := message.get("changes"):
            ids += [each["payload"]["id"] for each in changes]
            seq = message["seq"]
    return ids, seq


async def test_after_kill_minus_nine_a_client_hears_what_it_missed_and_nothing_twice(
    serve: Callable[..., Running],
) -> None:
    server = serve("serve", "--no-worker")
    async with connect(websocket_of(server)) as connection:
        await connection.send('{"subscribe": ["alerts"]}')
        before = raise_alerts(server.data_dir, "a", "b", "c")
        got, last = await heard(connection, 3)
        assert got == before
        server.kill_everything()
        with pytest.raises(ConnectionClosed):
            await heard(connection, 1)
    again = serve("serve", "--no-worker")
    missed = raise_alerts(again.data_dir, "d", "e")
    async with connect(websocket_of(again)) as connection:
        await connection.send(orjson.dumps({"subscribe": ["alerts"], "since": last}).decode())
        assert (await heard(connection, 2))[0] == missed
        new = raise_alerts(again.data_dir, "f")
        assert (await heard(connection, 1))[0] == new


async def test_a_server_stops_at_once_and_tells_its_clients_to_come_back(serve: Callable[..., Running]) -> None:
    server = serve("serve")
    async with AsyncExitStack() as stack:
        native = [await stack.enter_async_context(connect(websocket_of(server))) for _ in range(20)]
        originals = [socketio.AsyncClient(reconnection=False) for _ in range(4)]
        for number, client in enumerate(originals):
            await client.connect(server.url, transports=[("polling", "websocket")[number % 2]])
        started = time.monotonic()
        assert await asyncio.to_thread(server.stop) == 0
        assert time.monotonic() - started < STOP_SECONDS
        for connection in native:
            with pytest.raises(ConnectionClosed) as closed:
                await heard(connection, 1)
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason.split(":")[0]) == (1012, "the server restarts")
        for client in originals:
            await client.disconnect()
