"""From hotspots and their entities' events to ranked proposals with simulated savings, many hotspots at once. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.hotspots.model import Episode, Severity
from carbon_nexus.measures.combine import end_use_of
from carbon_nexus.measures.library import LIBRARY
from carbon_nexus.measures.model import Measure, Saving
from carbon_nexus.measures.simulate import savings
from carbon_nexus.recommendations.model import Diagnosis, Proposal
from carbon_nexus.recommendations.rank import CONFIDENCE, FEASIBILITY, Ranked, acts_on, rank
from carbon_nexus.recommendations.standing import Case, LeftOut, Past, again

WINDOW = timedelta(days=28)
MOST_PROPOSALS = 5
ASKED = "a person asked for it"
INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What proposals are made for: an entity's events of the WINDOW up to `end`, and what is known of its case.

    `id` tells its events apart: a hotspot's, or 0 where nothing stands out. `past` has, by measure, what became of it
    at this entity before.
    """

    id: int
    entity: str
    entity_type: str
    event_type: str
    end: datetime
    diagnosis: Diagnosis
    severity: Severity = Severity.INFO
    past: Mapping[str, Past] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposed:
    """The proposals for an occasion, the first first, and the measures that were left out with the reason."""

    proposals: Sequence[Proposal]
    left_out: Sequence[LeftOut]
    event_count: int


def occasion_of(hotspot: Episode, diagnosis: Diagnosis, past: Mapping[str, Past]) -> Occasion:
    """A hotspot as an occasion."""
    subject = hotspot.subject
    return Occasion(hotspot.id, *subject[:3], hotspot.last_moment, diagnosis, hotspot.severity, past)


def propose(
    occasions: Sequence[Occasion],
    events: pl.DataFrame,
    measures: Sequence[Measure],
    basis: Basis = DEFAULT_BASIS,
    limit: int = MOST_PROPOSALS,
) -> dict[int, Proposed]:
    """At most `limit` measures for each occasion that would have saved CO2e on its events, by occasion id.

    `events`: event frame rows with `hotspot_id` (the occasion's id) and event_time, of each occasion's entity and event
    type in its WINDOW; what is older is not used.
    """
    recent = _recent(occasions, events, basis)
    usable = [each for each in measures if not each.left_out_because]
    found: dict[int, list[Saving]] = {}
    for saving in savings(usable, recent, basis):
        found.setdefault(saving.case, []).append(saving)
    facts = _facts(recent, basis)
    by_id = {each.id: each for each in measures}
    given: dict[tuple[str, str, str], dict[str, int]] = {}
    nothing = _facts_of(0, 0.0, basis)
    return {
        each.id: _proposed(
            each,
            found.get(each.id, []),
            by_id,
            facts.get(each.id, nothing),
            given.setdefault((each.entity, each.entity_type, each.event_type), {}),
            limit,
        )
        for each in occasions
    }


def as_asked(occasion: Occasion, events: pl.DataFrame, measure: Measure, basis: Basis = DEFAULT_BASIS) -> Proposal:
    """One measure for an occasion because a person asks for it; its saving is null where it cannot be simulated."""
    recent = _recent([occasion], events, basis)
    found = [] if measure.left_out_because else savings([measure], recent, basis)
    nothing = Saving(measure.id, 0.0, 0.0, 0.0, 0, 0.0, occasion.id)
    reason = measure.left_out_because or f"it acts on none of the {recent.height} events of the last {WINDOW.days} days"
    ranked = Ranked(
        measure, found[0] if found else nothing, None, acts_on(measure, occasion.diagnosis.cause), 0.0, ASKED
    )
    facts = _facts(recent, basis).get(occasion.id, _facts_of(0, 0.0, basis))
    proposal = _proposal(occasion, ranked, facts, None)
    if found:
        return proposal
    told = {**proposal.provenance, "reason": reason}
    return replace(proposal, co2_reduction_kg=None, saving_low_kg=None, saving_high_kg=None, provenance=told)


def why_nothing(occasion: Occasion, proposed: Proposed, measures: Sequence[Measure]) -> str:
    """The reason where nothing is proposed."""
    entity, event_type = occasion.entity, occasion.event_type
    if not proposed.event_count:
        return f"no {event_type} events of {entity} are stored for the {WINDOW.days} days up to its last one"
    if not any(each.event_type == event_type and not each.left_out_because for each in measures):
        return f"the library {LIBRARY} holds no measure for {event_type} that can be simulated"
    if proposed.left_out:
        return "; ".join(each.reason for each in proposed.left_out)
    return f"no measure for {event_type} both fits the events of {entity} ({proposed.event_count}) and saves CO2e"


def _recent(occasions: Sequence[Occasion], events: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """The events of each occasion's WINDOW, with `case`, its id, and what they emit by the estimator."""
    ends = pl.DataFrame([(each.id, each.end) for each in occasions], {"case": pl.Int64, "end": INSTANT}, orient="row")
    known = events.rename({"hotspot_id": "case"}).join(ends, on="case")
    recent = known.filter(pl.col("event_time").is_between(pl.col("end") - WINDOW, "end", closed="right"))
    return recent.with_columns(co2e_kg=estimate(recent, basis)["co2e_kg"])


def _facts(recent: pl.DataFrame, basis: Basis) -> dict[int, dict[str, Any]]:
    totals = recent.group_by("case").agg(pl.len(), pl.col("co2e_kg").sum())
    return {case: _facts_of(count, kg, basis) for case, count, kg in totals.iter_rows()}


def _facts_of(event_count: int, window_kg: float, basis: Basis) -> dict[str, Any]:
    return {"event_count": event_count, "window_co2e_kg": window_kg, "factor_set": basis.factor_set}


def _proposed(
    occasion: Occasion,
    found: Sequence[Saving],
    measures: Mapping[str, Measure],
    facts: Mapping[str, Any],
    given: dict[str, int],
    limit: int,
) -> Proposed:
    """`given`: the measures that other occasions of the same entity got just now, and the id of each; added to.

    What is under way keeps its place, so that a second episode gets what is new for it and not the sixth best.
    """
    candidates, verdicts = [], {}
    for saving in found:
        case = Case(occasion.diagnosis.cause, occasion.severity, saving.typical_kg)
        verdict = again(occasion.past.get(saving.measure_id), case)
        if saving.measure_id in given:
            told = f"{saving.measure_id} is proposed for hotspot {given[saving.measure_id]} now"
            verdict = LeftOut(saving.measure_id, told, True)
        verdicts[saving.measure_id] = verdict
        if not isinstance(verdict, LeftOut) or verdict.under_way:
            candidates.append((measures[saving.measure_id], saving))
    ranked = rank(candidates, occasion.diagnosis.cause, limit)
    proposals = []
    for each in ranked:
        verdict = verdicts[each.measure.id]
        if not isinstance(verdict, LeftOut):
            proposals.append(_proposal(occasion, each, facts, verdict))
            given[each.measure.id] = occasion.id
    left_out = [each for each in verdicts.values() if isinstance(each, LeftOut)]
    return Proposed(proposals, left_out, facts["event_count"])


def _proposal(occasion: Occasion, ranked: Ranked, facts: Mapping[str, Any], returns_because: str | None) -> Proposal:
    of, saving = ranked.measure, ranked.saving
    return Proposal(
        measure_id=of.id,
        title=of.title,
        description=f"{of.description} Check first: {of.condition}",
        co2_reduction_kg=saving.typical_kg,
        saving_low_kg=saving.low_kg,
        saving_high_kg=saving.high_kg,
        cost_impact=of.cost_impact,
        payback_months=of.payback_months,
        feasibility=FEASIBILITY[of.feasibility],
        confidence=CONFIDENCE[of.evidence_grade],
        cause=occasion.diagnosis.cause,
        root_cause=occasion.diagnosis.root_cause,
        rank=ranked.rank,
        returns_because=returns_because,
        provenance=_provenance(occasion, ranked) | dict(facts),
    )


def _provenance(occasion: Occasion, ranked: Ranked) -> dict[str, object]:
    of, saving = ranked.measure, ranked.saving
    return {
        "library": LIBRARY if of.version is None else f"own, version {of.version}",
        "method": "the events estimated as they are and with the measure; the saving is the difference",
        "window_start": (occasion.end - WINDOW).isoformat(),
        "window_end": occasion.end.isoformat(),
        "affected_event_count": saving.affected_events,
        "affected_co2e_kg": saving.affected_kg,
        "end_use": end_use_of(of),
        "published_reduction_pct": [of.reduction_low_pct, of.reduction_typical_pct, of.reduction_high_pct],
        "reduction_basis": of.reduction_basis,
        "acts_on": of.acts_on,
        "condition": of.condition,
        "feasibility": of.feasibility,
        "evidence_grade": of.evidence_grade,
        "addresses_cause": ranked.addresses_cause,
        "ranking": ranked.why,
        "source": of.source,
        "year": of.year,
        "url": of.url,
    }
