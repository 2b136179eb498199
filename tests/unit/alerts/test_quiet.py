"""What makes alerts quiet, and what ends it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from carbon_nexus.alerts.model import Alert, Interval, MuteTiming, Silence, State
from carbon_nexus.alerts.quiet import Quieting, holding, inhibiting, matching, quieted
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.rules.match import parse
from carbon_nexus.rules.model import Inhibition, Rule, RuleKind
from tests.unit.alerts.made import HOUR, NOW, alert

NOTHING = Quieting({}, {})
SILENCE = Silence(3, (parse("entity = Trunk"),), "repairs", "ann", NOW, NOW + HOUR)
NOON = MuteTiming("noon", "UTC", (Interval(times=((720, 780),)),), (parse("severity != critical"),))


def numbered(number: int, rule: str = "default", severity: Severity = Severity.WARN, **labels: str) -> Alert:
    return replace(alert(Rule(rule, RuleKind.HOTSPOT), severity=severity, labels=labels), id=number)


def rules(**inhibited_by: tuple[str, ...]) -> dict[str, Rule]:
    """A rule for each name, with the matcher that inhibits it and the labels that must be equal."""
    return {
        name: Rule(name, RuleKind.HOTSPOT, inhibited_by=Inhibition((parse(matcher),), equal))
        for name, (matcher, *equal_list) in inhibited_by.items()
        for equal in [tuple(equal_list)]
    }


def told(alerts: list[Alert], quieting: Quieting, of: Any = None) -> list[tuple[Any, ...]]:
    found = quieted(alerts, alerts, quieting, of or {})
    return [(each.alert.id, each.action, each.before, each.after, each.reason) for each in found]


def test_a_silence_holds_from_its_start_until_before_its_end() -> None:
    ends = [NOW - timedelta(seconds=1), NOW, NOW + HOUR - timedelta(seconds=1), NOW + HOUR]
    assert [list(holding([SILENCE], [], each).silences) for each in ends] == [[], [3], [3], []]


def test_what_matches_is_silenced_with_the_reason_and_told_again_when_it_is_over() -> None:
    alerts = [numbered(1), numbered(2, entity="Ring")]
    why = "silence 3 by ann until 2026-03-18 13:00 UTC: repairs"
    assert told(alerts, holding([SILENCE], [], NOW)) == [(1, "silenced", None, "3", why)]
    held = replace(alerts[0], silenced_by=(3,))
    assert told([held], holding([SILENCE], [], NOW)) == []
    assert told([held], NOTHING) == [(1, "silenced", "3", None, "the silence is over")]


def test_mute_timings_hold_by_time_and_by_what_they_match() -> None:
    alerts = [numbered(1), numbered(2, severity=Severity.CRITICAL)]
    why = "mute timing 'noon' holds on Wednesday 12:00 to 13:00, UTC"
    assert told(alerts, holding([], [NOON], NOW)) == [(1, "muted", None, "noon", why)]
    assert holding([], [NOON], NOW + HOUR).timings == {}


def test_state_level_and_acknowledgement_do_not_change_by_it() -> None:
    before = numbered(1)
    (only,) = quieted([before], [before], holding([SILENCE], [], NOW), {})
    assert replace(only.alert, silenced_by=()) == before


def test_labels_rule_and_severity_can_be_matched() -> None:
    alerts = [numbered(1), numbered(2, "other"), numbered(3, severity=Severity.CRITICAL)]
    assert [each.id for each in matching(alerts, [parse("rule = default"), parse("severity != critical")])] == [1]


def test_an_open_alert_that_matches_inhibits_those_with_the_same_labels() -> None:
    site = numbered(1, "site", Severity.CRITICAL)
    alerts = [site, numbered(2, "trips"), numbered(3, "trips", entity="Ring")]
    of = rules(trips=("rule = site", "entity"))
    assert told(alerts, NOTHING, of) == [(2, "inhibited", None, "1", "alert 1 is open: told critical")]
    held = replace(alerts[1], inhibited_by=(1,))
    assert told([held], NOTHING, of) == [(2, "inhibited", "1", None, "what inhibited it is over")]


def test_a_label_that_both_lack_is_equal() -> None:
    alerts = [numbered(1, "site"), numbered(2, "trips")]
    assert inhibiting(alerts, alerts, rules(trips=("rule = site", "source"))) == {2: alerts[0]}


def test_what_only_waits_inhibits_nothing_and_what_is_quiet_still_does() -> None:
    of = rules(trips=("rule = site", "entity"))
    target = numbered(2, "trips")
    waiting = replace(numbered(1, "site"), state=State.PENDING)
    quiet = replace(numbered(1, "site"), inhibited_by=(9,), silenced_by=(3,), state=State.NO_DATA)
    assert inhibiting([target], [waiting, target], of) == {}
    assert inhibiting([target], [quiet, target], of) == {2: quiet}


def test_of_several_the_oldest_inhibits() -> None:
    alerts = [numbered(5, "trips"), numbered(4, "site"), numbered(2, "site"), numbered(3, "site")]
    assert inhibiting(alerts, alerts, rules(trips=("rule = site", "entity")))[5].id == 2


def test_what_matches_both_sides_is_not_inhibited_by_its_like() -> None:
    own = rules(trips=("rule ~ trips*", "entity"))
    alike = [numbered(1, "trips"), numbered(2, "trips")]
    assert inhibiting(alike, alike, own) == {}
    with_other = [*alike, numbered(3, "trips-of-others")]
    assert {each: by.id for each, by in inhibiting(with_other, with_other, own).items()} == {1: 3, 2: 3}


def test_in_a_ring_the_oldest_is_told_and_a_chain_is_none() -> None:
    ring = [numbered(2, "a"), numbered(1, "b"), numbered(3, "c"), numbered(4, "d")]
    of = rules(a=("rule = b", "entity"), b=("rule = c", "entity"), c=("rule = a", "entity"), d=("rule = a", "entity"))
    assert {each: by.id for each, by in inhibiting(ring, ring, of).items()} == {2: 1, 3: 2, 4: 2}
    chain = rules(a=("rule = b", "entity"), b=("rule = c", "entity"))
    assert {each: by.id for each, by in inhibiting(ring, ring, chain).items()} == {2: 1, 1: 3}
