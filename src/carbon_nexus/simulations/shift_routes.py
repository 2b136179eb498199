"""HTTP of load shifting. Nothing is stored."""

from fastapi import APIRouter

from carbon_nexus.access.requests import Tenant
from carbon_nexus.kit.clock import Now
from carbon_nexus.predictions.requests import Estimates
from carbon_nexus.simulations.requests import Turn
from carbon_nexus.simulations.shift_schemas import LoadShift, LoadShiftRequest
from carbon_nexus.simulations.shift_service import load_shift

router = APIRouter(prefix="/simulate", tags=["simulations"])


@router.post("/load-shift")
async def simulate_load_shift(
    body: LoadShiftRequest, turn: Turn, tenant_id: Tenant, estimator: Estimates, now: Now
) -> LoadShift:
    """What electricity saves in the cleanest hours of its day, and which these are.

    409 where the entity's grid or its events tell no hours, 404 where it has no such events.
    """
    async with turn as connection:
        return await load_shift(connection, tenant_id, body, estimator.basis, now)
