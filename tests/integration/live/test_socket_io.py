"""Socket.IO with its own client, over both transports: the original's rooms, events and fields."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from carbon_nexus.settings import Settings
from tests.contract.recordings import differing, recordings
from tests.integration.live.conftest import raise_alerts
from tests.integration.live.test_websocket import CSV, DAY, HOTSPOT, KEY, RECOMMENDATION

pytestmark = pytest.mark.parametrize("transport", ["websocket", "polling"])
ROWS = {each.name.removeprefix("orch."): each.answer for each in recordings() if each.name.startswith("orch.")}

Told = asyncio.Queue[tuple[str, Any]]


@asynccontextmanager
async def connected(address: str, transport: str, **how: Any) -> AsyncIterator[tuple[socketio.AsyncClient, Told]]:
    """A client, and whatever events it gets."""
    client, told = socketio.AsyncClient(reconnection=False), Told()

    async def note(event: str, payload: Any = None) -> None:
        told.put_nowait((event, payload))

    client.on("*", note)
    client.on("disconnect", lambda reason: told.put_nowait(("disconnect", reason)))
    await client.connect(f"http://{address}", transports=[transport], **how)
    try:
        yield client, told
    finally:
        await client.disconnect()


async def next_of(told: Told, *names: str) -> dict[str, Any]:
    """The payloads of the next events, which have these names in any order."""
    found = dict([await asyncio.wait_for(told.get(), 20) for _ in names])
    assert set(found) == set(names)
    return found


async def test_new_rows_come_under_the_original_names_with_the_original_fields(
    address: str, database_url: str, transport: str
) -> None:
    async with connected(address, transport) as (_, told):
        assert "message" in (await next_of(told, "connected"))["connected"]
        with psycopg.connect(database_url, autocommit=True) as database:
            database.execute(HOTSPOT.encode())
            hotspot = await next_of(told, "hotspot", "new_hotspot")
            database.execute(RECOMMENDATION.encode())
            recommendation = await next_of(told, "recommendation")
            raise_alerts(database_url, "look")
            alert = await next_of(told, "alert", "new_alert")
            database.execute(b"UPDATE alerts SET acknowledged = true")
            changed = await next_of(told, "alert_changed")
    assert hotspot["hotspot"] == hotspot["new_hotspot"]
    assert list(differing(ROWS["hotspots"][0], hotspot["hotspot"])) == []
    assert list(differing(ROWS["alerts"][0], alert["alert"])) in ([], ["$.hotspot_id"])
    assert set(differing(ROWS["recommendations"][0], recommendation["recommendation"])) <= {
        "$.co2_reduction", "$.cost_impact", "$.feasibility", "$.confidence",
    }  # fmt: skip
    assert (changed["alert_changed"]["id"], changed["alert_changed"]["acknowledged"]) == (alert["alert"]["id"], True)


async def test_sums_come_and_jobs_only_to_who_subscribed(address: str, database_url: str, transport: str) -> None:
    async with connected(address, transport) as (client, told), httpx.AsyncClient(base_url=f"http://{address}") as api:
        await next_of(told, "connected")
        with psycopg.connect(database_url, autocommit=True) as database:
            database.execute(DAY.encode())
        emissions = await next_of(told, "emissions")
        assert set(ROWS["emissions_current"]) <= set(emissions["emissions"])
        assert await client.call("subscribe", {"channel": "ingest_jobs"}) == {"subscribed": "ingest_jobs"}
        assert "There is no channel 'x'" in (await client.call("subscribe", "x"))["error"]
        (await api.post("/api/v1/ingest/csv", files=CSV)).raise_for_status()
        assert (await next_of(told, "ingest_job"))["ingest_job"]["filename"] == "a.csv"
        assert await client.call("unsubscribe", "alerts") == {"unsubscribed": "alerts"}


async def test_a_page_of_a_strange_origin_may_not_connect(address: str, transport: str) -> None:
    with pytest.raises(Refused):
        async with connected(address, transport, headers={"Origin": "https://evil.example"}):
            pass
    async with httpx.AsyncClient(base_url=f"http://{address}") as browser:
        page = {"Origin": "http://localhost:3000"}
        answer = await browser.get("/socket.io/?EIO=4&transport=polling", headers=page)
        assert answer.headers.get_list("access-control-allow-origin") == ["http://localhost:3000"]
        assert "access-control-allow-credentials" not in answer.headers


class TestWithKeys:
    """API_KEYS are set."""

    @pytest.fixture
    def settings(self, short_dir: Path) -> Settings:
        return Settings(_env_file=None, carbon_nexus_data_dir=short_dir / "unused", api_keys=KEY)

    @pytest.mark.parametrize(
        "shown", [{"auth": {"token": KEY}}, {"headers": {"Authorization": f"Bearer {KEY}"}}], ids=["auth", "header"]
    )
    async def test_a_right_key_connects(self, address: str, transport: str, shown: dict[str, Any]) -> None:
        async with connected(address, transport, **shown) as (_, told):
            await next_of(told, "connected")

    @pytest.mark.parametrize("auth", [None, {"token": KEY[:-1]}, {"token": 1}, "x", {"other": KEY}])
    async def test_any_other_does_not_and_hears_nothing(
        self, address: str, database_url: str, transport: str, auth: Any
    ) -> None:
        client, told = socketio.AsyncClient(reconnection=False), Told()
        client.on("*", lambda event, *_: told.put_nowait((event, None)))
        with pytest.raises(Refused):
            await client.connect(f"http://{address}", transports=[transport], auth=auth)
        raise_alerts(database_url, "not for you")
        async with connected(address, transport, auth={"token": KEY}) as (_, other):
            await next_of(other, "connected")
        assert told.empty()
