import asyncio
from collections.abc import Callable

import httpx
import pytest
from psycopg.types.json import Jsonb

from carbon_nexus.recommendations.schemas import OneRecommendation

from .conftest import Rows

# Field names and types of the original service.
RECORDED: dict[str, type | tuple[type, ...]] = {
    "id": int, "hotspot_id": int, "supplier_id": str, "title": str, "description": str, "co2_reduction": (int, float),
    "cost_impact": str, "feasibility": int, "confidence": float, "root_cause": str, "status": str,
    "created_at": str, "updated_at": str,
}  # fmt: skip
STATUSES = ["pending", "approved", "rejected", "implemented", "verified", "not_effective"]
TEXTS = {"cost_impact": "None.", "feasibility": 8, "confidence": 0.6, "root_cause": "Why."}


async def test_empty_database(client: httpx.AsyncClient) -> None:
    assert (await client.get("/recommendations")).json() == []
    assert (await client.get("/recommendations/pending")).json() == []
    stats = (await client.get("/recommendations/stats")).json()
    assert stats["total"] == stats["total_co2_reduction"] == 0
    assert stats["by_status"] == dict.fromkeys(STATUSES, 0)
    assert (await client.get("/recommendations/combined")).json()["saving_kg"] == 0


async def test_has_the_recorded_fields_and_types(client: httpx.AsyncClient, rows: Rows) -> None:
    rows.recommendation(rows.hotspot(), "M01", **TEXTS)
    [found] = (await client.get("/recommendations")).json()
    assert {name: isinstance(found[name], kind) for name, kind in RECORDED.items()} == dict.fromkeys(RECORDED, True)
    assert found["created_at"] == "2026-03-18T12:00:00+00:00"
    assert (found["co2_reduction"], found["co2_reduction_unit"]) == (57.5, "kg CO2e per 28 days")
    assert {"saving_low_kg", "saving_high_kg", "measure_id", "provenance", "decided_by"} <= set(found)


async def test_filters_and_pages_newest_first(client: httpx.AsyncClient, rows: Rows) -> None:
    hotspot_id = rows.hotspot()
    ids = [rows.recommendation(hotspot_id, f"T{number}") for number in range(5)]
    rows.recommendation(hotspot_id, "T9", status="rejected")
    first = await client.get("/recommendations", params={"status": "pending", "limit": 3})
    assert [each["id"] for each in first.json()] == ids[:1:-1]
    assert first.headers["x-total-count"] == "5"
    rest = await client.get("/recommendations/pending", params={"cursor": first.headers["x-next-cursor"]})
    assert [each["id"] for each in rest.json()] == ids[1::-1]
    assert "x-next-cursor" not in rest.headers


async def test_filters_by_what_it_is_about(client: httpx.AsyncClient, rows: Rows) -> None:
    first, second = rows.hotspot(), rows.hotspot("Rounds")
    one = rows.recommendation(first, "M01", assignee="ann")
    other = rows.recommendation(second, "M01", supplier_id="Rounds")
    asked = {
        f"hotspot_id={first}": [one], "entity=Rounds": [other], "measure_id=M01": [other, one], "assignee=ann": [one],
        "entity=Rounds&assignee=ann": [],
    }  # fmt: skip
    for query, ids in asked.items():
        found = (await client.get(f"/recommendations?{query}")).json()
        assert [each["id"] for each in found] == ids, query


@pytest.mark.parametrize(
    "query",
    [
        "status=urgent", "status=", "limit=0", "limit=501", "limit=x", "cursor=0", "cursor=99999999999999999999",
        "hotspot_id=0", "hotspot_id=x", "entity=a%00b",
    ],
)  # fmt: skip
async def test_bad_queries_are_422(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/recommendations?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_other_tenants_stay_out_of_sight(client: httpx.AsyncClient, rows: Rows) -> None:
    foreign = rows.recommendation(rows.hotspot(tenant_id=2), "M01", tenant_id=2, status="pending")
    assert (await client.get("/recommendations")).json() == []
    assert (await client.get("/recommendations/stats")).json()["total"] == 0
    assert (await client.post(f"/recommendations/{foreign}/approve")).status_code == 404


async def test_approve(client: httpx.AsyncClient, rows: Rows, pending: Callable[[], int]) -> None:
    rec_id = pending()
    answer = await client.post(f"/recommendations/{rec_id}/approve", json={"notes": "ok"})
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "approved",
        "recommendation_id": rec_id,
        "message": "Recommendation approved successfully",
    }
    [found] = (await client.get("/recommendations?status=approved")).json()
    assert (found["decided_by"], found["decision_notes"]) == ("local", "ok")
    assert found["decided_at"] == "2026-03-18T12:00:00+00:00"
    assert rows.audit() == [("recommendation.approved", str(rec_id), "local", "ok", {})]


async def test_reject(client: httpx.AsyncClient, pending: Callable[[], int]) -> None:
    rec_id = pending()
    answer = await client.post(f"/recommendations/{rec_id}/reject")
    assert answer.json() == {"status": "rejected", "recommendation_id": rec_id, "message": "Recommendation rejected"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": b"null", "headers": {"content-type": "application/json"}},
        {"json": {}},
        {"json": {"notes": None}},
    ],
)
async def test_the_body_and_its_notes_are_optional(
    client: httpx.AsyncClient, pending: Callable[[], int], body: dict[str, object]
) -> None:
    answer = await client.post(f"/recommendations/{pending()}/approve", **body)  # type: ignore[arg-type]
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b'{"notes": 5}',
        b'{"notes": "a\\u0000b"}',
        b"[]",
        b"{",
        b'{"notes": "%s"}' % (b"x" * 2001),
    ],
)
async def test_unusable_notes_are_422_and_decide_nothing(
    client: httpx.AsyncClient, pending: Callable[[], int], content: bytes
) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post(f"/recommendations/{pending()}/approve", content=content, headers=headers)
    assert answer.status_code == 422
    assert len((await client.get("/recommendations/pending")).json()) == 1


@pytest.mark.parametrize("action", ["approve", "reject"])
@pytest.mark.parametrize(
    ("rec_id", "status"),
    [("99999999", 404), ("abc", 422), ("1.5", 422), ("0", 422), ("9" * 19, 422), ("9" * 5000, 422)],
)
async def test_ids_that_are_none(client: httpx.AsyncClient, action: str, rec_id: str, status: int) -> None:
    assert (await client.post(f"/recommendations/{rec_id}/{action}")).status_code == status


async def test_a_second_decision_is_409_and_names_the_state(
    client: httpx.AsyncClient, rows: Rows, pending: Callable[[], int]
) -> None:
    rec_id = pending()
    await client.post(f"/recommendations/{rec_id}/reject")
    again = await client.post(f"/recommendations/{rec_id}/approve")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert "already rejected" in again.json()["detail"]
    assert len(rows.audit()) == 1


async def test_of_two_decisions_at_once_one_stands(
    client: httpx.AsyncClient, rows: Rows, pending: Callable[[], int]
) -> None:
    for _ in range(10):
        rec_id = pending()
        both = await asyncio.gather(
            client.post(f"/recommendations/{rec_id}/approve"), client.post(f"/recommendations/{rec_id}/reject")
        )
        assert sorted(answer.status_code for answer in both) == [200, 409]
    assert len(rows.audit()) == 10


async def test_stats_count_what_was_decided_for_together(client: httpx.AsyncClient, rows: Rows) -> None:
    hotspot_id = rows.hotspot()
    for number, status in enumerate(STATUSES):
        rows.recommendation(hotspot_id, f"M0{number + 1}", status=status, **saving(10.0 * (number + 1)))
    rows.recommendation(hotspot_id, "M09", status="approved", co2_reduction=None)
    stats = (await client.get("/recommendations/stats")).json()
    assert stats["by_status"] == dict.fromkeys(STATUSES, 1) | {"approved": 2}
    # approved 20, implemented 40 and verified 50 kg of the same 100 kg
    assert (stats["total"], stats["total_co2_reduction"]) == (7, pytest.approx(100 * (1 - 0.8 * 0.6 * 0.5)))


async def test_several_together_save_less_than_their_sum(client: httpx.AsyncClient, rows: Rows) -> None:
    hotspot_id = rows.hotspot()
    old_base = Jsonb({"affected_co2e_kg": 100.0})
    first = rows.recommendation(hotspot_id, "M01", **saving(30.0))
    second = rows.recommendation(hotspot_id, "M07", co2_reduction=20.0, provenance=old_base)
    elsewhere = rows.recommendation(rows.hotspot("Rounds"), "M01", supplier_id="Rounds", **saving(5.0))
    unknown = rows.recommendation(hotspot_id, "person:1", co2_reduction=None)
    ids = [first, second, elsewhere, unknown]
    found = (await client.get("/recommendations/combined", params={"id": ids})).json()
    assert (found["saving_kg"], found["plain_sum_kg"]) == (pytest.approx(44 + 5), 55)
    assert "cannot save again" in found["why"]
    assert [(each["entity"], each["supply"], each["ids"]) for each in found["supplies"]] == [
        ("route/Rounds/logistics", "propulsion", [elsewhere]), ("route/Trunk/logistics", "propulsion", [first, second]),
    ]  # fmt: skip
    assert found["left_out"] == [{"id": unknown, "reason": "its saving is not known"}]
    assert (await client.get("/recommendations/combined", params={"id": [first, 99]})).status_code == 404
    one = (await client.get(f"/recommendations/{second}")).json()
    assert (one["combined"]["saving_kg"], one["combined"]["plain_sum_kg"]) == (pytest.approx(44), 50)


async def test_one_comes_with_the_diagnosis_of_its_hotspot(client: httpx.AsyncClient, rows: Rows) -> None:
    hotspot_id = rows.hotspot()
    rec_id = rows.recommendation(hotspot_id, "M01", cause="load", returns_because="the load is another")
    assert (await client.get(f"/recommendations/{rec_id}")).json()["diagnosis"] is None
    effects = [{"cause": "load", "effect_kg": 12.5}]
    diagnosis = {"cause": "load", "root_cause": "Half empty.", "remote": "failed", "remote_detail": "down"}
    rows.connection.execute(
        "INSERT INTO diagnoses (hotspot_id, cause, root_cause, remote, remote_detail, effects) "
        "VALUES (%s, %s, %s, %s, %s, %s)", (hotspot_id, *diagnosis.values(), Jsonb(effects)),
    )  # fmt: skip
    found = (await client.get(f"/recommendations/{rec_id}")).json()
    assert found["diagnosis"] == diagnosis | {"effects": effects, "summary": None}
    assert (found["cause"], found["returns_because"], found["engine"]) == ("load", "the load is another", "embedded")
    assert OneRecommendation.model_validate(found)


@pytest.mark.parametrize("path", ["", "/timeline"])
async def test_an_unknown_or_foreign_one_is_404(client: httpx.AsyncClient, rows: Rows, path: str) -> None:
    foreign = rows.recommendation(rows.hotspot(tenant_id=2), "M01", tenant_id=2)
    for rec_id in (foreign, 99999999):
        assert (await client.get(f"/recommendations/{rec_id}{path}")).status_code == 404


async def test_a_person_proposes_a_measure_and_its_saving_is_simulated(client: httpx.AsyncClient, rows: Rows) -> None:
    rows.scored_events([1, 2, 3, 4])
    body = {"hotspot_id": rows.hotspot(), "measure_id": "M15"}
    answer = await client.post("/recommendations", json=body)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    # 4 runs x 100 km x (0.79912 empty + 0.52305 / 17.85588 t x 9 t) kg per km; 8 % fewer km.
    assert found["co2_reduction"] == pytest.approx(0.08 * 400 * (0.79912 + 0.52305 / 17.85588 * 9), rel=1e-5)
    assert (found["status"], found["proposed_by"]) == ("pending", "local")
    assert (await client.post("/recommendations", json=body)).status_code == 409


async def test_a_measure_of_peoples_own_is_simulated_like_any_other(client: httpx.AsyncClient, rows: Rows) -> None:
    rows.scored_events([1, 2, 3, 4])
    percent = {f"reduction_{level}_pct": 8 for level in ("low", "typical", "high")}
    names = ("title", "description", "acts_on", "reduction_basis", "condition", "source")
    words = {"event_type": "logistics", "feasibility": "high", "evidence_grade": "C", **dict.fromkeys(names, "Words.")}
    own = (await client.post("/measures", json=words | percent | {"change": {"input": "distance_km"}})).json()
    hotspot_id = rows.hotspot()
    found, like_it = [
        (await client.post("/recommendations", json={"hotspot_id": hotspot_id, "measure_id": measure_id})).json()
        for measure_id in (own["id"], "M15")
    ]
    assert found["co2_reduction"] == like_it["co2_reduction"]
    assert found["provenance"]["library"] == "own, version 1"


async def test_a_person_proposes_in_own_words_and_the_saving_is_not_known(
    client: httpx.AsyncClient, rows: Rows
) -> None:
    hotspot_id = rows.hotspot()
    body = {"hotspot_id": hotspot_id, "title": "Move the depot", "description": "Nearer to the port."}
    found = (await client.post("/recommendations", json=body)).json()
    assert (found["supplier_id"], found["title"], found["status"]) == ("Trunk", "Move the depot", "pending")
    assert (found["co2_reduction"], "nothing to simulate" in found["provenance"]["reason"]) == (None, True)
    assert [(action, subject, user) for action, subject, user, *_ in rows.audit()] == [
        ("recommendation.proposed", str(found["id"]), "local")
    ]
    rows.recommendation(hotspot_id, "rag:1", title="Fit STRAẞE doors")
    for title in ("MOVE the depot", "fit strasse Doors"):
        again = await client.post("/recommendations", json=body | {"title": title})
        assert (again.status_code, "already has" in again.json()["detail"]) == (409, True)
    elsewhere = body | {"hotspot_id": rows.hotspot("Rounds")}
    assert (await client.post("/recommendations", json=elsewhere)).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"hotspot_id": 99, "title": "a", "description": "b"}, 404),
        ({"hotspot_id": 99, "measure_id": "M01"}, 404),
        ({"hotspot_id": 1}, 422),
        ({"hotspot_id": 1, "title": "a"}, 422),
        ({"hotspot_id": 1, "measure_id": "M01", "title": "a", "description": "b"}, 422),
        ({"hotspot_id": 0, "measure_id": "M01"}, 422),
        ({"hotspot_id": 1, "title": "\x00", "description": "b"}, 422),
        ({"hotspot_id": 1, "title": " ", "description": "b"}, 422),
        ({"hotspot_id": 1, "measure_id": "M01", "status": "approved"}, 422),
    ],
)
async def test_what_cannot_be_proposed(client: httpx.AsyncClient, body: dict[str, object], status: int) -> None:
    assert (await client.post("/recommendations", json=body)).status_code == status


def saving(kg: float, of_kg: float = 100.0) -> dict[str, object]:
    provenance = {"window_co2e_kg": of_kg, "affected_co2e_kg": of_kg / 2, "end_use": "propulsion"}
    return {"co2_reduction": kg, "provenance": Jsonb(provenance)}
