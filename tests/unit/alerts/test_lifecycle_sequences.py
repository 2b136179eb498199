"""No sequence of signals, ticks and actions leaves an illegal state, or two open alerts of one thing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.alerts.evaluate import after_all, announce_all, by_fingerprint, evaluate_all
from carbon_nexus.alerts.lifecycle import acknowledge, assign, comment, unacknowledge
from carbon_nexus.alerts.model import Action, Alert, Refusal, Seen, Signal, State, Transition
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.rules.model import Rule, RuleKind
from tests.unit.alerts.made import NOW, signal

LEGAL = {
    None: {State.PENDING, State.FIRING},
    State.PENDING: {State.FIRING, State.NO_DATA, State.RESOLVED},
    State.FIRING: {State.RECOVERING, State.NO_DATA, State.RESOLVED},
    State.RECOVERING: {State.FIRING, State.NO_DATA, State.RESOLVED},
    State.NO_DATA: {State.PENDING, State.FIRING, State.RECOVERING, State.RESOLVED},
    State.RESOLVED: set(),
}
SPANS = st.sampled_from([timedelta(0), timedelta(minutes=30), timedelta(hours=1)])
RULES = st.builds(
    lambda wait, keep: Rule("default", RuleKind.HOTSPOT, pending_for=wait, keep_firing_for=keep), SPANS, SPANS
)
SIGNALS = st.builds(
    lambda seen, severity, missing, hotspot_id, entity: signal(
        seen, severity, data_missing=missing, hotspot_id=hotspot_id, labels={"entity": entity}
    ),
    st.sampled_from(Seen),
    st.sampled_from(Severity),
    st.sampled_from([None, "silent"]),
    st.integers(1, 3),
    st.sampled_from(["a", "b"]),
)
MOVES: list[Callable[[Alert, datetime], Transition | Refusal]] = [
    lambda alert, now: acknowledge(alert, "ann", None, now),
    lambda alert, now: unacknowledge(alert, "ann", None),
    lambda alert, now: assign(alert, "cy", "ann", None),
    lambda alert, now: assign(alert, None, "ann", None),
    lambda alert, now: comment(alert, "hm", "ann"),
]
STEPS = st.one_of(
    st.tuples(st.just("scan"), st.lists(SIGNALS.filter(lambda each: each.seen is Seen.PRESENT), max_size=4)),
    st.tuples(st.just("tick"), st.lists(SIGNALS, max_size=4)),
    st.tuples(st.just("act"), st.sampled_from(MOVES)),
)


@settings(max_examples=400, deadline=None)
@given(rule=RULES, steps=st.lists(st.tuples(SPANS, STEPS), max_size=15), disabled_at=st.integers(0, 20))
def test_any_sequence_keeps_every_alert_legal(
    rule: Rule, steps: list[tuple[timedelta, tuple[str, object]]], disabled_at: int
) -> None:
    alerts: dict[str, Alert] = {}
    now = NOW
    for place, (span, (what, given_to)) in enumerate(steps):
        now += span
        rules = {} if place == disabled_at else {rule.name: rule}
        open_now = [alert for alert in alerts.values() if alert.is_open]
        told = transitions_of(what, given_to, open_now, list(alerts.values()), rules, now)
        check(told, alerts)
        alerts = after_all(alerts.values(), told)
        for alert in alerts.values():
            check_one(alert)


def transitions_of(
    what: str, given_to: object, open_now: list[Alert], known: list[Alert], rules: dict[str, Rule], now: datetime
) -> list[Transition]:
    if what == "act":
        assert callable(given_to)
        outcomes = [given_to(alert, now) for alert in known]
        return [each for each in outcomes if isinstance(each, Transition)]
    assert isinstance(given_to, list)
    signals: list[Signal] = given_to
    if what == "scan":
        return announce_all(open_now, signals, rules, now)
    return evaluate_all(open_now, by_fingerprint(signals), rules, set(RuleKind), now)


def check(told: list[Transition], before: dict[str, Alert]) -> None:
    """Each transition starts from where the alert was; none opens what is open."""
    current = dict(before)
    for each in told:
        was = current.get(each.alert.fingerprint)
        if each.opens:
            assert was is None or not was.is_open
            assert each.after in LEGAL[None]
        else:
            assert was is not None
            assert each.alert.level.rank >= was.level.rank
            assert was.is_open or each.action is Action.COMMENT
        if each.action is Action.STATE and was is not None and not each.opens:
            assert each.before == was.state
            assert each.after in LEGAL[was.state]
        assert each.reason
        current[each.alert.fingerprint] = each.alert


def check_one(alert: Alert) -> None:
    assert (alert.resolved_at is not None) is (alert.state is State.RESOLVED)
    assert (alert.acknowledged_at is not None) is alert.acknowledged is (alert.acknowledged_by is not None)
    assert alert.fired_at is None or alert.state is not State.PENDING
    assert alert.fired_at is not None or alert.state not in (State.FIRING, State.RECOVERING)
    assert alert.labels["severity"] == alert.level
