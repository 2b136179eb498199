"""The chance of an amount, by quantiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.forecasts.model import QUANTILES
from carbon_nexus.targets.chance import chance_above, told_chance

KG = st.floats(0, 1e15)


@pytest.mark.parametrize(
    ("amount", "chance", "told"),
    [
        (50, 0.5, "50 %"),
        (15, 0.85, "85 %"),
        (2.5, 0.975, "over 97.5 %"),
        (0, 0.975, "over 97.5 %"),
        (97.5, 0.025, "under 2.5 %"),
        (1e6, 0.025, "under 2.5 %"),
    ],
)
def test_between_two_quantiles_it_is_interpolated_and_beyond_them_it_is_theirs(
    amount: float, chance: float, told: str
) -> None:
    (found,) = chance_above([[100 * each] for each in QUANTILES], [amount])
    assert found == pytest.approx(chance)
    assert told_chance(found) == told


def test_an_amount_that_is_sure_to_be_reached_is_not_passed() -> None:
    assert chance_above([[7.0, 7.0]] * 9, [7.0, 6.9]) == pytest.approx([0.025, 0.975])


@given(st.lists(KG, min_size=9, max_size=9).map(sorted), KG, KG)
def test_a_larger_amount_is_never_more_likely(quantiles: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    chances = chance_above(np.array([quantiles, quantiles]).T, [low, high])
    assert 0.0249 < chances[1] <= chances[0] < 0.9751
