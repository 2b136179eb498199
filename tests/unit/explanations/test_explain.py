"""An explanation is checkable by hand: every line, worked out with a calculator, gives its value."""

import ast
import operator
import re
from collections.abc import Iterator
from math import isclose
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.activities.vehicles import FUELS, FUELS_OF, VEHICLE_CLASSES
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.emissions.model import Basis
from carbon_nexus.emissions.sitetable import BUILDING_USES
from carbon_nexus.explanations.explain import Explanation, explain
from carbon_nexus.explanations.worksheet import worked_out
from carbon_nexus.factors.fuels import SITE_FUELS
from carbon_nexus.factors.library import factor_set
from tests.unit.explanations.explained import CASES, LEG, ROUND, SHOP

MASSES = (
    "co2_kg", "ch4_kg", "n2o_kg", "biogenic_co2_kg", "electricity_kwh", "scope2_kg", "scope2_market_kg",
    "ttw_kg", "wtt_kg", "co2e_kg", "low_kg", "high_kg",
)  # fmt: skip

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def by_hand(expression: str) -> float:
    """Numbers, + - * / **, brackets and a sign: nothing else is arithmetic."""

    def value(node: ast.AST) -> float:
        match node:
            case ast.Expression(body=body):
                return value(body)
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return float(OPERATORS[type(op)](value(left), value(right)))
        raise AssertionError(f"no arithmetic: {expression}")

    return value(ast.parse(expression, mode="eval"))


def of(event: dict[str, Any], basis: Basis = Basis()) -> Explanation:  # noqa: B008 (frozen)
    return explain(frame(event), basis)


def frame(event: dict[str, Any]) -> pl.DataFrame:
    row = dict.fromkeys(INPUTS) | {"supplier_id": "S", "route_id": "R"} | event
    return pl.DataFrame([row], schema_overrides=INPUTS)


def lines(event: dict[str, Any]) -> dict[str, tuple[str, float]]:
    return {line.step: (line.text, line.value) for line in of(event).lines}


def check(explanation: Explanation) -> None:
    said, found = explanation.estimate, {line.step: line.value for line in explanation.lines}
    for line in explanation.lines:
        assert isclose(by_hand(line.expression), line.value, rel_tol=1e-9, abs_tol=1e-12), line
        assert line.text.endswith(f"= {line.value:.6g} {line.unit}".rstrip()), line
    for name in MASSES:
        if name in found:
            assert isclose(said[name], found[name], rel_tol=1e-9, abs_tol=1e-12), name
        else:
            assert not said[name], name
    last = [name for name in ("ttw_kg", "wtt_kg", "co2e_kg", "low_kg", "high_kg") if said[name] is not None]
    assert [line.step for line in explanation.lines][-len(last) :] == last
    ids = {factor.id for factor in explanation.factors}
    assert ids >= set((said["factor_ids"] or "").split())
    assert ids >= {each for line in explanation.lines for each in line.factor_ids}


@pytest.mark.parametrize("case", CASES)
def test_every_line_is_worked_out_by_hand_and_the_last_are_the_estimate(case: str) -> None:
    explanation = of(CASES[case])
    assert explanation.estimate["co2e_kg"] is not None
    check(explanation)


@pytest.mark.parametrize("case", CASES)
def test_later_lines_put_in_the_values_of_earlier_ones(case: str) -> None:
    written: dict[str, float] = {}
    for line in of(CASES[case]).lines:
        for step, value in written.items():
            if re.search(rf"(?<!ln\(1 \+ )(?<!\w){step} [-\d]", line.text.partition(": ")[2]):
                assert repr(value).removesuffix(".0") in line.expression, line
        written[line.step] = line.value


def cases_of_each_fuel() -> Iterator[dict[str, Any]]:
    for fuel, by_unit in SITE_FUELS.items():
        for unit, name in ((0, "kwh"), (2, "m3"), (3, "litre"), (4, "kg")):
            if unit in by_unit:
                yield {**SHOP, "furnace_fuel": fuel, "furnace_unit": name, "furnace_usage": 70.0}


@pytest.mark.parametrize(
    "event", list(cases_of_each_fuel()), ids=lambda event: f"{event['furnace_fuel']} {event['furnace_unit']}"
)
def test_a_furnace_on_every_fuel_in_every_unit(event: dict[str, Any]) -> None:
    check(of(event))


@pytest.mark.parametrize("set_name", ["desnz-2025.2", "desnz-2026.1"])
def test_every_vehicle_on_every_fuel_with_all_that_a_trip_can_tell(set_name: str) -> None:
    told = {"load_kg": 700.0, "speed": 31.0, "stop_events": 900, "idle_hours": 1.0}
    for vehicle, fuels in FUELS_OF.items():
        for fuel in (None, *fuels):
            trip = (LEG if vehicle.startswith("hgv") else ROUND) | told
            explanation = of({**trip, "vehicle_type": vehicle, "fuel_type": fuel}, Basis(set_name))
            if explanation.lines:
                check(explanation)


amount = st.one_of(st.none(), st.floats(0, 1e5))
any_event = st.fixed_dictionaries(
    {
        "event_type": st.sampled_from(["logistics", "delivery", "factory", "warehouse"]),
        "vehicle_type": st.sampled_from([None, *VEHICLE_CLASSES]),
        "fuel_type": st.sampled_from([None, *FUELS]),
        "furnace_fuel": st.sampled_from([None, *SITE_FUELS]),
        "furnace_unit": st.sampled_from([None, "h", "kwh", "kg", "litre", "m3"]),
        "building_use": st.sampled_from([None, *BUILDING_USES]),
        "grid_region": st.sampled_from([None, "GB-hourly", "DE", "US", "IN"]),
        "refrigerant": st.sampled_from([None, "R404A", "R717"]),
        "leak_equipment": st.sampled_from([None, "cold-storage"]),
        "cooling_metered": st.sampled_from([None, True, False]),
        "cooling_cop": st.one_of(st.none(), st.floats(0.5, 15)),
        "temperature": st.one_of(st.none(), st.floats(-100, 60)),
        "traffic_score": st.one_of(st.none(), st.floats(0, 12)),
        "calibration_ratio": st.one_of(st.none(), st.floats(0.2, 5)),
        "calibration_spread": st.one_of(st.none(), st.floats(0.01, 2)),
        **dict.fromkeys(("distance_km", "load_kg", "speed", "stop_events", "delivery_count", "idle_hours"), amount),
        **dict.fromkeys(("fuel_litres", "energy_kwh", "gas_kwh", "furnace_usage", "furnace_rated_kw"), amount),
        **dict.fromkeys(("cooling_load", "shift_hours", "period_hours", "inventory_volume", "floor_area_m2"), amount),
        "refrigerant_charge_kg": amount,
    }
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(any_event)
def test_whatever_an_event_tells_its_explanation_holds(event: dict[str, Any]) -> None:
    explanation = of(event)
    if explanation.estimate["co2e_kg"] is None:
        assert (explanation.lines, explanation.formula) == ((), None)
        assert explanation.estimate["reason"]
    else:
        check(explanation)


def test_the_load_line_reads_as_a_person_would_write_it() -> None:
    found = lines({**LEG, "load_kg": 12_100.0})
    # DESNZ 2025: 0.64734 kg per km empty, 1.06921 full, .05988 per t.km full: 17.8559 t
    assert found["payload_t"][0].endswith(
        "100 % laden 1.06921 kgCO2e/km / 100 % laden 0.05988 kgCO2e/tonne.km = 17.8559 t"
    )
    assert found["slope_ttw"][1] == pytest.approx((1.06921 - 0.64734) / (1.06921 / 0.05988))
    assert found["per_km_ttw"][0].endswith(
        "k0, empty 0.64734 kgCO2e/km + slope_ttw 0.0236264 kgCO2e/km/t x carried_t 12.1 t = 0.933219 kgCO2e/km"
    )
    assert found["fuel_ttw_kg"][0].endswith("distance_km 100 km x per_km_ttw 0.933219 kgCO2e/km = 93.3219 kg")


def test_the_speed_curve_shows_both_energies_and_where_they_come_from() -> None:
    explanation = of({**LEG, "load_kg": 12_100.0, "speed": 60.0})
    found = {line.step: line for line in explanation.lines}
    assert found["reference_mj_per_km_full"].factor_ids == ("eea-2019/articulated-34-40-t/diesel",)
    assert (
        "EMEP/EEA energy of Articulated 34 - 40 t, diesel, Euro VI D/E, full" in found["reference_mj_per_km_full"].text
    )
    ratio = found["actual_mj_per_km"].value / found["reference_mj_per_km"].value
    assert found["speed_ratio"].value == pytest.approx(ratio)
    (eea,) = (factor for factor in explanation.factors if factor.id.startswith("eea-2019"))
    assert (eea.publisher, eea.unit, eea.direct) == ("European Environment Agency", "MJ/km", None)


def test_above_85_km_h_the_tag_curve_goes_on() -> None:
    found = lines({**LEG, "load_kg": 5_000.0, "speed": 95.0})
    # UK TAG, artic: 2.893291507 / v + .603481017 - .008636926 v + .0000651 v2
    assert found["litres_per_km"][1] == pytest.approx(
        2.893291507 / 95 + 0.603481017 - 0.008636926 * 95 + 0.0000651 * 95**2
    )
    assert "v (an end of the function's range) 85 km/h" in found["actual_mj_per_km_empty"][0]


def test_a_speed_out_of_range_says_that_the_ratio_is_held() -> None:
    found = lines({**LEG, "load_kg": 5_000.0, "speed": 2.0})
    assert found["speed_ratio_by_curve"][1] > 2.6
    assert found["speed_ratio"][0].endswith("held to its range: the nearest end of 0.7 to 2.6 2.6 = 2.6")


def test_what_is_not_known_stands_in_the_half_width() -> None:
    text, value = lines(LEG)["ln_fuel_half_width"]
    assert "half-width of the class 0.21" in text
    assert "load_half_width" in text
    assert "speed not known: half the range of the curve, 30 to 80 km/h" in text
    assert value > 0.19


def test_an_assumption_says_so() -> None:
    found = lines({**ROUND, "delivery_count": 150, "traffic_score": 5.0})
    assert "free flow in town (assumption) 40 km/h" in found["speed_kmh"][0]
    assert "kerb weight (assumption) 2.1 t" in found["mass_kg"][0]
    assert "speed that a stop takes (assumption) 40 km/h" in found["stop_mj"][0]
    assert "of fuel turned into motion (assumption) 0.38" in found["stops_ttw_kg"][0]


def test_every_published_number_brings_its_source() -> None:
    for factor in of({**SHOP, "gas_kwh": 100.0}).factors:
        assert factor is factor_set().factor(factor.id)
        assert factor.publisher
        assert factor.table
        assert factor.licence


def test_the_hour_of_the_grid_brings_its_source() -> None:
    explanation = of(CASES["by the hour"])
    assert any(factor.id == "neso-2025/gb-hourly" for factor in explanation.factors)
    full = {line.step: line.value for line in explanation.lines}["grid_full"]
    assert full == pytest.approx(explanation.estimate["co2e_kg"] / 500.0)


@pytest.mark.parametrize("text", ["distance_km * 2", "max(1, 2)", "1 if 2 else 3", "'a' * 3", "2 // 1", "[1]"])
def test_a_line_is_arithmetic_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match="no arithmetic"):
        worked_out(text)


def test_inputs_have_units_and_say_whether_they_counted() -> None:
    explanation = of({**LEG, "load_kg": 9000.0, "traffic_score": 4.0})
    shown = {each.name: (each.value, each.unit, each.counted) for each in explanation.inputs}
    assert shown["distance_km"] == (100.0, "km", True)
    assert shown["load_kg"] == (9000.0, "kg", True)
    assert shown["vehicle_type"] == ("artic_40t", "", True)
    assert not shown["traffic_score"][2]
    assert "supplier_id" not in shown


def test_without_a_number_it_says_why_and_what_is_missing() -> None:
    explanation = of({**LEG, "distance_km": None})
    assert "distance_km is missing" in explanation.estimate["reason"]
    assert explanation.missing == ("distance_km",)
    assert (explanation.lines, explanation.factors, explanation.formula) == ((), (), None)
    assert of({"event_type": "warehouse", "temperature": 20.0}).missing == ("energy_kwh",)


def test_it_explains_what_estimate_says_of_the_same_event() -> None:
    event = frame(CASES["gas engine, all of it"])
    assert of(CASES["gas engine, all of it"]).estimate == estimate(event).row(0, named=True)
