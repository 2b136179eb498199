"""`GET /forecasts`: each level, its bands and parts, how far to trust it, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import NOW
from tests.integration.forecasts.lived import SUBJECTS, WEEK, change, live

DATES = [str((NOW + timedelta(days=ahead)).date()) for ahead in range(7)]
YESTERDAY = str((NOW - timedelta(days=1)).date())


async def ahead(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/forecasts", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("asked", "level", "share"),
    [
        ({}, "tenant", 1.0),
        ({"event_type": "factory"}, "event_type", 0.7),
        ({"entity": "Round"}, "entity", 0.3),
        ({"entity": "Works", "event_type": "factory", "entity_type": "factory"}, "subject", 0.5),
    ],
)
async def test_every_level_goes_on_as_its_weeks_went(
    client: httpx.AsyncClient, engine: AsyncEngine, asked: dict[str, str], level: str, share: float
) -> None:
    await live(engine, 120)
    found = await ahead(client, **asked)
    assert (found["series"]["level"], found["status"], found["reason"], found["stale"]) == (level, "ok", None, False)
    assert (found["dates"], found["unit"], found["metric"]) == (DATES, "kg CO2e per day", "co2e_kg")
    assert found["forecast"] == pytest.approx([share * kg for kg in WEEK], rel=0.05)
    assert [band["level"] for band in found["bands"]] == [80, 95]
    for band in found["bands"]:
        assert all(
            low <= kg <= high for low, kg, high in zip(band["low"], found["forecast"], band["high"], strict=True)
        )
    total = found["total"]
    assert total["forecast"] == pytest.approx(sum(found["forecast"]))
    assert all(band["low"] <= total["forecast"] <= band["high"] for band in total["bands"])
    assert found["window"] == {
        "first_day": str((NOW - timedelta(days=120)).date()), "last_day": YESTERDAY, "history_days": 120,
    }  # fmt: skip
    assert found["measured_error"]["origins"] > 0
    assert found["filled_share"] == 0.0
    assert found["made_at"] == NOW.isoformat().replace("+00:00", "Z")


async def test_parts_add_up_to_the_whole(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    names = [(f"F-{number:02}", "factory", "factory") for number in range(25)]
    await live(engine, 60, [*names, ("Round", "route", "delivery")], [1.0 + number / 10 for number in range(26)])
    whole, sites = await ahead(client), await ahead(client, event_type="factory")
    assert [part["event_type"] for part in whole["parts"]] == ["factory", "delivery"]
    assert [part["entity"] for part in sites["parts"]] == [*(f"F-{number:02}" for number in range(24, 4, -1)), None]
    for found in (whole, sites):
        total = sum(part["forecast"] for part in found["parts"])
        assert total == pytest.approx(found["total"]["forecast"], rel=1e-9)
    assert whole["parts"][0]["forecast"] == pytest.approx(sites["total"]["forecast"], rel=1e-9)
    assert (await ahead(client, entity="Round", event_type="delivery"))["parts"] == []


async def test_events_are_counted_as_far_ahead_as_asked(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 60)
    found = await ahead(client, metric="event_count", horizon=31, level="95,60")
    assert (found["unit"], len(found["dates"]), len(found["forecast"])) == ("events per day", 31, 31)
    assert found["forecast"][0] == pytest.approx(9.0, rel=0.05)
    assert [band["level"] for band in found["bands"]] == [60, 95]


async def test_what_stands_in_is_part_of_it_and_told(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 60, filled_kg=10.0, filled_count=1)
    found = await ahead(client, entity="Works")
    assert found["forecast"][0] == pytest.approx(0.5 * WEEK[0] + 10, rel=0.05)
    assert found["filled_share"] == pytest.approx(10 / (0.5 * sum(WEEK) / 7 + 10))


async def test_last_week_stands_beside_what_came(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 60)
    recent = f"day >= '{(NOW - timedelta(days=7)).date()}'"
    await change(engine, f"DELETE FROM emissions_entity_daily WHERE entity = 'Round' AND day = '{YESTERDAY}'")
    await change(engine, f"DELETE FROM emissions_entity_daily WHERE entity = 'Works' AND day = '{YESTERDAY}'")
    await change(engine, f"UPDATE emissions_entity_daily SET co2e_kg = 2 * co2e_kg WHERE entity = 'Works' AND {recent}")
    found = (await ahead(client, entity="Works"))["last"]
    assert (found["made_as"], found["dates"][6], found["actual"][6]) == ("recalculated", YESTERDAY, None)
    assert (found["days_compared"], found["actual"][0]) == (6, WEEK[0])
    assert found["error_percent"] == pytest.approx(-50, abs=5)
    assert (await ahead(client, entity="Round"))["last"]["actual"][6] is None  # nobody had a round that day


async def test_no_round_is_a_zero_where_rounds_often_pause(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 60)
    paused = f"entity = 'Round' AND (DATE '{YESTERDAY}' - day) % 5 = 0"
    await change(engine, f"DELETE FROM emissions_entity_daily WHERE {paused}")
    last = (await ahead(client, entity="Round"))["last"]
    assert (last["days_compared"], last["actual"][1], last["actual"][6]) == (7, 0.0, 0.0)


async def test_no_round_on_a_day_of_rounds_is_a_zero(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    other = ("Other", "route", "delivery")
    await live(engine, 60, [*SUBJECTS, other], [0.25] * 4)
    await change(engine, f"DELETE FROM emissions_entity_daily WHERE entity = 'Round' AND day = '{YESTERDAY}'")
    assert (await ahead(client, entity="Round"))["last"]["actual"][6] == 0.0


async def test_too_short_a_history_is_told_and_not_made_up(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 13)
    found = await ahead(client, entity="Works")
    assert (found["status"], found["window"]["history_days"]) == ("insufficient_history", 13)
    assert "1 more" in found["reason"]
    for name in ("dates", "forecast", "bands", "parts"):
        assert found[name] == []
    assert [found[name] for name in ("total", "model", "measured_error", "last")] == [None] * 4


async def test_another_tenants_days_are_no_part_of_it(
    client: httpx.AsyncClient, engine: AsyncEngine, as_tenant: Callable[[int], None]
) -> None:
    await live(engine, 60)
    assert (await ahead(client))["status"] == "ok"
    as_tenant(2)
    assert (await ahead(client))["window"]["history_days"] == 0
    assert (await client.get("/forecasts", params={"entity": "Works"})).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"entity": "Elsewhere"}, 404, "entity 'Elsewhere'"),
        ({"event_type": "logistics"}, 404, "event type 'logistics'"),
        ({"entity": "Works", "event_type": "delivery"}, 404, "event type 'delivery'"),
        ({"entity": "Twice"}, 422, "one of factory, route"),
        ({"level": "80,70"}, 422, "level '70' must be one of 60, 80, 90, 95"),
        ({"horizon": "32"}, 422, "less than or equal to 31"),
        ({"metric": "kg"}, 422, "'co2e_kg' or 'event_count'"),
        ({"entity": "a\x00"}, 422, "NUL"),
    ],
)
async def test_what_is_not_there_or_cannot_be_is_refused(
    client: httpx.AsyncClient, engine: AsyncEngine, asked: dict[str, str], status: int, told: str
) -> None:
    twice = (("Twice", "factory", "factory"), ("Twice", "route", "delivery"))
    await live(engine, 20, [*SUBJECTS, *twice], [0.2] * 5)
    answer = await client.get("/forecasts", params=asked)
    assert answer.status_code == status
    assert told in answer.text


async def test_an_entity_of_two_types_is_found_by_its_type(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 20, [("Twice", "factory", "factory"), ("Twice", "route", "delivery")], [0.5] * 2)
    assert (await ahead(client, entity="Twice", entity_type="route"))["series"]["entity_type"] == "route"
