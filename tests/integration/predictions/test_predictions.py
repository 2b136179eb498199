"""Stored estimates over HTTP, and one of them written out: from what is stored, and held against what was stored."""

import ast
import operator
from datetime import timedelta
from math import isclose
from typing import Any

import httpx
import polars as pl
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.app import create_app
from carbon_nexus.calibrations.service import recalibrate
from carbon_nexus.db.columns import copy_in
from carbon_nexus.db.tables import predictions, provenances
from carbon_nexus.emissions.model import Basis
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.plugins import PlugIn
from carbon_nexus.predictions.routes import router
from carbon_nexus.predictions.schemas import StoredPrediction
from carbon_nexus.scans.jobs import scan
from carbon_nexus.settings import Settings
from tests.conftest import NOW

LEG = {
    "event_type": "logistics", "vehicle_type": "artic_40t", "fuel_type": "diesel", "distance_km": 100.0,
    "load_kg": 12_100.0, "speed": 60.0, "route_id": "R-1",
}  # fmt: skip
STORE = {"event_type": "warehouse", "warehouse_id": "W-1", "energy_kwh": 500.0, "cooling_load": 90.0}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@pytest.fixture
def app(settings: Settings, database_url: str) -> FastAPI:
    made = create_app(settings, database_url, clock=lambda: NOW)
    if not any(getattr(route, "path", "") == "/predictions" for route in made.routes):
        made.include_router(router)
    return made


async def record(engine: AsyncEngine, *events: dict[str, Any], estimator: Estimator = Estimator()) -> None:  # noqa: B008
    """Store and scan events, one a minute up to NOW."""
    frame = pl.DataFrame(list(events), infer_schema_length=None).with_columns(
        supplier_id=pl.lit("Haulier"),
        timestamp=pl.Series([NOW - timedelta(minutes=len(events) - at) for at in range(len(events))]),
    )
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", frame)
    await scan(engine, 1, None, lambda: NOW, estimator)


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    answer = await client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def explained(client: httpx.AsyncClient) -> dict[str, Any]:
    """The explanation of the newest estimate."""
    (newest,) = await get(client, "/predictions", limit=1)
    found: dict[str, Any] = await get(client, f"/predictions/{newest['id']}/explain")
    return found


def by_hand(expression: str) -> float:
    def value(node: Any) -> float:
        if isinstance(node, ast.BinOp):
            return float(OPERATORS[type(node.op)](value(node.left), value(node.right)))
        return -value(node.operand) if isinstance(node, ast.UnaryOp) else float(node.value)

    return value(ast.parse(expression, mode="eval").body)


async def test_the_lines_come_to_the_stored_numbers(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG)
    found = await explained(client)
    stored, lines = found["prediction"], {line["step"]: line for line in found["lines"]}
    assert all(isclose(by_hand(line["expression"]), line["value"], rel_tol=1e-6) for line in found["lines"])
    for name, step in {"ttw_kg": "ttw_kg", "co2_kg": "co2e_kg", "low_kg": "low_kg", "gas_ch4_kg": "ch4_kg"}.items():
        assert lines[step]["value"] == pytest.approx(stored[name], rel=1e-9)
    assert (found["method"], found["tier"]) == ("trip.fuel-model.1", "T2")
    assert found["formula"].startswith("CO2e = distance_km x")
    assert (found["agrees"], found["disagreement"], found["unchanged"]) == (True, None, True)
    assert found["inputs_hash"] == found["inputs_hash_now"] == stored["inputs_hash"]
    assert [line["step"] for line in found["lines"]][-5:] == ["ttw_kg", "wtt_kg", "co2e_kg", "low_kg", "high_kg"]


async def test_every_published_number_has_its_source(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG)
    found = await explained(client)
    factors = {factor["id"]: factor for factor in found["factors"]}
    empty = factors["desnz-2025/hgv-artic-over-33t/0-percent-laden/km"]
    assert (empty["direct"], empty["unit"], empty["publisher"]) == (0.64734, "kgCO2e/km", "UK DESNZ")
    assert (empty["year"], empty["licence"], empty["status"]) == (2025, "Open Government Licence v3.0", "primary")
    assert empty["url"].startswith("https://www.gov.uk/")
    assert set(factors) >= {each.partition("@")[0] for each in found["prediction"]["factor_ids"]}
    assert set(factors) >= {each for line in found["lines"] for each in line["factor_ids"]}


async def test_inputs_say_who_told_them(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    profile = {"cooling_metered": False, "cooling_cop": 3.5, "floor_area_m2": 800.0}
    assert (await client.put("/entities/warehouse/W-1/profile", json=profile)).status_code == 200
    await record(engine, STORE)
    found = await explained(client)
    inputs = {each["name"]: (each["value"], each["unit"], each["source"], each["counted"]) for each in found["inputs"]}
    assert inputs["energy_kwh"] == (500.0, "kWh", "event", True)
    assert inputs["cooling_cop"] == (3.5, "", "profile", True)
    assert inputs["floor_area_m2"] == (800.0, "m2", "profile", False)
    assert inputs["grid_region"] == ("GB", "", "setting", True)
    assert found["agrees"]


async def test_a_profile_that_changed_since_is_named(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, STORE)
    async with engine.begin() as connection:
        await connection.execute(update(predictions).values(created_at=NOW - timedelta(hours=1)))
    assert (await client.put("/entities/warehouse/W-1/profile", json={"grid_region": "DE"})).status_code == 200
    found = await explained(client)
    assert (found["agrees"], found["unchanged"]) == (False, False)
    assert "the profile of the warehouse 'W-1' changed on 2026-03-18 12:00 UTC" in found["disagreement"]
    assert found["inputs_hash_now"] != found["inputs_hash"]
    now = {line["step"]: line["value"] for line in found["lines"]}["co2e_kg"]
    assert now == pytest.approx(500 * 0.34206)  # Ember: Germany 2024
    assert found["prediction"]["co2_kg"] == pytest.approx(500 * 0.2454)


async def test_the_calibration_of_then_counts_not_that_of_now(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, *[LEG | {"fuel_litres": 45.0}] * 25)
    await fit(engine)
    await record(engine, LEG)
    before = await explained(client)
    assert (before["agrees"], before["calibration"]["sample"]) == (True, 25)
    inputs = {each["name"]: each for each in before["inputs"]}
    assert inputs["calibration_ratio"]["source"] == "calibration"
    assert any("calibration_ratio" in line["text"] for line in before["lines"])
    await record(engine, *[LEG | {"fuel_litres": 60.0}] * 30)
    await fit(engine)
    after = await get(client, f"/predictions/{before['prediction']['id']}/explain")
    assert (after["agrees"], after["calibration"]["id"]) == (True, before["calibration"]["id"])
    assert after["calibration"]["superseded_at"] is not None


async def fit(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await recalibrate(connection, 1, NOW, Basis())


async def test_it_is_made_on_the_basis_of_then(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, STORE, estimator=Estimator(Basis("desnz-2026.1", "IN")))
    found = await explained(client)
    assert (found["agrees"], found["unchanged"]) == (True, True)
    assert found["prediction"]["factor_set"] == "desnz-2026.1"
    assert {factor["id"] for factor in found["factors"]} >= {"ember-2024/electricity/IN"}


async def test_an_event_without_a_number_says_why_and_what_is_missing(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await record(engine, LEG | {"distance_km": None})
    found = await explained(client)
    assert found["prediction"]["co2_kg"] is None
    assert "distance_km is missing" in found["prediction"]["reason"]
    assert (found["missing"], found["lines"], found["factors"]) == (["distance_km"], [], [])
    assert (found["formula"], found["agrees"], found["disagreement"]) == (None, True, None)


async def test_another_models_number_has_no_lines_and_says_whose_it_is(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    def doubled(events: pl.DataFrame) -> pl.DataFrame:
        return events.select(co2e_kg=pl.col("distance_km") * 2)

    plugin = PlugIn("mine", "logistics", doubled, "mine-7")
    await record(engine, LEG, estimator=Estimator(plugins={"logistics": plugin}))
    found = await explained(client)
    assert found["prediction"]["co2_kg"] == 200.0
    assert (found["lines"], found["factors"], found["formula"]) == ([], [], None)
    assert (found["agrees"], found["unchanged"]) == (False, True)
    assert found["disagreement"] == "made by plug-in mine (model mine-7), whose formula is not known here"
    assert "distance_km" in {each["name"] for each in found["inputs"]}


async def test_an_estimate_of_release_0_1_keeps_its_numbers(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG)
    labels = {"digest": "old", "model_version": "desnz-2025.1", "factor_set": "desnz-2025.1", "tier": "T2"}
    more = {"method": "logistics.load-slope.1", "factor_id": "desnz-2025/hgv-artic-over-33t/0-percent-laden/km"}
    async with engine.begin() as connection:
        row = insert(provenances).values(**labels, **more, factor_ids=more["factor_id"], source="embedded")
        number = await connection.scalar(row.returning(provenances.c.id))
        await connection.execute(update(predictions).values(provenance_id=number, inputs_hash=None, predicted_co2=99.5))
    found = await explained(client)
    assert (found["prediction"]["co2_kg"], found["method"]) == (99.5, "logistics.load-slope.1")
    assert (found["lines"], found["formula"], found["agrees"]) == ([], None, False)
    assert found["disagreement"].startswith("made by release 0.1.0 with desnz-2025.1")
    assert (found["inputs_hash"], found["unchanged"]) == (None, None)


async def test_a_factor_set_of_a_later_release_is_named(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG)
    async with engine.begin() as connection:
        await connection.execute(update(provenances).values(factor_set="desnz-2099.1"))
    found = await explained(client)
    assert found["disagreement"] == "made with the factor set desnz-2099.1, which this release does not have"
    assert (found["agrees"], found["lines"], found["inputs_hash_now"]) == (False, [], None)


async def test_an_event_that_is_gone_is_said_to_be(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG)
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM events_normalized"))
    found = await explained(client)
    assert (found["agrees"], found["disagreement"]) == (False, "its event is not stored any more")
    assert (found["inputs"], found["lines"]) == ([], [])


async def test_a_number_that_was_tampered_with_does_not_agree(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG)
    async with engine.begin() as connection:
        await connection.execute(update(predictions).values(predicted_co2=predictions.c.predicted_co2 * 1.000001))
    found = await explained(client)
    assert (found["agrees"], found["unchanged"]) == (False, True)
    assert found["disagreement"] == "this release works it out differently from the one that made the estimate"


async def test_as_text_for_people_with_curl(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG)
    (newest,) = await get(client, "/predictions")
    path = f"/predictions/{newest['id']}/explain"
    asked = await client.get(path, params={"format": "text"})
    accepted = await client.get(path, headers={"Accept": "text/plain"})
    assert asked.text == accepted.text
    assert asked.headers["content-type"] == "text/plain; charset=utf-8"
    assert "122.869 kg CO2e, 95 % interval 101.544 to 148.671 kg" in asked.text
    assert "payload_t, payload of the class" in asked.text
    assert "UK DESNZ, Freighting goods: HGV (all diesel), Articulated (>33t), 0% Laden, 2025" in asked.text
    assert asked.text.endswith("Worked out again it comes to the stored number.\n")
    assert (await client.get(path, params={"format": "json"}, headers={"Accept": "text/plain"})).json()["agrees"]
    assert (await client.get(path, params={"format": "xml"})).status_code == 422


async def test_text_of_what_has_no_lines(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG | {"distance_km": None})
    (newest,) = await get(client, "/predictions")
    told = (await client.get(f"/predictions/{newest['id']}/explain", params={"format": "text"})).text
    assert "no number" in told
    assert "Missing: distance_km" in told
    assert "Calculation" not in told


async def test_the_list_is_newest_first_and_pages_without_gaps(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, *[LEG | {"route_id": f"R-{number % 2}"} for number in range(7)], STORE)
    seen: list[int] = []
    cursor: str | None = "9223372036854775807"
    while cursor:
        answer = await client.get("/predictions", params={"limit": 3, "cursor": cursor})
        seen += [row["id"] for row in answer.json()]
        cursor = answer.headers.get("X-Next-Cursor")
    assert len(seen) == 8
    assert seen == sorted(seen, reverse=True)
    of_route = await get(client, "/predictions", entity="R-1")
    assert {row["entity"] for row in of_route} == {"R-1"}
    assert len(of_route) == 3
    assert [row["event_type"] for row in await get(client, "/predictions", event_type="warehouse")] == ["warehouse"]
    assert await get(client, "/predictions", entity="nobody") == []


async def test_one_has_all_its_labels_and_the_list_says_the_same(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await record(engine, STORE)
    (row,) = await get(client, "/predictions")
    one = await get(client, f"/predictions/{row['id']}")
    # a list leaves as it is, one passes its model: the same moment, written by two encoders
    moments = ("event_time", "created_at")
    assert {name: one[name] for name in one if name not in moments} == {
        name: row[name] for name in row if name not in moments
    }
    assert set(row) == set(one) == set(StoredPrediction.model_fields)
    assert one["id"] == one["event_id"]
    assert one["factor_ids"] == [
        "desnz-2025/electricity-uk/kwh@desnz-2025.2", "desnz-2025/electricity-uk-losses/kwh@desnz-2025.2",
    ]  # fmt: skip
    assert (one["scope"], one["tier"], one["source"], one["grid_region"]) == (2, "T1", "embedded", "GB")
    assert one["scope2_kg"] == pytest.approx(500 * 0.177)
    assert "cooling_metered does not say" in one["reason"]


async def test_what_there_is_not_is_a_404_with_a_stable_code(client: httpx.AsyncClient) -> None:
    for path in ("/predictions/77", "/predictions/77/explain"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_prediction")


@pytest.mark.parametrize(
    "path",
    [
        "/predictions/0", "/predictions/x", "/predictions/9223372036854775808/explain", "/predictions?limit=0",
        "/predictions?limit=501", "/predictions?cursor=0", "/predictions?event_type=flight", "/predictions?entity=%00",
        "/predictions?entity=",
    ],
)  # fmt: skip
async def test_what_breaks_a_rule_is_a_422(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 422


async def test_another_tenants_estimate_is_unknown(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await record(engine, LEG)
    async with engine.begin() as connection:
        await connection.execute(update(predictions).values(tenant_id=2))
    assert await get(client, "/predictions") == []
    assert (await client.get("/predictions/1/explain")).status_code == 404
