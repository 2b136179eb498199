"""HTTP of the calibrations: the list."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from carbon_nexus.access.requests import Tenant
from carbon_nexus.calibrations.schemas import FittedCalibration
from carbon_nexus.calibrations.store import listed
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import Cursor, newest_page
from carbon_nexus.db.tables import calibrations

router = APIRouter(prefix="/calibrations", tags=["emissions"])


@router.get("", response_model=list[FittedCalibration])
async def list_calibrations(
    connection: Connection,
    tenant: Tenant,
    in_use: Annotated[bool | None, Query(description="Only those in use, or only those superseded")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """What measured trips taught about the model, per entity and per class, newest first.

    With 20 trips whose litres or kWh were measured, estimates of the same entity (else of the same class) are
    multiplied by the ratio and take its half-width; they say "calibrated with measured trips".
    """
    return await newest_page(connection, calibrations, listed(tenant, in_use), limit, cursor)
