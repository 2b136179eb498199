"""From a hotspot and its entity's events to ranked proposals with simulated savings. Pure."""

from datetime import timedelta

import polars as pl

from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.hotspots.model import Episode
from carbon_nexus.measures.library import LIBRARY, measure, usable_measures
from carbon_nexus.measures.model import Measure, Saving
from carbon_nexus.measures.simulate import savings
from carbon_nexus.recommendations.model import Proposal

WINDOW = timedelta(days=28)
MOST_PROPOSALS = 5

# Our reading of the library's words on a scale of ten; the words stand in the provenance.
FEASIBILITY = {"high": 8, "medium": 5, "low-medium": 4, "low": 2}
# And of its evidence grades: official statistics, a study or programme, single or unverified cases.
CONFIDENCE = {"A": 0.8, "B": 0.6, "C": 0.3}


def propose(
    hotspot: Episode,
    events: pl.DataFrame,
    limit: int = MOST_PROPOSALS,
    basis: Basis = DEFAULT_BASIS,
) -> list[Proposal]:
    """At most `limit` measures that would have saved CO2e on these events, the largest typical saving first.

    `events`: the event frame's rows of the hotspot's entity and event type in the WINDOW up to its last event. An
    empty list means that nothing fits; `why_nothing` says why.
    """
    found = savings(usable_measures(hotspot.subject.event_type), events, basis)
    worthwhile = [saving for saving in found if saving.typical_kg > 0]
    ranked = sorted(worthwhile, key=lambda saving: (-saving.typical_kg, saving.measure_id))
    return [_proposal(hotspot, measure(saving.measure_id), saving, events.height, basis) for saving in ranked[:limit]]


def why_nothing(hotspot: Episode, events: pl.DataFrame) -> str:
    """The reason when `propose` finds no measure."""
    entity, event_type = hotspot.subject.entity, hotspot.subject.event_type
    if events.is_empty():
        return f"no {event_type} events of {entity} are stored for the {WINDOW.days} days up to its last one"
    if not usable_measures(event_type):
        return f"the library {LIBRARY} holds no measure for {event_type} that can be simulated"
    return f"no measure for {event_type} both fits the events of {entity} ({events.height}) and saves CO2e"


def root_cause(hotspot: Episode) -> str:
    """One sentence with the hotspot's own numbers; it claims no cause beyond them."""
    subject, percent = hotspot.subject, hotspot.percent_above
    side = "above" if percent >= 0 else "below"
    which = (
        f"One {subject.event_type} event of {subject.entity}"
        if hotspot.event_count == 1
        else f"The worst of {hotspot.event_count} {subject.event_type} events of {subject.entity} that stand out"
    )
    return (
        f"{which} emitted {_kg(hotspot.actual_kg)} kg CO2e, {abs(percent):.1f} % {side} "
        f"the {_kg(hotspot.typical_kg)} kg typical for its activity."
    )


def _proposal(hotspot: Episode, of: Measure, saving: Saving, event_count: int, basis: Basis) -> Proposal:
    return Proposal(
        measure_id=of.id,
        title=of.title,
        description=f"{of.description} Check first: {of.condition}",
        co2_reduction_kg=saving.typical_kg,
        saving_low_kg=saving.low_kg,
        saving_high_kg=saving.high_kg,
        cost_impact=of.cost_impact,
        feasibility=FEASIBILITY[of.feasibility],
        confidence=CONFIDENCE[of.evidence_grade],
        root_cause=root_cause(hotspot),
        provenance=_provenance(hotspot, of, saving, event_count) | {"factor_set": basis.factor_set},
    )


def _provenance(hotspot: Episode, of: Measure, saving: Saving, event_count: int) -> dict[str, object]:
    return {
        "library": LIBRARY,
        "method": "the events estimated as they are and with the measure; the saving is the difference",
        "window_start": (hotspot.last_event_at - WINDOW).isoformat(),
        "window_end": hotspot.last_event_at.isoformat(),
        "event_count": event_count,
        "affected_event_count": saving.affected_events,
        "affected_co2e_kg": saving.affected_kg,
        "published_reduction_pct": [of.reduction_low_pct, of.reduction_typical_pct, of.reduction_high_pct],
        "reduction_basis": of.reduction_basis,
        "acts_on": of.acts_on,
        "condition": of.condition,
        "feasibility": of.feasibility,
        "evidence_grade": of.evidence_grade,
        "source": of.source,
        "year": of.year,
        "url": of.url,
    }


def _kg(amount_kg: float) -> str:
    return f"{amount_kg:,.1f}" if abs(amount_kg) >= 10 else f"{amount_kg:.3g}"
