"""Verdicts speak for a threshold only where it costs nothing that was useful."""

import pytest

from carbon_nexus.hotspots.feedback import Marked, propose_thresholds
from carbon_nexus.hotspots.model import Verdict


def marked(verdict: Verdict, *ratios: float, entity: str = "R-1", chance: float | None = None) -> list[Marked]:
    return [Marked("default", entity, verdict, ratio, chance) for ratio in ratios]


def dismissed(*ratios: float, chance: float | None = None) -> list[Marked]:
    return marked(Verdict.NOT_A_PROBLEM, *ratios, chance=chance)


def useful(*ratios: float, chance: float | None = None) -> list[Marked]:
    return marked(Verdict.USEFUL, *ratios, chance=chance)


def test_a_higher_ratio_is_proposed_with_its_effect() -> None:
    found = [
        each for each in propose_thresholds([*dismissed(1.12, 1.15, 1.2), *useful(1.5, 1.9)]) if each.entity is None
    ]
    assert [(each.term, each.value, each.avoided, each.lost) for each in found] == [("info", 1.21, 3, 0)]
    assert found[0].reason == (
        "3 of the 3 hotspots marked as no problem would not have opened, "
        "and 0 of the 2 marked as useful would have been lost."
    )


def test_a_smaller_budget_is_proposed_where_the_useful_ones_are_rarer() -> None:
    found = propose_thresholds([*dismissed(1.5, 1.6, 1.7, chance=0.08), *useful(1.4, chance=0.01)])
    assert {(each.term, each.value) for each in found} == {("false_alarms_per_entity_week", 0.01)}


@pytest.mark.parametrize(
    "verdicts",
    [
        dismissed(1.2, 1.2),
        [*dismissed(1.6, 1.7, 1.8), *useful(1.2)],
        useful(1.2, 1.3, 1.4, 1.5),
        [],
    ],
)
def test_nothing_is_proposed_without_reason(verdicts: list[Marked]) -> None:
    assert propose_thresholds(verdicts) == []


def test_one_entity_may_need_its_own_threshold() -> None:
    noisy = marked(Verdict.NOT_A_PROBLEM, 1.3, 1.31, 1.32, entity="R-2")
    found = propose_thresholds([*noisy, *useful(1.2)])
    assert {(each.entity, each.value) for each in found} == {("R-2", 1.33)}
