"""What becomes of an alert, each move with its reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from carbon_nexus.alerts.lifecycle import acknowledge, assign, comment, ended, step, unacknowledge
from carbon_nexus.alerts.model import Action, Alert, Refusal, Seen, Signal, State, Transition
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.rules.model import Rule
from tests.unit.alerts.made import HOUR, NOW, RULE, SLOW, alert, signal

MISSING = "Trunk has not reported for 30 hours"


def moved(before: Alert | None, seen: Signal, rule: Rule = RULE, later: timedelta = HOUR) -> Transition:
    (only,) = step(before, seen, rule, NOW + later)
    return only


def fired() -> Alert:
    """An alert of the slow rule that has held long enough."""
    return moved(alert(SLOW), signal(), SLOW).alert


def test_what_is_there_opens_an_alert_that_fires_at_once_or_waits() -> None:
    opened, waiting = alert(), alert(SLOW)
    assert (opened.state, opened.fired_at, opened.message, opened.hotspot_id) == (State.FIRING, NOW, "told warn", 7)
    assert (waiting.state, waiting.fired_at, waiting.state_reason) == (State.PENDING, None, "as seen")


@pytest.mark.parametrize("seen", [signal(Seen.GONE), signal(Seen.RECOVERING), signal(data_missing=MISSING)])
def test_what_is_over_or_quiet_or_cannot_be_told_opens_nothing(seen: Signal) -> None:
    assert step(None, seen, RULE, NOW) == []


def test_a_resolved_alert_is_followed_by_a_new_one() -> None:
    over = moved(alert(), signal(Seen.GONE)).alert
    (again,) = step(over, signal(), RULE, NOW + HOUR)
    assert (again.opens, again.alert.id) == (True, 0)


def test_it_fires_once_it_has_held_for_so_long() -> None:
    waiting = alert(SLOW)
    assert step(waiting, signal(), SLOW, NOW + HOUR - timedelta(seconds=1)) == []
    told = moved(waiting, signal(), SLOW)
    assert (told.before, told.after, told.reason) == ("pending", "firing", "it has held for 1 h")
    assert (told.alert.fired_at, told.alert.state_since) == (NOW + HOUR, NOW + HOUR)


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (Seen.GONE, "over before 1 h had passed: as seen"),
        (Seen.RECOVERING, "quiet before 1 h had passed: as seen"),
    ],
)
def test_what_does_not_hold_is_over_without_ever_firing(seen: Seen, reason: str) -> None:
    told = moved(alert(SLOW), signal(seen), SLOW)
    assert (told.after, told.reason, told.alert.fired_at) == ("resolved", reason, None)


def test_a_quiet_alert_recovers_and_fires_again_with_what_is_new() -> None:
    quiet = moved(alert(), signal(Seen.RECOVERING)).alert
    assert quiet.state is State.RECOVERING
    assert step(quiet, signal(Seen.RECOVERING), RULE, NOW + 2 * HOUR) == []
    again = moved(quiet, signal(message="told anew", hotspot_id=8), later=2 * HOUR)
    assert (again.after, again.reason) == ("firing", "it is there again: as seen")
    assert (again.alert.message, again.alert.hotspot_id, again.alert.fired_at) == ("told anew", 8, NOW)


def test_what_is_gone_is_resolved_at_once_where_the_rule_does_not_wait() -> None:
    told = moved(alert(), signal(Seen.GONE))
    assert (told.after, told.reason, told.alert.resolved_at) == ("resolved", "as seen", NOW + HOUR)


@pytest.mark.parametrize("seen", [Seen.GONE, Seen.RECOVERING])
def test_what_fires_does_so_for_a_minute_so_that_it_is_told(seen: Seen) -> None:
    assert step(alert(), signal(seen), RULE, NOW + timedelta(seconds=59)) == []
    assert moved(alert(), signal(seen), later=timedelta(minutes=1)).before == "firing"


def test_what_is_gone_recovers_until_the_rule_has_waited() -> None:
    gone = signal(Seen.GONE)
    first = moved(fired(), gone, SLOW, 2 * HOUR)
    assert (first.after, first.reason) == ("recovering", "as seen; resolved unless it comes back within 2 h")
    assert step(first.alert, gone, SLOW, NOW + 4 * HOUR - timedelta(seconds=1)) == []
    assert moved(first.alert, gone, SLOW, 4 * HOUR).after == "resolved"
    # since when it is gone may be known better
    assert moved(fired(), signal(Seen.GONE, since=NOW), SLOW, 2 * HOUR).after == "resolved"


def test_while_data_are_missing_nothing_is_said_and_then_what_is_seen() -> None:
    told = moved(alert(), signal(data_missing=MISSING))
    assert (told.after, told.reason) == ("no_data", MISSING)
    assert step(told.alert, signal(Seen.RECOVERING, data_missing=MISSING), RULE, NOW + 9 * HOUR) == []
    after = [moved(told.alert, signal(seen), RULE, 9 * HOUR).after for seen in Seen]
    assert after == ["firing", "recovering", "resolved"]


def test_what_never_fired_begins_to_wait_anew_when_its_data_come_in_again() -> None:
    unknown = moved(alert(SLOW), signal(data_missing=MISSING), SLOW).alert
    again = moved(unknown, signal(), SLOW, 9 * HOUR)
    assert (again.after, again.alert.state_since) == ("pending", NOW + 9 * HOUR)


def test_the_level_rises_and_never_falls() -> None:
    risen = moved(alert(), signal(severity=Severity.CRITICAL))
    assert (risen.action, risen.before, risen.after) == (Action.LEVEL, "warn", "critical")
    assert (risen.alert.message, risen.alert.labels["severity"]) == ("told critical", "critical")
    assert step(risen.alert, signal(severity=Severity.INFO), RULE, NOW + HOUR) == []


def test_a_rise_takes_an_acknowledgement_back() -> None:
    taken = acknowledge(alert(), "ann", None, NOW)
    assert isinstance(taken, Transition)
    told = step(taken.alert, signal(severity=Severity.CRITICAL), RULE, NOW + HOUR)
    assert [each.action for each in told] == ["level", "unacknowledged"]
    assert told[1].reason == "it rose from warn to critical; what was acknowledged was less"
    assert (told[1].before, told[1].alert.acknowledged) == ("ann", False)


def test_an_alert_goes_over_to_the_next_hotspot_of_the_same() -> None:
    told = moved(alert(), signal(hotspot_id=8))
    assert (told.action, told.before, told.after, told.alert.hotspot_id) == (Action.EPISODE, "7", "8", 8)


def test_an_alert_nobody_watches_is_resolved() -> None:
    told = ended(alert(SLOW), "the rule 'x' is gone or disabled", NOW)
    assert (told.before, told.after, told.alert.resolved_at) == ("pending", "resolved", NOW)


def test_people_acknowledge_assign_and_comment_with_their_names() -> None:
    taken = acknowledge(alert(), "ann", "on it", NOW)
    assert isinstance(taken, Transition)
    assert (taken.alert.acknowledged, taken.alert.acknowledged_at, taken.alert.acknowledged_by) == (True, NOW, "ann")
    assert (taken.reason, taken.actor) == ("on it", "ann")
    back = unacknowledge(taken.alert, "bob", None)
    assert isinstance(back, Transition)
    assert (back.alert.acknowledged_by, back.reason, back.actor) == (None, "taken back by bob", "bob")
    given = assign(alert(), "cy", "ann", None)
    assert isinstance(given, Transition)
    assert (given.before, given.after, given.alert.assignee) == (None, "cy", "cy")
    said = comment(ended(alert(), "over", NOW).alert, "thanks", "ann")
    assert (said.action, said.reason, said.actor) == (Action.COMMENT, "thanks", "ann")


def test_moves_that_are_not_legal_are_refused_with_the_state() -> None:
    current = replace(alert(), id=3)
    over = ended(current, "over", NOW).alert
    noted = replace(current, acknowledged=True, acknowledged_by="ann")
    assert [
        acknowledge(over, "ann", None, NOW),
        unacknowledge(over, "ann", None),
        assign(over, "cy", "ann", None),
        acknowledge(noted, "bob", None, NOW),
        unacknowledge(current, "ann", None),
        assign(current, None, "ann", None),
    ] == [
        Refusal("Alert 3 is resolved; only an open alert can be acknowledged."),
        Refusal("Alert 3 is resolved; only an open alert can be unacknowledged."),
        Refusal("Alert 3 is resolved; only an open alert can be assigned."),
        Refusal("Alert 3 is firing and already acknowledged by ann."),
        Refusal("Alert 3 is firing and not acknowledged."),
        Refusal("Alert 3 is firing and already assigned to nobody."),
    ]
