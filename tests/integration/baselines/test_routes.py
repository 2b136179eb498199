"""Baselines over HTTP: lists, one with its cells and its state, history, recalculation."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import NOW
from tests.integration.baselines.watched import MIDNIGHT, hours, made_anew, readings, send, usual
from tests.integration.scans.scanned import USUAL, hourly, read, trips

START = MIDNIGHT - timedelta(days=21)
PER_EVENT, PER_DAY = "kg CO2e per event", "kg CO2e per day"


@pytest.fixture
async def stored(engine: AsyncEngine) -> None:
    """A factory of three weeks with an outage, and a route with too few trips."""
    kept = [at for at in hours(START, NOW) if at.date() != (MIDNIGHT - timedelta(days=5)).date() or at.hour < 6]
    await send(engine, readings("F-1", kept, seed=None))
    await send(engine, trips(hourly(MIDNIGHT - timedelta(days=3), [USUAL] * 4), "few"))
    await made_anew(engine)


async def _one(client: httpx.AsyncClient, **asked: str) -> dict[str, Any]:
    answer = await client.get("/baselines", params=asked)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("stored")
async def test_a_baseline_says_what_it_rests_on(client: httpx.AsyncClient) -> None:
    known = await _one(client, entity="F-1", metric="intensity")
    assert (known["method"], known["unit"], known["season_cell"]) == ("median", PER_EVENT, 0)
    assert (known["window_start"], known["window_end"]) == (
        "2026-01-21T12:00:00+00:00", "2026-03-18T12:00:00+00:00",
    )  # fmt: skip
    assert (known["sample_size"], known["sufficiency"], known["own_weight"]) == (21 * 24 + 12 - 18, "ok", 1)
    assert (known["reason"], known["reasons"]) == (None, [])
    assert 0 < known["low"] < known["baseline_value"] < known["high"]
    assert known["robust_scale"] > 0
    assert 0.9 < known["confidence_score"] <= 1
    young = await _one(client, entity="R-1", metric="intensity")
    told = "4 of the 10 events a baseline needs"
    assert (young["baseline_value"], young["sufficiency"], young["reason"]) == (None, "young", told)
    assert young["reasons"] == [
        {"name": "too_few_events", "description": told, "data": {"events": 4, "needed": 10}},
    ]


@pytest.mark.usefixtures("stored")
async def test_lists_are_filtered_and_come_in_pages_newest_first(client: httpx.AsyncClient) -> None:
    everything = (await client.get("/baselines")).json()
    assert [each["id"] for each in everything] == sorted((each["id"] for each in everything), reverse=True)
    assert {(each["entity"], each["unit"]) for each in everything} == {
        ("F-1", PER_EVENT), ("F-1", PER_DAY), ("R-1", "kg CO2e per t.km"), ("R-1", PER_DAY),
    }  # fmt: skip
    first = await client.get("/baselines", params={"limit": 3})
    assert first.headers["x-total-count"] == "4"
    rest = await client.get("/baselines", params={"limit": 3, "cursor": first.headers["x-next-cursor"]})
    assert first.json() + rest.json() == everything
    for name, value, count in [("event_type", "logistics", 2), ("sufficiency", "young", 2), ("entity", "nobody", 0)]:
        assert len((await client.get("/baselines", params={name: value})).json()) == count
    cells = await client.get("/baselines", params={"entity": "F-1", "season_cell": "all", "limit": 500})
    assert len(cells.json()) == 1 + 48 + 1 + 2


@pytest.mark.usefixtures("stored")
async def test_one_baseline_comes_with_its_cells_and_what_is_expected_now(client: httpx.AsyncClient) -> None:
    known = await _one(client, entity="F-1", metric="intensity")
    answer = (await client.get(f"/baselines/{known['id']}")).json()
    assert {name for name in known if answer[name] != known[name]} <= {"window_start", "window_end", "updated_at"}
    assert [each["season_cell"] for each in answer["cells"]] == list(range(1, 49))
    assert [answer["cells"][place]["when"] for place in (0, 23, 36)] == [
        "weekdays 00:00-01:00 UTC", "weekdays 23:00-00:00 UTC", "weekends and closed days 12:00-13:00 UTC",
    ]  # fmt: skip
    state, at_noon = answer["state"], answer["cells"][12]["baseline_value"]
    assert state["observations"] == known["sample_size"]
    assert state["last_at"] == "2026-03-18T11:00:00Z"
    assert state["low"] < state["expected"] < state["high"]
    assert state["expected"] == pytest.approx(at_noon, rel=0.25)  # three weeks in, and learnt from nothing
    days = await _one(client, entity="F-1", metric="absolute")
    daily = (await client.get(f"/baselines/{days['id']}")).json()
    assert [each["when"] for each in daily["cells"]] == ["weekdays", "weekends and closed days"]
    assert daily["state"]["observations"] == days["sample_size"] == 20


@pytest.mark.usefixtures("stored")
async def test_a_baseline_without_a_state_says_so(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    known = await _one(client, entity="F-1", metric="intensity")
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE baseline_states SET state = 'of another release'"))
    assert (await client.get(f"/baselines/{known['id']}")).json()["state"] is None


@pytest.mark.usefixtures("stored")
async def test_the_history_has_every_day_beside_what_was_observed(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    known = await _one(client, entity="F-1", metric="absolute")
    history = (await client.get(f"/baselines/{known['id']}/history", params={"days": 7})).json()
    assert [each["day"] for each in history] == [f"2026-03-{day}" for day in range(12, 19)]
    assert [each["reason"] for each in history] == [
        None, "too few readings for the sum of a day", *[None] * 4, "the day is not over",
    ]  # fmt: skip
    assert [each["event_count"] for each in history] == [24, 6, 24, 24, 24, 24, 0]
    assert [each["baseline_value"] for each in history] == [*[None] * 6, known["baseline_value"]]
    assert (history[-1]["sufficiency"], history[-1]["sample_size"]) == ("ok", 20)
    ((kg,),) = await read(engine, "SELECT co2e_kg FROM emissions_entity_daily WHERE day = '2026-03-17'")
    assert history[-2]["observed"] == history[-2]["observed_kg"] == kg
    assert history[1]["observed"] is None


@pytest.mark.usefixtures("stored")
async def test_an_observed_intensity_is_of_all_activity_of_the_day(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    known = await _one(client, entity="R-1", metric="intensity")
    history = (await client.get(f"/baselines/{known['id']}/history")).json()
    assert len(history) == 56
    observed = {each["day"]: each for each in history if each["observed"] is not None}
    sums = "SELECT sum(predicted_co2), sum(activity) FROM predictions WHERE entity = 'R-1'"
    ((kg, activity),) = await read(engine, sums)
    assert observed.keys() == {"2026-03-15"}
    assert observed["2026-03-15"]["observed"] == pytest.approx(kg / activity)
    assert {each["reason"] for each in history} == {None, "no events of that day tell anything"}


@pytest.mark.usefixtures("stored")
async def test_what_is_not_there_is_told_with_a_way_on(
    client: httpx.AsyncClient, as_tenant: Callable[[int], None]
) -> None:
    known = await _one(client, entity="F-1", metric="intensity")
    cell = (await client.get(f"/baselines/{known['id']}")).json()["cells"][0]
    refused = await client.get(f"/baselines/{cell['id']}/history")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert refused.json()["remedy"] == f"Ask for the one of all times: GET /baselines/{known['id']}/history."
    for path in ("/baselines/999999", "/baselines/999999/history"):
        assert "There is no baseline 999999." in (await client.get(path)).text
    as_tenant(2)
    assert (await client.get("/baselines")).json() == []
    for path in (f"/baselines/{known['id']}", f"/baselines/{known['id']}/history"):
        assert (await client.get(path)).status_code == 404
    assert (await client.post("/baselines/recalculate", json={"entity": "F-1"})).status_code == 404


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        (None, {"ok": 2, "young": 2, "disqualified": 0}),
        ({}, {"ok": 2, "young": 2, "disqualified": 0}),
        ({"entity": "R-1"}, {"ok": 0, "young": 2, "disqualified": 0}),
    ],
)
async def test_a_recalculation_counts_baselines_by_sufficiency(
    client: httpx.AsyncClient, asked: dict[str, str] | None, counts: dict[str, int]
) -> None:
    answer = await client.post("/baselines/recalculate", json=asked)
    assert (answer.status_code, answer.json()) == (200, counts)


async def test_a_recalculation_takes_up_what_was_scanned_since(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await send(engine, readings("F-1", hours(START, MIDNIGHT), seed=None))
    await send(engine, readings("F-1", hours(MIDNIGHT, NOW), lambda at: 2 * usual(at), seed=None))
    assert (await _one(client, entity="F-1", metric="intensity"))["sample_size"] == 21 * 24
    await client.post("/baselines/recalculate", json={"entity": "F-1"})
    assert (await _one(client, entity="F-1", metric="intensity"))["sample_size"] == 21 * 24 + 12


async def test_an_entity_without_an_estimate_cannot_be_recalculated(client: httpx.AsyncClient) -> None:
    refused = await client.post("/baselines/recalculate", json={"entity": "nobody"})
    assert refused.status_code == 404
    assert refused.json()["detail"] == "There is no estimate of the entity 'nobody' in the last 56 days."
