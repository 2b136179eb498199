"""SQL of the calibrations: measured trips in, calibrations in use out, new ones in the place of old ones."""

from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ARRAY, BigInteger, Select, any_, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.calibrations.calibrate import CLASS_KEY, ENTITY_KEY, FIT_SCHEMA, LATEST_TRIPS, LIVE_SCHEMA
from carbon_nexus.db.columns import insert_frame, read_frame
from carbon_nexus.db.tables import calibrations

TRIP_SCHEMA: dict[str, pl.DataType] = {
    "event_id": pl.Int64(),
    "event_time": pl.Datetime("us", "UTC"),
    **dict.fromkeys(("entity", "entity_type", "event_type", "vehicle_type", "fuel_type"), pl.String()),
    **dict.fromkeys(("distance_km", "load_kg", "speed", "stop_events", "delivery_count"), pl.Float64()),
    **dict.fromkeys(("traffic_score", "idle_hours", "fuel_litres", "energy_kwh"), pl.Float64()),
}
_OF_PREDICTION = {"event_type": "p.prediction_type"} | {
    name: f"p.{name}" for name in ("event_id", "event_time", "entity", "entity_type")
}
_COLUMNS = {name: _OF_PREDICTION.get(name, f"e.{name}") for name in TRIP_SCHEMA}
# Filled-in events are left out: nobody measured their litres. What is read grows with the entities, not with the trips.
_MEASURED = f"""
SELECT {", ".join(TRIP_SCHEMA)} FROM (
    SELECT {", ".join(f"{source} AS {name}" for name, source in _COLUMNS.items())}, row_number() OVER (
        PARTITION BY p.entity_type, p.entity, p.prediction_type, e.vehicle_type, e.fuel_type
        ORDER BY p.event_time DESC, p.event_id DESC
    ) AS place
    FROM predictions p JOIN events_normalized e ON e.id = p.event_id AND e.tenant_id = p.tenant_id
    WHERE p.tenant_id = %s AND p.event_time >= %s AND p.event_time < %s
        AND p.prediction_type IN ('logistics', 'delivery')
        AND e.distance_km > 0 AND (e.fuel_litres > 0 OR e.energy_kwh > 0) AND NOT e.simulated
) AS trips WHERE place <= {LATEST_TRIPS}
"""  # noqa: S608
_LIVE = f"""
SELECT id, {", ".join(FIT_SCHEMA)} FROM calibrations WHERE tenant_id = %s AND superseded_at IS NULL
"""  # noqa: S608


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no other transaction fits this tenant's calibrations; held until the end."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"calibrate:{tenant_id}"))))


async def measured_trips(connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime) -> pl.DataFrame:
    """Scanned trips with litres or kWh and start <= event_time < end, with the columns of TRIP_SCHEMA.

    Of every entity, event type, vehicle and fuel the latest LATEST_TRIPS: more are never fitted on.
    """
    return await read_frame(connection, _MEASURED, TRIP_SCHEMA, (tenant_id, start, end))


async def live(connection: AsyncConnection, tenant_id: int) -> pl.DataFrame:
    """The tenant's calibrations in use, with the columns of LIVE_SCHEMA."""
    return await read_frame(connection, _LIVE, LIVE_SCHEMA, (tenant_id,))


def listed(tenant_id: int, in_use: bool | None) -> Select[Any]:
    """The tenant's calibrations: those in use, those that were, or all (None)."""
    rows = select(*(calibrations.c[name] for name in ("id", *FIT_SCHEMA, "created_at", "superseded_at")))
    rows = rows.where(calibrations.c.tenant_id == tenant_id)
    return rows if in_use is None else rows.where(calibrations.c.superseded_at.is_(None) == in_use)


async def save(connection: AsyncConnection, tenant_id: int, new: pl.DataFrame, now: datetime) -> None:
    """Put these in use, in the place of those they supersede; columns as `news` gives them."""
    if new.is_empty():
        return
    old = calibrations.c.id == any_(literal(new["supersedes"].drop_nulls().to_list(), ARRAY(BigInteger)))
    await connection.execute(
        update(calibrations).where(calibrations.c.tenant_id == tenant_id, old).values(superseded_at=now)
    )
    rows = new.drop("supersedes").with_columns(tenant_id=pl.lit(tenant_id), created_at=pl.lit(now))
    await insert_frame(connection, calibrations, rows, f"ORDER BY {', '.join(('level', *ENTITY_KEY, *CLASS_KEY))}")
