"""What-if over stored events, end to end on a real database."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.predictions.client import RemoteEngine
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.simulations import population_service, population_store
from carbon_nexus.simulations.schemas import PopulationSpec
from tests.conftest import NOW
from tests.integration.scans.scanned import TENANT, hourly, scanned, store, trips

VANS = {
    "where": {"vehicle_type": ["van*"], "fuel_type": ["diesel"], "per_day": {"max_distance_km": 80}},
    "set": {"fuel_type": "electric"},
}
LESS = {"where": {"event_type": "logistics"}, "set": {"distance_km": "-20 %"}}
TABLES = (
    "events_normalized",
    "predictions",
    "emissions_hourly",
    "emissions_daily",
    "emissions_entity_daily",
    "audit_logs",
)
FINGERPRINTS = " UNION ALL ".join(
    f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {name} t" for name in TABLES
)


@pytest.fixture
async def stored(engine: AsyncEngine) -> None:
    """Two days of lorries on two routes, van rounds of 60 and 120 km a day, and a trip nobody can estimate; scanned."""
    yesterday = NOW.replace(hour=0) - timedelta(days=2)
    lorries = [trips(hourly(yesterday, [9000.0] * 24), "a", route) for route in ("R-1", "R-2")]
    rounds = trips(hourly(yesterday, [None] * 6), "b").with_columns(
        event_type=pl.lit("delivery"), vehicle_type=pl.lit("van"), distance_km=pl.lit(30.0),
        route_id=pl.Series(["D-1", "D-1", "D-2", "D-2", "D-2", "D-2"]),
    )  # fmt: skip
    lost = trips(hourly(yesterday, [1.0]), "c").with_columns(vehicle_type=pl.lit("hovercraft"))
    await store(engine, pl.concat([*lorries, rounds, lost]))
    await scanned(engine)


async def asked(client: httpx.AsyncClient, *changes: dict[str, Any], **spec: Any) -> httpx.Response:
    return await client.post("/simulate/population", json={"changes": list(changes), **spec})


@pytest.mark.usefixtures("stored")
async def test_an_answer_tells_the_whole_its_parts_and_what_was_left_out(client: httpx.AsyncClient) -> None:
    prices = {"currency": "EUR", "distance_per_km": 0.5, "fuel_per_litre": 1.5}
    answer = await asked(client, VANS, LESS, {"measure": "M13"}, period={"days": 7}, prices=prices)
    found = answer.json()
    assert answer.status_code == 200, found
    assert (found["days"], found["first_day"], found["last_day"]) == (7, "2026-03-11", "2026-03-17")
    assert (found["events"], found["estimated"], found["changed"]) == (55, 54, 50)
    assert [each["events"] for each in found["changes"]] == [2, 48, 48]
    assert sum(each["delta_kg"] for each in found["changes"]) == pytest.approx(found["delta_kg"], rel=1e-9)
    assert found["changed_kg"] == pytest.approx(found["baseline_kg"] + found["delta_kg"])
    assert found["delta_low_kg"] < found["delta_kg"] < found["delta_high_kg"] < 0
    assert found["per_week_kg"] == pytest.approx(found["delta_kg"])
    assert found["per_year_kg"] == pytest.approx(found["delta_kg"] * 365 / 7)
    for side, total in (("before", "baseline_kg"), ("after", "changed_kg")):
        assert sum(each[side] for each in found["scopes"].values()) == pytest.approx(found[total])
    assert found["scopes"]["scope_1"]["after"] < found["scopes"]["scope_1"]["before"]
    assert found["energy"]["distance_km"]["change"] == pytest.approx(-0.2 * 4800)
    assert found["cost"]["parts"][1]["change"] == pytest.approx(-480)
    assert found["cost"]["change"] is None
    assert "litres are known only where they were measured" in found["cost"]["reason"]
    assert sum(each["delta_kg"] for each in found["entities"]) == pytest.approx(found["delta_kg"])
    assert [each["events"] for each in found["left_out"]] == [1]
    assert found["changes"][0]["sentence"].startswith("Logistics and delivery events with vehicle van* and fuel diesel")
    assert found["stored_difference_kg"] == pytest.approx(0, abs=1e-9)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("scope", "events"),
    [
        ({"entity": "R-1"}, 25),
        ({"entity": "R-1", "event_type": "delivery"}, None),
        ({"event_type": "delivery"}, 6),
        ({"entity_type": "supplier"}, None),
    ],
)
async def test_a_scope_is_one_entity_a_fleet_or_all(client: httpx.AsyncClient, scope: Any, events: int | None) -> None:
    answer = await asked(client, {"set": {"grid_region": "FR"}}, scope=scope)
    if events is None:
        assert answer.status_code == 422
        assert "holds no event in scope" in answer.json()["detail"][0]["msg"]
    else:
        assert answer.json()["events"] == events


@pytest.mark.usefixtures("stored")
async def test_events_count_once_they_are_scanned_by_the_entity_they_were_scanned_for(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    alone = trips(hourly(NOW - timedelta(days=2), [500.0] * 2), "d", "").with_columns(supplier_id=pl.lit("R-1"))
    await store(engine, alone)
    waiting = (await asked(client, LESS)).json()
    assert (waiting["events"], waiting["stored_difference_kg"]) == (55, pytest.approx(0, abs=1e-9))
    await scanned(engine)
    counts = {"supplier": 2, "route": 55}
    for kind, events in counts.items():
        assert (await asked(client, LESS, scope={"entity_type": kind})).json()["events"] == events
    assert (await asked(client, LESS, scope={"entity": "R-1", "entity_type": "supplier"})).json()["events"] == 2


@pytest.mark.usefixtures("stored")
async def test_questions_that_wait_leave_the_database_to_others(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await population_store.lock(connection, TENANT)
        waiting = [asyncio.create_task(asked(client, LESS)) for _ in range(20)]
        assert (await client.get("/hotspots/top")).status_code == 200
    assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [200] * 20


@pytest.mark.usefixtures("stored")
async def test_an_entity_nobody_knows_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await asked(client, LESS, scope={"entity": "Nowhere"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_entity")


@pytest.mark.parametrize(
    ("spec", "loc"),
    [
        ({"changes": []}, ["body", "changes"]),
        ({"changes": [{}]}, ["body", "changes", 0]),
        ({"changes": [LESS] * 7}, ["body", "changes"]),
        ({"changes": [{"set": {"load_kg": True}}]}, ["body", "changes", 0, "set", "load_kg"]),
        ({"changes": [{"measure": "M13", "where": {"event_type": "logistics"}}]}, ["body", "changes", 0]),
        ({"changes": [LESS, {"set": {"load_kg": -1}}]}, ["body", "changes", 1, "set", "load_kg"]),
        ({"changes": [LESS], "period": {"days": 367}}, ["body", "period", "days"]),
        ({"changes": [LESS], "period": {"from": "2026-03-01"}}, ["body", "period"]),
        ({"changes": [LESS], "period": {"from": "2026-03-01", "to": "2026-03-18"}}, ["body", "period", "to"]),
        ({"changes": [LESS], "period": {"from": "2025-03-01", "to": "2026-03-10"}}, ["body", "period"]),
        ({"changes": [LESS], "prices": {"currency": "euros"}}, ["body", "prices", "currency"]),
        ({"changes": [LESS]}, ["body", "period"]),  # nothing is stored
    ],
)
async def test_a_question_that_cannot_be_answered_names_the_field(
    client: httpx.AsyncClient, spec: dict[str, Any], loc: list[Any]
) -> None:
    answer = await client.post("/simulate/population", json=spec)
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, loc)


@pytest.mark.usefixtures("stored")
async def test_more_events_than_fit_are_refused_before_they_are_read(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(population_service, "MOST_EVENTS", 54)
    answer = await asked(client, LESS)
    assert "55 events in scope; 54 are the most. Narrow" in answer.json()["detail"][0]["msg"]


@pytest.mark.usefixtures("stored")
async def test_nothing_of_real_data_is_touched(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        before = (await connection.execute(text(FINGERPRINTS))).all()
        assert (await asked(client, VANS, LESS)).status_code == 200
        assert (await connection.execute(text(FINGERPRINTS))).all() == before


@pytest.mark.usefixtures("stored")
async def test_older_estimates_and_a_separate_engine_are_said(engine: AsyncEngine) -> None:
    spec = PopulationSpec.model_validate({"changes": [LESS]})
    remote = RemoteEngine("http://127.0.0.1:9")
    async with engine.connect() as connection:
        await connection.execute(text("UPDATE predictions SET predicted_co2 = predicted_co2 / 2 WHERE entity = 'R-1'"))
        found = await population_service.evaluate(connection, TENANT, spec, Estimator(remote=remote), NOW)
    await remote.aclose()
    assert found.stored_kg is not None
    assert found.baseline_kg == pytest.approx(found.stored_kg + (found.stored_difference_kg or 0.0))
    assert (found.stored_difference_kg or 0.0) > 0
    assert any("another factor set" in note for note in found.notes)
    assert any("both sides are by the embedded estimator" in note for note in found.notes)


@pytest.mark.usefixtures("stored")
async def test_stand_ins_count_on_both_sides_and_widen_the_interval(engine: AsyncEngine) -> None:
    spec = PopulationSpec.model_validate({"changes": [LESS], "scope": {"entity": "R-2"}})
    take = "UPDATE events_normalized SET load_kg = NULL WHERE route_id = 'R-2'"
    fill = """INSERT INTO estimated_values (tenant_id, event_id, field, value, low, high, method, sample_size)
        SELECT 1, id, 'load_kg', 9000, 5000, 14000, 'median', 20 FROM events_normalized WHERE route_id = 'R-2'"""
    async with engine.connect() as connection:
        measured = await population_service.evaluate(connection, TENANT, spec, Estimator(), NOW)
        await connection.execute(text(take))
        await connection.execute(text(fill))
        filled = await population_service.evaluate(connection, TENANT, spec, Estimator(), NOW)
    assert filled.delta_kg == pytest.approx(measured.delta_kg)
    assert (filled.delta_low_kg or 0.0) < (measured.delta_low_kg or 0.0)
    assert any("stand-in values" in note for note in filled.notes)
