"""SQL that reads the rollups: sums over hours, by entity and by day, and the hotspots that are active."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import emissions_daily, emissions_hourly, hotspots, predictions
from carbon_nexus.emissions.summary import Totals

REST = "other"


async def hourly_totals(connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime) -> Totals:
    """Sums over the hours with start <= hour < end."""
    rows = _sums(emissions_hourly).where(*_within(tenant_id, start, end))
    return Totals(*(await connection.execute(rows)).one())


async def by_entity(
    connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime, most: int = 20
) -> dict[str, float]:
    """kg CO2e by entity over the hours with start <= hour < end: the `most` largest, the rest together as "other".

    Entities of which no event has an estimate are left out: nothing is known of them.
    """
    total = func.sum(emissions_hourly.c.co2e_kg)
    entities = (
        select(
            emissions_hourly.c.entity,
            total.label("co2e_kg"),
            func.row_number().over(order_by=(total.desc(), emissions_hourly.c.entity)).label("place"),
        )
        .where(*_within(tenant_id, start, end))
        .group_by(emissions_hourly.c.entity)
        .having(func.sum(emissions_hourly.c.event_count) > 0)
        .subquery()
    )
    place = func.least(entities.c.place, most + 1)
    rows = select(place, func.min(entities.c.entity), func.sum(entities.c.co2e_kg)).group_by(place).order_by(place)
    found: dict[str, float] = {}
    for at, entity, co2e_kg in await connection.execute(rows):
        name = entity if at <= most else REST
        found[name] = found.get(name, 0.0) + co2e_kg
    return found


async def last_estimate_at(connection: AsyncConnection, tenant_id: int) -> datetime | None:
    """When the newest event that has an estimate got it; None before the first."""
    newest = (
        select(predictions.c.created_at)
        .where(predictions.c.tenant_id == tenant_id)
        .order_by(predictions.c.event_id.desc())
        .limit(1)
    )
    made: datetime | None = await connection.scalar(newest)
    return made


async def all_totals(connection: AsyncConnection, tenant_id: int) -> Totals:
    """Sums over all recorded days."""
    rows = _sums(emissions_daily).where(emissions_daily.c.tenant_id == tenant_id)
    return Totals(*(await connection.execute(rows)).one())


async def active_hotspots(connection: AsyncConnection, tenant_id: int) -> tuple[int, int]:
    """How many hotspots are active, and how many of these are critical."""
    critical = func.count().filter(hotspots.c.severity == "critical")
    rows = select(func.count(), critical).where(hotspots.c.tenant_id == tenant_id, hotspots.c.status == "active")
    active, worst = (await connection.execute(rows)).one()
    return active, worst


def _sums(rollup: Any) -> Select[Any]:
    return select(
        func.coalesce(func.sum(rollup.c.co2e_kg), 0.0),
        # bigints add up to numeric, which would arrive as Decimal
        func.coalesce(func.sum(rollup.c.event_count), 0).cast(rollup.c.event_count.type),
        func.coalesce(func.sum(rollup.c.unestimated_count), 0).cast(rollup.c.event_count.type),
    )


def _within(tenant_id: int, start: datetime, end: datetime) -> tuple[Any, ...]:
    hour = emissions_hourly.c.hour
    return emissions_hourly.c.tenant_id == tenant_id, hour >= start, hour < end
