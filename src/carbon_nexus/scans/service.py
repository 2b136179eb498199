"""One batch through the whole pipeline: claim, estimate, compare, record, detect, announce, defer. Never commits."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts.service import announce
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines.comparing import compare, compare_days
from carbon_nexus.baselines.model import WINDOW
from carbon_nexus.hotspots.detect import SUBJECT
from carbon_nexus.hotspots.model import HotspotChange
from carbon_nexus.hotspots.service import detect
from carbon_nexus.kit.jobs import defer_each, defer_once
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.recording import add_to_rollups, record_predictions
from carbon_nexus.predictions.service import estimate_events
from carbon_nexus.recommendations import jobs as proposals
from carbon_nexus.rules.model import Rule
from carbon_nexus.scans import store
from carbon_nexus.scans.model import UNNAMED, ScanResult

REPORTED_BY = ["entity", "entity_type", "event_type"]
OBSERVED = (
    *SUBJECT,
    *("event_id", "event_time", "last_hour", "co2e_kg", "typical_kg", "typical_low_kg", "typical_high_kg"),
    *("chance_per_week", "young", "drifting", "shifted", "filled"),
)
ACTOR = "scan"
NOTIFY_TASK = "notify"
HOTSPOTS_PER_JOB = 25  # under a second of work: a job that is killed, or beside which a scan starts, costs little


async def scan_batch(
    connection: AsyncConnection,
    tenant_id: int,
    default: Rule | None,
    now: datetime,
    estimator: Estimator = EMBEDDED,
) -> ScanResult | None:
    """Scan up to BATCH_EVENTS unscored events in the caller's transaction; None when nothing waits.

    Without a default rule events are estimated and recorded but nothing is found in them: for history.
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
        result = await _score(connection, tenant_id, estimates, default, now)
        details = {
            "events_estimated": result.estimated,
            "first_event_id": ranges[0].first,
            "last_event_id": ranges[-1].last,
        }
        estimated = Entry("events.estimated", "event", f"{result.events} events", ACTOR, details=details)
        await record(connection, tenant_id, [estimated])
    await store.release(connection, tenant_id, backlog_ids, ranges[-1].last)
    return result


async def _score(
    connection: AsyncConnection, tenant_id: int, estimates: pl.DataFrame, default: Rule | None, now: datetime
) -> ScanResult:
    reported = await store.last_reported(connection, tenant_id, estimates, now)
    given = estimates.join(reported, on=REPORTED_BY, how="left", maintain_order="left")
    compared = await compare(connection, tenant_id, given, now)
    await record_predictions(connection, tenant_id, compared)
    await add_to_rollups(connection, tenant_id, compared)
    changes, alerts = await _found(connection, tenant_id, compared, default, now)
    estimated = compared.height - compared["co2e_kg"].null_count()
    uncompared = compared.filter(pl.col("co2e_kg").is_not_null() & pl.col("typical_kg").is_null()).height
    entities = frozenset(compared["entity"].unique())
    return ScanResult(compared.height, estimated, uncompared, alerts, changes, _late(compared, now), entities)


async def scan_days(
    connection: AsyncConnection, tenant_id: int, entities: Sequence[str], default: Rule | None, now: datetime
) -> ScanResult:
    """Compare days of these entities that are over, in the caller's transaction; without a rule nothing is found."""
    await store.lock(connection, tenant_id)
    days = await compare_days(connection, tenant_id, entities, now)
    changes, alerts = await _found(connection, tenant_id, days, default, now)
    return ScanResult(alerts=alerts, changes=changes)


async def _found(
    connection: AsyncConnection, tenant_id: int, compared: pl.DataFrame, default: Rule | None, now: datetime
) -> tuple[list[HotspotChange], int]:
    """Hotspots that open or rise and the alerts they are worth, with proposals deferred; nothing without a rule."""
    if default is None or compared.is_empty():
        return [], 0
    changes = await detect(connection, tenant_id, compared.select(*OBSERVED), default, now)
    alerts = await announce(connection, tenant_id, changes, default, now)
    hotspot_ids = list(dict.fromkeys(change.hotspot_id for change in changes))
    parts = [hotspot_ids[start : start + HOTSPOTS_PER_JOB] for start in range(0, len(hotspot_ids), HOTSPOTS_PER_JOB)]
    jobs = [{"tenant_id": tenant_id, "hotspot_ids": part} for part in parts]
    if jobs:
        await defer_each(connection, proposals.TASK, jobs, queue=proposals.QUEUE, lock=f"{proposals.TASK}:{tenant_id}")
    if alerts:
        await defer_once(connection, NOTIFY_TASK, str(tenant_id), tenant_id=tenant_id)
    return changes, alerts


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
