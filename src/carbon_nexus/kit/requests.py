"""What happens around every HTTP request: an id, a log line, metrics, and a bound on the body."""

import time
import uuid

from loguru import logger
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carbon_nexus.errors import TooLarge
from carbon_nexus.kit.logs import request_id
from carbon_nexus.kit.metrics import REQUEST_SECONDS, REQUESTS

LARGEST_BODY_BYTES = 256 * 1024 * 1024
LONGEST_REQUEST_ID = 64


class Requests:
    """ASGI middleware: takes or makes X-Request-ID, times and logs the request, refuses bodies over the limit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identity = _request_id(Headers(scope=scope).get("x-request-id"))
        token = request_id.set(identity)
        started = time.perf_counter()
        answered = {"status": 500}

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered["status"] = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = identity
            await send(message)

        try:
            await self.app(scope, _bounded(receive), send_with_id)
        finally:
            _record(scope, answered["status"], time.perf_counter() - started)
            request_id.reset(token)


def _request_id(given: str | None) -> str:
    if given and len(given) <= LONGEST_REQUEST_ID and given.isascii() and given.replace("-", "").isalnum():
        return given
    return uuid.uuid4().hex[:16]


def _bounded(receive: Receive) -> Receive:
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY_BYTES:
            limit = LARGEST_BODY_BYTES // 2**20
            raise TooLarge(f"The body is larger than {limit} MB.", "Send it in parts.")
        return message

    return bounded


def _record(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unmatched")  # the template: a path with ids would never end
    REQUESTS.labels(scope["method"], route, status).inc()
    REQUEST_SECONDS.labels(scope["method"], route).observe(seconds)
    level = "WARNING" if status >= 500 else "DEBUG" if route in ("/health", "/metrics") else "INFO"
    logger.log(level, "{} {} {} {:.1f} ms", scope["method"], scope["path"], status, seconds * 1000)
