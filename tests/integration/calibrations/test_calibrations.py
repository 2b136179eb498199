"""Measured trips in the database, calibrations from them, and estimates that use these."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.calibrations import store as store
from carbon_nexus.calibrations.calibrate import FIT_SCHEMA, LATEST_TRIPS, LIVE_SCHEMA, WINDOW
from carbon_nexus.calibrations.jobs import recalibrate_all_tenants
from carbon_nexus.calibrations.service import recalibrate
from carbon_nexus.db.columns import copy_in
from carbon_nexus.db.tables import calibrations, predictions, provenances
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import Basis
from carbon_nexus.scans.jobs import scan
from tests.conftest import NOW

TRIP = {
    "event_type": "logistics", "vehicle_type": "artic_40t", "fuel_type": "diesel", "distance_km": 100.0,
    "load_kg": 9000.0, "speed": 60.0,
}  # fmt: skip
LITRES = float(
    (estimate(pl.DataFrame([TRIP]))["co2e_kg"] / estimate(pl.DataFrame([TRIP | {"fuel_litres": 1.0}]))["co2e_kg"])[0]
)
"""What the model says this trip burns."""
BEGIN = NOW - timedelta(days=20)


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.begin() as made:
        yield made


async def drive(
    engine: AsyncEngine,
    count: int,
    ratio: float | None,
    route: str = "R",
    start: datetime = BEGIN,
    tenant_id: int = 1,
    **changes: Any,
) -> None:
    """Store and scan hourly trips whose litres are `ratio` times the model's; None: not measured."""
    litres = None if ratio is None else LITRES * ratio
    events = pl.DataFrame([TRIP | {"fuel_litres": litres} | changes] * count).with_columns(
        tenant_id=pl.lit(tenant_id),
        supplier_id=pl.lit("Haulier"),
        route_id=pl.lit(route),
        timestamp=pl.Series([start + timedelta(hours=hour) for hour in range(count)]),
    )
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", events)
    await scan(engine, tenant_id, None, lambda: NOW)


async def refit(engine: AsyncEngine, tenant_id: int = 1, now: datetime = NOW) -> int:
    async with engine.begin() as connection:
        return await recalibrate(connection, tenant_id, now, Basis())


async def rows(engine: AsyncEngine, **where: Any) -> list[dict[str, Any]]:
    query = select(calibrations).order_by(calibrations.c.id).filter_by(**where)
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(query)).mappings()]


async def last_prediction(engine: AsyncEngine) -> dict[str, Any]:
    query = (
        select(predictions, provenances.c.notes, provenances.c.tier)
        .join(provenances, provenances.c.id == predictions.c.provenance_id)
        .order_by(predictions.c.event_id.desc())
        .limit(1)
    )
    async with engine.connect() as connection:
        return dict((await connection.execute(query)).mappings().one())


async def test_a_route_that_was_measured_is_known_when_it_is_not(engine: AsyncEngine) -> None:
    await drive(engine, 1, None)
    before = await last_prediction(engine)
    await drive(engine, 30, 1.2)
    assert await refit(engine) == 2
    await drive(engine, 1, None, start=NOW - timedelta(hours=2))
    after = await last_prediction(engine)
    assert after["predicted_co2"] == pytest.approx(1.2 * before["predicted_co2"])
    assert after["notes"] == "calibrated with measured trips"
    assert before["notes"] is None
    widths = [each["high_kg"] / each["predicted_co2"] for each in (before, after)]
    assert widths == pytest.approx([1.21, 1.1])
    (own,) = await rows(engine, level="entity")
    assert (after["calibration_id"], before["calibration_id"]) == (own["id"], None)
    assert (own["entity_type"], own["entity"], own["sample"]) == ("route", "R", 30)
    assert (own["ratio"], own["quantity"]) == (pytest.approx(1.2), "fuel")
    assert (own["first_event_at"], own["last_event_at"]) == (BEGIN, BEGIN + timedelta(hours=29))
    assert (own["created_at"], own["superseded_at"]) == (NOW, None)


async def test_a_measured_trip_stays_as_it_was_measured(engine: AsyncEngine) -> None:
    await drive(engine, 30, 1.2)
    measured = await last_prediction(engine)
    await refit(engine)
    await drive(engine, 1, 1.2, start=NOW - timedelta(hours=2))
    again = await last_prediction(engine)
    changing = ("event_id", "id", "event_time", "created_at")
    assert {name: again[name] for name in again if name not in changing} == {
        name: measured[name] for name in measured if name not in changing
    }
    assert (again["tier"], again["calibration_id"]) == ("T1", None)


async def test_another_route_has_the_class_s(engine: AsyncEngine) -> None:
    await drive(engine, 30, 1.2)
    await drive(engine, 19, 1.2, "few")
    assert await refit(engine) == 2
    assert await rows(engine, entity="few") == []
    (of_class,) = await rows(engine, level="class")
    assert of_class["sample"] == 49
    for route in ("few", "new"):
        await drive(engine, 1, None, route, start=NOW - timedelta(hours=2))
        found = await last_prediction(engine)
        assert found["calibration_id"] == of_class["id"]
        assert found["high_kg"] / found["predicted_co2"] == pytest.approx(1.21)


async def test_a_wrong_unit_is_refused(engine: AsyncEngine) -> None:
    await drive(engine, 30, 1000.0)
    assert await refit(engine) == 0
    assert await rows(engine) == []


async def test_nothing_new_writes_nothing(engine: AsyncEngine) -> None:
    await drive(engine, 30, 1.2)
    await refit(engine)
    before = await rows(engine)
    assert await refit(engine, now=NOW + timedelta(hours=1)) == 0
    await drive(engine, 5, 1.2, start=NOW - timedelta(days=1))
    assert await refit(engine, now=NOW + timedelta(hours=2)) == 0
    await drive(engine, 1, None, start=NOW - timedelta(hours=2))
    assert await refit(engine, now=NOW + timedelta(hours=3)) == 0
    assert await rows(engine) == before


async def test_news_supersede_the_old_row_which_else_stays_as_it_was(engine: AsyncEngine) -> None:
    later = NOW + timedelta(days=1)
    await drive(engine, 30, 1.2)
    await drive(engine, 30, 0.8, "other", start=BEGIN - timedelta(days=30))
    await refit(engine)
    before = await rows(engine)
    await drive(engine, 40, 1.5, start=NOW - timedelta(days=3))
    assert await refit(engine, now=later) == 2
    after = await rows(engine)
    assert [row["entity"] for row in before] == [None, "R", "other"]
    gone = [row | {"superseded_at": later} for row in before[:2]]
    assert after[:3] == [*gone, before[2]]
    assert [(row["entity"], row["superseded_at"]) for row in after[3:]] == [(None, None), ("R", None)]
    assert [row["ratio"] for row in after[3:]] == pytest.approx([1.2, 1.5])
    assert {row["created_at"] for row in after[3:]} == {later}


async def test_a_route_measured_long_ago_keeps_its_calibration(engine: AsyncEngine) -> None:
    await drive(engine, 30, 1.2)
    await refit(engine)
    before = await rows(engine)
    assert await refit(engine, now=NOW + 2 * WINDOW) == 0
    assert await rows(engine) == before


async def test_a_unit_slip_later_on_does_not_replace_what_is_known(engine: AsyncEngine) -> None:
    await drive(engine, 30, 1.2)
    await refit(engine)
    before = await rows(engine)
    await drive(engine, 100, 1200.0, start=NOW - timedelta(days=5))
    assert await refit(engine) == 0
    assert await rows(engine) == before


async def test_electric_vans_and_plug_ins_are_calibrated_too(engine: AsyncEngine) -> None:
    van: dict[str, Any] = {"event_type": "delivery", "vehicle_type": "van_ev", "fuel_type": None, "energy_kwh": 60.0}
    car: dict[str, Any] = {"vehicle_type": "car", "fuel_type": "phev", "energy_kwh": 8.0}
    await drive(engine, 25, None, "vans", **van)
    await drive(engine, 25, 0.1, "cars", **car)
    assert await refit(engine) == 4
    found = {row["entity"]: row for row in await rows(engine, level="entity")}
    assert (found["vans"]["fuel"], found["vans"]["quantity"]) == ("electric", "electricity")
    assert (found["cars"]["fuel"], found["cars"]["quantity"]) == ("plug_in_hybrid", "both")


async def test_filled_in_events_are_no_measurement(engine: AsyncEngine) -> None:
    await drive(engine, 30, 1.2, simulated=True)
    assert await refit(engine) == 0


async def test_only_the_latest_trips_of_a_vehicle_are_read(engine: AsyncEngine) -> None:
    await drive(engine, LATEST_TRIPS + 30, 1.2)
    await drive(engine, 3, 1.2, "other")
    await drive(engine, 4, 1.2, "old", start=NOW - WINDOW - timedelta(hours=4))
    await drive(engine, 4, 1.2, "future", start=NOW)
    await drive(engine, 5, None)
    async with engine.begin() as connection:
        found = await store.measured_trips(connection, 1, NOW - WINDOW, NOW)
    assert found.schema == store.TRIP_SCHEMA
    assert dict(found.group_by("entity").len().iter_rows()) == {"R": LATEST_TRIPS, "other": 3}
    assert found.filter(pl.col("entity") == "R")["event_time"].min() == BEGIN + timedelta(hours=30)


async def test_tenants_keep_to_themselves(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO tenants (name) VALUES ('second'), ('third')"))
    await drive(engine, 30, 1.2)
    await drive(engine, 30, 0.7, tenant_id=2)
    assert await recalibrate_all_tenants(engine, lambda: NOW, Basis()) == 4
    assert await recalibrate_all_tenants(engine, lambda: NOW, Basis()) == 0
    for tenant_id, ratios in ((1, [1.2, 1.2]), (2, [0.7, 0.7]), (3, [])):
        async with engine.begin() as connection:
            live = await store.live(connection, tenant_id)
        assert live.schema == LIVE_SCHEMA
        assert live["ratio"].to_list() == pytest.approx(ratios)


async def test_two_at_once_write_once(engine: AsyncEngine) -> None:
    await drive(engine, 30, 1.2)
    assert sorted(await asyncio.gather(*(refit(engine) for _ in range(4)))) == [0, 0, 0, 2]
    assert len(await rows(engine)) == 2


async def test_thousands_are_saved_at_once(connection: AsyncConnection) -> None:
    """More than fit into the arrays of one statement."""
    row = {
        "level": "entity", "entity_type": "route", "event_type": "delivery", "vehicle_class": "car", "fuel": "petrol",
        "quantity": "fuel", "ratio": 1 / 3, "half_width": 0.1 + 0.2, "sample": 20, "first_event_at": BEGIN,
        "last_event_at": NOW,
    }  # fmt: skip
    many = pl.DataFrame([row | {"entity": f'"{place}", 🚚'} for place in range(3000)], schema=FIT_SCHEMA)
    await store.save(connection, 1, many.with_columns(supersedes=pl.lit(None, pl.Int64)), NOW)
    first = await store.live(connection, 1)
    assert first.drop("calibration_id").sort("entity").equals(many.sort("entity"))
    later = NOW + timedelta(hours=1)
    await store.save(connection, 1, first.rename({"calibration_id": "supersedes"}), later)
    second = await store.live(connection, 1)
    assert second.height == 3000
    assert first["calibration_id"].is_in(second["calibration_id"].implode()).sum() == 0
    superseded = calibrations.c.superseded_at == later
    assert len((await connection.execute(select(calibrations.c.id).where(superseded))).all()) == 3000


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "route"}, {"level": "class"}, {"entity": None}, {"entity_type": None}, {"quantity": "kWh"},
        {"event_type": "factory"}, {"ratio": 0.0}, {"half_width": -1.0}, {"sample": 0}, {},
    ],
)  # fmt: skip
async def test_the_table_refuses_what_no_calibration_is_and_two_in_use(
    connection: AsyncConnection, changes: dict[str, Any]
) -> None:
    row = {
        "level": "entity", "entity_type": "route", "entity": "R", "event_type": "delivery", "vehicle_class": "car",
        "fuel": "petrol", "quantity": "fuel", "ratio": 1.0, "half_width": 0.1, "sample": 20, "first_event_at": BEGIN,
        "last_event_at": NOW,
    }  # fmt: skip
    await connection.execute(calibrations.insert(), row)
    with pytest.raises(IntegrityError):
        await connection.execute(calibrations.insert(), row | changes)


async def test_the_list_is_paged_newest_first(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    assert (await client.get("/calibrations")).json() == []
    await drive(engine, 30, 1.2)
    await drive(engine, 30, 1.2, tenant_id=2)
    await refit(engine)
    await refit(engine, tenant_id=2)
    await drive(engine, 40, 1.5, start=NOW - timedelta(days=3))
    await refit(engine)
    first = await client.get("/calibrations", params={"limit": 3})
    assert first.headers["X-Total-Count"] == "4"
    rest = await client.get("/calibrations", params={"limit": 3, "cursor": first.headers["X-Next-Cursor"]})
    listed = first.json() + rest.json()
    ids = [row["id"] for row in listed]
    assert ids == sorted(ids, reverse=True)
    assert [(row["level"], row["superseded_at"] is None) for row in listed] == [
        ("entity", True), ("class", True), ("entity", False), ("class", False),
    ]  # fmt: skip
    for in_use, expected in ((True, ids[:2]), (False, ids[2:])):
        answer = await client.get("/calibrations", params={"in_use": in_use})
        assert [row["id"] for row in answer.json()] == expected
    newest = listed[0]
    assert (newest["entity"], newest["sample"], newest["created_at"]) == ("R", 70, "2026-03-18T12:00:00+00:00")
    schema = (await client.get("/openapi.json")).json()["components"]["schemas"]["FittedCalibration"]
    assert newest.keys() == schema["properties"].keys()


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 501}, {"cursor": 0}, {"in_use": "maybe"}])
async def test_a_bad_page_is_refused(client: httpx.AsyncClient, params: dict[str, Any]) -> None:
    answer = await client.get("/calibrations", params=params)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", next(iter(params))]
