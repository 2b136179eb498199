"""HTTP of one hotspot: what it is, why, its events, and what people say of it."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import select

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, json_rows, newest
from carbon_nexus.db.tables import hotspots, predictions, provenances
from carbon_nexus.hotspots import feedback_service
from carbon_nexus.hotspots.explain_service import explained, one_episode
from carbon_nexus.hotspots.schemas import (
    Feedback,
    Hotspot,
    HotspotEvent,
    ThresholdProposal,
    WhyCard,
)
from carbon_nexus.kit import paths  # noqa: F401  the convertor `id`
from carbon_nexus.kit.clock import Now

router = APIRouter(prefix="/hotspots", tags=["hotspots"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such hotspot."}}
HotspotId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/proposals")
async def threshold_proposals(connection: Connection, tenant_id: Tenant, now: Now) -> list[ThresholdProposal]:
    """Changes of thresholds that people's verdicts speak for, with their effect. None is applied by itself."""
    found = await feedback_service.proposals(connection, tenant_id, now)
    return [ThresholdProposal(**asdict(each), reason=each.reason) for each in found]


@router.get("/{hotspot_id:id}", responses=UNKNOWN)
async def get_hotspot(hotspot_id: HotspotId, connection: Connection, tenant_id: Tenant) -> Hotspot:
    """One hotspot."""
    await one_episode(connection, tenant_id, hotspot_id)
    row = await connection.execute(select(hotspots).where(hotspots.c.id == hotspot_id))
    return Hotspot.model_validate(dict(row.mappings().one()))


@router.get("/{hotspot_id:id}/explain", responses=UNKNOWN)
async def explain_hotspot(hotspot_id: HotspotId, connection: Connection, tenant_id: Tenant) -> WhyCard:
    """Why it stands out: its figures, what the excess is made of, the events behind it, others like it; a sentence."""
    episode, card, similar = await explained(connection, tenant_id, hotspot_id)
    return WhyCard(
        hotspot_id=episode.id,
        kind=episode.kind,
        worst_kg=episode.actual_kg,
        typical_kg=episode.typical_kg,
        typical_low_kg=episode.typical_low_kg,
        typical_high_kg=episode.typical_high_kg,
        percent_above=episode.percent_above,
        chance_per_week=episode.chance_per_week,
        excess_kg=episode.excess_kg,
        difference_kg=card.parts and card.parts.total_kg,
        **{**asdict(card), "parts": card.parts and card.parts._asdict()},
        similar=similar,
    )


@router.get("/{hotspot_id:id}/events", response_model=list[HotspotEvent], responses=UNKNOWN)
async def hotspot_events(
    hotspot_id: HotspotId,
    connection: Connection,
    tenant_id: Tenant,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> Response:
    """The events of its time, newest first, beside what was typical for each."""
    episode = await one_episode(connection, tenant_id, hotspot_id)
    own = predictions.c
    ratio = (own.predicted_co2 / own.typical_kg).label("ratio")
    rows = select(
        own.id, own.event_id, own.event_time, own.activity, own.activity_unit, own.predicted_co2.label("co2e_kg"),
        own.low_kg, own.high_kg, own.typical_kg, ratio, own.chance_per_week, own.filled,
        provenances.c.tier, own.reason,
    ).select_from(
        predictions.outerjoin(provenances, provenances.c.id == own.provenance_id)
    ).where(
        own.tenant_id == tenant_id, own.entity == episode.subject.entity,
        own.entity_type == episode.subject.entity_type, own.prediction_type == episode.subject.event_type,
        own.event_time >= episode.first_event_at, own.event_time < episode.end,
    )  # fmt: skip
    found, headers = await newest(connection, predictions, rows, limit, cursor)
    return json_rows(found, headers)


@router.post("/{hotspot_id:id}/feedback", responses=UNKNOWN)
async def give_feedback(
    hotspot_id: HotspotId, told: Feedback, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now
) -> Hotspot:
    """Say that it was useful, or that it is not a problem and why.

    What is not a problem is ignored; what is useful no longer counts as usual for its entity. Thresholds stay as they
    are: GET /hotspots/proposals tells which change the verdicts speak for.
    """
    await feedback_service.give_verdict(connection, tenant_id, hotspot_id, told.verdict, told.reason, actor, now)
    return await get_hotspot(hotspot_id, connection, tenant_id)


@router.delete("/{hotspot_id:id}/feedback", responses=UNKNOWN)
async def withdraw_feedback(
    hotspot_id: HotspotId, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now
) -> Hotspot:
    """Take the verdict back. A hotspot that was ignored for it stays closed."""
    await feedback_service.withdraw_verdict(connection, tenant_id, hotspot_id, actor, now)
    return await get_hotspot(hotspot_id, connection, tenant_id)
