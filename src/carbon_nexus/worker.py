"""Background work, wired: the deferred jobs of all rooms and the timers, in this process or one of its own."""

import asyncio
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import procrastinate
import stamina
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.alerts import jobs as alerts
from carbon_nexus.alerts.service import QUICK
from carbon_nexus.baselines.jobs import recalculate_all_tenants
from carbon_nexus.calibrations.jobs import recalibrate_all_tenants
from carbon_nexus.db.engine import conninfo
from carbon_nexus.db.timers import claim_tick
from carbon_nexus.emissions.model import Basis
from carbon_nexus.ingests import jobs as ingests
from carbon_nexus.ingests.spool import spool_of
from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.jobs import DEFAULT_QUEUE, make_worker_app, retry_stalled, run_worker
from carbon_nexus.kit.timers import Timer, make_scheduler
from carbon_nexus.notifications import jobs as notifications
from carbon_nexus.notifications.service import DELIVERIES
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.service import open_estimator
from carbon_nexus.recommendations import jobs as recommendations
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind, Rule
from carbon_nexus.scans import jobs as scans
from carbon_nexus.settings import Settings

ALERTS_CHECK = timedelta(seconds=15)
NOTIFY_CHECK = timedelta(seconds=15)
STALLED_CHECK = timedelta(seconds=60)
LEFT_FILES_CHECK = timedelta(seconds=10)


def default_rule_of(settings: Settings) -> Rule:
    """The rule that watches whatever no stored rule does, as configured."""
    thresholds = (settings.threshold_info, settings.threshold_warn, settings.threshold_critical)
    return default_rule(PolicyKind(settings.detection_policy), thresholds, settings.false_alarms_per_entity_week)


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
        workers = [
            asyncio.create_task(_worker_for_ever(app), name="worker"),
            # a receiver that hangs holds up messages, and no scan
            asyncio.create_task(_worker_for_ever(app, DELIVERIES, notifications.AT_ONCE), name="deliveries"),
        ]
        try:
            yield app
        finally:
            scheduler.shutdown(wait=False)
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


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
    scans.register(app, engine, default_rule_of(settings), clock, estimator)
    recommendations.register(app, engine, clock, estimator.basis)
    ingests.register(app, engine, spool_of(settings), clock)
    notifications.register(app, engine, default_rule_of(settings), clock, allow_private=settings.webhook_allow_private)
    async with app.open_async():
        yield app


def _timers(
    settings: Settings, engine: AsyncEngine, clock: Clock, app: procrastinate.App, estimator: Estimator
) -> list[Timer]:
    default = default_rule_of(settings)
    return [
        Timer(
            "scan",
            timedelta(seconds=settings.hotspot_check_interval),
            lambda: scans.scan_all_tenants(engine, default, clock, estimator),
        ),
        # hotspots are read from one table; rhythms, quality and budgets are worked out from many rows
        Timer(
            "evaluate-alerts",
            ALERTS_CHECK,
            lambda: alerts.evaluate_all_tenants(engine, default, clock, QUICK),
        ),
        Timer(
            "evaluate-all-alerts",
            timedelta(seconds=settings.hotspot_check_interval),
            lambda: alerts.evaluate_all_tenants(engine, default, clock),
        ),
        Timer("notify", NOTIFY_CHECK, lambda: notifications.notify_all_tenants(engine, default, clock)),
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
async def _worker_for_ever(app: procrastinate.App, queue: str = DEFAULT_QUEUE, concurrency: int = 2) -> None:
    """An outage of the database ends a worker; a new one starts when it is over."""
    await run_worker(app, queues=(queue,), concurrency=concurrency)
