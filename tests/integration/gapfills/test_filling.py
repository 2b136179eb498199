"""Gaps filled, scanned, explained and taken back on a real database: the event never changes, the rest says so."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.app import create_app
from carbon_nexus.baselines.service import recalculate
from carbon_nexus.calibrations.store import measured_trips
from carbon_nexus.db.columns import copy_in
from carbon_nexus.emissions.model import Basis
from carbon_nexus.gapfills.routes import router
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.restate import effect
from carbon_nexus.scans.jobs import scan
from carbon_nexus.settings import Settings
from tests.conftest import NOW

URL = "/api/v1/ingest/fill"
Row = dict[str, Any]
HOURS = 24 * 21


@pytest.fixture
def app(settings: Settings, database_url: str) -> FastAPI:
    made = create_app(settings, database_url, clock=lambda: NOW)
    if not any(getattr(route, "path", "") == URL for route in made.routes):
        made.include_router(router)
    return made


def hours(count: int = HOURS, every: int = 50, **columns: Any) -> pl.DataFrame:
    """Hourly readings of a works up to NOW, every so-manieth without its energy."""
    at = range(count)
    kwh = [None if place % every == every - 1 else 900.0 + (place * 37) % 200 for place in at]
    given = {"factory_id": "Works", "supplier_id": "Owner", "event_type": "factory"} | columns
    frame = pl.DataFrame({"energy_kwh": kwh, "timestamp": [NOW - timedelta(hours=count - place) for place in at]})
    return frame.with_columns(pl.lit(value).alias(name) for name, value in given.items()).with_columns(
        tenant_id=pl.lit(1), shift_hours=pl.lit(1.0)
    )


async def store(engine: AsyncEngine, *frames: pl.DataFrame) -> None:
    async with engine.begin() as connection:
        for frame in frames:
            await copy_in(connection, "events_normalized", frame)


async def scanned(engine: AsyncEngine, estimator: Estimator = EMBEDDED) -> None:
    await scan(engine, 1, None, lambda: NOW, estimator)


async def read(engine: AsyncEngine, query: str) -> list[Row]:
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(text(query))).mappings()]


async def ask(client: httpx.AsyncClient, **asked: Any) -> Row:
    answer = await client.post(URL, json={"fields": ["energy_kwh"]} | asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


EVENTS = "SELECT * FROM events_normalized ORDER BY id"
FILLED = "SELECT * FROM predictions WHERE filled ORDER BY event_id"
STATE = """
SELECT event_id, predicted_co2, low_kg, high_kg, confidence_score, reason, filled, inputs_hash, activity, provenance_id
FROM predictions ORDER BY event_id
"""
ROLLUPS = (
    "SELECT hour, event_type, entity, event_count, unestimated_count, round(co2e_kg::numeric, 6) AS kg "
    "FROM emissions_hourly ORDER BY 1, 2, 3",
    "SELECT day, event_type, event_count, unestimated_count, round(co2e_kg::numeric, 6) AS kg "
    "FROM emissions_daily ORDER BY 1, 2",
)


async def test_from_the_gap_to_the_total_and_back(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, hours())
    await scanned(engine)
    events, state, rollups = (
        await read(engine, EVENTS),
        await read(engine, STATE),
        [await read(engine, q) for q in ROLLUPS],
    )
    answer = await ask(client)
    assert (answer["filled"], answer["events"], answer["left"], answer["not_fillable"]) == (10, 10, 0, 0)
    (group,) = answer["groups"]
    assert (group["entity"], group["entity_type"], group["field"]) == ("Works", "factory", "energy_kwh")
    assert (group["lacking"], group["filled"], group["sample_size"]) == (10, 10, HOURS - 10)
    assert 0 < group["median_error"] < 60
    assert group["typical_low"] < group["typical_value"] < group["typical_high"]
    await scanned(engine)
    made, plain = await read(engine, FILLED), [row for row in state if row["predicted_co2"] is None]
    assert [row["event_id"] for row in made] == [row["event_id"] for row in plain]
    for row in made:
        assert row["predicted_co2"] == pytest.approx(0.2454 * group["typical_value"], rel=0.05)
        # the measured hours are known to a few per cent, these to a tenth
        assert row["low_kg"] < 0.92 * row["predicted_co2"] < row["predicted_co2"] * 1.08 < row["high_kg"]
    before, after = (
        sum(row["predicted_co2"] or 0 for row in state),
        await read(engine, "SELECT sum(co2e_kg) AS co2e_kg, sum(unestimated_count) AS left FROM emissions_daily"),
    )
    assert after[0]["co2e_kg"] == pytest.approx(before + sum(row["predicted_co2"] for row in made))
    assert after[0]["left"] == 0
    assert await read(engine, EVENTS) == events, "the events stay as they came"
    taken = (await client.delete(URL)).json()
    assert taken == {"values": 10, "events": 10, "left": 0}
    await scanned(engine)
    assert await read(engine, STATE) == state
    assert [await read(engine, query) for query in ROLLUPS] == rollups
    assert await read(engine, "SELECT * FROM estimated_values") == []
    told = "SELECT action FROM audit_logs WHERE action LIKE 'values.%' ORDER BY id"
    assert [row["action"] for row in await read(engine, told)] == [
        "values.estimated",
        "values.taken_back",
    ]


async def test_asking_again_fills_what_is_still_lacking(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, hours())
    dry = await ask(client, dry_run=True)
    assert (dry["filled"], dry["dry_run"]) == (10, True)
    assert await read(engine, "SELECT * FROM estimated_values") == []
    earlier = await ask(client, until=(NOW - timedelta(days=10)).isoformat())
    assert 0 < earlier["filled"] < 10
    assert (await ask(client))["filled"] == 10 - earlier["filled"]
    assert (await ask(client))["filled"] == 0
    newest = await client.get(URL, params={"entity": "Works", "field": "energy_kwh", "limit": 4})
    assert newest.headers["X-Total-Count"] == "10"
    rest = await client.get(URL, params={"limit": 500, "cursor": newest.headers["X-Next-Cursor"]})
    assert [row["id"] for row in (*newest.json(), *rest.json())] == list(range(10, 0, -1))
    assert {row["entity"] for row in newest.json()} == {"Works"}
    assert (await client.get(URL, params={"entity": "Other"})).json() == []


async def test_two_calls_at_once_fill_each_gap_once(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, hours())
    answers = await asyncio.gather(ask(client), ask(client))
    assert sorted(answer["filled"] for answer in answers) == [0, 10]


async def test_taken_back_is_what_was_named(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, hours(), hours(factory_id="Other"), trips({"speed": None}))
    assert (await ask(client, fields=["energy_kwh", "speed"]))["filled"] == 21

    async def take(**named: Any) -> int:
        return int((await client.delete(URL, params=named)).json()["values"])

    assert await take(entity="Works", until=(NOW - timedelta(days=30)).isoformat()) == 0
    assert await take(field="speed", entity_type="factory") == 0
    assert await take(entity="Works", field=["energy_kwh", "speed"]) == 10
    assert await take(field="speed") == 1
    assert await take() == 10


async def test_another_factor_set_is_tried_on_what_stands_in_too(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await store(engine, hours())
    await ask(client)
    await scanned(engine)
    (total,) = await read(engine, "SELECT sum(co2e_kg) AS kg FROM emissions_daily")
    async with engine.connect() as connection:
        found = await effect(connection, 1, Basis(), Basis("desnz-2026.1"), NOW - timedelta(days=30), NOW)
    assert found["events"].to_list() == [HOURS]
    assert found["old_kg"][0] == pytest.approx(total["kg"])


async def test_a_baseline_is_the_same_with_and_without(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, hours())
    await scanned(engine)
    baselines = "SELECT season_cell, baseline_value, sample_size FROM baselines WHERE metric = 'intensity' ORDER BY 1"

    async def made() -> list[Row]:
        async with engine.begin() as connection:
            await recalculate(connection, 1, NOW)
        return await read(engine, baselines)

    before = await made()
    await ask(client)
    await scanned(engine)
    assert len(await read(engine, FILLED)) == 10
    assert await made() == before


async def test_an_explanation_says_what_stands_in(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, hours())
    await scanned(engine)
    await ask(client)
    await scanned(engine)
    (first, *_) = await read(engine, FILLED)
    found = (await client.get(f"/predictions/{first['event_id']}/explain")).json()
    assert (found["agrees"], found["unchanged"], found["prediction"]["filled"]) == (True, True, True)
    (stand_in,) = found["stand_ins"]
    words = f"energy_kwh is estimated: {stand_in['method']} of {HOURS - 10} own values"
    assert stand_in["words"] == words
    assert words in found["prediction"]["reason"]
    assert found["tier"] == "T2", "what stands in was not measured"
    inputs = {each["name"]: each for each in found["inputs"]}
    assert (inputs["energy_kwh"]["source"], inputs["energy_kwh"]["value"]) == ("stand-in", stand_in["value"])
    assert inputs["shift_hours"]["source"] == "event"
    lines = {line["step"]: line["value"] for line in found["lines"]}
    for name in ("low_kg", "high_kg"):
        assert lines[name] == pytest.approx(found["prediction"][name], rel=1e-9)
    told = await client.get(f"/predictions/{first['event_id']}/explain", params={"format": "text"})
    assert f"energy_kwh {stand_in['value']:.10g} kWh (stand-in)" in told.text
    measured = (await client.get("/predictions/1/explain")).json()
    assert (measured["stand_ins"], measured["prediction"]["filled"], measured["tier"]) == ([], False, "T1")


async def test_only_what_was_measured_counts(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    """Neither simulated values nor outliers nor another's make a stand-in."""
    await store(
        engine,
        hours(19, every=100),
        hours(30, every=100, simulated=True),
        hours(30, every=100, is_outlier=True),
        hours(30, every=100, factory_id="Other"),
        hours(30, every=100, event_type="warehouse", warehouse_id="Works"),
        hours(1, every=1),
    )
    answer = await ask(client)
    assert (answer["filled"], answer["not_fillable"]) == (0, 1)
    assert answer["groups"][0]["reason"] == "19 of the 20 values of its own that an estimate needs"
    await store(engine, hours(1, every=100))
    assert (await ask(client, entity="Works"))["groups"][0]["sample_size"] == 20
    await store(engine, hours(2, every=1))
    again = await ask(client)
    assert (again["filled"], again["groups"][0]["sample_size"]) == (2, 20), "no stand-in makes another"


TRIP = {"event_type": "logistics", "vehicle_type": "truck", "fuel_type": "diesel", "route_id": "R-1"}


def trips(lacking: Mapping[str, Any], count: int = 100, **more: Any) -> pl.DataFrame:
    """Trips of one route, the last of which lacks these fields."""
    made = [
        {"distance_km": 200.0 + (place * 7) % 40, "load_kg": 9000.0 + (place * 611) % 4000, "speed": 55.0 + place % 17,
         "timestamp": NOW - timedelta(hours=count - place), **TRIP, **more}
        for place in range(count)
    ]  # fmt: skip
    made[-1] |= lacking
    return pl.DataFrame(made, infer_schema_length=None).with_columns(tenant_id=pl.lit(1), supplier_id=pl.lit("H"))


async def test_several_fields_of_a_trip(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, trips(dict.fromkeys(("distance_km", "load_kg", "speed"))))
    answer = await ask(client, fields=["distance_km", "load_kg", "speed", "energy_kwh"])
    assert (answer["filled"], answer["events"]) == (3, 1)
    await scanned(engine)
    (made,) = await read(engine, FILLED)
    assert made["predicted_co2"] > 0
    assert made["activity_unit"] == "t.km"
    found = (await client.get(f"/predictions/{made['event_id']}/explain")).json()
    assert {each["field"] for each in found["stand_ins"]} == {"distance_km", "load_kg", "speed"}
    assert found["agrees"]
    lines = {line["step"]: line["value"] for line in found["lines"]}
    assert lines["high_kg"] == pytest.approx(found["prediction"]["high_kg"], rel=1e-9)
    assert "is missing" not in found["prediction"]["reason"]


async def test_a_measured_trip_is_marked_but_not_wider(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    """Its litres tell its CO2e; its distance is what it is compared by."""
    await store(engine, trips({"distance_km": None}, fuel_litres=60.0))
    await scanned(engine)
    before = (await read(engine, STATE))[-1]
    await ask(client, fields=["distance_km"])
    await scanned(engine)
    after = (await read(engine, STATE))[-1]
    assert (before["filled"], after["filled"]) == (False, True)
    assert [after[name] for name in ("predicted_co2", "low_kg", "high_kg")] == pytest.approx(
        [before[name] for name in ("predicted_co2", "low_kg", "high_kg")]
    )
    assert (before["activity"], after["activity"] is None) == (None, False)
    found = (await client.get(f"/predictions/{after['event_id']}/explain")).json()
    assert found["tier"] == "T1"


async def test_an_electric_trip_gets_no_energy(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, trips({"energy_kwh": None}, energy_kwh=90.0, vehicle_type="van_ev", fuel_type=None))
    assert (await ask(client))["groups"] == []


async def test_calibrations_do_not_learn_from_a_stand_in(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, trips({"distance_km": None}, fuel_litres=60.0))
    await ask(client, fields=["distance_km"])
    await scanned(engine)
    async with engine.connect() as connection:
        trained = await measured_trips(connection, 1, NOW - timedelta(days=30), NOW)
    assert trained.height == 99


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"fields": []}, "at least 1 item"),
        ({"fields": ["furnace_usage"]}, "'distance_km', 'load_kg', 'speed' or 'energy_kwh'"),
        ({"since": "2026-03-01T00:00:00"}, "timezone"),
        ({"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, "must lie after since"),
        ({"entity": "a\x00"}, "NUL"),
        ({"entitty": "a"}, "not permitted"),
    ],
)
async def test_a_wrong_request_is_refused(client: httpx.AsyncClient, asked: Row, told: str) -> None:
    answer = await client.post(URL, json={"fields": ["speed"]} | asked)
    assert answer.status_code == 422
    assert told in answer.text


async def test_another_tenants_events_are_not_touched(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO tenants (name) VALUES ('other')"))
    await store(engine, hours().with_columns(tenant_id=pl.lit(2)), hours(1, every=1))
    answer = await ask(client)
    assert (answer["filled"], answer["groups"][0]["reason"][:2]) == (0, "0 ")
