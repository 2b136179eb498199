"""Detection over one batch: findings, episodes changed, on record. Never commits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.hotspots import store
from carbon_nexus.hotspots.detect import WHY_OVER, decide, find, latest_event_times
from carbon_nexus.hotspots.model import Change, HotspotChange, Thresholds, Transition

ACTOR = "scan"


async def detect(
    connection: AsyncConnection, tenant_id: int, compared: pl.DataFrame, thresholds: Thresholds, now: datetime
) -> list[HotspotChange]:
    """Open, escalate, continue and resolve hotspots for a batch of estimates beside their typical values.

    Takes event_id, event_time, entity, entity_type, event_type, co2e_kg and typical_kg. Returns what was opened or
    escalated; those and the resolved ones are on the audit trail.
    """
    latest = latest_event_times(compared)
    active = await store.active_episodes(connection, tenant_id, sorted({subject.entity for subject in latest}))
    transitions = decide(find(compared, thresholds), active, latest)
    changes = await _save(connection, tenant_id, transitions, now)
    await record(connection, tenant_id, [_entry(change) for change in changes])
    return [change for change in changes if change.change is not Change.RESOLVED]


async def _save(
    connection: AsyncConnection, tenant_id: int, transitions: Sequence[Transition], now: datetime
) -> list[HotspotChange]:
    by_change = {change: [each for each in transitions if each.change is change] for change in Change}
    resolved = [(each, each.episode.id) for each in by_change[Change.RESOLVED] if each.episode]
    await store.resolve_episodes(connection, tenant_id, [hotspot_id for _, hotspot_id in resolved], now)
    await store.continue_episodes(connection, tenant_id, by_change[Change.ESCALATED] + by_change[Change.CONTINUED], now)
    escalated = [(each, each.episode.id) for each in by_change[Change.ESCALATED] if each.episode]
    opened = by_change[Change.OPENED]
    ids = await store.open_episodes(connection, tenant_id, [each.finding for each in opened if each.finding])
    continued = [(each, each.episode.id) for each in by_change[Change.CONTINUED] if each.episode]
    stored = [*resolved, *escalated, *zip(opened, ids, strict=True)]
    ended = [(_end(each), hotspot_id) for each, hotspot_id in [*stored, *continued] if each.ended]
    await store.resolve_episodes(connection, tenant_id, [hotspot_id for _, hotspot_id in ended], now)
    return [_change(transition, hotspot_id) for transition, hotspot_id in [*stored, *ended]]


def _end(transition: Transition) -> Transition:
    return replace(transition, change=Change.RESOLVED, reason=WHY_OVER)


def _change(transition: Transition, hotspot_id: int) -> HotspotChange:
    sign = transition.finding or transition.episode
    assert sign is not None
    return HotspotChange(
        hotspot_id=hotspot_id,
        change=transition.change,
        reason=transition.reason,
        subject=sign.subject,
        severity=sign.severity,
        percent_above=sign.percent_above,
        actual_kg=sign.actual_kg,
        typical_kg=sign.typical_kg,
    )


def _entry(change: HotspotChange) -> Entry:
    details = {
        "entity": change.subject.entity,
        "event_type": change.subject.event_type,
        "severity": change.severity,
        "actual_kg": change.actual_kg,
        "typical_kg": change.typical_kg,
        "reason": change.reason,
    }
    return Entry(f"hotspot.{change.change}", "hotspot", str(change.hotspot_id), ACTOR, details=details)
