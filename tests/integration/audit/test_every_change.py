"""Every endpoint that changes something leaves an entry; every other one is named here and leaves all as it was."""

from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from carbon_nexus.app import create_app
from carbon_nexus.operations.cases import every_case
from carbon_nexus.settings import Settings
from tests.conftest import NOW
from tests.contract.events import shipments
from tests.integration.measures.test_measure_routes import OWN

CHANGE_NOTHING = {
    *(f"POST /api/v1/{what}/{kind}" for what in ("predict", "batch") for kind in
      ("logistics", "factory", "warehouse", "delivery")),
    "POST /api/v1/ingest/preview", "POST /api/v1/forecast/7d", "POST /simulate", "POST /simulate/batch",
    "POST /simulate/population", "POST /simulate/load-shift",
    "POST /hotspots/backtest", "POST /rules/preview", "POST /silences/preview", "POST /api/query", "POST /api/chat",
}  # fmt: skip
EVENT = {"event_type": "factory", "supplier_id": "S", "timestamp": "2026-03-17T08:00:00Z", "factory_id": "F",
    "energy_kwh": 100}  # fmt: skip
HOOK = {"kind": "webhook", "url": "https://hooks.example.com/x"}
NIGHTS = {"time_zone": "UTC", "intervals": [{"times": [{"from": "22:00", "to": "24:00"}]}]}
SILENCE = {"matchers": ["entity = S"], "reason": "works", "ends_at": "2026-03-19T12:00:00Z"}
WITHOUT_LOAD = b"event_type,supplier_id,timestamp,vehicle_type,fuel_type,distance_km\n" + b"".join(
    f"logistics,Umbra,2026-03-1{day}T08:00:00Z,truck_diesel,diesel,120\n".encode() for day in range(3)
)


class Walk:
    """Sends requests that succeed, and holds that each of them left an entry."""

    def __init__(self, client: httpx.AsyncClient, database_url: str) -> None:
        self._client, self._url = client, database_url
        self.seen: set[str] = set()

    def sql(self, statement: str) -> psycopg.Cursor[Any]:
        """The result of a statement, committed."""
        with psycopg.connect(self._url) as connection:
            return connection.execute(statement.encode())

    async def changes(self, endpoint: str, *ids: Any, **sent: Any) -> Any:
        """The answer to a request at this endpoint, the parameters of its path replaced by the ids in order."""
        method, path = endpoint.split(" ")
        for given in ids:
            before, _, rest = path.partition("{")
            path = f"{before}{given}{rest.partition('}')[2]}"
        known = self._entries()
        answer = await self._client.request(method, path, **sent)
        assert answer.is_success, f"{endpoint}: {answer.text}"
        assert self._entries() > known, f"{endpoint} changed something and left no entry"
        self.seen.add(endpoint)
        return answer.json() if answer.content else None

    def _entries(self) -> int:
        (count,) = self.sql("SELECT count(*) FROM audit_logs").fetchone() or (0,)
        return int(count)

    async def newest_id(self, path: str) -> int:
        """The id of the newest of a list."""
        return int((await self._client.get(path)).json()[0]["id"])


@pytest.fixture
def app(settings: Settings, database_url: str, tmp_path: Path) -> FastAPI:
    """The application, which finds whatever is above typical."""
    told = settings.model_copy(update={"detection_policy": "ratio", "carbon_nexus_data_dir": tmp_path})
    return create_app(told, database_url, clock=lambda: NOW)


@pytest.fixture
def walk(client: httpx.AsyncClient, database_url: str) -> Walk:
    return Walk(client, database_url)


def documented(app: FastAPI) -> set[str]:
    paths = app.openapi()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods if method != "get"}


async def test_every_endpoint_that_changes_something_leaves_an_entry(walk: Walk, app: FastAPI) -> None:
    await _events(walk)
    await _told(walk)
    await _watched(walk)
    await _recommended(walk)
    await _supposed(walk)
    await _alerts(walk)
    assert walk.seen | CHANGE_NOTHING == documented(app), "a new endpoint belongs into a step, or into CHANGE_NOTHING"
    assert not walk.seen & CHANGE_NOTHING


async def test_the_others_leave_everything_as_it_was(
    client: httpx.AsyncClient, app: FastAPI, database_url: str
) -> None:
    def content() -> Any:
        with psycopg.connect(database_url) as connection:
            tables = connection.execute("SELECT relname FROM pg_stat_user_tables ORDER BY 1").fetchall()
            return [connection.execute(f"SELECT * FROM {table}".encode()).fetchall() for (table,) in tables]

    await client.post("/api/v1/ingest/csv", files={"file": ("a.csv", shipments(NOW, "Umbra"))})
    await app.state.live.hub.catch_up()  # it numbers what it was told so far
    before, asked = content(), set()
    for case in every_case():
        if case.endpoint in CHANGE_NOTHING:
            answer = await client.request(case.method, case.path, **case.sent)
            assert answer.status_code == case.status, answer.text
            asked.add(case.endpoint)
    assert (asked, content()) == (CHANGE_NOTHING, before)


async def _events(walk: Walk) -> None:
    files = {"file": ("a.csv", shipments(NOW, "Umbra", count=30))}
    await walk.changes("POST /api/v1/ingest/csv", files=files)
    gaps = {"file": ("gaps.csv", WITHOUT_LOAD)}
    waiting = await walk.changes("POST /api/v1/ingest/upload", files=gaps, params={"wait": False})
    await walk.changes("POST /api/v1/ingest/jobs/{job_id}/cancel", waiting["jobId"])
    await walk.changes("POST /api/v1/ingest/csv", files=gaps)
    await walk.changes("POST /api/v1/ingest/event", json=EVENT)
    batch = await walk.changes("POST /api/v1/ingest/events", json=[EVENT | {"energy_kwh": 101}])
    await walk.changes("POST /api/v1/ingest/jobs/{job_id}/undo", batch["job_id"])
    await walk.changes("POST /hotspots/scan")
    await walk.changes("POST /api/v1/ingest/fill", json={"fields": ["load_kg"]})
    await walk.changes("DELETE /api/v1/ingest/fill")
    await walk.changes("POST /trigger-analysis")
    await walk.changes("POST /baselines/recalculate")


async def _told(walk: Walk) -> None:
    sent: dict[str, Any]
    for method, sent in (("PUT", {"json": {"cooling_cop": 3}}), ("DELETE", {})):
        await walk.changes(method + " /entities/{entity_type}/{entity}/profile", "factory", "F", **sent)
    for method, sent in (("PUT", {"json": {"units": {"distance_km": "mi"}}}), ("DELETE", {})):
        await walk.changes(method + " /api/v1/ingest/mappings/{source}", "erp", **sent)
    await walk.changes("PUT /calendar", json={"country": "DE"})
    for path in ("/documents", "/api/upload"):
        file = ("a.txt", f"Fuller lorries, says {path}.".encode())
        await walk.changes(f"POST {path}", files={"file": file})
    await walk.changes("DELETE /documents/{document_id}", await walk.newest_id("/documents"))
    aim = await walk.changes("PUT /targets", json={"from_month": "2026-03", "amount_kg": 10_000})
    await walk.changes("DELETE /targets/{target_id}", aim[0]["id"])
    made = await walk.changes("POST /measures", json=OWN)
    await walk.changes("PUT /measures/{measure_id}", made["id"], json=OWN | {"reduction_typical_pct": 10})
    await walk.changes("DELETE /measures/{measure_id}", made["id"])


async def _watched(walk: Walk) -> None:
    await walk.changes("POST /rules/apply", json=[{"name": "a", "kind": "hotspot"}])
    await walk.changes("PUT /rules/{name}", "a", json={"for": "1 h"})
    await walk.changes("DELETE /rules/{name}", "a")
    made = await walk.changes("POST /silences", json=SILENCE)
    await walk.changes("POST /silences/{silence_id}/expire", made["id"])
    await walk.changes("PUT /mute-timings/{name}", "nights", json=NIGHTS)
    await walk.changes("DELETE /mute-timings/{name}", "nights")
    await walk.changes("PUT /receivers/{name}", "ops", json=HOOK)
    sent = await walk.changes("POST /receivers/{name}/test", "ops")
    walk.sql("UPDATE deliveries SET status = 'failed'")  # no worker sends it here
    await walk.changes("POST /deliveries/{delivery_id}/redeliver", sent["id"])
    await walk.changes("DELETE /receivers/{name}", "ops")


async def _recommended(walk: Walk) -> None:
    one = {"hotspot_id": await walk.newest_id("/hotspots"), "description": "In own words."}
    ids = [
        (await walk.changes("POST /recommendations", json=one | {"title": f"Idea {number}"}))["id"]
        for number in range(6)
    ]
    await walk.changes("POST /recommendations/approve", json={"ids": ids[:1]})
    await walk.changes("POST /recommendations/reject", json={"ids": ids[1:2], "reason": "no"})
    await walk.changes("POST /recommendations/{rec_id}/approve", ids[2])
    await walk.changes("POST /recommendations/{rec_id}/reject", ids[3])
    await walk.changes("PATCH /api/recommendations/{rec_id}", ids[4], json={"status": "approved"})
    await walk.changes("POST /recommendations/{rec_id}/assign", ids[5], json={"assignee": "ann"})
    await walk.changes("POST /recommendations/{rec_id}/comment", ids[5], json={"text": "why?"})
    await walk.changes("POST /recommendations/{rec_id}/implement", ids[0])
    judged = {"verdict": "verified", "reason": "the meter says so"}
    await walk.changes("POST /recommendations/{rec_id}/verify", ids[0], json=judged)
    asked = {"hotspot_id": one["hotspot_id"], "predicted": 300, "baseline": 100, "save_to_db": True}
    await walk.changes("POST /api/rag/recommend", json=asked)


async def _supposed(walk: Walk) -> None:
    shorter = {"name": "Shorter", "spec": {"changes": [{"set": {"distance_km": "-10%"}}]}}
    made = await walk.changes("POST /scenarios", json=shorter)
    await walk.changes("POST /scenarios/{scenario_id}/run", made["id"])
    target = {"hotspot_id": await walk.newest_id("/hotspots")}
    await walk.changes("POST /scenarios/{scenario_id}/recommend", made["id"], json=target)
    await walk.changes("PUT /scenarios/{scenario_id}", made["id"], json=shorter | {"note": "for May"})
    await walk.changes("DELETE /scenarios/{scenario_id}", made["id"])


async def _alerts(walk: Walk) -> None:
    alert, hotspot = await walk.newest_id("/alerts"), await walk.newest_id("/hotspots")
    await walk.changes("POST /alerts/acknowledge", json={"ids": [alert]})
    await walk.changes("POST /alerts/{alert_id}/unacknowledge", alert)
    await walk.changes("POST /alerts/{alert_id}/acknowledge", alert)
    await walk.changes("POST /alerts/{alert_id}/assign", alert, json={"assignee": "ann"})
    await walk.changes("POST /alerts/assign", json={"ids": [alert], "assignee": "bo"})
    await walk.changes("POST /alerts/{alert_id}/comment", alert, json={"text": "on it"})
    verdict = {"verdict": "useful", "reason": "it was"}
    await walk.changes("POST /hotspots/{hotspot_id}/feedback", hotspot, json=verdict)
    await walk.changes("DELETE /hotspots/{hotspot_id}/feedback", hotspot)
