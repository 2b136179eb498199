"""Load, fit, save: what the measured trips of a tenant teach about the model. Never commits."""

import asyncio
from datetime import datetime

import polars as pl
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.calibrations import store
from carbon_nexus.calibrations.calibrate import LEAST_TRIPS, WINDOW, fits, news
from carbon_nexus.emissions.model import Basis
from carbon_nexus.entities.profile import fill
from carbon_nexus.entities.store import profiles

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
    new = news(found, await store.live(connection, tenant_id))
    await store.save(connection, tenant_id, new, now)
    _tell(found, new.height)
    return new.height


def _tell(found: pl.DataFrame, changed: int) -> None:
    logger.info("{} calibrations new or changed, from {} groups of measured trips", changed, found.height)
    refused = found.filter(pl.col("why_not").is_not_null(), pl.col("sample") >= LEAST_TRIPS)
    for row in refused.head(MOST_TOLD).to_dicts():
        whose = row["entity"] or "all entities"
        logger.warning("{} on {} of {} is not calibrated: {}", row["vehicle_class"], row["fuel"], whose, row["why_not"])
    if refused.height > MOST_TOLD:
        logger.warning("{} more are not calibrated", refused.height - MOST_TOLD)
