import pytest

from carbon_nexus.measures.changes import RULES
from carbon_nexus.measures.library import measure, measures
from carbon_nexus.measures.model import Measure, UnknownMeasure
from carbon_nexus.recommendations.rank import CONFIDENCE, FEASIBILITY


def test_holds_every_published_measure_once() -> None:
    counts = [sum(each.event_type == kind for each in measures()) for kind in ("logistics", "delivery")]
    assert counts == [16, 8]
    assert len({each.id for each in measures()}) == len(measures()) == 42


def test_every_measure_has_a_rule_or_a_reason_for_none() -> None:
    assert {each.id for each in measures() if not each.left_out_because} == set(RULES)


def test_every_word_has_a_number() -> None:
    assert {each.feasibility for each in measures()} == set(FEASIBILITY)
    assert {each.evidence_grade for each in measures()} == set(CONFIDENCE)


@pytest.mark.parametrize("each", measures(), ids=lambda each: each.id)
def test_is_complete_and_its_range_rises(each: Measure) -> None:
    assert each.reduction_low_pct <= each.reduction_typical_pct <= each.reduction_high_pct
    assert all((each.title, each.description, each.acts_on, each.cost_impact, each.condition, each.source))


def test_facts_are_the_published_ones() -> None:
    hvo = measure("M11")
    assert (hvo.reduction_low_pct, hvo.reduction_typical_pct, hvo.reduction_high_pct) == (70, 81, 90)
    assert (hvo.feasibility, hvo.evidence_grade) == ("medium", "A")


def test_unknown_measure_is_refused() -> None:
    with pytest.raises(UnknownMeasure, match="M99"):
        measure("M99")
