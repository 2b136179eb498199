"""SQL of the receivers and of the log of deliveries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import deliveries, receivers, rules
from carbon_nexus.notifications.model import Receiver, ReceiverKind, Status

ACTOR = "notifications"
LISTED = [
    deliveries.c.id,
    receivers.c.name.label("receiver"),
    *(deliveries.c[name] for name in ("group_key", "reason", "status", "attempts", "http_status", "error")),
    func.cardinality(deliveries.c.alert_ids).label("alert_count"),
    *(deliveries.c[name] for name in ("created_at", "attempted_at", "delivered_at")),
]

_TOLD = text("""
INSERT INTO alert_events (tenant_id, alert_id, at, action, after, reason, actor)
SELECT d.tenant_id, a.id, :now, 'told',
       CASE WHEN jsonb_exists(d.message->'firing', a.id::text) THEN 'firing' ELSE 'resolved' END,
       format('receiver %s, delivery %s', r.name, d.id), :actor
FROM deliveries d JOIN receivers r ON r.id = d.receiver_id
JOIN alerts a ON a.tenant_id = d.tenant_id AND a.id = ANY(d.alert_ids)
WHERE d.tenant_id = :tenant_id AND d.id = :delivery_id
ORDER BY a.id
""")


class Claimed(NamedTuple):
    """A delivery a worker has taken, with what it needs to send it. `attempts` counts this one."""

    receiver: Receiver
    message: Mapping[str, Any]
    attempts: int


async def tenants(connection: AsyncConnection) -> list[int]:
    """Tenants that have somebody to tell."""
    rows = await connection.execute(select(receivers.c.tenant_id).where(receivers.c.enabled).distinct())
    return sorted(rows.scalars())


async def lock(connection: AsyncConnection, tenant_id: int, what: str) -> None:
    """Wait until no other transaction works on the same thing of the tenant; held until the end."""
    key = func.hashtext(f"notifications:{tenant_id}:{what}")
    await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def all_receivers(connection: AsyncConnection, tenant_id: int) -> list[dict[str, Any]]:
    """The tenant's receivers by name, as stored: with their secrets."""
    rows = await connection.execute(
        select(receivers).where(receivers.c.tenant_id == tenant_id).order_by(receivers.c.name)
    )
    return [dict(row) for row in rows.mappings()]


async def find_receiver(connection: AsyncConnection, tenant_id: int, name: str) -> dict[str, Any] | None:
    """One receiver as stored: with its secrets; None if there is none."""
    row = (await connection.execute(select(receivers).where(_named(tenant_id, name)))).mappings().one_or_none()
    return None if row is None else dict(row)


async def save_receiver(
    connection: AsyncConnection, tenant_id: int, name: str, values: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Store the receiver in the place of the one there may be; the row as stored."""
    changed = {**values, "updated_at": now}
    row = await connection.execute(
        insert(receivers)
        .values(tenant_id=tenant_id, name=name, created_at=now, **changed)
        .on_conflict_do_update(index_elements=["tenant_id", "name"], set_=changed)
        .returning(receivers)
    )
    return dict(row.mappings().one())


async def remove_receiver(connection: AsyncConnection, tenant_id: int, name: str) -> dict[str, Any] | None:
    """Delete a receiver with the log of its deliveries; the row as it was, None if there was none."""
    gone = await connection.execute(delete(receivers).where(_named(tenant_id, name)).returning(receivers))
    row = gone.mappings().one_or_none()
    return None if row is None else dict(row)


async def rules_naming(connection: AsyncConnection, tenant_id: int, name: str) -> list[str]:
    """Names of the stored rules that tell this receiver."""
    naming = rules.c.spec.contains({"receivers": [name]})
    rows = select(rules.c.name).where(rules.c.tenant_id == tenant_id, naming).order_by(rules.c.name)
    return list((await connection.execute(rows)).scalars())


def as_receiver(row: Mapping[str, Any]) -> Receiver:
    """A stored row of a receiver as one."""
    fields = ("id", "name", "url", "signing_secret", "send_resolved", "enabled")
    return Receiver(kind=ReceiverKind(row["kind"]), **{name: row[name] for name in fields})


async def save_deliveries(
    connection: AsyncConnection, tenant_id: int, rows: Sequence[Mapping[str, Any]], now: datetime
) -> list[int]:
    """Store pending deliveries; returns their ids, in order."""
    if not rows:
        return []
    statement = insert(deliveries).returning(deliveries.c.id, sort_by_parameter_order=True)
    stored = await connection.execute(statement, [{"tenant_id": tenant_id, "created_at": now, **row} for row in rows])
    return list(stored.scalars())


async def claim(connection: AsyncConnection, tenant_id: int, delivery_id: int, now: datetime) -> Claimed | None:
    """Take a pending delivery for one attempt; None: it is pending no more, or its receiver is gone.

    While `error` is null after the first attempt began, it is under way.
    """
    row = await connection.execute(
        update(deliveries)
        .where(_is(tenant_id, delivery_id), deliveries.c.status == Status.PENDING)
        .where(receivers.c.id == deliveries.c.receiver_id)
        .values(attempts=deliveries.c.attempts + 1, attempted_at=now, error=None, http_status=None)
        .returning(deliveries.c.message, deliveries.c.attempts, *(each.label(f"r_{each.name}") for each in receivers.c))
    )
    found = row.mappings().one_or_none()
    if found is None:
        return None
    receiver = as_receiver({column.name: found[f"r_{column.name}"] for column in receivers.c})
    return Claimed(receiver, found["message"], found["attempts"])


async def save_delivered(
    connection: AsyncConnection, tenant_id: int, delivery_id: int, http_status: int | None, now: datetime
) -> None:
    """The delivery got through: it, and the timeline of every alert it told."""
    await connection.execute(
        update(deliveries)
        .where(_is(tenant_id, delivery_id))
        .values(status=Status.DELIVERED, http_status=http_status, error=None, delivered_at=now)
    )
    given = {"tenant_id": tenant_id, "delivery_id": delivery_id, "now": now, "actor": ACTOR}
    await connection.execute(_TOLD, given)


async def save_failure(
    connection: AsyncConnection, tenant_id: int, delivery_id: int, http_status: int | None, error: str, *, final: bool
) -> bool:
    """An attempt failed; `final`: it was the last one. Whether it still waited."""
    saved = await connection.execute(
        update(deliveries)
        .where(_is(tenant_id, delivery_id), deliveries.c.status == Status.PENDING)
        .values(status=Status.FAILED if final else Status.PENDING, http_status=http_status, error=error)
    )
    return saved.rowcount > 0


async def find_delivery(connection: AsyncConnection, tenant_id: int, delivery_id: int) -> dict[str, Any] | None:
    """One delivery with its message, and what a copy of it needs; None if there is none."""
    more = [deliveries.c[name] for name in ("receiver_id", "fingerprint", "alert_ids", "message")]
    rows = _logged(tenant_id, *LISTED, *more).where(deliveries.c.id == delivery_id)
    row = (await connection.execute(rows)).mappings().one_or_none()
    return None if row is None else dict(row)


def listed(tenant_id: int, receiver: str | None, status: Status | None) -> Select[Any]:
    """The log of deliveries, to one receiver or to all, of one status or of all."""
    rows = _logged(tenant_id, *LISTED)
    if receiver is not None:
        rows = rows.where(receivers.c.name == receiver)
    return rows if status is None else rows.where(deliveries.c.status == status)


def _logged(tenant_id: int, *columns: Any) -> Select[Any]:
    joined = deliveries.join(receivers, receivers.c.id == deliveries.c.receiver_id)
    return select(*columns).select_from(joined).where(deliveries.c.tenant_id == tenant_id)


def _named(tenant_id: int, name: str) -> ColumnElement[bool]:
    return (receivers.c.tenant_id == tenant_id) & (receivers.c.name == name)


def _is(tenant_id: int, delivery_id: int) -> ColumnElement[bool]:
    return (deliveries.c.tenant_id == tenant_id) & (deliveries.c.id == delivery_id)
