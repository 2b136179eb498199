"""Batches against a real server: what is answered, what a failure costs, and what the breaker lets through."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from threading import Barrier
from typing import Any

import orjson
import polars as pl
import pytest

from carbon_nexus.kit.breaker import Breaker
from carbon_nexus.kit.http import Patience
from carbon_nexus.predictions.answers import ANSWER_SCHEMA, RemoteAnswer
from carbon_nexus.predictions.client import RemoteEngine
from tests.answering import Answer, Answering, Call, answering
from tests.unit.predictions.activity import LEG, PREDICTION, ROUND, SHIFT, STORE, frame

IMPATIENT = Patience(connect_seconds=0.5, read_seconds=0.2, attempts=1)


def echo(call: Call) -> Answer:
    """One prediction per item: its distance or energy as kg, so that a mix-up of rows would show."""
    items = orjson.loads(call.body)["predictions"]
    amounts = [item.get("distance_km") or item.get("route_length") or item["energy_kwh"] for item in items]
    return Answer({"results": [{"prediction": PREDICTION | {"co2_kg": each}} for each in amounts], "count": len(items)})


@pytest.fixture
async def ask() -> AsyncIterator[Callable[..., Any]]:
    """Predicts against a server that answers as told; gives the answer and the server."""
    engines: list[RemoteEngine] = []

    async def asked(
        answer: Callable[[Call], Answer], events: pl.DataFrame, **how: Any
    ) -> tuple[RemoteAnswer, Answering]:
        with answering(answer) as server:
            engines.append(RemoteEngine(server.url, **({"patience": IMPATIENT} | how)))
            return await engines[-1].predict(events), server

    yield asked
    for engine in engines:
        await engine.aclose()


def mixed(count: int) -> pl.DataFrame:
    """Events of all four types in turn, each with its own amount, and every tenth of no known type."""
    kinds = [LEG, SHIFT, ROUND, STORE]
    rows = []
    for number in range(count):
        kind = kinds[number % 4]
        amount = "energy_kwh" if "energy_kwh" in kind else "distance_km"
        rows.append(kind | {amount: number + 1.0} | ({"event_type": "flight"} if number % 10 == 9 else {}))
    return frame(*rows)


async def test_every_event_gets_its_own_answer_in_the_order_of_the_frame(ask: Callable[..., Any]) -> None:
    answer, server = await ask(echo, mixed(1000), rows_per_call=37)
    assert answer.reason is None
    assert answer.rows.schema == pl.Schema(ANSWER_SCHEMA)
    assert answer.rows["row_index"].to_list() == list(range(1000))
    strange = answer.rows.filter(pl.col("row_index") % 10 == 9)
    assert set(strange["state"]) == {"not asked"}
    known = answer.rows.filter(pl.col("row_index") % 10 != 9)
    assert known["co2e_kg"].to_list() == [float(each) + 1 for each in known["row_index"]]
    assert max(len(orjson.loads(call.body)["predictions"]) for call in server.calls) == 37


async def test_four_calls_go_out_at_once_and_no_fifth(ask: Callable[..., Any]) -> None:
    four = Barrier(4, timeout=10)  # an answer comes only when four calls are there

    def together(call: Call) -> Answer:
        four.wait()
        return echo(call)

    patient = Patience(read_seconds=10)
    answer, server = await ask(together, frame(*[LEG] * 12), rows_per_call=1, patience=patient)
    assert answer.reason is None
    assert server.most_at_once == 4


async def test_no_events_are_no_calls(ask: Callable[..., Any]) -> None:
    answer, server = await ask(echo, mixed(4).clear())
    assert (answer.rows.height, answer.reason, server.calls) == (0, None, [])
    assert answer.rows.schema == pl.Schema(ANSWER_SCHEMA)


async def test_one_event_type_that_fails_leaves_the_others(ask: Callable[..., Any]) -> None:
    def no_rounds(call: Call) -> Answer:
        return Answer(b"", 500) if call.path.endswith("/delivery") else echo(call)

    answer, server = await ask(no_rounds, mixed(400), rows_per_call=5)
    states = dict(mixed(400).select("event_type").with_columns(answer.rows["state"]).unique().rows())
    assert states == {
        "logistics": "answered", "factory": "answered", "warehouse": "answered", "delivery": "failed",
        "flight": "not asked",
    }  # fmt: skip
    assert answer.reason == "ml-engine unavailable: answered 500"
    assert set(answer.rows.filter(pl.col("state") == "failed")["reason"]) == {answer.reason}
    # those under way together, and none after them
    assert len([call for call in server.calls if call.path.endswith("/delivery")]) <= 4


async def test_what_was_answered_before_a_failure_stays(ask: Callable[..., Any]) -> None:
    def twice(call: Call) -> Answer:
        return echo(call) if b'"distance_km":1.0' in call.body or b'"distance_km":2.0' in call.body else Answer(b"!")

    legs = frame(*(LEG | {"distance_km": float(number)} for number in range(1, 101)))
    answer, _ = await ask(twice, legs, rows_per_call=1)
    assert answer.rows["state"].to_list() == ["answered"] * 2 + ["failed"] * 98
    assert answer.reason == "ml-engine unavailable: wrong answer: not JSON"


async def test_a_hung_engine_costs_no_more_than_the_time_for_the_batch() -> None:
    with answering(echo) as server:
        server.answer = server.hang
        engine = RemoteEngine(server.url, patience=Patience(read_seconds=60), batch_seconds=0.2)
        started = time.perf_counter()
        answer = await engine.predict(mixed(400))
        assert time.perf_counter() - started < 1.5
        assert set(answer.rows["state"]) == {"failed", "not asked"}
        assert answer.reason == "ml-engine unavailable: timed out"
        await engine.aclose()


async def test_after_the_pause_one_call_tries_before_the_others_follow() -> None:
    seconds = [0.0]
    breaker = Breaker("engine", most_failures=1, pause_seconds=30, clock=lambda: seconds[0])
    with answering(lambda _: Answer(b"", 500)) as server:
        engine = RemoteEngine(server.url, breaker=breaker, patience=IMPATIENT, rows_per_call=10)
        await engine.predict(mixed(40))
        server.calls.clear()
        refused = await engine.predict(mixed(400))
        assert server.calls == []
        assert "next call in 30 s" in str(refused.reason)
        seconds[0] = 30.0
        await engine.predict(mixed(400))
        assert len(server.calls) == 1
        seconds[0], server.answer = 60.0, echo
        assert (await engine.predict(mixed(400))).reason is None
        await engine.aclose()


async def test_a_cancelled_prediction_is_cancelled_and_harms_nothing() -> None:
    asked, loop = asyncio.Event(), asyncio.get_running_loop()

    def hang(call: Call) -> Answer:
        loop.call_soon_threadsafe(asked.set)
        return server.hang(call)

    with answering(hang) as server:
        engine = RemoteEngine(server.url, breaker=Breaker("engine", most_failures=1), patience=Patience())
        asking = asyncio.create_task(engine.predict(mixed(40)))
        await asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        server.answer = echo
        assert (await engine.predict(mixed(40))).reason is None
        await engine.aclose()


@pytest.mark.parametrize("rows_per_call", [0, 10_001])
def test_more_than_the_contract_takes_is_refused_at_once(rows_per_call: int) -> None:
    with pytest.raises(ValueError, match="1 to 10000"):
        RemoteEngine("http://127.0.0.1:1", rows_per_call=rows_per_call)
