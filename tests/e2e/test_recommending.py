"""Recommending as a user meets it: why a lane stands out, what can be done, who decided, and proof that it was so."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import polars as pl
import psycopg
import pytest

from carbon_nexus.db.embedded import EmbeddedPostgres
from tests.answering import Answer, Answering, answering
from tests.causes import FAULTS, FAULTY_DAY, HISTORY_DAYS, Fault, faulty_day, history
from tests.e2e.conftest import COMMAND, Running, environment, run

WAIT_SECONDS = 120
LANE = FAULTS[0]  # its lorries run half empty for a day
LANES = 60  # jobs of 25: the first two are done with 50 of them

HANDBOOK = """# Transport handbook

## The Birmingham trunk

Our lorries are loaded fuller by the evening run: part loads wait for it and are consolidated at dock 4.

## Canteen

Soup on Mondays.
"""
SHARED_RUNS = {
    "event_type": "logistics", "title": "Share runs with the neighbour", "description": "One lorry for both.",
    "acts_on": "distance", "reduction_low_pct": 5, "reduction_typical_pct": 12, "reduction_high_pct": 20,
    "reduction_basis": "km of the lane", "condition": "Both ship on the same days.", "feasibility": "high",
    "evidence_grade": "B", "source": "our trial of 2025", "change": {"input": "distance_km"},
    "investment": 9000, "saving_per_year": 6000, "currency": "EUR",
}  # fmt: skip

COUNTS = """
SELECT (SELECT count(*) FROM hotspots), (SELECT count(*) FROM diagnoses),
       (SELECT count(DISTINCT hotspot_id) FROM recommendations), (SELECT count(*) FROM recommendations),
       (SELECT count(DISTINCT entity_id) FROM audit_logs WHERE action = 'recommendation.proposed'),
       (SELECT count(*) FROM audit_logs WHERE action = 'recommendation.proposed')
"""
PROPOSING = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'propose'"
# What is not committed yet keeps whoever proposes the same for the same hotspot waiting, in mid-transaction.
IN_THE_WAY = """
INSERT INTO recommendations (tenant_id, hotspot_id, supplier_id, measure_id, title, description, status)
SELECT 1, max(id), 'in the way', 'M03', '', '', 'pending' FROM hotspots
"""
KEPT_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'INTO recommendations'"
ALTERED = (
    "SET session_replication_role = replica",  # triggers are off: what only the owner of the server can do
    "UPDATE audit_logs SET notes = 'no objection' WHERE action = 'recommendation.rejected'",
)
OLDER = "interval '2 minutes'"
NOBODY_WORKS_ON_IT = (
    f"UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - {OLDER} WHERE last_heartbeat < %(at)s",
    f"UPDATE timers SET last_run_at = last_run_at - {OLDER} WHERE name = 'retry-stalled-jobs'",
)
ASK_NOW = ("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE task_name = 'ask_rag' AND status = 'todo'",)

Rows = list[dict[str, Any]]


def csv_of(place: Path, *faults: Fault) -> Path:
    """Eight usual weeks of each, and yesterday the day with the fault."""
    yesterday = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    rows = pl.concat([frame for each in faults for frame in (history(each), faulty_day(each))]).drop("tenant_id")
    path = place / "lanes.csv"
    rows.with_columns(pl.col("timestamp") + (yesterday - FAULTY_DAY)).write_csv(
        path, datetime_format="%Y-%m-%dT%H:%M:%SZ"
    )
    return path


def send(server: Running, path: str, file: Path) -> dict[str, Any]:
    sent = server.post(path, files={"file": (file.name, file.read_bytes())})
    assert sent.is_success, sent.text
    told: dict[str, Any] = sent.json()
    return told


def done(server: Running, path: str, **body: object) -> dict[str, Any]:
    """The answer to a request that succeeds."""
    answer = server.post(path, json=body)
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told


def recommended(server: Running, hotspot_id: int, engine: str = "embedded") -> Rows:
    """What is recommended for a hotspot, the first first."""
    rows: Rows = server.get(f"/recommendations?hotspot_id={hotspot_id}&limit=500").json()
    return sorted((each for each in rows if each["engine"] == engine), key=lambda each: each["rank"] or 0)


def query(server: Running, statement: str) -> tuple[int, ...]:
    with psycopg.connect(EmbeddedPostgres(server.data_dir).url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row


def change(server: Running, *statements: str, **given: object) -> None:
    with psycopg.connect(EmbeddedPostgres(server.data_dir).url) as connection:
        for statement in statements:
            connection.execute(statement.encode(), given)


def wait_for(what: Callable[[], Any], meanwhile: Callable[[], None] = lambda: None) -> Any:
    """What is there at last."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := what()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
        meanwhile()
    return found


def verdict(server: Running) -> tuple[int, Any]:
    """Exit code of `carbon-nexus audit verify`, and what it says is broken of the only tenant."""
    checked = run(server.data_dir, "audit", "verify", "--json")
    return checked.returncode, orjson.loads(checked.stdout)["tenants"][0]["broken"]


def test_from_a_half_empty_lane_to_a_measure_in_place_and_a_trail_that_cannot_be_altered_unseen(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    server = serve()
    (tmp_path / "handbook.md").write_text(HANDBOOK)
    document = send(server, "/documents", tmp_path / "handbook.md")["id"]
    wait_for(lambda: server.get(f"/documents/{document}").json()["status"] == "ready")
    own = done(server, "/measures", **SHARED_RUNS)["id"]
    sent = send(server, "/api/v1/ingest/upload", csv_of(tmp_path, LANE))
    assert sent["rows_stored"] == (HISTORY_DAYS + 1) * len(LANE.hours)

    (hotspot,) = wait_for(lambda: server.get("/hotspots").json())
    assert hotspot["entity"] == LANE.entity
    found = wait_for(lambda: recommended(server, hotspot["id"]))
    on_it = [each["provenance"]["addresses_cause"] for each in found]
    assert (on_it[0], on_it) == (True, sorted(on_it, reverse=True))
    by_measure = {each["measure_id"]: each for each in found}
    fuller, shared = by_measure["M03"], by_measure[own]
    assert 0 < shared["saving_low_kg"] < shared["co2_reduction"] < shared["saving_high_kg"]
    assert shared["payback_months"] == 18
    assert {(each["document_id"], each["heading"]) for each in fuller["provenance"]["evidence"]} == {
        (document, "Transport handbook > The Birmingham trunk")
    }
    path, rejected = f"/recommendations/{fuller['id']}", f"/recommendations/{shared['id']}"
    whole = server.get(path).json()
    assert whole["diagnosis"]["cause"] == "load"
    assert whole["combined"]["saving_kg"] < whole["combined"]["plain_sum_kg"]

    assert done(server, f"{path}/assign", assignee="ann")["assignee"] == "ann"
    done(server, f"{path}/approve", notes="from Monday on")
    done(server, f"{path}/comment", text="dock 4 has a free bay")
    assert done(server, f"{path}/implement")["status"] == "implemented"
    done(server, f"{rejected}/reject", reason="the neighbour has moved")
    assert server.post(f"{rejected}/approve").status_code == 409
    timeline = server.get(f"{path}/timeline").json()
    steps = ["proposed", "assigned", "approved", "commented", "implemented"]
    assert [each["action"] for each in timeline] == [f"recommendation.{step}" for step in steps]
    assert [each["actor"] for each in timeline] == ["propose", *["local"] * 4]
    assert server.get(rejected).json()["decision_notes"] == "the neighbour has moved"

    told = done(server, "/api/query", question=f"What did {LANE.entity} emit in 28 days? Which loads are consolidated?")
    assert "No language model is configured" in told["answer"]
    emitted = told["figures"][0]
    assert (emitted["about"], emitted["unit"]) == ([LANE.entity], "kg CO2e")
    assert emitted["value"] > 0
    assert all(each["source"] for each in told["figures"])
    assert document in [each["document_id"] for each in told["citations"]]

    assert server.get("/audit/verify").json()["broken"] is None
    assert verdict(server) == (0, None)
    change(server, *ALTERED)
    code, broken = verdict(server)
    (entry,) = server.get(f"/audit?action=recommendation.rejected&entity_id={shared['id']}").json()
    assert (code, broken["problem"], broken["audit_id"]) == (1, "altered_entry", entry["id"])
    assert server.get("/audit/verify").json()["broken"]["position"] == entry["position"]


def kill_in_mid_proposal(server: Running) -> None:
    """Kill everything while a worker is done with one job and has written a part of the next."""
    with closing(psycopg.connect(EmbeddedPostgres(server.data_dir).url)) as in_the_way:
        in_the_way.execute(IN_THE_WAY)
        with subprocess.Popen([COMMAND, "worker"], env=environment(server.data_dir), cwd="/") as worker:
            try:
                wait_for(lambda: query(server, KEPT_WAITING) == (1,))
            finally:
                worker.kill()
        assert query(server, COUNTS)[:3] == (LANES, 50, 50)
        server.kill_everything()


def test_kill_9_in_mid_proposal_leaves_each_of_many_hotspots_its_proposals_once(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    server = serve("serve", "--no-worker")
    lanes = [replace(LANE, entity=f"lane {number}") for number in range(LANES)]
    ingested = run(server.data_dir, "ingest", str(csv_of(tmp_path, *lanes)), "--no-scan")
    assert ingested.returncode == 0, ingested.stderr
    assert server.post("/hotspots/scan").json()["hotspots_found"] == LANES
    kill_in_mid_proposal(server)
    killed_at = datetime.now(UTC)

    again = serve()
    wait_for(lambda: query(again, PROPOSING) == (0,), lambda: change(again, *NOBODY_WORKS_ON_IT, at=killed_at))
    hotspots, diagnosed, served, *proposed = query(again, COUNTS)
    assert (hotspots, diagnosed, served) == (LANES, LANES, LANES)
    assert len(set(proposed)) == 1, proposed
    assert again.get("/audit/verify").json()["intact"]


@pytest.fixture
def rag_port() -> int:
    """A port where nothing answers yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def actions_of_a_rag_service(_: object) -> Answer:
    told = {"title": "Offer the empty half to others", "description": "On the exchange, by noon.", "feasibility": 7}
    with_unit = {"title": "Call at Coventry", "co2_reduction": 12, "co2_reduction_unit": "kg CO2e per 28 days"}
    return Answer({"root_cause": "The lane ran half empty.", "actions": [told | {"co2_reduction": 57}, with_unit]})


@pytest.fixture
def up(rag_port: int) -> Iterator[Callable[[], Answering]]:
    """Starts a RAG service on that port; it ends with the test."""
    with ExitStack() as running:
        yield lambda: running.enter_context(answering(actions_of_a_rag_service, rag_port))


def test_proposals_stand_while_a_rag_service_is_down_and_its_own_come_beside_them_once_it_is_up(
    serve: Callable[..., Running], tmp_path: Path, rag_port: int, up: Callable[[], Answering]
) -> None:
    server = serve("serve", RAG_SERVICE_URL=f"http://127.0.0.1:{rag_port}")
    send(server, "/api/v1/ingest/upload", csv_of(tmp_path, LANE))
    (hotspot,) = wait_for(lambda: server.get("/hotspots").json())
    ours = wait_for(lambda: recommended(server, hotspot["id"]))
    first = f"/recommendations/{ours[0]['id']}"
    wait_for(lambda: server.get(first).json()["diagnosis"]["remote_detail"])
    assert server.get(first).json()["diagnosis"]["remote"] == "waiting"

    service = up()
    theirs = wait_for(lambda: recommended(server, hotspot["id"], "rag"), lambda: change(server, *ASK_NOW))
    assert server.get(first).json()["diagnosis"]["remote"] == "answered"
    assert {(each["title"], each["co2_reduction"], each["status"]) for each in theirs} == {
        ("Offer the empty half to others", None, "pending"),  # 57 of what, it does not say
        ("Call at Coventry", 12, "pending"),
    }
    assert recommended(server, hotspot["id"]) == ours
    (call,) = service.calls
    assert (call.path, orjson.loads(call.body)["supplier"]) == ("/api/rag/recommend", LANE.entity)


def test_with_four_eyes_somebody_else_approves_what_a_key_proposed(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    keys = ["the-key-of-ann-in-planning", "the-key-of-ben-in-transport"]
    server = serve("serve", "--no-worker", APPROVAL_FOUR_EYES="true", API_KEYS=",".join(keys))
    ingested = run(server.data_dir, "ingest", str(csv_of(tmp_path, LANE)))
    assert ingested.returncode == 0, ingested.stderr
    ann, ben = (
        httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=30) for key in keys
    )
    with ann, ben:
        (hotspot,) = ann.get("/hotspots").json()
        asked = {"hotspot_id": hotspot["id"], "title": "Talk to the depot", "description": "Why the loads are late."}
        own = ann.post("/recommendations", json=asked).json()
        path = f"/recommendations/{own['id']}"
        assert server.post(f"{path}/approve").status_code == 401
        refused = ann.post(f"{path}/approve")
        assert (refused.status_code, refused.json()["code"]) == (409, "four_eyes")
        programs = next(each["id"] for each in ann.get("/recommendations").json() if each["proposed_by"] == "propose")
        many = ann.post("/recommendations/approve", json={"ids": [own["id"], programs]}).json()
        assert (many["decided"], [each["code"] for each in many["refused"]]) == ([programs], ["four_eyes"])
        assert ben.post(f"{path}/approve").status_code == 200
        approved = ben.get(path).json()
    assert approved["status"] == "approved"
    assert approved["proposed_by"] != approved["decided_by"]
