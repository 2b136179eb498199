"""The energy functions of the EMEP/EEA guidebook give the guidebook's own results."""

from collections import Counter

import pytest

from carbon_nexus.factors.library import energy_functions
from carbon_nexus.factors.model import CHECK_SPEEDS_KMH, EnergyFunction


def mj_per_km(function: EnergyFunction, speed_kmh: float) -> float:
    v = min(max(speed_kmh, function.min_kmh), function.max_kmh)
    above = function.alpha * v * v + function.beta * v + function.gamma + function.delta / v
    return above / (function.epsilon * v * v + function.zita * v + function.hta) * (1 - function.reduction_pct / 100)


def test_every_function_gives_its_check_values_exactly() -> None:
    for function in energy_functions():
        found = tuple(round(mj_per_km(function, speed), 4) for speed in CHECK_SPEEDS_KMH)
        assert found == function.check_mj_per_km, function


def test_lorries_have_seven_slopes_and_three_loads() -> None:
    lorries = [each for each in energy_functions() if each.category == "truck" and each.euro == "VI D/E"]
    cells = Counter(each.segment for each in lorries)
    assert len(cells) == 14
    assert set(cells.values()) == {21}
    assert {each.load for each in lorries} == {0.0, 0.5, 1.0}
    assert {each.slope for each in lorries} == {-0.06, -0.04, -0.02, 0.0, 0.02, 0.04, 0.06}


@pytest.mark.parametrize(
    ("segment", "load", "speed_kmh", "litres_per_km"),
    [
        ("Rigid <=7.5 t", 0.5, 30, 0.121),
        ("Rigid 14 - 20 t", 0.5, 50, 0.207),
        ("Articulated 34 - 40 t", 0.5, 50, 0.320),
        ("Articulated 34 - 40 t", 0.0, 50, 0.234),
        ("Articulated 34 - 40 t", 1.0, 50, 0.401),
    ],
)
def test_litres_of_diesel_of_euro_vi_lorries_on_the_flat(
    segment: str, load: float, speed_kmh: float, litres_per_km: float
) -> None:
    (function,) = (
        each
        for each in energy_functions()
        if (each.segment, each.load, each.slope, each.euro) == (segment, load, 0.0, "VI D/E")
    )
    assert mj_per_km(function, speed_kmh) / 35.86 == pytest.approx(litres_per_km, abs=6e-4)


def test_what_has_no_load_or_slope_says_so() -> None:
    vans = [each for each in energy_functions() if each.category == "van"]
    assert len(vans) == 12
    assert all(each.load is None and each.slope is None for each in vans)
    assert {each.fuel for each in vans} == {"diesel", "petrol"}
