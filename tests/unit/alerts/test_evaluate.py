"""Open alerts against what is seen, all at once."""

from dataclasses import replace

from carbon_nexus.alerts.evaluate import announce_all, as_missing_as_before, by_fingerprint, evaluate_all, news
from carbon_nexus.alerts.model import Alert, Seen, State
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.rules.model import RuleKind
from tests.unit.alerts.made import HOUR, NOW, RULE, alert, signal

RULES = {RULE.name: RULE}
KINDS = set(RuleKind)


def states(alerts: list[Alert], *signals: object, kinds: set[RuleKind] = KINDS, rules: object = RULES) -> list[str]:
    told = evaluate_all(alerts, by_fingerprint(signals), rules, kinds, NOW + HOUR)  # type: ignore[arg-type]
    return [f"{each.before} {each.after}: {each.reason}" for each in told]


def test_alerts_go_on_by_their_signals_and_new_ones_open() -> None:
    other = signal(labels={"entity": "Ring"})
    assert states([alert()], signal(Seen.RECOVERING), other) == ["firing recovering: as seen", "None firing: as seen"]


def test_an_alert_without_a_signal_has_vanished() -> None:
    assert states([alert()]) == ["firing resolved: the rule 'default' no longer sees it"]


def test_a_rule_that_is_gone_ends_its_alerts_and_opens_none() -> None:
    assert states([alert()], signal(), rules={}) == ["firing resolved: the rule 'default' is gone or disabled"]
    assert states([], signal(), rules={}) == []


def test_alerts_of_kinds_that_nobody_looked_at_stay() -> None:
    assert states([alert()], kinds={RuleKind.BUDGET}) == []


def test_where_nobody_looked_for_gaps_missing_data_stay_missing() -> None:
    silent = replace(alert(), state=State.NO_DATA, state_reason="silent")
    kept = as_missing_as_before([silent], by_fingerprint([signal(), signal(labels={"entity": "Ring"})]))
    assert [each.data_missing for each in kept.values()] == ["silent", None]
    assert as_missing_as_before([silent], {}) == {}


def test_a_scan_that_finds_twice_the_same_opens_one_alert_and_raises_it() -> None:
    signals = [signal(), signal(severity=Severity.CRITICAL), signal(hotspot_id=8, severity=Severity.INFO)]
    told = announce_all([], signals, RULES, NOW)
    assert [each.action for each in told] == ["state", "level", "episode"]
    assert news(told) == 2
    assert (told[-1].alert.level, told[-1].alert.hotspot_id) == ("critical", 8)
