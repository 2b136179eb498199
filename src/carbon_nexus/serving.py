"""Listening and serving: the socket is taken before any slow step, uvicorn serves until it is told to stop."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI
from rich.console import Console
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from carbon_nexus.app import Companion, create_app
from carbon_nexus.errors import StartRefused
from carbon_nexus.live.feed import Feed
from carbon_nexus.live.rooms import LARGEST_MESSAGE_BYTES
from carbon_nexus.settings import Settings

GRACEFUL_SECONDS = 10


class _Server(uvicorn.Server):
    """Sends live clients away before it waits for what is open: they would stay for ever."""

    def __init__(self, config: uvicorn.Config, live: Feed) -> None:
        super().__init__(config)
        self.live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self.live.send_away()
        await super().shutdown(sockets)


class _WebSocket(WebSocketsSansIOProtocol):
    """A connection that is being closed already when the server stops does not end the stopping with an error."""

    def shutdown(self) -> None:
        with suppress(InvalidState):
            super().shutdown()
        self.transport.close()


def server_of(application: FastAPI) -> uvicorn.Server:
    """A server of the application, not started yet."""
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        ws=_WebSocket,
        ws_max_size=LARGEST_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # the same frame would be packed anew for every client
    )
    return _Server(config, application.state.live)


@contextmanager
def listen(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket. Raises StartRefused when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in settings.api_host else socket.AF_INET
    try:
        listening = socket.create_server((settings.api_host, settings.api_port), family=family, backlog=2048)
    except OSError as problem:
        raise StartRefused(
            f"Cannot listen on {settings.api_host}:{settings.api_port}: {problem.strerror}.",
            "Choose another port (API_PORT=8001) or an address of this machine (API_HOST=127.0.0.1).",
        ) from problem
    with listening:
        yield listening


def serve_until_stopped(
    settings: Settings, database_url: str, listening: socket.socket, beside: Sequence[Companion]
) -> None:
    """Serve the API over this socket until SIGTERM or Ctrl-C, which end it cleanly.

    Raises StartRefused when the application does not come up.
    """
    application = create_app(settings, database_url, beside=beside)
    host, port = listening.getsockname()[:2]
    address = f"[{host}]" if ":" in host else host
    Console().print(
        f"Carbon Nexus serves http://{address}:{port}\n"
        f"  dashboard                  http://{address}:{port}/app\n"
        f"  API and its documentation  http://{address}:{port}/docs\n"
        f"  what stands out now        http://{address}:{port}/hotspots/top\n"
        f"  emissions now              http://{address}:{port}/emissions/current",
        highlight=False,
    )
    server = server_of(application)
    with suppress(KeyboardInterrupt, SystemExit):  # the server raises the signal again once it has stopped cleanly
        server.run(sockets=[listening])
    if not server.started:
        raise StartRefused("The server did not start.", "The log above says why.")
