"""HTTP about the service itself: what is here, is it well, what does it run with, what does Prometheus read."""

from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from sqlalchemy import text

from carbon_nexus import __version__
from carbon_nexus.access.requests import Actor
from carbon_nexus.db.engine import Connection
from carbon_nexus.kit.clock import Now
from carbon_nexus.kit.metrics import JOBS_WAITING, OLDEST_UNSCORED_SECONDS, UNSCORED_EVENTS
from carbon_nexus.operations.configured import EngineSettings, told
from carbon_nexus.scans.store import waiting

router = APIRouter(tags=["service"])

JOBS = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
ENDPOINTS = {
    "health": "/health",
    "docs": "/docs",
    "metrics": "/metrics",
    "emissions": "/emissions/*",
    "hotspots": "/hotspots/*",
    "recommendations": "/recommendations/*",
    "simulate": "/simulate",
    "alerts": "/alerts/*",
    "trigger-analysis": "/trigger-analysis",
    "ingest": "/api/v1/ingest/*",
    "predict": "/api/v1/predict/*",
}


class Health(BaseModel):
    """The service answers and so does its database; otherwise the answer is a 503."""

    status: str = "healthy"
    service: str = "orchestration-engine"
    version: str = __version__


class Root(BaseModel):
    """What is here."""

    service: str = "Carbon Nexus Orchestration Engine"
    version: str = __version__
    websocket: str = Field("Socket.IO enabled at /socket.io, WebSocket at /ws", description="where live updates are")
    endpoints: dict[str, str] = Field(default_factory=lambda: dict(ENDPOINTS))


@router.get("/")
async def root() -> Root:
    """What is here and where."""
    return Root()


@router.get("/health")
async def health(connection: Connection) -> Health:
    """Whether the service can do its work: needs no key, touches the database."""
    await connection.execute(text("SELECT 1"))
    return Health()


@router.get("/settings")
async def settings(request: Request, connection: Connection, actor: Actor) -> EngineSettings:
    """What the engine runs with, each setting by its environment variable, without secrets; and who is asking."""
    version = await connection.scalar(text("SHOW server_version"))
    return told(request.app.state.settings, str(version), actor)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(connection: Connection, now: Now) -> Any:
    """Figures about ourselves in the Prometheus text format."""
    backlog = await waiting(connection)
    UNSCORED_EVENTS.set(backlog.events)
    OLDEST_UNSCORED_SECONDS.set((now - backlog.since).total_seconds() if backlog.since else 0)
    JOBS_WAITING.set(await connection.scalar(JOBS) or 0)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
