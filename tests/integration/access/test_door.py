"""With API_KEYS set: every documented route but /health asks for a key, and the trail names who decided."""

import asyncio
import hashlib
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import audit_logs, hotspots, recommendations
from carbon_nexus.settings import Settings
from tests.conftest import NOW

KEY, OTHER = "first-key-0123456789", "second-key-0123456789"
WITH_KEY = {"Authorization": f"Bearer {KEY}"}
UNLISTED = [("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/no-such-path"), ("DELETE", "/hotspots")]


@pytest.fixture
def settings(short_dir: Path) -> Settings:
    return Settings(_env_file=None, carbon_nexus_data_dir=short_dir / "unused", api_keys=f"{KEY}, {OTHER}")


def documented(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every documented route, path parameters filled in."""
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    return [(method.upper(), re.sub(r"{\w+}", "1", path)) for path, methods in paths.items() for method in methods]


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong-0123456789"}, {"Authorization": f"Basic {KEY}"}]
)
async def test_every_route_but_health_is_closed(
    app: FastAPI, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    routes = documented(app)
    assert len(routes) > 30
    for method, path in [*routes, *UNLISTED]:
        answer = await client.request(method, path, headers=headers)
        if path == "/health":
            assert answer.status_code == 200
            continue
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "unauthorized"
        assert KEY not in answer.text


async def test_every_route_opens_with_a_right_key(app: FastAPI, client: httpx.AsyncClient) -> None:
    for method, path in documented(app):
        answer = await client.request(method, path, headers=WITH_KEY)
        assert answer.status_code in (200, 404, 422), (method, path, answer.text)


async def test_a_page_may_ask_what_it_may_send_before_it_has_a_key(client: httpx.AsyncClient) -> None:
    asking = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = await client.options("/simulate", headers=asking)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "Authorization" in answer.headers["access-control-allow-headers"]


async def test_a_page_can_read_that_its_key_was_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/hotspots", headers={"Origin": "http://localhost:3000"})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    stranger = await client.get("/health", headers={"Origin": "http://example.org"})
    assert "access-control-allow-origin" not in stranger.headers


async def test_the_trail_names_the_key_that_decided_and_never_holds_it(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    first, second = await asyncio.gather(a_recommendation(engine, "A"), a_recommendation(engine, "B"))
    for number, decision, key in [(first, "approve", KEY), (second, "reject", OTHER)]:
        headers = {"Authorization": f"Bearer {key}"}
        answer = await client.post(f"/recommendations/{number}/{decision}", headers=headers, json={"notes": "seen"})
        assert answer.status_code == 200
    async with engine.connect() as connection:
        entries = (await connection.execute(select(audit_logs).order_by(audit_logs.c.id))).mappings().all()
    assert [entry["user_id"] for entry in entries] == [f"key-{digest(KEY)[:8]}", f"key-{digest(OTHER)[:8]}"]
    assert KEY not in str(entries)
    assert OTHER not in str(entries)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


async def a_recommendation(engine: AsyncEngine, measure_id: str) -> int:
    """A pending one, with its hotspot."""
    subject = {"entity": f"R-{measure_id}", "entity_type": "route", "event_type": "logistics"}
    numbers = {"predicted_co2": 2.0, "baseline_co2": 1.0, "percent_above": 100.0, "event_id": 1, "event_count": 1}
    times = {"first_event_at": NOW, "last_event_at": NOW}
    words = {"supplier_id": "S", "measure_id": measure_id, "title": "Do it", "description": "Like this."}
    async with engine.begin() as connection:
        hotspot = insert(hotspots).values(**subject, **numbers, **times, severity="critical").returning(hotspots.c.id)
        hotspot_id = await connection.scalar(hotspot)
        made = insert(recommendations).values(**words, hotspot_id=hotspot_id).returning(recommendations.c.id)
        return int(await connection.scalar(made) or 0)
