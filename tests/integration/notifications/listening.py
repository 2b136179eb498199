"""Real receivers on this machine: an HTTP server that answers whatever a test wants, and a mail server."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import trustme

AUTHORITY = trustme.CA()
CERTIFICATE = AUTHORITY.issue_cert("localhost")  # for the name, not for 127.0.0.1


@dataclass(frozen=True)
class Answer:
    """What goes back. `endless`: the body never ends."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    endless: bool = False


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Listening:
    """A server with the calls it got; `answers` go out in order, the last one for ever. None: it hangs."""

    port: int
    answers: list[Answer | None]
    calls: list[Call] = field(default_factory=list)
    called: Event = field(default_factory=Event)
    closing: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def next_answer(self) -> Answer | None:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def listening(*answers: Answer | None, tls: bool = False) -> Iterator[Listening]:
    """Serve on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.calls.append(Call(self.path, dict(self.headers), body))
            server.called.set()
            answer = server.next_answer()
            if answer is None:
                server.closing.wait()
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(10**12) if answer.endless else "0")
            self.end_headers()
            while answer.endless and not server.closing.is_set():
                self.wfile.write(b"x" * 2**16)

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = _Server(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        CERTIFICATE.configure_cert(context)
        http.socket = context.wrap_socket(http.socket, server_side=True)
    server = Listening(http.server_port, list(answers or [Answer()]))
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away before the end is what these tests are about."""


@asynccontextmanager
async def mailbox() -> AsyncIterator[tuple[int, list[str]]]:
    """A mail server's port, and the mails it took."""
    mails: list[str] = []

    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say("220 test")
        while command := (await reader.readline()).decode().strip().upper():
            if command == "DATA":
                await say("354 go on")
                mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
            await say("221 bye" if command == "QUIT" else "250 ok")
        writer.close()

    async with await asyncio.start_server(session, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], mails
