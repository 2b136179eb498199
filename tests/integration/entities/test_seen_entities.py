"""The entities that events name, out of the daily sums, at NOW = Wednesday 2026-03-18 12:00 UTC."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import emissions_entity_daily
from tests.conftest import NOW


def day(entity: str, ago: int = 0, events: int = 1, **more: Any) -> dict[str, Any]:
    own = {"entity_type": "route", "event_type": "logistics", "tenant_id": 1} | more
    return {"day": NOW.date() - timedelta(days=ago), "entity": entity, "co2e_kg": 1.0, "event_count": events, **own}


async def fill(engine: AsyncEngine, *rows: dict[str, Any]) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(emissions_entity_daily), list(rows))


async def names(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    answer = await client.get("/entities", params=asked)
    assert answer.status_code == 200, answer.text
    return [each["entity"] for each in answer.json()]


async def test_an_entity_is_told_with_its_kinds_last_day_and_recent_events(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    old, young = day("North run", 28, 100), day("North run", 27, 3)
    await fill(engine, old, young, day("North run", 2, 4, event_type="delivery"))
    assert (await client.get("/entities")).json() == [
        {
            "entity": "North run",
            "entity_type": "route",
            "event_types": ["delivery", "logistics"],
            "last_day": "2026-03-16",
            "event_count": 7,
        }
    ]


async def test_a_name_of_two_types_stands_there_twice_and_quiet_ones_stay(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await fill(engine, day("Depot", 300), day("Depot", event_type="warehouse", entity_type="warehouse"))
    found = (await client.get("/entities")).json()
    assert [(each["entity_type"], each["event_count"]) for each in found] == [("route", 0), ("warehouse", 1)]


async def test_a_part_of_the_name_in_any_case_and_no_pattern(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await fill(engine, day("Depot 100%"), day("Depot_1"), day("ÖSTER run"))
    assert await names(client, q="depot") == ["Depot 100%", "Depot_1"]
    assert await names(client, q="%") == ["Depot 100%"]
    assert await names(client, q="öster") == ["ÖSTER run"]
    assert await names(client, q="south") == []


async def test_by_event_type_only_those_with_such_an_event_in_four_weeks(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    site: dict[str, Any] = {"entity_type": "factory", "event_type": "factory"}
    await fill(engine, day("Depot"), day("Plant", **site), day("Old plant", 28, **site))
    assert await names(client, event_type="factory") == ["Plant"]
    assert await names(client, event_type="factory", q="old") == []


async def test_no_more_than_the_limit_in_order(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await fill(engine, *(day(f"Depot {number}", ago) for number in range(9) for ago in range(3)))
    assert await names(client, limit=3) == ["Depot 0", "Depot 1", "Depot 2"]


async def test_another_tenant_sees_none_of_them(
    client: httpx.AsyncClient, engine: AsyncEngine, as_tenant: Callable[[int], None]
) -> None:
    await fill(engine, day("Depot"))
    as_tenant(2)
    assert await names(client) == [] == await names(client, event_type="logistics")


@pytest.mark.parametrize("asked", [{"q": "x" * 201}, {"q": "a\x00b"}, {"event_type": "flight"}, {"limit": 101}])
async def test_what_cannot_be_asked_is_refused(client: httpx.AsyncClient, asked: dict[str, Any]) -> None:
    assert (await client.get("/entities", params=asked)).status_code == 422
