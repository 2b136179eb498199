"""The native WebSocket: what a browser hears, what it missed, and what ends it."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from fastapi import FastAPI
from starlette.types import Message
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from carbon_nexus.live.client import MOST_WAITING, Client
from carbon_nexus.live.model import MOST_AT_ONCE, MOST_REPLAYED, Channel
from carbon_nexus.live.rooms import LARGEST_MESSAGE_BYTES
from carbon_nexus.settings import Settings
from tests.integration.live.conftest import ask, heard, raise_alerts

CSV = {"file": ("a.csv", b"event_type,supplier_id,timestamp\nfactory,S,2026-03-18T10:00:00Z\n")}
KEY = "a-long-random-string"
HOTSPOT = """
INSERT INTO hotspots (entity, entity_type, event_type, predicted_co2, baseline_co2, percent_above, severity, event_id,
    event_count, first_event_at, last_event_at)
VALUES ('R-1', 'route', 'logistics', 3, 1, 200, 'warn', 1, 1, now(), now())
"""
RECOMMENDATION = """
INSERT INTO recommendations (hotspot_id, supplier_id, measure_id, title, description, root_cause, status, proposed_by,
    provenance)
SELECT id, entity, 'M03', 'Load lorries fuller', 'How', 'Half empty', 'pending', 'scan', '{}' FROM hotspots
"""
MANY = """
INSERT INTO live_events (channel, subject_id, created) SELECT 'alerts', number, true
FROM generate_series(1, %s) AS number
"""
DAY = """
INSERT INTO emissions_daily (day, event_type, co2e_kg, ttw_kg, wtt_kg, event_count, unestimated_count)
VALUES ('2026-03-18', 'factory', 1, 1, 0, 1, 0)
"""


@asynccontextmanager
async def connected(address: str, **how: Any) -> AsyncIterator[tuple[ClientConnection, dict[str, Any]]]:
    """A connection and what it was greeted with."""
    async with connect(f"ws://{address}/ws", **how) as connection:
        yield connection, (await heard(connection))["hello"]


async def test_a_change_is_heard_with_its_row_as_the_api_shows_it(address: str, database_url: str) -> None:
    async with connected(address) as (connection, hello), httpx.AsyncClient(base_url=f"http://{address}") as api:
        assert hello == {"seq": 0, "channels": [*Channel], "heartbeat_seconds": 15}
        assert await ask(connection, {"subscribe": [*Channel]}) == {
            "subscribed": {"channels": sorted(Channel), "since": 0}
        }
        with psycopg.connect(database_url, autocommit=True) as database:
            database.execute(HOTSPOT.encode())
            database.execute(RECOMMENDATION.encode())
            database.execute(DAY.encode())
        raise_alerts(database_url, "look")
        (await api.post("/api/v1/ingest/csv", files=CSV)).raise_for_status()
        told: dict[str, Any] = {}
        while set(told) != set(Channel) or told["ingest_jobs"]["payload"]["status"] != "complete":
            frame = await heard(connection)
            told |= {each["channel"]: each for each in frame["changes"]}
            assert frame["seq"] == frame["changes"][-1]["seq"]
        assert {each["event"] for each in told.values()} > {"alert.created", "hotspot.created", "emissions.changed"}
        paths = {"ingest_jobs": "/api/v1/ingest/jobs"} | {
            name: f"/{name}" for name in ("alerts", "hotspots", "recommendations")
        }
        for channel, path in paths.items():
            assert (await api.get(path)).json() == [told[channel]["payload"]]
        assert told["emissions"]["payload"] == (await api.get("/emissions/current")).json()


async def test_nothing_is_heard_of_other_channels_other_tenants_and_what_was_left(
    address: str, database_url: str, as_tenant: Callable[[int], None]
) -> None:
    async with connected(address) as (own, _), connected(address) as (left, _):
        await ask(own, {"subscribe": ["alerts"]})
        await ask(left, {"subscribe": ["alerts", "hotspots"]})
        assert await ask(left, {"unsubscribe": ["alerts"]}) == {"unsubscribed": {"channels": ["alerts"]}}
        raise_alerts(database_url, "another's", tenant_id=2)
        (mine,) = raise_alerts(database_url, "mine")
        with psycopg.connect(database_url, autocommit=True) as database:
            database.execute(HOTSPOT.encode())
        assert [each["payload"]["id"] for each in (await heard(own))["changes"]] == [mine]
        assert [each["channel"] for each in (await heard(left))["changes"]] == ["hotspots"]
        as_tenant(2)
        async with connected(address) as (other, _):
            await ask(other, {"subscribe": ["alerts"], "since": 0})
            assert [each["payload"]["message"] for each in (await heard(other))["changes"]] == ["another's"]


async def test_who_comes_back_hears_what_was_missed_in_order_and_then_what_is_new(
    address: str, database_url: str
) -> None:
    ids = raise_alerts(database_url, *map(str, range(MOST_AT_ONCE + 5)))
    async with connected(address) as (connection, hello):
        await ask(connection, {"subscribe": ["alerts"], "since": hello["seq"] - len(ids) + 2})
        ids += raise_alerts(database_url, "new")
        told: list[int] = []
        while len(told) < len(ids) - 2:
            frame = await heard(connection)
            told += [each["payload"]["id"] for each in frame["changes"]]
        assert told == ids[2:]
        assert frame["seq"] == hello["seq"] + 1


async def test_what_was_missed_is_of_the_asked_channels_and_behind_since(address: str, database_url: str) -> None:
    first, second = raise_alerts(database_url, "a", "b")
    with psycopg.connect(database_url, autocommit=True) as database:
        database.execute(HOTSPOT.encode())
        database.execute("UPDATE alerts SET acknowledged = true WHERE id = %s", (first,))
    async with connected(address) as (connection, hello):
        assert hello["seq"] == 4
        for channels, since, told in (
            (["alerts"], 0, [(2, second, "alert.created"), (4, first, "alert.created")]),
            (["hotspots"], 2, [(3, 1, "hotspot.created")]),
            (["alerts"], 3, [(4, first, "alert.created")]),
        ):
            await ask(connection, {"subscribe": channels, "since": since})
            changes = (await heard(connection))["changes"]
            assert [(each["seq"], each["payload"]["id"], each["event"]) for each in changes] == told


@pytest.mark.parametrize("since", [0, 5, MOST_REPLAYED + 99])
async def test_a_gap_is_told_and_new_changes_follow(address: str, database_url: str, since: int) -> None:
    """Too much, no longer kept, a number that was never told."""
    with psycopg.connect(database_url, autocommit=True) as database:
        database.execute(MANY, (MOST_REPLAYED + 11,))
    async with connected(address) as (connection, hello):
        with psycopg.connect(database_url, autocommit=True) as database:
            database.execute(b"DELETE FROM live_events WHERE seq <= 9" if since else b"SELECT 1")
        await ask(connection, {"subscribe": ["alerts", "hotspots"], "since": since})
        gap = (await heard(connection))["gap"]
        assert (gap["seq"], gap["channels"]) == (hello["seq"], ["alerts", "hotspots"])
        assert gap["detail"]
        assert gap["remedy"]
        (new,) = raise_alerts(database_url, "new")
        assert [each["payload"]["id"] for each in (await heard(connection))["changes"]] == [new]


@pytest.mark.parametrize(
    ("said", "problem"),
    [("no json", "not JSON"), ('{"subscribe": ["alert"]}', "subscribe.0"), ('{"since": 1}', "one of"), ("[]", "valid")],
)
async def test_a_mistake_is_explained_and_ends_nothing(address: str, said: str, problem: str) -> None:
    async with connected(address) as (connection, _):
        await connection.send(said)
        error = (await heard(connection))["error"]
        assert problem in error["detail"]
        assert "subscribe" in error["remedy"]
        assert await ask(connection, {"ping": 7}) == {"pong": 7}


async def test_a_message_without_end_is_not_read(address: str) -> None:
    async with connected(address) as (connection, _):
        await connection.send(" " * (LARGEST_MESSAGE_BYTES + 1))
        with pytest.raises(ConnectionClosed, match="1009"):
            await heard(connection)


async def test_who_reads_too_slowly_is_dropped_with_a_reason(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert client
    held, said = asyncio.Event(), asyncio.Queue[Message]()

    async def receive() -> Message:
        return await said.get()

    async def send(message: Message) -> None:
        if message["type"] == "websocket.close":
            said.put_nowait(message)
        elif message["type"] == "websocket.send":
            await held.wait()

    websocket = WebSocket({"type": "websocket", "headers": []}, receive, send)
    said.put_nowait({"type": "websocket.connect"})
    await websocket.accept()
    slow = Client(app.state.live.hub, app.state.live.history, websocket, 1)
    talking = asyncio.create_task(slow.talk())
    await asyncio.sleep(0)
    for number in range(MOST_WAITING + 2):
        slow.beat(orjson.dumps({"heartbeat": number}).decode())
        await asyncio.sleep(0)
    held.set()
    await talking
    closed = said.get_nowait()
    assert closed["code"] == 4008
    assert "come back with since" in closed["reason"]


async def test_a_page_of_a_strange_origin_may_not_connect(address: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://{address}/ws", origin="https://evil.example")  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403
    async with connected(address, origin=f"http://{address}"), connected(address, origin="http://localhost:3000"):
        pass


class TestWithKeys:
    """API_KEYS are set."""

    @pytest.fixture
    def settings(self, short_dir: Path) -> Settings:
        return Settings(_env_file=None, carbon_nexus_data_dir=short_dir / "unused", api_keys=KEY)

    async def test_a_program_shows_its_key_in_a_header_and_a_browser_among_the_subprotocols(self, address: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/ws")
        assert refused.value.response.status_code == 401
        async with connected(address, additional_headers={"Authorization": f"Bearer {KEY}"}):
            pass
        shown = Subprotocol("carbon-nexus.key." + base64.urlsafe_b64encode(KEY.encode()).decode().rstrip("="))
        async with connected(address, subprotocols=[Subprotocol("carbon-nexus"), shown]) as (connection, _):
            assert connection.subprotocol == "carbon-nexus"
