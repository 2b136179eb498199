"""Alerts over HTTP: lists, counts, one with its timeline, and what people do with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import psycopg
import pytest

from tests.integration.alerts.conftest import Watched

RECORDED = {"id": int, "level": str, "message": str, "hotspot_id": int, "created_at": str, "acknowledged": bool}
NO_STATE = dict.fromkeys(("pending", "firing", "recovering", "no_data", "resolved"), 0)
NO_LEVEL = {"critical": 0, "warn": 0, "info": 0}
VIEWS = {
    "open": "open=true",
    "firing": "state=firing&acknowledged=false&silenced=false",
    "pending": "state=pending",
    "acknowledged": "open=true&acknowledged=true",
    "recovering": "state=recovering",
    "no_data": "state=no_data",
    "silenced": "open=true&silenced=true",
    "resolved": "state=resolved",
}
"""The filters that list what a view of the inbox counts."""


@pytest.fixture
def raised(database_url: str, now: datetime) -> Callable[..., int]:
    """Raises an alert of a level on a hotspot of its own; returns the alert's id."""

    def insert(level: str, tenant_id: int = 1, entity: str | None = None, **more: Any) -> int:
        with psycopg.connect(database_url, autocommit=True) as connection:
            name = entity or f"{level}-{connection.info.backend_pid}"
            row = connection.execute(
                "WITH h AS (INSERT INTO hotspots (tenant_id, entity, entity_type, event_type, predicted_co2,"
                " baseline_co2, percent_above, severity, event_id, event_count, first_event_at, last_event_at)"
                " VALUES (%(tenant)s, %(name)s, 'supplier', 'factory', 2, 1, 100, %(level)s, 1, 1, %(now)s, %(now)s)"
                " RETURNING id) INSERT INTO alerts (tenant_id, level, message, hotspot_id, created_at, labels)"
                " SELECT %(tenant)s, %(level)s, 'told', id, %(now)s,"
                " jsonb_build_object('entity', %(name)s::text, 'entity_type', 'supplier') FROM h RETURNING id",
                {"tenant": tenant_id, "name": name, "level": level, "now": now},
            ).fetchone()
            assert row is not None
            for column, value in more.items():
                connection.execute(f"UPDATE alerts SET {column} = %s WHERE id = %s", (value, row[0]))
        return int(row[0])

    return insert


async def test_empty_database(client: httpx.AsyncClient) -> None:
    assert (await client.get("/alerts")).json() == []
    assert (await client.get("/alerts/critical")).json() == []
    stats = (await client.get("/alerts/stats")).json()
    assert stats == {"total": 0, "by_level": NO_LEVEL, "by_state": NO_STATE, "inbox": dict.fromkeys(VIEWS, 0)}


async def test_has_the_recorded_fields_and_types_and_says_what_it_is_about(
    client: httpx.AsyncClient, raised: Callable[..., int]
) -> None:
    alert_id = raised("warn", entity="Trunk", silenced_by=[3])
    [found] = (await client.get("/alerts")).json()
    assert found["id"] == alert_id
    assert {name: type(found[name]) for name in RECORDED} == RECORDED
    assert found["created_at"] == "2026-03-18T12:00:00+00:00"
    assert found["acknowledged"] is False
    assert found["acknowledged_at"] is None
    assert (found["entity"], found["entity_type"], found["event_type"]) == ("Trunk", "supplier", None)
    assert (found["state"], found["silenced_by"], found["quiet"]) == ("firing", [3], True)
    assert set((await client.get(f"/alerts/{alert_id}")).json()) == set(found)


async def test_filters_and_counts(client: httpx.AsyncClient, raised: Callable[..., int]) -> None:
    ids = {
        "level=info": raised("info", state="resolved"),
        "state=pending": raised("warn", state="pending"),
        "rule=plants": raised("warn", rule="plants"),
        "entity=a/b c": raised("warn", entity="a/b c"),
        "assignee=ann": raised("warn", assignee="ann"),
        "silenced=true": raised("warn", silenced_by=[3]),
        "level=critical": raised("critical"),
    }
    raised("critical", tenant_id=2, entity="somebody else's")
    for query, alert_id in ids.items():
        found = (await client.get("/alerts", params=httpx.QueryParams(query))).json()
        assert [each["id"] for each in found] == [alert_id], query
    assert len((await client.get("/alerts?silenced=false")).json()) == 6
    assert (await client.get("/alerts?level=warn&state=resolved")).json() == []
    assert [each["id"] for each in (await client.get("/alerts/critical")).json()] == [ids["level=critical"]]
    stats = (await client.get("/alerts/stats")).json()
    assert stats["total"] == 7
    assert stats["by_level"] == {"critical": 1, "warn": 5, "info": 1}
    assert stats["by_state"] == NO_STATE | {"pending": 1, "firing": 5, "resolved": 1}


async def test_every_view_counts_what_its_filters_list(client: httpx.AsyncClient, raised: Callable[..., int]) -> None:
    noted: dict[str, Any] = {"acknowledged": True, "assignee": "ann"}
    for more in (
        {}, {"silenced_by": [3]}, noted, noted | {"silenced_by": [3]}, noted | {"state": "recovering"},
        {"state": "pending"}, {"state": "no_data"}, {"state": "resolved", "silenced_by": [3]},
        noted | {"state": "resolved"},
    ):  # fmt: skip
        raised("warn", **more)
    raised("warn", tenant_id=2)
    views = (await client.get("/alerts/stats")).json()["inbox"]
    assert views == {"open": 7, "firing": 1, "pending": 1, "acknowledged": 3, "recovering": 1, "no_data": 1,
        "silenced": 2, "resolved": 2}  # fmt: skip
    for about in ("", "assignee=ann", "level=warn&rule=default", "level=critical", "entity=nobody"):
        views = (await client.get(f"/alerts/stats?{about}")).json()["inbox"]
        listed = {name: await client.get(f"/alerts?{filters}&{about}") for name, filters in VIEWS.items()}
        assert {name: int(answer.headers["x-total-count"]) for name, answer in listed.items()} == views, about
    assert len((await client.get("/alerts?open=false")).json()) == 2


async def test_pages_newest_first(client: httpx.AsyncClient, raised: Callable[..., int]) -> None:
    ids = [raised("critical", entity=f"entity {number}") for number in range(12)]
    first = await client.get("/alerts/critical")
    assert [each["id"] for each in first.json()] == ids[:1:-1]
    assert first.headers["x-total-count"] == "12"
    rest = await client.get("/alerts", params={"cursor": first.headers["x-next-cursor"], "limit": 100})
    assert [each["id"] for each in rest.json()] == ids[1::-1]


async def test_an_alert_is_acknowledged_assigned_and_talked_about(client: httpx.AsyncClient, watched: Watched) -> None:
    await watched.hotspot()
    await watched.evaluated()
    [alert] = (await client.get("/alerts")).json()
    path = f"/alerts/{alert['id']}"
    noted = (await client.post(f"{path}/acknowledge", json={"note": "on it"})).json()
    assert (noted["acknowledged"], noted["acknowledged_by"]) == (True, "local")
    assert noted["acknowledged_at"] == "2026-03-18T12:00:00+00:00"
    assert (await client.post(f"{path}/unacknowledge")).json()["acknowledged"] is False
    assert (await client.post(f"{path}/acknowledge")).json()["acknowledged"] is True
    assert (await client.post(f"{path}/assign", json={"assignee": "ann"})).json()["assignee"] == "ann"
    assert (await client.post(f"{path}/assign", json={"assignee": None})).json()["assignee"] is None
    assert (await client.post(f"{path}/comment", json={"text": "A wrong meter."})).status_code == 200
    lines = (await client.get(f"{path}/timeline")).json()
    assert [(each["action"], each["reason"], each["actor"]) for each in lines] == [
        ("comment", "A wrong meter.", "local"),
        ("assigned", "assigned by local", "local"),
        ("assigned", "assigned by local", "local"),
        ("acknowledged", "acknowledged by local", "local"),
        ("unacknowledged", "taken back by local", "local"),
        ("acknowledged", "on it", "local"),
        ("state", "583.9 kg CO2e where 439.6 kg is typical", "evaluation"),
    ]
    page = await client.get(f"{path}/timeline?limit=2&cursor={lines[1]['id']}")
    assert page.json() == lines[2:4]
    assert (await watched.trail())[-1] == "alert.comment"


async def test_moves_that_are_not_legal_are_409_and_change_nothing(
    client: httpx.AsyncClient, raised: Callable[..., int], watched: Watched
) -> None:
    over = raised("warn", state="resolved")
    for move, body in (("acknowledge", None), ("unacknowledge", None), ("assign", {"assignee": "ann"})):
        refused = await client.post(f"/alerts/{over}/{move}", json=body)
        assert refused.status_code == 409
        assert refused.json()["detail"].startswith(f"Alert {over} is resolved; only an open alert can be")
        assert refused.json()["remedy"] == f"GET /alerts/{over}/timeline tells what happened to it."
    assert (await client.post(f"/alerts/{over}/comment", json={"text": "thanks"})).status_code == 200
    assert [line[1] for line in await watched.timeline()] == ["comment"]
    assert await watched.trail() == ["alert.comment"]


async def test_several_are_acknowledged_and_each_that_cannot_be_is_told(
    client: httpx.AsyncClient, raised: Callable[..., int], watched: Watched
) -> None:
    ids = [raised("warn"), raised("warn", state="resolved"), raised("warn"), raised("warn", tenant_id=2)]
    told = await client.post("/alerts/acknowledge", json={"ids": [*ids, ids[0]], "note": "a strike"})
    assert told.json() == {
        "acknowledged": [ids[0], ids[2]],
        "refused": [
            {"id": ids[1], "reason": f"Alert {ids[1]} is resolved; only an open alert can be acknowledged."},
            {"id": ids[3], "reason": f"There is no alert {ids[3]}."},
        ],
    }
    assert await watched.alerts("acknowledged_by") == [("local",), (None,), ("local",), (None,)]
    assert await watched.trail() == ["alert.acknowledged"] * 2


async def test_several_are_assigned_and_each_that_cannot_be_is_told(
    client: httpx.AsyncClient, raised: Callable[..., int], watched: Watched
) -> None:
    ids = [raised("warn"), raised("warn", state="resolved"), raised("warn", assignee="ann"), raised("warn")]
    told = await client.post("/alerts/assign", json={"ids": [*ids, 999, ids[0]], "assignee": "ann", "note": "nights"})
    assert told.json() == {
        "assigned": [ids[0], ids[3]],
        "refused": [
            {"id": ids[1], "reason": f"Alert {ids[1]} is resolved; only an open alert can be assigned."},
            {"id": ids[2], "reason": f"Alert {ids[2]} is firing and already assigned to ann."},
            {"id": 999, "reason": "There is no alert 999."},
        ],
    }
    assert await watched.alerts("assignee") == [("ann",), (None,), ("ann",), ("ann",)]
    [line] = (await client.get(f"/alerts/{ids[0]}/timeline")).json()
    assert (line["action"], line["after"], line["reason"], line["actor"]) == ("assigned", "ann", "nights", "local")
    assert await watched.trail() == ["alert.assigned"] * 2
    back = await client.post("/alerts/assign", json={"ids": ids[:1], "assignee": None})
    assert back.json() == {"assigned": ids[:1], "refused": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", "/timeline"), ("POST", "/acknowledge"), ("POST", "/unacknowledge")],
)
async def test_of_others_and_of_none_there_is_no_alert(
    client: httpx.AsyncClient, raised: Callable[..., int], method: str, path: str
) -> None:
    for alert_id in (raised("warn", tenant_id=2), 999):
        answer = await client.request(method, f"/alerts/{alert_id}{path}")
        assert (answer.status_code, answer.json()["detail"]) == (404, f"There is no alert {alert_id}.")


@pytest.mark.parametrize(
    "path",
    [
        "/alerts?level=urgent",
        "/alerts?level=",
        "/alerts?state=open",
        "/alerts?silenced=perhaps",
        "/alerts?acknowledged=perhaps",
        "/alerts?open=perhaps",
        "/alerts/stats?level=urgent",
        "/alerts?entity=%00",
        "/alerts?limit=0",
        "/alerts?limit=101",
        "/alerts/critical?limit=51",
        "/alerts/critical?limit=0",
        "/alerts?cursor=-1",
        "/alerts/0",
        "/alerts/one",
        "/alerts/1/timeline?limit=501",
    ],
)
async def test_bad_queries_are_422(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/alerts/1/comment", {}),
        ("/alerts/1/comment", {"text": " \n"}),
        ("/alerts/1/comment", {"text": "x" * 2001}),
        ("/alerts/1/comment", {"text": "a\x00b"}),
        ("/alerts/1/acknowledge", {"notes": "misspelt"}),
        ("/alerts/1/assign", {}),
        ("/alerts/1/assign", {"assignee": ""}),
        ("/alerts/1/assign", {"assignee": "ann\x00"}),
        ("/alerts/acknowledge", {"ids": []}),
        ("/alerts/acknowledge", {"ids": list(range(1, 102))}),
        ("/alerts/acknowledge", {"ids": [0]}),
        ("/alerts/assign", {"ids": [1]}),
        ("/alerts/assign", {"ids": [], "assignee": "ann"}),
        ("/alerts/assign", {"ids": list(range(1, 102)), "assignee": "ann"}),
    ],
)
async def test_bad_bodies_are_422(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    assert (await client.post(path, json=body)).status_code == 422
