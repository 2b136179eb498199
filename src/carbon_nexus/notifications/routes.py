"""HTTP of the receivers and of the log of deliveries."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import deliveries
from carbon_nexus.kit.clock import Now
from carbon_nexus.notifications import receiving, service
from carbon_nexus.notifications.model import Status
from carbon_nexus.notifications.schemas import (
    Delivery,
    DeliveryWithMessage,
    Name,
    Receiver,
    ReceiverFacts,
    StoredReceiver,
)
from carbon_nexus.notifications.store import listed
from carbon_nexus.settings import Settings

router = APIRouter(tags=["notifications"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such thing."}}
NAMED: dict[int | str, dict[str, Any]] = {409: {"description": "A rule names the receiver."}}
STILL_TRIED: dict[int | str, dict[str, Any]] = {409: {"description": "The delivery is still tried."}}
ReceiverName = Annotated[Name, Path(description="how rules name it")]
DeliveryId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


def _allow_private(request: Request) -> bool:
    settings: Settings = request.app.state.settings
    return settings.webhook_allow_private


AllowPrivate = Annotated[bool, Depends(_allow_private)]


@router.get("/receivers")
async def list_receivers(connection: Connection, tenant: Tenant) -> list[Receiver]:
    """All receivers by name, without their secrets."""
    return [Receiver.model_validate(row) for row in await receiving.list_receivers(connection, tenant)]


@router.put("/receivers/{name}")
async def put_receiver(
    name: ReceiverName,
    facts: ReceiverFacts,
    connection: Connection,
    tenant: Tenant,
    actor: Actor,
    now: Now,
    allow_private: AllowPrivate,
) -> StoredReceiver:
    """Make a receiver, or put it in the place of the one of this name.

    A webhook without a signing secret keeps the one it has; a new one gets one, which only this answer shows.
    """
    stored = await receiving.put_receiver(
        connection, tenant, name, facts.model_dump(), actor, now, allow_private=allow_private
    )
    return StoredReceiver.model_validate(stored)


@router.delete("/receivers/{name}", status_code=204, responses=UNKNOWN | NAMED)
async def delete_receiver(name: ReceiverName, connection: Connection, tenant: Tenant, actor: Actor) -> None:
    """Delete a receiver that no rule names, with the log of what it was sent."""
    await receiving.delete_receiver(connection, tenant, name, actor)


@router.post("/receivers/{name}/test", status_code=202, responses=UNKNOWN)
async def test_receiver(
    name: ReceiverName, connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> DeliveryWithMessage:
    """Send a test message; GET /deliveries/{id} tells what became of it."""
    return DeliveryWithMessage.model_validate(await service.send_test(connection, tenant, name, actor, now))


@router.get("/deliveries", response_model=list[Delivery])
async def list_deliveries(
    connection: Connection,
    tenant: Tenant,
    receiver: Annotated[str | None, Query(max_length=200, description="Filter by the receiver's name")] = None,
    status: Annotated[Status | None, Query(description="Filter by status")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Messages sent or to be sent, newest first."""
    return await newest_page(connection, deliveries, listed(tenant, receiver, status), limit, cursor)


@router.get("/deliveries/{delivery_id}", responses=UNKNOWN)
async def get_delivery(delivery_id: DeliveryId, connection: Connection, tenant: Tenant) -> DeliveryWithMessage:
    """One delivery with what it says."""
    return DeliveryWithMessage.model_validate(await service.get_delivery(connection, tenant, delivery_id))


@router.post("/deliveries/{delivery_id}/redeliver", status_code=202, responses=UNKNOWN | STILL_TRIED)
async def redeliver(
    delivery_id: DeliveryId, connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> DeliveryWithMessage:
    """Send the same message to the same receiver again, as a new delivery."""
    return DeliveryWithMessage.model_validate(await service.redeliver(connection, tenant, delivery_id, actor, now))
