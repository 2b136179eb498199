"""Boundaries, units and warming potentials are never mixed in one sum: the type refuses it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.factors.model import Boundary, MixedBoundaries, Rate, full_chain

AR5 = "AR5 GWP100"


def rate(
    value: float, boundary: Boundary, unit: str = "kgCO2e/kWh", gwp_set: str = AR5, factor_id: str = "a/x"
) -> Rate:
    return Rate(value, unit, boundary, gwp_set, factor_id)


GENERATION = rate(0.177, Boundary.DIRECT, factor_id="a/generation")
WTT = rate(0.0459, Boundary.UPSTREAM, factor_id="a/generation")
LOSSES = rate(0.0225, Boundary.UPSTREAM, factor_id="a/losses")


def test_parts_of_one_boundary_add_up() -> None:
    both = WTT + LOSSES
    assert both == rate(0.0684, Boundary.UPSTREAM, factor_id="a/generation + a/losses")


@pytest.mark.parametrize(
    "other",
    [
        WTT,
        rate(0.3, Boundary.FULL_CHAIN),
        rate(2.5, Boundary.DIRECT, unit="kgCO2e/litre"),
        rate(0.2, Boundary.DIRECT, unit="kgCO2/kWh"),
        rate(0.2, Boundary.DIRECT, gwp_set="AR6 GWP100"),
        rate(0.2, Boundary.DIRECT, gwp_set=""),
    ],
)
def test_what_does_not_cover_the_same_is_not_added(other: Rate) -> None:
    with pytest.raises(MixedBoundaries):
        GENERATION + other
    with pytest.raises(MixedBoundaries):
        other + GENERATION


def test_a_refused_sum_says_what_is_mixed() -> None:
    with pytest.raises(MixedBoundaries, match=r"a/generation is direct, a/losses is upstream: full_chain\(\) alone"):
        GENERATION + LOSSES
    with pytest.raises(MixedBoundaries, match="unit 'kgCO2e/kWh', a/x 'kgCO2e/litre'"):
        GENERATION + rate(1, Boundary.DIRECT, unit="kgCO2e/litre")


def test_the_full_chain_is_made_of_a_direct_and_upstream_parts() -> None:
    whole = full_chain(GENERATION, WTT, LOSSES)
    assert whole == rate(0.2454, Boundary.FULL_CHAIN, factor_id="a/generation + a/losses")


@pytest.mark.parametrize(
    "parts",
    [
        (WTT,),
        (WTT, LOSSES),
        (GENERATION, GENERATION),
        (GENERATION, rate(0.3, Boundary.FULL_CHAIN)),
        (rate(0.3, Boundary.FULL_CHAIN), WTT),
        (GENERATION, rate(0.1, Boundary.UPSTREAM, unit="kgCO2e/litre")),
        (GENERATION, rate(0.1, Boundary.UPSTREAM, gwp_set="AR6 GWP100")),
    ],
)
def test_nothing_else_makes_a_full_chain(parts: tuple[Rate, ...]) -> None:
    with pytest.raises(MixedBoundaries):
        full_chain(*parts)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_number_scales_a_rate_and_changes_nothing_else(value: float, number: float) -> None:
    made = rate(value, Boundary.UPSTREAM)
    assert made * number == number * made == rate(value * number, Boundary.UPSTREAM)


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=5))
def test_a_full_chain_is_the_sum_of_its_values(values: list[float]) -> None:
    whole = full_chain(GENERATION, *(rate(value, Boundary.UPSTREAM) for value in values))
    assert whole.value == pytest.approx(0.177 + sum(values))
