"""What holds where no rule says otherwise. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from carbon_nexus.rules.model import Inhibition, Matcher, Operator, Policy, PolicyKind, Rule, RuleKind

DEFAULT = "default"
"""The name of the rule that governs what no other rule does; a stored rule of this name takes its place."""

Thresholds = tuple[float, float, float]
"""Smallest ratios of actual to typical of info, warn and critical: the settings THRESHOLD_*."""

QUIET = timedelta(hours=24)  # of reports without a sign end an episode: it halves the flapping


EVENTS_FIRST = Inhibition((Matcher("metric", Operator.IS, "intensity"),), ("entity", "entity_type", "event_type"))


@dataclass(frozen=True)
class Defaults:
    """The rule of what no other rule governs, and the thresholds of the kind `ratio`."""

    rule: Rule
    thresholds: Thresholds

    def policy(self, kind: PolicyKind | None) -> Policy:
        """The policy of this kind where nothing else is told; null: of the default rule's kind."""
        own = self.rule.policy
        assert own is not None, "the default rule is about hotspots"
        return own if kind in (None, own.kind) else default_policy(kind, self.thresholds, own.false_alarms_per_week)


def default_policy(kind: PolicyKind | None, thresholds: Thresholds, false_alarms_per_week: float) -> Policy:
    """`adaptive` has ratios of its own; of `ratio` they are the `thresholds`, and what is below info is no sign."""
    if kind is PolicyKind.RATIO:
        return Policy(kind, *thresholds, false_alarms_per_week, clear_ratio=thresholds[0], keep_firing_for=QUIET)
    ratios = (1.10, 1.25, 1.50)
    return Policy(PolicyKind.ADAPTIVE, *ratios, false_alarms_per_week, clear_ratio=1.05, keep_firing_for=QUIET)


def default_rule(kind: PolicyKind, thresholds: Thresholds, false_alarms_per_week: float) -> Rule:
    """The built-in rule: it watches everything, and tells nobody.

    A day's alert waits while the events that made the day are told of themselves.
    """
    policy = default_policy(kind, thresholds, false_alarms_per_week)
    return Rule(DEFAULT, RuleKind.HOTSPOT, policy, inhibited_by=EVENTS_FIRST)
