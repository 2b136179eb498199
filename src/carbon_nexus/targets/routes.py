"""HTTP of the targets: list, tell, delete, how they go, and one day by day."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Response

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import targets
from carbon_nexus.entities.schemas import Text
from carbon_nexus.kit.clock import Now
from carbon_nexus.targets import service
from carbon_nexus.targets.course import Course
from carbon_nexus.targets.judge import burn_down, judge
from carbon_nexus.targets.model import Month, month_of
from carbon_nexus.targets.schemas import (
    BurnDayFacts,
    BurnDown,
    MonthProgress,
    MonthText,
    ProgressFacts,
    Specs,
    TargetAnswer,
)
from carbon_nexus.targets.store import listed

router = APIRouter(prefix="/targets", tags=["targets"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such target, or not in that month."}}
TargetId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
InMonth = Annotated[MonthText | None, Query(description="UTC month such as 2026-12")]


@router.get("", response_model=list[TargetAnswer])
async def list_targets(
    connection: Connection,
    tenant: Tenant,
    month: InMonth = None,
    entity: Annotated[Text | None, Query(description="of this entity alone")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    cursor: Cursor = None,
) -> Response:
    """Targets, newest first; with a month those that hold in it."""
    rows = listed(tenant, None if month is None else Month(month), entity)
    return await newest_page(connection, targets, rows, limit, cursor)


@router.put("", response_model=list[TargetAnswer])
async def put_targets(
    body: Annotated[Specs, Body()], connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> list[dict[str, Any]]:
    """Tell one target or up to 1,000, all of them or none; each takes the place of the one of its scope and month."""
    return await service.put(connection, tenant, [each.target() for each in body], actor, now)


@router.get("/progress")
async def targets_progress(connection: Connection, tenant: Tenant, now: Now, month: InMonth = None) -> MonthProgress:
    """How the targets go that hold in a month, the running one unless another is told."""
    chosen = month_of(now.date()) if month is None else Month(month)
    courses, made_at = await service.progress(connection, tenant, chosen, now)
    return MonthProgress(
        month=chosen.name,
        days=chosen.length,
        as_of=now,
        forecast_made_at=made_at,
        targets=await asyncio.to_thread(_all_facts, courses, now),
    )


@router.get("/{target_id}/burn-down", responses=UNKNOWN)
async def target_burn_down(
    target_id: TargetId, connection: Connection, tenant: Tenant, now: Now, month: InMonth = None
) -> BurnDown:
    """A target's month day by day: what came, what is left, and what is forecast."""
    chosen = None if month is None else Month(month)
    course, made_at = await service.one(connection, tenant, target_id, chosen, now)
    return BurnDown(
        **_facts(course, now),
        month=course.month.name,
        as_of=now,
        forecast_made_at=made_at,
        forecast_reason=course.ahead.reason,
        days=[BurnDayFacts(**asdict(day)) for day in burn_down(course)],
    )


@router.delete("/{target_id}", status_code=204, responses=UNKNOWN)
async def delete_target(target_id: TargetId, connection: Connection, tenant: Tenant, actor: Actor) -> None:
    """Delete a target, in the months that are over too; to end a standing one with a new amount tell that instead."""
    await service.delete(connection, tenant, target_id, actor)


def _all_facts(courses: Sequence[Course], now: datetime) -> list[ProgressFacts]:
    return [ProgressFacts(**_facts(course, now)) for course in courses]


def _facts(course: Course, now: datetime) -> dict[str, Any]:
    target = course.target
    scope = {name: getattr(target, name) for name in ("entity", "entity_type", "event_type", "amount_kg", "standing")}
    return {"target_id": target.id, **scope, **asdict(judge(course, now))}
