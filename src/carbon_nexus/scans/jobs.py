"""Scans as deferred work and on a timer: each batch is one transaction, committed here."""

import time
from collections.abc import Collection, Sequence

import procrastinate
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines.comparing import GRACE
from carbon_nexus.baselines.day_store import with_open_days
from carbon_nexus.baselines.service import renew
from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.metrics import EVENTS_SCANNED, SCAN_RATE, SCAN_SECONDS
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.rules.model import Rule
from carbon_nexus.scans import store
from carbon_nexus.scans.model import ScanResult
from carbon_nexus.scans.service import ACTOR, scan_batch, scan_days

TASK = "scan"
ENTITIES_AT_ONCE = 2_000  # whose days are compared in one transaction


async def scan(
    engine: AsyncEngine,
    tenant_id: int,
    default: Rule | None,
    clock: Clock,
    estimator: Estimator = EMBEDDED,
) -> ScanResult:
    """Scan batch after batch until nothing of the tenant waits; a kill between batches loses nothing.

    Baselines that late events belong to are made anew at the end, once, however many batches brought them.
    """
    total = ScanResult()
    while True:
        started = time.perf_counter()
        async with engine.begin() as connection:
            batch = await scan_batch(connection, tenant_id, default, clock(), estimator)
        if batch is None:
            break
        _measure(batch, time.perf_counter() - started)
        total += batch
    total += await _scan_days(engine, tenant_id, sorted(total.entities), default, clock)
    await _correct_baselines(engine, tenant_id, total.late, clock)
    return total


async def scan_all_tenants(
    engine: AsyncEngine, default: Rule, clock: Clock, estimator: Estimator = EMBEDDED
) -> ScanResult:
    """Scan whatever waits, of every tenant, and days that are over although nothing came after them."""
    async with engine.begin() as connection:
        tenants = await store.tenants_waiting(connection)
        open_days = await with_open_days(connection, clock() - GRACE)
    total = ScanResult()
    for tenant_id in tenants:
        total += await scan(engine, tenant_id, default, clock, estimator)
    for tenant_id, entities in open_days.items():
        total += await _scan_days(engine, tenant_id, entities, default, clock)
    return total


def register(app: procrastinate.App, engine: AsyncEngine, default: Rule, clock: Clock, estimator: Estimator) -> None:
    """Add the task that ingestion defers."""

    @app.task(name=TASK, retry=procrastinate.RetryStrategy(max_attempts=5, exponential_wait=2))
    async def run(tenant_id: int) -> None:
        await scan(engine, tenant_id, default, clock, estimator)


async def _scan_days(
    engine: AsyncEngine, tenant_id: int, entities: Sequence[str], default: Rule | None, clock: Clock
) -> ScanResult:
    total = ScanResult()
    for start in range(0, len(entities), ENTITIES_AT_ONCE):
        async with engine.begin() as connection:
            part = entities[start : start + ENTITIES_AT_ONCE]
            total += await scan_days(connection, tenant_id, part, default, clock())
    return total


async def _correct_baselines(engine: AsyncEngine, tenant_id: int, late: Collection[str], clock: Clock) -> None:
    if late:
        async with engine.begin() as connection:
            await store.lock(connection, tenant_id)
            count = await renew(connection, tenant_id, sorted(late), clock())
            details = {"baselines": count, "reason": "events came late"}
            made_anew = Entry("baselines.recalculated", "baselines", f"{len(late)} entities", ACTOR, details=details)
            await record(connection, tenant_id, [made_anew])
        logger.info("{} baselines of {} entities made anew: events came late", count, len(late))


def _measure(batch: ScanResult, seconds: float) -> None:
    EVENTS_SCANNED.inc(batch.events)
    SCAN_SECONDS.observe(seconds)
    if batch.events:
        SCAN_RATE.set(batch.events / seconds)
        told = "scanned {} events in {:.2f} s: {} hotspots opened or risen, {} alerts"
        logger.info(told, batch.events, seconds, len(batch.hotspot_ids), batch.alerts)
