"""What is told before it happens: targets that will be passed, days far above typical, and why nothing is said."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from carbon_nexus.alerts.evaluate import evaluate_all
from carbon_nexus.alerts.forecast_signals import Foreseen, forecast_signals
from carbon_nexus.alerts.lifecycle import step
from carbon_nexus.alerts.model import Alert, Seen, Signal
from carbon_nexus.forecasts.model import QUANTILES
from carbon_nexus.rules.match import parse
from carbon_nexus.rules.model import Foresight, Rule, RuleKind
from carbon_nexus.targets.model import Month, Target
from tests.unit.targets.made import NOW, course, emitted, series, target

TODAY = NOW.date()
TEN = [10.0] * 31
SO_FAR = emitted([30.0] * 17 + [4.0])  # 514 kg
PLANT = {"entity": "Plant", "entity_type": "factory", "period": "2026-03"}


def rule(against: str, *match: str, **more: Any) -> Rule:
    terms = Foresight(against, **({"ratio": 1.25} if against == "typical" else {}) | more)
    return Rule("ahead", RuleKind.FORECAST, matchers=tuple(map(parse, match)), forecast=terms)


def of_target(amount: float, outlooks: Any = None, spread: float = 0.0, **more: Any) -> list[Signal]:
    told = series(TEN, spread) if outlooks is None else outlooks
    foreseen = Foreseen(TODAY, [course(target(amount), SO_FAR, told)])
    return list(forecast_signals(foreseen, [rule("target", **more)], []))


def test_a_target_that_will_be_passed_is_told_with_day_chance_and_numbers() -> None:
    (found,) = of_target(600.0, spread=10, within_days=12)
    assert (found.seen, found.severity, found.data_missing) == (Seen.PRESENT, "warn", None)
    assert found.labels == {**PLANT, "severity": "warn"}
    assert found.message == (
        "Plant will pass its target of 600 kg CO2e for 2026-03 on Saturday 28 March (chance 80 %): "
        "514 kg so far, 620 kg (80 %: 593 to 647) expected by then"
    )


@pytest.mark.parametrize(
    ("amount", "more", "seen", "severity", "said"),
    [
        (513, {}, Seen.PRESENT, "critical", "Plant has passed its target of 513 kg CO2e for 2026-03: 514 kg so far"),
        (540, {}, Seen.PRESENT, "warn", "on Saturday 21 March (chance over 97.5 %)"),
        (575, {}, Seen.PRESENT, "warn", "on Tuesday 24 March (chance over 97.5 %)"),
        (585, {}, Seen.GONE, "warn", "is not likely enough to pass its target of 585 kg CO2e"),
        (585, {"within_days": 8}, Seen.PRESENT, "warn", "on Wednesday 25 March"),
        (2_000, {}, Seen.GONE, "warn", "on Tuesday 24 March (chance under 2.5 %): 514 kg so far, 580 kg"),
    ],
)
def test_a_target_is_told_within_the_days_of_the_rule(
    amount: float, more: dict[str, Any], seen: Seen, severity: str, said: str
) -> None:
    (found,) = of_target(amount, **more)
    assert (found.seen, found.severity) == (seen, severity)
    assert said in found.message


def test_a_chance_that_is_asked_for_has_to_be_reached() -> None:
    seen = [of_target(575.0, spread=10, chance=chance)[0].seen for chance in (0.5, 0.95)]
    assert seen == [Seen.PRESENT, Seen.GONE]


@pytest.mark.parametrize(
    ("match", "found"),
    [
        ((), ["Plant", "Nord", ""]),
        (("entity ~ P*",), ["Plant"]),
        (("event_type = delivery",), ["Nord"]),
        (("entity_type != factory",), ["Nord", ""]),
    ],
)
def test_a_rule_looks_at_the_targets_it_matches(match: tuple[str, ...], found: list[str]) -> None:
    nord = {"entity": "Nord", "entity_type": "route", "event_type": "delivery"}
    whole = {"entity": None, "entity_type": None}
    courses = [course(target(100.0, **more), SO_FAR) for more in ({}, nord, whole)]
    signals = forecast_signals(Foreseen(TODAY, courses), [rule("target", *match)], [])
    assert [each.labels.get("entity", "") for each in signals] == found


def test_the_next_month_is_looked_at_as_far_as_the_days_of_the_rule_reach() -> None:
    april = Month(date(2026, 4, 1))
    next_month = course(target(25.0, month=april.first), emitted([], april.first), series(TEN), april)
    for days, told in ((14, []), (16, [Seen.GONE]), (17, [Seen.PRESENT])):  # 1 April is the 15th day
        signals = forecast_signals(Foreseen(TODAY, [next_month]), [rule("target", within_days=days)], [])
        assert [each.seen for each in signals] == told


def opened(signals: list[Signal], of: Rule) -> list[Alert]:
    return [each.alert for signal in signals for each in step(None, signal, of, NOW)]


@pytest.mark.parametrize(
    ("outlooks", "lack", "why"),
    [
        (series(TEN, of=target(entity="Other")), None, "there is no forecast of it yet"),
        (series(TEN, of=target(entity="Other")), "being made", "being made"),
        (series([], status="insufficient_history", reason="3 days"), None, "there is no forecast of it: 3 days"),
        (series(TEN, origin=date(2026, 3, 1)), None, "its forecast is of 2026-03-01"),
    ],
)
def test_without_a_forecast_an_open_alert_waits_and_none_opens(outlooks: Any, lack: str | None, why: str) -> None:
    watching = rule("target")
    foreseen = Foreseen(TODAY, [course(target(540.0), SO_FAR, outlooks)], lack=lack)
    (found,) = forecast_signals(foreseen, [watching], [])
    assert (found.data_missing or "").startswith(why)
    assert opened([found], watching) == []
    alerts = opened(of_target(540.0), watching)
    (moved,) = evaluate_all(alerts, {found.fingerprint: found}, {"ahead": watching}, [RuleKind.FORECAST], NOW)
    assert moved.after == "no_data"


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({"period": "2026-02"}, "the month 2026-02 is over"),
        ({"period": "2026-03"}, "no such target holds any more, or the rule looks at others"),
        ({}, "the rule 'ahead' no longer sees it"),
    ],
)
def test_what_is_no_longer_looked_at_is_over_with_the_reason(labels: dict[str, str], why: str) -> None:
    watching = rule("target")
    (signal,) = of_target(540.0)
    alert = replace(opened([signal], watching)[0], labels=labels, state_since=NOW.replace(hour=1))
    (moved,) = evaluate_all([alert], {}, {"ahead": watching}, [RuleKind.FORECAST], NOW)
    assert (moved.after, moved.reason) == ("resolved", why)


def subject(entity: str, points: list[float], typical: list[float | None], **more: Any) -> dict[str, Any]:
    """A series whose days may be a tenth of their points less to a tenth more."""
    quantiles = [point * (1 + 0.1 * (2 * each - 1)) for each in QUANTILES for point in points]
    row = {"entity": entity, "entity_type": "factory", "event_type": "factory", "status": "ok", "reason": None}
    return {**row, "points": points, "quantiles": quantiles, "origin_day": TODAY, "typical_kg": typical, **more}


def of_days(*subjects: dict[str, Any], alerts: list[Alert] | None = None, **more: Any) -> list[Signal]:
    lists = dict.fromkeys(("points", "quantiles", "typical_kg"), pl.List(pl.Float64))
    frame = pl.DataFrame(list(subjects), schema_overrides={**lists, "reason": pl.String})
    return list(forecast_signals(Foreseen(TODAY, subjects=frame), [rule("typical", **more)], alerts or []))


PEAK = [1_000.0, 1_000.0, 1_300.0, *[1_000.0] * 28]


def test_a_day_far_above_typical_is_told_and_subjects_that_go_as_usual_are_not() -> None:
    usual = subject("Calm", [1_000.0] * 31, [1_000.0] * 7)
    (found,) = of_days(usual, subject("Plant", PEAK, [1_000.0] * 7), chance=0.6)
    assert (found.seen, found.severity, found.labels["entity"]) == (Seen.PRESENT, "warn", "Plant")
    assert found.message == (
        "Plant (factory) will emit more than 1.25 times its typical 1,000 kg CO2e on Friday 20 March (chance 69 %): "
        "1,300 kg (80 %: 1,196 to 1,404) expected"
    )


@pytest.mark.parametrize(
    ("points", "typical", "more", "told"),
    [
        (PEAK, [1_000.0] * 7, {"within_days": 2}, 0),
        (PEAK, [1_000.0] * 7, {"chance": 0.8}, 0),
        (PEAK, [1_000.0] * 7, {"ratio": 1.2}, 1),
        (PEAK, [1_000.0, 1_000.0, 1_300.0, *[1_000.0] * 4], {}, 0),  # such a day is like that
        (PEAK, [None] * 7, {"ratio": 1.01}, 0),
        (PEAK, [1_000.0, 1_000.0, None, *[1_000.0] * 4], {"ratio": 1.2}, 0),
    ],
)
def test_a_day_is_held_against_what_is_typical_of_that_day(
    points: list[float], typical: list[float | None], more: dict[str, Any], told: int
) -> None:
    assert len(of_days(subject("Plant", points, typical), **more)) == told


def test_an_open_alert_of_a_day_ends_or_waits_with_the_reason() -> None:
    watching = rule("typical", ratio=1.2)
    alerts = opened(of_days(subject("Plant", PEAK, [1_000.0] * 7), ratio=1.2), watching)
    (gone,) = of_days(subject("Plant", [1_000.0] * 31, [1_000.0] * 7), alerts=alerts, ratio=1.2)
    assert (gone.seen, gone.fingerprint) == (Seen.GONE, alerts[0].fingerprint)
    assert "is not likely enough to emit more than 1.2 times its typical 1,000 kg CO2e, most so on" in gone.reason
    short = {"status": "insufficient_history", "reason": "3 days"}
    (waits,) = of_days(subject("Plant", [], [1_000.0] * 7, **short), alerts=alerts)
    (untold,) = of_days(subject("Plant", PEAK, [None] * 7), alerts=alerts)
    (unmade,) = forecast_signals(Foreseen(TODAY, lack="being made"), [watching], alerts)
    assert [each.data_missing for each in (waits, untold, unmade)] == [
        "there is no forecast of it: 3 days", "nothing is known to be typical of its days", "being made",
    ]  # fmt: skip
    assert {each.fingerprint for each in (waits, untold, unmade)} == {alerts[0].fingerprint}


def test_the_forecast_of_the_day_before_is_read_from_today_on() -> None:
    yesterday = subject("Plant", [9_999.0, *PEAK[:30]], [1_000.0] * 31, origin_day=date(2026, 3, 17))
    (found,) = of_days(yesterday, ratio=1.2, within_days=31)
    assert "on Friday 20 March" in found.message


def test_a_target_is_named_by_its_scope() -> None:
    scopes = [(None, None, None), (None, None, "delivery"), ("P", "factory", None), ("P", "factory", "factory")]
    named = [Target(1, *scope, TODAY, True, 1.0).subject for scope in scopes]
    assert named == ["The whole", "All delivery", "P", "P (factory)"]
