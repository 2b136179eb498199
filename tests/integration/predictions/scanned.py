"""What is known of entities told, events stored and scanned by an estimator, and read back with all they say."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.columns import copy_in
from carbon_nexus.db.tables import predictions, provenances
from carbon_nexus.entities.model import EntityType, Profile
from carbon_nexus.entities.service import put_profile
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.scans.jobs import scan
from tests.conftest import NOW

Row = dict[str, Any]

WHEN = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
TRUCK: Row = {"event_type": "logistics", "vehicle_type": "truck", "fuel_type": "diesel", "distance_km": 100.0}
LOADED: Row = TRUCK | {"load_kg": 9000.0}
VAN: Row = {"event_type": "delivery", "vehicle_type": "van", "fuel_type": "diesel", "distance_km": 40.0}
FACTORY: Row = {"event_type": "factory", "energy_kwh": 1000.0, "shift_hours": 8.0}
WAREHOUSE: Row = {"event_type": "warehouse", "energy_kwh": None, "temperature": -20.0, "inventory_volume": 500.0}


async def tell(engine: AsyncEngine, kind: str, entity: str, tenant_id: int = 1, **facts: Any) -> None:
    """Store what is known of an entity."""
    async with engine.begin() as connection:
        await put_profile(connection, tenant_id, Profile(EntityType(kind), entity, **facts), "tester", NOW)


async def scanned(engine: AsyncEngine, events: Sequence[Row], estimator: Estimator, tenant_id: int = 1) -> list[Row]:
    """Store these events, scan, and give their predictions with the labels of each, in the order of the events."""
    before = await predicted(engine, tenant_id)
    usual = {"tenant_id": tenant_id, "supplier_id": "Haulier", "timestamp": WHEN}
    rows = pl.DataFrame([usual | event for event in events], infer_schema_length=None)
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", rows)
    await scan(engine, tenant_id, None, lambda: NOW, estimator)
    return (await predicted(engine, tenant_id))[len(before) :]


async def predicted(engine: AsyncEngine, tenant_id: int = 1) -> list[Row]:
    """All predictions with the labels of each, by event."""
    labels = [column for column in provenances.c if column.name not in ("id", "model_version")]
    query = (
        select(predictions, *labels)
        .outerjoin(provenances, provenances.c.id == predictions.c.provenance_id)
        .where(predictions.c.tenant_id == tenant_id)
        .order_by(predictions.c.event_id)
    )
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(query)).mappings()]


def sources(rows: Sequence[Row]) -> list[str | None]:
    return [row["source"] for row in rows]
