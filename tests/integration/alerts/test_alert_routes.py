from collections.abc import Callable
from datetime import datetime

import httpx
import psycopg
import pytest

RECORDED = {"id": int, "level": str, "message": str, "hotspot_id": int, "created_at": str, "acknowledged": bool}


@pytest.fixture
def raised(database_url: str, now: datetime) -> Callable[..., int]:
    """Raises an alert of a level on a hotspot of its own; returns the alert's id."""

    def insert(level: str, tenant_id: int = 1, entity: str | None = None) -> int:
        with psycopg.connect(database_url, autocommit=True) as connection:
            name = entity or f"{level}-{connection.info.backend_pid}"
            row = connection.execute(
                "WITH h AS (INSERT INTO hotspots (tenant_id, entity, entity_type, event_type, predicted_co2,"
                " baseline_co2, percent_above, severity, event_id, event_count, first_event_at, last_event_at)"
                " VALUES (%(tenant)s, %(name)s, 'supplier', 'factory', 2, 1, 100, %(level)s, 1, 1, %(now)s, %(now)s)"
                " RETURNING id)"
                " INSERT INTO alerts (tenant_id, level, message, hotspot_id, transition, created_at)"
                " SELECT %(tenant)s, %(level)s, 'told', id, 'opened', %(now)s FROM h RETURNING id",
                {"tenant": tenant_id, "name": name, "level": level, "now": now},
            ).fetchone()
        assert row is not None
        return int(row[0])

    return insert


async def test_empty_database(client: httpx.AsyncClient) -> None:
    assert (await client.get("/alerts")).json() == []
    assert (await client.get("/alerts/critical")).json() == []
    assert (await client.get("/alerts/stats")).json() == {"total": 0, "by_level": {"critical": 0, "warn": 0, "info": 0}}


async def test_has_the_recorded_fields_and_types(client: httpx.AsyncClient, raised: Callable[..., int]) -> None:
    alert_id = raised("warn")
    [found] = (await client.get("/alerts")).json()
    assert found["id"] == alert_id
    assert {name: type(found[name]) for name in RECORDED} == RECORDED
    assert found["created_at"] == "2026-03-18T12:00:00+00:00"
    assert found["acknowledged"] is False
    assert found["acknowledged_at"] is None


async def test_filters_and_counts_by_level(client: httpx.AsyncClient, raised: Callable[..., int]) -> None:
    ids = {level: raised(level) for level in ("info", "warn", "critical")}
    raised("critical", tenant_id=2, entity="somebody else's")
    for level, alert_id in ids.items():
        found = (await client.get("/alerts", params={"level": level})).json()
        assert [each["id"] for each in found] == [alert_id]
    assert [each["id"] for each in (await client.get("/alerts/critical")).json()] == [ids["critical"]]
    stats = (await client.get("/alerts/stats")).json()
    assert stats == {"total": 3, "by_level": {"critical": 1, "warn": 1, "info": 1}}


async def test_pages_newest_first(client: httpx.AsyncClient, raised: Callable[..., int]) -> None:
    ids = [raised("critical", entity=f"entity {number}") for number in range(12)]
    first = await client.get("/alerts/critical")
    assert [each["id"] for each in first.json()] == ids[:1:-1]
    assert first.headers["x-total-count"] == "12"
    rest = await client.get("/alerts", params={"cursor": first.headers["x-next-cursor"], "limit": 100})
    assert [each["id"] for each in rest.json()] == ids[1::-1]


@pytest.mark.parametrize(
    "path",
    [
        "/alerts?level=urgent",
        "/alerts?level=",
        "/alerts?limit=0",
        "/alerts?limit=101",
        "/alerts/critical?limit=51",
        "/alerts/critical?limit=0",
        "/alerts?cursor=-1",
    ],
)
async def test_bad_queries_are_422(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 422
