"""Bearer keys: checked on every route but /health and the dashboard's files; no keys means loopback only."""

import hashlib
import hmac
from collections.abc import Sequence

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from carbon_nexus.errors import Unauthorized

# a browser that opens the dashboard has no key yet: the page asks for it, and sends it with what it asks the API
OPEN_PATHS = frozenset({"/health", "/app"})
OPEN_FOLDERS = ("/app/",)
ANONYMOUS = "local"


class RequireKey:
    """ASGI middleware: answers 401 without a valid `Authorization: Bearer KEY`, notes the actor otherwise."""

    def __init__(self, app: ASGIApp, keys: Sequence[SecretStr]) -> None:
        self.app = app
        self.actors = {digest: _actor(digest) for digest in map(_digest_of, keys)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not self.actors or _is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        actor = self._actor_of(Headers(scope=scope).get("authorization", ""))
        if actor is None:
            refusal = Unauthorized("No valid API key.", "Send the header Authorization: Bearer KEY.")
            answer = JSONResponse(refusal.body(), refusal.status, headers={"WWW-Authenticate": "Bearer"})
            await answer(scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = actor
        await self.app(scope, receive, send)

    def _actor_of(self, authorization: str) -> str | None:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        given = _digest(key.strip(" \t").encode("latin-1"))  # the bytes as they came: a header is read as Latin-1
        return next((actor for digest, actor in self.actors.items() if hmac.compare_digest(digest, given)), None)


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()


def _digest_of(key: SecretStr) -> bytes:
    return _digest(key.get_secret_value().encode())


def _actor(digest: bytes) -> str:
    """A name for the audit trail that tells keys apart without giving one away."""
    return f"key-{digest.hex()[:8]}"
