"""The recorded what-if requests of the original, answered by ours."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from carbon_nexus.app import create_app
from carbon_nexus.predictions.estimator import EMBEDDED
from carbon_nexus.settings import Settings
from carbon_nexus.simulations.routes import _answer_batch
from tests.conftest import NOW

TRIP = {"distance_km": 120, "load_kg": 450, "vehicle_type": "truck_diesel", "fuel_type": "diesel", "avg_speed": 50}
ROUND = {"route_length": 40, "vehicle_type": "van", "traffic_score": 5, "delivery_count": 10}
SHIFT = {"energy_kwh": 5200, "shift_hours": 8, "machine_runtime_hours": 8, "furnace_usage": 1.2, "cooling_load": 300}
STORE = {"temperature": 20, "energy_kwh": 830, "refrigeration_load": 2.1, "inventory_volume": 450}
RECORDED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("logistics", TRIP, {"vehicle_type": "truck_ev", "fuel_type": "electric"}),
    ("logistics", TRIP, {"vehicle_type": "ev", "fuel_type": "electric"}),
    ("logistics", TRIP, {"vehicle_type": "ev"}),
    ("delivery", ROUND, {"vehicle_type": "ev"}),
    ("factory", SHIFT, {"energy_kwh": 4000}),
    ("warehouse", STORE, {"energy_kwh": 500}),
]


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application without any database: nothing here may need one."""
    app = create_app(settings, "postgresql://nowhere/nothing", clock=lambda: NOW)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


def body(scenario_type: Any, baseline_features: Any, changes: Any) -> dict[str, Any]:
    return {"scenario_type": scenario_type, "baseline_features": baseline_features, "changes": changes}


@pytest.mark.parametrize("question", RECORDED)
async def test_recorded_question_has_an_answer(
    client: httpx.AsyncClient, question: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    answer = await client.post("/simulate", json=body(*question))
    found = answer.json()
    assert answer.status_code == 200
    assert found["delta"] == pytest.approx(found["modified_co2"] - found["baseline_co2"])
    assert found["percent_change"] == pytest.approx(100 * found["delta"] / found["baseline_co2"])
    assert found["delta_low"] <= found["delta"] <= found["delta_high"] < 0
    assert (found["scenario_type"], found["changes_applied"]) == (question[0], question[2])
    assert found["baseline"]["co2_kg"] == found["baseline_co2"]
    assert found["modified"]["factor_id"]


async def test_both_sides_are_what_the_prediction_says(client: httpx.AsyncClient) -> None:
    found = (await client.post("/simulate", json=body("factory", SHIFT, {"energy_kwh": 4000}))).json()
    predicted = (await client.post("/api/v1/predict/factory", json=SHIFT | {"energy_kwh": 4000})).json()
    assert found["modified"] == predicted


async def test_unknown_type_is_400_in_the_originals_words(client: httpx.AsyncClient) -> None:
    answer = await client.post("/simulate", json=body("ship", {}, {}))
    assert (answer.status_code, answer.json()["detail"]) == (400, "Unknown scenario type: ship")


async def test_bad_features_are_422_and_named_where_the_original_only_said_400(client: httpx.AsyncClient) -> None:
    answer = await client.post("/simulate", json=body("logistics", {"distance_km": -5}, {}))
    assert answer.status_code == 422
    problem = answer.json()["detail"][0]
    assert problem["loc"] == ["body", "baseline_features", "distance_km"]
    assert problem["msg"] == "distance_km is -5: Input should be greater than 0"


async def test_missing_parts_are_named(client: httpx.AsyncClient) -> None:
    answer = await client.post("/simulate", json={"scenario_type": "logistics"})
    assert answer.status_code == 422
    assert [each["loc"] for each in answer.json()["detail"]] == [["body", "baseline_features"], ["body", "changes"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": 1},
        {"load_kg": -1},
        {"load_kg": "NaN"},
        {"load_kg": float("nan")},
        {"load_kg": "-120 %"},
        {"distance_km": 1e6},
        {"vehicle_type": "ship"},
        {"fuel_type": "coal"},
        {"fuel_type": "lpg"},  # no lorry takes it
        {"where": {"fuel_type": "diesel"}},  # a rule is for many events
    ],
)
async def test_changes_that_cannot_be_are_422(client: httpx.AsyncClient, changes: dict[str, Any]) -> None:
    content = json.dumps(body("logistics", TRIP, changes))
    answer = await client.post("/simulate", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "changes", *changes]


async def test_an_electric_lorry_on_diesel_is_refused_with_the_contradiction(client: httpx.AsyncClient) -> None:
    change = {"vehicle_type": "truck_ev", "fuel_type": "diesel"}
    answer = await client.post("/simulate", json=body("logistics", TRIP, change))
    assert answer.status_code == 422
    assert "means electric" in answer.json()["detail"][0]["msg"]


async def test_recorded_batch_answers_each_on_its_own(client: httpx.AsyncClient) -> None:
    answer = await client.post("/simulate/batch", json=[body(*RECORDED[2]), body("ship", {}, {})])
    first, second = answer.json()
    assert answer.status_code == 200
    assert first == (await client.post("/simulate", json=body(*RECORDED[2]))).json()
    assert (second["error"], second["scenario_type"]) == ("Unknown scenario type: ship", "ship")


async def test_batch_of_mixed_questions_keeps_order_and_hides_nothing(client: httpx.AsyncClient) -> None:
    given = [body(*RECORDED[4]), "what if", body("logistics", TRIP, {"distance_km": "-150%"}), {}, body(*RECORDED[0])]
    found = (await client.post("/simulate/batch", json=given)).json()
    assert ["error" in each for each in found] == [False, True, True, True, False]
    assert "distance_km" in found[2]["error"]
    assert found[2]["scenario_type"] == "logistics"
    assert found[1]["scenario_type"] is None


async def test_batch_bounds(client: httpx.AsyncClient) -> None:
    assert (await client.post("/simulate/batch", json=[])).json() == []
    assert len((await client.post("/simulate/batch", json=[body(*RECORDED[0])] * 1000)).json()) == 1000
    refused = await client.post("/simulate/batch", json=[body(*RECORDED[0])] * 1001)
    assert refused.status_code == 422
    assert "1001 scenarios; 1000" in refused.json()["detail"][0]["msg"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.from_regex(r"[+-][0-9]{1,3}%"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
CHANGES = st.dictionaries(st.sampled_from([*TRIP, *ROUND, *SHIFT, *STORE, "fuel_litres", "stop_events"]), ANYTHING)


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.builds(body, st.just("logistics"), st.just(TRIP), CHANGES) | ANYTHING, max_size=4))
def test_whatever_is_asked_has_a_result_or_an_error(scenarios: list[Any]) -> None:
    found = json.loads(_answer_batch(scenarios, EMBEDDED))
    assert len(found) == len(scenarios)
    assert all(each.get("error") or "delta" in each for each in found)
