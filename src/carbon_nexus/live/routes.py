"""The native WebSocket of the live feed."""

from fastapi import APIRouter, WebSocket
from starlette.responses import JSONResponse

from carbon_nexus.access.requests import Tenant
from carbon_nexus.live.client import Client
from carbon_nexus.live.feed import Feed
from carbon_nexus.live.origins import REFUSAL, may_connect

router = APIRouter(tags=["live"])

SUBPROTOCOL = "carbon-nexus"


@router.websocket("/ws")
async def live(websocket: WebSocket, tenant_id: Tenant) -> None:
    """Tell what changes in the channels a client subscribes to; see docs/live.md."""
    origin, host = websocket.headers.get("origin"), websocket.headers.get("host")
    if not may_connect(origin, host, websocket.app.state.settings.cors_origins):
        await websocket.send_denial_response(JSONResponse(REFUSAL, 403))
        return
    # of the names a browser offers only this one is answered: the other holds its key
    await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in websocket.scope["subprotocols"] else None)
    feed: Feed = websocket.app.state.live
    await Client(feed.hub, feed.history, websocket, tenant_id).talk()
