import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

import httpx

from .conftest import FULL, path

AWKWARD = [
    "a/b", "/a", "a/", "//", "profile", "a/profile", "profiles", "Łódź ☃ 🚚", "a b", "50 %", "?q=1#x", "a%2Fb", "'",
    'say "hi"', "NULL", "\\N", "é", "x" * 200, "🚚" * 200,
]  # fmt: skip
UNUSABLE = ["x" * 201, "a\x00b", " a", "a\t", "", "\u2003a"]
BAD = [
    ("operator", "me"), ("building_use", "castle"), ("furnace_unit", "mwh"), ("furnace_unit", "m³"),
    ("grid_region", "gb"), ("grid_region", "Germany"), ("grid_region", ""), ("grid_region", 7),
    ("refrigerant", "R999"), ("leak_equipment", "fridge"), ("furnace_fuel", "electricity-uk"),
    ("market_kg_per_kwh", -0.1), ("market_kg_per_kwh", 207), ("market_kg_per_kwh", "0.2"),
    ("market_kg_per_kwh", True), ("market_kg_per_kwh", float("nan")), ("market_kg_per_kwh", float("inf")),
    ("market_instrument", "x" * 201), ("market_instrument", "a\x00b"), ("market_instrument", " "),
    ("floor_area_m2", 0), ("floor_area_m2", 1e8), ("floor_area_m2", [1]), ("refrigerant_charge_kg", -1),
    ("refrigerant_charge_kg", 1e7), ("furnace_rated_kw", 0), ("furnace_rated_kw", 1e7), ("cooling_cop", 0.49),
    ("cooling_cop", 15.1), ("cooling_metered", "yes"), ("cooling_metered", 1), ("colour", "blue"),
    ("id", 7), ("tenant_id", 2), ("entity", "South"),
]  # fmt: skip

Audit = Callable[[], list[tuple[Any, ...]]]


async def test_what_is_told_is_read_again(client: httpx.AsyncClient) -> None:
    put = await client.put(path("North"), json=FULL)
    assert put.status_code == 200, put.text
    told = put.json()
    assert {name: told[name] for name in FULL} == FULL
    assert (told["entity_type"], told["entity"]) == ("factory", "North")
    assert told["created_at"] == told["updated_at"] == "2026-03-18T12:00:00Z"
    assert (await client.get(path("North"))).json() == told
    (listed,) = (await client.get("/entities/profiles")).json()
    assert {name: listed[name] for name in FULL} == FULL
    assert listed.keys() == told.keys()


async def test_put_replaces_what_was_told_before(client: httpx.AsyncClient) -> None:
    first = (await client.put(path("North"), json=FULL)).json()
    second = (await client.put(path("North"), json={"grid_region": "FR", "operator": None})).json()
    assert second["id"] == first["id"]
    assert {name: second[name] for name in FULL if second[name] is not None} == {"grid_region": "FR"}
    assert len((await client.get("/entities/profiles")).json()) == 1


async def test_every_change_is_on_the_trail(client: httpx.AsyncClient, audit: Audit) -> None:
    for facts in ({"cooling_cop": 3}, {"cooling_metered": False}):
        await client.put(path("North"), json=facts)
    await client.delete(path("North"))
    subject = ("profile", "factory/North", "local")
    assert audit() == [
        (1, "profile.created", *subject, {}, None, {"cooling_cop": 3}),
        (1, "profile.replaced", *subject, {}, {"cooling_cop": 3}, {"cooling_metered": False}),
        (1, "profile.deleted", *subject, {}, {"cooling_metered": False}, None),
    ]


async def test_two_at_once_leave_one_profile_and_a_trail_in_order(client: httpx.AsyncClient, audit: Audit) -> None:
    areas = [float(number) for number in range(1, 7)]
    answers = await asyncio.gather(*(client.put(path("North"), json={"floor_area_m2": area}) for area in areas))
    assert {answer.status_code for answer in answers} == {200}
    trail = [(entry[1], *entry[6:]) for entry in audit()]
    assert [what for what, *_ in trail] == ["profile.created"] + ["profile.replaced"] * 5
    assert [before for _, before, _ in trail[1:]] == [after for *_, after in trail[:-1]]
    (stored,) = (await client.get("/entities/profiles")).json()
    assert {"floor_area_m2": stored["floor_area_m2"]} == trail[-1][2]


async def test_a_refused_profile_changes_nothing(client: httpx.AsyncClient, audit: Audit) -> None:
    await client.put(path("North"), json={"cooling_cop": 3})
    answer = await client.put(path("North"), json={"cooling_cop": 4, "refrigerant": "R999"})
    assert answer.status_code == 422
    assert (await client.get(path("North"))).json()["cooling_cop"] == 3
    assert len(audit()) == 1


async def test_delete_forgets(client: httpx.AsyncClient, audit: Audit) -> None:
    await client.put(path("North"), json=FULL)
    gone = await client.delete(path("North"))
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await client.get(path("North"))).status_code == 404
    again = await client.delete(path("North"))
    assert (again.status_code, again.json()["code"]) == (404, "not_found")
    assert "'North'" in again.json()["detail"]
    assert len(audit()) == 2


async def test_one_name_may_be_several_entities(client: httpx.AsyncClient) -> None:
    for number, kind in enumerate(("supplier", "route", "factory", "warehouse"), 1):
        await client.put(path("North", kind), json={"cooling_cop": number})
    assert (await client.get(path("North", "route"))).json()["cooling_cop"] == 2
    assert (await client.delete(path("North", "route"))).status_code == 204
    assert [each["entity_type"] for each in (await client.get("/entities/profiles")).json()] == [
        "warehouse", "factory", "supplier",
    ]  # fmt: skip


async def test_tenants_know_nothing_of_each_other(
    client: httpx.AsyncClient, as_tenant: Callable[[int], None], audit: Audit
) -> None:
    await client.put(path("North"), json={"cooling_cop": 3})
    as_tenant(2)
    assert (await client.get("/entities/profiles")).json() == []
    assert (await client.get(path("North"))).status_code == 404
    assert (await client.delete(path("North"))).status_code == 404
    assert (await client.put(path("North"), json={"cooling_cop": 5})).status_code == 200
    as_tenant(1)
    assert (await client.get(path("North"))).json()["cooling_cop"] == 3
    assert [entry[:2] for entry in audit()] == [(1, "profile.created"), (2, "profile.created")]


async def test_lists_by_type_in_pages_newest_first(client: httpx.AsyncClient) -> None:
    for number in range(5):
        await client.put(path(f"F{number}"), json={})
    await client.put(path("W", "warehouse"), json={})
    first = await client.get("/entities/profiles", params={"entity_type": "factory", "limit": 3})
    assert [each["entity"] for each in first.json()] == ["F4", "F3", "F2"]
    assert first.headers["x-total-count"] == "5"
    rest = await client.get(
        "/entities/profiles", params={"entity_type": "factory", "limit": 3, "cursor": first.headers["x-next-cursor"]}
    )
    assert [each["entity"] for each in rest.json()] == ["F1", "F0"]
    assert "x-next-cursor" not in rest.headers


async def test_awkward_names_are_kept_to_the_letter(client: httpx.AsyncClient, audit: Audit) -> None:
    for entity in AWKWARD:
        await keep(client, entity)
    assert {entry[3] for entry in audit()} == {f"factory/{entity}" for entity in AWKWARD}


async def keep(client: httpx.AsyncClient, entity: str) -> None:
    put = await client.put(path(entity), json={"cooling_cop": 3, "market_kg_per_kwh": 0, "market_instrument": entity})
    assert (put.status_code, put.json()["entity"], put.json()["market_instrument"]) == (200, entity, entity)
    assert (await client.get(path(entity))).json() == put.json()
    assert [each["entity"] for each in (await client.get("/entities/profiles")).json()] == [entity]
    assert (await client.delete(path(entity))).status_code == 204


async def test_names_that_no_event_can_have_are_refused(client: httpx.AsyncClient) -> None:
    for entity, method in itertools.product(UNUSABLE, ("GET", "PUT", "DELETE")):
        answer = await client.request(method, path(entity), json={} if method == "PUT" else None)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), (method, entity)
        assert answer.json()["detail"][0]["loc"] == ["path", "entity"]


async def test_a_bad_value_is_told_by_its_field(client: httpx.AsyncClient) -> None:
    for field, value in BAD:
        body = json.dumps({field: value}).encode()  # unlike the client's own, it can write NaN
        answer = await client.put(path("North"), content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), (field, value)
        assert ["body", field] in [problem["loc"] for problem in answer.json()["detail"]], (field, value)
    assert (await client.get("/entities/profiles")).json() == []


async def test_closed_lists_are_told(client: httpx.AsyncClient) -> None:
    asked = {"operator": "me", "building_use": "castle", "furnace_unit": "mwh"}
    answer = await client.put(path("North"), json=asked)
    told = {problem["loc"][1]: problem["msg"] for problem in answer.json()["detail"]}
    assert told == {
        "operator": "Input should be 'own', 'purchased' or 'customer'",
        "building_use": "Input should be 'non_refrigerated_warehouse', 'refrigerated_warehouse', "
        "'distribution_center' or 'manufacturing'",
        "furnace_unit": "Input should be 'h', 'kwh', 'm3', 'litre' or 'kg'",
    }
    (problem,) = (await client.put(path("North"), json={"refrigerant": "R999"})).json()["detail"]
    assert "R404A" in problem["accepted"]


async def test_a_body_that_is_no_profile_is_refused(client: httpx.AsyncClient) -> None:
    for body in (b"", b"[]", b"null", b"{", b'"x"', b'{"market_instrument": "\\ud800"}'):
        answer = await client.put(path("North"), content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), body


async def test_an_unknown_type_of_entity_is_refused(client: httpx.AsyncClient) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = await client.request(method, path("North", "ship"), json={} if method == "PUT" else None)
        (problem,) = answer.json()["detail"]
        assert (answer.status_code, problem["loc"]) == (422, ["path", "entity_type"])
        assert "'supplier', 'route', 'factory' or 'warehouse'" in problem["msg"]


async def test_bad_queries_are_422(client: httpx.AsyncClient) -> None:
    for query in ("entity_type=ship", "limit=0", "limit=501", "cursor=0", "cursor=99999999999999999999"):
        assert (await client.get(f"/entities/profiles?{query}")).status_code == 422, query
