"""Measures of people's own over HTTP: versions that stay, refusals in words, the trail, and the way back."""

from typing import Any

import httpx
import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db import migrate
from carbon_nexus.measures.library import LIBRARY
from carbon_nexus.measures.own_service import measures_of
from tests.integration.db.test_provenance_migration import to

OWN: dict[str, Any] = {
    "event_type": "logistics", "title": "Share runs with the neighbour", "description": "One lorry for both.",
    "acts_on": "distance", "reduction_low_pct": 5, "reduction_typical_pct": 12.5, "reduction_high_pct": 20,
    "reduction_basis": "km of the shared lane", "condition": "Same days.", "feasibility": "medium",
    "evidence_grade": "C", "source": "our trial of 2025", "cost_impact": "A contract.", "investment": 9000,
    "saving_per_year": 6000, "currency": "EUR",
    "change": {"input": "distance_km", "only": {"fuel_type": ["diesel"], "min": {"distance_km": 50}}},
}  # fmt: skip


async def create(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await client.post("/measures", json=OWN | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def ids_of(engine: AsyncEngine, tenant_id: int = 1) -> list[str]:
    async with engine.connect() as connection:
        return [each.id for each in await measures_of(connection, tenant_id)]


def trail(database_url: str) -> list[tuple[Any, ...]]:
    query = "SELECT action, entity_id, user_id, before ->> 'version', after ->> 'version' FROM audit_logs ORDER BY id"
    with psycopg.connect(database_url) as connection:
        return connection.execute(query).fetchall()


async def test_what_is_told_is_read_again_beside_the_library(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    told = await create(client)
    assert {name: told[name] for name in OWN if name != "change"} == {k: v for k, v in OWN.items() if k != "change"}
    whole = {"vehicle_type": [], "fuel_type": ["diesel"], "min": {"distance_km": 50}, "max": {}}
    assert told["change"] == {"input": "distance_km", "replaces": None, "only": whole}
    derived = ("id", "library", "version", "payback_months", "end_use", "left_out_because", "created_by", "retired_at")
    assert [told[name] for name in derived] == ["own-1", "own", 1, 18, "propulsion", None, "local", None]
    assert (await client.get("/measures/own-1")).json() == told
    listed = (await client.get("/measures")).json()
    assert (len(listed), listed[0]["id"], listed[-1]) == (43, "M01", told)
    assert {(each["library"], each["version"]) for each in listed[:-1]} == {(LIBRARY, None)}
    assert (await ids_of(engine))[-1] == "own-1"


async def test_a_change_is_a_new_version_and_the_old_one_stays(client: httpx.AsyncClient, database_url: str) -> None:
    first = await create(client)
    second = (await client.put("/measures/own-1", json=OWN | {"reduction_typical_pct": 15})).json()
    assert (second["version"], second["reduction_typical_pct"]) == (2, 15)
    assert (await client.put("/measures/own-1", json=OWN | {"reduction_typical_pct": 15})).json() == second
    assert (await client.get("/measures/own-1")).json() == second
    assert (await client.get("/measures/own-1?version=1")).json() == first
    assert (await client.get("/measures/own-1?version=3")).status_code == 404
    assert trail(database_url) == [
        ("measure.created", "own-1", "local", None, "1"),
        ("measure.replaced", "own-1", "local", "1", "2"),
    ]


async def test_a_retired_one_is_read_but_not_proposed_and_its_id_not_given_again(
    client: httpx.AsyncClient, engine: AsyncEngine, database_url: str
) -> None:
    await create(client)
    assert (await client.delete("/measures/own-1")).status_code == 204
    assert (await client.get("/measures/own-1")).json()["retired_at"] == "2026-03-18T12:00:00Z"
    assert "own-1" not in await ids_of(engine)
    for method in ("PUT", "DELETE"):
        again = await client.request(method, "/measures/own-1", json=OWN)
        assert (again.status_code, "was retired by local" in again.json()["detail"]) == (409, True)
    assert (await create(client))["id"] == "own-2"
    assert trail(database_url)[1] == ("measure.retired", "own-1", "local", "1", None)


async def test_packaged_ones_never_change(client: httpx.AsyncClient) -> None:
    assert (await client.get("/measures/M11")).json()["title"] == "Run diesel vehicles on HVO"
    for method in ("PUT", "DELETE"):
        answer = await client.request(method, "/measures/M11", json=OWN)
        assert (answer.status_code, "packaged" in answer.json()["detail"]) == (409, True)


@pytest.mark.parametrize("measure_id", ["M99", "own-1", "own-999999999", "own-01", "own-9999999999999", "a'b"])
async def test_unknown_ones_are_404(client: httpx.AsyncClient, measure_id: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = await client.request(method, f"/measures/{measure_id}", json=OWN)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_measure"), method


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""}, {"title": " "}, {"title": "a\x00b"}, {"title": "x" * 201}, {"title": None},
        {"reduction_low_pct": -1}, {"reduction_high_pct": 101}, {"reduction_low_pct": "5"}, {"reduction_low_pct": True},
        {"reduction_low_pct": 13}, {"event_type": "rail"}, {"feasibility": "easy"}, {"evidence_grade": "D"},
        {"investment": -1}, {"saving_per_year": 0}, {"currency": "euro"}, {"currency": None}, {"id": "M01"},
        {"change": {"input": "gas_kwh"}}, {"change": {"input": "a\x00"}}, {"change": {}}, {"change": {"by": "x"}},
        {"change": {"input": "distance_km", "only": {"min": {"distance_km": "far"}}}},
        {"change": {"input": "distance_km", "only": {"fuel_type": ["x"] * 51}}},
    ],
)  # fmt: skip
async def test_what_breaks_a_rule_is_422_and_stores_nothing(client: httpx.AsyncClient, bad: dict[str, Any]) -> None:
    answer = await client.post("/measures", json=OWN | bad)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert len((await client.get("/measures")).json()) == 42


async def test_other_tenants_stay_out_of_sight(
    client: httpx.AsyncClient, engine: AsyncEngine, database_url: str
) -> None:
    await create(client)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE own_measures SET tenant_id = 2")
    assert (await client.get("/measures/own-1")).status_code == 404
    assert (await client.delete("/measures/own-1")).status_code == 404
    assert "own-1" in await ids_of(engine, tenant_id=2)
    assert (await create(client))["id"] == "own-1"  # numbers are the tenant's own


async def test_the_release_before_has_no_own_measures(client: httpx.AsyncClient, database_url: str) -> None:
    await create(client)
    database = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    with database.begin() as connection:
        to(connection, command.downgrade, "0013")
    database.dispose()
    migrate.upgrade(database_url)
    migrate.check(database_url)
    assert len((await client.get("/measures")).json()) == 42
