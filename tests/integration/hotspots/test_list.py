"""The list of hotspots over HTTP: its orders, its pages, names in part, what figures rest on, and trends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from tests.conftest import NOW
from tests.integration.scans.scanned import EMPTY, USUAL, hourly, scanned, store, trips

ADAPTIVE = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 0.1)
MANY = text("""
INSERT INTO hotspots (entity, entity_type, event_type, predicted_co2, baseline_co2, percent_above, severity, status,
    event_id, event_count, first_event_at, last_event_at, excess_kg, metric)
SELECT 'Line_' || n, 'route', 'logistics', n % 4, 1, n % 4 * 10, (ARRAY['info', 'warn', 'critical'])[n % 3 + 1],
    'resolved', n, n, :now, CAST(:now AS timestamptz) - n % 4 * interval '1 hour',
    CASE WHEN n % 5 > 0 THEN n % 4 - 1.5 END, 'intensity'
FROM generate_series(1, 23) AS n
""")
ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "last_event_at": lambda row: row["last_event_at"],
    "excess_kg": lambda row: row["excess_kg"],
    "percent_above": lambda row: row["percent_above"],
    "predicted_co2": lambda row: row["predicted_co2"],
    "event_count": lambda row: row["event_count"],
    "severity": lambda row: ["info", "warn", "critical"].index(row["severity"]),
    "entity": lambda row: row["entity"],
    "id": lambda row: row["id"],
}


async def many(engine: AsyncEngine) -> None:
    """Twenty-three hotspots with equal values among them, and some without an excess."""
    async with engine.begin() as connection:
        await connection.execute(MANY, {"now": NOW})


async def all_pages(client: httpx.AsyncClient, **wanted: Any) -> list[dict[str, Any]]:
    """Every row, five at a time."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = await client.get("/hotspots", params={"limit": 5, **wanted})
        assert answer.status_code == 200, answer.text
        rows += answer.json()
        if "X-Next-Cursor" not in answer.headers:
            return rows
        wanted["cursor"] = answer.headers["X-Next-Cursor"]


@pytest.mark.parametrize("falls", [True, False])
@pytest.mark.parametrize("name", ORDERS)
async def test_every_order_holds_from_page_to_page(
    client: httpx.AsyncClient, engine: AsyncEngine, name: str, falls: bool
) -> None:
    await many(engine)
    rows = await all_pages(client, sort=f"-{name}" if falls else name)
    assert len({row["id"] for row in rows}) == len(rows) == 23
    known = [row for row in rows if row[name] is not None]
    assert rows[: len(known)] == known  # what is not known comes last
    values = [(ORDERS[name](row), row["id"]) for row in known]
    assert values == sorted(values, reverse=falls)


async def test_without_an_order_the_newest_come_first(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await many(engine)
    assert [row["id"] for row in await all_pages(client)] == list(range(23, 0, -1))


async def test_an_order_or_a_cursor_that_is_none_says_so(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await many(engine)
    refused = await client.get("/hotspots", params={"sort": "-colour"})
    assert (refused.status_code, refused.json()["detail"][0]["loc"]) == (422, ["query", "sort"])
    refused = await client.get("/hotspots", params={"sort": "-excess_kg", "cursor": 99})
    assert refused.status_code == 422
    assert "there is no hotspot 99 to go on after" in refused.json()["detail"][0]["msg"]


@pytest.mark.parametrize(("q", "count"), [("LINE_1", 11), ("e_2", 5), ("%", 0), ("_", 23), ("ne/", 0), ("\\", 0)])
async def test_a_part_of_a_name_finds_it_and_signs_mean_themselves(
    client: httpx.AsyncClient, engine: AsyncEngine, q: str, count: int
) -> None:
    await many(engine)
    found = await client.get("/hotspots", params={"q": q, "limit": 100})
    assert (len(found.json()), found.headers["X-Total-Count"]) == (count, str(count))


@pytest.mark.parametrize("q", ["", "x" * 201, "a\x00b"])
async def test_a_part_of_a_name_is_bounded(client: httpx.AsyncClient, q: str) -> None:
    refused = await client.get("/hotspots", params={"q": q})
    assert (refused.status_code, refused.json()["detail"][0]["loc"]) == (422, ["query", "q"])


async def found(engine: AsyncEngine) -> None:
    """Eight days of ordinary trips, then three nearly empty ones, which stand out."""
    usual = [USUAL + 400 * (hour % 5) for hour in range(192)]
    await store(engine, trips(hourly(NOW - timedelta(days=10), usual), "usual"))
    await scanned(engine, None)
    await store(engine, trips(hourly(NOW - timedelta(hours=6), [EMPTY] * 3), "empty"))
    await scanned(engine, ADAPTIVE)


async def test_the_list_and_the_events_tell_what_a_figure_rests_on(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await found(engine)
    (row,) = (await client.get("/hotspots")).json()
    worst = (await client.get(f"/predictions/{row['event_id']}")).json()
    assert (row["tier"], row["filled"]) == (worst["tier"], worst["filled"]) == ("T2", False)
    events = (await client.get("/hotspots/1/events")).json()
    assert [event["tier"] for event in events] == ["T2"] * 3


async def test_of_a_day_no_tier_is_told(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await found(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE hotspots SET metric = 'absolute'"))
    (row,) = (await client.get("/hotspots")).json()
    assert (row["tier"], row["filled"]) == (None, None)


async def test_a_trend_is_told_of_many_hotspots_at_once(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await found(engine)
    answer = (await client.get("/hotspots/sparks", params={"id": [1, 99]})).json()
    assert len(answer["days"]) == 14
    assert answer["days"][-1] == NOW.date().isoformat()
    (spark,) = answer["sparks"]  # 99 is none
    by_day = dict(zip(answer["days"], spark["ratios"], strict=True))
    assert by_day[(NOW - timedelta(days=13)).date().isoformat()] is None
    events = (await client.get("/hotspots/1/events")).json()
    last = [event for event in events if event["event_time"][:10] == NOW.date().isoformat()]
    ratio = sum(event["co2e_kg"] for event in last) / sum(event["typical_kg"] for event in last)
    assert by_day[NOW.date().isoformat()] == pytest.approx(ratio)


async def test_a_trend_of_days_is_of_the_daily_sums(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await found(engine)
    day = NOW.date() - timedelta(days=3)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE hotspots SET metric = 'absolute'"))
        compared = "UPDATE emissions_entity_daily SET scored = true, co2e_kg = 30, typical_kg = 20 WHERE day = :day"
        await connection.execute(text(compared), {"day": day})
    answer = (await client.get("/hotspots/sparks", params={"id": 1})).json()
    assert answer["sparks"][0]["ratios"][answer["days"].index(day.isoformat())] == 1.5


@pytest.mark.parametrize("ids", [[], [0], [2**63], ["x"], list(range(1, 102))])
async def test_trends_are_bounded(client: httpx.AsyncClient, ids: list[Any]) -> None:
    refused = await client.get("/hotspots/sparks", params={"id": ids})
    assert (refused.status_code, refused.json()["detail"][0]["loc"][:2]) == (422, ["query", "id"])


async def test_another_tenants_hotspots_are_neither_listed_nor_told_of(
    client: httpx.AsyncClient, engine: AsyncEngine, as_tenant: Callable[[int], None]
) -> None:
    await found(engine)
    as_tenant(2)
    assert (await client.get("/hotspots", params={"sort": "-excess_kg", "q": "R"})).json() == []
    assert (await client.get("/hotspots", params={"sort": "-excess_kg", "cursor": 1})).status_code == 422
    assert (await client.get("/hotspots/sparks", params={"id": 1})).json()["sparks"] == []
