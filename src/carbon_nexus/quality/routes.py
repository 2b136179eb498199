"""HTTP of data quality: of everything, of a supplier, and who stopped reporting."""

from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Query

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.kit.clock import Now
from carbon_nexus.quality import service
from carbon_nexus.quality.gaps import sentence
from carbon_nexus.quality.schemas import Gaps, OverallQuality, SupplierQuality

router = APIRouter(tags=["data-core"])
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is none."}}
MOST_GAPS = 500


@router.get("/data-quality")
async def data_quality(connection: Connection, tenant: Tenant, now: Now) -> OverallQuality:
    """Data quality of everything that arrived in the last seven days, with its score and reasons, by source."""
    return OverallQuality.model_validate(await service.overall(connection, tenant, now))


@router.get("/data-quality/gaps")
async def reporting_gaps(
    connection: Connection,
    tenant: Tenant,
    now: Now,
    status: Annotated[Literal["open", "closed"] | None, Query(description="Filter by status")] = None,
) -> Gaps:
    """Sites, routes and suppliers that stopped reporting, or had, each by its own usual rhythm."""
    found = await service.gaps(connection, tenant, now)
    wanted = found.findings if status is None else found.findings.filter(pl.col("status") == status)
    listed = [finding | {"sentence": sentence(finding)} for finding in wanted.head(MOST_GAPS).to_dicts()]
    counts = {"judged": found.judged, "young": found.young, "ended": found.ended, "reason": found.reason}
    return Gaps.model_validate({"gaps": listed, "gaps_total": wanted.height, **counts})


# a supplier that is called gaps is found by the second path
@router.get("/data-quality/{supplier_id:path}", responses=UNKNOWN)
@router.get("/api/v1/data-quality/{supplier_id:path}", responses=UNKNOWN)
async def supplier_quality(supplier_id: str, connection: Connection, tenant: Tenant) -> SupplierQuality:
    """Data quality of one supplier over the seven days up to its last arrival, by source, entity and day."""
    return SupplierQuality.model_validate(await service.of_supplier(connection, tenant, supplier_id))
