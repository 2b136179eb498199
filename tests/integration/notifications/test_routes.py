from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from carbon_nexus.notifications.check import secret_of
from carbon_nexus.settings import Settings

from .conftest import SECRET, Deliver, Watch
from .listening import Answer, listening

URL = "https://ann:pw-1@hooks.example.com/T0/token-1"
HOOK = {"kind": "webhook", "url": URL}
Audit = Callable[[], list[tuple[Any, ...]]]


async def put(client: httpx.AsyncClient, name: str = "ops", **facts: Any) -> Any:
    answer = await client.put(f"/receivers/{name}", json={**HOOK, **facts})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_secret_is_made_and_shown_once(client: httpx.AsyncClient) -> None:
    made = await put(client)
    assert made.pop("signing_secret").startswith("whsec_")
    assert made == {
        "id": 1,
        "name": "ops",
        "kind": "webhook",
        "url": "https://hooks.example.com",
        "signed": True,
        "send_resolved": True,
        "enabled": True,
        "created_at": "2026-03-18T12:00:00Z",
        "updated_at": "2026-03-18T12:00:00Z",
    }
    assert (await client.get("/receivers")).json() == [made]
    kept = await put(client, send_resolved=False)
    assert (kept["id"], kept["signing_secret"], kept["signed"]) == (1, None, True)


async def test_neither_address_nor_secret_leaves_again(client: httpx.AsyncClient, audit: Audit) -> None:
    own = secret_of(b"x" * 24)
    answers = [await put(client, signing_secret=SECRET), await put(client, signing_secret=own, url=URL + "-2")]
    answers.append((await client.get("/receivers")).json())
    answers.append((await client.post("/receivers/ops/test")).json())
    answers.append((await client.get("/deliveries/1")).json())
    await client.delete("/receivers/ops")
    for secret in ("pw-1", "token-1", SECRET, own):
        assert secret not in str(answers)
        assert secret not in str(audit())
    facts = {
        "kind": "webhook",
        "url": "https://hooks.example.com",
        "signed": True,
        "send_resolved": True,
        "enabled": True,
    }
    assert [(action, subject, *told) for _, action, _, subject, _, *told in audit()] == [
        ("receiver.created", "ops", {}, None, facts),
        ("receiver.replaced", "ops", {"url_changed": True, "secret_changed": True}, facts, facts),
        ("receiver.tested", "ops", {}, None, None),
        ("receiver.deleted", "ops", {}, facts, None),
    ]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "pigeon"}, "kind"),
        ({"url": "ftp://example.com"}, "url"),
        ({"url": ""}, "url"),
        ({"url": "https://a\n.example.com"}, "url"),
        ({"url": "https://" + "x" * 2000}, "url"),
        ({"signing_secret": "whsec_short"}, "signing_secret"),
        ({"kind": "apprise", "url": "syslog://"}, "url"),
        ({"kind": "apprise", "url": "mailto://example.com", "signing_secret": SECRET}, "signing_secret"),
        ({"enabled": "yes"}, "enabled"),
        ({"colour": "blue"}, "colour"),
    ],
)
async def test_what_is_no_receiver_is_refused(client: httpx.AsyncClient, facts: dict[str, Any], field: str) -> None:
    answer = await client.put("/receivers/ops", json={**HOOK, **facts})
    assert answer.status_code == 422
    assert [problem["loc"][-1] for problem in answer.json()["detail"]] == [field]
    assert (await client.get("/receivers")).json() == []


async def test_plain_http_needs_the_setting(client: httpx.AsyncClient, app: FastAPI, settings: Settings) -> None:
    await put(client, url="http://10.0.0.1/hook")
    app.state.settings = settings
    answer = await client.put("/receivers/ops", json={**HOOK, "url": "http://10.0.0.1/hook"})
    assert (answer.status_code, answer.json()["remedy"]) == (
        422,
        "WEBHOOK_ALLOW_PRIVATE=true allows http:// and private addresses.",
    )


@pytest.mark.parametrize("name", ["Früh-Schicht 2", "a.b", "x" * 100])
async def test_names_may_be_of_any_language(client: httpx.AsyncClient, name: str) -> None:
    assert (await put(client, name))["name"] == name
    assert (await client.delete(f"/receivers/{name}")).status_code == 204


async def test_a_test_is_sent_and_sent_again(client: httpx.AsyncClient, deliver: Deliver, audit: Audit) -> None:
    with listening() as server:
        await put(client, url=server.url, enabled=False)
        answer = await client.post("/receivers/ops/test")
        assert (answer.status_code, answer.json()["status"], answer.json()["reason"]) == (202, "pending", "test")
        await deliver()
        again = await client.post(f"/deliveries/{answer.json()['id']}/redeliver")
        assert (again.status_code, again.json()["status"], again.json()["reason"]) == (202, "pending", "again")
        await deliver()
    ours = (await client.get(f"/deliveries/{again.json()['id']}")).json()
    assert (ours["status"], ours["http_status"], ours["attempts"]) == ("delivered", 200, 1)
    assert ours["message"]["event"]["type"] == "io.carbonnexus.alerts.test"
    assert [call.headers["webhook-id"] for call in server.calls] == [ours["message"]["event"]["id"]] * 2
    assert [row[1:4:2] for row in audit()[2:]] == [
        ("delivery.delivered", "1"), ("delivery.redelivered", "1"), ("delivery.delivered", "2"),
    ]  # fmt: skip


async def test_what_is_still_tried_is_not_sent_twice(client: httpx.AsyncClient) -> None:
    await put(client)
    await client.post("/receivers/ops/test")
    answer = await client.post("/deliveries/1/redeliver")
    assert (answer.status_code, answer.json()["detail"]) == (409, "Delivery 1 is still tried.")


async def test_a_receiver_that_a_rule_names_is_not_deleted(client: httpx.AsyncClient, watch: Watch) -> None:
    await put(client)
    spec = '{"receivers": ["other", "ops"]}'
    await watch.sql("INSERT INTO rules (tenant_id, name, kind, spec) VALUES (1, 'nights', 'hotspot', :spec)", spec=spec)
    answer = await client.delete("/receivers/ops")
    assert (answer.status_code, answer.json()["detail"]) == (409, "The receiver 'ops' is named by rules: 'nights'.")
    await watch.sql("DELETE FROM rules")
    assert (await client.delete("/receivers/ops")).status_code == 204


async def test_the_log_is_filtered_and_paged(client: httpx.AsyncClient, deliver: Deliver) -> None:
    with listening(Answer(200)) as fine, listening(Answer(404)) as bad:
        for name, server in (("fine", fine), ("bad", bad)):
            await put(client, name, url=server.url)
            for _ in range(2):
                await client.post(f"/receivers/{name}/test")
        await deliver()
    assert [row["id"] for row in (await client.get("/deliveries", params={"receiver": "fine"})).json()] == [2, 1]
    failed = (await client.get("/deliveries", params={"status": "failed"})).json()
    assert [(row["receiver"], row["error"], row["http_status"]) for row in failed] == [("bad", "answered 404", 404)] * 2
    first = await client.get("/deliveries", params={"limit": 3})
    assert (first.headers["X-Total-Count"], first.headers["X-Next-Cursor"]) == ("4", "2")
    rest = await client.get("/deliveries", params={"limit": 3, "cursor": 2})
    assert [row["id"] for row in rest.json()] == [1]
    assert "message" not in rest.json()[0]


async def test_another_tenant_sees_and_changes_nothing(
    client: httpx.AsyncClient, as_tenant: Callable[[int], None]
) -> None:
    await put(client)
    await client.post("/receivers/ops/test")
    as_tenant(2)
    assert (await client.get("/receivers")).json() == (await client.get("/deliveries")).json() == []
    for method, path in [
        ("DELETE", "/receivers/ops"),
        ("POST", "/receivers/ops/test"),
        ("GET", "/deliveries/1"),
        ("POST", "/deliveries/1/redeliver"),
    ]:
        answer = await client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await put(client))["id"] == 2
