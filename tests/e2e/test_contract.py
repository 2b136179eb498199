"""The contract: whoever talked to the original services gets an answer of the same shape, and an honest one.

Every recorded request is sent to a running server. The second half holds what the original answered wrongly.
"""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from carbon_nexus.db.embedded import EmbeddedPostgres
from tests.contract.deviations import DIFFERENT, DROPPED_PREFIXES, Deviation
from tests.contract.events import MISSING_COLUMNS, NO_CSV, shipments
from tests.contract.recordings import Recording, differing, recordings
from tests.e2e.conftest import Running, start

RECORDED = {recording.name: recording for recording in recordings()}
DOCUMENTS = [name for name in RECORDED if name.endswith(".openapi")]
EMPTY = [name for name in RECORDED if ".empty." in name]
LIVED_IN = [name for name in RECORDED if name not in DOCUMENTS and name not in EMPTY]

SUPPLIERS = ("GreenTech_Industries", "Northwind_Freight", "Umbra_Transport")
RECORDED_JOB = "c7294758-1f0a-4359-b016-3f597b23eb6a"
RECORDED_DECISIONS = ("/recommendations/3/", "/recommendations/2/")
SCANS = {"orch.hotspots_scan": "/hotspots/scan", "orch.trigger_analysis": "/trigger-analysis"}
NEEDS_NO_DATABASE = ("/", "/api/v1/health")
LIBRARY = ("/factors", "/grid-regions")  # packaged: no database either
NO_SUCH, NO_NUMBER = "no-such-thing", 2**62
PATIENCE_SECONDS = 60
HANGS_SECONDS = 10  # twice what connecting to a database may take

_new_suppliers = (f"Supplier_{number}" for number in itertools.count(1))


def now() -> datetime:
    return datetime.now(UTC)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what} within {PATIENCE_SECONDS} s"
        time.sleep(0.05)


def ingest(server: httpx.Client, content: bytes) -> dict[str, Any]:
    answer = server.post("/api/v1/ingest/csv", files={"file": ("shipments.csv", content)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ingest_something_to_find(server: httpx.Client) -> bytes:
    """Stores shipments of a supplier never seen before, which no scan has looked at, and returns the file."""
    content = shipments(now(), next(_new_suppliers))
    ingest(server, content)
    return content


@contextmanager
def serving(data_dir: Path, *options: str) -> Iterator[httpx.Client]:
    """A client of a server on this data directory, for as long as the context is open."""
    server = start(data_dir, "serve", *options, DETECTION_POLICY="ratio")
    try:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            yield client
    finally:
        server.stop()


@pytest.fixture(scope="module")
def empty(short_dir: Path) -> Iterator[httpx.Client]:
    """A server on which nothing ever happened."""
    with serving(short_dir / "empty", "--no-worker") as client:
        yield client


@pytest.fixture(scope="module")
def lived(short_dir: Path) -> Iterator[httpx.Client]:
    """A server with three weeks of events, their hotspots, alerts and recommendations.

    Its own worker makes the recommendations; then it starts anew without one, so that nothing changes by itself.
    """
    with serving(short_dir / "lived") as client:
        for supplier in SUPPLIERS:
            ingest(client, shipments(now(), supplier, count=42, broken_row=True))
        assert client.post("/hotspots/scan").status_code == 200
        wait_until(lambda: _recommended_for(client) == set(SUPPLIERS), "the worker proposes something for each")
    with serving(short_dir / "lived", "--no-worker") as client:
        yield client


def _recommended_for(client: httpx.Client) -> set[str]:
    return {recommendation["supplier_id"] for recommendation in client.get("/recommendations?limit=500").json()}


# --- every recorded request -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EMPTY)
def test_a_recorded_request_to_an_empty_system(name: str, empty: httpx.Client) -> None:
    hold(RECORDED[name], send(empty, RECORDED[name]))


@pytest.mark.parametrize("name", LIVED_IN)
def test_a_recorded_request(name: str, lived: httpx.Client) -> None:
    if name in SCANS:
        ingest_something_to_find(lived)
    hold(RECORDED[name], send(lived, RECORDED[name]))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_recorded_endpoint_exists_with_its_parameters(name: str, empty: httpx.Client) -> None:
    recorded, ours = (set(_endpoints(each)) for each in (RECORDED[name].answer, empty.get("/openapi.json").json()))
    missing = {endpoint for endpoint in recorded - ours if not endpoint[1].startswith(tuple(DROPPED_PREFIXES))}
    assert missing == set()


def test_deviations_are_of_recordings_and_have_a_reason() -> None:
    assert set(DIFFERENT) <= set(EMPTY + LIVED_IN)
    assert all(deviation.reason.strip() for deviation in DIFFERENT.values())


def send(server: httpx.Client, recording: Recording) -> httpx.Response:
    files = {field: (name, _file(name)) for field, name in recording.files.items()}
    url = _with_ids_that_exist(server, recording.url)
    return server.request(recording.method, url, files=files or None, **recording.sent)


def hold(recording: Recording, answer: httpx.Response) -> None:
    expected = DIFFERENT.get(recording.name, Deviation(recording.status, frozenset(), ""))
    assert answer.status_code == expected.status, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == recording.media_type
    if recording.media_type == "application/json":
        assert set(differing(recording.answer, answer.json())) == expected.paths, answer.text
        assert not answer.is_error or set(answer.json()) == {"detail", "code", "remedy"}


def _file(name: str) -> bytes:
    """A file of the recorded name: good ones have one row that must be rejected, as the original's own had."""
    if name == "x.csv":
        return MISSING_COLUMNS
    return NO_CSV if name == "x.txt" else shipments(now(), next(_new_suppliers), broken_row=True)


def _with_ids_that_exist(server: httpx.Client, url: str) -> str:
    if RECORDED_JOB in url:
        return url.replace(RECORDED_JOB, server.get("/api/v1/ingest/jobs").json()[0]["job_id"])
    for recorded in RECORDED_DECISIONS:
        if recorded in url:
            return url.replace(recorded, f"/recommendations/{a_pending_id(server)}/")
    return url


def a_pending_id(server: httpx.Client) -> int:
    return int(server.get("/recommendations/pending").json()[0]["id"])


def _endpoints(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Method and path of each endpoint, alone and with each of its parameters."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            yield method, path, ""
            for parameter in described.get("parameters", []):
                yield method, path, parameter["name"]


# --- what the original answered wrongly -------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_on_an_unknown_recommendation_is_404(decision: str, lived: httpx.Client) -> None:
    before = lived.get("/recommendations/stats").json()
    answer = lived.post(f"/recommendations/99999999/{decision}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert lived.get("/recommendations/stats").json() == before


@pytest.mark.parametrize("second", ["approve", "reject"])
def test_a_second_decision_is_409_and_changes_nothing(second: str, lived: httpx.Client) -> None:
    rec_id = a_pending_id(lived)
    assert lived.post(f"/recommendations/{rec_id}/approve", json={"notes": "go"}).status_code == 200
    answer = lived.post(f"/recommendations/{rec_id}/{second}", json={"notes": "on second thought"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    (kept,) = [each for each in lived.get("/recommendations?limit=500").json() if each["id"] == rec_id]
    assert (kept["status"], kept["decision_notes"]) == ("approved", "go")


def test_scanning_again_finds_nothing_new(lived: httpx.Client) -> None:
    content = ingest_something_to_find(lived)
    assert lived.post("/hotspots/scan").json()["hotspots_found"] == 1
    before = _counts(lived)
    assert ingest(lived, content)["rows_stored"] == 0
    again = lived.post("/hotspots/scan").json()
    assert (again["hotspots_found"], again["hotspots"], again["events_scanned"]) == (0, [], 0)
    analysis = lived.post("/trigger-analysis").json()
    assert (analysis["hotspots_detected"], analysis["predictions_generated"], analysis["hotspots"]) == (0, 0, [])
    assert _counts(lived) == before


def _counts(server: httpx.Client) -> list[Any]:
    paths = ("/hotspots/stats", "/alerts/stats", "/recommendations/stats", "/emissions/summary")
    return [server.get(path).json() for path in paths]


def test_only_pages_of_the_configured_origins_may_read_answers(empty: httpx.Client) -> None:
    answer = empty.get("/health", headers={"Origin": "https://evil.example", "Cookie": "a=b"})
    assert not [name for name in answer.headers if name.startswith("access-control-allow")]
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    own = empty.options("/hotspots", headers=asked)
    assert (own.status_code, own.headers["Access-Control-Allow-Origin"]) == (200, "http://localhost:3000")


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "largest"),
    [
        ("/hotspots?", 100),
        ("/hotspots?status=active&", 100),
        ("/alerts?", 100),
        ("/alerts?level=critical&", 100),
        ("/alerts/critical?", 50),
        ("/recommendations?", 500),
        ("/recommendations?status=pending&", 500),
        ("/recommendations/pending?", 500),
        ("/api/v1/ingest/jobs?", 100),
    ],
)
@pytest.mark.parametrize("limit", [1, 2])
def test_a_list_can_be_walked_without_gap_or_repeat(path: str, largest: int, limit: int, lived: httpx.Client) -> None:
    whole = lived.get(f"{path}limit={largest}")
    ids = [row["id"] for row in whole.json()]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) >= len(SUPPLIERS)
    pages = list(_pages(lived, f"{path}limit={limit}"))
    assert [row["id"] for page in pages for row in page.json()] == ids
    assert {page.headers["X-Total-Count"] for page in (*pages, whole)} == {str(len(ids))}
    assert "X-Next-Cursor" not in whole.headers


def _pages(server: httpx.Client, path: str) -> Iterator[httpx.Response]:
    page = server.get(path)
    yield page
    while cursor := page.headers.get("X-Next-Cursor"):
        page = server.get(f"{path}&cursor={cursor}")
        yield page


# --- the database goes and comes back ---------------------------------------------------------------------------------


def test_without_its_database_the_server_says_so_and_recovers(short_dir: Path, serve: Callable[..., Running]) -> None:
    with EmbeddedPostgres(short_dir / "outage") as postgres:
        # libpq takes the socket directory of the query; a host before the path is what the setting's check asks for
        url = postgres.url.replace("@/", "@localhost/")
        with httpx.Client(base_url=serve(DATABASE_URL=url).url, timeout=HANGS_SECONDS) as client:
            asked = _asked_of_the_database(client)
            assert [client.get(path).status_code for path in asked] == [_usual(path) for path in asked]
            postgres.stop()
            for path in asked:
                _assert_unavailable(client.get(path), path)
            for path in (*SCANS.values(), "/recommendations/1/approve"):
                _assert_unavailable(client.post(path), path)
            sent = client.post("/api/v1/ingest/csv", files={"file": ("a.csv", shipments(now(), SUPPLIERS[0]))})
            _assert_unavailable(sent, "/api/v1/ingest/csv")
            assert {client.get(path).status_code for path in NEEDS_NO_DATABASE} == {200}
            postgres.start()
            wait_until(lambda: client.get("/health").status_code == 200, "the server recovers")
            assert [client.get(path).status_code for path in asked] == [_usual(path) for path in asked]


def _asked_of_the_database(client: httpx.Client) -> list[str]:
    """Every GET the server documents, with ids that do not exist, but those that need no database."""
    documented = client.get("/openapi.json").json()["paths"]
    gets = [path for path, methods in documented.items() if "get" in methods and path not in NEEDS_NO_DATABASE]
    return [_with_ids_of_nothing(path) for path in gets if not path.startswith(LIBRARY)]


def _with_ids_of_nothing(path: str) -> str:
    numbered = r"{(prediction|entry|alert|baseline|silence|delivery|hotspot|rec|document|scenario|target)_id}"
    path = path.replace("/documents/search", "/documents/search?q=load")
    path = path.replace("/hotspots/sparks", "/hotspots/sparks?id=1")
    path = path.replace("/scenarios/compare", f"/scenarios/compare?ids={NO_NUMBER},{NO_NUMBER - 1}")
    path = re.sub(numbered, str(NO_NUMBER), path).replace("{entity_type}", "route")
    return re.sub(r"{\w+}", NO_SUCH, path)


def _usual(path: str) -> int:
    return 404 if NO_SUCH in path or str(NO_NUMBER) in path else 200


def _assert_unavailable(answer: httpx.Response, path: str) -> None:
    assert (answer.status_code, answer.json().get("code")) == (503, "unavailable"), f"{path}: {answer.text}"
