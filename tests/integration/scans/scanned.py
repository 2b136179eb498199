"""Events stored and scanned, and what is on record of them afterwards."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.columns import copy_in
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind, Rule
from carbon_nexus.scans.jobs import scan
from carbon_nexus.scans.model import ScanResult
from tests.conftest import NOW

RATIO = default_rule(PolicyKind.RATIO, (0.8, 1.0, 1.5), 0.1)
TENANT = 1
EMPTY, USUAL, FULL = 2_000.0, 10_000.0, 17_000.0  # kg on the truck: critical, typical, below the info threshold


def trips(loads: Sequence[tuple[datetime, float | None]], prefix: str, route: str = "R-1") -> pl.DataFrame:
    """Truck trips of 100 km with these loads at these times."""
    return pl.DataFrame(
        {
            "event_type": "logistics",
            "supplier_id": "Haulier",
            "route_id": route,
            "timestamp": [at for at, _ in loads],
            "source": "test",
            "external_id": [f"{prefix}-{route}-{number}" for number in range(len(loads))],
            "vehicle_type": "truck",
            "fuel_type": "diesel",
            "distance_km": 100.0,
            "load_kg": [load for _, load in loads],
        },
        schema_overrides={"load_kg": pl.Float64},
    )


def hourly(start: datetime, loads: Sequence[float | None]) -> list[tuple[datetime, float | None]]:
    """One load an hour."""
    return [(start + timedelta(hours=hour), load) for hour, load in enumerate(loads)]


async def store(engine: AsyncEngine, events: pl.DataFrame, job: int | None = None) -> tuple[int, int]:
    """Store the events, as those of this ingest job; the first and last of their ids."""
    owned = events.with_columns(pl.lit(job, pl.Int64).alias("ingest_job_id"))
    async with engine.begin() as connection:
        before = await connection.scalar(text("SELECT coalesce(max(id), 0) FROM events_normalized"))
        await copy_in(connection, "events_normalized", owned)
        last = await connection.scalar(text("SELECT max(id) FROM events_normalized"))
    assert before is not None
    assert last is not None
    return before + 1, last


async def scanned(engine: AsyncEngine, default: Rule | None = RATIO) -> ScanResult:
    """Scan all that waits."""
    return await scan(engine, TENANT, default, lambda: NOW)


async def read(engine: AsyncEngine, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query."""
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


EPISODES = """
SELECT entity, first_event_at, last_event_at, event_count, round(percent_above), severity, status FROM hotspots
WHERE event_count > 0 ORDER BY 1, 2
"""
BASELINES = """
SELECT entity, season_cell, baseline_value, sample_size, sufficiency FROM baselines WHERE metric = 'intensity'
ORDER BY 1, 2
"""
DAYS = """
SELECT entity, day, round(co2e_kg::numeric, 6), event_count, round(typical_kg::numeric, 6) FROM emissions_entity_daily
ORDER BY 1, 2
"""
_HOURS = """
SELECT date_trunc('hour', event_time, 'UTC') AS at, prediction_type AS event_type, entity_type, entity,
    sum(coalesce(predicted_co2, 0)) AS kg, count(predicted_co2) AS events,
    count(*) - count(predicted_co2) AS unestimated,
    coalesce(sum(predicted_co2) FILTER (WHERE tier = 'T1' AND NOT filled), 0) AS measured_kg,
    coalesce(sum(typical_kg), 0) AS typical_kg, count(typical_kg) AS typical_count
FROM predictions LEFT JOIN provenances ON provenances.id = provenance_id GROUP BY 1, 2, 3, 4
"""
_WRONG_HOURS = f"""
SELECT * FROM ({_HOURS}) AS p FULL JOIN emissions_hourly AS h
    ON h.hour = p.at AND h.event_type = p.event_type AND h.entity_type = p.entity_type AND h.entity = p.entity
WHERE h.event_count IS DISTINCT FROM p.events OR h.unestimated_count IS DISTINCT FROM p.unestimated
    OR h.typical_count IS DISTINCT FROM p.typical_count
    OR abs(h.co2e_kg - p.kg) > 1e-9 * greatest(p.kg, 1)
    OR abs(h.measured_kg - p.measured_kg) > 1e-9 * greatest(p.kg, 1)
    OR abs(h.typical_kg - p.typical_kg) > 1e-9 * greatest(p.typical_kg, 1)
"""
_WRONG_DAYS = f"""
SELECT * FROM (
    SELECT CAST(at AT TIME ZONE 'UTC' AS date) AS day, event_type, sum(kg) AS kg, sum(events) AS events,
        sum(unestimated) AS unestimated, sum(measured_kg) AS measured_kg
    FROM ({_HOURS}) AS hours GROUP BY 1, 2
) AS p FULL JOIN emissions_daily AS d ON d.day = p.day AND d.event_type = p.event_type
WHERE d.event_count IS DISTINCT FROM p.events OR d.unestimated_count IS DISTINCT FROM p.unestimated
    OR abs(d.co2e_kg - p.kg) > 1e-9 * greatest(p.kg, 1)
    OR abs(d.measured_kg - p.measured_kg) > 1e-9 * greatest(p.kg, 1)
"""


async def assert_sums_hold(engine: AsyncEngine) -> None:
    """Both rollups are exactly the sums of the predictions: no cell too many, none missing."""
    assert await read(engine, _WRONG_HOURS) == []
    assert await read(engine, _WRONG_DAYS) == []
