from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.notifications.decide import Pair, decide, fingerprint
from carbon_nexus.notifications.model import Alert, Decision, Reason, Receiver, ReceiverKind, Said, Waiting
from carbon_nexus.rules.model import Rule, RuleKind

from .making import NOW, OPS, RULE, alert, decided, delivered

HOUR = timedelta(hours=1)


def knowing(*alerts: Alert) -> dict[Pair, Said]:
    """The receiver was told these an hour ago."""
    return delivered(decided(*alerts, now=NOW - HOUR), {}, NOW - HOUR)


def only(decisions: list[Decision]) -> tuple[str, list[int]]:
    (decision,) = decisions
    return decision.reason, [each.id for each in decision.sending.alerts] if decision.sending else []


@pytest.mark.parametrize(
    ("before", "after", "reason", "told"),
    [
        ([], [alert()], Reason.NEW, [1]),
        ([alert()], [alert(), alert(2)], Reason.NEW, [1, 2]),
        ([alert(acknowledged=False)], [alert(acknowledged=True), alert(2)], Reason.NEW, [1, 2]),
        ([alert()], [alert(level="critical")], Reason.RISEN, [1]),
        ([alert()], [alert(level="critical", acknowledged=True)], Reason.RISEN, [1]),
        ([alert(), alert(2)], [alert(state="resolved"), alert(2)], Reason.RESOLVED, [2, 1]),
        ([alert()], [alert(state="resolved")], Reason.RESOLVED, [1]),
        ([alert()], [alert(level="info")], "not sent: told already", []),
        ([alert()], [alert(state="recovering")], "not sent: told already", []),
        ([alert()], [alert(state="no_data")], "not sent: told already", []),
        ([alert()], [alert(state="resolved", held_back="silenced by 3")], "not sent: silenced by 3", []),
        ([], [alert(state="pending")], "not sent: the alert is pending", []),
        ([], [alert(state="recovering")], "not sent: the alert is recovering", []),
        ([], [alert(held_back="muted by nights"), alert(2)], Reason.NEW, [2]),
        ([], [alert(acknowledged=True)], "not sent: acknowledged before it was told", []),
        ([], [alert(state="resolved")], "not sent: over before it was told", []),
        ([], [alert(rule="gone")], "not sent: there is no rule 'gone' any more", []),
    ],
)
def test_what_is_told_and_why(before: list[Alert], after: list[Alert], reason: str, told: list[int]) -> None:
    assert only(decided(*after, said=knowing(*before))) == (reason, told)


@pytest.mark.parametrize(
    ("hours", "state", "more", "reason"),
    [
        (11, "firing", {}, "not sent: told already"),
        (12, "firing", {}, Reason.REPEATED),
        (12, "firing", {"acknowledged": True}, "not sent: acknowledged"),
        (12, "recovering", {}, "not sent: told already"),
        (12, "firing", {"held_back": "silenced by 3"}, "not sent: silenced by 3"),
    ],
)
def test_what_still_fires_is_repeated_unless_somebody_has_it(
    hours: int, state: str, more: dict[str, Any], reason: str
) -> None:
    now = NOW - HOUR + timedelta(hours=hours)
    assert only(decided(alert(state=state, **more), said=knowing(alert()), now=now))[0] == reason


def test_alerts_are_told_together_by_the_labels_of_the_rule() -> None:
    by_entity = replace(RULE, group_by=("entity",))
    alerts = [
        alert(1, labels={"entity": "a"}),
        alert(2, labels={"entity": "b"}),
        alert(3, labels={"entity": "a"}),
        alert(4),
    ]
    sendings = [each.sending for each in decided(*alerts, rule=by_entity)]
    assert [[each.id for each in sending.alerts] for sending in sendings if sending] == [[1, 3], [2], [4]]
    assert {sending.group.labels for sending in sendings if sending} == {
        (("entity", "a"),), (("entity", "b"),), (("entity", ""),),
    }  # fmt: skip


def test_the_worst_come_first_and_the_resolved_last() -> None:
    alerts = [alert(1, "info"), alert(2, "critical"), alert(3, "critical", "resolved"), alert(4, "warn")]
    said = knowing(alert(3, "critical"))
    assert only(decided(*alerts, said=said)) == (Reason.NEW, [2, 4, 1, 3])


def test_who_does_not_want_the_end_is_not_told_it() -> None:
    deaf = replace(OPS, send_resolved=False)
    assert only(decided(alert(state="resolved"), receiver=deaf, said=knowing(alert()))) == (
        "not sent: the receiver does not want to hear of the end", [],
    )  # fmt: skip
    assert only(decided(alert(state="resolved"), alert(2), receiver=deaf, said=knowing(alert()))) == (Reason.NEW, [2])


def test_nobody_hears_of_it_where_the_receiver_is_missing_or_disabled() -> None:
    assert only(decided(alert(), rule=replace(RULE, receivers=("nobody",)))) == (
        "not sent: there is no receiver 'nobody'", [],
    )  # fmt: skip
    assert only(decided(alert(), receiver=replace(OPS, enabled=False)))[0] == "not sent: the receiver is disabled"


@pytest.mark.parametrize(
    "rule", [replace(RULE, name="other"), replace(RULE, receivers=()), replace(RULE, group_by=("x",))]
)
def test_who_heard_of_an_alert_hears_of_its_end_whatever_the_rules_say_by_then(rule: Rule) -> None:
    decisions = decided(alert(state="resolved"), rule=rule, said=knowing(alert()))
    assert [each.reason for each in decisions if each.sending] == [Reason.RESOLVED]


def waiting(*alerts: Alert, under_way: bool = False) -> dict[Pair, Said]:
    """A message about these waits for its next attempt; nothing ever got through."""
    (decision,) = decided(*alerts)
    assert decision.sending is not None
    return {(OPS.id, decision.group_key): Said(waiting=Waiting(7, decision.sending.fingerprint, under_way))}


def test_a_message_that_waits_is_taken_back_when_there_is_something_else_to_say() -> None:
    (same,) = decided(alert(), said=waiting(alert()))
    assert (same.reason, same.withdraw, same.sending) == ("not sent: delivery 7 is to say it", None, None)
    (other,) = decided(alert(), alert(2), said=waiting(alert()))
    assert (other.reason, other.withdraw) == (Reason.NEW, 7)
    for nothing in ([], [alert(state="resolved")], [alert(held_back="silenced by 3")]):
        (decision,) = decided(*nothing, said=waiting(alert()))
        assert (decision.withdraw, decision.sending) == (7, None)


def test_a_message_under_way_is_waited_for() -> None:
    for alerts in ([], [alert()], [alert(), alert(2)]):
        (decision,) = decided(*alerts, said=waiting(alert(), under_way=True))
        assert (decision.reason, decision.withdraw, decision.sending) == (
            "not sent: delivery 7 is under way",
            None,
            None,
        )


def test_what_failed_is_tried_again_after_the_repeat_interval_or_when_there_is_more_to_say() -> None:
    failed = {(OPS.id, '["default",{}]'): Said(fingerprint=fingerprint([alert()]), at=NOW)}
    assert only(decided(alert(), said=failed))[0] == "not sent: said at 2026-03-18 12:00 already"
    assert only(decided(alert(), alert(2), said=failed))[0] == Reason.NEW
    assert only(decided(alert(), said=failed, now=NOW + timedelta(hours=12)))[0] == Reason.NEW
    assert only(decided(alert(state="resolved"), said=failed))[0] == "not sent: over before it was told"


labels = st.fixed_dictionaries({}, optional={"entity": st.sampled_from("ab")})
alerts = st.lists(
    st.builds(
        alert,
        st.integers(1, 8),
        st.sampled_from(["info", "warn", "critical"]),
        st.sampled_from(["pending", "firing", "recovering", "no_data", "resolved"]),
        rule=st.sampled_from(["default", "other", "gone"]),
        labels=labels,
        acknowledged=st.booleans(),
        held_back=st.sampled_from([None, None, "silenced by 3"]),
    ),
    unique_by=lambda each: each.id,
)
receivers = st.just([
    OPS,
    Receiver(2, "mail", ReceiverKind.APPRISE, "mailto://example.com", send_resolved=False),
    Receiver(3, "off", ReceiverKind.APPRISE, "mailto://example.com", enabled=False),
])  # fmt: skip
rules = st.fixed_dictionaries({
    name: st.builds(
        Rule,
        st.just(name),
        st.just(RuleKind.HOTSPOT),
        group_by=st.sampled_from([(), ("entity",)]),
        receivers=st.lists(st.sampled_from(["ops", "mail", "off", "nobody"]), unique=True).map(tuple),
    )
    for name in ("default", "other")
})  # fmt: skip
steps = st.lists(st.tuples(alerts, rules, st.booleans(), st.integers(0, 20)), min_size=1, max_size=8)


@settings(max_examples=300)
@given(steps, receivers)
def test_whatever_happens(
    steps: list[tuple[list[Alert], dict[str, Rule], bool, int]], receivers: list[Receiver]
) -> None:
    """The promises of the pipeline, over any course of alerts and rules, with messages that get through or do not.

    The same input twice sends once; what is held back, or pending, is in no message; who is disabled gets none; nothing
    is told to be over that was not told to fire.
    """
    said: dict[Pair, Said] = {}
    told_firing: dict[int, set[int]] = {receiver.id: set() for receiver in receivers}
    now = NOW
    for seen, by_name, through, hours in steps:
        now += timedelta(hours=hours)
        decisions = decide(seen, by_name, receivers, said, now)
        for sending in (each.sending for each in decisions if each.sending):
            assert sending.alerts
            assert all(each.held_back is None and each.state != "pending" for each in sending.alerts)
            assert sending.receiver_id != 3
            over = {each.id for each in sending.alerts if each.state == "resolved"}
            assert over <= told_firing[sending.receiver_id]
            assert not over or sending.receiver_id == OPS.id
        if through:
            for sending in (each.sending for each in decisions if each.sending):
                told_firing[sending.receiver_id] |= {each.id for each in sending.alerts if each.told_as == "firing"}
            said = delivered(decisions, said, now)
            assert not any(each.sending for each in decide(seen, by_name, receivers, said, now))
