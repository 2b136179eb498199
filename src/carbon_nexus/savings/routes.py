"""HTTP of the verified savings: the ledger, one measure's weeks, and the verdict."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.kit.clock import Now
from carbon_nexus.savings import service
from carbon_nexus.savings.model import FINAL, Verdict
from carbon_nexus.savings.schemas import (
    Ledger,
    LedgerLine,
    LedgerTotals,
    MeasuredSaving,
    PersonsVerdict,
)
from carbon_nexus.savings.show import shown_baseline, shown_line, shown_total, shown_week

router = APIRouter(prefix="/recommendations", tags=["recommendations"])

NOTHING_DONE: dict[int | str, dict[str, Any]] = {409: {"description": "Nothing has been implemented yet."}}
RecommendationId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/savings")
async def savings_ledger(connection: Connection, tenant_id: Tenant) -> Ledger:
    """What implemented measures promised, and what was measured since: verified, not effective, or waiting."""
    found = await service.lines(connection, tenant_id)
    totals = await service.summed(connection, tenant_id, [line for line, _ in found])
    waiting = Counter(str(line.judgement.verdict) for line, _ in found if line.judgement.verdict not in FINAL)
    return Ledger(
        promised_kg=await service.promised(connection, tenant_id, [line.measure.id for line, _ in found]),
        totals=LedgerTotals(**{str(verdict): shown_total(*of) for verdict, of in totals.items()}),
        waiting_because=dict(waiting),
        recommendations=[LedgerLine(**shown_line(*each)) for each in found],
    )


@router.get("/{rec_id}/savings", responses=NOTHING_DONE)
async def recommendation_savings(rec_id: RecommendationId, connection: Connection, tenant_id: Tenant) -> MeasuredSaving:
    """The weeks since a measure was implemented against its frozen baseline; 409 where nothing was implemented."""
    return await _one(connection, tenant_id, rec_id)


@router.post("/{rec_id}/verify")
async def verify_recommendation(
    rec_id: RecommendationId,
    connection: Connection,
    tenant_id: Tenant,
    actor: Actor,
    now: Now,
    body: Annotated[PersonsVerdict | None, Body()] = None,
) -> MeasuredSaving:
    """Judge an implemented measure now: by its events or, with a body, by what a person knows.

    409 where it is not implemented, and with the code `not_judged` where the events prove nothing yet.
    """
    if body is None:
        await service.judge_now(connection, tenant_id, rec_id, now)
    else:
        verdict = Verdict(body.verdict)
        await service.judge_by_person(connection, tenant_id, rec_id, verdict, body.reason, actor, now)
    return await _one(connection, tenant_id, rec_id)


async def _one(connection: AsyncConnection, tenant_id: int, rec_id: int) -> MeasuredSaving:
    line, judged, baseline = await service.one(connection, tenant_id, rec_id)
    weekly = [shown_week(week) for week in line.weeks]
    return MeasuredSaving(**shown_line(line, judged), weekly=weekly, baseline=shown_baseline(baseline))
