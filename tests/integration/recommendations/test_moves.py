"""What people do with recommendations: states, four eyes, many at once, and what the trail says of it."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.recommendations.model import Status
from carbon_nexus.recommendations.moves import move
from carbon_nexus.settings import Settings

from .conftest import Rows

Pending = Callable[[], int]
ANN, BOB = "key-of-ann-0123456789", "key-of-bob-0123456789"


async def post(client: httpx.AsyncClient, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return await client.post(f"/recommendations{path}", json=body, headers=headers)


async def judge(engine: AsyncEngine, rec_id: int, to: Status, now: datetime) -> Status:
    async with engine.begin() as connection:
        return await move(connection, 1, rec_id, to, "verify", "weeks 1 to 4", now)


async def test_a_whole_life_with_everything_on_its_timeline(
    client: httpx.AsyncClient, engine: AsyncEngine, pending: Pending, now: datetime
) -> None:
    rec_id = pending()
    await post(client, f"/{rec_id}/assign", {"assignee": "ann"})
    await post(client, f"/{rec_id}/comment", {"text": "Asked the depot."})
    await post(client, f"/{rec_id}/approve", {"notes": "go"})
    done = await post(
        client, f"/{rec_id}/implement", {"implemented_at": "2026-03-10T08:00:00+02:00", "notes": "fitted"}
    )
    assert done.status_code == 200, done.text
    assert await judge(engine, rec_id, Status.VERIFIED, now) is Status.VERIFIED
    found = (await client.get(f"/recommendations/{rec_id}")).json()
    told = ("status", "assignee", "decided_by", "implemented_by", "implemented_at", "verified_at")
    assert [found[name] for name in told] == [
        "verified", "ann", "local", "local", "2026-03-10T06:00:00+00:00", "2026-03-18T12:00:00+00:00",
    ]  # fmt: skip
    timeline = (await client.get(f"/recommendations/{rec_id}/timeline")).json()
    lines = ("action", "actor", "notes", "before", "after")
    assert [tuple(each[name] for name in lines) for each in timeline] == [
        ("recommendation.assigned", "local", None, {"assignee": None}, {"assignee": "ann"}),
        ("recommendation.commented", "local", "Asked the depot.", None, None),
        ("recommendation.approved", "local", "go", {"status": "pending"}, {"status": "approved"}),
        (
            "recommendation.implemented", "local", "fitted", {"status": "approved"},
            {"status": "implemented", "implemented_at": "2026-03-10T08:00:00+02:00"},
        ),
        ("recommendation.verified", "verify", "weeks 1 to 4", {"status": "implemented"}, {"status": "verified"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "action", "told"),
    [
        ("pending", "implement", "It is pending; from there it can only become approved or rejected."),
        ("approved", "reject", "It is already approved; from there it can only become implemented."),
        ("implemented", "approve", "It is already implemented; from there it can only become verified or"),
        ("rejected", "implement", "It is already rejected, which is final."),
        ("verified", "reject", "It is already verified, which is final."),
    ],
)
async def test_an_illegal_move_is_409_names_the_state_and_changes_nothing(
    client: httpx.AsyncClient, rows: Rows, status: str, action: str, told: str
) -> None:
    rec_id = rows.recommendation(rows.hotspot(), "M01", status=status)
    answer = await post(client, f"/{rec_id}/{action}")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert told in answer.json()["detail"]
    assert (await client.get(f"/recommendations/{rec_id}")).json()["status"] == status
    assert rows.audit() == []


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-03-18T12:00:01Z", "must not be in the future"),
        ("2025-03-18T11:59:59Z", "must be 2025-03-18T12:00:00+00:00 or later"),
        ("2026-03-18T12:00:00", "timezone"),
        ("0001-01-01T00:00:00+14:00", "or later"),
    ],
)
async def test_a_moment_that_cannot_be_is_422(client: httpx.AsyncClient, rows: Rows, at: str, told: str) -> None:
    rec_id = rows.recommendation(rows.hotspot(), "M01", status="approved")
    answer = await post(client, f"/{rec_id}/implement", {"implemented_at": at})
    assert answer.status_code == 422
    assert told in answer.json()["detail"][0]["msg"]
    assert (await client.get(f"/recommendations/{rec_id}")).json()["status"] == "approved"


@pytest.mark.parametrize(
    "body", [{"reason": "no room"}, {"notes": "no room"}, {"reason": "no room", "notes": "no room"}]
)
async def test_why_it_was_rejected_is_kept(client: httpx.AsyncClient, pending: Pending, body: dict[str, str]) -> None:
    rec_id = pending()
    await post(client, f"/{rec_id}/reject", body)
    found = (await client.get(f"/recommendations/{rec_id}")).json()
    assert (found["status"], found["decision_notes"]) == ("rejected", "no room")


async def test_nothing_is_assigned_twice_or_when_it_is_over(client: httpx.AsyncClient, rows: Rows) -> None:
    hotspot_id = rows.hotspot()
    rec_id = rows.recommendation(hotspot_id, "M01", assignee="ann")
    over = rows.recommendation(hotspot_id, "M02", status="rejected")
    for each, told in [(rec_id, "already assigned to ann"), (over, "rejected, which is final")]:
        answer = await post(client, f"/{each}/assign", {"assignee": "ann"})
        assert (answer.status_code, told in answer.json()["detail"]) == (409, True)
    assert (await post(client, f"/{rec_id}/assign", {"assignee": None})).json()["assignee"] is None
    assert (await post(client, f"/{over}/comment", {"text": "Pity."})).status_code == 200


async def test_many_at_once_each_with_its_own_result(client: httpx.AsyncClient, rows: Rows, pending: Pending) -> None:
    first, second, third = pending(), pending(), pending()
    foreign = rows.recommendation(rows.hotspot(tenant_id=2), "M01", tenant_id=2)
    await post(client, f"/{third}/reject")
    answer = await post(client, "/approve", {"ids": [second, first, second, third, foreign], "notes": "all of them"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["decided"]) == ("approved", [second, first])
    assert [(each["id"], each["code"]) for each in told["refused"]] == [(third, "conflict"), (foreign, "not_found")]
    assert "already rejected" in told["refused"][0]["reason"]
    approved = (await client.get("/recommendations?status=approved")).json()
    assert {(each["id"], each["decision_notes"]) for each in approved} == {
        (first, "all of them"),
        (second, "all of them"),
    }
    assert [(action, subject) for action, subject, *_ in rows.audit()][1:] == [
        ("recommendation.approved", str(second)), ("recommendation.approved", str(first)),
    ]  # fmt: skip
    again = (await post(client, "/reject", {"ids": [first, third], "reason": "no"})).json()
    assert (again["status"], again["decided"], len(again["refused"])) == ("rejected", [], 2)


@pytest.mark.parametrize("ids", [[], [0], ["x"], list(range(1, 502)), [2**63]])
async def test_ids_that_are_none_or_too_many_are_422(client: httpx.AsyncClient, ids: list[Any]) -> None:
    assert (await post(client, "/approve", {"ids": ids})).status_code == 422


async def test_two_who_decide_on_the_same_many_wait_for_each_other(
    client: httpx.AsyncClient, rows: Rows, pending: Pending
) -> None:
    ids = [pending() for _ in range(30)]
    bodies = ({"ids": ids}, {"ids": ids[::-1]})
    answers = await asyncio.gather(*(post(client, "/approve", body) for body in bodies))
    assert sorted(len(answer.json()["decided"]) for answer in answers) == [0, 30]
    assert len(rows.audit()) == 30


class TestFourEyes:
    @pytest.fixture
    def settings(self, short_dir: Path) -> Settings:
        keys: Any = f"{ANN}, {BOB}"
        place = short_dir / "unused"
        return Settings(_env_file=None, carbon_nexus_data_dir=place, api_keys=keys, approval_four_eyes=True)

    async def test_who_proposed_it_cannot_approve_it(self, client: httpx.AsyncClient, rows: Rows) -> None:
        words = {"hotspot_id": rows.hotspot(), "title": "Move the depot", "description": "Nearer to the port."}
        proposed = (await post(client, "", words, ANN)).json()
        own = await post(client, f"/{proposed['id']}/approve", None, ANN)
        assert (own.status_code, own.json()["code"]) == (409, "four_eyes")
        assert proposed["proposed_by"] in own.json()["detail"]
        many = (await post(client, "/approve", {"ids": [proposed["id"]]}, ANN)).json()
        assert [each["code"] for each in many["refused"]] == ["four_eyes"]
        assert (await post(client, f"/{proposed['id']}/approve", None, BOB)).status_code == 200

    async def test_who_last_asked_for_it_cannot_approve_it(self, client: httpx.AsyncClient, rows: Rows) -> None:
        hotspot_id = rows.hotspot()
        by_the_program, asked = rows.recommendation(hotspot_id, "M01"), rows.recommendation(hotspot_id, "M02")
        ann = (await post(client, f"/{asked}/comment", {"text": "?"}, ANN)).status_code and rows.audit()[-1][2]
        entry = {"action": "recommendation.proposed", "entity_type": "recommendation", "user_id": ann}
        rows.insert("audit_logs", [entry | {"entity_id": str(asked)}])
        assert (await post(client, f"/{asked}/approve", None, ANN)).json()["code"] == "four_eyes"
        assert (await post(client, f"/{asked}/reject", None, ANN)).status_code == 200
        assert (await post(client, f"/{by_the_program}/approve", None, ANN)).status_code == 200


class TestFourEyesWithoutKeys:
    @pytest.fixture
    def settings(self, short_dir: Path) -> Settings:
        return Settings(_env_file=None, carbon_nexus_data_dir=short_dir / "unused", approval_four_eyes=True)

    async def test_the_refusal_says_that_keys_are_needed(self, client: httpx.AsyncClient, rows: Rows) -> None:
        rec_id = rows.recommendation(rows.hotspot(), "M01", proposed_by="local")
        refused = await post(client, f"/{rec_id}/approve")
        assert (refused.status_code, refused.json()["code"]) == (409, "four_eyes")
        assert "set API_KEYS" in refused.json()["remedy"]


async def test_what_was_recommended_for_events_that_are_gone_can_only_be_rejected(
    client: httpx.AsyncClient, rows: Rows
) -> None:
    rec_id = rows.recommendation(rows.hotspot(event_count=0), "M03")
    approved = await client.post(f"/recommendations/{rec_id}/approve")
    assert (approved.status_code, approved.json()["remedy"]) == (409, "Reject it.")
    assert (await client.post(f"/recommendations/{rec_id}/reject")).status_code == 200
