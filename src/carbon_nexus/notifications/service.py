"""Load, decide, save: what is told to whom. Never commits.

Every message is a row of `deliveries` and a job that sends it, written in the transaction that decides it.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict, NotFound
from carbon_nexus.kit.jobs import defer_each
from carbon_nexus.notifications import decision_store, store
from carbon_nexus.notifications.decide import decide
from carbon_nexus.notifications.message import alerts_message, message_of_test
from carbon_nexus.notifications.model import TEST_GROUP, Decision, Message, Reason, Sending, Status
from carbon_nexus.rules.model import Rule
from carbon_nexus.rules.service import load

NOTIFY_TASK = "notify"
DELIVER_TASK = "deliver"
DELIVERIES = "deliveries"
"""Queue of the deliveries: of its own, so that a receiver that hangs takes no worker from a scan."""


async def notify(connection: AsyncConnection, tenant_id: int, default: Rule, now: datetime) -> list[Decision]:
    """Decide what is told to whom now, and see to it that it is sent; returns every decision with its reason."""
    await store.lock(connection, tenant_id, NOTIFY_TASK)
    receivers = [store.as_receiver(row) for row in await store.all_receivers(connection, tenant_id)]
    if not receivers:
        return []
    said = await decision_store.load_said(connection, tenant_id, now)
    heard = {alert_id for each in said.values() for alert_id in each.firing}
    alerts = await decision_store.load_alerts(connection, tenant_id, heard)
    rules = {rule.name: rule for rule in await load(connection, tenant_id, default)} if alerts else {}
    decisions = await asyncio.to_thread(decide, alerts, rules, receivers, said, now)
    await _carry_out(connection, tenant_id, decisions, now)
    return decisions


async def send_test(
    connection: AsyncConnection, tenant_id: int, name: str, actor: str, now: datetime
) -> dict[str, Any]:
    """Send a test to a receiver, enabled or not; the delivery as it stands. Raises NotFound."""
    row = await store.find_receiver(connection, tenant_id, name)
    if row is None:
        raise no_receiver(name)
    message = message_of_test(store.as_receiver(row), tenant_id, now)
    values = _row(row["id"], TEST_GROUP, Reason.TEST, str(message.event["id"]), [], message)
    (delivery_id,) = await _send(connection, tenant_id, [values], now)
    await record(connection, tenant_id, [Entry("receiver.tested", "receiver", name, actor)])
    return await get_delivery(connection, tenant_id, delivery_id)


async def redeliver(
    connection: AsyncConnection, tenant_id: int, delivery_id: int, actor: str, now: datetime
) -> dict[str, Any]:
    """Send the same message to the same receiver again, as a new delivery, which is answered.

    It is the same event with the same id: who got it the first time can tell. Raises NotFound, and Conflict while the
    first one may still get through.
    """
    found = await get_delivery(connection, tenant_id, delivery_id)
    if found["status"] == Status.PENDING:
        raise Conflict(f"Delivery {delivery_id} is still tried.", "Wait until it is delivered or failed.")
    kept = ("receiver_id", "group_key", "fingerprint", "alert_ids", "message")
    values = {**{name: found[name] for name in kept}, "reason": Reason.AGAIN}
    (new_id,) = await _send(connection, tenant_id, [values], now)
    details = {"delivery": new_id, "receiver": found["receiver"]}
    await record(
        connection, tenant_id, [Entry("delivery.redelivered", "delivery", str(delivery_id), actor, details=details)]
    )
    return await get_delivery(connection, tenant_id, new_id)


async def get_delivery(connection: AsyncConnection, tenant_id: int, delivery_id: int) -> dict[str, Any]:
    """One delivery with its message. Raises NotFound."""
    found = await store.find_delivery(connection, tenant_id, delivery_id)
    if found is None:
        raise NotFound(f"There is no delivery {delivery_id}.", "GET /deliveries lists all.")
    return found


def ended(delivery_id: int, status: Status, **details: Any) -> Entry:
    """The entry of a delivery that waits no more."""
    subject = f"delivery.{status}", "delivery", str(delivery_id), store.ACTOR
    return Entry(*subject, details=details, before={"status": Status.PENDING}, after={"status": status})


def _queued(delivery_id: int, sending: Sending) -> Entry:
    alert_ids = [alert.id for alert in sending.alerts]
    details = {"receiver_id": sending.receiver_id, "alert_ids": alert_ids, "reason": sending.reason}
    after = {"status": Status.PENDING}
    return Entry("delivery.queued", "delivery", str(delivery_id), store.ACTOR, details=details, after=after)


def no_receiver(name: str) -> NotFound:
    """The error about a receiver that does not exist."""
    return NotFound(f"There is no receiver '{name}'.", "PUT one; GET /receivers lists all.")


async def _carry_out(connection: AsyncConnection, tenant_id: int, decisions: Sequence[Decision], now: datetime) -> None:
    stale = {each.withdraw for each in decisions if each.withdraw is not None}
    withdrawn = set(await decision_store.withdraw(connection, tenant_id, stale, now)) if stale else set()
    # one that a worker took since it was read goes out: what is to be said instead is decided after it
    free = [each for each in decisions if each.withdraw is None or each.withdraw in withdrawn]
    sendings = [each.sending for each in free if each.sending is not None]
    sent = await _send(connection, tenant_id, [_told(sending, tenant_id, now) for sending in sendings], now)
    await record(
        connection, tenant_id,
        [*(ended(each, Status.WITHDRAWN) for each in sorted(withdrawn)), *map(_queued, sent, sendings)],
    )  # fmt: skip
    for why, count in Counter(each.reason for each in decisions).items():
        logger.debug("notifications of tenant {}: {} x {}", tenant_id, count, why)
    if sendings or withdrawn:
        logger.info("{} messages to send, {} withdrawn", len(sendings), len(withdrawn))


def _told(sending: Sending, tenant_id: int, now: datetime) -> dict[str, Any]:
    message = alerts_message(sending, tenant_id, now)
    alert_ids = [alert.id for alert in sending.alerts]
    return _row(sending.receiver_id, sending.group.key, sending.reason, sending.fingerprint, alert_ids, message)


def _row(
    receiver_id: int, group_key: str, reason: Reason, fingerprint: str, alert_ids: Sequence[int], message: Message
) -> dict[str, Any]:
    return {
        "receiver_id": receiver_id,
        "group_key": group_key,
        "reason": reason,
        "fingerprint": fingerprint,
        "alert_ids": list(alert_ids),
        "message": {
            "title": message.title,
            "text": message.text,
            "event": dict(message.event),
            "firing": {str(alert_id): level for alert_id, level in message.firing.items()},
        },
    }


async def _send(
    connection: AsyncConnection, tenant_id: int, rows: Sequence[dict[str, Any]], now: datetime
) -> list[int]:
    ids = await store.save_deliveries(connection, tenant_id, rows, now)
    to_send: dict[int, list[dict[str, int]]] = {}
    for delivery_id, row in zip(ids, rows, strict=True):
        to_send.setdefault(row["receiver_id"], []).append({"tenant_id": tenant_id, "delivery_id": delivery_id})
    for receiver_id, arguments in to_send.items():
        # one at a time to a receiver: one that hangs keeps one worker busy at most
        await defer_each(connection, DELIVER_TASK, arguments, queue=DELIVERIES, lock=f"receiver:{receiver_id}")
    return ids
