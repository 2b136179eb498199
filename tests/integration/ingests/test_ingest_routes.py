"""The HTTP contract of the ways in: any file, a look before storing, batches, single events, CloudEvents."""

import gzip
import io
import json
from typing import Any

import httpx
import polars as pl
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.integration.ingests.conftest import Send, one, rows_of

FILE = (
    b"event_type,supplier_id,timestamp,distance_km,load_kg,vehicle_type,fuel_type,avg_speed\n"
    b"logistics,S 1/a,2026-03-01T08:00:00Z,120,450,truck,diesel,55\n"
    b"logistics,S2,2026-03-01T09:00:00Z,80,,truck,diesel,\n"
)
EVENT = {
    "timestamp": "2025-11-28T12:00:00Z", "supplier_id": "S-TEST-1", "event_type": "logistics", "distance_km": 120,
    "load_kg": 450, "vehicle_type": "truck", "fuel_type": "diesel", "speed": 55,
}  # fmt: skip
CLOUD = {
    "specversion": "1.0", "id": "c-1", "source": "/telematics/7", "type": "com.example.logistics",
    "time": "2026-03-01T08:00:00Z", "datacontenttype": "application/json",
    "data": {"supplier_id": "S1", "distance_mi": 10, "vehicle_type": "truck", "fuel_type": "diesel"},
}  # fmt: skip
CLOUD_JSON = {"Content-Type": "application/cloudevents+json"}


async def test_csv_answers_as_recorded_and_more(send: Send) -> None:
    answer = await send(FILE)
    body = answer.json()
    assert answer.status_code == 200
    assert (body["status"], body["rows"], body["outliers"], body["immediate_analysis"]) == ("ok", 2, 0, "triggered")
    assert body["quality_metrics"] == {
        "supplier_id": None, "window_start": "2026-03-18T00:00:00Z", "completeness_pct": 80.0, "predicted_pct": 0.0,
        "anomalies_count": 0, "total_rows": 2,
    }  # fmt: skip
    assert (body["rows_stored"], body["rows_rejected"], body["rows_duplicate"], body["errors"]) == (2, 0, 0, [])


async def test_sending_a_file_again_says_so(send: Send) -> None:
    await send(FILE)
    body = (await send(gzip.compress(FILE))).json()
    assert (body["rows"], body["rows_stored"], body["rows_duplicate"]) == (2, 0, 2)
    assert body["immediate_analysis"] == "not_needed"
    assert body["quality_metrics"]["completeness_pct"] is None


def _as_workbook(frame: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.write_excel(written)
    return written.getvalue()


def _as_parquet(frame: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.write_parquet(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "write",
    [
        lambda frame: frame.write_csv(separator=";", quote_style="always").encode("utf-16"),
        lambda frame: frame.write_csv(separator="|").encode(),
        lambda frame: frame.write_ndjson().encode(),
        lambda frame: json.dumps({"events": frame.to_dicts()}).encode(),
        lambda frame: gzip.compress(frame.write_csv().encode()),
        _as_workbook,
        _as_parquet,
    ],
)
async def test_the_same_rows_of_any_kind_of_file_are_the_same_events(send: Send, write: Any) -> None:
    frame = pl.read_csv(io.BytesIO(FILE), infer_schema=False)
    typed = frame.with_columns(pl.col("distance_km", "load_kg", "avg_speed").cast(pl.Float64))
    first, again = await send(FILE), await send(write(typed))
    assert again.status_code == 200, again.text
    assert (first.json()["rows_stored"], again.json()["rows_stored"], again.json()["rows_duplicate"]) == (2, 0, 2)


async def test_upload_gives_a_job_that_can_be_asked_for(client: httpx.AsyncClient, send: Send) -> None:
    body = (await send(FILE + b"logistics,S3\n", "upload")).json()
    assert body["message"] == "Upload received and processed. Immediate analysis triggered."
    assert (body["rows"], body["rows_stored"], body["rows_rejected"], body["status"]) == (3, 2, 1, "complete")
    job = (await client.get(f"/api/v1/ingest/status/{body['jobId']}")).json()
    assert (job["job_id"], job["status"], job["filename"]) == (body["jobId"], "complete", "events.csv")
    assert (job["rows_total"], job["rows_processed"], job["errors"]) == (3, 3, body["errors"])
    assert job["errors"][0].startswith("line 4: row 'logistics,S3' has 2 fields")
    assert job["mapping"]["columns"]["speed"] == "avg_speed"
    (listed,) = (await client.get("/api/v1/ingest/jobs?limit=20")).json()
    assert {name: job[name] for name in listed if not name.endswith("_at")} == {
        name: value for name, value in listed.items() if not name.endswith("_at")
    }


async def test_a_large_file_may_be_left_to_a_worker(client: httpx.AsyncClient, send: Send) -> None:
    answer = await client.post("/api/v1/ingest/upload?wait=false", files={"file": ("a.csv", FILE)})
    body = answer.json()
    assert (answer.status_code, body["status"], body["rows"]) == (200, "queued", 0)
    assert body["jobId"] in body["message"]
    cancelled = await client.post(f"/api/v1/ingest/jobs/{body['jobId']}/cancel")
    assert cancelled.json() == {"job_id": body["jobId"], "status": "cancelled", "rows_stored": 0}


async def test_jobs_come_in_pages(client: httpx.AsyncClient, send: Send) -> None:
    assert (await client.get("/api/v1/ingest/jobs")).json() == []
    for _ in range(3):
        await send(FILE)
    first = await client.get("/api/v1/ingest/jobs?limit=2")
    rest = await client.get("/api/v1/ingest/jobs", params={"limit": 2, "cursor": first.headers["x-next-cursor"]})
    assert [job["id"] for job in first.json() + rest.json()] == [3, 2, 1]
    assert first.headers["x-total-count"] == "3"
    for limit in ("0", "101", "x"):
        assert (await client.get(f"/api/v1/ingest/jobs?limit={limit}")).status_code == 422


@pytest.mark.parametrize("path", ["csv", "upload", "preview"])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"\x1f\x8bnot gzip", b"a,b\n"])
async def test_files_that_cannot_be_read_are_422(
    client: httpx.AsyncClient, send: Send, path: str, content: bytes
) -> None:
    answer = await send(content, path)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "invalid_input")
    assert all({"type", "loc", "msg", "input"} <= problem.keys() for problem in body["detail"])
    assert (await client.get("/api/v1/ingest/jobs")).json() == []


async def test_half_a_mapping_is_refused_saying_what_is_missing(send: Send) -> None:
    answer = await send(b"Distance (mi),Datum\n12,2026-03-01\n")
    told = " ".join(problem["msg"] for problem in answer.json()["detail"])
    assert answer.status_code == 422
    assert "event_type" in told
    assert "supplier_id" in told
    assert "timestamp" not in told


async def test_no_file_is_422(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/ingest/csv")).status_code == 422


@pytest.mark.parametrize("mapping", ["{", "[]", '{"columns": {"speed": 1}}', '{"decimal": "-"}', '{"nonsense": 1}'])
async def test_a_mapping_that_is_none_is_422(send: Send, mapping: str) -> None:
    answer = await send(FILE, mapping=mapping)
    assert (answer.status_code, answer.json()["detail"][0]["loc"][0]) == (422, "mapping")


@pytest.mark.parametrize("source", ["a\x00b", " padded ", "x" * 201])
async def test_a_source_that_cannot_be_a_name_is_422(client: httpx.AsyncClient, send: Send, source: str) -> None:
    batch = await client.post("/api/v1/ingest/events", params={"source": source}, json=[EVENT])
    for answer in (batch, await send(FILE, source=source), await send(FILE, "preview", source=source)):
        assert (answer.status_code, answer.json()["detail"][0]["loc"][-1]) == (422, "source")


GERMAN = (
    "Lieferant;Datum;Strecke (mi);Gewicht [t];Fahrer\n"
    "Müller;18.02.2026 14:30;100,5;1,25;Ann\n"
    "Müller;01.03.2026 08:00;80;0,5;\n"
)  # fmt: skip


async def test_a_preview_shows_how_a_file_would_be_read_and_stores_nothing(
    client: httpx.AsyncClient, send: Send, engine: AsyncEngine
) -> None:
    half = (await send(GERMAN.encode("cp1252"), "preview")).json()
    assert [problem["loc"][-1] for problem in half["problems"]] == ["event_type"]
    mapping = json.dumps({"constants": {"event_type": "logistics"}, "zone": "Europe/Berlin"})
    whole = (await send(GERMAN.encode("cp1252"), "preview", mapping=mapping)).json()
    assert (whole["kind"], whole["delimiter"], whole["problems"]) == ("csv", ";", [])
    assert (whole["rows"], whole["rows_checked"], whole["rows_acceptable"]) == (2, 2, 2)
    columns = {column["name"]: column for column in whole["columns"]}
    assert (columns["Strecke (mi)"]["field"], columns["Strecke (mi)"]["unit"]) == ("distance_km", "mi")
    assert (columns["Fahrer"]["field"], columns["Fahrer"]["filled_pct"]) == (None, 50.0)
    assert columns["Gewicht [t]"]["samples"] == ["1,25", "0,5"]
    first = whole["first_events"][0]
    assert (first["supplier_id"], first["timestamp"]) == ("Müller", "2026-02-18T13:30:00Z")
    assert first["distance_km"] == pytest.approx(161.739072)
    assert (first["load_kg"], first["source_zone"]) == (1250.0, "Europe/Berlin")
    for table in ("events_normalized", "ingest_jobs"):
        assert await one(engine, f"SELECT count(*) FROM {table}") == 0


async def test_a_preset_of_a_source_reads_its_next_file(client: httpx.AsyncClient, send: Send) -> None:
    preset = {"constants": {"event_type": "logistics"}, "zone": "Europe/Berlin"}
    assert (await client.put("/api/v1/ingest/mappings/tms", json=preset)).status_code == 200
    assert (await send(GERMAN)).status_code == 422
    answer = await send(GERMAN, source="tms")
    assert (answer.status_code, answer.json()["rows_stored"]) == (200, 2)


async def test_rejected_rows_come_back_as_a_file_to_mend_and_send_again(client: httpx.AsyncClient, send: Send) -> None:
    good, bad = rows_of(2), "factory,S1,2026-03-09,F,=1+1\nflight,S2,2026-03-10,F,5\nfactory,@S,2026-03-11,F,-5\n"
    body = (await send(good + bad)).json()
    answer = await client.get(f"/api/v1/ingest/jobs/{body['job_id']}/rejected")
    rows = pl.read_csv(io.BytesIO(answer.content), infer_schema=False)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert rows["rejected_line"].to_list() == ["4", "5", "6"]
    assert rows["energy_kwh"].to_list() == ["'=1+1", "5", "-5"]  # a formula cannot run; a number stays one
    assert rows["supplier_id"].to_list() == ["S1", "S2", "'@S"]
    assert "must be one of logistics" in rows["reason"][1]
    mended = rows.with_columns(event_type=pl.lit("factory"), energy_kwh=pl.lit("7")).write_csv()
    again = (await send(mended.encode())).json()
    assert (again["rows_stored"], again["rows_rejected"]) == (3, 0)


async def test_each_rejected_row_has_its_entry(client: httpx.AsyncClient, send: Send) -> None:
    body = (await send(rows_of(1) + "flight,S2,2026-03-10,F,5\n" * 1_105)).json()
    assert (body["rows_rejected"], len(body["errors"])) == (1_105, 1_001)
    assert body["errors"][-1].startswith("105 more rows were rejected")
    seen: list[int] = []
    cursor = "0"
    while cursor:
        page = await client.get(f"/api/v1/ingest/jobs/{body['job_id']}/errors", params={"limit": 500, "cursor": cursor})
        seen += [row["line"] for row in page.json()]
        cursor = page.headers.get("x-next-cursor", "")
    assert seen == list(range(3, 1_108))


async def test_a_job_is_undone_once_and_its_file_can_be_sent_again(client: httpx.AsyncClient, send: Send) -> None:
    job_id = (await send(rows_of(30))).json()["job_id"]
    await client.post("/hotspots/scan")
    undone = await client.post(f"/api/v1/ingest/jobs/{job_id}/undo")
    assert (undone.status_code, undone.json()["events"], undone.json()["predictions"]) == (200, 30, 30)
    assert (await client.get("/emissions/summary")).json()["event_count"] == 0
    again = await client.post(f"/api/v1/ingest/jobs/{job_id}/undo")
    assert (again.status_code, "undone" in again.json()["detail"]) == (409, True)
    assert (await send(rows_of(30))).json()["rows_stored"] == 30


@pytest.mark.parametrize("what", ["cancel", "undo"])
@pytest.mark.parametrize("job_id", ["does-not-exist", "00000000-0000-0000-0000-000000000001", "%00"])
async def test_an_unknown_job_is_404(client: httpx.AsyncClient, what: str, job_id: str) -> None:
    ended = await client.post(f"/api/v1/ingest/jobs/{job_id}/{what}")
    for answer in (ended, await client.get(f"/api/v1/ingest/status/{job_id}")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_an_ended_job_cannot_be_cancelled(client: httpx.AsyncClient, send: Send) -> None:
    job_id = (await send(FILE)).json()["job_id"]
    answer = await client.post(f"/api/v1/ingest/jobs/{job_id}/cancel")
    assert (answer.status_code, "complete" in answer.json()["detail"]) == (409, True)


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
        ("supplier_id", {"a": 1}, '{"a": 1}'),
        ("vehicle_type", "lorri", "lorri"),
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
    assert (answer.status_code, problem["loc"]) == (422, ["body", "event_type"])
    assert "olumn" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b'{"event_type":"factory","supplier_id":"S","timestamp":"2026-03-01","energy_kwh":NaN}',
        b'{"event_type":"factory","supplier_id":"\\ud800","timestamp":"2026-03-01"}',
        b'{"event_type":"factory","supplier_id":"S","timestamp":"2026-03-01","a\\u0000":1}',
        b'{"event_type":"factory","supplier_id":"S","timestamp":"2026-03-01","note":"\\u0000"}',
        b'{"distance_km": 120}',
        b"{}",
        b"[]",
        b"{",
        b"\xff",
    ],
)
async def test_odd_events_are_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/v1/ingest/event", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"]


async def test_a_cloud_event_is_known_by_its_source_and_id(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    first, again = [
        await client.post("/api/v1/ingest/event", content=json.dumps(CLOUD), headers=CLOUD_JSON) for _ in range(2)
    ]
    other = await client.post("/api/v1/ingest/event", json=CLOUD | {"source": "/telematics/8"})
    assert [answer.json()["status"] for answer in (first, again, other)] == ["stored", "duplicate", "stored"]
    stored = await one(
        engine, "SELECT source, external_id, event_type, distance_km FROM events_normalized ORDER BY id LIMIT 1"
    )
    assert stored == ("/telematics/7", "c-1", "logistics", pytest.approx(16.09344))
    assert await one(engine, "SELECT payload->>'distance_mi' FROM events_raw ORDER BY id LIMIT 1") == "10"


@pytest.mark.parametrize("lacking", ["id", "source", "type", "data"])
async def test_a_broken_envelope_is_refused_by_name(client: httpx.AsyncClient, lacking: str) -> None:
    broken = {name: value for name, value in CLOUD.items() if name != lacking}
    single = await client.post("/api/v1/ingest/event", json=broken)
    batch = await client.post("/api/v1/ingest/events", json=[CLOUD, broken])
    assert (single.status_code, single.json()["detail"][0]["loc"]) == (422, ["body", lacking])
    assert (batch.status_code, batch.json()["detail"][0]["loc"]) == (422, ["body", 1, lacking])


def _lines(events: list[dict[str, Any]]) -> str:
    return "\n".join(map(json.dumps, events))


@pytest.mark.parametrize("write", [json.dumps, lambda events: json.dumps({"events": events}), _lines])
async def test_a_batch_is_taken_in_one_call(client: httpx.AsyncClient, engine: AsyncEngine, write: Any) -> None:
    events = [EVENT | {"id": f"e-{number}"} for number in range(200)] + [EVENT | {"id": "bad", "distance_km": -1}]
    headers = {"Content-Type": "application/x-ndjson"}
    body = (await client.post("/api/v1/ingest/events", content=write(events), headers=headers)).json()
    assert (body["rows"], body["rows_stored"], body["rows_rejected"], body["rows_duplicate"]) == (201, 200, 1, 0)
    assert body["rejected"][0]["line"] == 201
    again = (await client.post("/api/v1/ingest/events", content=write(events), headers=headers)).json()
    assert (again["rows_stored"], again["rows_duplicate"]) == (0, 200)
    assert await one(engine, "SELECT count(*) FROM events_normalized") == 200


async def test_a_batch_of_cloud_events_may_stand_beside_plain_events(client: httpx.AsyncClient) -> None:
    body = (await client.post("/api/v1/ingest/events", json=[CLOUD, EVENT, CLOUD | {"id": "c-2"}])).json()
    assert (body["rows_stored"], body["errors"]) == (3, [])


async def test_a_batch_is_undone_as_a_file_is(client: httpx.AsyncClient) -> None:
    body = (await client.post("/api/v1/ingest/events?source=erp", json=[EVENT])).json()
    undone = (await client.post(f"/api/v1/ingest/jobs/{body['job_id']}/undo")).json()
    assert (undone["events"], undone["status"]) == (1, "undone")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[" + b",".join([b'{"a":1}'] * 50_001) + b"]", "at most 50,000"),
        (FILE, "not JSON"),
        (b"[]", "no record"),
        (b'[{"event_type":"flight","supplier_id":"S","timestamp":"2026-03-01"}]', "must be one of"),
    ],
)
async def test_an_unusable_batch_is_refused_whole(
    client: httpx.AsyncClient, engine: AsyncEngine, content: bytes, told: str
) -> None:
    answer = await client.post("/api/v1/ingest/events", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, told in answer.text) == (422, True)
    assert await one(engine, "SELECT count(*) FROM ingest_jobs") == 0
