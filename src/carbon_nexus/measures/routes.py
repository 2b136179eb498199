"""HTTP of the measures: the packaged ones, and people's own in versions."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.kit.clock import Now
from carbon_nexus.measures import own_service as service
from carbon_nexus.measures.schemas import MeasureAnswer, MeasureSpec

router = APIRouter(prefix="/measures", tags=["measures"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such measure."}}
FIXED: dict[int | str, dict[str, Any]] = {409: {"description": "It is packaged or retired."}}
MeasureId = Annotated[str, Path(max_length=50, description="such as M11 or own-1")]


@router.get("", response_model=list[MeasureAnswer])
async def list_measures(connection: Connection, tenant: Tenant) -> list[dict[str, Any]]:
    """All measures that can be proposed: the packaged library, then people's own in their last version."""
    return await service.answers(connection, tenant)


@router.post("", status_code=201, response_model=MeasureAnswer)
async def create_measure(
    body: MeasureSpec, connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> dict[str, Any]:
    """Add a measure of people's own; the next proposals consider it."""
    return await service.create(connection, tenant, body.model_dump(), actor, now)


@router.get("/{measure_id}", response_model=MeasureAnswer, responses=UNKNOWN)
async def get_measure(
    measure_id: MeasureId,
    connection: Connection,
    tenant: Tenant,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="of people's own; null: the last")] = None,
) -> dict[str, Any]:
    """One measure, retired ones too."""
    return await service.answer(connection, tenant, measure_id, version)


@router.put("/{measure_id}", response_model=MeasureAnswer, responses=UNKNOWN | FIXED)
async def replace_measure(
    measure_id: MeasureId, body: MeasureSpec, connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> dict[str, Any]:
    """Write a measure of people's own anew: its next version. What was recommended by an older one stays as it is."""
    return await service.replace(connection, tenant, measure_id, body.model_dump(), actor, now)


@router.delete("/{measure_id}", status_code=204, responses=UNKNOWN | FIXED)
async def retire_measure(measure_id: MeasureId, connection: Connection, tenant: Tenant, actor: Actor, now: Now) -> None:
    """Propose a measure of people's own no longer; its versions stay readable."""
    await service.retire(connection, tenant, measure_id, actor, now)
