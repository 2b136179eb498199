"""Deliveries as jobs: tried again, given back, in nobody's way."""

import asyncio
from datetime import timedelta

import orjson
import procrastinate
import pytest

from carbon_nexus.kit.jobs import retry_stalled, run_worker
from carbon_nexus.notifications.jobs import deliver as attempt
from carbon_nexus.notifications.service import DELIVERIES

from .conftest import Deliver, Watch
from .listening import Answer, Listening, listening


async def ids(server: Listening) -> set[str]:
    return {call.headers["webhook-id"] for call in server.calls}


async def told(watch: Watch, server: Listening, name: str = "ops") -> int:
    """A message to this server waits; returns its id."""
    await watch.receiver(server.url, name)
    await watch.alert()
    await watch.notify()
    return int((await watch.sql("SELECT max(id) FROM deliveries"))[0][0])


async def test_a_receiver_that_fails_gets_the_same_event_again(watch: Watch, deliver: Deliver) -> None:
    with listening(Answer(500), Answer(503), Answer(200)) as server:
        await told(watch, server)
        await deliver()
    assert await watch.log() == [("new alerts", "delivered", 3, 200, None)]
    assert len(await ids(server)) == 1
    assert orjson.loads(server.calls[0].body)["id"] in await ids(server)
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
        running = asyncio.create_task(run_worker(worker, queues=[DELIVERIES]))
        await asyncio.to_thread(server.called.wait)
        running.cancel()
        job = asyncio.current_task()
        assert job is not None
        (sending,) = [each for each in asyncio.all_tasks() if "process job" in each.get_name()]
        sending.cancel()
        await asyncio.gather(running, sending, return_exceptions=True)
    assert [task for task, *_ in await watch.jobs()] == ["deliver"]
    assert await watch.sql("SELECT status::text FROM procrastinate_jobs") == [("todo",)]
    assert (await watch.log())[0][1] == "pending"


async def test_a_receiver_that_hangs_delays_nobody_else(watch: Watch, worker: procrastinate.App) -> None:
    """Five messages for the one that hangs, before one for the other; two workers' slots."""
    with listening(None) as hanging, listening() as fine:
        await told(watch, hanging)
        await watch.sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, lock) "
            "SELECT queue_name, task_name, args, lock FROM procrastinate_jobs, generate_series(1, 4)"
        )
        watch.rule = type(watch.rule)(**{**vars(watch.rule), "receivers": ("fine",)})
        await told(watch, fine, "fine")
        running = asyncio.create_task(run_worker(worker, queues=[DELIVERIES], concurrency=2))
        await asyncio.to_thread(hanging.called.wait)
        assert await asyncio.to_thread(fine.called.wait, 8)
        assert len(hanging.calls) == 1
        hanging.closing.set()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_new_messages_go_before_those_that_failed(watch: Watch, deliver: Deliver) -> None:
    """Otherwise one that waits an hour for its last attempt would hold up all that its receiver is told."""
    with listening(Answer(500), Answer(200)) as server:
        await told(watch, server)
        watch.rule = type(watch.rule)(**{**vars(watch.rule), "group_by": ("entity",)})
        await watch.notify()
        await deliver()
        first, *_, last = [call.headers["webhook-id"] for call in server.calls]
    assert (len(server.calls), first) == (3, last)


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
