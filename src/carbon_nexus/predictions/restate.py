"""What another factor set would make of the events that are stored: estimated with both, day by day. Never commits."""

import asyncio
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.inputs import INPUTS, STORED
from carbon_nexus.emissions.model import Basis
from carbon_nexus.predictions import store
from carbon_nexus.predictions.service import prepared
from carbon_nexus.predictions.standins import standing_in, with_stand_ins

DAY = timedelta(days=1)
EFFECT_SCHEMA = {"event_type": pl.String, "events": pl.Int64, "old_kg": pl.Float64, "new_kg": pl.Float64}
_SCHEMA = {"event_id": pl.Int64(), "event_time": INPUTS["event_time"], **{name: INPUTS[name] for name in STORED}}
_EVENTS = f"""
SELECT id, "timestamp", {", ".join(STORED)} FROM events_normalized
WHERE tenant_id = %s AND "timestamp" >= %s AND "timestamp" < %s
"""  # noqa: S608


async def effect(
    connection: AsyncConnection, tenant_id: int, old: Basis, new: Basis, start: datetime, end: datetime
) -> pl.DataFrame:
    """Per event type the events with start <= time < end that have an estimate by both, and their kg CO2e by each.

    Columns of EFFECT_SCHEMA, ordered by event type; what stands in where an event has nothing
    counts, as it does in the totals. Nothing is stored: estimates keep the set they were made with.
    """
    parts = [pl.DataFrame(schema=EFFECT_SCHEMA)]
    while start < end:
        until = min(start + DAY, end)
        events = await read_frame(connection, _EVENTS, _SCHEMA, (tenant_id, start, until))
        stand_ins = standing_in(events, await store.stand_ins(connection, tenant_id, events["event_id"]))
        ready = await prepared(connection, tenant_id, with_stand_ins(events, stand_ins))
        parts.append(await asyncio.to_thread(_both, ready, old, new))
        start = until
    return pl.concat(parts).group_by("event_type").sum().sort("event_type")


def _both(ready: pl.DataFrame, old: Basis, new: Basis) -> pl.DataFrame:
    kg = {"old_kg": estimate(ready, old)["co2e_kg"], "new_kg": estimate(ready, new)["co2e_kg"]}
    known = ready.select("event_type").with_columns(**kg).drop_nulls()
    sums = known.group_by("event_type").agg(pl.len().alias("events"), pl.sum("old_kg", "new_kg"))
    return sums.select(pl.col(name).cast(kind) for name, kind in EFFECT_SCHEMA.items())
