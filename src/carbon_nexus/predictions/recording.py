"""SQL that puts a batch of estimates on record: predictions and the two rollups, in bulk."""

import polars as pl
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import copy_in, insert_frame, read_frame
from carbon_nexus.db.tables import emissions_daily, emissions_entity_daily, emissions_hourly, provenances
from carbon_nexus.emissions.labels import PROVENANCE
from carbon_nexus.emissions.model import Tier

SUMS = ("co2e_kg", "ttw_kg", "wtt_kg", "event_count", "unestimated_count", "measured_kg")
HOURLY_SUMS = (*SUMS, "typical_kg", "typical_count")


async def record_predictions(connection: AsyncConnection, tenant_id: int, scored: pl.DataFrame) -> None:
    """One prediction per event. A second one for the same event is refused by the database (unique event_id).

    Takes event_id, event_type, event_time, typical_kg, calibration_id, filled and the columns of an estimate.
    """
    ids = await _provenance_ids(connection, scored)
    frame = scored.join(ids, on="provenance", how="left", maintain_order="left").select(
        pl.lit(tenant_id).alias("tenant_id"),
        "event_id",
        pl.col("event_type").alias("prediction_type"),
        pl.col("co2e_kg").alias("predicted_co2"),
        pl.col("confidence").alias("confidence_score"),
        *("model_version", "entity", "entity_type", "event_time", "ttw_kg", "wtt_kg", "low_kg", "high_kg"),
        *("activity", "activity_unit", "typical_kg", "chance_per_week"),
        pl.when(pl.col("co2e_kg").is_null()).then("reason").alias("reason"),
        *("co2_kg", "ch4_kg", "n2o_kg", "biogenic_co2_kg", "electricity_kwh", "scope2_kg", "scope2_market_kg"),
        *("inputs_hash", "provenance_id", "calibration_id", "remote", "filled"),
    )
    await copy_in(connection, "predictions", frame)


async def _provenance_ids(connection: AsyncConnection, scored: pl.DataFrame) -> pl.DataFrame:
    """`provenance` (digest) and `provenance_id` of everything the estimates say about themselves, stored where new."""
    said = scored.filter(pl.col("provenance").is_not_null()).unique("provenance", keep="any", maintain_order=False)
    known = await _known_provenances(connection, said["provenance"])
    # only what is new: a row that meets one already there would use up an id of 2**31 all the same
    new = said.join(known, on="provenance", how="anti")
    if new.is_empty():
        return known
    rows = new.select(pl.col("provenance").alias("digest"), *PROVENANCE)
    await insert_frame(connection, provenances, rows, "ORDER BY digest ON CONFLICT (digest) DO NOTHING")
    return await _known_provenances(connection, said["provenance"])


async def _known_provenances(connection: AsyncConnection, digests: pl.Series) -> pl.DataFrame:
    query = "SELECT digest, id FROM provenances WHERE digest = ANY(%s)"
    schema = {"provenance": pl.String, "provenance_id": pl.Int64}
    return await read_frame(connection, query, schema, (digests.to_list(),))


async def add_to_rollups(connection: AsyncConnection, tenant_id: int, scored: pl.DataFrame) -> None:
    """Add the batch to the hourly and daily sums per entity and the daily sums per event type (UTC).

    A day of an entity whose sum changes waits to be compared again.
    """
    hourly = ("hour", "event_type", "entity_type", "entity")
    by_hour = scored.with_columns(hour=pl.col("event_time").dt.truncate("1h")).group_by(*hourly).agg(*_sums())
    await _add(connection, tenant_id, emissions_hourly, hourly, HOURLY_SUMS, by_hour)
    daily = ("day", "event_type")
    dated = scored.with_columns(day=pl.col("event_time").dt.date())
    await _add(connection, tenant_id, emissions_daily, daily, SUMS, dated.group_by(*daily).agg(*_sums()))
    await _add_to_days(connection, tenant_id, dated)


async def _add_to_days(connection: AsyncConnection, tenant_id: int, dated: pl.DataFrame) -> None:
    """A sum of stand-ins is no observation of a day: it stands beside the measured one, and asks for no comparison."""
    key = ("day", "entity", "entity_type", "event_type")
    sums = dated.with_columns(pl.col("filled").fill_null(False)).group_by(*key).agg(*_day_sums())
    summed = ("co2e_kg", "event_count", "filled_kg", "filled_count")
    added = ", ".join(f"{name} = emissions_entity_daily.{name} + excluded.{name}" for name in summed)
    scored = "scored = emissions_entity_daily.scored AND excluded.scored"
    rest = f"ORDER BY {', '.join(key)} ON CONFLICT (tenant_id, {', '.join(key)}) DO UPDATE SET {added}, {scored}"
    told = sums.filter(~pl.col("scored") | (pl.col("filled_count") > 0))
    owned = told.select(pl.lit(tenant_id).alias("tenant_id"), *key, *summed, "scored")
    await insert_frame(connection, emissions_entity_daily, owned, rest)


def _day_sums() -> list[pl.Expr]:
    kg, filled = pl.col("co2e_kg"), pl.col("filled")
    return [
        kg.filter(~filled).sum(),
        kg.filter(~filled).count().alias("event_count"),
        kg.filter(filled).sum().alias("filled_kg"),
        kg.filter(filled).count().alias("filled_count"),
        filled.all().alias("scored"),
    ]


def _sums() -> list[pl.Expr]:
    estimated = pl.col("co2e_kg").is_not_null()
    measured = (pl.col("tier") == Tier.MEASURED) & ~pl.col("filled").fill_null(False)
    return [
        pl.sum("co2e_kg", "ttw_kg", "wtt_kg"),
        estimated.sum().alias("event_count"),
        (~estimated).sum().alias("unestimated_count"),
        pl.col("co2e_kg").filter(measured).sum().alias("measured_kg"),
        pl.sum("typical_kg"),
        pl.col("typical_kg").count().alias("typical_count"),
    ]


async def _add(
    connection: AsyncConnection,
    tenant_id: int,
    table: Table,
    key: tuple[str, ...],
    summed: tuple[str, ...],
    sums: pl.DataFrame,
) -> None:
    added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in summed)
    rest = f"ORDER BY {', '.join(key)} ON CONFLICT (tenant_id, {', '.join(key)}) DO UPDATE SET {added}"
    owned = sums.select(pl.lit(tenant_id).alias("tenant_id"), *key, *summed)
    await insert_frame(connection, table, owned, rest)
