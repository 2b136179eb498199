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
from carbon_nexus.assistant import jobs as assistant
from carbon_nexus.audit.jobs import anchor_all_tenants
from carbon_nexus.baselines.jobs import recalculate_all_tenants
from carbon_nexus.calibrations.jobs import recalibrate_all_tenants
from carbon_nexus.db.engine import conninfo
from carbon_nexus.db.timers import claim_tick
from carbon_nexus.documents import jobs as documents
from carbon_nexus.documents.service import QUEUE as DOCUMENTS
from carbon_nexus.emissions.model import Basis
from carbon_nexus.forecasts import jobs as forecasts
from carbon_nexus.ingests import jobs as ingests
from carbon_nexus.ingests.spool import spool_of
from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.jobs import DEFAULT_QUEUE, make_worker_app, retry_stalled, run_worker
from carbon_nexus.kit.timers import Timer, make_scheduler
from carbon_nexus.language.chat import writer_of
from carbon_nexus.language.embed import embedder_of
from carbon_nexus.live.jobs import forget_old
from carbon_nexus.notifications import jobs as notifications
from carbon_nexus.notifications.service import DELIVERIES
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.service import open_estimator
from carbon_nexus.recommendations import jobs as recommendations
from carbon_nexus.recommendations import rag_jobs as rag
from carbon_nexus.recommendations.rag_client import RagClient, open_rag
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind, Rule
from carbon_nexus.savings.jobs import verify_all_tenants
from carbon_nexus.scans import jobs as scans
from carbon_nexus.settings import Settings

ALERTS_CHECK = timedelta(seconds=15)
NOTIFY_CHECK = timedelta(seconds=15)
STALLED_CHECK = timedelta(seconds=60)
LEFT_FILES_CHECK = timedelta(seconds=10)
ANCHORING = timedelta(hours=1)
VERIFYING = timedelta(hours=1)
FORECASTING = timedelta(hours=1)
FORGETTING = timedelta(hours=1)


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
        open_rag(settings.rag_service_url) as remote_rag,
        _opened(settings, engine, database_url, clock, estimator, remote_rag) as app,
    ):
        timers = _timers(settings, engine, clock, app, estimator, remote_rag)

        async def claim(name: str, interval: timedelta) -> bool:
            return await claim_tick(engine, name, interval, clock())

        scheduler = make_scheduler(timers, claim)
        scheduler.start()
        workers = [
            asyncio.create_task(_worker_for_ever(app), name="worker"),
            # a receiver that hangs holds up messages, and no scan
            asyncio.create_task(_worker_for_ever(app, DELIVERIES, notifications.AT_ONCE), name="deliveries"),
            asyncio.create_task(_worker_for_ever(app, recommendations.QUEUE, concurrency=1), name="proposals"),
            asyncio.create_task(_worker_for_ever(app, DOCUMENTS), name="documents"),
            asyncio.create_task(_worker_for_ever(app, assistant.QUEUE, concurrency=1), name="summaries"),
        ]
        if remote_rag:
            workers.append(asyncio.create_task(_worker_for_ever(app, rag.QUEUE, rag.JOBS_AT_ONCE), name="rag"))
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
        open_rag(settings.rag_service_url) as remote_rag,
        _opened(settings, engine, database_url, clock, estimator, remote_rag) as app,
    ):
        await run_worker(app, until_empty=True, queues=(DEFAULT_QUEUE, recommendations.QUEUE))


@asynccontextmanager
async def _opened(
    settings: Settings, engine: AsyncEngine, database_url: str, clock: Clock, estimator: Estimator,
    remote_rag: RagClient | None = None,
) -> AsyncIterator[procrastinate.App]:  # fmt: skip
    app = make_worker_app(conninfo(database_url))
    scans.register(app, engine, default_rule_of(settings), clock, estimator)
    then = [*([rag.defer_asking] if remote_rag else []), *([assistant.defer_summaries] if settings.llm_model else [])]
    recommendations.register(app, engine, clock, estimator.basis, then, ask_remote=remote_rag is not None)
    if remote_rag:
        rag.register(app, rag.Asking(engine, clock, remote_rag))
    ingests.register(app, engine, spool_of(settings), clock)
    embedder = embedder_of(settings)
    documents.register(app, engine, clock, embedder)
    assistant.register(app, engine, clock, writer_of(settings), embedder)
    await documents.prepare(engine, embedder)
    forecasts.register(app, engine, clock)
    notifications.register(app, engine, default_rule_of(settings), clock, allow_private=settings.webhook_allow_private)
    async with app.open_async():
        yield app


def _timers(
    settings: Settings, engine: AsyncEngine, clock: Clock, app: procrastinate.App, estimator: Estimator,
    remote_rag: RagClient | None = None,
) -> list[Timer]:  # fmt: skip
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
        Timer("make-forecasts", FORECASTING, lambda: forecasts.forecast_all_tenants(engine, clock)),
        Timer("verify-savings", VERIFYING, lambda: verify_all_tenants(engine, clock)),
        Timer("forget-old-changes", FORGETTING, lambda: forget_old(engine, clock)),
        Timer("retry-stalled-jobs", STALLED_CHECK, lambda: retry_stalled(app)),
        *_anchoring(settings.audit_anchor, engine, clock),
        *_asking_again(remote_rag, engine, clock),
    ]


def _asking_again(remote_rag: RagClient | None, engine: AsyncEngine, clock: Clock) -> list[Timer]:
    if remote_rag is None:
        return []
    return [Timer("ask-rag-again", rag.ASK_AGAIN_CHECK, rag.Asking(engine, clock, remote_rag).again)]


def _anchoring(target: str | None, engine: AsyncEngine, clock: Clock) -> list[Timer]:
    if target is None:
        return []
    return [Timer("anchor-audit", ANCHORING, lambda: anchor_all_tenants(engine, target, clock))]


async def relearn(engine: AsyncEngine, clock: Clock, basis: Basis) -> int:
    """Learn anew what stored events tell: calibrations first, then what is typical. Returns how many baselines."""
    await recalibrate_all_tenants(engine, clock, basis)
    return await recalculate_all_tenants(engine, clock)


@stamina.retry(on=Exception, attempts=None, timeout=None, wait_initial=1.0, wait_max=30.0)
async def _worker_for_ever(app: procrastinate.App, queue: str = DEFAULT_QUEUE, concurrency: int = 2) -> None:
    """An outage of the database ends a worker; a new one starts when it is over."""
    await run_worker(app, queues=(queue,), concurrency=concurrency)
