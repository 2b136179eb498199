"""Whatever is sent: never a 500, never a partly stored row, accepted + rejected + duplicate = rows read."""

import gzip
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.activities.model import FIELDS
from tests.integration.ingests.conftest import one

HEAD = ["event_type", "supplier_id", "timestamp"]
NAMES = st.sampled_from([field.name for field in FIELDS]) | st.sampled_from(
    ["Distance (mi)", "Gewicht [t]", "energy_mwh"]
)
CELLS = st.one_of(
    st.text(max_size=10),
    st.sampled_from(
        ["logistics", "factory", "2026-03-01T08:00:00Z", "01.02.2026", "03/04/2026", "1.5", "1,5", "1.234,5"]
    ),
    st.sampled_from(["-3", "NaN", "", '"', "=1+1", "null", "artic_44t", "truk", "diesel", "2025-10-26 02:30", "\x00"]),
    st.floats().map(str),
    st.datetimes().map(str),
)
GOOD = ["factory", "S", "2026-03-01"]


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    header = [*HEAD, *draw(st.lists(NAMES | st.text(max_size=5), max_size=5))]
    cells = st.lists(CELLS, min_size=len(header) - 1, max_size=len(header) + 1)
    good = st.lists(CELLS, min_size=len(header) - 3, max_size=len(header) - 3).map(lambda rest: [*GOOD, *rest])
    rows = draw(st.lists(cells | good, max_size=8))
    text = "\n".join(draw(st.sampled_from(",;\t|")).join(row) for row in [header, *rows])
    encoding = draw(st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-8-sig"]))
    content = text.encode(encoding, "replace")
    return gzip.compress(content) if draw(st.booleans()) else content


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.dictionaries(NAMES | st.text(st.characters(), max_size=8), JSON | CELLS, max_size=8)
EVENTS = st.tuples(OBJECTS, st.booleans()).map(
    lambda drawn: dict(zip(HEAD, GOOD, strict=True)) | drawn[0] if drawn[1] else drawn[0]
)
BATCHES = st.lists(EVENTS | JSON, max_size=6).map(lambda events: json.dumps(events).encode())
LINES = st.lists(EVENTS, max_size=6).map(lambda events: "\n".join(map(json.dumps, events)).encode())
SENT = st.one_of(
    st.tuples(st.sampled_from(["csv", "upload", "preview"]), csv_files() | LINES | BATCHES | st.binary(max_size=200)),
    st.tuples(st.just("events"), BATCHES | LINES | st.binary(max_size=60)),
    st.tuples(st.just("event"), EVENTS.map(lambda event: json.dumps(event).encode()) | st.binary(max_size=60)),
)
STORED = "SELECT (SELECT count(*) FROM events_normalized), (SELECT count(*) FROM ingest_rejects)"
HALF = "SELECT count(*) FROM events_normalized WHERE external_id IS NULL OR supplier_id = '' OR source IS NULL"


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_sent(client: httpx.AsyncClient, engine: AsyncEngine, seed: int) -> None:
    drawn: list[tuple[str, bytes]] = []

    @settings(max_examples=70, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(SENT, st.just(seed))
    def draw(sent: tuple[str, bytes], _: int) -> None:
        drawn.append(sent)

    draw()
    for path, content in drawn:
        before = await one(engine, STORED)
        answer = await _send(client, path, content)
        assert answer.status_code in (200, 400, 413, 422), (path, content, answer.text)
        events, rejects = (now - then for now, then in zip(await one(engine, STORED), before, strict=True))
        if path == "event" or answer.status_code != 200 or path == "preview":
            assert events == (path == "event" and answer.status_code == 200 and answer.json()["status"] == "stored")
            continue
        body = answer.json()
        assert (events, rejects) == (body["rows_stored"], body["rows_rejected"]), (path, content)
        assert body["rows"] == body["rows_stored"] + body["rows_rejected"] + body["rows_duplicate"]
    assert await one(engine, HALF) == 0


async def _send(client: httpx.AsyncClient, path: str, content: bytes) -> httpx.Response:
    if path in ("event", "events"):
        headers = {"Content-Type": "application/json"}
        return await client.post(f"/api/v1/ingest/{path}", content=content, headers=headers)
    sent: dict[str, Any] = {"file": ("sent", content)}
    return await client.post(f"/api/v1/ingest/{path}", files=sent)
