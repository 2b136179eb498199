"""Emissions by the hour, by their parts and of the month, at NOW = Wednesday 2026-03-18 12:00 UTC."""

from datetime import timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import emissions_daily, emissions_hourly, predictions
from tests.conftest import NOW
from tests.integration.emissions.test_emissions_routes import fill, hour
from tests.integration.scans.scanned import hourly, scanned, store, trips

HOUR = timedelta(hours=1)
WEEK = 168


async def asked(client: httpx.AsyncClient, path: str, **params: Any) -> dict[str, Any]:
    answer = await client.get(f"/emissions/{path}", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def with_scan(engine: AsyncEngine) -> None:
    """Two trips of which nothing is measured, one with its fuel and a site with its meter."""
    modelled = trips(hourly(NOW - 3 * HOUR, [8_000.0, 9_000.0]), "modelled", "R-1")
    fuelled = trips([(NOW - HOUR, 8_000.0)], "fuelled", "R-2").with_columns(fuel_litres=pl.lit(30.0))
    site = pl.DataFrame({"event_type": "factory", "supplier_id": "S", "factory_id": "F", "timestamp": [NOW - HOUR]})
    await store(engine, modelled)
    await store(engine, fuelled)
    await store(engine, site.with_columns(source=pl.lit("t"), external_id=pl.lit("m"), energy_kwh=pl.lit(100.0)))
    await scanned(engine, None)


async def test_the_series_adds_up_to_what_the_other_endpoints_say(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await with_scan(engine)
    series, current = await asked(client, "series"), await asked(client, "current")
    assert len(series["hours"]) == 25
    total = series["total"]
    assert total["co2e_kg"] == pytest.approx(sum(current["categories"].values()))
    assert total["co2e_kg"] == pytest.approx(sum(each["co2e_kg"] or 0 for each in series["hours"]))
    assert total["measured_share"] == pytest.approx(current["measured_share"])
    assert 0 < total["measured_share"] < 1
    assert (total["event_count"], series["usual_reason"] is None) == (4, False)
    for by in ("entity", "event_type", "scope"):
        parts = await asked(client, "breakdown", by=by)
        assert sum(part["co2e_kg"] for part in parts["parts"]) == pytest.approx(total["co2e_kg"])
        assert sum(part["measured_kg"] for part in parts["parts"]) == pytest.approx(total["measured_kg"])
        assert sum(part["share"] for part in parts["parts"]) == pytest.approx(1)
        assert parts["measured_share"] == pytest.approx(total["measured_share"])


async def test_upstream_of_own_fuel_and_electricity_is_scope_3(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await with_scan(engine)
    async with engine.connect() as connection:
        rows = (await connection.execute(select(predictions.c.ttw_kg, predictions.c.wtt_kg))).all()
    parts = {each["name"]: each for each in (await asked(client, "breakdown", by="scope"))["parts"]}
    assert set(parts) == {"scope 1", "scope 2", "scope 3"}
    assert parts["scope 1"]["co2e_kg"] + parts["scope 2"]["co2e_kg"] == pytest.approx(sum(row.ttw_kg for row in rows))
    assert parts["scope 3"]["co2e_kg"] == pytest.approx(sum(row.wtt_kg for row in rows))
    assert [parts[f"scope {n}"]["event_count"] for n in (1, 2, 3)] == [3, 1, 4]


async def test_all_of_what_others_burn_is_scope_3_and_a_scope_may_be_unknown(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await with_scan(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE provenances SET scope = 3 WHERE scope = 1"))
        await connection.execute(text("UPDATE predictions SET provenance_id = NULL WHERE prediction_type = 'factory'"))
    parts = {each["name"]: each for each in (await asked(client, "breakdown", by="scope"))["parts"]}
    assert set(parts) == {"scope 3", "scope not known"}
    assert (parts["scope 3"]["event_count"], parts["scope not known"]["event_count"]) == (4, 1)


async def test_the_usual_hour_comes_from_the_same_hour_of_the_weeks_before(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    weeks = [hour(1 + WEEK * week, 10.0 * week) for week in range(1, 9)]
    between = [hour(2 + 24 * day, 5_000) for day in range(2, 7)]
    others = [hour(1, 70), hour(1 + WEEK, 9_999, tenant_id=2), hour(1 + 9 * WEEK, 9_999)]
    await fill(engine, emissions_hourly, weeks + between + others)
    found = await asked(client, "series", hours=1)
    last = found["hours"][0]
    assert (last["co2e_kg"], last["usual_kg"], last["usual_weeks"]) == (70, 45, 8)
    assert (last["usual_low_kg"], last["usual_high_kg"]) == pytest.approx((17, 73))
    assert (found["hours"][1]["usual_kg"], found["hours"][1]["usual_weeks"]) == (0, 8)
    assert found["usual_reason"] is None


async def test_a_window_of_a_week_counts_no_hour_twice(
    app: FastAPI, client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    app.state.clock = lambda: NOW + HOUR / 2
    await fill(engine, emissions_hourly, [hour(0, 1), hour(WEEK, 2)])
    found = await asked(client, "series", hours=WEEK)
    assert len(found["hours"]) == WEEK + 1
    assert found["total"]["co2e_kg"] == 3
    assert (found["hours"][0]["co2e_kg"], found["hours"][-1]["co2e_kg"], found["hours"][-1]["running"]) == (2, 1, True)
    assert found["hours"][-1]["usual_weeks"] == 1


async def test_the_largest_parts_are_named_and_the_rest_is_one(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await fill(engine, emissions_hourly, [hour(1, 10.0 * n, f"Plant {n}", measured_kg=5.0) for n in range(1, 6)])
    other_kind: dict[str, Any] = {"entity_type": "supplier", "event_type": "logistics"}
    await fill(engine, emissions_hourly, [hour(1, 45, "Plant 5", **other_kind), hour(1, 7, tenant_id=2)])
    await fill(engine, emissions_hourly, [hour(1, 0, "Dark", events=0, unestimated=2), hour(30, 999, "Late")])
    found = await asked(client, "breakdown", limit=2)
    named = [(each["name"], each["entity_type"], each["co2e_kg"], each["share"]) for each in found["parts"]]
    assert named == [
        ("Plant 5", "factory", 50, pytest.approx(50 / 195)),
        ("Plant 5", "supplier", 45, pytest.approx(45 / 195)),
    ]
    rest = found["others"]
    assert (rest["count"], rest["co2e_kg"], rest["measured_kg"], rest["event_count"]) == (4, 100, 20, 4)
    assert (found["co2e_kg"], found["measured_share"], found["unestimated_count"]) == (195, pytest.approx(25 / 195), 2)
    assert found["reason"] == "2 of 8 events have no estimate and are not counted"
    by_type = await asked(client, "breakdown", by="event_type")
    assert [(each["name"], each["entity_type"]) for each in by_type["parts"]] == [
        ("factory", None),
        ("logistics", None),
    ]
    assert by_type["others"] is None


async def test_nothing_has_no_parts_and_says_so(client: httpx.AsyncClient) -> None:
    found = await asked(client, "breakdown")
    assert (found["co2e_kg"], found["measured_share"], found["parts"], found["others"]) == (None, None, [], None)
    assert found["reason"] == "no event in this time"


async def test_the_month_so_far_is_its_days_and_today_as_far_as_it_has_come(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    day = {"tenant_id": 1, "event_type": "factory", "ttw_kg": 0.0, "wtt_kg": 0.0, "event_count": 1}
    kilograms = {1: 30.0, 17: 12.0, 18: 999.0}  # today's hours tell, which know what is dated ahead
    rows = [
        day | {"day": NOW.date().replace(day=n), "co2e_kg": kg, "unestimated_count": 1, "measured_kg": kg / 2}
        for n, kg in kilograms.items()
    ]
    last_month = {"day": NOW.date().replace(month=2), "co2e_kg": 7.0, "unestimated_count": 0, "measured_kg": 7.0}
    await fill(engine, emissions_daily, [*rows, day | last_month])
    await fill(engine, emissions_hourly, [hour(1, 18, measured_kg=18.0), hour(-3, 500, measured_kg=0.0)])
    found = await asked(client, "current")
    month = found["month_to_date"]
    assert (month["month"], month["co2e_kg"], month["measured_kg"], month["measured_share"]) == (
        "2026-03",
        60,
        39,
        0.65,
    )
    assert (month["event_count"], month["unestimated_count"]) == (5, 2)
    assert month["reason"] == "2 of 5 events have no estimate and are not counted"
    assert (found["total_today"], found["today_measured_share"]) == (18, 1)


async def test_on_the_first_of_a_month_it_is_the_day(
    app: FastAPI, client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    app.state.clock = lambda: NOW.replace(day=1)
    await fill(engine, emissions_hourly, [hour(17 * 24 + 1, 18)])
    assert (await asked(client, "current"))["month_to_date"]["co2e_kg"] == 18


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("series", {"hours": 0}),
        ("series", {"hours": 169}),
        ("breakdown", {"hours": "a day"}),
        ("breakdown", {"by": "colour"}),
        ("breakdown", {"limit": 101}),
        ("breakdown", {"limit": 0}),
    ],
)
async def test_what_is_out_of_bounds_is_refused(path: str, params: dict[str, Any], client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/emissions/{path}", params=params)
    assert answer.status_code == 422
    assert next(iter(params)) in answer.text
