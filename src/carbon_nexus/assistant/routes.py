"""HTTP of the assistant: a question in, an answer out, at once or as server-sent events."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.access.requests import Tenant
from carbon_nexus.assistant import service, store
from carbon_nexus.assistant.model import Evidence, Question
from carbon_nexus.assistant.schemas import Answer, Chat, Query, answer_of, citations_of, figures_of
from carbon_nexus.kit.clock import Now
from carbon_nexus.kit.plain import json_bytes
from carbon_nexus.language.chat import Writer

router = APIRouter(prefix="/api", tags=["assistant"])

EVENTS = "text/event-stream"
ALSO: dict[int | str, dict[str, Any]] = {200: {"content": {EVENTS: {"schema": {"type": "string"}}}}}


@router.post("/query", response_model=Answer, responses=ALSO)
async def query(asked: Query, request: Request, tenant_id: Tenant, now: Now) -> Response | Answer:
    """Answer one question over documents, measures and live figures, with sources."""
    return await _answered(asked, request, tenant_id, now)


@router.post("/chat", response_model=Answer, responses=ALSO)
async def chat(asked: Chat, request: Request, tenant_id: Tenant, now: Now) -> Response | Answer:
    """Answer a question of a conversation: what it leaves out is taken from the last one before it."""
    return await _answered(asked, request, tenant_id, now)


async def _answered(asked: Query, request: Request, tenant_id: int, now: datetime) -> Response | Answer:
    writer: Writer | None = request.app.state.writer
    evidence = await _evidence(request, tenant_id, asked.asked(), now)
    if asked.stream or EVENTS in request.headers.get("accept", ""):
        return StreamingResponse(_events(evidence, writer), media_type=EVENTS, headers={"Cache-Control": "no-store"})
    return answer_of(evidence, await service.answer(evidence, writer))


async def _evidence(request: Request, tenant_id: int, question: Question, now: datetime) -> Evidence:
    """In transactions of its own: a model that takes a minute must not keep a connection that long."""
    engine: AsyncEngine = request.app.state.engine
    async with engine.begin() as connection:
        names = await store.names(connection, tenant_id)
    understood = await service.understand(question, names, request.app.state.embedder, now.date())
    async with engine.begin() as connection:
        return await service.gather(connection, tenant_id, understood, now)


async def _events(evidence: Evidence, writer: Writer | None) -> AsyncIterator[bytes]:
    """Figures and citations, the answer sentence by sentence, then the whole of it.

    A sentence leaves once it is known to be borne out, so a model's first words come when it has written its last.
    """
    yield _event("figures", _plain(figures_of(evidence)))
    yield _event("citations", _plain(citations_of(evidence)))
    reply = await service.answer(evidence, writer)
    for piece in reply.pieces:
        yield _event("text", {"text": piece})
    yield _event("done", answer_of(evidence, reply).model_dump(mode="json"))


def _plain(items: list[Any]) -> list[dict[str, Any]]:
    return [item.model_dump(mode="json") for item in items if isinstance(item, BaseModel)]


def _event(name: str, body: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), json_bytes(body))
