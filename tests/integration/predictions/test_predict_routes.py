"""The recorded requests of the original ML Engine, answered by ours; then everything that must not get a number."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from carbon_nexus.app import create_app
from carbon_nexus.kit.plain import json_bytes
from carbon_nexus.predictions.features import FEATURES, Prediction
from carbon_nexus.predictions.predict import Refused, predict, read_features
from carbon_nexus.settings import Settings
from tests.conftest import NOW

TRIP = {"distance_km": 120, "load_kg": 450, "vehicle_type": "truck_diesel", "fuel_type": "diesel", "avg_speed": 50}
RECORDED: dict[str, dict[str, Any]] = {
    "logistics": TRIP,
    "factory": {"energy_kwh": 5200, "shift_hours": 8, "furnace_usage": 1.2, "cooling_load": 300},
    "warehouse": {"temperature": 20, "energy_kwh": 830, "refrigeration_load": 2.1, "inventory_volume": 450},
    "delivery": {"route_length": 40, "vehicle_type": "van", "traffic_score": 5, "delivery_count": 10},
}
GRID_KG_PER_KWH = 0.177 + 0.0459 + 0.01853 + 0.00397  # UK 2025: generation, WTT, losses, their WTT


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application without any database: nothing here may need one."""
    app = create_app(settings, "postgresql://nowhere/nothing", clock=lambda: NOW)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


async def post(client: httpx.AsyncClient, kind: str, body: Any) -> httpx.Response:
    """With Python's own JSON, which sends NaN and Infinity where a strict one would refuse to."""
    return await client.post(
        f"/api/v1/predict/{kind}", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )


@pytest.mark.parametrize("kind", RECORDED)
async def test_recorded_prediction_has_a_number_and_says_where_it_comes_from(
    client: httpx.AsyncClient, kind: str
) -> None:
    answer = await post(client, kind, RECORDED[kind])
    found = answer.json()
    assert answer.status_code == 200
    assert found.keys() == Prediction.model_fields.keys()
    assert found["co2_kg"] == pytest.approx(found["ttw_kg"] + found["wtt_kg"])
    assert 0 <= found["low_kg"] < found["co2_kg"] < found["high_kg"]
    assert 0 <= found["confidence"] <= 1
    assert found["method"].startswith("site." if "energy_kwh" in RECORDED[kind] else "trip.")


async def test_metered_electricity_by_hand(client: httpx.AsyncClient) -> None:
    found = (await post(client, "factory", RECORDED["factory"])).json()
    assert found["co2_kg"] == pytest.approx(5200 * GRID_KG_PER_KWH)
    # the furnace, which has no unit, is left out: that is no measured site
    assert (found["scope"], found["tier"], found["unit"]) == (2, "T2", "kg CO2e")
    assert "furnace_usage" in found["reason"]


async def test_measured_fuel_beats_the_class_average(client: httpx.AsyncClient) -> None:
    found = (await post(client, "logistics", TRIP | {"fuel_litres": 30})).json()
    assert found["tier"] == "T1"
    assert found["ttw_kg"] == pytest.approx(30 * 2.57082)


async def test_speed_is_another_name_of_avg_speed(client: httpx.AsyncClient) -> None:
    answer = await post(client, "logistics", {**TRIP, "avg_speed": None} | {"speed": -1})
    assert answer.status_code == 200  # the first name wins, as in the original
    answer = await post(client, "logistics", {k: v for k, v in TRIP.items() if k != "avg_speed"} | {"speed": -1})
    assert answer.json()["detail"][0]["loc"] == ["body", "speed"]


@pytest.mark.parametrize("unmetered", [{}, {"energy_kwh": 0}, {"energy_kwh": None}])
async def test_a_warehouse_without_metered_energy_gets_no_invented_number(
    client: httpx.AsyncClient, unmetered: dict[str, Any]
) -> None:
    answer = await post(client, "warehouse", {"temperature": 20} | unmetered)
    assert answer.status_code == 200
    assert (answer.json()["co2_kg"], answer.json()["confidence"]) == (None, None)
    assert answer.json()["reason"].startswith("energy_kwh is missing")


async def test_missing_fields_are_named_as_the_original_did(client: httpx.AsyncClient) -> None:
    answer = await post(client, "logistics", {"distance_km": 5})
    assert answer.status_code == 422
    assert [(each["type"], each["loc"]) for each in answer.json()["detail"]] == [
        ("missing", ["body", name]) for name in ("load_kg", "vehicle_type", "fuel_type")
    ]


@pytest.mark.parametrize(
    ("kind", "bad", "words"),
    [
        ("logistics", {"distance_km": -5}, ["distance_km is -5", "greater than 0"]),
        ("logistics", {"distance_km": 0}, ["distance_km is 0", "greater than 0"]),
        ("logistics", {"distance_km": float("nan")}, ["distance_km is nan", "finite"]),
        ("logistics", {"distance_km": float("inf")}, ["distance_km is inf"]),
        ("logistics", {"distance_km": "NaN"}, ["distance_km is 'NaN'", "finite"]),
        ("logistics", {"distance_km": "-Infinity"}, ["distance_km is '-Infinity'"]),
        ("logistics", {"distance_km": "1e999"}, ["distance_km is '1e999'"]),
        ("logistics", {"distance_km": 50_001}, ["distance_km is 50001", "50000"]),
        ("logistics", {"distance_km": 10**400}, ["distance_km is 1000"]),
        ("logistics", {"distance_km": True}, ["distance_km is True", "number"]),
        ("logistics", {"load_kg": -1}, ["load_kg is -1"]),
        ("logistics", {"load_kg": 1e7}, ["load_kg is 10000000.0", "1000000"]),
        ("logistics", {"avg_speed": 201}, ["avg_speed is 201", "200"]),
        ("logistics", {"stop_events": 1.5}, ["stop_events is 1.5"]),
        ("logistics", {"vehicle_type": "spaceship"}, ["vehicle_type 'spaceship'", "hgv_average", "van_average"]),
        ("logistics", {"vehicle_type": ""}, ["vehicle_type is ''"]),
        ("logistics", {"fuel_type": "coal"}, ["fuel_type 'coal'", "diesel", "electric"]),
        ("logistics", {"vehicle_type": "ev"}, ["'ev' means electric", "'diesel'"]),
        ("logistics", {"vehicle_type": "bike", "fuel_type": "hvo"}, ["fuel_type 'hvo'", "motorbike", "petrol"]),
        ("delivery", {"vehicle_type": "unknown"}, ["vehicle_type 'unknown'", "van_average"]),
        ("delivery", {"traffic_score": 11}, ["traffic_score is 11", "10"]),
        ("delivery", {"route_length": 0}, ["route_length is 0"]),
        ("factory", {"energy_kwh": 0}, ["energy_kwh is 0", "greater than 0"]),
        ("factory", {"energy_kwh": 1e10}, ["energy_kwh is 10000000000.0", "1000000000"]),
        ("factory", {"shift_hours": -8}, ["shift_hours is -8"]),
        ("warehouse", {"temperature": -274}, ["temperature is -274", "-100"]),
    ],
)
async def test_what_cannot_be_is_422_with_field_value_and_bound(
    client: httpx.AsyncClient, kind: str, bad: dict[str, Any], words: list[str]
) -> None:
    answer = await post(client, kind, RECORDED[kind] | bad)
    assert answer.status_code == 422
    (problem,) = answer.json()["detail"]
    assert problem["loc"][0] == "body"
    assert problem["loc"][1] in {*bad, "fuel_type"}
    assert all(word in problem["msg"] for word in words), problem["msg"]


@pytest.mark.parametrize("kind", RECORDED)
async def test_batch_answers_each_item_as_the_single_prediction(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(f"/api/v1/batch/{kind}", json={"predictions": [RECORDED[kind]] * 2})
    single = (await post(client, kind, RECORDED[kind])).json()
    item = {"input": RECORDED[kind], "prediction": single, "error": None, "problems": []}
    assert answer.json() == {"results": [item, item], "count": 2}


async def test_an_empty_batch_is_an_empty_result(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/batch/logistics", json={"predictions": []})
    assert (answer.status_code, answer.json()) == (200, {"results": [], "count": 0})


async def test_bad_items_fail_alone(client: httpx.AsyncClient) -> None:
    given = [TRIP, {"distance_km": 5}, TRIP | {"distance_km": -5}, "trip", None, TRIP | {"vehicle_type": "ship"}, TRIP]
    answer = await client.post("/api/v1/batch/logistics", json={"predictions": given})
    results = answer.json()["results"]
    assert [each["input"] for each in results] == given
    assert [each["prediction"] is not None for each in results] == [True, *[False] * 5, True]
    assert results[0]["prediction"] == results[6]["prediction"]
    assert "load_kg: Field required" in results[1]["error"]
    assert "distance_km is -5" in results[2]["error"]
    assert [each["loc"] for each in results[1]["problems"]] == [["load_kg"], ["vehicle_type"], ["fuel_type"]]


async def test_a_batch_repeats_even_what_json_can_hardly_hold(client: httpx.AsyncClient) -> None:
    huge, deep = "9" * 30, "[" * 300 + "]" * 300
    content = f'{{"predictions": [{{"distance_km": 1e999, "x": "\\ud800", "n": {huge}}}, {deep}]}}'
    answer = await client.post("/api/v1/batch/logistics", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert all(each["error"] for each in answer.json()["results"])


async def test_ten_thousand_items_are_taken_and_one_more_is_not(client: httpx.AsyncClient) -> None:
    taken = await client.post("/api/v1/batch/logistics", json={"predictions": [TRIP] * 10_000})
    assert taken.json()["count"] == 10_000
    refused = await client.post("/api/v1/batch/logistics", json={"predictions": [TRIP] * 10_001})
    assert refused.status_code == 422
    assert "10001 items; 10000" in refused.json()["detail"][0]["msg"]


async def test_health_speaks_for_both_services_that_had_this_path(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/health")).json()
    assert found["status"] == "healthy"
    assert isinstance(found["service"], str)
    assert found["models_loaded"] == dict.fromkeys(("logistics", "factory", "warehouse", "delivery", "forecast"), True)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NEAR_FEATURES = st.dictionaries(
    st.sampled_from(sorted({name for model in FEATURES.values() for name in model.model_fields})),
    st.sampled_from(["van", "ev", "truck", "diesel", "electric", "rail", "bike", 0, 1, 7.5, 1e5]) | ANY_JSON,
)


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(FEATURES)), st.lists(NEAR_FEATURES | ANY_JSON, max_size=4))
def test_whatever_comes_each_item_has_a_finite_result_or_a_refusal(kind: str, items: list[Any]) -> None:
    found = predict([read_features(kind, item) for item in items])
    assert len(found) == len(items)
    for item, each in zip(items, found, strict=True):
        json_bytes({"input": item})
        if isinstance(each, Refused):
            assert each.message
            json.dumps(each.problems, allow_nan=False).encode()
        else:
            assert each["co2_kg"] is None or 0 <= each["low_kg"] <= each["co2_kg"] <= each["high_kg"] < float("inf")
            assert each["co2_kg"] is not None or each["reason"]
