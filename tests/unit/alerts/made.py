"""Signals, alerts and rules for these tests, ordinary but for what a test names."""

from datetime import UTC, datetime, timedelta
from typing import Any

from carbon_nexus.alerts.lifecycle import step
from carbon_nexus.alerts.model import Alert, Seen, Signal, fingerprint_of
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.rules.model import Rule, RuleKind

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)
RULE = Rule("default", RuleKind.HOTSPOT)
SLOW = Rule("default", RuleKind.HOTSPOT, pending_for=HOUR, keep_firing_for=2 * HOUR)


def signal(
    seen: Seen = Seen.PRESENT, severity: Severity = Severity.WARN, *, rule: str = "default", **more: Any
) -> Signal:
    """What is seen of the route Trunk; `more`: other labels as `labels`, other fields."""
    labels = {"entity": "Trunk", "entity_type": "route", "severity": severity.value} | more.pop("labels", {})
    given: dict[str, Any] = {"message": f"told {severity}", "reason": "as seen", "hotspot_id": 7, **more}
    return Signal(fingerprint_of(rule, labels), rule, RuleKind.HOTSPOT, labels, seen, severity, **given)


def alert(rule: Rule = RULE, now: datetime = NOW, severity: Severity = Severity.WARN, **more: Any) -> Alert:
    """An alert that was opened by such a signal at that moment."""
    (opened,) = step(None, signal(severity=severity, rule=rule.name, **more), rule, now)
    return opened.alert
