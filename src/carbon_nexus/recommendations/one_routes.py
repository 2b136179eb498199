"""HTTP of one recommendation: all about it, and what people do with it."""

from dataclasses import asdict
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Depends, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, json_rows
from carbon_nexus.kit.clock import Now
from carbon_nexus.recommendations import list_store as store
from carbon_nexus.recommendations import moves
from carbon_nexus.recommendations.lifecycle import DECIDED_FOR
from carbon_nexus.recommendations.model import Status
from carbon_nexus.recommendations.schemas import (
    Assignment,
    Combined,
    Comment,
    Decided,
    DecisionNotes,
    Implemented,
    NotCounted,
    OneRecommendation,
    RejectionNotes,
    SuppliedSaving,
    TimelineEntry,
)
from carbon_nexus.recommendations.together import Together, together

router = APIRouter(prefix="/recommendations/{rec_id}", tags=["recommendations"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such recommendation."}}
RecommendationId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


def _four_eyes(request: Request) -> bool:
    return bool(request.app.state.settings.approval_four_eyes)


FourEyes = Annotated[bool, Depends(_four_eyes)]
"""Whether somebody else than the proposer has to approve."""


@router.get("", response_model=OneRecommendation, responses=UNKNOWN)
async def get_recommendation(rec_id: RecommendationId, connection: Connection, tenant_id: Tenant) -> Response:
    """All about one recommendation, why its hotspot stands out, and what its hotspot's save together."""
    return await full(connection, tenant_id, rec_id)


@router.get("/timeline", response_model=list[TimelineEntry], responses=UNKNOWN)
async def recommendation_timeline(rec_id: RecommendationId, connection: Connection, tenant_id: Tenant) -> Response:
    """Everything that happened to it, as the audit trail has it, oldest first."""
    if await store.one(connection, tenant_id, rec_id) is None:
        raise moves.unknown(rec_id)
    return json_rows(await store.timeline(connection, tenant_id, rec_id))


@router.post("/approve")
async def approve_recommendation(
    rec_id: RecommendationId,
    connection: Connection,
    tenant_id: Tenant,
    actor: Actor,
    now: Now,
    four_eyes: FourEyes,
    body: Annotated[DecisionNotes | None, Body()] = None,
) -> Decided:
    """Approve a pending recommendation; 409 for one already decided, or that only somebody else may approve."""
    notes = body.notes if body else None
    status = await moves.move(connection, tenant_id, rec_id, Status.APPROVED, actor, notes, now, four_eyes)
    return Decided(status=status, recommendation_id=rec_id, message="Recommendation approved successfully")


@router.post("/reject")
async def reject_recommendation(
    rec_id: RecommendationId,
    connection: Connection,
    tenant_id: Tenant,
    actor: Actor,
    now: Now,
    body: Annotated[RejectionNotes | None, Body()] = None,
) -> Decided:
    """Reject a pending recommendation; 404 for an unknown one, 409 for one already decided."""
    why = body.why if body else None
    status = await moves.move(connection, tenant_id, rec_id, Status.REJECTED, actor, why, now)
    return Decided(status=status, recommendation_id=rec_id, message="Recommendation rejected")


@router.post("/implement", response_model=OneRecommendation)
async def implement_recommendation(
    rec_id: RecommendationId,
    connection: Connection,
    tenant_id: Tenant,
    actor: Actor,
    now: Now,
    body: Annotated[Implemented | None, Body()] = None,
) -> Response:
    """Say that an approved measure is in place; from then on its real effect is measured."""
    notes, at = (body.notes, body.implemented_at) if body else (None, None)
    await moves.move(connection, tenant_id, rec_id, Status.IMPLEMENTED, actor, notes, now, at=at)
    return await full(connection, tenant_id, rec_id)


@router.post("/assign", response_model=OneRecommendation)
async def assign_recommendation(
    rec_id: RecommendationId, body: Assignment, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now
) -> Response:
    """Tell who is to look after it, null: nobody; 409 when its status is final or it is already assigned so."""
    await moves.assign(connection, tenant_id, rec_id, body.assignee, actor, now)
    return await full(connection, tenant_id, rec_id)


@router.post("/comment", response_model=OneRecommendation)
async def comment_on_recommendation(
    rec_id: RecommendationId, body: Comment, connection: Connection, tenant_id: Tenant, actor: Actor
) -> Response:
    """Say something about it, whatever its status; it stands on its timeline."""
    await moves.comment(connection, tenant_id, rec_id, body.text, actor)
    return await full(connection, tenant_id, rec_id)


async def full(connection: AsyncConnection, tenant_id: int, rec_id: int, status: int = 200) -> Response:
    """All about one recommendation, as it is answered. Raises NotFound."""
    found = await store.one(connection, tenant_id, rec_id)
    if found is None:
        raise moves.unknown(rec_id)
    alive = (Status.PENDING, *DECIDED_FOR)
    of_its_hotspot = await store.savings_of(connection, tenant_id, hotspot_id=found["hotspot_id"], statuses=alive)
    found["combined"] = combined_of(together(of_its_hotspot)).model_dump()
    # as bytes like the lists, so that a moment is written the same in both
    return Response(orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS), status, media_type="application/json")


def combined_of(found: Together) -> Combined:
    """What is saved together, as it is answered."""
    return Combined(
        saving_kg=found.saving_kg,
        plain_sum_kg=found.plain_sum_kg,
        why=found.why,
        supplies=[SuppliedSaving.model_validate(asdict(each)) for each in found.supplies],
        left_out=[NotCounted(id=rec_id, reason=reason) for rec_id, reason in found.left_out.items()],
    )
