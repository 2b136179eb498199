"""What is decided is on record, as rows and jobs of one transaction."""

import asyncio
from datetime import timedelta

import procrastinate
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.kit.jobs import defer_once, run_worker
from carbon_nexus.notifications.decision_store import WITHDRAWN
from carbon_nexus.notifications.jobs import notify_all_tenants
from carbon_nexus.notifications.model import Reason
from carbon_nexus.notifications.service import DELIVERIES, notify

from .conftest import RULE, Deliver, Watch
from .listening import Answer, listening

HALF_DAY = timedelta(hours=12)


class Undo(Exception):
    """Rolls a transaction back."""


async def reasons(watch: Watch) -> list[str]:
    return [reason for reason, *_ in await watch.log()]


async def test_a_message_and_its_job_come_with_the_transaction_and_go_with_it(watch: Watch) -> None:
    receiver_id = await watch.receiver("https://ops.example.com")
    await watch.alert()

    async def undone() -> None:
        async with watch.engine.begin() as connection:
            assert len(await notify(connection, 1, watch.rule, watch.now)) == 1
            raise Undo

    try:
        await undone()
    except Undo:
        assert (await watch.log(), await watch.jobs()) == ([], [])
    await watch.notify()
    assert await watch.log() == [("new alerts", "pending", 0, None, None)]
    assert await watch.jobs() == [("deliver", DELIVERIES, f"receiver:{receiver_id}", 0, None)]


async def test_the_course_of_an_alert_as_its_receiver_hears_it(watch: Watch, deliver: Deliver) -> None:
    with listening() as server:
        await watch.receiver(server.url)
        first = await watch.alert("warn")
        for change, heard in [
            ("level = 'warn'", Reason.NEW),
            ("level = 'warn'", None),
            ("level = 'critical'", Reason.RISEN),
            ("state = 'recovering'", None),
            ("state = 'firing', silenced_by = '{3}'", None),
            ("silenced_by = '{}'", None),
            ("state = 'resolved'", Reason.RESOLVED),
            ("state = 'resolved'", None),
        ]:
            await watch.change(first, change)
            before = len(await watch.log())
            await watch.notify()
            await deliver()
            assert (await reasons(watch))[before:] == ([heard] if heard else []), change
    assert {status for _, status, *_ in await watch.log()} == {"delivered"}
    assert len(server.calls) == 3
    told = await watch.sql(
        "SELECT action, after, reason, actor FROM alert_events WHERE alert_id = :id ORDER BY id", id=first
    )
    assert told == [
        ("told", state, f"receiver ops, delivery {number}", "notifications")
        for number, state in [(1, "firing"), (2, "firing"), (3, "resolved")]
    ]


async def test_what_still_fires_is_told_again_once_in_each_interval(watch: Watch, deliver: Deliver) -> None:
    with listening() as server:
        await watch.receiver(server.url)
        alert = await watch.alert()
        for after in (timedelta(0), HALF_DAY, timedelta(hours=1), timedelta(hours=11)):
            await watch.notify(after)
            await deliver()
        await watch.change(alert, "acknowledged = true")
        await watch.notify(HALF_DAY)
    assert await reasons(watch) == ["new alerts", "repeated", "repeated"]


async def test_decisions_at_the_same_time_send_once(watch: Watch) -> None:
    await watch.receiver("https://ops.example.com")
    await watch.alert()
    await asyncio.gather(*(watch.notify() for _ in range(5)))
    assert await reasons(watch) == ["new alerts"]


async def test_a_message_that_waits_gives_way_to_a_later_one(watch: Watch, deliver: Deliver) -> None:
    with listening() as server:
        await watch.receiver(server.url)
        first = await watch.alert()
        await watch.notify()
        await watch.alert("critical")
        await watch.notify()
        await watch.change(first, "state = 'resolved'")
        await watch.notify()
        await deliver()
    assert await watch.log() == [
        ("new alerts", "withdrawn", 0, None, WITHDRAWN),
        ("new alerts", "withdrawn", 0, None, WITHDRAWN),
        ("new alerts", "delivered", 1, 200, None),
    ]
    assert b'"alert_count":1' in server.calls[0].body  # the first was over before anybody heard of it


async def test_nobody_hears_of_what_is_over_before_it_could_be_told(watch: Watch, deliver: Deliver) -> None:
    with listening() as server:
        await watch.receiver(server.url)
        alert = await watch.alert()
        await watch.notify()
        await watch.change(alert, "state = 'resolved'")
        await watch.notify()
        await deliver()
    assert server.calls == []
    assert await watch.log() == [("new alerts", "withdrawn", 0, None, WITHDRAWN)]
    assert await watch.notify() == []


async def test_a_refusal_is_not_repeated_until_there_is_more_to_say(watch: Watch, deliver: Deliver) -> None:
    with listening(Answer(404)) as server:
        await watch.receiver(server.url)
        await watch.alert()
        for _ in range(3):
            await watch.notify(timedelta(minutes=1))
            await deliver()
        assert len(server.calls) == 1
        await watch.notify(HALF_DAY)
        await deliver()
    assert [row[:4] for row in await watch.log()] == [("new alerts", "failed", 1, 404)] * 2


async def test_what_is_sent_again_by_hand_counts_as_heard(watch: Watch, deliver: Deliver) -> None:
    with listening(Answer(404), Answer(200)) as server:
        await watch.receiver(server.url)
        alert = await watch.alert()
        await watch.notify()
        await deliver()
        await watch.sql(
            "INSERT INTO deliveries (tenant_id, receiver_id, group_key, reason, fingerprint, alert_ids, message, "
            "created_at, status) SELECT tenant_id, receiver_id, group_key, 'again', fingerprint, alert_ids, message, "
            "created_at, 'delivered' FROM deliveries"
        )
        await watch.change(alert, "state = 'resolved'")
        await watch.notify()
    assert await reasons(watch) == ["new alerts", "again", "resolved"]


async def test_tenants_hear_of_their_own_alerts_only_and_one_that_fails_holds_up_no_other(
    watch: Watch, engine: AsyncEngine
) -> None:
    other = Watch(engine, watch.now, tenant_id=2)
    for each in (watch, other):
        await each.receiver("https://ops.example.com")
        await each.alert()
    await watch.sql("INSERT INTO rules (tenant_id, name, kind, spec) VALUES (1, 'broken', 'hotspot', '{}')")
    await notify_all_tenants(engine, RULE, lambda: watch.now)
    assert await watch.sql("SELECT tenant_id, alert_ids FROM deliveries") == [(2, [2])]


async def test_a_scan_wakes_it(watch: Watch, worker: procrastinate.App) -> None:
    await watch.receiver("https://ops.example.com")
    await watch.alert()
    async with watch.engine.begin() as connection:
        await defer_once(connection, "notify", "1", tenant_id=1)
    await run_worker(worker, until_empty=True)
    assert [(task, queue) for task, queue, *_ in await watch.jobs()] == [("deliver", DELIVERIES)]


async def test_without_receivers_nothing_is_done(watch: Watch) -> None:
    await watch.alert()
    assert await watch.notify() == []
