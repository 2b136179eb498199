"""One batch through the whole pipeline: claim, estimate, compare, record, detect, announce, defer. Never commits."""

from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts.service import announce
from carbon_nexus.baselines.model import WINDOW
from carbon_nexus.baselines.service import compare
from carbon_nexus.hotspots.detect import SUBJECT
from carbon_nexus.hotspots.model import Thresholds
from carbon_nexus.hotspots.service import detect
from carbon_nexus.kit.jobs import defer
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.recording import add_to_rollups, record_predictions
from carbon_nexus.predictions.service import estimate_events
from carbon_nexus.scans import store
from carbon_nexus.scans.model import UNNAMED, ScanResult

PROPOSE_TASK = "propose"
HOTSPOTS_PER_JOB = 25  # about 1.5 s of work: a job that is stopped or killed takes little with it


async def scan_batch(
    connection: AsyncConnection,
    tenant_id: int,
    thresholds: Thresholds | None,
    now: datetime,
    estimator: Estimator = EMBEDDED,
) -> ScanResult | None:
    """Scan up to BATCH_EVENTS unscored events in the caller's transaction; None when nothing waits.

    Without thresholds events are estimated and recorded but nothing is found in them: for history.
    Whatever ends the transaction ends the claim too: a batch is either wholly done or wholly undone.
    """
    await store.lock(connection, tenant_id)
    backlog_ids, ranges = await store.claim(connection, tenant_id)
    if not backlog_ids:
        return None
    events = await store.unscored_events(connection, tenant_id, ranges)
    result = ScanResult()
    if not events.is_empty():
        estimates = await _estimated(connection, tenant_id, events, estimator)
        result = await _score(connection, tenant_id, estimates, thresholds, now)
    await store.release(connection, tenant_id, backlog_ids, ranges[-1].last)
    return result


async def _score(
    connection: AsyncConnection, tenant_id: int, estimates: pl.DataFrame, thresholds: Thresholds | None, now: datetime
) -> ScanResult:
    reported = await store.last_reported(connection, tenant_id, estimates, now)
    compared = await compare(
        connection, tenant_id, estimates.join(reported, on=SUBJECT, how="left", maintain_order="left"), now
    )
    await record_predictions(connection, tenant_id, compared)
    await add_to_rollups(connection, tenant_id, compared)
    changes = await detect(connection, tenant_id, compared, thresholds, now) if thresholds else []
    alerts = await announce(connection, tenant_id, changes)
    estimated = compared.height - compared["co2e_kg"].null_count()
    uncompared = compared.filter(pl.col("co2e_kg").is_not_null() & pl.col("typical_kg").is_null()).height
    result = ScanResult(compared.height, estimated, uncompared, alerts, changes, _late(compared, now))
    for start in range(0, len(result.hotspot_ids), HOTSPOTS_PER_JOB):
        part = result.hotspot_ids[start : start + HOTSPOTS_PER_JOB]
        await defer(connection, PROPOSE_TASK, tenant_id=tenant_id, hotspot_ids=part)
    return result


async def _estimated(
    connection: AsyncConnection, tenant_id: int, events: pl.DataFrame, estimator: Estimator
) -> pl.DataFrame:
    estimates = await estimate_events(connection, tenant_id, events, estimator)
    named = estimates.with_columns(pl.col("entity").fill_null(UNNAMED), pl.col("entity_type").fill_null("supplier"))
    return pl.concat([events.select("event_id", "event_type", "event_time"), named], how="horizontal")


def _late(compared: pl.DataFrame, now: datetime) -> frozenset[str]:
    """Entities whose baseline rests on events that are recorded only now."""
    at = pl.col("event_time")
    late = compared.filter(at < pl.col("last_hour"), at >= now - WINDOW, at < now)
    return frozenset(late["entity"].unique())
