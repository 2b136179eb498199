"""SQL that puts a batch of estimates on record: predictions and the two rollups, in bulk."""

import polars as pl
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import copy_in, insert_frame
from carbon_nexus.db.tables import emissions_daily, emissions_hourly

SUMS = ("co2e_kg", "ttw_kg", "wtt_kg", "event_count", "unestimated_count")


async def record_predictions(connection: AsyncConnection, tenant_id: int, scored: pl.DataFrame) -> None:
    """One prediction per event. A second one for the same event is refused by the database (unique event_id).

    Takes event_id, event_type, event_time, typical_kg and the columns of an estimate.
    """
    frame = scored.select(
        pl.lit(tenant_id).alias("tenant_id"),
        "event_id",
        pl.col("event_type").alias("prediction_type"),
        pl.col("co2e_kg").alias("predicted_co2"),
        pl.col("confidence").alias("confidence_score"),
        pl.col("factor_set").alias("model_version"),
        *("entity", "entity_type", "event_time", "ttw_kg", "wtt_kg", "low_kg", "high_kg", "scope", "tier"),
        *("method", "factor_id", "activity", "activity_unit", "typical_kg", "reason"),
    )
    await copy_in(connection, "predictions", frame)


async def add_to_rollups(connection: AsyncConnection, tenant_id: int, scored: pl.DataFrame) -> None:
    """Add the batch to the hourly sums per entity and the daily sums per event type (UTC)."""
    hourly = ("hour", "event_type", "entity_type", "entity")
    by_hour = scored.with_columns(hour=pl.col("event_time").dt.truncate("1h")).group_by(*hourly).agg(*_sums())
    await _add(connection, tenant_id, emissions_hourly, hourly, by_hour)
    daily = ("day", "event_type")
    by_day = scored.with_columns(day=pl.col("event_time").dt.date()).group_by(*daily).agg(*_sums())
    await _add(connection, tenant_id, emissions_daily, daily, by_day)


def _sums() -> list[pl.Expr]:
    estimated = pl.col("co2e_kg").is_not_null()
    return [
        pl.sum("co2e_kg", "ttw_kg", "wtt_kg"),
        estimated.sum().alias("event_count"),
        (~estimated).sum().alias("unestimated_count"),
    ]


async def _add(
    connection: AsyncConnection, tenant_id: int, table: Table, key: tuple[str, ...], sums: pl.DataFrame
) -> None:
    added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in SUMS)
    rest = f"ORDER BY {', '.join(key)} ON CONFLICT (tenant_id, {', '.join(key)}) DO UPDATE SET {added}"
    owned = sums.select(pl.lit(tenant_id).alias("tenant_id"), *key, *SUMS)
    await insert_frame(connection, table, owned, rest)
