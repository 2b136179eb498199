"""What if, as a user meets it: short rounds by electric vans, kept, asked again, compared, and recommended."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from carbon_nexus.recommendations.model import Cause
from tests.causes import HISTORY_DAYS, VAN, Fault
from tests.e2e.conftest import Running
from tests.e2e.test_recommending import csv_of, done, query, recommended, send, wait_for

PERIOD_DAYS = 28
DIESEL = {"vehicle_type": ["van*"], "fuel_type": ["diesel"]}
ELECTRIC = {
    "name": "Short rounds become electric",
    "where": DIESEL | {"per_day": {"max_distance_km": 80}},
    "set": {"fuel_type": "electric"},
}
SHORTER = {"name": "Better planning", "where": DIESEL, "set": {"distance_km": "-5%"}}

LONG = Fault("long round", Cause.UNKNOWN, lambda _: VAN, lambda _: VAN)  # 280 km on each day, and nothing is wrong
SHORT = Fault(
    "short round", Cause.DENSITY, lambda _: VAN | {"distance_km": 17.0},
    lambda _: VAN | {"distance_km": 17.0, "delivery_count": 30},
)  # fmt: skip
LATER = replace(LONG, entity="round that reports late", usual=SHORT.usual, faulty=SHORT.usual)

REAL = ("events_raw", "events_normalized", "predictions", "emissions_hourly", "emissions_daily")
DIGEST = "SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} t"
ESTIMATED = "SELECT count(*) FROM predictions WHERE predicted_co2 IS NOT NULL"


def ingested(server: Running, place: Path, *rounds: Fault) -> dict[str, object]:
    """Send the days of these rounds; what the real data are once all is estimated."""
    (before,) = query(server, ESTIMATED)
    sent = send(server, "/api/v1/ingest/upload", csv_of(place, *rounds))["rows_stored"]
    assert sent == sum((HISTORY_DAYS + 1) * len(each.hours) for each in rounds)
    wait_for(lambda: query(server, ESTIMATED) == (before + sent,))
    return real(server)


def real(server: Running) -> dict[str, object]:
    """A digest of everything in each table of real data."""
    return {table: query(server, DIGEST.format(table))[0] for table in REAL}


def test_short_rounds_by_electric_vans_from_the_question_to_an_approved_recommendation(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    server = serve()
    before = ingested(server, tmp_path, SHORT, LONG)
    (hotspot,) = wait_for(lambda: server.get("/hotspots").json())
    assert hotspot["entity"] == SHORT.entity
    programs = wait_for(lambda: recommended(server, hotspot["id"]))

    spec = {"scope": {"event_type": "delivery"}, "changes": [ELECTRIC, SHORTER]}
    asked = done(server, "/simulate/population", **spec)
    electric, shorter = asked["changes"]
    assert (electric["events"], shorter["events"]) == (PERIOD_DAYS * 4, PERIOD_DAYS * 8)
    assert electric["delta_kg"] + shorter["delta_kg"] == pytest.approx(asked["delta_kg"], rel=1e-9)
    assert asked["delta_low_kg"] < asked["delta_kg"] < asked["delta_high_kg"] < 0

    kept = done(server, "/scenarios", name="Electric short rounds", spec=spec)
    told = kept["runs"][0]["result"]
    assert told | {"made_at": asked["made_at"]} == asked
    planning = done(server, "/scenarios", name="Better planning alone", spec=spec | {"changes": [SHORTER]})
    assert real(server) == before

    before = ingested(server, tmp_path, LATER)
    path = f"/scenarios/{kept['id']}"
    newest = done(server, f"{path}/run")["runs"][0]
    assert newest["since"]["events"] == PERIOD_DAYS * 4
    assert newest["since"]["delta_kg"] < 0
    both = f"/scenarios/compare?ids={kept['id']},{planning['id']}"
    assert "They ran on different data" in server.get(both).json()["warnings"][0]
    done(server, f"/scenarios/{planning['id']}/run")
    compared = server.get(both).json()
    assert (compared["comparable"], compared["warnings"]) == (True, [])
    first, second = compared["scenarios"]
    assert first["baseline_kg"] == second["baseline_kg"]
    assert first["delta_kg"] < second["delta_kg"] < 0

    advice = done(server, f"{path}/recommend", entity=SHORT.entity)
    here = {each["entity"]: each["delta_kg"] for each in newest["result"]["entities"]}
    assert (advice["title"], advice["hotspot_id"]) == (kept["name"], hotspot["id"])
    assert advice["co2_reduction"] == pytest.approx(-here[SHORT.entity])
    assert (advice["provenance"]["run_id"], advice["status"]) == (newest["id"], "pending")
    assert server.post(f"{path}/recommend", json={"entity": SHORT.entity}).status_code == 409
    assert done(server, f"/recommendations/{advice['id']}/approve")["status"] == "approved"
    timeline = server.get(f"/recommendations/{advice['id']}/timeline").json()
    assert [each["action"] for each in timeline] == ["recommendation.proposed", "recommendation.approved"]
    of_programs = {each["id"]: each for each in recommended(server, hotspot["id"])}
    assert [of_programs[each["id"]] for each in programs] == programs

    assert real(server) == before
    assert server.get("/audit/verify").json()["intact"]
