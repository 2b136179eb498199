"""Targets as they are told: of somebody who is there, each once."""

from datetime import date
from typing import Any

import pytest

from carbon_nexus.errors import InvalidInput
from carbon_nexus.targets.accepted import accepted, changes
from tests.unit.targets.made import target

SUBJECTS = [
    ("Plant", "factory", "factory"),
    ("Nord", "supplier", "logistics"),
    ("Nord", "supplier", "delivery"),
    ("Nord", "route", "logistics"),
]
NAMES = {"Plant", "Nord"}


def told(**more: Any) -> Any:
    return target(**{"entity_type": None, **more})


def test_the_type_of_an_entity_is_filled_in_where_it_has_one() -> None:
    (found,) = accepted([told()], SUBJECTS, NAMES)
    assert found.entity_type == "factory"
    whole = [told(entity=None), told(entity=None, event_type="delivery")]
    assert accepted(whole, [], set()) == whole


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"entity": "Plnt"}, "entity", "'Plnt' has no event on record. Did you mean Plant? Names are exact"),
        ({"entity": "Nord"}, "entity_type", "is missing: Nord is a route and a supplier"),
        ({"entity": "Nord", "entity_type": "factory"}, "entity_type", "'factory' is not what Nord is"),
        ({"entity": None, "entity_type": "route"}, "entity_type", "needs the entity it is of"),
        (
            {"event_type": "delivery"},
            "event_type",
            "is the type of no event of Plant. There are events of type factory",
        ),
        (
            {"entity": "Nord", "entity_type": "route", "event_type": "delivery"},
            "event_type",
            "There are events of type logistics.",
        ),
    ],
)
def test_a_target_of_nobody_is_refused_with_who_may_be_meant(more: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        accepted([told(), told(**more)], SUBJECTS, NAMES)
    (problem,) = refused.value.problems
    assert problem["loc"] == ["body", 1, field]
    assert said in problem["msg"]
    assert problem["msg"].startswith(f"Target 1: {field}")


def test_one_told_twice_is_refused_and_no_more_problems_are_told_than_can_be_read() -> None:
    with pytest.raises(InvalidInput, match="Target 1: month '2026-03' is told twice for the same: 0 has it as well"):
        accepted([told(), told(amount_kg=5), told(standing=True)], SUBJECTS, NAMES)
    with pytest.raises(InvalidInput) as refused:
        accepted([told(entity="x")] * 500, SUBJECTS, NAMES)
    assert len(refused.value.problems) == 100


def test_only_what_is_new_or_has_another_amount_is_a_change() -> None:
    stored = [target(id=1), target(id=2, standing=True), target(id=3, event_type="factory")]
    given = [target(id=0), target(id=0, standing=True, amount_kg=5), target(id=0, month=date(2026, 4, 1))]
    assert changes(given, stored) == [(stored[1], given[1]), (None, given[2])]
