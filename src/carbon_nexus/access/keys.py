"""Bearer keys: checked on every route but /health and the dashboard's files; no keys means loopback only."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from carbon_nexus.errors import Unauthorized

# a browser that opens the dashboard has no key yet: the page asks for it, and sends it with what it asks the API
OPEN_PATHS = frozenset({"/health", "/app"})
OWN_DOOR = "/socket.io/"  # a browser can show its key there only once it is connected; `live.rooms` checks it
OPEN_FOLDERS = ("/app/", OWN_DOOR)
SUBPROTOCOL_KEY = "carbon-nexus.key."  # how a browser shows its key to a WebSocket: this and the key as base64url
ANONYMOUS = "local"


class Keys:
    """The configured keys, by digest; false where none are configured."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._actors = {digest: _actor(digest) for digest in map(_digest_of, keys)}

    def __bool__(self) -> bool:
        return bool(self._actors)

    def actor_of(self, key: bytes) -> str | None:
        """Whose key it is, as the audit trail names them; None: nobody's. Takes as long for a wrong key."""
        given = _digest(key)
        return next((actor for digest, actor in self._actors.items() if hmac.compare_digest(digest, given)), None)


class RequireKey:
    """ASGI middleware: answers 401 without a valid `Authorization: Bearer KEY`, notes the actor otherwise."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app, self.keys = app, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not self.keys or _is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        actor = self.keys.actor_of(_shown_key(scope))
        if actor is None:
            refusal = Unauthorized("No valid API key.", "Send the header Authorization: Bearer KEY.")
            answer = JSONResponse(refusal.body(), refusal.status, headers={"WWW-Authenticate": "Bearer"})
            await answer(scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = actor
        await self.app(scope, receive, send)


def bearer(authorization: str) -> str:
    """The key in a header Authorization; empty where it holds none."""
    scheme, _, key = authorization.partition(" ")
    return key.strip(" \t") if scheme.lower() == "bearer" else ""


def _shown_key(scope: Scope) -> bytes:
    """The bytes as they came: a header is read as Latin-1."""
    if key := bearer(Headers(scope=scope).get("authorization", "")):
        return key.encode("latin-1")
    for name in scope.get("subprotocols", []):
        if name.startswith(SUBPROTOCOL_KEY):
            with suppress(ValueError):
                return base64.b64decode(name.removeprefix(SUBPROTOCOL_KEY) + "==", altchars=b"-_")
    return b""


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()


def _digest_of(key: SecretStr) -> bytes:
    return _digest(key.get_secret_value().encode())


def _actor(digest: bytes) -> str:
    """A name for the audit trail that tells keys apart without giving one away."""
    return f"key-{digest.hex()[:8]}"
