from math import expm1, log1p
from typing import Any

import pytest

from carbon_nexus.predictions.predict import Refused
from carbon_nexus.simulations.change import read_scenario
from carbon_nexus.simulations.compare import compare
from carbon_nexus.simulations.simulate import simulate

TRIP = {"distance_km": 120, "load_kg": 450, "vehicle_type": "truck_diesel", "fuel_type": "diesel", "avg_speed": 50}
FACTORY = {"energy_kwh": 5200, "shift_hours": 8, "machine_runtime_hours": 8, "furnace_usage": 1.2, "cooling_load": 300}
GRID_KG_PER_KWH = 0.177 + 0.0459 + 0.01853 + 0.00397  # UK 2025: generation, WTT, losses, their WTT


def result(scenario_type: str, features: Any, changes: dict[str, Any]) -> dict[str, Any]:
    (found,) = simulate([read_scenario(scenario_type, features, changes)])
    assert not isinstance(found, Refused), found
    return found


def problem(scenario_type: str, features: Any, changes: dict[str, Any]) -> Refused:
    (found,) = simulate([read_scenario(scenario_type, features, changes)])
    assert isinstance(found, Refused)
    return found


def test_less_electricity_saves_exactly_its_grid_emissions() -> None:
    found = result("factory", FACTORY, {"energy_kwh": 4000})
    assert found["delta"] == pytest.approx(-1200 * GRID_KG_PER_KWH)
    assert found["percent_change"] == pytest.approx(100 * (4000 / 5200 - 1))
    # one method and one factor on both sides: the saving is as sure, relatively, as the estimates themselves, which
    # are as sure as the meter (2 %) and the year's grid (10 %), in quadrature of logarithms
    width = expm1((log1p(0.02) ** 2 + log1p(0.10) ** 2) ** 0.5)
    assert found["delta_low"] == pytest.approx(found["delta"] * (1 + width))
    assert found["delta_high"] == pytest.approx(found["delta"] * (1 - width))


def test_a_slower_run_burns_what_the_speed_curve_says() -> None:
    # EMEP/EEA, articulated 34-40 t half laden: 18.8311 MJ per km at 20 km/h, 9.9812 at 70
    half = {**TRIP, "vehicle_type": "artic_40t", "load_kg": 1000 * 1.06921 / 0.05988 / 2, "avg_speed": 70}
    found = result("logistics", half, {"avg_speed": 20})
    assert found["percent_change"] == pytest.approx(100 * (18.8311 / 9.9812 - 1), rel=1e-4)


def test_another_grid_is_another_factor() -> None:
    found = result("factory", FACTORY, {"grid_region": "FR"})
    assert found["modified_co2"] == pytest.approx(5200 * 0.04418)
    # by different factors both err on their own: half-widths in quadrature, each of the meter and its grid
    width = expm1((log1p(0.02) ** 2 + log1p(0.10) ** 2) ** 0.5)
    half_kg = width * ((5200 * GRID_KG_PER_KWH) ** 2 + (5200 * 0.04418) ** 2) ** 0.5
    assert found["delta_high"] - found["delta"] == pytest.approx(half_kg)


@pytest.mark.parametrize("change", ["-20%", " -20 %", "-20.0%"])
def test_a_relative_change_is_of_the_baselines_own_value(change: str) -> None:
    found = result("logistics", TRIP, {"distance_km": change})
    assert found["percent_change"] == pytest.approx(-20)
    assert found["changed_to"] == {"distance_km": 96.0}
    assert found["changes_applied"] == {"distance_km": change}


def test_a_relative_count_is_rounded_to_whole_ones() -> None:
    found = result(
        "delivery", {"route_length": 40, "vehicle_type": "van", "delivery_count": 9}, {"delivery_count": "+30%"}
    )
    assert found["changed_to"] == {"delivery_count": 12}


def test_no_change_is_no_delta() -> None:
    found = result("logistics", TRIP, {})
    assert (found["delta"], found["delta_low"], found["delta_high"], found["percent_change"]) == (0, 0, 0, 0)


def test_a_vehicle_that_names_its_fuel_brings_it_along() -> None:
    found = result("logistics", TRIP, {"vehicle_type": "ev"})
    assert found["changed_to"] == {"vehicle_type": "ev", "fuel_type": "electric"}
    assert found["notes"] == ["fuel_type follows the changed vehicle_type: electric"]
    assert (
        found["modified_co2"]
        == result("logistics", TRIP, {"vehicle_type": "ev", "fuel_type": "electric"})["modified_co2"]
    )


def test_another_fuel_keeps_the_class_of_a_vehicle_whose_name_holds_the_old_one() -> None:
    found = result("logistics", TRIP, {"fuel_type": "electric"})
    assert found["changed_to"] == {"fuel_type": "electric", "vehicle_type": "hgv_average"}
    assert found["modified_co2"] == result("logistics", TRIP, {"vehicle_type": "truck_ev"})["modified_co2"]


def test_a_drop_in_fuel_needs_no_settling() -> None:
    found = result("logistics", TRIP, {"fuel_type": "hvo"})
    assert (found["notes"], found["changed_to"]) == ([], {"fuel_type": "hvo"})


def test_the_second_name_of_a_field_changes_the_same_field() -> None:
    assert result("delivery", {"route_length": 40, "vehicle_type": "van"}, {"distance_km": 20})["changed_to"] == {
        "route_length": 20.0
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "green"}, ["'colour'", "distance_km", "avg_speed"]),
        ({"distance_km": "-100%"}, ["distance_km", "0.0", "greater than 0"]),
        ({"distance_km": "20%"}, ["distance_km", "sign"]),
        ({"stop_events": "-20%"}, ["stop_events", "baseline_features"]),
        ({"vehicle_type": "-20%"}, ["vehicle_type", "number"]),
        ({"vehicle_type": "spaceship"}, ["vehicle_type", "'spaceship'", "van_average"]),
        ({"vehicle_type": "motorbike"}, ["fuel_type", "'diesel'", "motorbike", "petrol"]),
        ({"vehicle_type": "ev", "fuel_type": "diesel"}, ["'ev'", "electric", "'diesel'"]),
        ({"load_kg": None}, ["load_kg", "None"]),
        ({"distance_km": "+9e99%"}, ["distance_km", "sign"]),
        ({"distance_km": "+" + 400 * "9" + "%"}, ["distance_km", "inf", "finite"]),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_field_and_rule(changes: dict[str, Any], words: list[str]) -> None:
    refused = problem("logistics", TRIP, changes)
    assert all(word in refused.message for word in words), refused.message
    assert refused.problems[0]["loc"][0] == "changes"


def test_a_baseline_that_cannot_be_names_its_fields() -> None:
    refused = problem("logistics", {"distance_km": -5}, {})
    assert [each["loc"] for each in refused.problems] == [
        ["baseline_features", field] for field in ("distance_km", "load_kg", "vehicle_type", "fuel_type")
    ]
    assert "distance_km is -5: Input should be greater than 0" in refused.message


def test_without_an_estimate_there_is_no_delta_but_a_reason() -> None:
    found = result("warehouse", {"temperature": 20}, {"energy_kwh": 500})
    assert found["modified_co2"] == pytest.approx(500 * GRID_KG_PER_KWH)
    assert (found["baseline_co2"], found["delta"], found["percent_change"]) == (None, None, None)
    assert found["reason"] == ("no baseline estimate: energy_kwh is missing, and no fuel or benchmark tells the energy")


def test_a_baseline_of_zero_has_a_delta_but_no_percent() -> None:
    found = result("delivery", {"route_length": 10, "vehicle_type": "cargo_bike"}, {"vehicle_type": "van"})
    assert found["delta"] == found["modified_co2"] > 0
    assert found["percent_change"] is None
    assert found["reason"] == "no percent_change: the baseline is zero"


def test_half_widths_of_different_methods_add_in_quadrature() -> None:
    before = {"co2_kg": 10.0, "high_kg": 13.0, "method": "a", "factor_id": "f"}
    after = {"co2_kg": 4.0, "high_kg": 8.0, "method": "b", "factor_id": "f"}
    found = compare(before, after)
    assert (found["delta_low"], found["delta"], found["delta_high"]) == (-11.0, -6.0, -1.0)


def test_answers_keep_their_places() -> None:
    kinds = ["logistics", "ship", "factory", "ship"]
    features = {"logistics": TRIP, "factory": FACTORY}
    found = simulate([read_scenario(kind, features.get(kind, {}), {}) for kind in kinds])
    assert [each.message if isinstance(each, Refused) else each["scenario_type"] for each in found] == [
        "logistics",
        "Unknown scenario type: ship",
        "factory",
        "Unknown scenario type: ship",
    ]


def test_a_measured_trip_says_that_its_movement_is_not_what_it_is_estimated_from() -> None:
    measured = result("logistics", TRIP | {"fuel_litres": 30}, {"distance_km": "-20%"})
    assert measured["delta"] == 0
    assert measured["notes"] == [
        "its fuel or electricity is measured, and distance_km does not change that: set fuel_litres or energy_kwh too"
    ]
    assert result("logistics", TRIP | {"fuel_litres": 30}, {"fuel_litres": "-20%"})["notes"] == []
    assert result("logistics", TRIP, {"distance_km": "-20%"})["notes"] == []
