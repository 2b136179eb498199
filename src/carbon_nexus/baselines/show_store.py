"""SQL of baselines as they are shown: lists, one with its season cells, its history, what was observed beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.model import ALL_TIMES, SERIES, Metric, Sufficiency
from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import baselines

OWN = baselines.c
SHOWN = [
    *(OWN[name] for name in ("id", *SERIES)),
    func.concat("kg CO2e per ", OWN.activity_unit).label("unit"),
    *(OWN[name] for name in ("season_cell", "baseline_value", "low", "high", "robust_scale")),
    OWN.calculation_method.label("method"),
    *(OWN[name] for name in ("sample_size", "window_start", "window_end", "confidence_score", "sufficiency")),
    *(OWN[name] for name in ("reason", "reasons", "own_weight", "updated_at")),
]
HISTORY = """
SELECT day, baseline_value, low, high, sample_size, confidence_score, sufficiency FROM baseline_history
WHERE tenant_id = %s AND baseline_id = %s AND day >= (%s::timestamptz AT TIME ZONE 'UTC')::date
"""
HISTORY_SCHEMA = {
    "day": pl.Date,
    **dict.fromkeys(("baseline_value", "low", "high"), pl.Float64),
    "sample_size": pl.Int64,
    "confidence_score": pl.Float64,
    "sufficiency": pl.String,
}
INTENSITIES = """
SELECT (event_time AT TIME ZONE 'UTC')::date, sum(predicted_co2), sum(activity), count(*) FROM predictions
WHERE tenant_id = %s AND event_time >= date_trunc('day', %s::timestamptz, 'UTC') AND event_time < %s AND entity = %s
    AND entity_type = %s AND prediction_type = %s AND activity_unit = %s AND predicted_co2 IS NOT NULL AND NOT filled
    AND activity > 0 AND activity < 'infinity'
GROUP BY 1
"""
INTENSITY_SCHEMA = {"day": pl.Date, "observed_kg": pl.Float64, "activity": pl.Float64, "event_count": pl.Int64}


def listed(
    tenant_id: int,
    entity: str | None,
    event_type: str | None,
    metric: Metric | None,
    sufficiency: Sufficiency | None,
    *,
    all_cells: bool,
) -> Select[Any]:
    """The tenant's baselines under these filters; of all times only, or with those of every season cell."""
    asked = {"entity": entity, "event_type": event_type, "metric": metric, "sufficiency": sufficiency}
    given = {**asked, "season_cell": None if all_cells else ALL_TIMES}
    wanted = [OWN[name] == value for name, value in given.items() if value is not None]
    return select(*SHOWN).where(OWN.tenant_id == tenant_id, *wanted)


async def find(connection: AsyncConnection, tenant_id: int, baseline_id: int) -> dict[str, Any] | None:
    """One baseline; None if the tenant has none of this id."""
    rows = await connection.execute(select(*SHOWN).where(OWN.tenant_id == tenant_id, OWN.id == baseline_id))
    row = rows.mappings().one_or_none()
    return None if row is None else dict(row)


async def of_series(connection: AsyncConnection, tenant_id: int, series: Mapping[str, str]) -> list[dict[str, Any]]:
    """All baselines of one series by season cell: the one of all times first."""
    own = [OWN[name] == value for name, value in series.items()]
    rows = await connection.execute(select(*SHOWN).where(OWN.tenant_id == tenant_id, *own).order_by(OWN.season_cell))
    return [dict(row) for row in rows.mappings()]


async def by_sufficiency(connection: AsyncConnection, tenant_id: int, entity: str | None) -> dict[str, int]:
    """How many baselines of all times there are of each sufficiency, of one entity or of all."""
    rows = listed(tenant_id, entity, None, None, None, all_cells=False).subquery()
    counted = await connection.execute(select(rows.c.sufficiency, func.count()).group_by(rows.c.sufficiency))
    return dict.fromkeys((each.value for each in Sufficiency), 0) | {row[0]: row[1] for row in counted}


async def noted(connection: AsyncConnection, tenant_id: int, baseline_id: int, since: datetime) -> pl.DataFrame:
    """What the baseline was on each day from that of `since` on, with the columns of HISTORY_SCHEMA."""
    return await read_frame(connection, HISTORY, HISTORY_SCHEMA, (tenant_id, baseline_id, since))


async def daily_intensities(
    connection: AsyncConnection, tenant_id: int, series: Mapping[str, str], since: datetime, now: datetime
) -> pl.DataFrame:
    """Sums of the series' estimates by UTC day from that of `since` on, with the columns of INTENSITY_SCHEMA."""
    subject = (series["entity"], series["entity_type"], series["event_type"], series["activity_unit"])
    return await read_frame(connection, INTENSITIES, INTENSITY_SCHEMA, (tenant_id, since, now, *subject))
