"""Re-ingest, rescan, two scans at once, kill -9: done to running processes, nothing is lost and nothing doubled."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psycopg
import pytest

from carbon_nexus.db.embedded import EmbeddedPostgres
from tests.e2e.conftest import Running, run

EVENTS = 120_000  # two scan batches and two parts of a file: a kill after the first commit lands in the middle
WAIT_SECONDS = 120

LEDGER = """
SELECT (SELECT count(*) FROM events_normalized), (SELECT count(*) FROM predictions),
       (SELECT count(DISTINCT event_id) FROM predictions),
       (SELECT sum(event_count) FROM emissions_hourly), (SELECT sum(event_count) FROM emissions_daily),
       (SELECT count(*) FROM scan_backlog)
"""
SUMS = """
SELECT (SELECT sum(predicted_co2) FROM predictions), (SELECT sum(co2e_kg) FROM emissions_hourly),
       (SELECT sum(co2e_kg) FROM emissions_daily)
"""
DOUBLED = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM hotspots WHERE status = 'active'
                              GROUP BY tenant_id, entity, entity_type, event_type, metric HAVING count(*) > 1) AS d),
       (SELECT count(*) FROM (SELECT 1 FROM alerts WHERE state <> 'resolved'
                              GROUP BY tenant_id, fingerprint HAVING count(*) > 1) AS d),
       (SELECT count(*) FROM hotspots h WHERE status = 'active' AND NOT EXISTS (
            SELECT FROM alerts WHERE state <> 'resolved' AND labels ->> 'entity' = h.entity
                AND labels ->> 'event_type' = h.event_type AND labels ->> 'metric' = h.metric))
"""


@pytest.fixture(scope="module")
def events_csv(short_dir: Path) -> Path:
    """Truck trips of the last month on 40 routes, one in a thousand nearly empty."""
    random = np.random.default_rng(2026)
    numbers = np.arange(EVENTS)
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
    load = np.where(numbers % 1000 == 999, 500.0, random.normal(10_000, 500, EVENTS).round(1))
    path = short_dir / "trips.csv"
    pl.DataFrame(
        {
            "external_id": numbers,
            "event_type": ["logistics"] * EVENTS,
            "supplier_id": ["Haulier"] * EVENTS,
            "route_id": [f"R-{number % 40}" for number in numbers],
            "timestamp": [start + timedelta(seconds=int(number) * 10) for number in numbers],
            "vehicle_type": ["truck"] * EVENTS,
            "fuel_type": ["diesel"] * EVENTS,
            "distance_km": random.uniform(50, 150, EVENTS).round(2),
            "load_kg": load,
        }
    ).write_csv(path)
    return path


@contextmanager
def database(data_dir: Path) -> Iterator[psycopg.Connection]:
    """A look into the database a running engine serves."""
    with psycopg.connect(EmbeddedPostgres(data_dir).url, autocommit=True) as connection:
        yield connection


def one(data_dir: Path, query: str) -> tuple[Any, ...]:
    with database(data_dir) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def assert_exact(data_dir: Path, events: int = EVENTS) -> None:
    """Every event has one prediction, the rollups hold them all, and no hotspot or alert stands twice."""
    assert one(data_dir, LEDGER) == (events, events, events, events, events, 0)
    predicted, hourly, daily = one(data_dir, SUMS)
    assert hourly == pytest.approx(predicted, rel=1e-9)
    assert daily == pytest.approx(predicted, rel=1e-9)
    assert one(data_dir, DOUBLED) == (0, 0, 0)


def stored(data_dir: Path, events_csv: Path, *options: str) -> None:
    done = run(data_dir, "ingest", str(events_csv), *options)
    assert done.returncode == 0, done.stderr


def test_the_same_file_twice_through_a_running_server_stores_it_once(
    serve: Callable[..., Running], events_csv: Path
) -> None:
    server = serve("serve", "--no-worker")
    answers = []
    for _ in range(2):
        with events_csv.open("rb") as file:
            answer = server.post("/api/v1/ingest/csv", files={"file": ("trips.csv", file, "text/csv")})
        assert answer.status_code == 200, answer.text
        answers.append(answer.json())
        server.post("/hotspots/scan").raise_for_status()
    assert [answer["rows_stored"] for answer in answers] == [EVENTS, 0]
    assert [answer["rows_duplicate"] for answer in answers] == [0, EVENTS]
    assert_exact(server.data_dir)


def test_a_rescan_of_a_running_server_finds_nothing_new(serve: Callable[..., Running], events_csv: Path) -> None:
    server = serve("serve", "--no-worker", DETECTION_POLICY="ratio")
    stored(server.data_dir, events_csv, "--no-scan")
    first = server.post("/hotspots/scan").json()
    before = one(server.data_dir, "SELECT count(*), max(updated_at) FROM hotspots")
    again = server.post("/hotspots/scan").json()
    assert first["events_scanned"] == EVENTS
    assert first["hotspots_found"] == 40
    assert (again["events_scanned"], again["hotspots_found"], again["hotspots"]) == (0, 0, [])
    assert one(server.data_dir, "SELECT count(*), max(updated_at) FROM hotspots") == before
    assert_exact(server.data_dir)


def test_scans_of_two_processes_at_once_share_the_work(serve: Callable[..., Running], events_csv: Path) -> None:
    server = serve("serve", "--no-worker")
    stored(server.data_dir, events_csv, "--no-scan")
    with ThreadPoolExecutor() as pool:
        over_http = [pool.submit(server.post, "/hotspots/scan") for _ in range(2)]
        over_cli = [pool.submit(run, server.data_dir, "scan", "--json") for _ in range(2)]
        answers = [each.result() for each in over_http]
        commands = [each.result() for each in over_cli]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [command.returncode for command in commands] == [0, 0], [command.stderr for command in commands]
    assert_exact(server.data_dir)


def test_kill_9_of_everything_in_mid_scan_loses_and_doubles_nothing(
    serve: Callable[..., Running], events_csv: Path
) -> None:
    server = serve("serve", "--no-worker")
    stored(server.data_dir, events_csv, "--no-scan")
    with ThreadPoolExecutor() as pool, database(server.data_dir) as watching:
        scan = pool.submit(server.post, "/hotspots/scan")
        wait_until(lambda: watching.execute("SELECT 1 FROM predictions LIMIT 1").fetchone() is not None)
        server.kill_everything()
        assert scan.exception() is not None
    restarted = serve()  # with its worker: the timer's first scan takes what is left
    scanned = one(restarted.data_dir, "SELECT count(*) FROM predictions")[0]
    wait_until(lambda: one(restarted.data_dir, "SELECT count(*) FROM scan_backlog") == (0,))
    assert scanned >= 100_000
    assert_exact(restarted.data_dir)


def test_kill_9_in_mid_ingest_is_followed_by_the_rest_of_the_file(
    serve: Callable[..., Running], events_csv: Path
) -> None:
    server = serve("serve", "--no-worker")

    def upload() -> int:
        with events_csv.open("rb") as file:
            return server.post("/api/v1/ingest/csv", files={"file": ("trips.csv", file, "text/csv")}).status_code

    with ThreadPoolExecutor() as pool, database(server.data_dir) as watching:
        answer = pool.submit(upload)
        # one part is committed, the next one is on its way
        wait_until(lambda: watching.execute("SELECT 1 FROM ingest_jobs WHERE parts_done = 1").fetchone() is not None)
        server.kill_everything()
        assert answer.exception() is not None
    restarted = serve()  # nobody asks for it: its worker finds the file
    done = "SELECT status, rows_total, rows_processed, rows_stored, rows_rejected, rows_duplicate FROM ingest_jobs"
    wait_until(lambda: one(restarted.data_dir, done)[0] == "complete")
    assert one(restarted.data_dir, done) == ("complete", EVENTS, EVENTS, EVENTS, 0, 0)
    wait_until(lambda: one(restarted.data_dir, "SELECT count(*) FROM scan_backlog") == (0,))
    assert_exact(restarted.data_dir)
    assert list((restarted.data_dir / "uploads").iterdir()) == []


def test_kill_9_before_the_first_part_loses_no_upload_that_was_answered(
    serve: Callable[..., Running], events_csv: Path
) -> None:
    server = serve("serve", "--no-worker")
    with events_csv.open("rb") as file:
        answer = server.post("/api/v1/ingest/upload?wait=false", files={"file": ("trips.csv", file, "text/csv")})
    assert (answer.json()["status"], answer.json()["rows"]) == ("queued", 0)
    server.kill_everything()
    restarted = serve()
    wait_until(lambda: one(restarted.data_dir, "SELECT status FROM ingest_jobs") == ("complete",))
    wait_until(lambda: one(restarted.data_dir, "SELECT count(*) FROM scan_backlog") == (0,))
    assert_exact(restarted.data_dir)


def test_an_undone_file_leaves_nothing_and_can_be_sent_again(
    serve: Callable[..., Running], events_csv: Path, tmp_path: Path
) -> None:
    part, few = tmp_path / "few.csv", EVENTS // 10
    with events_csv.open() as whole:
        part.write_text("".join(islice(whole, few + 1)))
    server = serve("serve", "--no-worker")
    stored(server.data_dir, part)
    assert_exact(server.data_dir, few)
    job_id = server.get("/api/v1/ingest/jobs").json()[0]["job_id"]
    undone = server.post(f"/api/v1/ingest/jobs/{job_id}/undo")
    assert (undone.status_code, undone.json()["events"]) == (200, few), undone.text
    assert one(server.data_dir, LEDGER) == (0, 0, 0, None, None, 0)
    assert one(server.data_dir, "SELECT count(*) FROM hotspots WHERE status = 'active'") == (0,)
    assert one(server.data_dir, "SELECT count(*) FROM baselines WHERE sufficiency = 'ok'") == (0,)
    stored(server.data_dir, part)
    assert_exact(server.data_dir, few)
