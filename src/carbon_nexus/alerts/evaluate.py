"""All open alerts against all that is seen. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from carbon_nexus.alerts.lifecycle import ended, step
from carbon_nexus.alerts.model import Action, Alert, Seen, Signal, State, Transition
from carbon_nexus.alerts.signals import vanished
from carbon_nexus.rules.model import Rule, RuleKind

Rules = Mapping[str, Rule]
"""Rules that are enabled, by name."""


def by_fingerprint(signals: Iterable[Signal]) -> dict[str, Signal]:
    """One signal of each thing: what is there counts before what is gone, such as an earlier hotspot of the same."""
    found: dict[str, Signal] = {}
    for signal in signals:
        if signal.fingerprint not in found or signal.seen is not Seen.GONE:
            found[signal.fingerprint] = signal
    return found


def as_missing_as_before(alerts: Iterable[Alert], signals: dict[str, Signal]) -> dict[str, Signal]:
    """The signals where nobody looked for missing data: what had none has none still."""
    kept = {
        alert.fingerprint: replace(signals[alert.fingerprint], data_missing=alert.state_reason)
        for alert in alerts
        if alert.state is State.NO_DATA and alert.fingerprint in signals
    }
    return signals | kept


def evaluate_all(
    alerts: Sequence[Alert], signals: Mapping[str, Signal], rules: Rules, kinds: Collection[RuleKind], now: datetime
) -> list[Transition]:
    """What becomes of the open alerts of these kinds, and which new ones there are.

    An alert without a signal has vanished; one whose rule is gone, or is disabled, is resolved.
    """
    told = [
        transition
        for alert in alerts
        if alert.kind in kinds
        for transition in _of(alert, signals.get(alert.fingerprint), rules, now)
    ]
    known = {alert.fingerprint for alert in alerts}
    fresh = (signal for fingerprint, signal in signals.items() if fingerprint not in known)
    return told + [
        transition
        for signal in fresh
        if (rule := rules.get(signal.rule)) is not None
        for transition in step(None, signal, rule, now)
    ]


def announce_all(alerts: Sequence[Alert], signals: Iterable[Signal], rules: Rules, now: datetime) -> list[Transition]:
    """What these signals do one after the other, each to the alert as the one before left it."""
    current = {alert.fingerprint: alert for alert in alerts}
    told: list[Transition] = []
    for signal in signals:
        if (rule := rules.get(signal.rule)) is not None:
            steps = step(current.get(signal.fingerprint), signal, rule, now)
            told += steps
            if steps:
                current[signal.fingerprint] = steps[-1].alert
    return told


def after_all(alerts: Iterable[Alert], transitions: Iterable[Transition]) -> dict[str, Alert]:
    """The alerts as they are after these transitions, by fingerprint."""
    return {alert.fingerprint: alert for alert in alerts} | {each.alert.fingerprint: each.alert for each in transitions}


def news(transitions: Iterable[Transition]) -> int:
    """How many of them open an alert or raise its level."""
    return sum(each.opens or each.action is Action.LEVEL for each in transitions)


def _of(alert: Alert, signal: Signal | None, rules: Rules, now: datetime) -> Iterator[Transition]:
    rule = rules.get(alert.rule)
    if rule is None:
        yield ended(alert, f"the rule '{alert.rule}' is gone or disabled", now)
    else:
        yield from step(alert, signal or vanished(alert, rule, now), rule, now)
