"""SQL of deciding: alerts as they stand, what every receiver was told about every group, what is taken back."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import alerts, deliveries
from carbon_nexus.notifications.decide import Pair
from carbon_nexus.notifications.model import TEST_GROUP, Alert, Reason, Said, Status, Waiting

WITHDRAWN = "there was something else to say, or nothing, before it got through"
LONGEST_UNDER_WAY = timedelta(minutes=10)  # a worker that was killed gives its delivery back long before
ALERT = [
    alerts.c[name]
    for name in (
        *("id", "rule", "level", "state", "message", "created_at", "labels", "runbook_url", "hotspot_id"),
        *("acknowledged", "silenced_by", "inhibited_by", "muted_by"),
    )
]

# Receivers and groups by leaping through the index: a group told a thousand times costs what one told once does.
# A message that failed counts as heard when a copy of it got through later.
_SAID = text("""
WITH RECURSIVE pairs AS (
    SELECT r.id AS receiver_id, f.group_key FROM receivers r CROSS JOIN LATERAL (
        SELECT group_key FROM deliveries WHERE receiver_id = r.id ORDER BY group_key LIMIT 1) f
    WHERE r.tenant_id = :tenant_id
    UNION ALL
    SELECT p.receiver_id, f.group_key FROM pairs p CROSS JOIN LATERAL (
        SELECT group_key FROM deliveries WHERE receiver_id = p.receiver_id AND group_key > p.group_key
        ORDER BY group_key LIMIT 1) f
)
SELECT p.receiver_id, p.group_key, heard.firing, over.fingerprint, over.created_at AS at,
       waiting.id AS waiting_id, waiting.fingerprint AS waiting_fingerprint,
       waiting.attempts > 0 AND waiting.error IS NULL AND waiting.attempted_at > :under_way_since AS under_way
FROM pairs p
LEFT JOIN LATERAL (
    SELECT d.message->'firing' AS firing FROM deliveries d
    WHERE d.receiver_id = p.receiver_id AND d.group_key = p.group_key AND d.reason <> :again
      AND (d.status = 'delivered' OR EXISTS (
        SELECT FROM deliveries copy WHERE copy.receiver_id = d.receiver_id AND copy.group_key = d.group_key
          AND copy.id > d.id AND copy.reason = :again AND copy.fingerprint = d.fingerprint
          AND copy.status = 'delivered'))
    ORDER BY d.id DESC LIMIT 1) heard ON true
LEFT JOIN LATERAL (
    SELECT d.fingerprint, d.created_at FROM deliveries d
    WHERE d.receiver_id = p.receiver_id AND d.group_key = p.group_key AND d.reason <> :again
      AND d.status NOT IN ('pending', 'withdrawn')
    ORDER BY d.id DESC LIMIT 1) over ON true
LEFT JOIN LATERAL (
    SELECT d.id, d.fingerprint, d.attempts, d.error, d.attempted_at FROM deliveries d
    WHERE d.receiver_id = p.receiver_id AND d.group_key = p.group_key AND d.reason <> :again AND d.status = 'pending'
    ORDER BY d.id DESC LIMIT 1) waiting ON true
WHERE p.group_key <> :test
""")


async def load_said(connection: AsyncConnection, tenant_id: int, now: datetime) -> dict[Pair, Said]:
    """What each receiver was told about each group it was ever told about."""
    given = {
        "tenant_id": tenant_id,
        "under_way_since": now - LONGEST_UNDER_WAY,
        "again": Reason.AGAIN,
        "test": TEST_GROUP,
    }
    rows = (await connection.execute(_SAID, given)).mappings()
    return {(row["receiver_id"], row["group_key"]): _said(row) for row in rows}


async def load_alerts(connection: AsyncConnection, tenant_id: int, heard: Collection[int]) -> list[Alert]:
    """The alerts that are open, and those of the ids in `heard` whatever became of them."""
    told = alerts.c.id == func.any(list(heard))
    rows = select(*ALERT).where(alerts.c.tenant_id == tenant_id, or_(alerts.c.state != "resolved", told))
    return [_alert(row) for row in (await connection.execute(rows.order_by(alerts.c.id))).mappings()]


async def withdraw(
    connection: AsyncConnection, tenant_id: int, delivery_ids: Collection[int], now: datetime
) -> list[int]:
    """Take back deliveries that wait; returns those that no worker took meanwhile."""
    own = deliveries.c
    taken = (own.attempts > 0) & own.error.is_(None) & (own.attempted_at > now - LONGEST_UNDER_WAY)
    rows = await connection.execute(
        update(deliveries)
        .where(own.tenant_id == tenant_id, own.id == func.any(list(delivery_ids)), own.status == Status.PENDING, ~taken)
        .values(status=Status.WITHDRAWN, error=WITHDRAWN)
        .returning(own.id)
    )
    return list(rows.scalars())


def _said(row: RowMapping) -> Said:
    waiting = None
    if row["waiting_id"] is not None:
        waiting = Waiting(row["waiting_id"], row["waiting_fingerprint"], bool(row["under_way"]))
    firing = {int(alert_id): level for alert_id, level in (row["firing"] or {}).items()}
    return Said(firing, row["fingerprint"], row["at"], waiting)


def _alert(row: RowMapping) -> Alert:
    given: dict[str, Any] = {str(name): value for name, value in row.items()}
    held_back = _held_back(given.pop("silenced_by"), given.pop("inhibited_by"), given.pop("muted_by"))
    return Alert(held_back=held_back, **given)


def _held_back(silences: list[int], inhibiting: list[int], timings: list[str]) -> str | None:
    words = [
        f"{how} {', '.join(map(str, by))}"
        for how, by in (("silenced by", silences), ("inhibited by alert", inhibiting), ("muted by", timings))
        if by
    ]
    return ", ".join(words) or None
