"""A real HTTP server in a thread that answers whatever a test wants: an engine that is broken in a chosen way."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

import orjson


class Answer(NamedTuple):
    """What goes back: a body as bytes or as JSON, with a status."""

    body: Any
    status: int = 200

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


@dataclass
class Call:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    from_port: int  # of the client: calls over one connection share it


@dataclass
class Answering:
    """A server with the calls it got, in order, and how many of them it ever had at once."""

    url: str
    answer: Callable[[Call], Answer]
    calls: list[Call] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: Lock = field(default_factory=Lock)
    closing: Event = field(default_factory=Event)

    def hang(self, _: Call) -> Answer:
        """An answer that does not come while the server lives."""
        self.closing.wait()
        return Answer(b"")


@contextmanager
def answering(answer: Callable[[Call], Answer], port: int = 0) -> Iterator[Answering]:
    """Serve on a free port of this machine, or on this one, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            call = Call(self.path, dict(self.headers), body, self.client_address[1])
            with server.lock:
                server.calls.append(call)
                server.at_once += 1
                server.most_at_once = max(server.most_at_once, server.at_once)
            answer = server.answer(call)
            with server.lock:
                server.at_once -= 1
            self._send(answer)

        def _send(self, answer: Answer) -> None:
            if not server.closing.is_set():
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = _Server(("127.0.0.1", port), Handler)
    server = Answering(f"http://127.0.0.1:{listening.server_port}", answer)
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        listening.shutdown()
        listening.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away before its answer is what these tests are about."""
