"""HTTP of the recommendations: lists, counts, savings together, proposals of people, decisions on many."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Response

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import recommendations
from carbon_nexus.errors import CarbonNexusError
from carbon_nexus.kit.clock import Now
from carbon_nexus.predictions.requests import Estimates
from carbon_nexus.recommendations import list_store as store
from carbon_nexus.recommendations.lifecycle import DECIDED_FOR
from carbon_nexus.recommendations.model import Status
from carbon_nexus.recommendations.moves import OwnWords, Step, move_many, propose_own_words, unknown
from carbon_nexus.recommendations.one_routes import FourEyes, combined_of, full
from carbon_nexus.recommendations.schemas import (
    MOST_AT_ONCE,
    Combined,
    ManyApproved,
    ManyDecided,
    ManyRejected,
    NewRecommendation,
    NotMoved,
    OneRecommendation,
    Recommendation,
    RecommendationStats,
)
from carbon_nexus.recommendations.service import propose_one
from carbon_nexus.recommendations.together import together

router = APIRouter(prefix="/recommendations", tags=["recommendations"])

Limit = Annotated[int, Query(ge=1, le=500)]
Filter = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
RecId = Annotated[int, Query(ge=1, le=LARGEST_ID)]


@router.get("", response_model=list[Recommendation])
async def list_recommendations(
    connection: Connection,
    tenant_id: Tenant,
    status: Annotated[Status | None, Query(description="Filter by status")] = None,
    hotspot_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    entity: Filter = None,
    measure_id: Filter = None,
    assignee: Filter = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Recommendations, newest first."""
    rows = store.listed(
        tenant_id, status=status, hotspot_id=hotspot_id, entity=entity, measure_id=measure_id, assignee=assignee
    )
    return await newest_page(connection, recommendations, rows, limit, cursor)


@router.get("/pending", response_model=list[Recommendation])
async def pending_recommendations(
    connection: Connection, tenant_id: Tenant, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """Recommendations that wait for a decision, newest first."""
    rows = store.listed(tenant_id, status=Status.PENDING)
    return await newest_page(connection, recommendations, rows, limit, cursor)


@router.get("/stats")
async def recommendation_stats(connection: Connection, tenant_id: Tenant) -> RecommendationStats:
    """How many there are of each status, and what those approved, implemented or verified save together."""
    found = await store.count_by_status(connection, tenant_id)
    by_status = {status.value: found.get(status, 0) for status in Status}
    decided_for = together(await store.savings_of(connection, tenant_id, statuses=DECIDED_FOR))
    return RecommendationStats(
        total=sum(by_status.values()), by_status=by_status, total_co2_reduction=decided_for.saving_kg
    )


@router.get("/combined")
async def combined_saving(
    connection: Connection,
    tenant_id: Tenant,
    ids: Annotated[list[RecId] | None, Query(alias="id", max_length=MOST_AT_ONCE)] = None,
) -> Combined:
    """What several recommendations save together, and why that is less than their sum.

    Without any id: of all that are approved, implemented or verified.
    """
    if ids is None:
        return combined_of(together(await store.savings_of(connection, tenant_id, statuses=DECIDED_FOR)))
    found = await store.savings_of(connection, tenant_id, ids=ids)
    if missing := set(ids) - {each.id for each in found}:
        raise unknown(min(missing))
    return combined_of(together(found))


@router.post("", status_code=201, response_model=OneRecommendation)
async def propose_recommendation(
    body: NewRecommendation, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now, estimator: Estimates
) -> Response:
    """Recommend something for a hotspot yourself; it waits for a decision like any other."""
    if body.measure_id is not None:
        given = (body.hotspot_id, body.measure_id, actor, now, estimator.basis)
        rec_id = await propose_one(connection, tenant_id, *given)
    else:
        words = OwnWords(body.hotspot_id, body.title or "", body.description or "", body.cost_impact)
        rec_id = await propose_own_words(connection, tenant_id, words, actor, now)
    return await full(connection, tenant_id, rec_id, 201)


@router.post("/approve")
async def approve_recommendations(
    body: ManyApproved, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now, four_eyes: FourEyes
) -> ManyDecided:
    """Approve several; what cannot be approved is told with its reason and keeps nothing back."""
    step = Step(Status.APPROVED, actor, body.notes, now, four_eyes)
    return _decided(step.to, *await move_many(connection, tenant_id, dict.fromkeys(body.ids), step))


@router.post("/reject")
async def reject_recommendations(
    body: ManyRejected, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now
) -> ManyDecided:
    """Reject several; what cannot be rejected is told with its reason and keeps nothing back."""
    step = Step(Status.REJECTED, actor, body.why, now)
    return _decided(step.to, *await move_many(connection, tenant_id, dict.fromkeys(body.ids), step))


def _decided(to: Status, moved: list[int], refused: Mapping[int, CarbonNexusError]) -> ManyDecided:
    told = [NotMoved(id=rec_id, code=error.code, reason=str(error)) for rec_id, error in refused.items()]
    return ManyDecided(status=to, decided=moved, refused=told)
