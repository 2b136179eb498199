"""Rules over HTTP: kept, listed, replaced, deleted, brought to a set; each change on the trail."""

from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.rules import service
from carbon_nexus.rules.match import parse

Trail = Callable[[], list[tuple[Any, ...]]]
PLANTS: dict[str, Any] = {
    "match": ["entity ~ plant-*"],
    "policy": {"warn": 1.3},
    "overrides": {"plant-7": {"critical": 3}},
    "for": 1800,
    "receivers": ["ops"],
}


async def names(client: httpx.AsyncClient) -> list[str]:
    return [each["name"] for each in (await client.get("/rules")).json()]


def problems(refused: httpx.Response) -> list[dict[str, Any]]:
    assert refused.status_code == 422, refused.text
    found: list[dict[str, Any]] = refused.json()["detail"]
    return found


async def test_a_rule_is_kept_whole_and_read_back(
    client: httpx.AsyncClient, app: FastAPI, engine: AsyncEngine, receivers: Callable[..., None]
) -> None:
    receivers("ops")
    put = await client.put("/rules/plants", json=PLANTS)
    assert put.status_code == 200, put.text
    told = put.json()
    assert (await client.get("/rules/plants")).json() == told
    assert (told["built_in"], told["created_at"], told["for"]) == (False, "2026-03-18T12:00:00Z", "30 min")
    assert told["policy"] == {
        "kind": "adaptive", "info": 1.1, "warn": 1.3, "critical": 1.5, "false_alarms_per_entity_week": 0.1,
        "clear_ratio": 1.05, "keep_firing_for": "24 h", "min_excess_kg": 0.0,
    }  # fmt: skip
    assert told["overrides"] == {"plant-7": {"critical": 3.0}}
    assert (await client.put("/rules/plants", json=told)).json() == told
    async with engine.connect() as connection:
        default, plants = await service.load(connection, DEFAULT_TENANT_ID, app.state.default_rule)
    assert default == app.state.default_rule
    assert (plants.matchers, plants.overrides["plant-7"].critical) == ((parse("entity ~ plant-*"),), 3)


async def test_the_built_in_rule_is_shown_until_a_stored_one_takes_its_place(client: httpx.AsyncClient) -> None:
    (built_in,) = (await client.get("/rules")).json()
    assert built_in == (await client.get("/rules/default")).json()
    assert (built_in["name"], built_in["built_in"], built_in["created_at"]) == ("default", True, None)
    assert built_in["policy"]["kind"] == "adaptive"
    kept = await client.delete("/rules/default")
    assert (kept.status_code, kept.json()["code"]) == (409, "conflict")
    stored = await client.put("/rules/default", json={"policy": {"kind": "ratio"}})
    assert (stored.json()["built_in"], stored.json()["policy"]["info"]) == (False, 0.9)
    assert (await client.get("/rules")).json() == [stored.json()]
    assert (await client.delete("/rules/default")).status_code == 204
    assert (await client.get("/rules")).json() == [built_in]


async def test_a_rule_replaces_the_one_before_and_can_go(client: httpx.AsyncClient, audit: Trail) -> None:
    first = (await client.put("/rules/a", json={"for": "1 h"})).json()
    same = (await client.put("/rules/a", json={"for": 3600})).json()
    second = (await client.put("/rules/a", json={})).json()
    assert (same, second["for"]) == (first, "0 s")
    assert (await client.delete("/rules/a")).status_code == 204
    assert (await client.delete("/rules/a")).status_code == 404
    assert (await client.get("/rules/a")).status_code == 404
    trail = [(row[1:4], *row[6:]) for row in audit()]
    assert [(key, (before or {}).get("for"), (after or {}).get("for")) for key, before, after in trail] == [
        (("rule.created", "rule", "a"), None, "1 h"),
        (("rule.replaced", "rule", "a"), "1 h", "0 s"),
        (("rule.deleted", "rule", "a"), "0 s", None),
    ]


async def test_a_receiver_that_is_not_there_is_refused_with_those_that_are(
    client: httpx.AsyncClient, receivers: Callable[..., None]
) -> None:
    (problem,) = problems(await client.put("/rules/a", json={"receivers": ["ops"]}))
    assert problem["msg"].startswith("Rule 'a': receivers 'ops' is no receiver. There are none yet.")
    receivers("operations", "audit")
    receivers("ops", tenant_id=2)
    sent = [{"name": "a", "receivers": ["operation", "audit"]}, {"name": "b"}]
    (problem,) = problems(await client.post("/rules/apply", json=sent))
    assert "Did you mean operations? There are: audit, operations." in problem["msg"]
    assert await names(client) == ["default"]


async def test_a_set_is_applied_as_a_whole_and_again_changes_nothing(client: httpx.AsyncClient, audit: Trail) -> None:
    for name in ("a", "b", "c"):
        await client.put(f"/rules/{name}", json={})
    before = len(audit())
    wanted = [{"name": "d"}, {"name": "b", "for": "1 h"}, {"name": "a"}]
    dry = (await client.post("/rules/apply", params={"prune": True, "dry_run": True}, json=wanted)).json()
    assert (len(audit()), await names(client)) == (before, ["a", "b", "c", "default"])
    done = (await client.post("/rules/apply", params={"prune": True}, json=wanted)).json()
    assert done == dry | {"dry_run": False}
    assert done == {
        "dry_run": False, "created": ["d"], "changed": ["b"], "unchanged": ["a"], "removed": ["c"],
        "differences": {"b": {"for": {"before": "0 s", "after": "1 h"}}},
    }  # fmt: skip
    assert [row[1:4:2] for row in audit()[before:]] == [
        ("rule.created", "d"), ("rule.replaced", "b"), ("rule.deleted", "c"),
    ]  # fmt: skip
    listed = (await client.get("/rules")).json()
    again = (await client.post("/rules/apply", params={"prune": True}, json=listed)).json()
    assert (again["unchanged"], again["created"], again["changed"], again["removed"]) == (["a", "b", "d"], [], [], [])


async def test_nothing_of_a_set_is_stored_where_one_rule_is_refused(client: httpx.AsyncClient) -> None:
    sent = [{"name": "a"}, {"name": "b", "policy": {"info": 9}}, {"name": "c", "for": "soon"}, {"nam": "d"}]
    told = problems(await client.post("/rules/apply", json=sent))
    assert [each["loc"] for each in told] == [
        ["body", 1, "policy", "info"], ["body", 2, "for"], ["body", 3, "name"], ["body", 3, "nam"],
    ]  # fmt: skip
    assert await names(client) == ["default"]


async def test_a_tenant_has_at_most_500_rules(client: httpx.AsyncClient) -> None:
    many = [{"name": f"r{number}"} for number in range(500)]
    assert len((await client.post("/rules/apply", json=many)).json()["created"]) == 500
    one_more = await client.put("/rules/one-more", json={})
    assert (one_more.status_code, one_more.json()["code"]) == (409, "conflict")
    assert (await client.put("/rules/r7", json={"for": "1 h"})).status_code == 200
    replaced = await client.post("/rules/apply", params={"prune": True}, json=[{"name": "one-more"}])
    assert len(replaced.json()["removed"]) == 500


async def test_rules_are_their_tenants(client: httpx.AsyncClient, as_tenant: Callable[[int], None]) -> None:
    await client.put("/rules/a", json={})
    as_tenant(2)
    assert (await client.get("/rules/a")).status_code == 404
    assert (await client.delete("/rules/a")).status_code == 404
    assert (await client.post("/rules/apply", params={"prune": True}, json=[])).json()["removed"] == []
    as_tenant(1)
    assert await names(client) == ["a", "default"]


@pytest.fixture
def subjects(database_url: str) -> None:
    """Baselines of 150 plants of two tenants, of two cells each, and of a depot."""
    query = """
        INSERT INTO baselines (tenant_id, entity, entity_type, event_type, metric, activity_unit, season_cell,
                               calculation_method, sample_size, sufficiency)
        SELECT tenant_id, entity, 'factory', 'factory', 'intensity', 'kWh', cell, 'median', 20, 'ok'
        FROM (SELECT 'plant-' || n FROM generate_series(1, 150) AS n UNION ALL SELECT 'depot') AS named (entity),
             generate_series(0, 1) AS cell, generate_series(1, 2) AS tenant_id
    """
    with psycopg.connect(database_url) as connection:
        connection.execute(query)


@pytest.mark.parametrize(
    ("rule", "count", "first"),
    [
        ({"match": ["entity ~ plant-*"]}, 149, "plant-1"),
        ({"match": ["entity = depot"]}, 1, "depot"),
        ({"name": "sevens", "match": ["entity = plant-77"]}, 1, "plant-77"),
        ({}, 150, "depot"),
        ({"name": "default"}, 1, "depot"),
        ({"match": ["entity = nobody"]}, 0, None),
        ({"kind": "budget", "budget": {"amount_kg": 1, "period": "day"}}, 151, "depot"),
        ({"kind": "missing_data", "match": ["entity ~ p*", "source != erp"]}, 150, "plant-1"),
        ({"kind": "forecast", "forecast": {"against": "typical"}}, 0, None),  # none of them has typical days
    ],
)
@pytest.mark.usefixtures("subjects")
async def test_a_preview_tells_whom_a_rule_would_govern(
    client: httpx.AsyncClient, rule: dict[str, Any], count: int, first: str | None
) -> None:
    await client.put("/rules/sevens", json={"match": ["entity = plant-7", "metric = intensity"]})
    await client.put("/rules/plants", json={"match": ["entity ~ plant-*"], "for": "1 h"})
    seen = (await client.post("/rules/preview", json={"name": "plants"} | rule)).json()
    assert (seen["count"], len(seen["subjects"])) == (count, min(count, 100))
    assert [each["entity"] for each in seen["subjects"][:1]] == ([first] if first else [])
    assert (await client.get("/rules/plants")).json()["for"] == "1 h"


async def test_a_rule_about_sources_has_no_preview(client: httpx.AsyncClient) -> None:
    sent = {"name": "a", "kind": "data_quality", "min_score": 80}
    (problem,) = problems(await client.post("/rules/preview", json=sent))
    assert problem["loc"] == ["body", "kind"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/rules/Plants", "{}", 422),
        ("/rules/%00", "{}", 422),
        ("/rules/a", "[]", 422),
        ("/rules/a", "null", 422),
        ("/rules/a", "", 422),
        ("/rules/a", "{", 422),
        ("/rules/a", '{"name": "b"}', 422),
        ("/rules/a", r'{"match": ["entity = \ud800"]}', 422),
        ("/rules/a", r'{"overrides": {"\ud800": {}}}', 422),
        ("/rules/a", '{"for": ' + "[" * 900 + "]" * 900 + "}", 422),
        ("/rules/a", '{"min_score": ' + "9" * 4000 + "}", 422),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_no_rule_can_be_is_refused_and_not_kept(
    client: httpx.AsyncClient, path: str, body: str, status: int
) -> None:
    refused = await client.put(path, content=body, headers={"content-type": "application/json"})
    assert refused.status_code == status, refused.text
    assert await names(client) == ["default"]


async def test_the_bodies_are_documented(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    schemas = document["components"]["schemas"]
    body = document["paths"]["/rules/{name}"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    facts = schemas[body["$ref"].rpartition("/")[2]]["properties"]
    assert {"match", "policy", "for", "repeat_interval"} <= set(facts)
    assert "name" not in facts
    applied = document["paths"]["/rules/apply"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert applied["items"]["$ref"].rpartition("/")[2].startswith("RuleSpec")
