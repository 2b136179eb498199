"""What is seen, in words and numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from carbon_nexus.alerts.evaluate import by_fingerprint
from carbon_nexus.alerts.model import Seen, Signal, fingerprint_of
from carbon_nexus.alerts.signals import (
    HOTSPOT_SCHEMA,
    SPENT_SCHEMA,
    budget_signals,
    change_signals,
    excess_sentence,
    gap_signals,
    hotspot_signals,
    period_at,
    quality_signals,
    silent_subjects,
    vanished,
)
from carbon_nexus.hotspots.model import Change, HotspotChange, Severity, Subject
from carbon_nexus.rules.match import parse
from carbon_nexus.rules.model import Budget, Rule, RuleKind
from tests.unit.alerts.made import HOUR, NOW, RULE, alert

HOTSPOT: dict[str, Any] = {
    "id": 4, "entity": "Trunk", "entity_type": "route", "event_type": "logistics", "metric": "intensity",
    "kind": "spike", "rule": "default", "severity": "warn", "status": "active", "predicted_co2": 583.85,
    "baseline_co2": 439.65, "percent_above": 32.8, "first_event_at": NOW - 5 * HOUR, "last_event_at": NOW - HOUR,
    "reported_at": None, "resolved_at": None, "resolved_reason": None,
}  # fmt: skip
GAP: dict[str, Any] = {
    "source": "erp", "supplier_id": "s1", "entity": "Trunk", "entity_type": "route", "event_type": "logistics",
    "status": "open", "last_report_at": NOW - 30 * HOUR, "next_report_at": None, "since": NOW - 10 * HOUR,
    "silent_hours": 30.0, "usual_interval_hours": 1.0, "longest_usual_hours": 10.0,
}  # fmt: skip
SILENT = (
    "route Trunk (erp) has not reported for 30 hours, since 2026-03-17 06:00 UTC. It usually reports every 1 hour;"
    " all but one of its silences were at most 10 hours."
)
BUDGET = Rule("fleet", RuleKind.BUDGET, matchers=(parse("entity_type = route"),), budget=Budget(1000, "month"))


def hotspots(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([HOTSPOT | row for row in rows], HOTSPOT_SCHEMA)


def gaps(**more: Any) -> pl.DataFrame:
    return pl.DataFrame([GAP | more], schema_overrides={"next_report_at": pl.Datetime("us", "UTC")})


def of_hotspot(**more: Any) -> Signal:
    (only,) = hotspot_signals(hotspots(more), {})
    return only


@pytest.mark.parametrize(
    ("row", "seen", "reason", "since"),
    [
        ({}, Seen.PRESENT, "583.9 kg CO2e where 439.6 kg is typical", NOW - 5 * HOUR),
        ({"reported_at": NOW - HOUR}, Seen.PRESENT, "583.9 kg CO2e where 439.6 kg is typical", NOW - 5 * HOUR),
        (
            {"reported_at": NOW},
            Seen.RECOVERING,
            "it has reported since without standing out, last so at 2026-03-18 11:00 UTC",
            NOW - HOUR,
        ),
        ({"status": "resolved", "resolved_at": NOW, "resolved_reason": "24 h"}, Seen.GONE, "24 h", NOW),
        ({"status": "ignored"}, Seen.GONE, "its hotspot is ignored", None),
    ],
)
def test_a_hotspot_is_there_quiet_or_gone(row: dict[str, Any], seen: Seen, reason: str, since: datetime | None) -> None:
    found = of_hotspot(**row)
    assert (found.seen, found.reason, found.since, found.hotspot_id) == (seen, reason, since, 4)


def test_a_hotspot_is_told_by_its_labels_and_its_kind_is_no_part_of_what_it_is() -> None:
    found = of_hotspot()
    assert found.labels == {
        "entity": "Trunk", "entity_type": "route", "event_type": "logistics", "metric": "intensity", "kind": "spike",
        "severity": "warn",
    }  # fmt: skip
    assert of_hotspot(kind="drift", severity="critical").fingerprint == found.fingerprint
    others = [of_hotspot(metric="absolute"), of_hotspot(rule="x"), of_hotspot(entity="Other")]
    assert len({found.fingerprint, *(other.fingerprint for other in others)}) == 4
    assert len(found.fingerprint) == 16


def test_of_an_entity_in_an_open_gap_nothing_can_be_said() -> None:
    (found,) = hotspot_signals(hotspots({}), silent_subjects(gaps()))
    assert found.data_missing == SILENT
    (other,) = hotspot_signals(hotspots({"event_type": "delivery"}), silent_subjects(gaps()))
    assert other.data_missing is None


def test_an_active_hotspot_counts_before_a_resolved_one_of_the_same() -> None:
    rows: list[dict[str, Any]] = [{"id": 5}, {"id": 4, "status": "resolved"}, {"id": 3, "status": "resolved"}]
    for order in (rows, rows[::-1]):
        (only,) = by_fingerprint(hotspot_signals(hotspots(*order), {})).values()
        assert only.hotspot_id == 5


def test_changes_of_a_scan_are_there_with_the_numbers_of_their_time() -> None:
    subject = Subject("Trunk", "route", "logistics")
    changes = [
        HotspotChange(4, Change.OPENED, "opened", subject, Severity.INFO, 10.0, 110.0, 100.0),
        HotspotChange(4, Change.ESCALATED, "risen", subject, Severity.WARN, 32.8, 583.85, 439.65),
    ]
    found = list(change_signals(changes, hotspots({"status": "resolved"})))
    assert [(each.seen, each.severity, each.reason) for each in found] == [
        (Seen.PRESENT, Severity.INFO, "opened"),
        (Seen.PRESENT, Severity.WARN, "risen"),
    ]
    assert found[0].message == "Trunk exceeded emissions by 10.0%: 110 kg CO2e against 100 kg typical"


@pytest.mark.parametrize(
    ("percent", "beginning"),
    [
        (-20.0, "Trunk is at 80.0% of its typical emissions: 80 kg CO2e against 100 kg typical"),
        (0.0, "Trunk is at 100.0% of its typical emissions"),  # no excess that rounds to nothing
        (0.04, "Trunk is at 100.0% of its typical emissions"),
        (0.06, "Trunk exceeded emissions by 0.1%"),
        (32.8, "Trunk exceeded emissions by 32.8%: 132.8 kg CO2e against 100 kg typical"),
    ],
)
def test_an_excess_is_claimed_only_where_there_is_one(percent: float, beginning: str) -> None:
    assert excess_sentence("Trunk", 100 + percent, 100.0, percent).startswith(beginning)


@pytest.mark.parametrize(("silent_hours", "level"), [(30.0, "warn"), (30.1, "critical")])
def test_a_gap_is_told_to_every_rule_it_matches(silent_hours: float, level: str) -> None:
    rules = [
        Rule("all", RuleKind.MISSING_DATA),
        Rule("erp", RuleKind.MISSING_DATA, matchers=(parse("source = erp"),)),
        Rule("other", RuleKind.MISSING_DATA, matchers=(parse("source = wms"),)),
    ]
    found = list(gap_signals(gaps(silent_hours=silent_hours), rules))
    assert [(each.rule, each.severity, each.since) for each in found] == [
        ("all", level, NOW - 10 * HOUR),
        ("erp", level, NOW - 10 * HOUR),
    ]
    assert found[0].message.startswith("route Trunk (erp) has not reported for 30")
    assert found[0].labels["source"] == "erp"


@pytest.mark.parametrize(
    ("score", "seen", "message"),
    [
        (71.2, Seen.PRESENT, "Data quality of erp is 71.2 of 100, below 80: completeness 60 %"),
        (80.0, Seen.GONE, "the score of erp is 80 of 100, at least 80"),
        (None, Seen.GONE, "there is no score of erp to compare"),
    ],
)
def test_a_source_is_told_below_the_score_that_is_asked(score: float | None, seen: Seen, message: str) -> None:
    source = {"source": "erp", "score": score, "reasons": ["completeness 60 %", "validity 90 %"]}
    (found,) = quality_signals([source], [Rule("good", RuleKind.DATA_QUALITY, min_score=80)])
    assert (found.seen, found.labels["source"], found.severity) == (seen, "erp", "warn")
    assert message in (found.message, found.reason)


@pytest.mark.parametrize(
    ("kg", "seen", "level"),
    [
        (799.0, Seen.GONE, "warn"),
        (800.0, Seen.PRESENT, "warn"),
        (999.0, Seen.PRESENT, "warn"),
        (1000.0, Seen.PRESENT, "critical"),
    ],
)
def test_a_budget_is_told_from_its_warning_share_on(kg: float, seen: Seen, level: str) -> None:
    rows = [("Trunk", "route", "logistics", 0.0, 1.0, kg - 300), ("Ring", "route", "delivery", 0.0, 1.0, 300.0),
            ("Plant", "factory", "factory", 0.0, 1.0, 5_000.0)]  # fmt: skip
    (found,) = budget_signals(pl.DataFrame(rows, SPENT_SCHEMA, orient="row"), [BUDGET], NOW)
    assert (found.seen, found.severity, found.labels["period"]) == (seen, level, "2026-03")
    assert found.message == (
        f"fleet: {kg:,.0f} kg CO2e of the 1,000 kg budgeted are emitted ({kg / 1000:.0%}) in 2026-03, a month in UTC"
    )


@pytest.mark.parametrize(
    ("period", "name", "start"),
    [
        ("day", "2027-01-01", datetime(2027, 1, 1, tzinfo=UTC)),
        ("week", "2026-W53", datetime(2026, 12, 28, tzinfo=UTC)),
        ("month", "2027-01", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_periods_are_those_of_the_calendar_in_utc(period: str, name: str, start: datetime) -> None:
    elsewhere = datetime.fromisoformat("2027-01-02T02:00:00+05:00")
    assert period_at(period, elsewhere) == (name, start)


@pytest.mark.parametrize(
    ("kind", "labels", "reason"),
    [
        (RuleKind.HOTSPOT, {}, "the rule 'default' no longer sees it"),
        (RuleKind.MISSING_DATA, {}, "it has reported again, or has been silent for too long to be judged"),
        (RuleKind.DATA_QUALITY, {}, "none of its rows arrived in the days that are scored"),
        (RuleKind.BUDGET, {"period": "2026-02"}, "the period 2026-02 is over"),
        (RuleKind.BUDGET, {"period": "2026-03"}, "the rule 'default' no longer sees it"),
    ],
)
def test_what_nothing_tells_of_is_gone_for_a_reason_of_its_kind(
    kind: RuleKind, labels: dict[str, str], reason: str
) -> None:
    rule = replace(RULE, budget=Budget(1000, "month"))
    told = vanished(replace(alert(), kind=kind, labels=labels), rule, NOW + timedelta(days=1))
    assert (told.seen, told.reason) == (Seen.GONE, reason)


def test_a_fingerprint_does_not_depend_on_the_order_of_labels() -> None:
    assert fingerprint_of("r", {"a": "1", "b": "2"}) == fingerprint_of("r", {"b": "2", "a": "1", "severity": "warn"})
