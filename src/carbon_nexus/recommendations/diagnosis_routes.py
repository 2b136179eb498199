"""HTTP of a hotspot's diagnosis, which stands whether or not anything could be proposed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.errors import NotFound
from carbon_nexus.hotspots.explain_service import one_episode
from carbon_nexus.kit.plain import json_bytes
from carbon_nexus.recommendations import list_store as store
from carbon_nexus.recommendations.schemas import HotspotDiagnosis

router = APIRouter(prefix="/hotspots/{hotspot_id}/diagnosis", tags=["recommendations"])

MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such hotspot, or no diagnosis yet."}}
NOT_YET = "A worker makes it within a minute of the hotspot: GET /metrics tells how many jobs wait."


@router.get("", response_model=HotspotDiagnosis, responses=MISSING)
async def hotspot_diagnosis(
    hotspot_id: Annotated[int, Path(ge=1, le=LARGEST_ID)], connection: Connection, tenant_id: Tenant
) -> Response:
    """Why a hotspot stands out: its root cause, the effects that were weighed, and why nothing is proposed if so."""
    await one_episode(connection, tenant_id, hotspot_id)
    found = await store.diagnosis_of(connection, tenant_id, hotspot_id)
    if found is None:
        raise NotFound(f"Hotspot {hotspot_id} has no diagnosis yet.", NOT_YET)
    return Response(json_bytes(found), media_type="application/json")
