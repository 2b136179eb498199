"""HTTP of the recommendations: lists, counts, and the two decisions."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response
from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import recommendations
from carbon_nexus.kit.clock import Now
from carbon_nexus.recommendations.model import Decision, Status
from carbon_nexus.recommendations.schemas import (
    SAVING_UNIT,
    Decided,
    DecisionNotes,
    Recommendation,
    RecommendationStats,
)
from carbon_nexus.recommendations.service import decide_on
from carbon_nexus.recommendations.store import count_by_status

router = APIRouter(prefix="/recommendations", tags=["recommendations"])

COLUMNS = [
    literal(SAVING_UNIT).label(name) if name == "co2_reduction_unit" else recommendations.c[name]
    for name in Recommendation.model_fields
]

Limit = Annotated[int, Query(ge=1, le=500)]
RecommendationId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Notes = Annotated[DecisionNotes | None, Body()]


@router.get("", response_model=list[Recommendation])
async def list_recommendations(
    connection: Connection,
    tenant_id: Tenant,
    status: Annotated[Status | None, Query(description="Filter by status")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Recommendations, newest first."""
    return await _page(connection, tenant_id, status, limit, cursor)


@router.get("/pending", response_model=list[Recommendation])
async def pending_recommendations(
    connection: Connection, tenant_id: Tenant, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """Recommendations that wait for a decision, newest first."""
    return await _page(connection, tenant_id, Status.PENDING, limit, cursor)


@router.get("/stats")
async def recommendation_stats(connection: Connection, tenant_id: Tenant) -> RecommendationStats:
    """How many there are of each status, and the saving of those approved or implemented."""
    found = await count_by_status(connection, tenant_id)
    by_status = {status.value: found.get(status, (0, 0.0))[0] for status in Status}
    decided_for = (found.get(status, (0, 0.0))[1] for status in (Status.APPROVED, Status.IMPLEMENTED))
    return RecommendationStats(total=sum(by_status.values()), by_status=by_status, total_co2_reduction=sum(decided_for))


@router.post("/{rec_id}/approve")
async def approve_recommendation(
    rec_id: RecommendationId, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now, body: Notes = None
) -> Decided:
    """Approve a pending recommendation; 404 for an unknown one, 409 for one already decided."""
    notes = body.notes if body else None
    status = await decide_on(connection, tenant_id, rec_id, Decision.APPROVE, actor, notes, now)
    return Decided(status=status, recommendation_id=rec_id, message="Recommendation approved successfully")


@router.post("/{rec_id}/reject")
async def reject_recommendation(
    rec_id: RecommendationId, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now, body: Notes = None
) -> Decided:
    """Reject a pending recommendation; 404 for an unknown one, 409 for one already decided."""
    notes = body.notes if body else None
    status = await decide_on(connection, tenant_id, rec_id, Decision.REJECT, actor, notes, now)
    return Decided(status=status, recommendation_id=rec_id, message="Recommendation rejected")


async def _page(
    connection: AsyncConnection, tenant_id: int, status: Status | None, limit: int, cursor: int | None
) -> Response:
    rows = select(*COLUMNS).where(recommendations.c.tenant_id == tenant_id)
    if status is not None:
        rows = rows.where(recommendations.c.status == status)
    return await newest_page(connection, recommendations, rows, limit, cursor)
