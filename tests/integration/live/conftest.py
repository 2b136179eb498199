"""The application behind a real socket, and clients of it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import orjson
import psycopg
import pytest
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection

from carbon_nexus.serving import server_of

ALERT = "INSERT INTO alerts (level, message, tenant_id) VALUES ('warn', %s, %s) RETURNING id"


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """Where the application is served; the socket takes connections before it is up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = server_of(app)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


async def heard(connection: ClientConnection) -> Any:
    """The next message, but for heartbeats; a second of the test's own is not waited for in vain."""
    while True:
        message = orjson.loads(await asyncio.wait_for(connection.recv(), 20))
        if "heartbeat" not in message:
            return message


async def ask(connection: ClientConnection, message: Any) -> Any:
    """The answer to a message."""
    await connection.send(orjson.dumps(message).decode())
    return await heard(connection)


def raise_alerts(database_url: str, *messages: str, tenant_id: int = 1) -> list[int]:
    """Stores alerts, each in a transaction of its own; their ids."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        return [connection.execute(ALERT, (message, tenant_id)).fetchall()[0][0] for message in messages]
