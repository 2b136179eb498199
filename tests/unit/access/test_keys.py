"""The door: which Authorization headers open it, and the actor it notes."""

import base64
import hashlib

import httpx
import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from carbon_nexus.access.keys import Keys, RequireKey

KEY, OTHER = "a-long-random-string", "clé-très-secrète-0001"
ACTOR = f"key-{hashlib.sha256(KEY.encode()).hexdigest()[:8]}"


async def who_am_i(scope: Scope, receive: Receive, send: Send) -> None:
    actor = getattr(Request(scope).state, "actor", "nobody")
    await PlainTextResponse(actor)(scope, receive, send)


async def ask(
    authorization: bytes | None, path: str = "/hotspots", keys: tuple[str, ...] = (KEY, OTHER)
) -> httpx.Response:
    door = RequireKey(who_am_i, Keys([SecretStr(key) for key in keys]))
    headers = [] if authorization is None else [(b"authorization", authorization)]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=door), base_url="http://test") as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize("given", [f"Bearer {KEY}", f"bearer {KEY}", f"BEARER  {KEY} "])
async def test_a_right_key_opens_and_names_the_actor_by_a_digest(given: str) -> None:
    answer = await ask(given.encode())
    assert (answer.status_code, answer.text) == (200, ACTOR)
    assert KEY not in answer.text


async def test_every_configured_key_opens_under_its_own_name() -> None:
    """A key outside ASCII comes as the bytes the client sent: UTF-8."""
    answer = await ask(f"Bearer {OTHER}".encode())
    assert answer.status_code == 200
    assert answer.text not in (ACTOR, "nobody")


@pytest.mark.parametrize(
    "given",
    [
        None, b"", b"Bearer", b"Bearer ", KEY.encode(), f"Basic {KEY}".encode(), f"Token {KEY}".encode(),
        f"Bearer{KEY}".encode(), f"Bearer {KEY}x".encode(), f"Bearer {KEY[:-1]}".encode(),
        f"Bearer {KEY.upper()}".encode(), f"Bearer {ACTOR}".encode(), f"Bearer {KEY} {OTHER}".encode(),
        f"Bearer {KEY},{OTHER}".encode(), b"Bearer \xff\xfe\x00", b"Bearer " + b"a" * 10_000,
    ],
)  # fmt: skip
async def test_anything_else_is_401_with_the_scheme_to_use(given: bytes | None) -> None:
    answer = await ask(given)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert set(answer.json()) == {"detail", "code", "remedy"}
    assert answer.json()["code"] == "unauthorized"
    assert "Authorization: Bearer" in answer.json()["remedy"]


@pytest.mark.parametrize("path", ["/health/", "//health", "/health/x", "/HEALTH", "/x/../health/y", "/healthy"])
async def test_only_the_very_path_health_is_open(path: str) -> None:
    assert (await ask(None, "/health")).status_code == 200
    assert (await ask(None, path)).status_code == 401


async def test_without_keys_everybody_passes_and_nobody_is_named() -> None:
    answer = await ask(None, keys=())
    assert (answer.status_code, answer.text) == (200, "nobody")


async def offer(*subprotocols: str) -> list[str]:
    """What became of a WebSocket that offers these names."""
    sent: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        sent.append(scope["state"]["actor"])

    async def send(message: Message) -> None:
        sent.append(str(message.get("status", message["type"])))

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/ws", "headers": [], "subprotocols": list(subprotocols), "extensions": {}}
    await RequireKey(application, Keys([SecretStr(KEY)]))(scope, receive, send)
    return sent


@pytest.mark.parametrize("padding", ["", "=", "=="])
async def test_a_browser_shows_its_key_to_a_websocket_among_the_subprotocols(padding: str) -> None:
    key = base64.urlsafe_b64encode(KEY.encode()).decode().rstrip("=")
    assert await offer("carbon-nexus", f"carbon-nexus.key.{key}{padding}") == [ACTOR]


@pytest.mark.parametrize("name", ["carbon-nexus", "carbon-nexus.key.", "carbon-nexus.key.a", "carbon-nexus.key.é", KEY])
async def test_any_other_name_leaves_the_door_closed(name: str) -> None:
    assert (await offer(name))[0] == "401"
