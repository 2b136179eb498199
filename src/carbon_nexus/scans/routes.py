"""HTTP of the scan: ask for one now and read what it found."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.tables import hotspots
from carbon_nexus.hotspots.schemas import Hotspot
from carbon_nexus.scans.jobs import scan
from carbon_nexus.scans.model import ScanResult
from carbon_nexus.scans.schemas import AnalysisAnswer, ScanAnswer

router = APIRouter(tags=["scans"])

SHOWN = 100  # hotspots in an answer; GET /hotspots pages through all of them


@router.post("/hotspots/scan")
async def scan_hotspots(request: Request, tenant_id: Tenant) -> ScanAnswer:
    """Scan everything that waits, batch by batch, and answer with the hotspots that were opened or escalated.

    Asking again finds nothing new: every event is scanned once.
    """
    result, shown = await _scan(request, tenant_id)
    return ScanAnswer(
        hotspots_found=len(result.hotspot_ids),
        hotspots=shown,
        events_scanned=result.events,
        events_not_compared=result.uncompared,
    )


@router.post("/trigger-analysis")
async def trigger_analysis(request: Request, tenant_id: Tenant) -> AnalysisAnswer:
    """The original's name for the same scan."""
    result, shown = await _scan(request, tenant_id)
    return AnalysisAnswer(
        hotspots_detected=len(result.hotspot_ids), predictions_generated=result.events, hotspots=shown
    )


async def _scan(request: Request, tenant_id: int) -> tuple[ScanResult, list[Any]]:
    state = request.app.state
    engine: AsyncEngine = state.engine
    result = await scan(engine, tenant_id, state.default_rule, state.clock, state.estimator)
    columns = [hotspots.c[name] for name in Hotspot.model_fields]
    async with engine.begin() as connection:
        rows = await connection.execute(
            select(*columns).where(hotspots.c.tenant_id == tenant_id, hotspots.c.id.in_(result.hotspot_ids[:SHOWN]))
        )
        return result, [dict(row) for row in rows.mappings()]
