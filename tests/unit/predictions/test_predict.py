"""Requests in, predictions out: the estimator's numbers under the contract's names, refusals in their places."""

from typing import Any

import pytest

from carbon_nexus.emissions.model import Basis
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.features import FEATURES, Features, Prediction
from carbon_nexus.predictions.predict import FEATURE_SCHEMA, Refused, event_frame, predict, read_features
from tests.unit.emissions.asking import GRID_TTW, GRID_WTT, near

TRIP = {"distance_km": 120, "load_kg": 450, "vehicle_type": "truck_diesel", "fuel_type": "diesel", "avg_speed": 60}
ROUND = {"route_length": 40, "vehicle_type": "van"}
SHIFT = {"energy_kwh": 5200, "shift_hours": 8}
STORE = {"temperature": 20, "energy_kwh": 830}


def features(kind: str, given: dict[str, Any]) -> Features:
    found = read_features(kind, given)
    assert isinstance(found, Features), found
    return found


def prediction(kind: str, given: dict[str, Any], estimator: Estimator | None = None) -> dict[str, Any]:
    (found,) = predict([features(kind, given)], *([estimator] if estimator else []))
    assert isinstance(found, dict), found
    return found


def refusal(kind: str, given: dict[str, Any]) -> Refused:
    (found,) = predict([read_features(kind, given)])
    assert isinstance(found, Refused)
    return found


class TestNumbers:
    def test_a_leg_by_hand(self) -> None:
        # payload 1.01203 / .07431 t; 120 x (.65975 + .45 x (1.01203 - .65975) / payload), WTT likewise; 60 km/h is the
        # speed of the class average
        payload_t = 1.01203 / 0.07431
        ttw = 120 * (0.65975 + 0.45 * (1.01203 - 0.65975) / payload_t)
        wtt = 120 * (0.15527 + 0.45 * (0.23942 - 0.15527) / payload_t)
        found = prediction("logistics", TRIP)
        assert (found["ttw_kg"], found["wtt_kg"], found["co2_kg"]) == near(ttw, wtt, ttw + wtt)
        assert (found["tier"], found["scope"], found["unit"], found["reason"]) == ("T2", 1, "kg CO2e", None)
        # the direct CO2e of the factor's gases: CH4 .00016, N2O .01195 per km
        assert found["gas_ch4_kg"] == pytest.approx(120 * 0.00016 / 28)
        assert found["gas_n2o_kg"] == pytest.approx(120 * 0.01195 / 265)

    def test_a_shift_and_a_store(self) -> None:
        for kind, given in (("factory", SHIFT), ("warehouse", STORE)):
            found = prediction(kind, given)
            kwh = given["energy_kwh"]
            assert (found["ttw_kg"], found["wtt_kg"]) == near(kwh * GRID_TTW, kwh * GRID_WTT)
            assert (found["tier"], found["grid_region"], found["electricity_kwh"]) == ("T1", "GB", kwh)

    def test_our_own_fields_reach_the_estimator(self) -> None:
        found = prediction("factory", SHIFT | {"gas_kwh": 100, "grid_region": "DE", "operator": "purchased"})
        assert found["co2_kg"] == pytest.approx(5200 * 0.34206 + 100 * (0.18296 + 0.03021))
        assert (found["scope"], found["ghg_category"]) == (3, "scope 3 category 1")
        found = prediction("warehouse", STORE | {"market_kg_per_kwh": 0.05})
        assert found["scope2_market_kg"] == pytest.approx(41.5)
        found = prediction("delivery", ROUND | {"fuel_type": "diesel", "fuel_litres": 4.0})
        assert (found["tier"], found["ttw_kg"]) == ("T1", pytest.approx(4 * 2.57082))

    def test_what_a_request_leaves_out_is_not_made_up(self) -> None:
        found = prediction("logistics", {name: TRIP[name] for name in TRIP if name != "avg_speed"})
        assert found["reason"] == "speed is missing: the class's average speed"
        assert prediction("delivery", ROUND)["reason"] == (
            "fuel_type is missing: the class's average over fuels; speed is missing: the class's average speed"
        )

    def test_an_unmetered_warehouse_says_why_it_has_none(self) -> None:
        for energy in (None, 0):
            found = prediction("warehouse", STORE | {"energy_kwh": energy})
            assert found["co2_kg"] is None
            assert found["reason"] == "energy_kwh is missing, and no fuel or benchmark tells the energy"

    def test_by_another_basis(self) -> None:
        found = prediction("factory", SHIFT, Estimator(Basis(grid_region="FR")))
        assert (found["co2_kg"], found["grid_region"]) == (pytest.approx(5200 * 0.04418), "FR")


class TestWords:
    def test_every_field_of_the_answer_and_no_other(self) -> None:
        for kind, given in (("logistics", TRIP), ("warehouse", STORE | {"energy_kwh": 0})):
            found = prediction(kind, given)
            assert found.keys() == Prediction.model_fields.keys()
            Prediction.model_validate(found)

    def test_factors_name_their_set(self) -> None:
        found = prediction("warehouse", STORE)
        assert found["factor_ids"] == [
            "desnz-2025/electricity-uk/kwh@desnz-2025.2",
            "desnz-2025/electricity-uk-losses/kwh@desnz-2025.2",
        ]
        assert found["model_version"] == "desnz-2025.2"
        assert prediction("warehouse", STORE | {"energy_kwh": 0})["factor_ids"] == []

    def test_the_hash_is_64_bits_in_hex(self) -> None:
        hashes = {prediction("warehouse", STORE | {"energy_kwh": kwh})["inputs_hash"] for kwh in range(1, 40)}
        assert len(hashes) == 39
        assert all(len(each) == 16 and int(each, 16) >= 0 for each in hashes)

    def test_every_field_of_a_request_is_read_or_known_to_be_the_original_s_alone(self) -> None:
        unread = set()
        for kind, model in FEATURES.items():
            row = model.model_construct(**dict.fromkeys(model.model_fields)).event_row()
            assert row["event_type"] == kind
            unread |= row.keys() - FEATURE_SCHEMA.keys()
        assert unread == {"machine_runtime_hours"}

    def test_frame(self) -> None:
        frame = event_frame([features("logistics", TRIP), features("factory", SHIFT)])
        assert dict(frame.schema) == FEATURE_SCHEMA
        assert frame["speed"].to_list() == [60.0, None]
        assert event_frame([]).height == 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("kind", "given", "field", "words"),
        [
            ("logistics", TRIP | {"distance_km": -5}, "distance_km", ["-5", "greater than 0"]),
            ("logistics", TRIP | {"distance_km": float("nan")}, "distance_km", ["nan", "finite"]),
            ("logistics", TRIP | {"load_kg": 1e9}, "load_kg", ["less than or equal to 1000000"]),
            ("logistics", TRIP | {"vehicle_type": "spaceship"}, "vehicle_type", ["'spaceship'", "van_average"]),
            ("logistics", TRIP | {"fuel_type": "coal"}, "fuel_type", ["'coal'", "diesel"]),
            ("logistics", TRIP | {"fuel_type": "electric"}, "fuel_type", ["means diesel", "contradicts"]),
            ("delivery", ROUND | {"vehicle_type": "bike", "fuel_type": "hvo"}, "fuel_type", ["petrol, electric"]),
            ("delivery", ROUND | {"grid_region": "Germany"}, "grid_region", ["DE"]),
            ("factory", SHIFT | {"furnace_unit": "barrel"}, "furnace_unit", ["kwh", "litre"]),
            ("warehouse", STORE | {"building_use": "castle"}, "building_use", ["distribution_center"]),
            ("warehouse", STORE | {"temperature": -300}, "temperature", ["-300", "-100"]),
            ("warehouse", STORE | {"operator": "mine"}, "operator", ["own", "purchased", "customer"]),
        ],
    )
    def test_field_and_rule(self, kind: str, given: dict[str, Any], field: str, words: list[str]) -> None:
        found = refusal(kind, given)
        assert [problem["loc"] for problem in found.problems] == [[field]]
        assert field in found.message.replace("grid region", "grid_region")
        assert all(word in found.message for word in words), found.message

    def test_each_in_its_place(self) -> None:
        bad = {"distance_km": -1}
        found = predict([read_features("logistics", each) for each in (TRIP, bad, TRIP, bad)])
        assert [isinstance(each, Refused) for each in found] == [False, True, False, True]
        assert found[0] == found[2]
        assert predict([]) == []

    def test_within(self) -> None:
        found = refusal("logistics", TRIP | {"distance_km": -5}).within("changes")
        assert found.problems[0]["loc"] == ["changes", "distance_km"]
