"""`carbon-nexus smoke`: every documented endpoint is tried, broken promises are seen, nothing is left behind."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from carbon_nexus.errors import InvalidInput
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.cases import every_case
from carbon_nexus.operations.smoke import try_every_endpoint
from tests.e2e.conftest import Running, run, start

KEY = "a-key-that-is-long-enough"


@pytest.fixture(scope="module")
def server(short_dir: Path) -> Iterator[Running]:
    """An empty server that asks for a key."""
    running = start(short_dir / "smoke", "serve", "--no-worker", API_KEYS=KEY)
    yield running
    running.stop()


def test_it_tries_every_documented_endpoint_and_leaves_nothing_behind(server: Running) -> None:
    trials = list(try_every_endpoint(server.url, KEY))
    assert [trial for trial in trials if not trial.passed] == []
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {KEY}"}) as client:
        paths = client.get("/openapi.json").json()["paths"]
        documented = sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)
        assert sorted(trial.endpoint for trial in trials) == documented
        assert client.get("/api/v1/ingest/jobs").json() == []
        assert client.get("/emissions/summary").json()["event_count"] == 0


def test_the_command_prints_every_trial_and_fails_when_one_does(server: Running, data_dir: Path) -> None:
    fine = run(data_dir, "smoke", server.url, "--json", CARBON_NEXUS_KEY=KEY)
    assert fine.returncode == 0, fine.stdout
    assert len(json.loads(fine.stdout)["trials"]) == len(list(every_case()))
    refused = run(data_dir, "smoke", server.url)
    assert refused.returncode == 1
    assert "GET /health" in refused.stdout
    assert "expected 200, got 401" in refused.stdout


def test_nothing_listens_there() -> None:
    (trial,) = try_every_endpoint("http://127.0.0.1:9", None)
    assert not trial.passed
    assert (trial.status, trial.ms) == (None, None)
    assert "cannot connect to http://127.0.0.1:9" in trial.remark


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://example.com", "http://", "http://host:port", ""])
def test_no_address(url: str) -> None:
    with pytest.raises(InvalidInput, match="is no address of a server"):
        list(try_every_endpoint(url, None))


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        (b'{"status":"healthy","service":"orchestration-engine"}', "a promised field is absent"),
        (
            b'{"status":"healthy","service":"orchestration-engine","version":1}',
            "version: Input should be a valid string",
        ),
        (b"<html>", "the answer: Invalid JSON"),
        (b"[]", "the answer: Input should be"),
    ],
)
def test_an_answer_that_breaks_the_promise_is_seen(body: bytes, remark: str, other_service: str) -> None:
    Other.body = body
    health = next(iter(try_every_endpoint(other_service, None)))
    assert (health.endpoint, health.result, health.status) == ("GET /health", "failed", 200)
    assert health.remark.startswith(remark)


def test_another_service_passes_nothing(other_service: str) -> None:
    Other.body = b"{}"
    trials = list(try_every_endpoint(other_service, None))
    assert [trial.endpoint for trial in trials] == [case.endpoint for case in every_case()]
    assert not any(trial.passed for trial in trials)


def test_cases_that_could_change_something_expect_a_refusal() -> None:
    harmless = ("/predict/", "/batch", "/forecast/", "/simulate", "/hotspots/scan", "/trigger-analysis")
    looking = ("/preview", "/hotspots/backtest", "/rules/apply")  # the last with dry_run
    dry = "/ingest/fill"  # tried without storing, and on an entity that there is not

    def could_change(case: Case) -> bool:
        return case.method != "GET" and not any(part in case.path for part in (*harmless, *looking, dry))

    changing = [case for case in every_case() if could_change(case)]
    assert len(changing) == 56
    assert {case.status for case in changing} == {404, 422}


class Other(BaseHTTPRequestHandler):
    """Some other service: answers whatever it is asked with 200 and the same bytes."""

    body = b""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def other_service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
