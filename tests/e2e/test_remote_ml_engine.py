"""A second process of ours as the remote ml-engine: it answers, is killed, hangs, talks nonsense, and comes back."""

import asyncio
import re
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import numpy as np
import polars as pl
import pytest
from pydantic import SecretStr

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.kit.breaker import Breaker, State
from carbon_nexus.kit.http import Patience
from carbon_nexus.predictions.answers import RemoteAnswer
from carbon_nexus.predictions.client import CALLS_AT_ONCE, RemoteEngine
from tests.answering import Answer, answering
from tests.e2e.conftest import COMMAND, START_SECONDS, Running, environment

EVENTS = 40_000
ROWS_PER_CALL = 500  # eighty calls: what happens after the second happens in the middle
BATCH_SECONDS = 20.0
PAUSE_SECONDS = 30.0
IMPATIENT = Patience(
    connect_seconds=1, read_seconds=1.5, attempts=2, first_wait_seconds=0.01, longest_wait_seconds=0.05
)
BATCH_CALLS = re.compile(r'^\w+_total\{[^}]*route="/api/v1/batch/[^}]*status="200"[^}]*\} (\S+)', re.MULTILINE)


@pytest.fixture(scope="module")
def events() -> pl.DataFrame:
    """Forty thousand events of all four types, each with everything the contract carries of its type."""
    random = np.random.default_rng(7)
    kind = np.arange(EVENTS) % 4

    def of(*kinds: int, low: float, high: float) -> pl.Series:
        amounts = pl.Series(random.uniform(low, high, EVENTS).round(3))
        return pl.select(pl.when(pl.Series(np.isin(kind, kinds))).then(amounts)).to_series()

    return pl.DataFrame(
        {
            "event_type": np.array(["logistics", "delivery", "factory", "warehouse"])[kind],
            "vehicle_type": np.array(["truck", "van", None, None])[kind],
            "fuel_type": np.array(["diesel", "diesel", None, None])[kind],
            "distance_km": of(0, 1, low=5, high=800),
            "load_kg": of(0, low=100, high=20_000),
            "speed": of(0, low=30, high=80),
            "stop_events": of(0, low=0, high=9).cast(pl.Int64),
            "traffic_score": of(1, low=1, high=10),
            "delivery_count": of(1, low=1, high=90).cast(pl.Int64),
            "energy_kwh": of(2, 3, low=10, high=9000),
            "shift_hours": of(2, low=1, high=12),
            "furnace_usage": of(2, low=0, high=0),
            "cooling_load": of(2, low=0, high=0),
            "temperature": of(3, low=-20, high=25),
            "refrigeration_load": of(3, low=0, high=0),
            "inventory_volume": of(3, low=10, high=900),
        }
    )


@dataclass
class Asking:
    """An engine at a fixed address, with a breaker whose time the test moves."""

    address: str
    now: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        self.breaker = Breaker("ml-engine", pause_seconds=PAUSE_SECONDS, clock=lambda: self.now[0])
        self.engine = RemoteEngine(
            self.address, breaker=self.breaker, patience=IMPATIENT, batch_seconds=BATCH_SECONDS,
            rows_per_call=ROWS_PER_CALL,
        )  # fmt: skip

    async def ask(self, events: pl.DataFrame) -> RemoteAnswer:
        """Predict, and hold it to its deadline."""
        started = time.monotonic()
        answer = await self.engine.predict(events)
        assert time.monotonic() - started < BATCH_SECONDS + 1
        assert answer.rows["row_index"].to_list() == list(range(events.height))
        return answer

    def wait_out_the_pause(self) -> None:
        self.now[0] += PAUSE_SECONDS


@pytest.fixture
async def asking(serve: Callable[..., Running]) -> AsyncIterator[tuple[Asking, Running]]:
    running = serve("serve", "--no-worker")
    made = Asking(running.url)
    yield made, running
    await made.engine.aclose()


async def in_the_middle(url: str, calls_before: float = 0) -> None:
    """Wait until two batch calls more than before have been answered and taken in: all others may be under way."""
    deadline = time.monotonic() + BATCH_SECONDS
    async with httpx.AsyncClient(timeout=BATCH_SECONDS) as client:
        while time.monotonic() < deadline:
            if batch_calls((await client.get(f"{url}/metrics")).text) >= calls_before + CALLS_AT_ONCE + 2:
                return
    raise AssertionError("no batch call was answered")


def batch_calls(metrics: str) -> float:
    """How many batch calls a server says it has answered."""
    return sum(float(count) for count in BATCH_CALLS.findall(metrics))


@contextmanager
def serving_again(before: Running) -> Iterator[Running]:
    """Another process on the address and the data directory of one that was killed."""
    port = str(urlsplit(before.url).port)
    process = subprocess.Popen(
        [COMMAND, "serve", "--no-worker", "--port", port], env=environment(before.data_dir), text=True, cwd="/",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    running = Running(process, before.url, before.data_dir)
    try:
        _wait_until_healthy(running)
        yield running
    finally:
        running.kill_everything()


def _wait_until_healthy(running: Running) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            assert running.get("/health").status_code == 200
            return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError("the server never became healthy")


def states(answer: RemoteAnswer) -> dict[str, int]:
    return dict(answer.rows["state"].value_counts().rows())


async def test_a_second_process_answers_as_the_embedded_estimator_does(
    asking: tuple[Asking, Running], events: pl.DataFrame
) -> None:
    remote, _ = asking
    answer = await remote.ask(events)
    assert answer.reason is None
    assert states(answer) == {"answered": EVENTS}
    embedded = estimate(events)
    for name in ("co2e_kg", "ttw_kg", "wtt_kg", "low_kg", "high_kg", "confidence"):
        apart = (answer.rows[name] - embedded[name]).abs() / embedded[name]
        assert apart.max() < 1e-12, name  # type: ignore[operator]
    for name in ("tier", "method", "factor_id"):
        assert answer.rows[name].equals(embedded[name], null_equal=True), name


async def test_one_with_keys_answers_whoever_has_one(serve: Callable[..., Running], events: pl.DataFrame) -> None:
    running = serve("serve", "--no-worker", API_KEYS="a-key-of-the-engine-s-own")
    few = events.head(100)
    for key, reason in ((None, "ml-engine unavailable: answered 401"), (SecretStr("a-key-of-the-engine-s-own"), None)):
        engine = RemoteEngine(running.url, key=key)
        assert (await engine.predict(few)).reason == reason
        await engine.aclose()


async def test_killed_in_the_middle_then_nonsense_then_back(
    asking: tuple[Asking, Running], events: pl.DataFrame
) -> None:
    remote, running = asking
    under_way = asyncio.create_task(remote.ask(events))
    await in_the_middle(running.url)
    running.kill_everything()
    answer = await under_way
    assert states(answer).keys() == {"answered", "failed"}
    assert re.match("ml-engine unavailable: (the connection broke|cannot be reached)", str(answer.reason))
    assert remote.breaker.state is State.OPEN

    port = urlsplit(running.url).port or 0
    left = [Answer(b"<html>It works!</html>"), Answer({"results": []}), Answer({"results": [{}] * ROWS_PER_CALL})]
    with answering(lambda _: left.pop(0), port) as nonsense:
        assert states(await remote.ask(events)) == {"failed": EVENTS}
        assert nonsense.calls == []  # the breaker is open
        while left:
            remote.wait_out_the_pause()
            answer = await remote.ask(events)
            assert states(answer) == {"failed": EVENTS}
            assert "wrong answer" in str(answer.reason)
        assert len(nonsense.calls) == 3  # one trial after each pause

    with serving_again(running):
        assert states(await remote.ask(events)) == {"failed": EVENTS}
        remote.wait_out_the_pause()
        answer = await remote.ask(events)
        assert (states(answer), answer.reason) == ({"answered": EVENTS}, None)


async def test_hung_in_the_middle_then_back(asking: tuple[Asking, Running], events: pl.DataFrame) -> None:
    remote, running = asking
    under_way = asyncio.create_task(remote.ask(events))
    await in_the_middle(running.url)
    running.process.send_signal(signal.SIGSTOP)
    answer = await under_way
    assert states(answer).keys() == {"answered", "failed"}
    assert "ml-engine unavailable: timed out" in str(answer.reason)
    assert remote.breaker.state is State.OPEN
    started = time.monotonic()
    assert states(await remote.ask(events)) == {"failed": EVENTS}
    assert time.monotonic() - started < IMPATIENT.read_seconds  # nobody waits for a breaker that is open
    running.process.send_signal(signal.SIGCONT)
    remote.wait_out_the_pause()
    answer = await remote.ask(events)
    assert (states(answer), answer.reason) == ({"answered": EVENTS}, None)
