"""Calls to an outside service: pooled connections, timeouts, a deadline, retries with jitter, a circuit breaker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx
import stamina
from pydantic import SecretStr

from carbon_nexus.kit.breaker import Breaker, BreakerOpen, State

Answer = TypeVar("Answer")

PASSING_STATUSES = frozenset({502, 503, 504})  # of a proxy, or of a process that is just starting or stopping
LARGEST_ANSWER_BYTES = 64 * 2**20
KEPT_ALIVE_SECONDS = 4.0  # uvicorn closes an idle connection after 5 s; one that closes while in use is a failure


class Unanswered(Exception):
    """A call that brought no usable answer. The words are safe to show: no address, no key, nothing of the body.

    `passing`: the same call may well succeed when it is made again.
    """

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


class BadAnswer(ValueError):
    """An answer that is not what the contract says; the words name what is wrong with it."""


@dataclass(frozen=True)
class Patience:
    """How long one call may take and how often it is made; the waits in between double, with jitter of their length."""

    connect_seconds: float = 2.0
    read_seconds: float = 10.0  # without a single byte
    attempts: int = 3
    first_wait_seconds: float = 0.25
    longest_wait_seconds: float = 2.0


class Service:
    """An outside service at `url`; `key` goes along as a bearer key. For one event loop, as long as that runs."""

    def __init__(
        self, url: str, breaker: Breaker, *, key: SecretStr | None = None, patience: Patience | None = None
    ) -> None:
        self._breaker, self._patience = breaker, patience or Patience()
        # not compressed: a small body that unpacks into a huge one would pass the bound
        headers = {b"Content-Type": b"application/json", b"Accept-Encoding": b"identity"}
        if key is not None:
            headers[b"Authorization"] = b"Bearer " + key.get_secret_value().encode()
        self._url, self._headers = url, headers
        self._client = self._new_client()

    @property
    def doubted(self) -> bool:
        """Whether so many calls failed that none goes out, or one to try."""
        return self._breaker.state is not State.CLOSED

    async def post(self, path: str, body: bytes, read: Callable[[bytes], Answer], deadline: float) -> Answer:
        """POST JSON and read the answer; `read` raises BadAnswer and runs in a thread.

        Ends by `deadline` (time of the event loop) at the latest. Only for calls that change nothing at the service:
        they are repeated. Raises Unanswered.
        """
        try:
            async for attempt in self._attempts(deadline):
                with attempt:
                    return await self._attempt(path, body, read, deadline)
        except BreakerOpen as refusal:
            raise Unanswered(str(refusal)) from refusal
        raise AssertionError("the last attempt returns or raises")

    async def aclose(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._url,
            headers=self._headers,
            timeout=httpx.Timeout(self._patience.read_seconds, connect=self._patience.connect_seconds, pool=None),
            limits=httpx.Limits(keepalive_expiry=KEPT_ALIVE_SECONDS),
        )

    async def _on_new_connections(self) -> None:
        """Leave the pooled connections: they lead to the service as it was, and would spend the one trial there is."""
        left, self._client = self._client, self._new_client()
        await left.aclose()

    def _attempts(self, deadline: float) -> AsyncIterator[stamina.Attempt]:
        limits = self._patience
        now = asyncio.get_running_loop().time

        def worth_another(problem: Exception) -> bool:
            may_pass = isinstance(problem, Unanswered) and problem.passing and self._breaker.state is not State.OPEN
            return may_pass and now() + limits.longest_wait_seconds < deadline

        return stamina.retry_context(
            on=worth_another,
            attempts=limits.attempts,
            timeout=None,
            wait_initial=limits.first_wait_seconds,
            wait_jitter=limits.first_wait_seconds,
            wait_max=limits.longest_wait_seconds,
        )

    async def _attempt(self, path: str, body: bytes, read: Callable[[bytes], Answer], deadline: float) -> Answer:
        if asyncio.get_running_loop().time() >= deadline:
            raise Unanswered("out of time")  # before the breaker: the service was not even asked
        doubted = self.doubted
        with self._breaker.call():
            if doubted:
                await self._on_new_connections()
            try:
                async with asyncio.timeout_at(deadline):
                    return await asyncio.to_thread(read, await self._fetch(path, body))
            except BadAnswer as problem:
                raise Unanswered(f"wrong answer: {problem}") from problem
            except (TimeoutError, httpx.TransportError) as problem:
                raise Unanswered(_words(problem), passing=True) from problem

    async def _fetch(self, path: str, body: bytes) -> bytes:
        received = bytearray()
        async with self._client.stream("POST", path, content=body) as answer:
            if answer.status_code != httpx.codes.OK:
                raise Unanswered(f"answered {answer.status_code}", passing=answer.status_code in PASSING_STATUSES)
            async for part in answer.aiter_raw():
                received += part
                if len(received) > LARGEST_ANSWER_BYTES:
                    raise BadAnswer(f"larger than {LARGEST_ANSWER_BYTES / 2**20:.0f} MB")
        return bytes(received)


def _words(problem: Exception) -> str:
    if isinstance(problem, (TimeoutError, httpx.TimeoutException)):
        return "timed out"
    return "cannot be reached" if isinstance(problem, httpx.ConnectError) else "the connection broke"
