import asyncio
from collections.abc import Callable

import httpx
import pytest

from .conftest import Rows

# Field names and types of the original service.
RECORDED: dict[str, type | tuple[type, ...]] = {
    "id": int, "hotspot_id": int, "supplier_id": str, "title": str, "description": str, "co2_reduction": (int, float),
    "cost_impact": str, "feasibility": int, "confidence": float, "root_cause": str, "status": str,
    "created_at": str, "updated_at": str,
}  # fmt: skip
TEXTS = {"cost_impact": "None.", "feasibility": 8, "confidence": 0.6, "root_cause": "Why."}


async def test_empty_database(client: httpx.AsyncClient) -> None:
    assert (await client.get("/recommendations")).json() == []
    assert (await client.get("/recommendations/pending")).json() == []
    stats = (await client.get("/recommendations/stats")).json()
    assert stats["total"] == stats["total_co2_reduction"] == 0
    assert stats["by_status"] == {"pending": 0, "approved": 0, "rejected": 0, "implemented": 0}


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


@pytest.mark.parametrize(
    "query", ["status=urgent", "status=", "limit=0", "limit=501", "limit=x", "cursor=0", "cursor=99999999999999999999"]
)
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
    change = {"before": "pending", "after": "approved"}
    assert rows.audit() == [("recommendation.approved", str(rec_id), "local", "ok", change)]


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


async def test_stats_add_up_what_was_decided_for(client: httpx.AsyncClient, rows: Rows) -> None:
    hotspot_id = rows.hotspot()
    for number, status in enumerate(["pending", "approved", "approved", "rejected", "implemented"]):
        rows.recommendation(hotspot_id, f"T{number}", status=status, co2_reduction=10.0**number)
    rows.recommendation(hotspot_id, "T9", status="approved", co2_reduction=None)
    stats = (await client.get("/recommendations/stats")).json()
    assert stats["by_status"] == {"pending": 1, "approved": 3, "rejected": 1, "implemented": 1}
    assert (stats["total"], stats["total_co2_reduction"]) == (6, 10 + 100 + 10_000)
