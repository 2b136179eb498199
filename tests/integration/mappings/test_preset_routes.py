"""Presets of sources over HTTP: kept, replaced, listed, deleted, each change on the trail."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import polars as pl
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.activities.mapping import Dates
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.mappings import service
from carbon_nexus.mappings.model import Told
from carbon_nexus.mappings.recognise import recognise
from carbon_nexus.mappings.schemas import preview

PATH = "/api/v1/ingest/mappings"
NOTHING: dict[str, Any] = {
    "columns": {}, "units": {}, "constants": {}, "decimal": None, "dates": None, "zone": None,
}  # fmt: skip
FULL: dict[str, Any] = {
    "columns": {"load_kg": "Gewicht", "speed": ""},
    "units": {"load_kg": "t"},
    "constants": {"event_type": "logistics"},
    "decimal": ",",
    "dates": "DMY",
    "zone": "Europe/Berlin",
}


async def test_a_preset_is_kept_as_told_and_read_back(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    url = f"{PATH}/{quote('erp/nightly ü', safe='')}"
    put = await client.put(url, json=FULL)
    assert put.status_code == 200
    assert (await client.get(url)).json() == put.json()
    assert {name: put.json()[name] for name in FULL} == FULL
    assert (put.json()["source"], put.json()["created_at"]) == ("erp/nightly ü", "2026-03-18T12:00:00Z")
    assert (await client.get(PATH)).json()[0]["units"] == {"load_kg": "t"}
    async with engine.connect() as connection:
        told = await service.preset_of(connection, DEFAULT_TENANT_ID, "erp/nightly ü")
        assert await service.preset_of(connection, DEFAULT_TENANT_ID, "other") is None
    assert told == Told(**FULL | {"dates": Dates.DMY})


async def test_a_preset_replaces_the_one_before_and_can_go(
    client: httpx.AsyncClient, audit: Callable[[], list[tuple[Any, ...]]]
) -> None:
    first = await client.put(f"{PATH}/erp", json=FULL)
    second = await client.put(f"{PATH}/erp", json={"units": {"distance_km": "mi"}})
    assert second.json()["id"] == first.json()["id"]
    assert {name: second.json()[name] for name in NOTHING} == NOTHING | {"units": {"distance_km": "mi"}}
    assert (await client.delete(f"{PATH}/erp")).status_code == 204
    assert (await client.delete(f"{PATH}/erp")).status_code == 404
    assert (await client.get(f"{PATH}/erp")).status_code == 404
    now = NOTHING | {"units": {"distance_km": "mi"}}
    assert [(row[1:4], *row[6:]) for row in audit()] == [
        (("mapping.created", "mapping", "erp"), None, FULL),
        (("mapping.replaced", "mapping", "erp"), FULL, now),
        (("mapping.deleted", "mapping", "erp"), now, None),
    ]


async def test_presets_are_listed_newest_first_page_by_page(client: httpx.AsyncClient) -> None:
    for source in ("a", "b", "c"):
        await client.put(f"{PATH}/{source}", json={})
    page = await client.get(PATH, params={"limit": 2})
    assert [row["source"] for row in page.json()] == ["c", "b"]
    assert page.headers["X-Total-Count"] == "3"
    rest = await client.get(PATH, params={"cursor": page.headers["X-Next-Cursor"]})
    assert [row["source"] for row in rest.json()] == ["a"]
    assert set(rest.json()[0]) == {"id", "source", "created_at", "updated_at", *FULL}


async def test_a_preset_is_its_tenants(client: httpx.AsyncClient, as_tenant: Callable[[int], None]) -> None:
    await client.put(f"{PATH}/erp", json=FULL)
    as_tenant(2)
    assert (await client.get(f"{PATH}/erp")).status_code == 404
    assert (await client.delete(f"{PATH}/erp")).status_code == 404
    assert (await client.get(PATH)).json() == []


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"columns": {"lod_kg": "Gewicht"}}, ["body", "columns", "lod_kg"]),
        ({"units": {"load_kg": "km"}}, ["body", "units", "load_kg"]),
        ({"constants": {"event_type": "lorry"}}, ["body", "constants", "event_type"]),
        ({"zone": "Mars/Base"}, ["body", "zone"]),
        ({"decimal": ";"}, ["body", "decimal"]),
        ({"dates": "YDM"}, ["body", "dates"]),
        ({"columns": {"load_kg": "a\x00"}}, ["body", "columns", "load_kg"]),
        ({"columns": {"load_kg": 5}}, ["body", "columns", "load_kg"]),
        ({"colums": {}}, ["body", "colums"]),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_not_kept(
    client: httpx.AsyncClient, body: dict[str, Any], loc: list[str]
) -> None:
    refused = await client.put(f"{PATH}/erp", json=body)
    assert refused.status_code == 422
    assert [each["loc"] for each in refused.json()["detail"]] == [loc]
    assert (await client.get(PATH)).json() == []


async def test_text_no_database_can_hold_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    for body in (rb'{"columns": {"load_kg": "\ud800"}}', rb'{"columns": {"\ud800": "x"}}', rb'{"zone": "\ud800"}'):
        assert (await client.put(f"{PATH}/erp", content=body, headers=headers)).status_code == 422
    assert (await client.put(f"{PATH}/%00", json={})).status_code == 422
    assert (await client.get(f"{PATH}/%00")).status_code == 422


async def test_a_preview_is_json_whatever_was_found() -> None:
    names = ["supplier", "date", "Distance (mi)", "x"]
    rows = pl.DataFrame([["S", "2026-03-18", "2", None]], schema=dict.fromkeys(names, pl.String), orient="row")
    half = preview(recognise(names, rows, Told()))
    assert (half.mapping, half.problems[0]["loc"]) == (None, ["file", "event_type"])
    whole = preview(recognise(names, rows, Told(constants={"event_type": "delivery"})))
    assert whole.mapping is not None
    assert whole.mapping.units == {"distance_km": "mi"}
    assert whole.columns[2].model_dump() == {
        "name": "Distance (mi)", "field": "distance_km", "by": "synonym", "unit": "mi", "scale": 1.609344,
        "offset": 0.0, "samples": ["2"], "filled_pct": 100.0,
    }  # fmt: skip
