"""What our own RAG service answers, from proposals, from stored rows, or from the library alone. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from carbon_nexus.measures.model import Measure
from carbon_nexus.recommendations.model import Proposal
from carbon_nexus.recommendations.propose import MOST_PROPOSALS
from carbon_nexus.recommendations.rag_agree import LONGEST_TEXT, cleaned
from carbon_nexus.recommendations.rag_schemas import RagMeasure, RagRecommended
from carbon_nexus.recommendations.rank import CONFIDENCE, FEASIBILITY
from carbon_nexus.recommendations.schemas import SAVING_UNIT, Recommendation
from carbon_nexus.recommendations.standing import REFUSED

NOTHING_FOUND = "no measure was found for the hotspot; the audit trail says why"


@dataclass(frozen=True)
class Told:
    """What somebody asks about: an entity (None: not named), its kg CO2e and what is typical, and what else is told."""

    entity: str | None
    predicted_kg: float
    baseline_kg: float
    hotspot_reason: str | None = None
    event_type: str | None = None


def root_cause(told: Told) -> str:
    """A sentence with the numbers as they were told; it claims no cause beyond them."""
    who = cleaned(told.entity, LONGEST_TEXT) or "The entity"
    text = f"{who} emitted {_kg(told.predicted_kg)} kg CO2e against a baseline of {_kg(told.baseline_kg)} kg"
    if told.baseline_kg > 0:
        percent = (told.predicted_kg / told.baseline_kg - 1) * 100
        text += f", {abs(percent):,.1f} % {'above' if percent >= 0 else 'below'} it"
    reason = cleaned(told.hotspot_reason, LONGEST_TEXT)
    return f"{text}. Told as its reason: {reason}" if reason else f"{text}. Why is not told by these numbers."


def from_record(cause: str | None, told: Told, rows: Sequence[Mapping[str, Any]]) -> RagRecommended:
    """The recommendations of a hotspot; those rejected or not effective are on record, and no longer actions."""
    actions = [_of_row(row) for row in rows if row["status"] not in REFUSED]
    why_none = "all that was recommended was rejected or not effective" if rows else NOTHING_FOUND
    return RagRecommended(
        root_cause=cause or root_cause(told),
        actions=actions,
        saved=bool(rows),
        recommendations=[shown(row) for row in rows],
        reason=None if actions else why_none,
    )


def from_proposals(told: Told, proposals: Sequence[Proposal]) -> RagRecommended:
    """Measures simulated on the entity's events; of several event types the first of each come first."""
    ranked = sorted(proposals, key=lambda each: each.rank or 0)[:MOST_PROPOSALS]
    return _unsaved(told, [_of_proposal(each) for each in ranked], None)


def nothing_fits(told: Told, event_types: Sequence[str]) -> RagRecommended:
    """The entity has events, and no measure saves anything on them."""
    kinds = " or ".join(event_types)
    return _unsaved(told, [], f"no measure for {kinds} both fits the events of {told.entity} and saves CO2e")


def from_library(told: Told, measures: Sequence[Measure], why: str) -> RagRecommended:
    """The measures for the event type as published, without a saving: `why` there are no events to simulate one on."""
    if told.event_type is None:
        return _unsaved(told, [], f"{why}; with event_type the library's measures for it would be listed")
    fitting = [each for each in measures if each.event_type == told.event_type]
    ranked = sorted(fitting, key=lambda each: (-FEASIBILITY[each.feasibility], -CONFIDENCE[each.evidence_grade]))
    return _unsaved(told, [_of_measure(each, why) for each in ranked[:MOST_PROPOSALS]], why)


def shown(row: Mapping[str, Any]) -> Recommendation:
    """A stored recommendation as the API shows it."""
    return Recommendation.model_validate({**row, "co2_reduction_unit": SAVING_UNIT})


def _unsaved(told: Told, actions: list[RagMeasure], reason: str | None) -> RagRecommended:
    cause = root_cause(told)
    return RagRecommended(root_cause=cause, actions=actions, saved=False, recommendations=[], reason=reason)


def _of_row(row: Mapping[str, Any]) -> RagMeasure:
    missing = None if row["co2_reduction"] is not None else row["provenance"].get("reason") or "none was told"
    return RagMeasure.model_validate({**row, "co2_reduction_unit": SAVING_UNIT, "reason": missing})


def _of_proposal(proposal: Proposal) -> RagMeasure:
    return RagMeasure(
        title=proposal.title,
        description=proposal.description,
        co2_reduction=proposal.co2_reduction_kg,
        saving_low_kg=proposal.saving_low_kg,
        saving_high_kg=proposal.saving_high_kg,
        reason=proposal.provenance.get("reason"),
        cost_impact=proposal.cost_impact,
        feasibility=proposal.feasibility,
        confidence=proposal.confidence,
        measure_id=proposal.measure_id,
    )


def _of_measure(measure: Measure, why: str) -> RagMeasure:
    published = (
        f"Published: {measure.reduction_low_pct:g} to {measure.reduction_high_pct:g} % of {measure.reduction_basis}, "
        f"typically {measure.reduction_typical_pct:g} % ({measure.source}, {measure.year})."
    )
    return RagMeasure(
        title=measure.title,
        description=f"{measure.description} Check first: {measure.condition} {published}",
        co2_reduction=None,
        saving_low_kg=None,
        saving_high_kg=None,
        reason=why,
        cost_impact=measure.cost_impact,
        feasibility=FEASIBILITY[measure.feasibility],
        confidence=CONFIDENCE[measure.evidence_grade],
        measure_id=measure.id,
    )


def _kg(amount_kg: float) -> str:
    return f"{amount_kg:,.1f}" if amount_kg >= 10 else f"{amount_kg:.3g}"
