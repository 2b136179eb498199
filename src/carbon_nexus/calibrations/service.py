"""Load, fit, save: what the measured trips of a tenant teach about the model. Never commits."""

import asyncio
from datetime import datetime
from typing import Any

import polars as pl
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.calibrations import store
from carbon_nexus.calibrations.calibrate import CLASS_KEY, ENTITY_KEY, LEAST_TRIPS, WINDOW, fits, news
from carbon_nexus.emissions.model import Basis
from carbon_nexus.entities.profile import fill
from carbon_nexus.entities.store import profiles

ACTOR = "calibrations"
MOST_TOLD = 5


async def recalibrate(connection: AsyncConnection, tenant_id: int, now: datetime, basis: Basis) -> int:
    """Fit the calibrations anew on the measured trips of the WINDOW; returns how many changed or are new.

    One that gets no new trips stays in use, with the time of its last one: a vehicle measured for a month is not
    unknown afterwards. They hold for estimates made from now on; stored estimates stay as they are.
    """
    await store.lock(connection, tenant_id)
    trips = await store.measured_trips(connection, tenant_id, now - WINDOW, now)
    if trips.is_empty():
        return 0
    told = await profiles(connection, tenant_id)
    found = await asyncio.to_thread(lambda: fits(fill(trips, told), basis))
    live = await store.live(connection, tenant_id)
    new = news(found, live)
    await store.save(connection, tenant_id, new, now)
    await record(connection, tenant_id, _entries(new, live))
    _tell(found, new.height)
    return new.height


def _entries(new: pl.DataFrame, live: pl.DataFrame) -> list[Entry]:
    """One for each that is put in use, with the one in whose place it comes."""
    used = live.rows_by_key("calibration_id", named=True, unique=True)
    return [
        Entry(
            "calibration.fitted", "calibration",
            "/".join(str(row[name]) for name in (*ENTITY_KEY, *CLASS_KEY) if row[name] is not None), ACTOR,
            details={"level": row["level"], "sample": row["sample"]},
            before=_numbers(used[row["supersedes"]]) if row["supersedes"] is not None else None, after=_numbers(row),
        )
        for row in new.to_dicts()
    ]  # fmt: skip


def _numbers(calibration: dict[str, Any]) -> dict[str, float]:
    return {name: calibration[name] for name in ("ratio", "half_width")}


def _tell(found: pl.DataFrame, changed: int) -> None:
    logger.info("{} calibrations new or changed, from {} groups of measured trips", changed, found.height)
    refused = found.filter(pl.col("why_not").is_not_null(), pl.col("sample") >= LEAST_TRIPS)
    for row in refused.head(MOST_TOLD).to_dicts():
        whose = row["entity"] or "all entities"
        logger.warning("{} on {} of {} is not calibrated: {}", row["vehicle_class"], row["fuel"], whose, row["why_not"])
    if refused.height > MOST_TOLD:
        logger.warning("{} more are not calibrated", refused.height - MOST_TOLD)
