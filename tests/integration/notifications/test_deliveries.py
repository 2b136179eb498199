"""Deliveries as jobs: tried again, given back, in nobody's way."""

import asyncio
from datetime import timedelta

import orjson
import procrastinate
import pytest

from carbon_nexus.kit.jobs import retry_stalled, run_worker
from carbon_nexus.notifications.jobs import deliver as attempt
from carbon_nexus.notifications.service import DELIVERIES, send_test

from .conftest import Deliver, Watch
from .listening import Answer, Listening, listening

PATIENCE = 20  # seconds that nobody waits unless something is wrong


def ids(server: Listening) -> set[str]:
    return {call.headers["webhook-id"] for call in server.calls}


async def told(watch: Watch, server: Listening, name: str = "ops") -> int:
    """A message to this server waits; returns its id."""
    await watch.receiver(server.url, name)
    await watch.alert()
    await watch.notify()
    return int((await watch.sql("SELECT max(id) FROM deliveries"))[0][0])


async def ask_for_tests(watch: Watch, *names: str) -> None:
    """Tests for these receivers wait."""
    for second, name in enumerate(names):
        async with watch.engine.begin() as connection:
            await send_test(connection, 1, name, "ann", watch.now + timedelta(seconds=second))


async def test_a_receiver_that_fails_gets_the_same_event_again(watch: Watch, deliver: Deliver) -> None:
    with listening(Answer(500), Answer(503), Answer(200)) as server:
        await told(watch, server)
        await deliver()
    assert await watch.log() == [("new alerts", "delivered", 3, 200, None)]
    assert len(ids(server)) == 1
    assert orjson.loads(server.calls[0].body)["id"] in ids(server)
    assert len({call.body for call in server.calls}) == 1
    assert await watch.jobs() == []


@pytest.mark.parametrize(
    ("answer", "attempts", "error"),
    [(Answer(404), 1, "answered 404"), (Answer(500), 6, "answered 500"), (Answer(429), 6, "answered 429")],
)
async def test_a_delivery_ends_after_six_attempts_or_at_once(
    watch: Watch, deliver: Deliver, answer: Answer, attempts: int, error: str
) -> None:
    with listening(answer) as server:
        await told(watch, server)
        await deliver()
    assert await watch.log() == [("new alerts", "failed", attempts, answer.status, error)]
    assert len(server.calls) == attempts
    assert await watch.jobs() == []
    assert await watch.sql("SELECT * FROM alert_events") == []


async def test_a_redirect_is_not_followed(watch: Watch, deliver: Deliver) -> None:
    with listening(Answer(307, {"Location": "http://169.254.169.254/"})) as server:
        await told(watch, server)
        await deliver()
    assert (await watch.log())[0][1:4] == ("failed", 1, 307)


async def test_the_next_attempt_is_when_the_receiver_asks_for_it(
    watch: Watch, worker: procrastinate.App, deliver: Deliver
) -> None:
    real_now = (await watch.sql("SELECT now()"))[0][0]
    watch.now = real_now
    with listening(Answer(503, {"Retry-After": "90"})) as server:
        await told(watch, server)
        await deliver()
    ((_, queue, _, priority, at),) = await watch.jobs()
    assert (queue, priority, at) == (DELIVERIES, -1, real_now + timedelta(seconds=90))
    assert await watch.log() == [("new alerts", "pending", 1, 503, "answered 503")]


async def test_private_addresses_are_refused_unless_allowed(watch: Watch) -> None:
    with listening() as server:
        delivery_id = await told(watch, server)
        assert await attempt(watch.engine, 1, delivery_id, lambda: watch.now, allow_private=False) is None
    assert await watch.log() == [("new alerts", "failed", 1, None, "127.0.0.1 is not a public address")]
    assert server.calls == []


async def test_a_delivery_of_a_killed_worker_is_sent_by_another_one(
    watch: Watch, worker: procrastinate.App, deliver: Deliver
) -> None:
    with listening() as server:
        await told(watch, server)
        # as the killed one left it: taken, and nothing more was heard of it
        await watch.sql("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
        await watch.sql("UPDATE deliveries SET attempts = 1, attempted_at = :now", now=watch.now)
        (decision,) = await watch.notify()
        assert decision.reason == "not sent: delivery 1 is under way"
        assert await retry_stalled(worker) == 1
        await deliver()
    assert await watch.log() == [("new alerts", "delivered", 2, 200, None)]


async def test_the_end_of_a_worker_gives_its_delivery_back(watch: Watch, worker: procrastinate.App) -> None:
    with listening(None) as server:
        await told(watch, server)
        serving = worker.run_worker_async(
            queues=[DELIVERIES], listen_notify=False, install_signal_handlers=False, shutdown_graceful_timeout=0.1
        )
        running = asyncio.create_task(serving)
        await asyncio.to_thread(server.called.wait, PATIENCE)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await watch.sql("SELECT task_name, status::text FROM procrastinate_jobs") == [("deliver", "todo")]
    assert (await watch.log())[0][1] == "pending"


async def test_a_receiver_that_hangs_delays_nobody_else(watch: Watch, worker: procrastinate.App) -> None:
    """Five messages for the one that hangs, before one for the other, and two at once."""
    with listening(None) as hanging, listening() as fine:
        await watch.receiver(hanging.url, "hanging")
        await watch.receiver(fine.url, "fine")
        await ask_for_tests(watch, *["hanging"] * 5, "fine")
        running = asyncio.create_task(run_worker(worker, queues=[DELIVERIES], concurrency=2))
        try:
            assert await asyncio.to_thread(hanging.called.wait, PATIENCE)
            assert await asyncio.to_thread(fine.called.wait, PATIENCE)
            assert len(hanging.calls) == 1
        finally:
            hanging.closing.set()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_new_messages_go_before_those_that_failed(watch: Watch, deliver: Deliver) -> None:
    """Otherwise one that waits an hour for its last attempt would hold up all that its receiver is told."""
    with listening(Answer(500), Answer(200)) as server:
        await watch.receiver(server.url)
        await ask_for_tests(watch, "ops", "ops")
        await deliver()
    failed, new, again = [call.headers["webhook-id"] for call in server.calls]
    assert failed == again != new


async def test_other_queues_are_left_to_other_workers(watch: Watch, worker: procrastinate.App) -> None:
    with listening() as server:
        await told(watch, server)
        await run_worker(worker, until_empty=True)
        assert server.calls == []


async def test_messages_go_through_apprise(watch: Watch, deliver: Deliver) -> None:
    with listening() as server:
        await watch.receiver(f"json://127.0.0.1:{server.port}/", kind="apprise")
        await watch.alert("critical")
        await watch.notify()
        await deliver()
    assert await watch.log() == [("new alerts", "delivered", 1, None, None)]
    told = orjson.loads(server.calls[0].body)
    assert (told["title"], told["message"]) == (
        "Carbon Nexus: 1 firing (critical) - rule default",
        "critical: North is high",
    )


async def test_a_receiver_that_is_gone_is_not_told(watch: Watch, deliver: Deliver) -> None:
    with listening() as server:
        await told(watch, server)
        await watch.sql("DELETE FROM receivers")
        await deliver()
    assert (server.calls, await watch.log(), await watch.jobs()) == ([], [], [])
