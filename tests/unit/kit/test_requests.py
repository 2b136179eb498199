"""Around every request: its id, its log line, its metrics, the bound on its body. No database is needed for that."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from loguru import logger
from prometheus_client import REGISTRY

from carbon_nexus.app import create_app
from carbon_nexus.kit import requests
from carbon_nexus.kit.logs import configure_logs, request_id
from carbon_nexus.settings import Settings

SECRET = "hunter2-of-the-database"
NO_DATABASE = f"postgresql://someone:{SECRET}@127.0.0.1:1/none"  # nothing listens on port 1
Log = Callable[[], str]
SHAPE = {"detail", "code", "remedy"}


@pytest.fixture
def app() -> FastAPI:
    made = create_app(Settings(_env_file=None, carbon_nexus_data_dir=Path("unused")), NO_DATABASE)

    @made.get("/broken/{number}")
    async def broken(number: int) -> None:
        raise RuntimeError(f"broken {number}")

    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
            yield made


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """What the log file of a process that logs everything holds by now."""
    path = tmp_path / "logs" / "test.log"
    configure_logs("TRACE", file=path)
    yield path.read_text
    logger.remove()


def counted(method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("carbon_nexus_requests_total", labels) or 0.0


def labels_of(name: str) -> set[str]:
    """All values of a label of the request counter."""
    return {
        sample.labels[name]
        for metric in REGISTRY.collect()
        if metric.name == "carbon_nexus_requests"
        for sample in metric.samples
        if name in sample.labels
    }


@pytest.mark.parametrize("given", ["a", "0", "req-42", "A" * 64, "0f8fad5b-d9cb-469f-a165-70867728950e"])
async def test_a_callers_request_id_is_taken(client: httpx.AsyncClient, given: str) -> None:
    assert (await client.get("/", headers={"X-Request-ID": given})).headers["x-request-id"] == given


@pytest.mark.parametrize("given", [None, "", "-", "A" * 65, "a b", "a\tb", "a_b", "a;b", "<a>", "é", "²", "a\x1b[31m"])
async def test_another_one_is_made_when_it_could_do_harm(client: httpx.AsyncClient, given: str | None) -> None:
    headers = [] if given is None else [(b"X-Request-ID", given.encode())]
    answers = [await client.get("/", headers=headers) for _ in range(2)]
    made = [answer.headers["x-request-id"] for answer in answers]
    assert all(re.fullmatch(r"[0-9a-f]{16}", each) for each in made)
    assert made[0] != made[1]


async def test_the_id_is_on_every_answer_and_on_every_line_of_its_request(client: httpx.AsyncClient, log: Log) -> None:
    for number, path in enumerate(["/", "/no-such-path", "/hotspots", "/broken/1"]):
        answer = await client.get(path, headers={"X-Request-ID": f"id-{number}"})
        assert answer.headers["x-request-id"] == f"id-{number}"
    logger.info("between requests")
    lines = [line for line in log().splitlines() if line.count(" | ") == 3]
    by_id = [line.split(" | ")[2] for line in lines]
    # the outage and the failure have a line of their own beside that of the request
    assert by_id == ["id-0", "id-1", "id-2", "id-2", "id-3", "id-3", "-"]
    assert request_id.get() == "-"


async def test_a_line_has_method_path_status_and_time(client: httpx.AsyncClient, log: Log) -> None:
    await client.get("/no-such-path?secret=1")
    assert re.search(r"INFO +\| \w+ \| [\w.]+: GET /no-such-path 404 \d+\.\d ms$", log().strip())


async def test_a_path_cannot_forge_a_log_line(client: httpx.AsyncClient, log: Log) -> None:
    await client.get("/x%0A2026-01-01 00:00:00.000 | INFO     | - | forged: line%1B[31m")
    assert len(log().splitlines()) == 1
    assert "\x1b" not in log()


async def test_a_failure_of_ours_is_a_500_in_the_one_shape_and_a_traceback_in_the_log(
    client: httpx.AsyncClient, log: Log
) -> None:
    before = counted("GET", "/broken/{number}", 500)
    answer = await client.get("/broken/1", headers={"X-Request-ID": "id-1"})
    assert answer.status_code == 500
    assert set(answer.json()) == SHAPE
    assert answer.json()["code"] == "internal"
    assert "id-1" in answer.json()["remedy"]  # so that the log line can be found
    assert "broken" not in answer.text
    assert "RuntimeError: broken 1" in log()
    assert counted("GET", "/broken/{number}", 500) == before + 1


async def test_an_outage_is_a_503_and_tells_the_password_to_nobody(client: httpx.AsyncClient, log: Log) -> None:
    for path in ("/health", "/hotspots", "/metrics", "/emissions/current"):
        answer = await client.get(path)
        assert answer.status_code == 503
        assert set(answer.json()) == SHAPE
        assert SECRET not in answer.text
    assert "does not answer" in log()
    assert SECRET not in log()


async def test_the_route_label_is_the_template_and_unknown_paths_share_one(client: httpx.AsyncClient) -> None:
    before, template = counted("GET", "unmatched", 404), "/recommendations/{rec_id}/approve"
    decided = counted("POST", template, 503)
    for number in range(1, 6):
        await client.get(f"/no-such-path/{number}")
        await client.post(f"/recommendations/{number}/approve")
    assert counted("GET", "unmatched", 404) == before + 5
    assert counted("POST", template, 503) == decided + 5
    assert not [
        route for route in labels_of("route") if re.search(r"\d{1,}", route.replace("/api/v1", "").replace("7d", ""))
    ]


async def test_invented_methods_share_one_label(client: httpx.AsyncClient) -> None:
    for number in range(5):
        assert (await client.request(f"INVENTED{number}", "/")).status_code == 405
    assert not [method for method in labels_of("method") if method.startswith("INVENTED")]


async def test_a_body_over_the_limit_is_413_in_the_one_shape(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "LARGEST_BODY_BYTES", 2**20)
    monkeypatch.setattr(requests, "LARGEST_UPLOAD_BYTES", 2**20)
    too_large = b"x" * (2**20 + 1)

    async def in_parts() -> AsyncIterator[bytes]:  # without a Content-Length
        for start in range(0, len(too_large), 2**18):
            yield too_large[start : start + 2**18]

    as_json = {"Content-Type": "application/json"}
    answers = [
        await client.post("/simulate", content=too_large, headers=as_json),
        await client.post("/simulate", content=in_parts(), headers=as_json),
        await client.post("/api/v1/ingest/csv", files={"file": ("a.csv", too_large, "text/csv")}),
    ]
    for answer in answers:
        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"
        assert answer.json()["detail"] == "The body is larger than 1 MB."
        assert set(answer.json()) == SHAPE


async def test_a_body_of_just_the_limit_passes(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"history": [1, 2, 3]}'
    monkeypatch.setattr(requests, "LARGEST_BODY_BYTES", len(body))
    headers = {"Content-Type": "application/json"}
    assert (await client.post("/api/v1/forecast/7d", content=body, headers=headers)).status_code == 200
    assert (await client.post("/api/v1/forecast/7d", content=body + b" ", headers=headers)).status_code == 413


async def test_a_declared_length_over_the_limit_is_refused_before_the_body_is_read(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "LARGEST_BODY_BYTES", 2**20)

    async def never_read() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    headers = {"Content-Type": "application/json", "Content-Length": str(2**40)}
    answer = await client.post("/simulate", content=never_read(), headers=headers)
    assert answer.status_code == 413
