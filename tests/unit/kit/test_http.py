"""Calls to a real server that answers, fails, hangs, trickles or is not there: an answer, or one sentence why not."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from loguru import logger
from pydantic import SecretStr

from carbon_nexus.kit import http
from carbon_nexus.kit.breaker import Breaker
from carbon_nexus.kit.http import BadAnswer, Patience, Service, Unanswered
from tests.answering import Answer, Answering, Call, answering

IMPATIENT = Patience(
    connect_seconds=0.5, read_seconds=0.15, attempts=3, first_wait_seconds=0.001, longest_wait_seconds=0.01
)


def in_turn(*answers: Answer) -> Callable[[Call], Answer]:
    """These answers one after another, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
def server() -> Iterator[Answering]:
    with answering(in_turn(Answer(b"fine"))) as running:
        yield running


@pytest.fixture
async def service(server: Answering) -> AsyncIterator[Service]:
    made = Service(server.url, Breaker("engine"), patience=IMPATIENT)
    yield made
    await made.aclose()


def deadline(seconds: float = 5.0) -> float:
    return asyncio.get_running_loop().time() + seconds


async def post(service: Service, seconds: float = 5.0) -> bytes:
    return await service.post("/answer", b"{}", bytes, deadline(seconds))


async def why_not(service: Service, seconds: float = 5.0) -> str:
    with pytest.raises(Unanswered) as problem:
        await post(service, seconds)
    return str(problem.value)


async def test_an_answer_is_read(service: Service, server: Answering) -> None:
    assert await post(service) == b"fine"
    (call,) = server.calls
    assert (call.path, call.body, call.headers["Content-Type"]) == ("/answer", b"{}", "application/json")
    assert "Authorization" not in call.headers


async def test_connections_are_kept(service: Service, server: Answering) -> None:
    for _ in range(3):
        await post(service)
    assert len(server.calls) == 3
    assert len({call.from_port for call in server.calls}) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_passing_failure_is_tried_again(service: Service, server: Answering, status: int) -> None:
    server.answer = in_turn(Answer(b"", status), Answer(b"", status), Answer(b"fine"))
    assert await post(service) == b"fine"
    assert len(server.calls) == 3


@pytest.mark.parametrize("status", [201, 301, 401, 404, 422, 429, 500])
async def test_any_other_status_is_told_at_once(service: Service, server: Answering, status: int) -> None:
    server.answer = in_turn(Answer(b"", status))
    assert await why_not(service) == f"answered {status}"
    assert len(server.calls) == 1


async def test_a_wrong_answer_is_told_at_once(service: Service, server: Answering) -> None:
    def refuse(_: bytes) -> bytes:
        raise BadAnswer("not JSON")

    with pytest.raises(Unanswered, match="wrong answer: not JSON"):
        await service.post("/answer", b"{}", refuse, deadline())
    assert len(server.calls) == 1


async def test_a_body_above_the_bound_is_not_read_to_its_end(
    service: Service, server: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER_BYTES", 2**20)
    server.answer = in_turn(Answer(b" " * 2**21))
    assert await why_not(service) == "wrong answer: larger than 1 MB"


async def test_a_hung_server_is_tried_as_often_as_said(service: Service, server: Answering) -> None:
    server.answer = server.hang
    assert await why_not(service) == "timed out"
    assert len(server.calls) == 3


async def test_the_deadline_ends_whatever_is_under_way(server: Answering) -> None:
    server.answer = server.hang
    breaker = Breaker("engine", most_failures=1)
    service = Service(server.url, breaker, patience=Patience(read_seconds=60))
    started = time.perf_counter()
    assert await why_not(service, seconds=0.1) == "timed out"
    assert time.perf_counter() - started < 1
    assert service.doubted  # a server that trickles or hangs is one that fails
    await service.aclose()


async def test_past_the_deadline_nothing_is_sent_and_nobody_blamed(server: Answering) -> None:
    service = Service(server.url, Breaker("engine", most_failures=1), patience=IMPATIENT)
    assert await why_not(service, seconds=0) == "out of time"
    assert server.calls == []
    assert not service.doubted
    await service.aclose()


async def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        service = Service(f"http://127.0.0.1:{taken.getsockname()[1]}", Breaker("engine"), patience=IMPATIENT)
        assert await why_not(service) == "cannot be reached"
    await service.aclose()


async def test_a_connection_that_breaks_is_tried_again(service: Service, server: Answering) -> None:
    def die_once(_: Call) -> Answer:
        if len(server.calls) == 1:
            raise ConnectionError  # the handler's thread ends and the connection with it
        return Answer(b"fine")

    server.answer = die_once
    assert await post(service) == b"fine"
    assert len(server.calls) == 2


async def test_an_open_breaker_sends_nothing(server: Answering) -> None:
    server.answer = in_turn(Answer(b"", 503))
    service = Service(server.url, Breaker("engine", most_failures=2), patience=IMPATIENT)
    assert await why_not(service) == "answered 503"
    assert len(server.calls) == 2  # no third attempt: the breaker opened
    assert "2 failures in a row" in await why_not(service)
    assert len(server.calls) == 2
    await service.aclose()


async def test_a_key_goes_along_and_neither_it_nor_the_address_is_told(server: Answering) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, level=0)
    address = server.url.replace("127.0.0.1", "ann:pass-of-ann@127.0.0.1")
    service = Service(
        address, Breaker("engine", most_failures=1), key=SecretStr("a-very-secret-key"), patience=IMPATIENT
    )
    server.answer = in_turn(Answer(b"", 401))
    told = await why_not(service)
    logger.remove(sink)
    assert "Authorization" in server.calls[0].headers
    for secret in ("a-very-secret-key", "pass-of-ann", "127.0.0.1"):
        assert secret not in told + "".join(lines)
    await service.aclose()


async def test_the_key_is_a_bearer_key(server: Answering) -> None:
    service = Service(server.url, Breaker("engine"), key=SecretStr("a-very-secret-key"), patience=IMPATIENT)
    await post(service)
    assert server.calls[0].headers["Authorization"] == "Bearer a-very-secret-key"
    await service.aclose()
