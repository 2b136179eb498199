"""SQL of stored estimates: a page of them, one of them, and what it was made from, stand-ins included."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.calibrations.schemas import FittedCalibration
from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import calibrations, events_normalized, predictions, provenances
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.predictions.standins import STAND_IN_SCHEMA

_SAME = (
    "id", "event_id", "entity", "entity_type", "event_time", "created_at", "model_version",
    "ttw_kg", "wtt_kg", "low_kg", "high_kg", "biogenic_co2_kg", "electricity_kwh", "scope2_kg", "scope2_market_kg",
    "activity", "activity_unit", "typical_kg", "inputs_hash", "calibration_id", "filled",
)  # fmt: skip
_RENAMED = {
    "event_type": "prediction_type",
    "co2_kg": "predicted_co2",
    "confidence": "confidence_score",
    "gas_co2_kg": "co2_kg",
    "gas_ch4_kg": "ch4_kg",
    "gas_n2o_kg": "n2o_kg",
}
_LABELS = ("scope", "ghg_category", "tier", "method", "factor_id", "factor_ids", "factor_set", "grid_region", "source")
COLUMNS = [
    *(predictions.c[name] for name in _SAME),
    *(predictions.c[own].label(name) for name, own in _RENAMED.items()),
    *(provenances.c[name] for name in _LABELS),
    func.coalesce(predictions.c.reason, provenances.c.notes).label("reason"),
]
"""A stored estimate under the names of `Prediction`; factor ids as one text."""

_STORED_AS = {"event_id": "id", "event_time": '"timestamp"'}
EVENT_SCHEMA = {"event_id": pl.Int64()} | {
    name: kind for name, kind in INPUTS.items() if name in events_normalized.c or name in _STORED_AS
}
_NAMES = ", ".join(_STORED_AS.get(name, name) for name in EVENT_SCHEMA)
_EVENT = f"SELECT {_NAMES} FROM events_normalized WHERE tenant_id = %s AND id = %s"  # noqa: S608

# OFFSET 0: the range stays the only condition the planner may pick an index by
_STAND_INS = f"""
SELECT {", ".join(f"v.{name}" for name in STAND_IN_SCHEMA)}
FROM unnest(%s::bigint[], %s::bigint[]) AS asked (first, last)
CROSS JOIN LATERAL (
    SELECT * FROM estimated_values WHERE event_id BETWEEN asked.first AND asked.last OFFSET 0
) AS v WHERE v.tenant_id = %s
"""  # noqa: S608
_NEAR = 100  # ids this close are asked for as one range: reading a few more is cheaper than asking again


async def page(
    connection: AsyncConnection,
    tenant_id: int,
    entity: str | None,
    event_type: str | None,
    limit: int,
    cursor: int | None,
) -> list[Mapping[Any, Any]]:
    """Up to `limit` estimates with the columns of COLUMNS, newest event first, ids below `cursor`."""
    rows = _of(tenant_id)
    if entity is not None:
        rows = rows.where(predictions.c.entity == entity)
    if event_type is not None:
        rows = rows.where(predictions.c.prediction_type == event_type)
    if cursor is not None:
        rows = rows.where(predictions.c.event_id < cursor)
    # the event's id is the key of the table and the same number as the estimate's own
    found = await connection.execute(rows.order_by(predictions.c.event_id.desc()).limit(limit))
    return list(found.mappings())


async def find(connection: AsyncConnection, tenant_id: int, prediction_id: int) -> Mapping[Any, Any] | None:
    """One estimate with the columns of COLUMNS."""
    found = await connection.execute(_of(tenant_id).where(predictions.c.event_id == prediction_id))
    row: Mapping[Any, Any] | None = found.mappings().one_or_none()
    return row


async def event(connection: AsyncConnection, tenant_id: int, event_id: int) -> pl.DataFrame:
    """The event as the estimator reads it, columns of EVENT_SCHEMA; no row if it is not stored any more."""
    return await read_frame(connection, _EVENT, EVENT_SCHEMA, (tenant_id, event_id))


async def calibration(connection: AsyncConnection, tenant_id: int, calibration_id: int) -> Mapping[Any, Any] | None:
    """The calibration with the fields of `FittedCalibration`, in use or not."""
    columns = (calibrations.c[name] for name in FittedCalibration.model_fields)
    rows = select(*columns).where(calibrations.c.tenant_id == tenant_id, calibrations.c.id == calibration_id)
    row: Mapping[Any, Any] | None = (await connection.execute(rows)).mappings().one_or_none()
    return row


async def stand_ins(connection: AsyncConnection, tenant_id: int, event_ids: pl.Series) -> pl.DataFrame:
    """The stand-in values stored for these events, columns of STAND_IN_SCHEMA; one query, of few ranges of ids."""
    ids = event_ids.sort().alias("id").to_frame()
    ranges = ids.group_by((pl.col("id").diff() > _NEAR).fill_null(False).cum_sum().alias("range")).agg(
        pl.col("id").min().alias("first"), pl.col("id").max().alias("last")
    )
    bounds = ranges["first"].to_list(), ranges["last"].to_list()
    found = await read_frame(connection, _STAND_INS, STAND_IN_SCHEMA, (*bounds, tenant_id))
    return found.filter(pl.col("event_id").is_in(event_ids.implode())) if found.height else found


def _of(tenant_id: int) -> Select[Any]:
    joined = predictions.outerjoin(provenances, provenances.c.id == predictions.c.provenance_id)
    return select(*COLUMNS).select_from(joined).where(predictions.c.tenant_id == tenant_id)
