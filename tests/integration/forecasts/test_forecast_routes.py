from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import emissions_daily
from carbon_nexus.forecasts.forecast import seven_days
from carbon_nexus.forecasts.schemas import HistoryRequest
from tests.conftest import NOW

WEEK = [100.0, 110.0, 120.0, 110.0, 100.0, 40.0, 20.0]


async def fill(
    engine: AsyncEngine, days: int, missing: tuple[int, ...] = (), unestimated: tuple[int, ...] = ()
) -> None:
    """Daily sums for `days` days ago up to yesterday, half of each day from either of two event types; and today's."""
    rows = [
        {
            "day": (NOW - timedelta(days=ago)).date(),
            "event_type": kind,
            "co2e_kg": 0.0 if ago in unestimated else 1.0 if ago == 0 else WEEK[-ago % 7] / 2,
            "ttw_kg": 0.0,
            "wtt_kg": 0.0,
            "event_count": 0 if ago in unestimated else 3,
            "unestimated_count": 3 if ago in unestimated else 0,
        }
        for ago in range(days + 1)
        for kind in ("factory", "delivery")
        if ago not in missing
    ]
    async with engine.begin() as connection:
        await connection.execute(insert(emissions_daily), rows)


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


async def test_thirteen_full_days_and_today_are_not_enough(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await fill(engine, 13)
    found = await forecast(client)
    assert (found["status"], found["history_days"], found["forecast"]) == ("insufficient_history", 13, [])
    assert "1 more" in found["reason"]


async def test_eight_weeks_are_continued_from_today(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await fill(engine, 56)
    found = await forecast(client)
    assert found["forecast"] == pytest.approx(WEEK)
    assert found["dates"] == [f"2026-03-{day}" for day in range(18, 25)]
    assert (found["status"], found["history_days"], found["horizon_days"]) == ("ok", 56, 7)
    assert (found["unit"], found["reason"]) == ("kg CO2e per day", None)
    assert isinstance(found["model_version"], str)


async def test_days_without_an_estimate_are_gaps(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await fill(engine, 56, missing=(3, 20), unestimated=(9, 33))
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
