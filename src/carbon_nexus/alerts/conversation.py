"""What people do with alerts: load, decide, save, each with its line on the timeline. Never commits."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts import store
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


async def make_many(
    connection: AsyncConnection, tenant_id: int, ids: Sequence[int], move: Move, now: datetime
) -> tuple[list[int], list[dict[str, Any]]]:
    """Make this move with each of these alerts that allows it: the ids of those, of the others the id and the reason.

    An id that comes twice counts once.
    """
    await store.lock(connection, tenant_id)
    wanted = list(dict.fromkeys(ids))
    found = await store.some(connection, tenant_id, wanted)
    outcomes = {
        alert_id: move(found[alert_id]) if alert_id in found else Refusal(unknown(alert_id).detail)
        for alert_id in wanted
    }
    made = [outcome for outcome in outcomes.values() if isinstance(outcome, Transition)]
    await save(connection, tenant_id, made, now)
    refused = [{"id": each, "reason": told.reason} for each, told in outcomes.items() if isinstance(told, Refusal)]
    return [each.alert.id for each in made], refused


def unknown(alert_id: int) -> NotFound:
    """There is no such alert."""
    return NotFound(f"There is no alert {alert_id}.", "GET /alerts lists all.")
