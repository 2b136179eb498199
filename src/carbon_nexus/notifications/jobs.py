"""Deferred work of the room: deciding what is told, and telling it. Committed here, step by step.

An attempt is taken in one transaction and its outcome written in another: nothing is held while a receiver thinks. A
worker that is killed in between leaves its job to be given back, and the receiver may get the same event twice, with
the same id.
"""

from datetime import datetime, timedelta

import procrastinate
from loguru import logger
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit.store import record
from carbon_nexus.kit.clock import Clock
from carbon_nexus.notifications import store
from carbon_nexus.notifications.backoff import next_attempt
from carbon_nexus.notifications.model import Outcome, ReceiverKind, Status
from carbon_nexus.notifications.service import DELIVER_TASK, NOTIFY_TASK, ended, notify
from carbon_nexus.notifications.store import Claimed
from carbon_nexus.notifications.through_apprise import send_through_apprise
from carbon_nexus.notifications.webhook import send_webhook
from carbon_nexus.rules.model import Rule

AT_ONCE = 8
"""How many deliveries a process works on at once."""

AFTER_OUTAGE = timedelta(seconds=30)  # of the database: a delivery itself never raises


class NotYet(Exception):
    """The delivery did not get through, and is tried again at a moment."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"tried again at {at:%H:%M:%S}")
        self.at = at


def register(app: procrastinate.App, engine: AsyncEngine, default: Rule, clock: Clock, *, allow_private: bool) -> None:
    """Add the tasks `notify` (argument `tenant_id`) and `deliver` (`tenant_id`, `delivery_id`).

    `allow_private`: whether messages may go to addresses that are not public.
    """

    @app.task(name=NOTIFY_TASK, retry=procrastinate.RetryStrategy(max_attempts=5, exponential_wait=3))
    async def decide_and_save(tenant_id: int) -> None:
        async with engine.begin() as connection:
            await notify(connection, tenant_id, default, clock())

    @app.task(name=DELIVER_TASK, retry=_UntilItIsOver(clock))
    async def tell(tenant_id: int, delivery_id: int) -> None:
        again = await deliver(engine, tenant_id, delivery_id, clock, allow_private=allow_private)
        if again is not None:
            raise NotYet(again)


async def notify_all_tenants(engine: AsyncEngine, default: Rule, clock: Clock) -> None:
    """Decide for every tenant that has somebody to tell: for a timer. One that fails holds up no other."""
    async with engine.begin() as connection:
        tenants = await store.tenants(connection)
    for tenant_id in tenants:
        try:
            async with engine.begin() as connection:
                await notify(connection, tenant_id, default, clock())
        except Exception:
            logger.exception("what tenant {} is told cannot be decided; the next tick tries again", tenant_id)


async def deliver(
    engine: AsyncEngine, tenant_id: int, delivery_id: int, clock: Clock, *, allow_private: bool
) -> datetime | None:
    """One attempt at a delivery, and its outcome on record; returns when the next one is due, None: it is over."""
    async with engine.begin() as connection:
        claimed = await store.claim(connection, tenant_id, delivery_id, clock())
    if claimed is None:
        return None
    outcome = await _attempt(claimed, clock(), allow_private=allow_private)
    now = clock()
    told = {"receiver": claimed.receiver.name, "attempts": claimed.attempts, "http_status": outcome.http_status}
    async with engine.begin() as connection:
        if outcome.error is None:
            await store.save_delivered(connection, tenant_id, delivery_id, outcome.http_status, now)
            await record(connection, tenant_id, [ended(delivery_id, Status.DELIVERED, **told)])
            return None
        again = next_attempt(outcome, claimed.attempts, now)
        final = again is None
        saved = await store.save_failure(
            connection, tenant_id, delivery_id, outcome.http_status, outcome.error, final=final
        )
        if saved and final:
            entry = ended(delivery_id, Status.FAILED, **told, error=outcome.error)
            await record(connection, tenant_id, [entry])
    level = "INFO" if again else "WARNING"
    logger.log(level, "delivery {} to {}: {}", delivery_id, claimed.receiver.name, outcome.error)
    return again


async def _attempt(claimed: Claimed, now: datetime, *, allow_private: bool) -> Outcome:
    receiver, message = claimed.receiver, claimed.message
    try:
        if receiver.kind is ReceiverKind.WEBHOOK:
            secret, event = receiver.signing_secret or "", message["event"]
            return await send_webhook(receiver.url, secret, event, now, allow_private=allow_private)
        return await send_through_apprise(receiver.url, message["title"], message["text"], allow_private=allow_private)
    except Exception as problem:  # a delivery that can never be sent must come to an end too
        logger.error("a delivery to {} cannot be sent: {}", receiver.name, type(problem).__name__)
        return Outcome(f"could not be sent: {type(problem).__name__}")


class _UntilItIsOver(BaseRetryStrategy):
    """Deliveries end themselves; whatever else stops a job (an outage, the end of its worker) does not end it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if not isinstance(exception, NotYet):
            late = AFTER_OUTAGE if isinstance(exception, Exception) else timedelta(0)
            return RetryDecision(retry_at=self._clock() + late)
        # behind what the receiver was not tried with yet: a job in front of others of its lock holds them up
        return RetryDecision(retry_at=exception.at, priority=-1 - job.attempts)
