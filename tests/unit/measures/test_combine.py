import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.measures.combine import END_USE, Part, combined, end_use_of, supply_of
from carbon_nexus.measures.library import measure, measures


def part(saving_kg: float, end_use: str = "propulsion", base_kg: float = 100.0, entity: str = "A") -> Part:
    return Part(entity, end_use, base_kg, saving_kg)


@pytest.mark.parametrize(
    ("parts", "kg"),
    [
        ([], 0),
        ([part(30)], 30),
        ([part(30), part(20)], 100 * (1 - 0.7 * 0.8)),
        ([part(30), part(20), part(50)], 100 * (1 - 0.7 * 0.8 * 0.5)),
        ([part(60), part(60)], 84),  # their sum would be more than there is
        ([part(30), part(20, entity="B")], 50),
        ([part(30, "electricity"), part(20, "refrigerant")], 50),
        ([part(30, "lighting"), part(20, "refrigeration")], 50),  # different parts of the electricity
        ([part(30, "lighting"), part(20, "refrigeration"), part(10, "electricity")], 50 + 10 * 0.5),  # and the whole
        ([part(60, "lighting"), part(60, "refrigeration")], 100),
        ([part(30, base_kg=0), part(20, base_kg=0)], 30),
        ([part(120)], 100),
    ],
)
def test_remaining_shares_multiply_within_a_supply_and_kilograms_add_across(parts: list[Part], kg: float) -> None:
    assert combined(parts) == pytest.approx(kg)
    assert combined(parts[::-1]) == pytest.approx(kg)


KG = st.floats(0, 1e6)
PARTS = st.lists(
    st.builds(Part, st.sampled_from("AB"), st.sampled_from(sorted({*END_USE.values(), "fuel"})), KG, KG), max_size=8
)


@given(PARTS, st.randoms(use_true_random=False))
def test_never_more_than_the_sum_nor_less_than_the_largest_in_any_order(parts: list[Part], order: object) -> None:
    parts = [
        each if each.base_kg == 0 else Part(each.entity, each.end_use, each.base_kg, min(each.saving_kg, each.base_kg))
        for each in parts
    ]
    found = combined(parts)
    savings = [each.saving_kg for each in parts]
    assert max(savings, default=0) * (1 - 1e-9) <= found <= math.fsum(savings) * (1 + 1e-9)
    shuffled = list(parts)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert combined(shuffled) == pytest.approx(found)


@given(st.lists(st.floats(0, 1), max_size=6))
def test_never_more_than_there_is(shares: list[float]) -> None:
    uses = ["electricity", "lighting", "cooling"] * 2
    assert combined([part(100 * share, use) for share, use in zip(shares, uses, strict=False)]) <= 100 * (1 + 1e-9)


def test_every_packaged_measure_has_an_end_use() -> None:
    assert set(END_USE) == {each.id for each in measures()}
    assert (end_use_of(measure("M25")), supply_of("lighting")) == ("lighting", "electricity")
