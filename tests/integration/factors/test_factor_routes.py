"""The factor library over HTTP; no database is asked."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from carbon_nexus.app import create_app
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.schemas import FactorInSets, FactorPage, FactorSetFacts, GridRegions, SetDifference
from carbon_nexus.settings import Settings
from tests.conftest import NOW


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application without any database: nothing here may need one."""
    app = create_app(settings, "postgresql://nowhere/nothing", clock=lambda: NOW)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


async def answered(client: httpx.AsyncClient, path: str, **query: Any) -> dict[str, Any]:
    response = await client.get(path, params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_factors_come_by_page_with_set_and_digest(client: httpx.AsyncClient) -> None:
    page = await answered(client, "/factors", limit=2, offset=1)
    assert (page["factor_set"], page["digest"], page["total"]) == ("desnz-2025.2", factor_set().digest, 1349)
    assert [row["id"] for row in page["factors"]] == sorted(factor_set().factors)[1:3]
    beyond = await client.get("/factors", params={"offset": 5000})
    assert beyond.json()["factors"] == []
    assert beyond.headers["X-Total-Count"] == "1349"


async def test_pages_hold_every_factor_once(client: httpx.AsyncClient) -> None:
    pages = [await answered(client, "/factors", limit=500, offset=offset) for offset in (0, 500, 1000)]
    ids = [row["id"] for page in pages for row in page["factors"]]
    assert ids == sorted(factor_set().factors)


async def test_filters_narrow_the_list(client: httpx.AsyncClient) -> None:
    query = {"set": "desnz-2026.1", "search": "van diesel average", "edition": "desnz-2026", "unit": "kgCO2e/km"}
    (row,) = (await answered(client, "/factors", **query, region="GB"))["factors"]
    assert (row["id"], row["direct"], row["counts"]) == ("desnz-2026/van-average/diesel/km", 0.25716, False)
    assert (row["upstream"], row["status"], row["valid_from"]) == (None, "secondary", "2026-01-01")


async def test_one_factor_and_the_sets_it_is_in(client: httpx.AsyncClient) -> None:
    row = await answered(client, "/factors/desnz-2025/electricity-uk/kwh")
    assert (row["direct"], row["upstream"], row["uncertainty_pct"]) == (0.177, 0.0459, 10)
    assert row["sets"] == {"desnz-2025.2": True, "desnz-2026.1": False, "desnz-2025.1": True}


async def test_sets_say_what_they_are_made_of(client: httpx.AsyncClient) -> None:
    response = await client.get("/factors/sets")
    sets = {row["name"]: row for row in response.json()}
    assert [name for name, row in sets.items() if row["default"]] == ["desnz-2025.2"]
    assert {name: row["status"] for name, row in sets.items()} == {
        "desnz-2025.2": "primary",
        "desnz-2026.1": "secondary",
        "desnz-2025.1": "superseded",
    }
    assert sets["desnz-2026.1"]["editions"][0] == "desnz-2026"
    assert "has no upstream" in sets["desnz-2026.1"]["passed_over"]["van-average/diesel/km"]


async def test_the_difference_of_two_sets(client: httpx.AsyncClient) -> None:
    found = await answered(client, "/factors/diff", old="desnz-2025.2", new="desnz-2026.1")
    assert (found["changed"], found["added"], found["removed"]) == (32, 1, 0)
    grid = [change for change in found["changes"] if change["name"] == "electricity-uk/kwh"]
    assert [(change["part"], change["old"], change["new"]) for change in grid] == [
        ("direct", 0.177, 0.13096),
        ("upstream", 0.0459, 0.03682),
    ]


async def test_grid_regions_show_their_parts_and_what_is_not_known(client: httpx.AsyncClient) -> None:
    found = await answered(client, "/grid-regions")
    regions = {row["region"]: row for row in found["regions"]}
    assert len(regions) == 589
    assert regions["GB"]["direct"]["value"] == 0.177
    assert regions["GB"]["full_chain"]["boundary"] == "full chain"
    assert (regions["DE"]["direct"], regions["DE"]["full_chain"]["value"]) == (None, 0.34206)
    old = await answered(client, "/grid-regions", set="desnz-2025.1")
    assert [row["region"] for row in old["regions"]] == ["GB"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/factors/desnz-2025/hvo/liter", 404, "unknown_factor"),
        ("/factors/%00", 404, "unknown_factor"),
        ("/factors/" + "x" * 5000, 404, "unknown_factor"),
        ("/factors?set=desnz-2024.1", 404, "unknown_factor_set"),
        ("/factors?set=%00", 404, "unknown_factor_set"),
        ("/grid-regions?set=nothing", 404, "unknown_factor_set"),
        ("/factors/diff?old=desnz-2025.2&new=nothing", 404, "unknown_factor_set"),
        ("/factors/diff?old=desnz-2025.2", 422, "invalid_input"),
        ("/factors?limit=0", 422, "invalid_input"),
        ("/factors?limit=1001", 422, "invalid_input"),
        ("/factors?offset=-1", 422, "invalid_input"),
        ("/factors?offset=99999999999999999999", 422, "invalid_input"),
        ("/factors?search=" + "x" * 201, 422, "invalid_input"),
    ],
)
async def test_what_there_is_not_is_told_in_the_one_shape(
    client: httpx.AsyncClient, path: str, status: int, code: str
) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert set(response.json()) == {"detail", "code", "remedy"}


@pytest.mark.parametrize(
    ("path", "promise"),
    [
        ("/factors?limit=1000", FactorPage),
        ("/factors/sets", list[FactorSetFacts]),
        ("/factors/diff?old=desnz-2025.1&new=desnz-2026.1", SetDifference),
        ("/factors/nacfe-2023/electric-tractor/km", FactorInSets),
        ("/grid-regions", GridRegions),
    ],
)
async def test_answers_have_the_documented_shape(client: httpx.AsyncClient, path: str, promise: Any) -> None:
    TypeAdapter(promise).validate_json((await client.get(path)).content, strict=True)


async def test_near_ids_are_named(client: httpx.AsyncClient) -> None:
    response = await client.get("/factors/desnz-2025/hvo/liter")
    assert "desnz-2025/hvo/litre" in response.json()["remedy"]
