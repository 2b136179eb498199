"""One hotspot over HTTP: its card, its events, what people say of it and what follows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from tests.conftest import NOW
from tests.integration.scans.scanned import EMPTY, USUAL, hourly, read, scanned, store, trips

ADAPTIVE = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 0.1)
START = NOW - timedelta(days=10)


async def found(engine: AsyncEngine, at: datetime = NOW - timedelta(hours=6)) -> None:
    """Eight days of ordinary trips, recorded as history, then three nearly empty ones."""
    await store(engine, trips(hourly(START, [USUAL + 400 * (hour % 5) for hour in range(192)]), "usual"))
    await scanned(engine, None)
    await store(engine, trips(hourly(at, [EMPTY] * 3), "empty"))
    result = await scanned(engine, ADAPTIVE)
    assert [(change.change, change.severity) for change in result.changes] == [("opened", "critical")]


async def test_the_card_tells_why_in_a_sentence_and_in_kilograms(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await found(engine)
    card = (await client.get("/hotspots/1/explain")).json()
    assert card["main_cause"] == "intensity"
    assert sum(card["parts"].values()) == pytest.approx(card["difference_kg"])
    assert card["difference_kg"] == pytest.approx(card["actual_kg"] - card["usual_kg"])
    assert card["typical_low_kg"] <= card["typical_kg"] <= card["typical_high_kg"] < card["worst_kg"]
    assert [each["field"] for each in card["inputs"]] == ["load_kg"]
    assert len(card["top_events"]) == 3
    assert sum(each["share_of_excess"] for each in card["top_events"]) == pytest.approx(1)
    assert card["sentence"].startswith("Route R-1 emitted")
    assert card["chance_per_week"] <= 0.05
    assert "of the worst event: speed is missing: the class's average speed" in card["lowered_confidence"]


@pytest.mark.parametrize(
    ("wanted", "count"), [({"entity": "R-1"}, 1), ({"entity": "R-2"}, 0), ({"event_type": "delivery"}, 0)]
)
async def test_the_list_is_filtered_by_entity_and_event_type(
    client: httpx.AsyncClient, engine: AsyncEngine, wanted: dict[str, str], count: int
) -> None:
    await found(engine)
    listed = await client.get("/hotspots", params=wanted)
    assert (len(listed.json()), listed.headers["X-Total-Count"]) == (count, str(count))


async def test_its_events_are_those_of_its_time_beside_what_was_typical(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await found(engine)
    first = await client.get("/hotspots/1/events", params={"limit": 2})
    rest = await client.get("/hotspots/1/events", params={"cursor": first.headers["X-Next-Cursor"]})
    events = first.json() + rest.json()
    assert first.headers["X-Total-Count"] == "3"
    assert len(events) == 3
    assert all(each["ratio"] == pytest.approx(each["co2e_kg"] / each["typical_kg"]) for each in events)


async def test_a_later_episode_shows_the_earlier_one_as_similar(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await found(engine, NOW - timedelta(hours=40))
    await client.post("/hotspots/1/feedback", json={"verdict": "not_a_problem", "reason": "a test run"})
    await store(engine, trips([(NOW - timedelta(hours=36), EMPTY)], "meanwhile"))
    assert (await scanned(engine, ADAPTIVE)).changes == []  # ignored means ignored
    await store(engine, trips(hourly(NOW - timedelta(hours=30), [USUAL + 800] * 28), "after"))
    await store(engine, trips([(NOW - timedelta(hours=1), EMPTY)], "again"))
    await scanned(engine, ADAPTIVE)
    similar = (await client.get("/hotspots/2/explain")).json()["similar"]
    assert [(each["id"], each["status"], each["verdict"]) for each in similar] == [(1, "ignored", "not_a_problem")]


async def test_not_a_problem_needs_a_reason_and_ignores_it(
    client: httpx.AsyncClient, engine: AsyncEngine, audit: Callable[[], list[tuple[Any, ...]]]
) -> None:
    await found(engine)
    refused = await client.post("/hotspots/1/feedback", json={"verdict": "not_a_problem"})
    assert refused.status_code == 422
    assert "not_a_problem needs one" in refused.text
    told = {"verdict": "not_a_problem", "reason": "the return load was cancelled"}
    answer = (await client.post("/hotspots/1/feedback", json=told)).json()
    assert (answer["status"], answer["verdict"]) == ("ignored", "not_a_problem")
    assert answer["resolved_reason"] == "local says that it is not a problem: the return load was cancelled"
    assert audit()[-1][1:5] == ("hotspot.verdict", "hotspot", "1", "local")


async def test_what_is_useful_no_longer_counts_as_usual(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await found(engine)
    sample = "SELECT sample_size FROM baselines WHERE metric = 'intensity'"
    await client.post("/baselines/recalculate", json={})
    assert await read(engine, sample) == [(195,)]
    assert (await client.post("/hotspots/1/feedback", json={"verdict": "useful"})).json()["verdict"] == "useful"
    assert await read(engine, sample) == [(192,)]
    assert (await client.delete("/hotspots/1/feedback")).json()["verdict"] is None
    assert await read(engine, sample) == [(195,)]
    assert (await client.delete("/hotspots/1/feedback")).status_code == 409


async def test_verdicts_speak_for_a_threshold_nobody_applies(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await found(engine)
    copies = text(
        "INSERT INTO hotspots (entity, entity_type, event_type, predicted_co2, baseline_co2, percent_above, severity,"
        " status, event_id, event_count, first_event_at, last_event_at, verdict, verdict_at)"
        " SELECT 'R-' || n, 'route', 'logistics', 112, 100, 12, 'info', 'ignored', 1, 1, now(), now(),"
        " 'not_a_problem', :now FROM generate_series(1, 4) AS n"
    )
    async with engine.begin() as connection:
        await connection.execute(copies, {"now": NOW})
    (proposal,) = (await client.get("/hotspots/proposals")).json()
    assert (proposal["rule"], proposal["term"], proposal["value"], proposal["avoided"]) == ("default", "info", 1.13, 4)
    assert await read(engine, "SELECT count(*) FROM rules") == [(0,)]


@pytest.mark.parametrize("path", ["/hotspots/9", "/hotspots/9/explain", "/hotspots/9/events"])
async def test_a_hotspot_that_is_none_is_a_404(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_another_tenants_hotspot_is_none(
    client: httpx.AsyncClient, engine: AsyncEngine, as_tenant: Callable[[int], None]
) -> None:
    await found(engine)
    as_tenant(2)
    for path in ("/hotspots/1", "/hotspots/1/explain", "/hotspots/1/events"):
        assert (await client.get(path)).status_code == 404
    assert (await client.post("/hotspots/1/feedback", json={"verdict": "useful"})).status_code == 404
