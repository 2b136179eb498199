"""Why an open alert is not told: silenced, inhibited or muted. Pure; its state does not change by it.

As in Alertmanager an alert that is itself quiet still inhibits others, one that only waits to fire does not, and what
is missing in both counts as an equal label. An alert that matches both sides of its rule's inhibition is not inhibited
by another one that does. Beyond that, of alerts that would inhibit each other in a ring the oldest is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import polars as pl

from carbon_nexus.alerts.model import Action, Alert, MuteTiming, Silence, SilenceState, State, Transition
from carbon_nexus.alerts.muting import muted_at
from carbon_nexus.rules.match import LABELS, expression
from carbon_nexus.rules.model import Inhibition, Matcher, Rule

Key = TypeVar("Key", int, str)


@dataclass(frozen=True)
class Quieting:
    """What makes alerts quiet at this moment: silences and mute timings that hold, each with its matchers and why."""

    silences: Mapping[int, tuple[Sequence[Matcher], str]]
    timings: Mapping[str, tuple[Sequence[Matcher], str]]


def holding(silences: Iterable[Silence], timings: Iterable[MuteTiming], now: datetime) -> Quieting:
    """Those that hold now, and why."""
    active = (each for each in silences if silence_state(each, now) is SilenceState.ACTIVE)
    return Quieting(
        {each.id: (each.matchers, _why_silenced(each)) for each in active},
        {each.name: (each.matchers, why) for each in timings if (why := muted_at(each, now))},
    )


def silence_state(silence: Silence, now: datetime) -> SilenceState:
    """Whether a silence is still to come, holds, or is over; its end is not part of it."""
    if now < silence.starts_at:
        return SilenceState.PENDING
    return SilenceState.ACTIVE if now < silence.ends_at else SilenceState.EXPIRED


def matching(alerts: Sequence[Alert], matchers: Sequence[Matcher]) -> list[Alert]:
    """Those of the alerts that match all matchers."""
    matched = _labels_of(alerts).select(expression(matchers)).to_series()
    return [alert for alert, own in zip(alerts, matched, strict=True) if own]


def quieted(
    alerts: Sequence[Alert], among: Sequence[Alert], quieting: Quieting, rules: Mapping[str, Rule]
) -> list[Transition]:
    """What begins or ends to make these open alerts quiet; `among` are the open alerts that may inhibit them."""
    labels = _labels_of(alerts)
    silences, timings = _those_that_match(labels, quieting.silences), _those_that_match(labels, quieting.timings)
    inhibitors = inhibiting(alerts, among, rules)
    told: list[Transition] = []
    for alert, silenced, muted in zip(alerts, silences, timings, strict=True):
        inhibitor = inhibitors.get(alert.id)
        inhibited = (inhibitor.id,) if inhibitor else ()
        if (silenced, inhibited, muted) != (alert.silenced_by, alert.inhibited_by, alert.muted_by):
            told += _told(alert, quieting, silenced, inhibitor, muted)
    return told


def inhibiting(alerts: Iterable[Alert], among: Sequence[Alert], rules: Mapping[str, Rule]) -> dict[int, Alert]:
    """For each inhibited alert (by id) the oldest alert that inhibits it."""
    by_rule: dict[str, list[Alert]] = {}
    for alert in alerts:
        by_rule.setdefault(alert.rule, []).append(alert)
    found: dict[int, Alert] = {}
    for name, own in by_rule.items():
        rule = rules.get(name)
        if rule is not None and rule.inhibited_by is not None:
            found |= _inhibited(own, rule.inhibited_by, among)
    for alert_id in _one_of_each_ring({target: alert.id for target, alert in found.items()}):
        del found[alert_id]
    return found


def _labels_of(alerts: Sequence[Alert]) -> pl.DataFrame:
    told = {name: [alert.labels.get(name) for alert in alerts] for name in LABELS}
    own = {"rule": [alert.rule for alert in alerts], "severity": [alert.level.value for alert in alerts]}
    return pl.DataFrame(told | own, dict.fromkeys(LABELS, pl.String))


def _those_that_match(
    labels: pl.DataFrame, holding: Mapping[Key, tuple[Sequence[Matcher], str]]
) -> list[tuple[Key, ...]]:
    """For each alert the keys of those that match it, in order."""
    found: list[tuple[Key, ...]] = [()] * labels.height
    ordered = sorted(holding)
    matched = labels.select(expression(holding[key][0]).alias(str(key)) for key in ordered)
    for key, column in zip(ordered, matched, strict=True):
        for place in column.arg_true():
            found[place] += (key,)
    return found


def _inhibited(alerts: Sequence[Alert], by: Inhibition, among: Sequence[Alert]) -> Iterator[tuple[int, Alert]]:
    fired = [each for each in among if each.state is not State.PENDING]
    sources = matching(fired, by.matchers)
    both_sides = {each.id for each in sources}
    oldest = _oldest(sources, by.equal)
    of_other_rules = _oldest([each for each in sources if each.rule != alerts[0].rule], by.equal)
    for alert in alerts:
        candidates = of_other_rules if alert.id in both_sides else oldest
        source = candidates.get(_values(alert, by.equal))
        if source is not None:
            yield alert.id, source


def _oldest(sources: Iterable[Alert], equal: Sequence[str]) -> dict[tuple[str, ...], Alert]:
    youngest_first = sorted(sources, key=lambda alert: alert.id, reverse=True)
    return {_values(alert, equal): alert for alert in youngest_first}


def _values(alert: Alert, equal: Sequence[str]) -> tuple[str, ...]:
    labels = alert.matched_labels
    return tuple(labels.get(name, "") for name in equal)


def _one_of_each_ring(inhibitor: Mapping[int, int]) -> list[int]:
    """The smallest id of each ring; every alert has one inhibitor at most, so a path meets one ring at most."""
    smallest: list[int] = []
    done: set[int] = set()
    for start in inhibitor:
        path: dict[int, int] = {}
        each: int | None = start
        while each is not None and each not in done and each not in path:
            path[each] = len(path)
            each = inhibitor.get(each)
        if each is not None and each in path:
            smallest.append(min(list(path)[path[each] :]))
        done |= path.keys()
    return smallest


def _why_silenced(silence: Silence) -> str:
    return f"silence {silence.id} by {silence.created_by} until {silence.ends_at:%Y-%m-%d %H:%M} UTC: {silence.reason}"


def _told(
    alert: Alert, quieting: Quieting, silenced: tuple[int, ...], inhibitor: Alert | None, muted: tuple[str, ...]
) -> Iterator[Transition]:
    if silenced != alert.silenced_by:
        why = "; ".join(quieting.silences[each][1] for each in silenced) or "the silence is over"
        before, alert = alert.silenced_by, replace(alert, silenced_by=silenced)
        yield Transition(Action.SILENCED, _listed(before), _listed(silenced), why, alert)
    inhibited = (inhibitor.id,) if inhibitor else ()
    if inhibited != alert.inhibited_by:
        why = f"alert {inhibitor.id} is open: {inhibitor.message}" if inhibitor else "what inhibited it is over"
        before, alert = alert.inhibited_by, replace(alert, inhibited_by=inhibited)
        yield Transition(Action.INHIBITED, _listed(before), _listed(inhibited), why, alert)
    if muted != alert.muted_by:
        why = "; ".join(quieting.timings[name][1] for name in muted) or "the muted time is over"
        names, alert = alert.muted_by, replace(alert, muted_by=muted)
        yield Transition(Action.MUTED, _listed(names), _listed(muted), why, alert)


def _listed(what: Sequence[object]) -> str | None:
    return ", ".join(map(str, what)) or None
