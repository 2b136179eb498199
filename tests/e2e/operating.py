"""Stops and starts an engine for a browser's test, which runs in another process and asks over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.conftest import Running, run, start

MAPPED = ("--map", "vehicle_type=Vehicle", "--set", "event_type=logistics")


class Operator:
    """Whoever runs an engine; while it is stopped files come in by the command line."""

    def __init__(self, command: str, server: Running) -> None:
        self.command, self.server = command, server

    def stop(self, _: str) -> None:
        assert self.server.stop() == 0

    def ingest(self, text: str) -> None:
        file = self.server.data_dir.with_suffix(".csv")
        file.write_text(text)
        done = run(self.server.data_dir, "ingest", str(file), *MAPPED, command=self.command)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, _: str) -> None:
        port = str(urlsplit(self.server.url).port)
        self.server = start(self.server.data_dir, "serve", command=self.command, port=port)


@contextmanager
def operating(command: str, data_dir: Path) -> Iterator[Operator]:
    """Runs the demo with this command until the end, whatever it was stopped and started in between."""
    operator = Operator(command, start(data_dir, "demo", command=command))
    yield operator
    if operator.server.process.poll() is None:
        operator.server.kill_everything()


@contextmanager
def reached(operator: Operator) -> Iterator[str]:
    """The address at which the operator takes POST /stop, /ingest and /start; answers once it is done."""
    ways = {"/stop": operator.stop, "/ingest": operator.ingest, "/start": operator.start}

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            try:
                ways[self.path](told)
                self._answer(204, "")
            except Exception as problem:  # the browser's test says what went wrong
                self._answer(500, repr(problem))

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the browser's test says what matters."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
