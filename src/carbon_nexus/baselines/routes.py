"""HTTP of the baselines and of the calendar they keep to."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.baselines import show, show_store
from carbon_nexus.baselines.calendar import Calendar, holidays_between
from carbon_nexus.baselines.calendar_store import calendar_of, change_calendar
from carbon_nexus.baselines.model import Metric, Sufficiency
from carbon_nexus.baselines.schemas import (
    Baseline,
    BaselineDay,
    BaselineWithCells,
    CalendarAnswer,
    CalendarFacts,
    ChangedCalendar,
    NamedDay,
    Recalculated,
    Recalculation,
    SeasonCells,
)
from carbon_nexus.baselines.service import on_request
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import baselines
from carbon_nexus.kit.clock import Now

router = APIRouter(tags=["baselines"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such baseline."}}
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/baselines", response_model=list[Baseline])
async def list_baselines(
    connection: Connection,
    tenant: Tenant,
    entity: Annotated[str | None, Query(description="Filter by site, route or supplier")] = None,
    event_type: Annotated[str | None, Query(description="Filter by type of event")] = None,
    metric: Annotated[Metric | None, Query(description="Filter by metric")] = None,
    sufficiency: Annotated[Sufficiency | None, Query(description="Filter by sufficiency")] = None,
    season_cell: Annotated[SeasonCells, Query(description="0: of all times; all: with those of season cells")] = "0",
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """What is typical of each entity, newest first."""
    every = season_cell == "all"
    rows = show_store.listed(tenant, entity, event_type, metric, sufficiency, all_cells=every)
    return await newest_page(connection, baselines, rows, limit, cursor)


@router.post("/baselines/recalculate")
async def recalculate_baselines(
    connection: Connection, tenant: Tenant, actor: Actor, now: Now, asked: Recalculation | None = None
) -> Recalculated:
    """Make baselines anew from the stored estimates, of one entity or of all, and count them by sufficiency.

    The timer does the same by itself; this is for whoever does not want to wait for it.
    """
    return Recalculated(**await on_request(connection, tenant, asked.entity if asked else None, now, actor))


@router.get("/baselines/{baseline_id}", responses=UNKNOWN)
async def get_baseline(baseline_id: Id, connection: Connection, tenant: Tenant, now: Now) -> BaselineWithCells:
    """One baseline with its season cells, and what has been learnt since the last recalculation."""
    return BaselineWithCells(**await show.with_cells(connection, tenant, baseline_id, now))


@router.get("/baselines/{baseline_id}/history", responses=UNKNOWN)
async def baseline_history(
    baseline_id: Id,
    connection: Connection,
    tenant: Tenant,
    now: Now,
    days: Annotated[int, Query(ge=1, le=366, description="UTC days up to today")] = 56,
) -> list[BaselineDay]:
    """What a baseline was on each of the last days, and beside it what was observed; today stands last."""
    return [BaselineDay(**day) for day in await show.history(connection, tenant, baseline_id, days, now)]


@router.get("/calendar", tags=["calendar"])
async def get_calendar(connection: Connection, tenant: Tenant, now: Now) -> CalendarAnswer:
    """Which days are like a Sunday: those without a working day's emissions."""
    return CalendarAnswer(**_told(await calendar_of(connection, tenant), now))


@router.put("/calendar", tags=["calendar"])
async def put_calendar(
    facts: CalendarFacts, request: Request, connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> ChangedCalendar:
    """Tell which days are like a Sunday, in place of what was told before. The change is on the audit trail."""
    calendar = Calendar(facts.country, facts.subdivision, tuple(sorted(set(facts.extra_days))))
    await change_calendar(connection, tenant, calendar, actor, now)
    seconds = request.app.state.settings.baseline_recalc_interval
    taken_up = (
        "What is scanned from now on is compared by it. Baselines follow with their next recalculation, within "
        f"{seconds:,} s; POST /baselines/recalculate does it now."
    )
    return ChangedCalendar(**_told(calendar, now), taken_up=taken_up)


def _told(calendar: Calendar, now: datetime) -> dict[str, Any]:
    first, last = now.date().replace(month=1, day=1), now.date().replace(year=now.year + 1, month=12, day=31)
    named = sorted(holidays_between(calendar, first, last).items())
    days = [NamedDay(day=day, name=name) for day, name in named]
    facts = {name: getattr(calendar, name) for name in ("country", "subdivision", "extra_days")}
    return {**facts, "days": days}
