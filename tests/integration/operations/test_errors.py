"""Whatever a caller sends: an answer below 500, and every refusal in the one shape the documentation promises."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import hotspots, recommendations
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.cases import every_case
from tests.conftest import NOW

SHAPE = {"detail", "code", "remedy"}
JSON = "application/json"
GOOD = {case.endpoint: case for case in every_case()}
SMALL_BODIES = [
    b"", b" ", b"{", b"}", b"null", b"true", b"0", b'""', b"[]", b"{}", b"[{}]", b"[[]]", b"\xff\xfe", b"\x00",
    b'"\\ud800"', b'{"\\ud800": "\\udfff"}', b"NaN", b"[NaN]", b'{"x": Infinity}', b"1e999", b"-1e999",
    b"9" * 400, b"9" * 5000, b'{"a": 1, "a": 2}', b"'{}'", b"\xef\xbb\xbf{}", '{"é": "\u0000"}'.encode(),
]  # fmt: skip
DEEP_BODIES = [
    opening * depth + inner + closing * depth
    for opening, inner, closing in [(b"[", b"", b"]"), (b'{"a":', b"1", b"}")]
    for depth in (50, 500, 900, 5_000, 100_000)
]
POISON: list[Any] = [
    None, True, "", " ", "\x00", "\ud800", "a\udfffb", "😀" * 300, "9" * 400, "NaN", "1e999", "-0", "²",
    2**31, 2**63, -(2**63) - 1, 10**400, -1, 0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf"),
    [], {}, [[]], {"a": {"b": [1]}}, ["x"] * 300, "2026-02-30T25:61:00Z", "0001-01-01", "9999-12-31T23:59:59-14:00",
]  # fmt: skip
CONTENT_TYPES = [
    "", "text/plain", "application/xml", "application/json; charset=utf-16", "application/x-www-form-urlencoded",
    "multipart/form-data", 'multipart/form-data; boundary="', "multipart/form-data; boundary=x", "garbage", "/",
]  # fmt: skip


def posts(app: FastAPI) -> list[str]:
    """The path of every documented POST, ids filled in."""
    return [path.replace("{rec_id}", "1") for path, methods in app.openapi()["paths"].items() if "post" in methods]


def wrong(answer: httpx.Response, sent: object) -> list[tuple[str, int, str, str]]:
    """Why the answer is not one of ours; empty when it is."""
    told = [(answer.request.url.path, answer.status_code, answer.text[:200], repr(sent)[:80])]
    if answer.status_code < 400:
        return []
    if answer.status_code >= 500:
        return told
    body = answer.json()
    return [] if set(body) == SHAPE and body["detail"] and re.fullmatch("[a-z_]+", body["code"]) else told


def poisoned(value: Any, poison: Any) -> Iterator[Any]:
    """Copies of `value`, each with one of its leaves replaced or one key more."""
    yield poison
    if isinstance(value, dict):
        yield value | {"unheard_of": poison}
        for name, item in value.items():
            yield from (value | {name: worse} for worse in poisoned(item, poison))
    elif isinstance(value, list):
        for worse in poisoned(value[0], poison) if value else ():
            yield [worse, *value[1:]]


async def pending_recommendation(engine: AsyncEngine) -> None:
    """Recommendation 1, so that a decision on it gets as far as storing its notes."""
    subject = {"entity": "R-1", "entity_type": "route", "event_type": "logistics", "severity": "warn"}
    numbers = {"predicted_co2": 2.0, "baseline_co2": 1.0, "percent_above": 100.0, "event_id": 1, "event_count": 1}
    words = {"supplier_id": "S", "measure_id": "M", "title": "Do it", "description": "Like this."}
    async with engine.begin() as connection:
        made = insert(hotspots).values(**subject, **numbers, first_event_at=NOW, last_event_at=NOW)
        hotspot_id = await connection.scalar(made.returning(hotspots.c.id))
        await connection.execute(insert(recommendations).values(**words, hotspot_id=hotspot_id))


async def test_bodies_that_are_no_good_anywhere(app: FastAPI, client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await pending_recommendation(engine)
    found = []
    for path in posts(app):
        for body in (*SMALL_BODIES, *DEEP_BODIES):
            found += wrong(await client.post(path, content=body, headers={"Content-Type": JSON}), body[:40])
    assert found == []


async def test_content_types_that_are_no_good_anywhere(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = []
    for path in posts(app):
        for content_type in CONTENT_TYPES:
            for body in (
                b"",
                b"{}",
                b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n1\r\n--x',
            ):
                found += wrong(
                    await client.post(path, content=body, headers={"Content-Type": content_type}), content_type
                )
    assert found == []


DECISION = Case("POST", "/recommendations/{rec_id}/approve", None, of={"rec_id": 1}, sent={"json": {"notes": "seen"}})
EVENT = {
    "event_type": "logistics", "supplier_id": "S", "timestamp": "2026-03-01T00:00:00Z", "external_id": "e",
    "route_id": "R", "vehicle_type": "truck", "fuel_type": "diesel", "distance_km": 1.5, "load_kg": 2, "stop_events": 1,
}  # fmt: skip
STORED = Case("POST", "/api/v1/ingest/event", None, sent={"json": EVENT})
WITH_JSON = [DECISION, STORED, *(case for case in GOOD.values() if case.sent.get("json"))]


@pytest.mark.parametrize("case", WITH_JSON, ids=lambda case: case.path)
async def test_good_requests_with_one_bad_value(client: httpx.AsyncClient, engine: AsyncEngine, case: Case) -> None:
    await pending_recommendation(engine)
    path, found, sent = case.path.format(**case.of), [], 0
    for poison in POISON:
        for body in poisoned(case.sent["json"], poison):
            content = json.dumps(body).encode()  # as JSON has no NaN and no half surrogates, this is what others send
            found += wrong(await client.post(path, content=content, headers={"Content-Type": JSON}), poison)
            sent += 1
    assert found == []
    assert sent > len(POISON)


CSV = b"event_type,supplier_id,timestamp,energy_kwh\n"
FILES = [
    b"", b"\n", b"\x00", CSV, CSV + b"\x00,\x00,\x00,\x00\n", CSV + b"factory,S\xff,2026-03-01,1\n",
    b"\x1f\x8b", b"\x1f\x8b\x08\x00garbage", b"PK\x03\x04", b"\xff\xfe" + CSV, CSV[:-1] + b',"unclosed\n',
    CSV + b'"\n', CSV + b"factory,S\n", CSV + b"factory,S,2026-03-01,1,2,3\n", b",,,\n,,,\n", CSV * 2,
    CSV + b"factory,S,2026-03-01," + b"9" * 5000 + b"\n", CSV + b"factory," + b"S" * 100_000 + b",2026-03-01,1\n",
    b"event_type,event_type,supplier_id,timestamp\nfactory,factory,S,2026-03-01\n", b"a" * 10_000 + b"\n",
]  # fmt: skip
NAMES = ["a.csv", "", "a\x00.csv", "😀.csv", "../../x.csv", "a" * 3000 + ".csv", 'a".csv', "a\r\nb.csv"]


@pytest.mark.parametrize("path", ["/api/v1/ingest/csv", "/api/v1/ingest/upload"])
async def test_files_that_are_no_good(client: httpx.AsyncClient, path: str) -> None:
    found = []
    good = CSV + b"factory,S,2026-03-01,1\n"
    for name, content in [*(("a.csv", content) for content in FILES), *((name, good) for name in NAMES)]:
        found += wrong(await client.post(path, files={"file": (name, content, "text/csv")}), (name, content))
        found += wrong(await client.post(path, files={"other": (name, content)}), (name, content))
    raw_name = b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff\x00"\r\n\r\n' + good + b"\r\n--x--"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    found += wrong(await client.post(path, content=raw_name, headers=headers), raw_name)
    assert found == []


async def test_parameters_that_are_no_good(app: FastAPI, client: httpx.AsyncClient) -> None:
    values = [
        "%00",
        "%ED%A0%80",
        "%FF",
        "1%00",
        "-1",
        "0",
        "1e5",
        "9" * 30,
        "9" * 5000,
        "%F0%9F%98%80",
        "a" * 3000,
        "..%2F",
    ]
    found = []
    for path, methods in app.openapi()["paths"].items():
        for method, described in methods.items():
            names = [each["name"] for each in described.get("parameters", []) if each["in"] == "query"]
            for value in values:
                filled = re.sub(r"{\w+}", value, path)
                query = "&".join(f"{name}={value}" for name in names)
                found += wrong(await client.request(method.upper(), f"{filled}?{query}"), value)
    assert found == []


async def test_wrong_paths_and_methods(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert (await client.get("/nope")).json()["code"] == "not_found"
    for path, methods in app.openapi()["paths"].items():
        if "patch" in methods:
            continue
        answer = await client.patch(re.sub(r"{\w+}", "1", path))
        assert answer.status_code == 405
        assert answer.json()["code"] == "method_not_allowed"
        assert set(answer.json()) == SHAPE
        assert answer.headers["allow"]


def test_every_error_is_documented_in_the_one_shape(app: FastAPI) -> None:
    document = app.openapi()
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            told = {int(status): answer for status, answer in described["responses"].items()}
            expected = {
                503,
                500,
                *({422, 413} if method in ("post", "put") else ()),
                *(() if path == "/health" else (401,)),
            }
            assert expected <= told.keys(), (method, path)
            for status, answer in told.items():
                if status >= 400:
                    shape = answer["content"][JSON]["schema"]["$ref"].rsplit("/", 1)[1]
                    assert set(document["components"]["schemas"][shape]["required"]) == SHAPE, (method, path, status)
    for path in ("/recommendations/{rec_id}/approve", "/recommendations/{rec_id}/reject"):
        assert {"404", "409"} <= document["paths"][path]["post"]["responses"].keys()
    for path in ("/api/v1/ingest/status/{job_id}", "/api/v1/data-quality/{supplier_id}"):
        assert "404" in document["paths"][path]["get"]["responses"]
    assert "400" in document["paths"]["/simulate"]["post"]["responses"]
