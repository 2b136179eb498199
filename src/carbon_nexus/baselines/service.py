"""Recalculation of baselines, and the typical values a batch is compared with. Never commits."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import polars as pl
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines import store
from carbon_nexus.baselines.model import OBSERVATION_SCHEMA, WINDOW
from carbon_nexus.baselines.typical import baselines_of, expect


async def recalculate(connection: AsyncConnection, tenant_id: int, now: datetime) -> int:
    """Make the baselines anew from the estimates of the window; returns how many there are, young ones included.

    One whose entity sent nothing in the window is gone afterwards.
    """
    seen = await store.observations(connection, tenant_id, now - WINDOW, now)
    calculated = await asyncio.to_thread(baselines_of, seen, now)
    await store.save(connection, tenant_id, calculated)
    await store.forget_others(connection, tenant_id)
    logger.info("{} baselines from {} estimates", calculated.height, seen.height)
    return calculated.height


async def recalculate_of(connection: AsyncConnection, tenant_id: int, entities: Sequence[str], now: datetime) -> int:
    """Make the baselines of these entities anew; how many there are. One without any estimate left loses them.

    For what cannot wait for the next recalculation of all: late events, and events that were taken back.
    """
    if not entities:
        return 0
    seen = await store.observations(connection, tenant_id, now - WINDOW, now, entities)
    calculated = await asyncio.to_thread(baselines_of, seen, now)
    await store.forget(connection, tenant_id, entities, calculated)
    await store.save(connection, tenant_id, calculated)
    return calculated.height


async def compare(connection: AsyncConnection, tenant_id: int, estimates: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """The estimates with `typical_kg` beside them.

    An entity without a baseline gets one at once when its stored events and these are enough: a first import is
    compared with its own median instead of waiting for the next recalculation.
    """
    entities = estimates["entity"].unique().sort()
    known = await store.typicals(connection, tenant_id, entities.to_list())
    new = entities.filter(~entities.is_in(known["entity"].implode())).to_list()
    if new:
        seen = await store.observations(connection, tenant_id, now - WINDOW, now, new)
        batch = _observed(estimates).filter(pl.col("entity").is_in(new)).select(*OBSERVATION_SCHEMA)
        calculated = await asyncio.to_thread(baselines_of, pl.concat([seen, batch]), now)
        await store.save(connection, tenant_id, calculated)
        known = pl.concat([known, calculated.select(known.columns)])
    return await asyncio.to_thread(expect, estimates, known)


def _observed(estimates: pl.DataFrame) -> pl.DataFrame:
    """Without estimates that were made with an estimated value: they are no observation of what is typical."""
    if "filled" not in estimates.columns:
        return estimates
    return estimates.filter(~pl.col("filled").fill_null(False))
