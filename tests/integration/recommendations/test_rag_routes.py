"""The original RAG service's contract, served by ourselves: its shapes, and honest answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from carbon_nexus.documents.model import LARGEST_FILE_BYTES
from tests.contract.recordings import differing

from .conftest import Row, Rows

PATH = "/api/rag/recommend"
NUMBERS = {"predicted": 583.85, "baseline": 439.65}
ACTION = {"title": "", "description": "", "co2_reduction": None, "cost_impact": "", "feasibility": 8, "confidence": 0.5}
ANSWER: Row = {"root_cause": "", "actions": [ACTION], "saved": True, "recommendations": []}
STORED = {
    "id": 1, "hotspot_id": 1, "supplier_id": "", "title": "", "description": "", "co2_reduction": 57,
    "cost_impact": None, "feasibility": None, "confidence": None, "root_cause": None, "status": "",
    "created_at": "", "updated_at": "",
}  # fmt: skip


@pytest.fixture
def known(rows: Rows, now: datetime) -> str:
    """A route with trips of the last days, as a scan leaves them."""
    rows.scored_events([1, 2, 3, 4])
    day = {"tenant_id": 1, "day": now.date(), "entity": "Trunk", "entity_type": "route", "event_type": "logistics",
           "co2e_kg": 400.0, "event_count": 4}  # fmt: skip
    names = ", ".join(day)
    values = ", ".join(f"%({name})s" for name in day)
    rows.connection.execute(f"INSERT INTO emissions_entity_daily ({names}) VALUES ({values})", day)
    return "Trunk"


async def asked(client: httpx.AsyncClient, **body: Any) -> Row:
    answer = await client.post(PATH, json=NUMBERS | body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("name", ["supplier", "entity"])
async def test_a_known_entitys_measures_are_simulated_on_its_own_events(
    name: str, client: httpx.AsyncClient, rows: Rows, known: str
) -> None:
    answer = await asked(client, **{name: known})
    assert list(differing(ANSWER, answer)) == []
    assert answer["root_cause"].startswith(
        "Trunk emitted 583.9 kg CO2e against a baseline of 439.6 kg, 32.8 % above it"
    )
    assert (answer["saved"], answer["recommendations"], answer["reason"]) == (False, [], None)
    assert len(answer["actions"]) == 5
    assert all(
        0 < each["saving_low_kg"] <= each["co2_reduction"] <= each["saving_high_kg"] for each in answer["actions"]
    )
    assert {each["co2_reduction_unit"] for each in answer["actions"]} == {"kg CO2e per 28 days"}
    assert rows.audit() == []


@pytest.mark.parametrize(
    ("body", "count", "reason"),
    [
        (
            {"supplier": "Nobody", "event_type": "factory"},
            5,
            "no factory events of Nobody are stored for the last 28 days",
        ),
        ({"supplier": "Trunk", "event_type": "delivery"}, 5, "no delivery events of Trunk are stored"),
        ({"supplier": "Nobody"}, 0, "with event_type the library's measures for it would be listed"),
        ({"event_type": "warehouse"}, 5, "no entity is named"),
    ],
)
async def test_of_an_unknown_entity_no_saving_is_invented(
    body: Row, count: int, reason: str, client: httpx.AsyncClient, known: str
) -> None:
    answer = await asked(client, **body)
    assert len(answer["actions"]) == count
    assert reason in answer["reason"]
    assert {(each["co2_reduction"], each["reason"]) for each in answer["actions"]} <= {(None, answer["reason"])}


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"predicted": 80, "baseline": 100}, "20.0 % below it"),
        ({"predicted": 80, "baseline": 0}, "against a baseline of 0 kg. "),
    ],
)
async def test_the_root_cause_claims_no_more_than_the_numbers(
    numbers: Row, words: str, client: httpx.AsyncClient
) -> None:
    answer = await asked(client, **numbers, supplier="<b>A</b>", hotspot_reason="<script>x</script>doors\x00 open")
    assert answer["root_cause"].startswith("A emitted 80.0 kg CO2e against")
    assert words.removesuffix(". ") in answer["root_cause"]
    assert answer["root_cause"].endswith("Told as its reason: doors open")


async def test_a_hotspots_record_is_the_answer(client: httpx.AsyncClient, rows: Rows, known: str) -> None:
    hotspot_id = rows.hotspot()
    unsaved = await asked(client, hotspot_id=hotspot_id)
    assert (unsaved["saved"], unsaved["recommendations"], len(unsaved["actions"])) == (False, [], 5)
    saved = await asked(client, hotspot_id=hotspot_id, supplier=known, save_to_db=True)
    assert saved["saved"] is True
    assert list(differing(STORED, saved["recommendations"][0])) == []
    assert [each["id"] for each in saved["recommendations"]] == sorted(each["id"] for each in saved["recommendations"])
    assert {user for _, _, user, *_ in rows.audit()} == {"local"}
    again = await asked(client, hotspot_id=hotspot_id)
    assert (again["root_cause"], again["actions"]) == (saved["root_cause"], saved["actions"])


async def test_what_was_refused_is_on_record_and_no_action(client: httpx.AsyncClient, rows: Rows) -> None:
    hotspot_id = rows.hotspot()
    statuses = ("pending", "rejected", "implemented", "not_effective")
    ids = [rows.recommendation(hotspot_id, status, status=status) for status in statuses]
    answer = await asked(client, hotspot_id=hotspot_id)
    assert [each["measure_id"] for each in answer["actions"]] == ["pending", "implemented"]
    assert ([each["id"] for each in answer["recommendations"]], answer["reason"]) == (ids, None)
    rows.connection.execute("UPDATE recommendations SET status = 'not_effective'")
    none = await asked(client, hotspot_id=hotspot_id)
    assert (none["actions"], none["reason"]) == ([], "all that was recommended was rejected or not effective")


async def test_why_a_measure_asked_for_has_no_saving_is_told(client: httpx.AsyncClient, rows: Rows, known: str) -> None:
    hotspot_id = rows.hotspot()
    await client.post("/recommendations", json={"hotspot_id": hotspot_id, "measure_id": "M05"})
    (action,) = (await asked(client, hotspot_id=hotspot_id))["actions"]
    assert (action["co2_reduction"], "could share a lorry" in action["reason"]) == (None, True)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"baseline": 1}, 400, "predicted missing"),
        ({"predicted": 1, "baseline": None}, 400, "baseline missing"),
        ({}, 400, "predicted and baseline missing"),
        (NUMBERS | {"save_to_db": True}, 400, "hotspot_id is missing"),
        (NUMBERS | {"hotspot_id": 2**62}, 404, "no hotspot"),
        (NUMBERS | {"hotspot_id": 1, "supplier": "Other", "save_to_db": True}, 404, "no hotspot 1 of Other"),
        (NUMBERS | {"predicted": -1}, 422, "greater than or equal to 0"),
        (NUMBERS | {"predicted": 1e308}, 422, "less than or equal to"),
        (NUMBERS | {"predicted": "NaN"}, 422, "finite number"),
        (NUMBERS | {"event_type": "rocket"}, 422, "'logistics', 'delivery'"),
        (NUMBERS | {"supplier": "x" * 201}, 422, "at most 200"),
        (NUMBERS | {"supplier": "a\x00b"}, 422, "cannot be stored"),
    ],
)
async def test_what_cannot_be_answered(
    body: Row, status: int, words: str, client: httpx.AsyncClient, rows: Rows
) -> None:
    rows.hotspot()
    answer = await client.post(PATH, json=body)
    assert answer.status_code == status, answer.text
    assert words in answer.text


@pytest.mark.parametrize("number", [0, 1])
async def test_another_systems_number_of_a_hotspot_is_left_aside(
    number: int, client: httpx.AsyncClient, rows: Rows, known: str
) -> None:
    hotspot_id = rows.hotspot("Other")
    rows.recommendation(hotspot_id, "M01")
    answer = await asked(client, supplier=known, hotspot_id=hotspot_id + number)
    assert (answer["saved"], answer["recommendations"], len(answer["actions"])) == (False, [], 5)


async def test_another_tenants_hotspot_and_entity_are_unknown(
    client: httpx.AsyncClient, rows: Rows, known: str, as_tenant: Callable[[int], None]
) -> None:
    hotspot_id = rows.hotspot()
    rows.recommendation(hotspot_id, "M1")
    as_tenant(2)
    assert (await client.post(PATH, json=NUMBERS | {"hotspot_id": hotspot_id})).status_code == 404
    assert (await asked(client, supplier=known))["actions"] == []
    assert (await client.get("/api/recommendations")).json() == {"recommendations": []}
    assert (await client.patch("/api/recommendations/1", json={"status": "approved"})).status_code == 404


async def test_the_list_by_status_and_supplier(client: httpx.AsyncClient, rows: Rows) -> None:
    hotspot_id = rows.hotspot()
    first = rows.recommendation(hotspot_id, "T1")
    rows.recommendation(hotspot_id, "T2", supplier_id="Other")
    rows.recommendation(hotspot_id, "T3", status="approved")
    answer = await client.get("/api/recommendations?status=pending&supplier_id=Trunk")
    (found,) = answer.json()["recommendations"]
    assert list(differing(STORED, found)) == []
    assert (found["id"], answer.headers["X-Total-Count"]) == (first, "1")
    assert len((await client.get("/api/recommendations?limit=2")).json()["recommendations"]) == 2
    for wrong in ("limit=0", "limit=501", "status=gone"):
        assert (await client.get(f"/api/recommendations?{wrong}")).status_code == 422


async def test_the_life_of_a_recommendation_over_patch(
    client: httpx.AsyncClient, rows: Rows, pending: Callable[[], int]
) -> None:
    rec_id = pending()

    async def patch(status: str, rec_id: int = rec_id, **more: Any) -> httpx.Response:
        return await client.patch(f"/api/recommendations/{rec_id}", json={"status": status, **more})

    answer = await patch("approved", notes="go")
    assert answer.status_code == 200, answer.text
    assert list(differing(STORED, answer.json()["recommendation"])) == []
    assert answer.json()["recommendation"]["decision_notes"] == "go"
    assert (await patch("implemented")).json()["recommendation"]["status"] == "implemented"
    for illegal in ("pending", "approved", "rejected", "implemented"):
        refused = await patch(illegal)
        assert refused.status_code == 409, refused.text
        assert "implemented" in refused.json()["detail"]
    assert (await patch("verified")).status_code == 422
    assert (await patch("approved", 2**62)).status_code == 404
    assert [(action, user) for action, _, user, _, _ in rows.audit()] == [
        ("recommendation.approved", "local"), ("recommendation.implemented", "local"),
    ]  # fmt: skip


async def test_an_upload_is_a_document_and_has_a_status(client: httpx.AsyncClient, rows: Rows) -> None:
    files = {"file": ("doors.md", b"# Doors\n\nClose them at night.")}
    job = (await client.post("/api/upload", files=files)).json()
    assert (job["status"], job["filename"], job["error"]) == ("queued", "doors.md", None)
    assert (await client.post("/api/upload", files=files)).json() == job
    assert (await client.get(f"/api/upload/{job['jobId']}/status")).json() == job
    assert [action for action, *_ in rows.audit()] == ["document.uploaded"]


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"file": ("a.exe", b"MZ\x00\x01")}, 422),
        ({"file": ("a.txt", b"")}, 422),
        ({"file": ("a.txt", b"x" * (LARGEST_FILE_BYTES + 1))}, 413),
        ({"other": ("a.txt", b"x")}, 422),
    ],
)
async def test_what_is_no_document_is_refused(files: Any, status: int, client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/upload", files=files)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("upload_id", ["no-such-thing", "00000000-0000-0000-0000-000000000000"])
async def test_an_unknown_upload_is_404(upload_id: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/api/upload/{upload_id}/status")).status_code == 404


async def test_pages_of_the_configured_origins_may_patch(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "PATCH"}
    assert (await client.options("/api/recommendations/1", headers=headers)).status_code == 200
