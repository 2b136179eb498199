"""A second process as the ml-engine of a first one that scans: it is killed, hangs and talks nonsense in mid-scan."""

import itertools
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl
import pytest

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.predictions.client import BATCH_SECONDS, ROWS_PER_CALL
from tests.answering import Answer, Call, answering
from tests.e2e.conftest import Running, run, start
from tests.e2e.test_crash import assert_exact, database
from tests.e2e.test_remote_ml_engine import batch_calls, in_the_middle, serving_again

SCANNED = 40_000  # one batch of the scan, and eighteen calls
LATER = 300
ASKED, LATER_ASKED = SCANNED * 17 // 20, LATER * 17 // 20
UNAVAILABLE = "embedded (ml-engine unavailable)"
NONSENSE: tuple[Any, ...] = (
    b"<html>It works!</html>",
    {"results": [{"prediction": {"co2_kg": -1.0, "model_version": "v1"}}] * ROWS_PER_CALL},
    {"results": [{}] * ROWS_PER_CALL},
    {"results": []},
)
SOURCES = """
SELECT v.source, v.tier = 'T1', count(*) FROM predictions p LEFT JOIN provenances v ON v.id = p.provenance_id
WHERE p.event_id > %s GROUP BY 1, 2
"""
LABELS = """
SELECT DISTINCT v.source, v.tier, v.method, v.scope, v.model_version, v.factor_set, v.factor_id, p.model_version
FROM predictions p JOIN provenances v ON v.id = p.provenance_id
"""
BY_TYPE = "SELECT prediction_type, sum(predicted_co2) FROM predictions GROUP BY 1"


def rounds(count: int, seed: int) -> pl.DataFrame:
    """Trips of the last week, no two alike; of twenty events two are a meter's, and one trip's fuel is measured."""
    random, number = np.random.default_rng(seed), np.arange(count)
    kind = np.where(number % 10 == 9, 2, number % 2)
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)

    def of(*kinds: int, low: float, high: float) -> pl.Series:
        return pl.select(
            pl.when(pl.Series(np.isin(kind, kinds))).then(pl.Series(random.uniform(low, high, count).round(3)))
        ).to_series()

    return pl.DataFrame(
        {
            "external_id": [f"{seed}-{each}" for each in number],
            "supplier_id": "Haulier",
            "route_id": [f"R-{each % 40}" for each in number],
            "timestamp": [begin + timedelta(seconds=int(each) * 10) for each in number],
            "event_type": np.array(["logistics", "delivery", "factory"])[kind],
            "vehicle_type": np.array(["truck", "van", None])[kind],
            "fuel_type": np.array(["diesel", "diesel", None])[kind],
            "distance_km": of(0, 1, low=5, high=800),
            "load_kg": of(0, low=100, high=20_000),
            "speed": of(0, low=30, high=80),
            "traffic_score": of(1, low=1, high=10),
            "energy_kwh": of(2, low=10, high=9000),
            "fuel_litres": pl.select(
                pl.when(pl.Series(number % 20 == 0)).then(pl.Series(random.uniform(5, 90, count).round(2)))
            ).to_series(),
        }
    )


@dataclass
class Scanning:
    """A first process, which scans with the ml-engine at `engine_url`."""

    server: Running
    engine_url: str
    stored: int = 0

    def store(self, events: pl.DataFrame) -> None:
        answer = self.server.post("/api/v1/ingest/csv", files={"file": ("r.csv", events.write_csv(), "text/csv")})
        assert answer.json()["rows_stored"] == events.height, answer.text
        self.stored += events.height

    def scan(self) -> float:
        """Scan what waits; the seconds it took."""
        started = time.monotonic()
        answer = httpx.post(f"{self.server.url}/hotspots/scan", timeout=3 * BATCH_SECONDS)
        assert answer.status_code == 200, answer.text
        return time.monotonic() - started

    def sources(self, of_the_last: int) -> dict[str, int]:
        """How many of the last estimates are whose. Measured ones are always ours, and not counted."""
        assert_exact(self.server.data_dir, self.stored)
        with database(self.server.data_dir) as connection:
            found = connection.execute(SOURCES, (self.stored - of_the_last,)).fetchall()
        assert sum(count for _, _, count in found) == of_the_last
        measured = {(source, count) for source, is_measured, count in found if is_measured}
        assert measured == {("embedded", of_the_last * 3 // 20)}
        return {source: count for source, is_measured, count in found if not is_measured}

    def sources_of_later_events(self, seed: int) -> dict[str, int]:
        """Of events that a process of its own stores and scans: one that has met no failure yet."""
        path = self.server.data_dir / "later.csv"
        rounds(LATER, seed).write_csv(path)
        done = run(self.server.data_dir, "ingest", str(path), ML_ENGINE_URL=self.engine_url)
        assert done.returncode == 0, done.stderr
        self.stored += LATER
        return self.sources(of_the_last=LATER)


@pytest.fixture
def engine_process(short_dir: Path) -> Iterator[Running]:
    """The second process, with a database of its own."""
    running = start(short_dir / f"engine-{time.monotonic_ns()}", "serve", "--no-worker")
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGCONT)
        running.kill_everything()


@pytest.fixture
def first(serve: Callable[..., Running], engine_process: Running) -> Scanning:
    """The first process, with a database of its own too."""
    return Scanning(serve("serve", "--no-worker", ML_ENGINE_URL=engine_process.url), engine_process.url)


def calls_of(engine_process: Running) -> float:
    return batch_calls(engine_process.get("/metrics").text)


async def in_mid_scan(first: Scanning, engine_process: Running, happens: Callable[[], object]) -> float:
    """Let something happen to the second process while the first one scans; the seconds the scan took."""
    before = calls_of(engine_process)
    with ThreadPoolExecutor() as pool:
        scan = pool.submit(first.scan)
        await in_the_middle(engine_process.url, before)
        happens()
        return scan.result()


def assert_partly(found: dict[str, int]) -> None:
    """Some were answered, and all others stayed here and say so."""
    assert found.keys() == {"ml-engine", UNAVAILABLE}
    assert sum(found.values()) == ASKED


async def test_asked_once_then_killed_in_mid_scan_then_back(first: Scanning, engine_process: Running) -> None:
    events = rounds(SCANNED, seed=1)
    first.store(events)
    first.scan()
    assert first.sources(of_the_last=SCANNED) == {"ml-engine": ASKED}
    expected = estimate(events).with_columns(events["event_type"]).group_by("event_type").agg(pl.sum("co2e_kg"))
    with database(first.server.data_dir) as connection:
        labels = connection.execute(LABELS).fetchall()
        sums = dict(connection.execute(BY_TYPE).fetchall())
    assert sums == pytest.approx(dict(expected.rows()), rel=1e-9)
    engine_s = {label[1:] for label in labels if label[0] == "ml-engine"}
    assert engine_s == {
        ("T2", "trip.fuel-model.1", 1, "desnz-2025.2", None, factor_id, "desnz-2025.2")
        for factor_id in ("desnz-2025/hgv-average/0-percent-laden/km", "desnz-2025/van-average/diesel/km")
    }
    calls = calls_of(engine_process)
    first.store(events.with_columns(pl.format("again-{}", "external_id").alias("external_id")))
    first.scan()
    assert first.sources(of_the_last=SCANNED) == {"ml-engine": ASKED}
    assert calls_of(engine_process) - calls == 2  # one event of each type
    first.store(rounds(SCANNED, seed=2))
    seconds = await in_mid_scan(first, engine_process, engine_process.kill_everything)
    assert seconds < BATCH_SECONDS
    assert_partly(first.sources(of_the_last=SCANNED))
    with serving_again(engine_process):
        assert first.sources_of_later_events(seed=3) == {"ml-engine": LATER_ASKED}


async def test_hung_in_mid_scan_then_back(first: Scanning, engine_process: Running) -> None:
    first.store(rounds(SCANNED, seed=1))
    seconds = await in_mid_scan(first, engine_process, lambda: engine_process.process.send_signal(signal.SIGSTOP))
    assert seconds < BATCH_SECONDS
    assert_partly(first.sources(of_the_last=SCANNED))
    engine_process.process.send_signal(signal.SIGCONT)
    assert first.sources_of_later_events(seed=2) == {"ml-engine": LATER_ASKED}


def test_talking_nonsense_in_mid_scan(serve: Callable[..., Running], engine_process: Running) -> None:
    calls = itertools.count()

    def turning_mad(call: Call) -> Answer:
        """What the second process answers, until its fourth call."""
        if (number := next(calls)) >= 3:
            return Answer(NONSENSE[number % len(NONSENSE)])
        answer = engine_process.post(call.path, content=call.body, headers={"Content-Type": "application/json"})
        return Answer(answer.content, answer.status_code)

    with answering(turning_mad) as between:
        first = Scanning(serve("serve", "--no-worker", ML_ENGINE_URL=between.url), engine_process.url)
        first.store(rounds(SCANNED, seed=1))
        assert first.scan() < BATCH_SECONDS
    assert first.sources(of_the_last=SCANNED) == {
        "ml-engine": 3 * ROWS_PER_CALL,
        UNAVAILABLE: ASKED - 3 * ROWS_PER_CALL,
    }
