"""Background work, wired: the deferred jobs of all rooms and the timers, in this process or one of its own."""

import asyncio
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import procrastinate
import stamina
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.jobs import recalculate_all_tenants
from carbon_nexus.calibrations.jobs import recalibrate_all_tenants
from carbon_nexus.db.engine import conninfo
from carbon_nexus.db.timers import claim_tick
from carbon_nexus.emissions.model import Basis
from carbon_nexus.hotspots.model import Thresholds
from carbon_nexus.ingests import jobs as ingests
from carbon_nexus.ingests.spool import spool_of
from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.jobs import make_worker_app, retry_stalled, run_worker
from carbon_nexus.kit.timers import Timer, make_scheduler
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.service import open_estimator
from carbon_nexus.recommendations import jobs as recommendations
from carbon_nexus.scans import jobs as scans
from carbon_nexus.settings import Settings

STALLED_CHECK = timedelta(seconds=60)
LEFT_FILES_CHECK = timedelta(seconds=10)


def thresholds_of(settings: Settings) -> Thresholds:
    """The configured ratios of actual to typical."""
    return Thresholds(settings.threshold_info, settings.threshold_warn, settings.threshold_critical)


@asynccontextmanager
async def working(
    settings: Settings, engine: AsyncEngine, database_url: str, clock: Clock
) -> AsyncIterator[procrastinate.App]:
    """Jobs and timers run while the context is open; jobs cut short by its end go back to the queue."""
    async with (
        open_estimator(settings) as estimator,
        _opened(settings, engine, database_url, clock, estimator) as app,
    ):
        timers = _timers(settings, engine, clock, app, estimator)

        async def claim(name: str, interval: timedelta) -> bool:
            return await claim_tick(engine, name, interval, clock())

        scheduler = make_scheduler(timers, claim)
        scheduler.start()
        worker = asyncio.create_task(_worker_for_ever(app), name="worker")
        try:
            yield app
        finally:
            scheduler.shutdown(wait=False)
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker


async def work_until_empty(settings: Settings, engine: AsyncEngine, database_url: str, clock: Clock) -> None:
    """Run every job that waits, then return: for commands that come to an end."""
    async with (
        open_estimator(settings) as estimator,
        _opened(settings, engine, database_url, clock, estimator) as app,
    ):
        await run_worker(app, until_empty=True)


@asynccontextmanager
async def _opened(
    settings: Settings, engine: AsyncEngine, database_url: str, clock: Clock, estimator: Estimator
) -> AsyncIterator[procrastinate.App]:
    app = make_worker_app(conninfo(database_url))
    scans.register(app, engine, thresholds_of(settings), clock, estimator)
    recommendations.register(app, engine, clock, estimator.basis)
    ingests.register(app, engine, spool_of(settings), clock)
    async with app.open_async():
        yield app


def _timers(
    settings: Settings, engine: AsyncEngine, clock: Clock, app: procrastinate.App, estimator: Estimator
) -> list[Timer]:
    thresholds = thresholds_of(settings)
    return [
        Timer(
            "scan",
            timedelta(seconds=settings.hotspot_check_interval),
            lambda: scans.scan_all_tenants(engine, thresholds, clock, estimator),
        ),
        Timer(
            "recalculate-baselines",
            timedelta(seconds=settings.baseline_recalc_interval),
            lambda: relearn(engine, clock, estimator.basis),
        ),
        # each machine looks for itself: the files are in its own data directory
        Timer(
            f"go-on-with-ingests@{platform.node()}",
            LEFT_FILES_CHECK,
            lambda: ingests.go_on_with_all(engine, spool_of(settings), clock),
        ),
        Timer("retry-stalled-jobs", STALLED_CHECK, lambda: retry_stalled(app)),
    ]


async def relearn(engine: AsyncEngine, clock: Clock, basis: Basis) -> int:
    """Learn anew what stored events tell: calibrations first, then what is typical. Returns how many baselines."""
    await recalibrate_all_tenants(engine, clock, basis)
    return await recalculate_all_tenants(engine, clock)


@stamina.retry(on=Exception, attempts=None, timeout=None, wait_initial=1.0, wait_max=30.0)
async def _worker_for_ever(app: procrastinate.App) -> None:
    """An outage of the database ends a worker; a new one starts when it is over."""
    await run_worker(app)
