"""What people do with alerts: load, decide, save, each with its line on the timeline. Never commits."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts import lifecycle, store
from carbon_nexus.alerts.model import Alert, Refusal, Transition
from carbon_nexus.alerts.service import save
from carbon_nexus.errors import Conflict, NotFound

Move = Callable[[Alert], Transition | Refusal]
REMEDY = "GET /alerts/{id}/timeline tells what happened to it."


async def make(connection: AsyncConnection, tenant_id: int, alert_id: int, move: Move, now: datetime) -> None:
    """Make this move with an alert. Raises NotFound, and Conflict where it is not legal in the alert's state."""
    await store.lock(connection, tenant_id)
    alert = (await store.some(connection, tenant_id, [alert_id])).get(alert_id)
    if alert is None:
        raise unknown(alert_id)
    outcome = move(alert)
    if isinstance(outcome, Refusal):
        raise Conflict(outcome.reason, REMEDY.format(id=alert_id))
    await save(connection, tenant_id, [outcome], now)


async def acknowledge_many(
    connection: AsyncConnection, tenant_id: int, ids: Sequence[int], actor: str, note: str | None, now: datetime
) -> tuple[list[int], list[dict[str, Any]]]:
    """Acknowledge each of these alerts that can be: the ids of those, and of the others the id and the reason."""
    await store.lock(connection, tenant_id)
    found = await store.some(connection, tenant_id, ids)
    outcomes: dict[int, Transition | Refusal] = {
        alert_id: lifecycle.acknowledge(found[alert_id], actor, note, now)
        if alert_id in found
        else Refusal(unknown(alert_id).detail)
        for alert_id in ids
    }
    made = [outcome for outcome in outcomes.values() if isinstance(outcome, Transition)]
    await save(connection, tenant_id, made, now)
    refused = [{"id": each, "reason": told.reason} for each, told in outcomes.items() if isinstance(told, Refusal)]
    return [each.alert.id for each in made], refused


def unknown(alert_id: int) -> NotFound:
    """There is no such alert."""
    return NotFound(f"There is no alert {alert_id}.", "GET /alerts lists all.")
