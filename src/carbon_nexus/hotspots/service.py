"""Detection over one batch, and correction where events are taken back: episodes changed, on record. Never commits."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines.model import MOMENT
from carbon_nexus.hotspots import store
from carbon_nexus.hotspots.correct import Correction, corrections
from carbon_nexus.hotspots.detect import SUBJECT, decide, find, goes_on, latest_event_times, quiet_times
from carbon_nexus.hotspots.late import Sign, find_apart, gaps, parted, settle
from carbon_nexus.hotspots.model import AHEAD, Change, Episode, HotspotChange, Metric, Span, Status, Subject, Transition
from carbon_nexus.rules.govern import govern
from carbon_nexus.rules.model import PolicyKind, Rule
from carbon_nexus.rules.service import load

ACTOR = "scan"
UNTOLD = {
    **dict.fromkeys(("young", "drifting"), pl.lit(False)),
    "shifted": pl.lit(0, pl.Int8),
    **dict.fromkeys(("typical_low_kg", "typical_high_kg"), pl.lit(None, pl.Float64)),
}
"""What is not on record of single events: an episode that is corrected has no range, and keeps the kind it was told."""
NEWS = (Change.OPENED, Change.ESCALATED)


async def detect(
    connection: AsyncConnection, tenant_id: int, compared: pl.DataFrame, default: Rule, now: datetime
) -> list[HotspotChange]:
    """Open, escalate, continue, correct and resolve hotspots for a batch of events and days beside what is typical.

    Takes what `detect.find` takes but for the terms of the rules, which are looked up, and last_hour (see
    `late.parted`); the batch's predictions are recorded. Returns what was opened or escalated; those, the corrected and
    the resolved ones are on the audit trail.
    """
    plausible = compared.filter(pl.col("event_time") <= now + AHEAD)
    governed = await _with_event_ids(connection, tenant_id, await _governed(connection, tenant_id, plausible, default))
    quiet = quiet_times(governed)
    unchanged = await _without_changed_days(connection, tenant_id, governed, default, now)
    late, timely = await asyncio.to_thread(parted, unchanged)
    changes = [] if late.is_empty() else await _take_in_late(connection, tenant_id, late, quiet, now)
    latest = latest_event_times(timely)
    active = await store.active_episodes(connection, tenant_id, sorted({subject.entity for subject in latest}))
    found = await asyncio.to_thread(find, timely)
    changes += await _save(connection, tenant_id, decide(found, active, latest, quiet), now)
    seen = {episode.id: latest[subject] for subject, episode in active.items() if subject in latest}
    await store.tell_seen(connection, tenant_id, seen)
    await record(connection, tenant_id, [_entry(change) for change in changes])
    return [change for change in changes if change.change in NEWS]


async def take_back(
    connection: AsyncConnection,
    tenant_id: int,
    spans: Sequence[Span],
    default: Rule,
    now: datetime,
    actor: str,
) -> tuple[int, int]:
    """Correct the episodes in whose time estimates are gone, by those that remain; (corrected, resolved) ones.

    `spans` tell of each subject when its lost estimates were. An active episode without any finding left is resolved;
    what it was about stays on record with a count of zero. An episode is never split in two. Whatever stands out within
    its time counts, also events that were recorded as history, without looking for findings.
    """
    episodes = await store.touched_episodes(connection, tenant_id, spans)
    return await _correct(connection, tenant_id, episodes, default, now, actor)


async def _correct(
    connection: AsyncConnection, tenant_id: int, episodes: Sequence[Episode], default: Rule, now: datetime, actor: str
) -> tuple[int, int]:
    """Make these episodes what is on record of their time; (corrected, resolved) ones.

    Each is judged by the policy it was found by, and by its ratio alone where no chance is on record: estimates of a
    release before have none.
    """
    if not episodes:
        return 0, 0
    within = await store.events_within(connection, tenant_id, episodes)
    adaptive = [episode.id for episode in episodes if episode.policy == PolicyKind.ADAPTIVE]
    told = pl.col("hotspot_id").is_in(adaptive) & pl.col("chance_per_week").is_not_null()
    governed = await _governed(connection, tenant_id, within.with_columns(**UNTOLD), default)
    left = governed.with_columns(adaptive=told)
    corrected = await asyncio.to_thread(corrections, episodes, left)
    await store.correct_episodes(connection, tenant_id, corrected, now)
    await record(connection, tenant_id, [_correction_entry(each, actor) for each in corrected])
    resolved = sum(each.change is Change.RESOLVED for each in corrected)
    return len(corrected) - resolved, resolved


async def _without_changed_days(
    connection: AsyncConnection, tenant_id: int, governed: pl.DataFrame, default: Rule, now: datetime
) -> pl.DataFrame:
    """The rows but for days of an episode whose sum has changed since they were compared: those correct the episode."""
    of_days = pl.col("metric") == Metric.ABSOLUTE.value
    changed = governed.filter(of_days & (pl.col("event_time") <= pl.col("last_hour")))
    if changed.is_empty():
        return governed
    subjects = {Subject(*row) for row in changed.select(SUBJECT).unique().iter_rows()}
    stored = await store.all_episodes(connection, tenant_id, sorted({subject.entity for subject in subjects}))
    own = [episode for episode in stored if episode.subject in subjects]
    spans = pl.DataFrame(
        [(*each.subject, each.first_event_at, each.last_event_at) for each in own],
        schema={**dict.fromkeys(SUBJECT, pl.String), "_first": MOMENT, "_last": MOMENT},
        orient="row",
    )
    within = pl.col("event_time").is_between("_first", "_last")
    inside = changed.join(spans, on=SUBJECT, how="inner").filter(within).select(*SUBJECT, "event_time").unique()
    touched = {Subject(*row) for row in inside.select(SUBJECT).unique().iter_rows()}
    await _correct(connection, tenant_id, [each for each in own if each.subject in touched], default, now, ACTOR)
    return governed.join(inside, on=[*SUBJECT, "event_time"], how="anti", maintain_order="left")


async def _governed(connection: AsyncConnection, tenant_id: int, compared: pl.DataFrame, default: Rule) -> pl.DataFrame:
    """The rows with the terms of the rule that watches their subject."""
    rules = await load(connection, tenant_id, default)
    subjects = compared.select(SUBJECT).unique()
    return compared.join(govern(subjects, rules, default), on=SUBJECT, how="left", maintain_order="left")


async def _with_event_ids(connection: AsyncConnection, tenant_id: int, governed: pl.DataFrame) -> pl.DataFrame:
    """A day that matters is known by the event that emitted most on it."""
    days = governed.filter(pl.col("event_id").is_null() & goes_on())
    if days.is_empty():
        return governed
    largest = await store.largest_events(connection, tenant_id, days)
    named = largest.with_columns(metric=pl.lit(Metric.ABSOLUTE.value)).rename({"event_id": "_largest"})
    joined = governed.join(named, on=[*SUBJECT, "event_time"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("event_id", "_largest")).drop("_largest")


async def _take_in_late(
    connection: AsyncConnection,
    tenant_id: int,
    late: pl.DataFrame,
    quiet: Mapping[Subject, timedelta],
    now: datetime,
) -> list[HotspotChange]:
    findings = await asyncio.to_thread(find_apart, late)
    subjects = {finding.subject for finding in findings}
    stored = await store.all_episodes(connection, tenant_id, sorted({subject.entity for subject in subjects}))
    signs: list[Sign] = [*findings, *(episode for episode in stored if episode.subject in subjects)]
    reported = await store.reported_in(connection, tenant_id, gaps(signs, now, quiet))
    return await _save(connection, tenant_id, settle(signs, reported, now, quiet), now)


async def _save(
    connection: AsyncConnection, tenant_id: int, transitions: Sequence[Transition], now: datetime
) -> list[HotspotChange]:
    """What is over is resolved before anything opens: of one subject only one hotspot can be active."""
    known = [(each, each.episode.id) for each in transitions if each.episode]
    taken_in = [each for each, _ in known if each.finding]
    over = {
        hotspot_id: each.ended or each.reason
        for each, hotspot_id in known
        if each.ended or each.change is Change.RESOLVED
    }
    await store.continue_episodes(connection, tenant_id, taken_in, now)
    await store.resolve_episodes(connection, tenant_id, over, now)
    opened = [each for each in transitions if each.change is Change.OPENED]
    ids = await store.open_episodes(connection, tenant_id, opened, now)
    told = [each for each in known if each[0].change is not Change.CONTINUED]
    new = list(zip(opened, ids, strict=True))
    ended = [(_end(each), hotspot_id) for each, hotspot_id in [*known, *new] if each.ended]
    return [_change(transition, hotspot_id) for transition, hotspot_id in [*told, *new, *ended]]


def _end(transition: Transition) -> Transition:
    return replace(transition, change=Change.RESOLVED, reason=transition.ended)


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
        rule=transition.finding.rule if transition.finding else "",
        severity_before=transition.episode.severity if transition.episode else None,
    )


def _entry(change: HotspotChange) -> Entry:
    details = {
        "entity": change.subject.entity,
        "event_type": change.subject.event_type,
        "metric": change.subject.metric,
        "actual_kg": change.actual_kg,
        "typical_kg": change.typical_kg,
        "reason": change.reason,
    }
    over = change.change is Change.RESOLVED
    # one that opened and ended at once has an entry for each
    was = change.severity_before or (change.severity if over else None)
    before = None if was is None else {"status": Status.ACTIVE, "severity": was}
    after = {"status": Status.RESOLVED if over else Status.ACTIVE, "severity": change.severity}
    return Entry(
        f"hotspot.{change.change}", "hotspot", str(change.hotspot_id), ACTOR,
        details=details, before=before, after=after,
    )  # fmt: skip


def _correction_entry(correction: Correction, actor: str) -> Entry:
    before, after = correction.before, correction.after
    details = {
        "entity": before.subject.entity,
        "event_type": before.subject.event_type,
        "reason": correction.reason,
    }
    subject = f"hotspot.{correction.change}", "hotspot", str(before.id), actor
    return Entry(*subject, details=details, before=_shown(before), after=_shown(after))


def _shown(episode: Episode) -> dict[str, Any]:
    return {name: getattr(episode, name) for name in ("status", "severity", "event_count", "event_id")}
