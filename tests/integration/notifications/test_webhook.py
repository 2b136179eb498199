import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from standardwebhooks import Webhook

from carbon_nexus.kit.clock import utc_now
from carbon_nexus.notifications.check import secret_of
from carbon_nexus.notifications.model import Outcome
from carbon_nexus.notifications.webhook import _trusted, send_webhook

from .listening import AUTHORITY, Answer, listening

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
SECRET = secret_of(bytes(range(32)))
EVENT = {"specversion": "1.0", "id": "e-1", "type": "io.carbonnexus.alerts.test", "data": {"entity": "Łódź 🚚"}}


async def send(url: str, *, allow_private: bool = True, now: datetime = NOW, seconds: float = 10.0) -> Outcome:
    return await send_webhook(url, SECRET, EVENT, now, allow_private=allow_private, deadline_seconds=seconds)


async def test_a_receiver_can_verify_what_it_gets() -> None:
    with listening() as server:
        assert await send(server.url, now=utc_now()) == Outcome(http_status=200)
    (call,) = server.calls
    assert Webhook(SECRET).verify(call.body, dict(call.headers)) == EVENT
    headers = {name.lower(): value for name, value in call.headers.items()}
    assert (headers["webhook-id"], headers["content-type"]) == ("e-1", "application/cloudevents+json")
    assert headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(204), Outcome(http_status=204)),
        (Answer(endless=True), Outcome(http_status=200)),
        (Answer(500), Outcome("answered 500", 500)),
        (Answer(500, endless=True), Outcome("answered 500", 500)),
        (Answer(408), Outcome("answered 408", 408)),
        (Answer(404), Outcome("answered 404", 404, final=True)),
        (Answer(410, {"Retry-After": "9"}), Outcome("answered 410", 410, final=True)),
        (Answer(429, {"Retry-After": "120"}), Outcome("answered 429", 429, retry_after=timedelta(seconds=120))),
        (
            Answer(503, {"Retry-After": "Wed, 18 Mar 2026 12:30:00 GMT"}),
            Outcome("answered 503", 503, retry_after=timedelta(minutes=30)),
        ),
        (Answer(503, {"Retry-After": "soon"}), Outcome("answered 503", 503)),
        (
            Answer(302, {"Location": "http://169.254.169.254/latest/meta-data"}),
            Outcome("answered 302; redirects are not followed", 302, final=True),
        ),
    ],
)
async def test_what_an_answer_means(answer: Answer, outcome: Outcome) -> None:
    with listening(answer) as server:
        assert await send(server.url) == outcome
        assert len(server.calls) == 1


async def test_a_receiver_that_hangs_is_left() -> None:
    with listening(None) as server:
        assert await send(server.url, seconds=0.2) == Outcome("no answer within 0.2 s")


async def test_a_receiver_that_is_not_there_is_tried_again() -> None:
    with listening() as server:
        pass
    outcome = await send(server.url)
    assert (outcome.error or "").startswith("no connection: ")
    assert not outcome.final


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST", "[::1]", "169.254.169.254", "10.0.0.1", "172.31.0.1", "192.168.0.1",
        "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "100.64.0.1", "[fd00:ec2::254]", "[fe80::1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "2130706433", "0x7f000001", "0x7f.1", "127.1", "017700000001",
    ],
)  # fmt: skip
async def test_our_own_network_is_not_reached(host: str) -> None:
    with listening() as server:
        outcome = await send(f"https://{host}:{server.port}/", allow_private=False)
    assert (outcome.error or "").endswith("is not a public address")
    assert outcome.final
    assert server.calls == []


def resolver(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names stand for these addresses, one answer for each look-up; returns the names that were looked up."""
    asked: list[str] = []

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 0)) for each in answers[len(asked) - 1]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


async def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, ["93.184.215.14", "127.0.0.1"])
    assert await send("https://two.example.com/", allow_private=False) == Outcome(
        "127.0.0.1 is not a public address", final=True
    )


async def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that changes between check and connection leads nowhere else."""
    with listening() as server:
        asked = resolver(monkeypatch, ["127.0.0.1"])  # a second look-up would fail
        assert await send(f"http://rebinding.example.com:{server.port}/x") == Outcome(http_status=200)
    assert asked == ["rebinding.example.com"]
    assert server.calls[0].headers["Host"] == f"rebinding.example.com:{server.port}"


async def test_the_next_address_is_tried_where_one_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as server:
        resolver(monkeypatch, ["127.0.0.2", "127.0.0.1"])  # nobody listens on the first
        assert await send(f"http://two.example.com:{server.port}/") == Outcome(http_status=200)


async def test_a_name_that_stands_for_nothing_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert await send("https://gone.example.com/") == Outcome("its name cannot be looked up")


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as proxy, listening() as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert await send(server.url) == Outcome(http_status=200)
    assert proxy.calls == []


async def test_the_certificate_is_checked_against_the_name_although_the_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    AUTHORITY.cert_pem.write_to_path(str(trusted := tmp_path / "authority.pem"))
    with listening(tls=True) as server:
        unknown = await send(f"https://localhost:{server.port}/")
        assert "CERTIFICATE_VERIFY_FAILED" in (unknown.error or "")
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        _trusted.cache_clear()
        try:
            assert await send(f"https://localhost:{server.port}/") == Outcome(http_status=200)
            other = await send(f"https://127.0.0.1:{server.port}/")
            assert "CERTIFICATE_VERIFY_FAILED" in (other.error or "")
        finally:
            _trusted.cache_clear()
    assert orjson.loads(server.calls[0].body) == EVENT
