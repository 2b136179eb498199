"""The HTTP contract of the data core."""

import gzip
import uuid

import httpx
import pytest

FILE = (
    b"event_type,supplier_id,timestamp,distance_km,load_kg,vehicle_type,fuel_type,avg_speed\n"
    b"logistics,S 1/a,2026-03-01T08:00:00Z,120,450,truck,diesel,55\n"
    b"logistics,S2,2026-03-01T09:00:00Z,80,,truck,diesel,\n"
)
EVENT = {
    "timestamp": "2025-11-28T12:00:00Z", "supplier_id": "S-TEST-1", "event_type": "logistics", "distance_km": 120,
    "load_kg": 450, "vehicle_type": "truck", "fuel_type": "diesel", "speed": 55,
}  # fmt: skip


async def _send(client: httpx.AsyncClient, content: bytes = FILE, path: str = "csv") -> httpx.Response:
    return await client.post(f"/api/v1/ingest/{path}", files={"file": ("events.csv", content, "text/csv")})


async def test_csv_answers_as_recorded_and_more(client: httpx.AsyncClient) -> None:
    answer = await _send(client)
    body = answer.json()
    assert answer.status_code == 200
    assert (body["status"], body["rows"], body["outliers"], body["immediate_analysis"]) == ("ok", 2, 0, "triggered")
    assert body["quality_metrics"] == {
        "supplier_id": None, "window_start": "2026-03-18T00:00:00Z", "completeness_pct": 80.0, "predicted_pct": 0.0,
        "anomalies_count": 0, "total_rows": 2,
    }  # fmt: skip
    assert (body["rows_stored"], body["rows_rejected"], body["rows_duplicate"], body["errors"]) == (2, 0, 0, [])


async def test_sending_a_file_again_says_so(client: httpx.AsyncClient) -> None:
    await _send(client)
    body = (await _send(client, gzip.compress(FILE))).json()
    assert (body["rows"], body["rows_stored"], body["rows_duplicate"]) == (2, 0, 2)
    assert body["immediate_analysis"] == "not_needed"


async def test_upload_gives_a_job_that_can_be_asked_for(client: httpx.AsyncClient) -> None:
    body = (await _send(client, FILE + b"logistics,S3\n", "upload")).json()
    assert body["message"] == "Upload received and processed. Immediate analysis triggered."
    assert (body["rows"], body["rows_stored"], body["rows_rejected"]) == (3, 2, 1)
    job = (await client.get(f"/api/v1/ingest/status/{body['jobId']}")).json()
    assert (job["job_id"], job["status"], job["filename"]) == (body["jobId"], "complete", "events.csv")
    assert (job["rows_total"], job["rows_processed"], job["errors"]) == (3, 3, body["errors"])
    assert job["errors"][0].startswith("line 4: row 'logistics,S3' has 2 fields")
    (listed,) = (await client.get("/api/v1/ingest/jobs?limit=20")).json()
    assert listed == {name: value for name, value in job.items() if name != "rejected"} | {
        "created_at": listed["created_at"], "updated_at": listed["updated_at"],
    }  # fmt: skip


async def test_jobs_come_in_pages(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/ingest/jobs")).json() == []
    for _ in range(3):
        await _send(client)
    first = await client.get("/api/v1/ingest/jobs?limit=2")
    rest = await client.get("/api/v1/ingest/jobs", params={"limit": 2, "cursor": first.headers["x-next-cursor"]})
    assert [job["id"] for job in first.json() + rest.json()] == [3, 2, 1]
    assert first.headers["x-total-count"] == "3"
    for limit in ("0", "101", "x"):
        assert (await client.get(f"/api/v1/ingest/jobs?limit={limit}")).status_code == 422


@pytest.mark.parametrize("path", ["csv", "upload"])
@pytest.mark.parametrize(
    "content",
    [b"", b"hello there", b"supplier_id,distance_km\nS,1\n", b"event_type,supplier_id,timestamp\nflight,S,2026\n"],
)
async def test_unusable_files_are_422(client: httpx.AsyncClient, path: str, content: bytes) -> None:
    answer = await _send(client, content, path)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "invalid_input")
    assert all({"type", "loc", "msg", "input"} <= problem.keys() for problem in body["detail"])
    assert (await client.get("/api/v1/ingest/jobs")).json() == []


async def test_no_file_is_422(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/ingest/csv")).status_code == 422


async def test_an_event_is_stored_once(client: httpx.AsyncClient) -> None:
    first = await client.post("/api/v1/ingest/event", json=EVENT)
    again = await client.post("/api/v1/ingest/event", json=EVENT | {"distance_km": "120.0"})
    assert (first.status_code, first.json()["status"], again.json()["status"]) == (200, "stored", "duplicate")
    assert first.json()["external_id"] == again.json()["external_id"]
    assert first.json()["external_id"].startswith("row-")
    named = await client.post("/api/v1/ingest/event", json=EVENT | {"external_id": "mine"})
    assert named.json() == {"status": "stored", "external_id": "mine", "errors": []}


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("distance_km", -1, "-1"),
        ("distance_km", "NaN", "NaN"),
        ("event_type", "flight", "flight"),
        ("speed", [1], "[1]"),
    ],
)
async def test_a_refused_event_names_field_value_rule_and_remedy(
    client: httpx.AsyncClient, field: str, value: object, shown: str
) -> None:
    answer = await client.post("/api/v1/ingest/event", json=EVENT | {field: value})
    (problem,) = answer.json()["detail"]
    assert answer.status_code == 422
    assert (problem["loc"], problem["input"]) == (["body", field], shown)
    assert problem["rule"]
    assert problem["remedy"]


async def test_a_missing_field_is_called_a_field(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/ingest/event", json={"supplier_id": "S1", "date": "2026-03-01"})
    (problem,) = answer.json()["detail"]
    assert (problem["type"], problem["loc"]) == ("missing_field", ["body", "event_type"])
    assert problem["msg"].startswith("Field 'event_type' is missing. Give a field named event_type;")
    assert "field names" in answer.json()["remedy"]
    assert "olumn" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b'{"event_type":"factory","supplier_id":"S","timestamp":"2026-03-01","energy_kwh":NaN}',
        b'{"event_type":"factory","supplier_id":"\\ud800","timestamp":"2026-03-01"}',
        b'{"event_type":"factory","supplier_id":"S","timestamp":"2026-03-01","a\\u0000":1}',
        b'{"event_type":"factory","supplier_id":"S","timestamp":"2026-03-01","note":"\\u0000"}',
        b'{"distance_km": 120}',
        b"[]",
        b"{",
        b"\xff",
    ],
)
async def test_odd_events_are_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/v1/ingest/event", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"]


@pytest.mark.parametrize("job_id", ["does-not-exist", str(uuid.UUID(int=1)), "%00"])
async def test_an_unknown_job_is_404(client: httpx.AsyncClient, job_id: str) -> None:
    answer = await client.get(f"/api/v1/ingest/status/{job_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_quality_of_a_supplier(client: httpx.AsyncClient) -> None:
    await _send(client)
    body = (await client.get("/api/v1/data-quality/S 1/a")).json()
    assert body == {
        "supplier_id": "S 1/a", "completeness_pct": 100.0, "predicted_pct": 0.0, "anomalies_count": 0,
        "total_rows": 1, "window_start": "2026-03-18T00:00:00Z", "last_updated": "2026-03-18T12:00:00Z",
    }  # fmt: skip
    for unknown in ("s 1/a", "nobody", "%00"):
        assert (await client.get(f"/api/v1/data-quality/{unknown}")).status_code == 404


async def test_quality_of_everything(client: httpx.AsyncClient) -> None:
    empty = (await client.get("/data-quality")).json()
    assert empty == {
        "completeness_pct": None, "predicted_pct": None, "anomalies_count": 0, "total_rows": 0, "last_updated": None,
        "reason": "No events arrived in the last 7 days.",
    }  # fmt: skip
    await _send(client)
    await client.post("/api/v1/ingest/event", json=EVENT | {"simulated": True})
    body = (await client.get("/data-quality")).json()
    assert (body["completeness_pct"], body["predicted_pct"], body["total_rows"]) == (86.67, 33.33, 3)
    assert body["reason"] is None
