"""What is typical of days to come."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines import store
from carbon_nexus.baselines.calendar_store import closed_days
from carbon_nexus.baselines.days import SUBJECT
from carbon_nexus.baselines.model import DAY_UNIT, MOMENT, Metric
from carbon_nexus.baselines.typical import expect


async def typical_ahead(
    connection: AsyncConnection, tenant_id: int, subjects: pl.DataFrame, first: date, days: int
) -> pl.DataFrame:
    """`subjects` (the columns of SUBJECT, each once) in their order with the list `typical_kg`: kg CO2e that are
    typical of each of so many UTC days from `first` on, by weekday, weekend and closed day; null: nothing is.
    """
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    entities = subjects["entity"].unique().to_list()
    known = (await store.typicals(connection, tenant_id, entities)).filter(metric=Metric.ABSOLUTE.value)
    closed = await closed_days(connection, tenant_id, start, start + timedelta(days=days))
    moments = pl.DataFrame({"event_time": [start + timedelta(days=each) for each in range(days)]})
    asked = (
        subjects.select(SUBJECT)
        .join(moments, how="cross", maintain_order="left_right")
        .with_columns(
            pl.col("event_time").cast(MOMENT),
            metric=pl.lit(Metric.ABSOLUTE.value),
            activity_unit=pl.lit(DAY_UNIT),
            activity=pl.lit(1.0),
        )
    )
    told = await asyncio.to_thread(expect, asked, known, closed)
    return told.group_by(SUBJECT, maintain_order=True).agg("typical_kg")
