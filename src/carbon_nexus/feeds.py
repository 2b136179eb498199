"""What each channel of the live feed shows of a row, wired: what the room's own list answers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, func
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts import store as alert_store
from carbon_nexus.alerts.routes import COLUMNS as ALERT
from carbon_nexus.db.tables import alerts, ingest_jobs, recommendations
from carbon_nexus.emissions.routes import emissions_current
from carbon_nexus.hotspots import list_store as hotspot_store
from carbon_nexus.ingests import answers
from carbon_nexus.ingests import store as ingest_store
from carbon_nexus.live.model import Channel, Reader
from carbon_nexus.recommendations import list_store as recommendation_store

Listed = Callable[[int], Select[Any]]


def _rows(table: Table, listed: Listed) -> Reader:
    async def read(connection: AsyncConnection, tenant_id: int, ids: Sequence[int], _: datetime) -> Mapping[int, Any]:
        rows = await connection.execute(listed(tenant_id).where(table.c.id == func.any(list(ids))))
        return {row["id"]: dict(row) for row in rows.mappings()}

    return read


async def _hotspots(connection: AsyncConnection, tenant_id: int, ids: Sequence[int], _: datetime) -> Mapping[int, Any]:
    rows = await connection.execute(hotspot_store.listed(tenant_id, ids))
    return {row["id"]: dict(row) for row in rows.mappings()}


async def _jobs(connection: AsyncConnection, tenant_id: int, ids: Sequence[int], now: datetime) -> Mapping[int, Any]:
    rows = await _rows(ingest_jobs, ingest_store.jobs)(connection, tenant_id, ids, now)
    return {job["id"]: job for job in await answers.listed(connection, list(rows.values()))}


async def _emissions(
    connection: AsyncConnection, tenant_id: int, ids: Sequence[int], now: datetime
) -> Mapping[int, Any]:
    sums = (await emissions_current(connection, tenant_id, now)).model_dump(mode="json")
    return dict.fromkeys(ids, sums)


READERS: Mapping[Channel, Reader] = {
    Channel.EMISSIONS: _emissions,
    Channel.HOTSPOTS: _hotspots,
    Channel.ALERTS: _rows(alerts, lambda tenant_id: alert_store.listed(tenant_id, ALERT)),
    Channel.RECOMMENDATIONS: _rows(recommendations, recommendation_store.listed),
    Channel.INGEST_JOBS: _jobs,
}
