"""Saved scenarios end to end, at NOW = 2026-03-18 12:00 UTC: shipments of a supplier, the last of which stands out."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from carbon_nexus.app import create_app
from carbon_nexus.settings import Settings
from carbon_nexus.simulations.scenario_compare import SHOWN
from tests.conftest import NOW
from tests.contract.events import shipments
from tests.integration.simulations.test_simulate_routes import TRIP

Trail = Callable[[], list[tuple[Any, ...]]]

ELECTRIC = {"where": {"event_type": "logistics"}, "set": {"fuel_type": "electric"}}
SHORTER = {"where": {"event_type": "logistics"}, "set": {"distance_km": "-10%"}}
LESS_POWER = {"where": {"event_type": "factory"}, "set": {"energy_kwh": "-10%"}}
EVENT_TABLES = (
    "events_raw", "events_normalized", "predictions", "emissions_hourly", "emissions_daily", "emissions_entity_daily",
    "baselines", "hotspots", "alerts",
)  # fmt: skip


class Clock:
    """The time, which tests move on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def app(settings: Settings, database_url: str, tmp_path: Path, time: Clock) -> FastAPI:
    """The application, which finds whatever is above typical."""
    told = settings.model_copy(update={"detection_policy": "ratio", "carbon_nexus_data_dir": tmp_path})
    return create_app(told, database_url, clock=time)


@pytest.fixture
async def lived(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of an application with 42 shipments of Umbra, scanned; 40 of them on days that are over."""
    sent = {"file": ("a.csv", shipments(NOW, "Umbra", count=42))}
    assert (await client.post("/api/v1/ingest/csv", files=sent)).is_success
    assert (await client.post("/hotspots/scan")).is_success
    return client


def body(name: str = "Shorter", *changes: Any, **spec: Any) -> dict[str, Any]:
    return {"name": name, "spec": {"changes": changes or [SHORTER], **spec}}


async def saved(client: httpx.AsyncClient, *of: Any, **spec: Any) -> dict[str, Any]:
    answer = await client.post("/scenarios", json=body(*of, **spec))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_scenario_is_simulated_at_once_and_listed(lived: httpx.AsyncClient, audit: Trail) -> None:
    made = await saved(lived)
    (run,) = made["runs"]
    assert (made["version"], made["run_count"], run["since"]) == (1, 1, None)
    asked = (await lived.post("/simulate/population", json=body()["spec"])).json()
    assert run["result"] == asked
    assert run["result"]["percent"] == pytest.approx(-10)
    answer = await lived.get("/scenarios")
    (listed,) = answer.json()
    assert answer.headers["X-Total-Count"] == "1"
    assert (listed["id"], listed["name"], listed["run_id"]) == (made["id"], "Shorter", run["id"])
    assert (listed["delta_kg"], listed["first_day"]) == (asked["delta_kg"], "2026-02-18")
    _, action, kind, key, _, _, before, after = audit()[-1]
    assert (action, kind, key, before) == ("scenario.created", "scenario", str(made["id"]), None)
    assert (after["name"], after["run_id"], after["delta_kg"]) == ("Shorter", run["id"], asked["delta_kg"])


async def test_a_changed_question_is_a_new_version_and_runs_stay_with_theirs(
    lived: httpx.AsyncClient, audit: Trail
) -> None:
    path = f"/scenarios/{(await saved(lived))['id']}"
    entries = len(audit())
    same = (await lived.put(path, json=body())).json()
    assert (same["version"], same["run_count"], len(audit())) == (1, 1, entries)
    renamed = (await lived.put(path, json=body("Much shorter") | {"note": "by Ann"})).json()
    assert (renamed["version"], renamed["name"], renamed["note"], renamed["run_count"]) == (
        2,
        "Much shorter",
        "by Ann",
        1,
    )
    anew = (await lived.put(path, json=body("Much shorter", ELECTRIC))).json()
    assert [(run["version"], run["spec"]["changes"][0]["set"]) for run in anew["runs"]] == [
        (3, {"fuel_type": "electric"}), (1, {"distance_km": "-10%"}),
    ]  # fmt: skip
    assert "asks something else" in anew["runs"][0]["since"]["because"][0]
    assert (await lived.delete(path)).status_code == 204
    assert (await lived.get(path)).status_code == 404
    assert [entry[1] for entry in audit()[entries:]] == ["scenario.replaced"] * 2 + ["scenario.deleted"]
    assert audit()[-1][6]["name"] == "Much shorter"
    assert audit()[-1][7] is None


@pytest.mark.parametrize(("period", "first_day"), [
    ({"days": 7}, "2026-03-13"),
    ({"from": "2026-03-09", "to": "2026-03-15"}, "2026-03-09"),
])  # fmt: skip
async def test_a_run_on_newer_data_moves_days_on_and_keeps_dates(
    lived: httpx.AsyncClient, time: Clock, period: Any, first_day: str
) -> None:
    made = await saved(lived, "Shorter", SHORTER, period=period)
    time.now = NOW + timedelta(days=2)
    later = {"file": ("b.csv", shipments(time.now, "Umbra", count=5))}
    await lived.post("/api/v1/ingest/csv", files=later)
    await lived.post("/hotspots/scan")
    again = (await lived.post(f"/scenarios/{made['id']}/run")).json()
    newest, first = again["runs"]
    assert newest["result"]["first_day"] == first_day
    since = newest["since"]
    assert (since["run_id"], first["since"]) == (first["id"], None)
    assert since["events"] == newest["result"]["events"] - first["result"]["events"]
    assert since["delta_kg"] == pytest.approx(newest["result"]["delta_kg"] - first["result"]["delta_kg"])
    moved = [each for each in since["because"] if each.startswith("days:")]
    assert bool(moved) == ("days" in period)


async def test_scenarios_side_by_side_say_what_keeps_them_from_being_compared(lived: httpx.AsyncClient) -> None:
    ids = [
        (await saved(lived, "A"))["id"],
        (await saved(lived, "B", ELECTRIC, SHORTER))["id"],
        (await saved(lived, "C", SHORTER, period={"days": 7}, scope={"entity": "Umbra"}))["id"],
    ]
    fair = (await lived.get("/scenarios/compare", params={"ids": f"{ids[1]},{ids[0]}"})).json()
    assert (fair["comparable"], fair["warnings"]) == (True, [])
    assert [each["name"] for each in fair["scenarios"]] == ["B", "A"]
    (run,) = (await lived.get(f"/scenarios/{ids[1]}")).json()["runs"]
    shown = fair["scenarios"][0]
    assert {name: shown[name] for name in SHOWN} == {name: run["result"][name] for name in SHOWN}
    assert sum(each["delta_kg"] for each in shown["changes"]) == pytest.approx(shown["delta_kg"])
    unfair = (await lived.get("/scenarios/compare", params={"ids": ",".join(map(str, ids))})).json()
    assert not unfair["comparable"]
    assert [warning.split(" differ")[0] for warning in unfair["warnings"]] == ["The days", "The scopes"]
    for wrong, status in (("1", 422), ("1,1", 422), ("1,2,3,4,5", 422), ("a,b", 422), ("0,1", 422), ("1,99", 404)):
        assert (await lived.get("/scenarios/compare", params={"ids": wrong})).status_code == status, wrong


async def test_a_recommended_scenario_lives_like_any_other_recommendation(
    lived: httpx.AsyncClient, audit: Trail
) -> None:
    costed = {"prices": {"currency": "EUR", "distance_per_km": 0.3}}
    made = await saved(lived, "Shorter", SHORTER, LESS_POWER, **costed)
    path = f"/scenarios/{made['id']}/recommend"
    answer = await lived.post(path, json={"entity": "Umbra"})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    (hotspot,) = (await lived.get("/hotspots?limit=1")).json()
    assert (found["status"], found["title"], found["hotspot_id"]) == ("pending", "Shorter", hotspot["id"])
    whole = made["runs"][0]["result"]
    assert found["co2_reduction"] == pytest.approx(-whole["delta_kg"])
    assert found["saving_low_kg"] < found["co2_reduction"] < found["saving_high_kg"]
    assert "EUR -" in found["cost_impact"]
    told = found["provenance"]
    assert (told["scenario_id"], told["run_id"]) == (made["id"], made["runs"][0]["id"])
    assert told["acts_on"] == "distance_km"  # where verification looks for the effect
    assert audit()[-1][1] == "recommendation.proposed"
    twice = await lived.post(path, json={"hotspot_id": hotspot["id"]})
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    of_it = f"/recommendations/{found['id']}"
    for move in ("approve", "implement"):
        assert (await lived.post(f"{of_it}/{move}")).is_success
    assert (await lived.get(f"{of_it}/savings")).json()["promised_kg"] == pytest.approx(found["co2_reduction"])
    assert (await lived.post(f"{of_it}/verify")).json()["code"] == "not_judged"
    judged = {"verdict": "verified", "reason": "the routes are shorter"}
    assert (await lived.post(f"{of_it}/verify", json=judged)).json()["verdict"] == "verified"
    assert (await lived.get("/recommendations/savings")).is_success
    together = (await lived.get("/recommendations/combined")).json()
    assert together["saving_kg"] == pytest.approx(found["co2_reduction"])


@pytest.mark.parametrize(("changes", "spec", "target", "status", "why"), [
    ([SHORTER], {}, {"entity": "Nobody"}, 409, "no open hotspot"),
    ([SHORTER], {}, {"hotspot_id": 99}, 404, "hotspot 99"),
    ([SHORTER], {}, {}, 422, "either"),
    ([SHORTER], {"scope": {"entity_type": "route"}}, {"entity": "Umbra"}, 409, "about others"),
    ([LESS_POWER], {}, {"entity": "Umbra"}, 409, "none of its changes is of logistics"),
    ([SHORTER | {"set": {"distance_km": "+10%"}}], {}, {"entity": "Umbra"}, 409, "saves nothing"),
    ([SHORTER | {"where": {"min": {"load_kg": 20_000}}}], {}, {"entity": "Umbra"}, 409, "act on none"),
])  # fmt: skip
async def test_a_scenario_that_saves_nothing_there_is_not_recommended(
    lived: httpx.AsyncClient, changes: Any, spec: Any, target: Any, status: int, why: str
) -> None:
    plant = {"event_type": "factory", "supplier_id": "S", "timestamp": "2026-03-17T08:00:00Z", "factory_id": "F",
        "energy_kwh": 100}  # fmt: skip
    lorry = {"event_type": "logistics", "supplier_id": "S", "timestamp": "2026-03-17T08:00:00Z", "route_id": "R",
        "distance_km": 100, "load_kg": 25_000, "vehicle_type": "artic_44t", "fuel_type": "diesel"}  # fmt: skip
    assert (await lived.post("/api/v1/ingest/events", json=[plant, lorry])).is_success
    await lived.post("/hotspots/scan")
    made = await saved(lived, "Idea", *changes, **spec)
    answer = await lived.post(f"/scenarios/{made['id']}/recommend", json=target)
    assert (answer.status_code, why in answer.text) == (status, True), answer.text


async def test_verification_looks_where_the_scenario_acts(lived: httpx.AsyncClient) -> None:
    made = await saved(lived, "Idea", SHORTER | {"set": {"avg_speed": "-10%"}}, {"measure": "M11"})
    told = (await lived.post(f"/scenarios/{made['id']}/recommend", json={"entity": "Umbra"})).json()["provenance"]
    assert told["acts_on"] == "speed and fuel_type"


async def test_numbers_without_measure_are_refused_or_answered(lived: httpx.AsyncClient) -> None:
    for where in ({"min": {"load_kg": 1e300}}, {"per_day": {"max_distance_km": 1e300}}):
        answer = await lived.post("/scenarios", json=body("Far off", {"where": where, "set": {"distance_km": "-1%"}}))
        assert answer.status_code == 422, answer.text
    hardly = {"currency": "EUR", "distance_per_km": 1e-12, "investment": 1e12}
    made = await saved(lived, "Hardly", SHORTER | {"set": {"distance_km": "-0.000001%"}}, prices=hardly)
    asked = (await lived.get(f"/scenarios/{made['id']}")).json()["runs"][0]["result"]["cost"]
    assert asked["payback_years"] > 2**64


async def test_names_are_unique_and_refusals_store_nothing(lived: httpx.AsyncClient, database_url: str) -> None:
    first, second = await saved(lived, "A"), await saved(lived, "B")
    for answer in (
        await lived.post("/scenarios", json=body("A")),
        await lived.put(f"/scenarios/{second['id']}", json=body("A")),
    ):
        assert (answer.status_code, f"Scenario {first['id']}" in answer.text) == (409, True)
    wrong = await lived.post("/scenarios", json=body("C", SHORTER | {"set": {"distance_km": "-200%"}}))
    assert wrong.status_code == 422
    for bad in ({}, body(" "), body("C") | {"x": 1}, body("C", *[SHORTER] * 7)):
        assert (await lived.post("/scenarios", json=bad)).status_code == 422
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO scenarios (name, version, spec, created_by, updated_by) "
            "SELECT 'x' || n, 1, '{}', 'a', 'a' FROM generate_series(1, 498) n"
        )
    full = await lived.post("/scenarios", json=body("D"))
    assert (full.status_code, "500 scenarios" in full.text) == (409, True)


async def test_another_tenants_scenarios_are_not_there(
    lived: httpx.AsyncClient, as_tenant: Callable[[int], None]
) -> None:
    made = await saved(lived, "A")
    await saved(lived, "B")
    as_tenant(2)
    path = f"/scenarios/{made['id']}"
    assert (await lived.get("/scenarios")).json() == []
    answers = [
        await lived.get(path), await lived.put(path, json=body()), await lived.delete(path),
        await lived.post(f"{path}/run"), await lived.post(f"{path}/recommend", json={"entity": "Umbra"}),
        await lived.get("/scenarios/compare", params={"ids": f"{made['id']},{made['id'] + 1}"}),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}


async def test_no_simulation_touches_what_is_recorded(lived: httpx.AsyncClient, database_url: str) -> None:
    def recorded() -> Any:
        with psycopg.connect(database_url) as connection:
            return [
                connection.execute(f"SELECT t::text, ctid::text FROM {name} t".encode()).fetchall()
                for name in EVENT_TABLES
            ]

    before = recorded()
    one = {"scenario_type": "logistics", "baseline_features": TRIP, "changes": {"distance_km": "-10%"}}
    assert (await lived.post("/simulate", json=one)).is_success
    batch = (
        await lived.post("/simulate/batch", json=[one, {"scenario_type": "x"}, 5, None, one | {"changes": {"x": 1}}])
    ).json()
    assert ["error" in each for each in batch] == [False, True, True, True, True]
    assert (await lived.post("/simulate/population", json=body()["spec"])).is_success
    shifted = {"energy_kwh": 100, "month": 7, "grid_region": "GB-hourly", "hours": 3}
    assert (await lived.post("/simulate/load-shift", json=shifted)).is_success
    made = await saved(lived)
    path = f"/scenarios/{made['id']}"
    assert (await lived.put(path, json=body("X", ELECTRIC, SHORTER))).is_success
    assert (await lived.post(f"{path}/run")).is_success
    assert (await lived.post(f"{path}/recommend", json={"entity": "Umbra"})).is_success
    assert (await lived.delete(path)).is_success
    assert recorded() == before


@pytest.mark.parametrize("path", ["/simulate/load-shift", "/scenarios"])
async def test_the_requests_that_the_page_shows_are_answered(lived: httpx.AsyncClient, path: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "what-if.md").read_text()
    shown = re.findall(rf"127\.0\.0\.1:8000{path} [^']+'[^']+' -d '([^']+)'", page)
    assert shown
    for each in shown:
        assert (await lived.post(path, json=json.loads(each))).is_success
