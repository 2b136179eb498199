"""What happens around every HTTP request: an id, a log line, metrics, a bound on the body, an answer to failures."""

import time
import uuid
from collections.abc import Mapping
from urllib.parse import quote

from loguru import logger
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carbon_nexus.errors import CarbonNexusError, TooLarge
from carbon_nexus.kit.logs import request_id
from carbon_nexus.kit.metrics import REQUEST_SECONDS, REQUESTS

LARGEST_BODY_BYTES = 8 * 1024 * 1024  # of JSON: reading more would hold up every other request for seconds
LARGEST_UPLOAD_BYTES = 2049 * 1024 * 1024  # a file of 2 GB and the form around it; it goes to disk as it arrives
LONGEST_REQUEST_ID = 64
QUIET = ("/health", "/metrics", "/socket.io")  # asked again and again
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


class Requests:
    """ASGI middleware: takes or makes X-Request-ID, times and logs the request, refuses bodies over the limit.

    What nothing else caught is logged with its traceback and answered as a 500 in the one error shape. `larger_bodies`
    names the paths that take more than the usual, with their limit in bytes.
    """

    def __init__(self, app: ASGIApp, larger_bodies: Mapping[str, int] | None = None) -> None:
        self.app, self.larger_bodies = app, larger_bodies or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(send, _request_id(Headers(scope=scope).get("x-request-id")))
        token = request_id.set(answer.request_id)
        started = time.perf_counter()
        try:
            await self._call(scope, receive, answer)
        finally:
            _record(scope, answer.status or 500, time.perf_counter() - started)
            request_id.reset(token)

    async def _call(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self.app(scope, _bounded(scope, receive, self._limit(scope)), answer.send)
        except Exception:
            logger.exception("{} {} failed", scope["method"], _shown(scope))
            if answer.status is not None:  # half an answer has left: only a broken connection tells that
                raise
            failure = CarbonNexusError("The server failed.", f"Its log says more: request {answer.request_id}.")
            await JSONResponse(failure.body(), failure.status)(scope, receive, answer.send)

    def _limit(self, scope: Scope) -> int:
        if Headers(scope=scope).get("content-type", "").startswith("multipart/form-data"):
            return LARGEST_UPLOAD_BYTES
        return self.larger_bodies.get(scope["path"], LARGEST_BODY_BYTES)


class _Answer:
    """The answer on its way out: gets the request's id, and is remembered by its status (None: not begun)."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send, self.request_id = send, request_id
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-ID"] = self.request_id
        await self._send(message)


def _request_id(given: str | None) -> str:
    if given and len(given) <= LONGEST_REQUEST_ID and given.isascii() and given.replace("-", "").isalnum():
        return given
    return uuid.uuid4().hex[:16]


def _bounded(scope: Scope, receive: Receive, limit: int) -> Receive:
    declared = Headers(scope=scope).get("content-length", "")
    received = 0

    async def bounded() -> Message:
        nonlocal received
        if declared.isdecimal() and int(declared) > limit:
            raise _too_large(limit)
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise _too_large(limit)
        return message

    return bounded


def _too_large(limit: int) -> HTTPException:
    refusal = TooLarge(f"The body is larger than {limit / 2**20:.4g} MB.", "Send it in parts.")
    # FastAPI makes a 400 of anything but this class that ends the reading of a body
    problem = HTTPException(refusal.status, refusal.detail)
    problem.__cause__ = refusal
    return problem


def _record(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unmatched")  # the template: a path with ids would never end
    method = scope["method"] if scope["method"] in METHODS else "other"
    REQUESTS.labels(method, route, status).inc()
    REQUEST_SECONDS.labels(method, route).observe(seconds)
    level = "WARNING" if status >= 500 else "DEBUG" if route in QUIET else "INFO"
    logger.log(level, "{} {} {} {:.1f} ms", scope["method"], _shown(scope), status, seconds * 1000)


def _shown(scope: Scope) -> str:
    """The path for a log line: a line break in it would let a caller write lines of its own."""
    return quote(scope["path"], safe="/:@,;=+~", errors="replace")
