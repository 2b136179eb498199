"""From what people said of hotspots to a proposed change of a rule's thresholds, with its effect. Pure.

Nothing is applied: a person changes the rule, or does not. A threshold is proposed where it would have kept at least
half of what was no problem from opening, and lost none of what was useful.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from carbon_nexus.hotspots.model import Verdict

FEWEST_DISMISSED = 3
LEAST_AVOIDED = 0.5


@dataclass(frozen=True)
class Marked:
    """A hotspot that people gave a verdict on: which rule found it, its worst ratio, and its chance per week."""

    rule: str
    entity: str
    verdict: Verdict
    ratio: float
    chance_per_week: float | None


@dataclass(frozen=True)
class ThresholdProposal:
    """A change of one term of a rule (for one entity, or None: for all), and what it would have done.

    `term` is info (least ratio) or false_alarms_per_entity_week; `value` is what is proposed.
    """

    rule: str
    entity: str | None
    term: str
    value: float
    dismissed: int
    avoided: int
    useful: int
    lost: int

    @property
    def reason(self) -> str:
        """The proposal's effect in one sentence."""
        whom = f"of {self.entity} " if self.entity else ""
        return (
            f"{self.avoided} of the {self.dismissed} hotspots {whom}marked as no problem would not have opened, "
            f"and {self.lost} of the {self.useful} marked as useful would have been lost."
        )


def propose_thresholds(marked: Sequence[Marked]) -> list[ThresholdProposal]:
    """Changes worth looking at, for single entities and for whole rules, the one that avoids most first."""
    by_rule: dict[tuple[str, str | None], list[Marked]] = {}
    for each in marked:
        for entity in (None, each.entity):
            by_rule.setdefault((each.rule, entity), []).append(each)
    found = [
        proposal
        for (rule, entity), own in by_rule.items()
        for proposal in (_info(rule, entity, own), _false_alarms(rule, entity, own))
        if proposal is not None
    ]
    return sorted(found, key=lambda each: (-each.avoided, each.rule, each.entity or "", each.term))


def _info(rule: str, entity: str | None, own: Sequence[Marked]) -> ThresholdProposal | None:
    """The least ratio that loses no useful one: just above the dismissed ones that lie below all useful ones."""
    useful = [each.ratio for each in own if each.verdict is Verdict.USEFUL]
    below = [each.ratio for each in own if each.verdict is not Verdict.USEFUL and each.ratio < min(useful, default=1e9)]
    if not below:
        return None
    value = _rounded_up(max(below))
    if value > min(useful, default=1e9):
        return None
    return _proposal(rule, entity, "info", value, own, lambda each: each.ratio < value)


def _false_alarms(rule: str, entity: str | None, own: Sequence[Marked]) -> ThresholdProposal | None:
    """The largest budget that keeps every useful one and is below the chance of dismissed ones."""
    chances = [each.chance_per_week for each in own if each.verdict is Verdict.USEFUL]
    if not chances or any(chance is None for chance in chances):
        return None
    value = max(0.001, max(chance for chance in chances if chance is not None))
    return _proposal(
        rule, entity, "false_alarms_per_entity_week", value, own, lambda each: (each.chance_per_week or 0.0) > value
    )


def _proposal(
    rule: str, entity: str | None, term: str, value: float, own: Sequence[Marked], gone: Callable[[Marked], bool]
) -> ThresholdProposal | None:
    dismissed = [each for each in own if each.verdict is not Verdict.USEFUL]
    useful = [each for each in own if each.verdict is Verdict.USEFUL]
    avoided, lost = sum(map(gone, dismissed)), sum(map(gone, useful))
    if len(dismissed) < FEWEST_DISMISSED or avoided < LEAST_AVOIDED * len(dismissed) or lost:
        return None
    return ThresholdProposal(rule, entity, term, value, len(dismissed), avoided, len(useful), lost)


def _rounded_up(ratio: float) -> float:
    """The next hundredth above."""
    return (int(ratio * 100) + 1) / 100
