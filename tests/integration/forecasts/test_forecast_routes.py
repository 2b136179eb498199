"""The forecast of the original's two addresses: all that is on record, and a posted history."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.forecasts.forecast import seven_days
from carbon_nexus.forecasts.schemas import HistoryRequest
from tests.conftest import NOW
from tests.integration.forecasts.lived import WEEK, change, live


async def forecast(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/emissions/forecast")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_an_empty_database_has_no_forecast_and_says_what_is_missing(client: httpx.AsyncClient) -> None:
    found = await forecast(client)
    assert (found["forecast"], found["confidence_low"], found["confidence_high"], found["dates"]) == ([], [], [], [])
    assert (found["status"], found["history_days"]) == ("insufficient_history", 0)
    assert found["reason"] == "0 days of history; 14 are needed: 14 more are missing"
    assert (found["filled_share"], found["measured_error"]) == (None, None)


async def test_thirteen_full_days_and_today_are_not_enough(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 13)
    found = await forecast(client)
    assert (found["status"], found["history_days"], found["forecast"]) == ("insufficient_history", 13, [])
    assert "1 more" in found["reason"]


async def test_eight_weeks_are_continued_from_today(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 56)
    found = await forecast(client)
    assert found["forecast"] == pytest.approx(WEEK, rel=0.02)
    assert found["dates"] == [f"2026-03-{day}" for day in range(18, 25)]
    assert (found["status"], found["history_days"], found["horizon_days"]) == ("ok", 56, 7)
    assert (found["unit"], found["reason"], found["stale"]) == ("kg CO2e per day", None, False)
    bands = (found["confidence_low"], found["forecast"], found["confidence_high"])
    assert all(low <= kg <= high for low, kg, high in zip(*bands, strict=True))
    assert found["made_at"] == NOW.isoformat().replace("+00:00", "Z")
    assert found["measured_error"]["origins"] > 0
    assert isinstance(found["model_version"], str)
    same = (await client.get("/forecasts", params={"level": "95"})).json()
    assert [same["forecast"], same["dates"]] == [found["forecast"], found["dates"]]


async def test_days_without_an_estimate_are_gaps(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await live(engine, 56)
    await change(engine, "DELETE FROM emissions_entity_daily WHERE day IN ('2026-03-15', '2026-02-26')")
    unestimated = "UPDATE emissions_entity_daily SET co2e_kg = 0, event_count = 0 WHERE day IN {}"
    await change(engine, unestimated.format("('2026-03-09', '2026-02-13')"))
    found = await forecast(client)
    assert found["history_days"] == 52
    assert found["forecast"] == pytest.approx(WEEK, rel=0.05)


async def test_the_recorded_week_is_too_short_and_gets_no_invented_values(client: httpx.AsyncClient) -> None:
    body = {"history": [120, 130, 125, 140, 135, 150, 145]}
    first, again = [await client.post("/api/v1/forecast/7d", json=body) for _ in range(2)]
    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["status"] == "insufficient_history"
    assert first.json()["forecast"] == []


async def test_a_posted_history_goes_through_the_same_engine(client: httpx.AsyncClient) -> None:
    found = (await client.post("/api/v1/forecast/7d", json={"history": WEEK * 8})).json()
    assert found["forecast"] == list(seven_days(WEEK * 8).values)
    assert len(found["confidence_low"]) == len(found["confidence_high"]) == found["horizon_days"] == 7


@pytest.mark.parametrize("history", [[], [1, -1], [1, "NaN"], [1, "1e999"], [None], "week", [1e16], [1.0] * 3661])
async def test_a_history_that_cannot_be_is_422(client: httpx.AsyncClient, history: Any) -> None:
    answer = await client.post("/api/v1/forecast/7d", json={"history": history})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:2] == ["body", "history"]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.floats() | st.integers() | st.text(max_size=3) | st.none(), max_size=30))
def test_whatever_is_posted_is_refused_or_carried_through(history: list[Any]) -> None:
    try:
        taken = HistoryRequest.model_validate({"history": history})
    except ValidationError:
        return
    made = seven_days(taken.history)
    assert len(made.values) == 7 or made.reason
    for low, value, high in zip(made.low, made.values, made.high, strict=True):
        assert None in (low, value, high) or 0 <= low <= value <= high < float("inf")  # type: ignore[operator]
