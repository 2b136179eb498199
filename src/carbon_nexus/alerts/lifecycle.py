"""What becomes of an alert: by what is seen of it, and by what people do. Pure.

    pending -> firing -> recovering -> resolved, and no_data while nothing can be said

Each function returns the transitions with their reasons, or a Refusal; none of them changes anything.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from carbon_nexus.alerts.model import Action, Alert, Refusal, Seen, Signal, State, Transition
from carbon_nexus.rules.durations import written
from carbon_nexus.rules.model import Rule

# what a batch brings together with its end is told all the same: whoever tells it looks several times a minute
LEAST_FIRING = timedelta(minutes=1)


def step(alert: Alert | None, signal: Signal, rule: Rule, now: datetime) -> list[Transition]:
    """What this signal does to its alert: opens it, moves it on, raises its level; an empty list: nothing.

    The level never falls while the alert is open, and what fires does so for LEAST_FIRING before it recovers or is
    over. Something whose data are missing opens nothing.
    """
    if alert is None or not alert.is_open:
        return _opened(signal, rule, now)
    told = list(_risen(alert, signal))
    current = told[-1].alert if told else alert
    state, reason = _next_state(current, signal, rule, now)
    if state is not current.state:
        told.append(_moved(current, state, reason, signal, now))
    elif signal.seen is Seen.PRESENT and current.hotspot_id != signal.hotspot_id:
        before, after = str(current.hotspot_id), str(signal.hotspot_id)
        told.append(Transition(Action.EPISODE, before, after, signal.reason, _brought_up(current, signal)))
    return told


def ended(alert: Alert, reason: str, now: datetime) -> Transition:
    """The alert resolved at once: nothing watches it any more."""
    after = replace(alert, state=State.RESOLVED, state_reason=reason, state_since=now, resolved_at=now)
    return Transition(Action.STATE, alert.state, State.RESOLVED, reason, after)


def acknowledge(alert: Alert, actor: str, note: str | None, now: datetime) -> Transition | Refusal:
    """Somebody takes note of an open alert."""
    if refusal := _not_open(alert, "acknowledged"):
        return refusal
    if alert.acknowledged:
        return Refusal(f"Alert {alert.id} is {alert.state} and already acknowledged by {alert.acknowledged_by}.")
    after = replace(alert, acknowledged=True, acknowledged_at=now, acknowledged_by=actor)
    return Transition(Action.ACKNOWLEDGED, None, actor, note or f"acknowledged by {actor}", after, actor)


def unacknowledge(alert: Alert, actor: str, note: str | None) -> Transition | Refusal:
    """Somebody takes the acknowledgement back."""
    if refusal := _not_open(alert, "unacknowledged"):
        return refusal
    if not alert.acknowledged:
        return Refusal(f"Alert {alert.id} is {alert.state} and not acknowledged.")
    return _unacknowledged(alert, note or f"taken back by {actor}", actor)


def assign(alert: Alert, assignee: str | None, actor: str, note: str | None) -> Transition | Refusal:
    """Somebody is to look after an open alert; None: nobody any more."""
    if refusal := _not_open(alert, "assigned"):
        return refusal
    if alert.assignee == assignee:
        return Refusal(f"Alert {alert.id} is {alert.state} and already assigned to {assignee or 'nobody'}.")
    reason = note or f"assigned by {actor}"
    return Transition(Action.ASSIGNED, alert.assignee, assignee, reason, replace(alert, assignee=assignee), actor)


def comment(alert: Alert, text: str, actor: str) -> Transition:
    """Somebody says something, whatever the state."""
    return Transition(Action.COMMENT, None, None, text, alert, actor)


def _opened(signal: Signal, rule: Rule, now: datetime) -> list[Transition]:
    if signal.seen is not Seen.PRESENT or signal.data_missing:
        return []
    state = State.PENDING if rule.pending_for else State.FIRING
    alert = Alert(
        id=0,
        fingerprint=signal.fingerprint,
        rule=signal.rule,
        kind=signal.kind,
        level=signal.severity,
        message=signal.message,
        labels=signal.labels,
        state=state,
        state_reason=signal.reason,
        state_since=now,
        created_at=now,
        hotspot_id=signal.hotspot_id,
        runbook_url=rule.runbook_url,
        fired_at=now if state is State.FIRING else None,
    )
    return [Transition(Action.STATE, None, state, signal.reason, alert)]


def _risen(alert: Alert, signal: Signal) -> Iterator[Transition]:
    if signal.seen is Seen.GONE or signal.severity.rank <= alert.level.rank:
        return
    risen = replace(_brought_up(alert, signal), level=signal.severity)
    yield Transition(Action.LEVEL, alert.level, signal.severity, signal.reason, risen)
    if alert.acknowledged:
        why = f"it rose from {alert.level} to {signal.severity}; what was acknowledged was less"
        yield _unacknowledged(risen, why)


def _next_state(alert: Alert, signal: Signal, rule: Rule, now: datetime) -> tuple[State, str]:
    if signal.seen is not Seen.PRESENT and alert.state is State.FIRING and now - alert.state_since < LEAST_FIRING:
        return State.FIRING, alert.state_reason
    if signal.seen is Seen.GONE:
        return _when_gone(alert, signal, rule, now)
    if signal.data_missing:
        return State.NO_DATA, signal.data_missing
    if not alert.has_fired:
        return _before_it_fires(alert, signal, rule, now)
    if signal.seen is Seen.RECOVERING:
        return State.RECOVERING, signal.reason
    return State.FIRING, f"it is there again: {signal.reason}"


def _when_gone(alert: Alert, signal: Signal, rule: Rule, now: datetime) -> tuple[State, str]:
    if not alert.has_fired:
        return State.RESOLVED, f"over before {written(rule.pending_for)} had passed: {signal.reason}"
    since = signal.since or (alert.state_since if alert.state is State.RECOVERING else now)
    if min(since, now) + rule.keep_firing_for > now:
        waiting = f"resolved unless it comes back within {written(rule.keep_firing_for)}"
        return State.RECOVERING, f"{signal.reason}; {waiting}"
    return State.RESOLVED, signal.reason


def _before_it_fires(alert: Alert, signal: Signal, rule: Rule, now: datetime) -> tuple[State, str]:
    """What is quiet meanwhile has not held: it is over, and begins anew when it comes back."""
    wait = written(rule.pending_for)
    if signal.seen is Seen.RECOVERING:
        return State.RESOLVED, f"quiet before {wait} had passed: {signal.reason}"
    if alert.state is State.NO_DATA and rule.pending_for:
        return State.PENDING, f"its data come in again; it has to hold for {wait}"
    if now - alert.state_since >= rule.pending_for:
        return State.FIRING, f"it has held for {wait}" if rule.pending_for else signal.reason
    return alert.state, ""


def _moved(alert: Alert, state: State, reason: str, signal: Signal, now: datetime) -> Transition:
    current = _brought_up(alert, signal) if signal.seen is Seen.PRESENT else alert
    fired_at = current.fired_at or now if state is State.FIRING else current.fired_at
    resolved_at = now if state is State.RESOLVED else None
    after = replace(
        current, state=state, state_reason=reason, state_since=now, fired_at=fired_at, resolved_at=resolved_at
    )
    return Transition(Action.STATE, alert.state, state, reason, after)


def _brought_up(alert: Alert, signal: Signal) -> Alert:
    """What it says, brought up to date: not at every look, or its numbers would be written every few seconds."""
    labels = {**signal.labels, "severity": max(alert.level, signal.severity, key=lambda level: level.rank).value}
    return replace(alert, message=signal.message, labels=labels, hotspot_id=signal.hotspot_id)


def _unacknowledged(alert: Alert, reason: str, actor: str | None = None) -> Transition:
    after = replace(alert, acknowledged=False, acknowledged_at=None, acknowledged_by=None)
    told = Transition(Action.UNACKNOWLEDGED, alert.acknowledged_by, None, reason, after)
    return replace(told, actor=actor) if actor else told


def _not_open(alert: Alert, what: str) -> Refusal | None:
    if alert.is_open:
        return None
    return Refusal(f"Alert {alert.id} is {alert.state}; only an open alert can be {what}.")
