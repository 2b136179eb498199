"""From what is seen to alerts on record: at once after a scan, and all of them on a timer. Never commits.

Whoever changes alerts of a tenant holds its lock until the end, so that no two of them open the same.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts import signal_store, silence_store, store
from carbon_nexus.alerts.evaluate import (
    Rules,
    after_all,
    announce_all,
    as_missing_as_before,
    by_fingerprint,
    evaluate_all,
    news,
)
from carbon_nexus.alerts.forecast_signals import Foreseen, forecast_signals
from carbon_nexus.alerts.looking_ahead import look_ahead
from carbon_nexus.alerts.model import CHANGED, Action, Alert, Signal, Transition
from carbon_nexus.alerts.quiet import Quieting, holding, quieted
from carbon_nexus.alerts.signals import (
    budget_signals,
    change_signals,
    gap_signals,
    hotspot_signals,
    quality_signals,
    silent_subjects,
)
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.hotspots.model import Change, HotspotChange
from carbon_nexus.quality import service as quality
from carbon_nexus.rules.defaults import DEFAULT
from carbon_nexus.rules.model import Rule, RuleKind
from carbon_nexus.rules.service import load

TOLD = (Change.OPENED, Change.ESCALATED)
SCAN = "scan"
QUICK = frozenset({RuleKind.HOTSPOT})
"""What costs next to nothing to look at; gaps, scores, sums and forecasts are read from weeks of rows."""
EVERYTHING = frozenset(RuleKind)


async def announce(
    connection: AsyncConnection, tenant_id: int, changes: Sequence[HotspotChange], default: Rule, now: datetime
) -> int:
    """Open or raise the alerts of hotspots that opened or rose; returns how many alerts are new or rose.

    A hotspot that is over within the same batch is told too: its alert resolves at the next evaluation.
    """
    told = [change for change in changes if change.change in TOLD]
    if not told:
        return 0
    await store.lock(connection, tenant_id)
    rules = await _rules(connection, tenant_id, default)
    ids = [change.hotspot_id for change in told]
    found = _by_a_rule_that_is(await signal_store.these_hotspots(connection, tenant_id, ids), rules)
    signals = list(change_signals(told, found))
    fingerprints = [signal.fingerprint for signal in signals]
    known = await store.open_alerts(connection, tenant_id, fingerprints)
    transitions = announce_all(known, signals, rules, now)
    # others are read only where one of them may keep these quiet
    inhibited = any(rules[each.alert.rule].inhibited_by for each in transitions)
    among = await store.open_alerts(connection, tenant_id) if inhibited else known
    touched = {each.alert.fingerprint for each in transitions}
    await _finish(connection, tenant_id, among, transitions, rules, now, actor=SCAN, only=touched)
    return news(transitions)


async def evaluate(
    connection: AsyncConnection,
    tenant_id: int,
    default: Rule,
    now: datetime,
    kinds: Collection[RuleKind] = EVERYTHING,
) -> int:
    """All open alerts of these kinds against all that is seen; returns how many transitions there were.

    Silences, inhibitions and mute timings are looked at for open alerts of every kind. Without the kind missing_data
    nobody looks for gaps, and alerts whose data were missing stay so.
    """
    rules = await _rules(connection, tenant_id, default)
    # before the lock: a scan that has something to tell does not wait for a forecast that is made
    foreseen = await look_ahead(connection, tenant_id, _of_kind(rules, kinds, RuleKind.FORECAST), now)
    await store.lock(connection, tenant_id)
    alerts = await store.open_alerts(connection, tenant_id)
    signals = await _signals(connection, tenant_id, alerts, rules, kinds, foreseen, now)
    transitions = await asyncio.to_thread(evaluate_all, alerts, signals, rules, kinds, now)
    transitions = await _that_wait_for_no_scan(connection, tenant_id, alerts, transitions)
    return await _finish(connection, tenant_id, alerts, transitions, rules, now)


async def _rules(connection: AsyncConnection, tenant_id: int, default: Rule) -> Rules:
    return {rule.name: rule for rule in await load(connection, tenant_id, default) if rule.enabled}


async def _signals(
    connection: AsyncConnection,
    tenant_id: int,
    alerts: Sequence[Alert],
    rules: Rules,
    kinds: Collection[RuleKind],
    foreseen: Foreseen,
    now: datetime,
) -> Mapping[str, Signal]:
    of_kind = {kind: _of_kind(rules, kinds, kind) for kind in RuleKind}
    silent: pl.DataFrame | None = None
    signals: list[Signal] = []
    if RuleKind.MISSING_DATA in kinds and (alerts or of_kind[RuleKind.MISSING_DATA]):
        gaps = (await quality.gaps(connection, tenant_id, now)).findings
        silent = gaps.filter(pl.col("status") == "open")
        signals += gap_signals(silent, of_kind[RuleKind.MISSING_DATA])
    if of_kind[RuleKind.DATA_QUALITY]:
        scores = (await quality.overall(connection, tenant_id, now))["sources"]
        signals += quality_signals(scores, of_kind[RuleKind.DATA_QUALITY])
    if of_kind[RuleKind.BUDGET]:
        spent = await signal_store.spent(connection, tenant_id, now)
        signals += budget_signals(spent, of_kind[RuleKind.BUDGET], now)
    signals += await asyncio.to_thread(_of_forecasts, foreseen, of_kind[RuleKind.FORECAST], alerts)
    if RuleKind.HOTSPOT in kinds:
        hotspots = _by_a_rule_that_is(await signal_store.watched_hotspots(connection, tenant_id), rules)
        signals += await asyncio.to_thread(_of_hotspots, hotspots, silent)
    found = by_fingerprint(signals)
    return as_missing_as_before(alerts, found) if silent is None else found


def _of_kind(rules: Rules, kinds: Collection[RuleKind], kind: RuleKind) -> list[Rule]:
    """The rules of this kind, if it is among `kinds`."""
    return [rule for rule in rules.values() if rule.kind is kind and kind in kinds]


def _of_forecasts(foreseen: Foreseen, rules: Sequence[Rule], alerts: Sequence[Alert]) -> list[Signal]:
    return list(forecast_signals(foreseen, rules, alerts))


def _by_a_rule_that_is(hotspots: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The hotspots; one that was found by a rule that is gone or disabled is the default rule's."""
    known = pl.col("rule").is_in(list(rules))
    return hotspots.with_columns(rule=pl.when(known).then("rule").otherwise(pl.lit(DEFAULT)))


def _of_hotspots(hotspots: pl.DataFrame, silent: pl.DataFrame | None) -> list[Signal]:
    return list(hotspot_signals(hotspots, {} if silent is None else silent_subjects(silent)))


async def _that_wait_for_no_scan(
    connection: AsyncConnection, tenant_id: int, alerts: Sequence[Alert], transitions: Sequence[Transition]
) -> list[Transition]:
    """Without alerts that come to refer to a hotspot which a scan is changing: the next evaluation has them."""
    before = {alert.fingerprint: alert.hotspot_id for alert in alerts}
    ids = {each.alert.fingerprint: each.alert.hotspot_id for each in transitions}
    referring = {name: new for name, new in ids.items() if new is not None and new != before.get(name)}
    free = await store.hotspots_nobody_changes(connection, tenant_id, sorted(referring.values()))
    waiting = {name for name, hotspot_id in referring.items() if hotspot_id not in free}
    return [each for each in transitions if each.alert.fingerprint not in waiting]


async def _finish(
    connection: AsyncConnection,
    tenant_id: int,
    alerts: Sequence[Alert],
    transitions: Sequence[Transition],
    rules: Rules,
    now: datetime,
    *,
    actor: str | None = None,
    only: Collection[str] | None = None,
) -> int:
    """What makes the alerts quiet as they are now, and all of it on record; `only`: look at no others.

    `alerts` are the open ones as they were. Returns how many transitions there were.
    """
    told = await _with_ids(connection, transitions)
    after = after_all(alerts, told)
    open_now = [alert for alert in after.values() if alert.is_open]
    looked_at = [alert for alert in open_now if only is None or alert.fingerprint in only]
    quieting = await holding_now(connection, tenant_id, now)
    told += await asyncio.to_thread(quieted, looked_at, open_now, quieting, rules)
    if actor:
        told = [replace(each, actor=actor) for each in told]
    await save(connection, tenant_id, told, now)
    return len(told)


async def holding_now(connection: AsyncConnection, tenant_id: int, now: datetime) -> Quieting:
    """The silences and mute timings that hold at this moment."""
    silences = await silence_store.not_over(connection, tenant_id, now)
    return holding(silences, await silence_store.mute_timings(connection, tenant_id), now)


async def _with_ids(connection: AsyncConnection, transitions: Sequence[Transition]) -> list[Transition]:
    """The new alerts get their ids, the same in all their transitions."""
    new = list(dict.fromkeys(each.alert.fingerprint for each in transitions if each.alert.id == 0))
    ids = dict(zip(new, await store.new_ids(connection, len(new)), strict=True))
    return [
        replace(each, alert=replace(each.alert, id=ids[each.alert.fingerprint])) if each.alert.id == 0 else each
        for each in transitions
    ]


async def save(connection: AsyncConnection, tenant_id: int, transitions: Sequence[Transition], now: datetime) -> None:
    """Store the alerts as these transitions leave them, their timelines, and an audit entry for every transition."""
    new_ids = {each.alert.id for each in transitions if each.opens}
    last = {each.alert.id: each.alert for each in transitions}
    new = [alert for alert_id, alert in last.items() if alert_id in new_ids]
    changed = [alert for alert_id, alert in last.items() if alert_id not in new_ids]
    await store.save(connection, tenant_id, new, changed, transitions, now)
    await record(connection, tenant_id, [_entry(each) for each in transitions])


def _entry(transition: Transition) -> Entry:
    alert = transition.alert
    what = transition.after if transition.action is Action.STATE else transition.action
    details = {"rule": alert.rule, "reason": transition.reason}
    action = "alert.raised" if transition.opens else f"alert.{what}"
    changed = CHANGED.get(transition.action)
    before = {changed: transition.before} if changed and not transition.opens else None
    after = {changed: transition.after} if changed else None
    return Entry(action, "alert", str(alert.id), transition.actor, details=details, before=before, after=after)
