"""What is seen now, as signals: of hotspots, of sources that fell silent, of their quality, of budgets. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from carbon_nexus.alerts.model import Alert, Seen, Signal, fingerprint_of
from carbon_nexus.hotspots.model import HotspotChange, Severity, Status
from carbon_nexus.quality.gaps import sentence
from carbon_nexus.rules.match import LABELS, expression, matches
from carbon_nexus.rules.model import Rule, RuleKind

LONG_SILENCE = 3  # times the longest usual one, from which a silence is critical
MOMENT = pl.Datetime("us", "UTC")
SUBJECT = ("entity", "entity_type", "event_type")
HOTSPOT_LABELS = (*SUBJECT, "metric", "kind")
HOTSPOT_SCHEMA: dict[str, Any] = {
    "id": pl.Int64,
    **dict.fromkeys((*HOTSPOT_LABELS, "rule", "severity", "status"), pl.String),
    **dict.fromkeys(("predicted_co2", "baseline_co2", "percent_above"), pl.Float64),
    **dict.fromkeys(("first_event_at", "last_event_at", "reported_at", "resolved_at"), MOMENT),
    "resolved_reason": pl.String,
}
"""Columns of hotspots as they are looked at here."""

PERIODS = ("day", "week", "month")
SPENT_SCHEMA: dict[str, Any] = {**dict.fromkeys(SUBJECT, pl.String), **dict.fromkeys(PERIODS, pl.Float64)}
"""What each subject has emitted since the beginning of the present UTC day, ISO week and month, kg CO2e."""


class Period(NamedTuple):
    """A calendar period in UTC: its name, such as 2026-11, and its beginning."""

    name: str
    start: datetime


def hotspot_signals(found: pl.DataFrame, silent: Mapping[tuple[str, ...], str]) -> Iterator[Signal]:
    """A signal of each hotspot (HOTSPOT_SCHEMA); `silent` tells of subjects whose data are missing, and why."""
    for row in found.iter_rows(named=True):
        seen, reason, since = _hotspot_seen(row)
        message = excess_sentence(row["entity"], row["predicted_co2"], row["baseline_co2"], row["percent_above"])
        missing = silent.get(tuple(row[name] for name in SUBJECT))
        yield _hotspot_signal(row, Severity(row["severity"]), message, seen, reason, since, missing)


def change_signals(changes: Iterable[HotspotChange], found: pl.DataFrame) -> Iterator[Signal]:
    """A signal of each hotspot that opened or rose in a scan, in their order, whether it is over meanwhile or not."""
    rows = {row["id"]: row for row in found.iter_rows(named=True)}
    for change in changes:
        row = rows[change.hotspot_id]
        message = excess_sentence(row["entity"], change.actual_kg, change.typical_kg, change.percent_above)
        yield _hotspot_signal(row, change.severity, message, Seen.PRESENT, change.reason, row["first_event_at"])


def gap_signals(gaps: pl.DataFrame, rules: Iterable[Rule]) -> Iterator[Signal]:
    """A signal of each open gap (quality's findings) for each rule that matches it."""
    rules = list(rules)
    for gap in gaps.iter_rows(named=True):
        labels = {name: gap[name] for name in (*SUBJECT, "source") if gap[name] is not None}
        long = gap["silent_hours"] > LONG_SILENCE * gap["longest_usual_hours"]
        severity = Severity.CRITICAL if long else Severity.WARN
        for rule in (each for each in rules if matches(each.matchers, labels)):
            told = sentence(gap)
            yield signal_of(rule, labels, Seen.PRESENT, severity, told, told, gap["since"])


def silent_subjects(gaps: pl.DataFrame) -> dict[tuple[str, ...], str]:
    """Why nothing can be said of a subject: its open gap."""
    return {tuple(gap[name] for name in SUBJECT): sentence(gap) for gap in gaps.iter_rows(named=True)}


def quality_signals(sources: Iterable[Mapping[str, Any]], rules: Iterable[Rule]) -> Iterator[Signal]:
    """A signal of each source whose score is below what a matching rule asks, and of one that no longer is."""
    rules = list(rules)
    for source in sources:
        labels = {"source": source["source"] or ""}
        for rule in (each for each in rules if matches(each.matchers, labels)):
            yield _quality_signal(rule, labels, source)


def budget_signals(spent: pl.DataFrame, rules: Iterable[Rule], now: datetime) -> Iterator[Signal]:
    """A signal of each budget: there from its warning share on; `spent` is SPENT_SCHEMA, one row a subject."""
    untold = {name: pl.lit("") for name in LABELS if name not in SUBJECT}
    for rule in rules:
        if rule.budget is not None:
            own = spent.with_columns(**untold).filter(expression(rule.matchers))
            yield _budget_signal(rule, float(own[rule.budget.period].sum()), now)


def vanished(alert: Alert, rule: Rule, now: datetime) -> Signal:
    """What is seen of an open alert that nothing else tells of."""
    return Signal(
        fingerprint=alert.fingerprint,
        rule=alert.rule,
        kind=alert.kind,
        labels=alert.labels,
        seen=Seen.GONE,
        severity=alert.level,
        message=alert.message,
        reason=_why_vanished(alert, rule, now),
    )


def excess_sentence(entity: str, actual_kg: float, typical_kg: float, percent: float) -> str:
    """One sentence with the numbers; at or below typical (possible at info and warn) it does not claim an excess."""
    numbers = f"{actual_kg:.4g} kg CO2e against {typical_kg:.4g} kg typical"
    if round(percent, 1) <= 0:  # "exceeded by 0.0%" would contradict itself
        return f"{entity} is at {100 + percent:.1f}% of its typical emissions: {numbers}"
    return f"{entity} exceeded emissions by {percent:.1f}%: {numbers}"


def period_at(period: str, now: datetime) -> Period:
    """The calendar day, ISO week or month (UTC) of this moment."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "day":
        return Period(f"{day:%Y-%m-%d}", day)
    if period == "week":
        return Period(f"{day:%G-W%V}", day - timedelta(days=day.weekday()))
    return Period(f"{day:%Y-%m}", day.replace(day=1))


def _hotspot_seen(row: Mapping[str, Any]) -> tuple[Seen, str, datetime | None]:
    if row["status"] != Status.ACTIVE:
        return Seen.GONE, row["resolved_reason"] or f"its hotspot is {row['status']}", row["resolved_at"]
    last, reported = row["last_event_at"], row["reported_at"]
    if reported is not None and reported > last:
        return (
            Seen.RECOVERING,
            f"it has reported since without standing out, last so at {last:%Y-%m-%d %H:%M} UTC",
            last,
        )
    numbers = f"{row['predicted_co2']:.4g} kg CO2e where {row['baseline_co2']:.4g} kg is typical"
    return Seen.PRESENT, numbers, row["first_event_at"]


def _hotspot_signal(
    row: Mapping[str, Any],
    severity: Severity,
    message: str,
    seen: Seen,
    reason: str,
    since: datetime | None,
    missing: str | None = None,
) -> Signal:
    labels = {**_labels(row, HOTSPOT_LABELS), "severity": severity.value}
    return Signal(
        fingerprint=fingerprint_of(row["rule"], labels),
        rule=row["rule"],
        kind=RuleKind.HOTSPOT,
        labels=labels,
        seen=seen,
        severity=severity,
        message=message,
        reason=reason,
        since=since,
        data_missing=missing,
        hotspot_id=row["id"],
    )


def signal_of(
    rule: Rule,
    labels: Mapping[str, str],
    seen: Seen,
    severity: Severity,
    message: str,
    reason: str,
    since: datetime | None = None,
    data_missing: str | None = None,
) -> Signal:
    """A signal of something that the rule itself finds, by its labels without the severity."""
    told = {**labels, "severity": severity.value}
    seen_as = (seen, severity, message, reason, since, data_missing)
    return Signal(fingerprint_of(rule.name, told), rule.name, rule.kind, told, *seen_as)


def _quality_signal(rule: Rule, labels: Mapping[str, str], source: Mapping[str, Any]) -> Signal:
    score, asked = source["score"], rule.min_score
    name = labels["source"] or "rows without a source"
    if asked is None or score is None:
        return signal_of(rule, labels, Seen.GONE, Severity.WARN, name, f"there is no score of {name} to compare")
    if score >= asked:
        over = f"the score of {name} is {score:g} of 100, at least {asked:g}"
        return signal_of(rule, labels, Seen.GONE, Severity.WARN, over, over)
    told = f"Data quality of {name} is {score:g} of 100, below {asked:g}"
    why = f": {source['reasons'][0]}" if source["reasons"] else ""
    return signal_of(rule, labels, Seen.PRESENT, Severity.WARN, told + why, told)


def _budget_signal(rule: Rule, spent_kg: float, now: datetime) -> Signal:
    assert rule.budget is not None
    budget, period = rule.budget, period_at(rule.budget.period, now)
    share = spent_kg / budget.amount_kg
    told = (
        f"{spent_kg:,.0f} kg CO2e of the {budget.amount_kg:,.0f} kg budgeted are emitted ({share:.0%})"
        f" in {period.name}, a {budget.period} in UTC"
    )
    seen = Seen.PRESENT if share >= budget.warn_share else Seen.GONE
    severity = Severity.CRITICAL if share >= 1 else Severity.WARN
    return signal_of(rule, {"period": period.name}, seen, severity, f"{rule.name}: {told}", told)


def _why_vanished(alert: Alert, rule: Rule, now: datetime) -> str:
    match alert.kind:
        case RuleKind.MISSING_DATA:
            return "it has reported again, or has been silent for too long to be judged"
        case RuleKind.DATA_QUALITY:
            return "none of its rows arrived in the days that are scored"
        case RuleKind.BUDGET if rule.budget and alert.labels.get("period") != period_at(rule.budget.period, now).name:
            return f"the period {alert.labels.get('period')} is over"
        case RuleKind.FORECAST if alert.labels.get("period", "9") < period_at("month", now).name:
            return f"the month {alert.labels['period']} is over"
        case RuleKind.FORECAST if "period" in alert.labels:
            return "no such target holds any more, or the rule looks at others"
        case _:
            return f"the rule '{alert.rule}' no longer sees it"


def _labels(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: row[name] for name in names}
