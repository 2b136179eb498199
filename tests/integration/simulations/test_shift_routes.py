"""Load shifting over stored events, at NOW = 2026-03-18 12:00 UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

DAY = datetime(2026, 3, 2, tzinfo=UTC)
ASKED = {"entity": "Cold Store", "hours": 4}
EVENLY = {"energy_kwh": 2400, "month": 1, "grid_region": "GB-hourly", "hours": 4}


def used(hours: int, step: timedelta = timedelta(hours=1), **more: Any) -> list[dict[str, Any]]:
    event = {"event_type": "warehouse", "supplier_id": "S", "warehouse_id": "Cold Store", "energy_kwh": 100.0, **more}
    return [event | {"timestamp": (DAY + at * step).isoformat()} for at in range(hours)]


@pytest.fixture
def stored(client: httpx.AsyncClient) -> Callable[..., Any]:
    """Stores events and scans them; with a grid region their entity's profile names it."""

    async def store(events: list[dict[str, Any]], grid_region: str | None = None) -> None:
        if grid_region is not None:
            facts = {"grid_region": grid_region}
            await client.put("/entities/warehouse/Cold Store/profile", json=facts)
        answer = await client.post("/api/v1/ingest/events", json=events)
        assert answer.is_success, answer.text
        assert (await client.post("/hotspots/scan")).is_success

    return store


async def test_a_stores_hours_name_their_window_and_its_saving(
    client: httpx.AsyncClient, stored: Callable[..., Any]
) -> None:
    await stored(used(48), "GB-hourly")
    found = (await client.post("/simulate/load-shift", json=ASKED | {"flexible_share": 0.5})).json()
    (season,) = found["seasons"]
    assert (season["season"], season["window"], season["days"]) == ("spring", "11:00 to 15:00 UTC", 2)
    assert season["moves"][0] == {"from_hour": 19, "to_hour": 12}
    assert (found["energy_kwh"], found["moved_kwh"]) == (pytest.approx(4800), pytest.approx(400))
    assert (found["first_day"], found["last_day"]) == ("2026-02-18", "2026-03-17")
    listed = (await client.get("/predictions?limit=500")).json()
    assert found["baseline_kg"] == pytest.approx(sum(each["co2_kg"] for each in listed))
    assert found["shifted_kg"] == pytest.approx(found["baseline_kg"] - found["saving_kg"])
    assert 0 < found["saving_low_kg"] < found["saving_kg"] < found["saving_high_kg"]
    assert found["per_week_kg"] == pytest.approx(found["saving_kg"] * 3.5)


async def test_a_grid_without_hours_is_refused_with_the_way_out(
    client: httpx.AsyncClient, stored: Callable[..., Any]
) -> None:
    await stored(used(24))
    refused = await client.post("/simulate/load-shift", json=ASKED)
    assert refused.status_code == 409
    assert "GB-hourly" in refused.json()["detail"]
    assert "PUT /entities/warehouse/Cold Store/profile" in refused.json()["remedy"]
    beside = (await client.post("/simulate/load-shift", json=ASKED | {"grid_region": "GB-hourly"})).json()
    assert (beside["grid_region"], beside["inventory_region"]) == ("GB-hourly", "GB")
    assert beside["saving_kg"] > 0
    assert "do not change" in beside["notes"][0]


async def test_events_by_the_day_are_refused(client: httpx.AsyncClient, stored: Callable[..., Any]) -> None:
    await stored(used(7, timedelta(days=1)), "GB-hourly")
    refused = await client.post("/simulate/load-shift", json=ASKED)
    assert refused.status_code == 409
    assert "7 longer than an hour" in refused.json()["detail"]


@pytest.mark.parametrize(("body", "status", "word"), [
    (EVENLY, 200, "winter"),
    (EVENLY | {"energy_kwh": 5e-324}, 200, '"percent":null'),
    (EVENLY | {"grid_region": "DE"}, 422, "GB-hourly"),
    (EVENLY | {"grid_region": "x"}, 422, "GB-hourly"),
    (EVENLY | {"hours": 13}, 422, "hours"),
    (EVENLY | {"flexible_share": 1.1}, 422, "flexible_share"),
    (EVENLY | {"energy_kwh": -1}, 422, "energy_kwh"),
    (EVENLY | {"entity": "Cold Store"}, 422, "energy_kwh"),
    ({"energy_kwh": 1, "hours": 4}, 422, "month"),
    (EVENLY | {"within": "week"}, 422, "within"),
    (ASKED, 404, "Cold Store"),
])  # fmt: skip
async def test_what_cannot_be_says_why(client: httpx.AsyncClient, body: Any, status: int, word: str) -> None:
    answer = await client.post("/simulate/load-shift", json=body)
    assert answer.status_code == status, answer.text
    assert word in answer.text


async def test_another_tenants_electricity_is_not_seen(
    client: httpx.AsyncClient, stored: Callable[..., Any], as_tenant: Callable[[int], None], database_url: str
) -> None:
    await stored(used(24), "GB-hourly")
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO tenants (name) VALUES ('other')")
    as_tenant(2)
    assert (await client.post("/simulate/load-shift", json=ASKED)).status_code == 404
