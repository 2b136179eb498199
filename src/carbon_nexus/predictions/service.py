"""Estimates of a tenant's stored events: with what is known of their entities, by whoever estimates. Never commits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.calibrations import store as calibration_store
from carbon_nexus.calibrations.calibrate import with_calibrations
from carbon_nexus.emissions.entity import with_entities
from carbon_nexus.emissions.labels import EMBEDDED
from carbon_nexus.emissions.model import Basis
from carbon_nexus.entities.profile import fill
from carbon_nexus.entities.store import profiles
from carbon_nexus.errors import StartRefused
from carbon_nexus.factors.grid import grid
from carbon_nexus.factors.library import factor_set, set_names
from carbon_nexus.factors.model import UnknownFactorSet, UnknownRegion
from carbon_nexus.predictions import store
from carbon_nexus.predictions.client import RemoteEngine
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.overlay import overlay
from carbon_nexus.predictions.plugins import plugins
from carbon_nexus.predictions.remote import ask
from carbon_nexus.predictions.standins import marked, standing_in, with_stand_ins
from carbon_nexus.settings import Settings

REMOTE = "ml-engine"
# A scan waits for the engine within its transaction: twice this for a batch at the most.
ENGINE_SECONDS = 20.0
SUPERSEDED = "superseded"


def basis_of(settings: Settings) -> Basis:
    """The configured factor set and grid. Raises StartRefused where either cannot be used."""
    try:
        chosen = factor_set(settings.factor_set)
        grid(chosen, settings.grid_region)
    except UnknownFactorSet as unknown:
        raise StartRefused(f"FACTOR_SET: {unknown.detail}", unknown.remedy) from None
    except UnknownRegion as unknown:
        listing = f"`carbon-nexus factors list electricity --set {settings.factor_set}` shows what there is."
        raise StartRefused(f"GRID_REGION: {unknown.detail}", f"{unknown.remedy} {listing}".lstrip()) from None
    if chosen.status == SUPERSEDED:
        told = f"FACTOR_SET: {chosen.name} is superseded: it lacks factors that this release estimates with."
        usable = (name for name in set_names() if factor_set(name).status != SUPERSEDED)
        raise StartRefused(told, f"There are: {', '.join(usable)}.")
    return Basis(settings.factor_set, settings.grid_region)


def embedded_of(settings: Settings) -> Estimator:
    """The configured estimator as far as it runs in this process. Raises StartRefused."""
    return Estimator(basis_of(settings), plugins())


@asynccontextmanager
async def open_estimator(settings: Settings) -> AsyncIterator[Estimator]:
    """The configured estimator; its connections are closed with the context."""
    url, key = settings.ml_engine_url, settings.ml_engine_key
    remote = RemoteEngine(url, key=key, batch_seconds=ENGINE_SECONDS) if url else None
    try:
        yield replace(embedded_of(settings), remote=remote)
    finally:
        if remote:
            await remote.aclose()


async def prepared(connection: AsyncConnection, tenant_id: int, events: pl.DataFrame) -> pl.DataFrame:
    """The events with their entity, its profile, and the calibration of their vehicle beside them.

    Every estimate of stored events starts from this: scans, recommendations, explanations.
    """
    known = await profiles(connection, tenant_id)
    live = await calibration_store.live(connection, tenant_id)
    return await asyncio.to_thread(lambda: with_calibrations(fill(with_entities(events), known), live))


async def estimate_events(
    connection: AsyncConnection, tenant_id: int, events: pl.DataFrame, estimator: Estimator
) -> pl.DataFrame:
    """One estimate per event, in order: columns of ESTIMATE_SCHEMA, `calibration_id` and `filled`.

    A plug-in answers before the separate ml-engine, and both before the embedded estimator, which stands in for
    whatever they do not tell; `source` says who it was. The ml-engine is told the configured grid as if the event
    named it: what it takes without one is not known here. What an event lacks and a stand-in is stored for is estimated
    with that, and `filled` says so.
    """
    stand_ins = standing_in(events, await store.stand_ins(connection, tenant_id, events["event_id"]))
    ready = await prepared(connection, tenant_id, with_stand_ins(events, stand_ins))
    estimates = await asyncio.to_thread(estimator.estimate, ready)
    if estimator.remote:
        usual = pl.col("grid_region").fill_null(estimator.basis.grid_region)
        answers = await ask(connection, tenant_id, ready.with_columns(usual), estimates, estimator.remote)
        estimates = await asyncio.to_thread(overlay, estimates, answers, REMOTE, remote=True)
    ours = pl.col("source").str.starts_with(EMBEDDED)
    estimates = estimates.with_columns(pl.when(ours).then(ready["calibration_id"]).alias("calibration_id"))
    return await asyncio.to_thread(marked, estimates, ready, stand_ins, estimator)
