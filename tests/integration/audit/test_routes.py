"""The trail over HTTP: lists, the verdict, and exports with which anybody can compute the hashes again."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit import store
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from tests.integration.audit.conftest import Behind, Recorded


async def exported(client: httpx.AsyncClient, form: str, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get("/audit/export", params={"format": form, **asked})
    assert answer.status_code == 200, answer.text
    if form == "csv":
        return list(csv.DictReader(io.StringIO(answer.text)))
    return [json.loads(line) for line in answer.text.splitlines()]


def hashed(row: dict[str, Any]) -> str:
    """As docs/audit.md says it: nothing of ours is asked."""
    return sha256(bytes.fromhex(row["previous_hash"] or "") + row["content"].encode()).hexdigest()


async def test_entries_are_listed_newest_first_with_their_place_in_the_chain(
    client: httpx.AsyncClient, recorded: Recorded
) -> None:
    await recorded(3)
    first = await client.get("/audit", params={"limit": 2})
    assert first.headers["X-Total-Count"] == "3"
    second = await client.get("/audit", params={"limit": 2, "cursor": first.headers["X-Next-Cursor"]})
    rows = [*first.json(), *second.json()]
    assert [(row["id"], row["position"]) for row in rows] == [(3, 3), (2, 2), (1, 1)]
    told = {name: rows[0][name] for name in ("user_id", "action", "entity_id", "metadata", "before", "after")}
    assert told == {
        "user_id": "ann", "action": "thing.changed", "entity_id": "3", "metadata": {"n": 3}, "before": {"v": 2},
        "after": {"v": 3},
    }  # fmt: skip


async def test_one_entry_is_what_the_list_says_of_it(
    client: httpx.AsyncClient, recorded: Recorded, behind: Behind
) -> None:
    await recorded(2)
    await recorded(1, tenant_id=2)
    behind("INSERT INTO audit_logs (id, action, entity_type, entity_id, user_id) VALUES (9, 'a', 'b', 'c', 'd')")
    for entry in (await client.get("/audit")).json():
        assert (await client.get(f"/audit/{entry['id']}")).json() == entry
    assert (await client.get("/audit/9")).json()["position"] is None
    for nobodys in (3, 10, 2**63 - 1):
        answer = await client.get(f"/audit/{nobodys}")
        assert (answer.status_code, answer.json()["detail"]) == (404, f"There is no entry {nobodys} on this trail.")
    assert (await client.get("/audit/0")).status_code == 422
    assert (await client.get(f"/audit/{2**63}")).status_code == 422


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"action": "rule.created"}, ["b"]),
        ({"entity_type": "rule", "entity_id": "a"}, ["a"]),
        ({"actor": "bob"}, ["b", "a"]),
        ({"actor": "bob' OR '1' = '1"}, []),
        ({"since": "hour ago"}, ["c", "b", "a"]),
        ({"until": "hour ago"}, []),
        ({"since": "hour ahead"}, []),
    ],
)
async def test_entries_are_filtered_in_lists_and_exports(
    client: httpx.AsyncClient, engine: AsyncEngine, asked: dict[str, str], found: list[str]
) -> None:
    told = [("rule.deleted", "a", "bob"), ("rule.created", "b", "bob"), ("rule.deleted", "c", "ann")]
    async with engine.begin() as connection:
        await record(connection, 1, [Entry(action, "rule", name, actor) for action, name, actor in told])
    latest = (await client.get("/audit")).json()[0]["timestamp"]
    moments = {"hour ago": _moved(latest, -1), "hour ahead": _moved(latest, 1)}
    given = {name: moments.get(value, value) for name, value in asked.items()}
    assert [row["entity_id"] for row in (await client.get("/audit", params=given)).json()] == found
    rows = await exported(client, "ndjson", **given)
    assert [row["entity_id"] for row in rows] == found[::-1]
    assert all(row["hash"] == hashed(row) for row in rows)


@pytest.mark.parametrize(
    "asked", [{"since": "2026-01-01T00:00:00"}, {"action": "a\0"}, {"limit": "0"}, {"cursor": "0"}]
)
async def test_what_cannot_be_asked_is_refused(client: httpx.AsyncClient, asked: dict[str, str]) -> None:
    answer = await client.get("/audit", params=asked)
    assert (answer.status_code, answer.json()["detail"][0]["loc"][-1]) == (422, next(iter(asked)))


@pytest.mark.parametrize("form", ["ndjson", "csv"])
async def test_an_export_of_many_pages_is_verified_with_sha256_alone(
    client: httpx.AsyncClient, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(store.page, "__defaults__", (2,))
    await recorded(5)
    rows = await exported(client, form)
    head = (await client.get("/audit/verify")).json()["head"]
    assert [int(row["position"]) for row in rows] == [1, 2, 3, 4, 5]
    assert [row["hash"] for row in rows] == [hashed(row) for row in rows]
    assert [row["previous_hash"] or None for row in rows] == [None, *(row["hash"] for row in rows[:-1])]
    assert head == {"position": 5, "hash": rows[-1]["hash"]}
    content = json.loads(rows[2]["content"])
    assert content[:10] == [3, 1, "thing.changed", "thing", "3", "ann", "why", {"n": 3}, {"v": 2}, {"v": 3}]
    assert content[2:6] == [rows[2][name] for name in ("action", "entity_type", "entity_id", "user_id")]


async def test_no_cell_is_run_as_a_formula(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await record(connection, 1, [Entry("a", "b", "-7.5", "@ann", '=HYPERLINK("http://x")')])
    (row,) = await exported(client, "csv")
    assert (row["entity_id"], row["user_id"], row["notes"]) == ("-7.5", "'@ann", '\'=HYPERLINK("http://x")')
    assert hashed(row) == row["hash"]


async def test_the_verdict_names_the_first_broken_entry(
    client: httpx.AsyncClient, recorded: Recorded, behind: Behind
) -> None:
    nothing = {"intact": True, "entries": 0, "head": None, "broken": None}
    assert (await client.get("/audit/verify")).json() == nothing
    await recorded(3)
    behind("UPDATE audit_logs SET notes = 'because' WHERE id = 2")
    found = (await client.get("/audit/verify")).json()
    assert (found["intact"], found["entries"], found["broken"]["problem"]) == (False, 3, "altered_entry")
    assert [found["broken"][name] for name in ("position", "audit_id", "action")] == [2, 2, "thing.changed"]


async def test_every_tenant_has_a_trail_of_its_own(
    client: httpx.AsyncClient, recorded: Recorded, behind: Behind, as_tenant: Callable[[int], None]
) -> None:
    await recorded(2)
    await recorded(1, tenant_id=2)
    behind("UPDATE audit_logs SET notes = 'x' WHERE tenant_id = 1")
    as_tenant(2)
    assert [row["position"] for row in (await client.get("/audit")).json()] == [1]
    assert await _positions(client) == [1]
    assert (await client.get("/audit/verify")).json()["intact"]


async def _positions(client: httpx.AsyncClient) -> Sequence[int]:
    return [row["position"] for row in await exported(client, "ndjson")]


def _moved(moment: str, hours: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(hours=hours)).isoformat()
