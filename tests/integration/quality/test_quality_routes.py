"""Quality over HTTP: of everything, of a supplier, and who stopped reporting."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.columns import copy_in
from carbon_nexus.db.tables import data_quality, emissions_hourly, estimated_values
from tests.integration.quality.test_quality_service import HALF, record
from tests.unit.quality.received import FACTORY, NOW, TRIP, events, refused

CONTRACT = Path(__file__).parents[2] / "contract"
NOTHING = dict.fromkeys(
    ("score", "completeness_pct", "predicted_pct", "validity_pct", "timeliness_pct", "duplicate_pct", "outlier_pct",
     "estimated_pct", "last_updated"),
)  # fmt: skip
NO_ROWS = dict.fromkeys(("anomalies_count", "total_rows", "rejected_rows", "duplicate_rows"), 0)


async def ingested(
    engine: AsyncEngine,
    stored: pl.DataFrame,
    duplicates: pl.DataFrame | None = None,
    rejected: pl.DataFrame | None = None,
    **when_and_whose: Any,
) -> None:
    async with engine.begin() as connection:
        await record(connection, stored, duplicates, rejected, **when_and_whose)


async def get(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_empty_database_has_no_quality_and_says_so(client: httpx.AsyncClient) -> None:
    reason = "No events arrived in the last 7 days."
    assert await get(client, "/data-quality") == NOTHING | NO_ROWS | {"reasons": [], "sources": [], "reason": reason}


async def test_quality_of_everything_and_by_source(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await ingested(engine, events(FACTORY, HALF, TRIP | {"source": "tms"}), events(FACTORY), refused("S1", None))
    await ingested(engine, events(FACTORY), tenant_id=2)
    found = await get(client, "/data-quality")
    sources = found.pop("sources")
    assert found == {
        "score": 80.0, "completeness_pct": 83.33, "predicted_pct": 33.33, "validity_pct": 66.67,
        "timeliness_pct": 100.0, "duplicate_pct": 16.67, "outlier_pct": 0.0, "estimated_pct": 33.33,
        "anomalies_count": 0, "total_rows": 3, "rejected_rows": 2, "duplicate_rows": 1, "reason": None,
        "last_updated": "2026-03-18T12:00:00Z",
        "reasons": [
            "validity 66.6 %: 2 of 6 rows were rejected (-8.3 points)",
            "completeness 83.3 %: shift_hours is missing in 1 of 3 rows (-5.8 points)",
            "measured 66.6 %: 1 of 3 rows was simulated (-5.0 points)",
            "uniqueness 83.3 %: 1 of 6 rows was there already (-0.8 points)",
        ],
    }  # fmt: skip
    assert [(each["source"], each["total_rows"], each["rejected_rows"]) for each in sources] == [
        ("csv", 2, 2),
        ("tms", 1, 0),
    ]
    assert (sources[1]["score"], sources[1]["reasons"]) == (100.0, [])


async def test_the_window_is_seven_days_of_arrival(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    for days in (0, 6, 7):
        await ingested(engine, events(FACTORY), now=NOW - timedelta(days=days))
    assert (await get(client, "/data-quality"))["total_rows"] == 2
    await ingested(engine, events(FACTORY | {"supplier_id": "Gone"}), now=NOW - timedelta(days=100))
    found = await get(client, "/data-quality/Gone")
    assert (found["total_rows"], found["window_start"]) == (1, "2025-12-08T00:00:00Z")


async def test_rejected_rows_alone_have_a_score(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await ingested(engine, events(), events(), refused("S1"))
    found = await get(client, "/data-quality")
    assert (found["score"], found["completeness_pct"], found["validity_pct"]) == (0, None, 0)
    assert found["reason"] == "No row that arrived in the last 7 days was stored."
    assert (await get(client, "/data-quality/S1"))["entities"] == []


@pytest.mark.parametrize("prefix", ["/data-quality", "/api/v1/data-quality"])
async def test_quality_of_a_supplier(client: httpx.AsyncClient, engine: AsyncEngine, prefix: str) -> None:
    own = {"supplier_id": "S 1/a"}
    await ingested(engine, events(FACTORY | own, TRIP | own, HALF | own | {"source": "erp"}, FACTORY), now=NOW)
    await ingested(engine, events(TRIP | own), events(), refused("S 1/a"), now=NOW - timedelta(days=1))
    found = await get(client, f"{prefix}/S 1/a")
    assert (found["supplier_id"], found["total_rows"], found["rejected_rows"]) == ("S 1/a", 4, 1)
    assert (found["window_start"], found["last_updated"]) == ("2026-03-17T00:00:00Z", "2026-03-18T12:00:00Z")
    assert [(each["source"], each["total_rows"]) for each in found["sources"]] == [("csv", 3), ("erp", 1)]
    entities = [(each["entity"], each["entity_type"], each["total_rows"]) for each in found["entities"]]
    assert (entities, found["entities_total"]) == ([("F1", "factory", 2), ("R1", "route", 2)], 2)
    assert found["entities"][0]["score"] < found["entities"][1]["score"] == 100
    days = [(each["window_start"], each["total_rows"], each["validity_pct"]) for each in found["days"]]
    assert days == [("2026-03-17T00:00:00Z", 1, 50.0), ("2026-03-18T00:00:00Z", 3, 100.0)]


@pytest.mark.parametrize("supplier", ["s1", "nobody", "%00"])
async def test_an_unknown_supplier_is_404(client: httpx.AsyncClient, engine: AsyncEngine, supplier: str) -> None:
    await ingested(engine, events(FACTORY))
    answer = await client.get(f"/data-quality/{supplier}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_lines_of_other_programs_count(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    line = {"supplier_id": "S1", "window_start": NOW.replace(hour=0), "total_rows": 10, "anomalies_count": 1}
    async with engine.begin() as connection:
        await connection.execute(insert(data_quality), [line | {"completeness_pct": 80, "predicted_pct": 20}])
        # nothing keeps another program from writing what is no percentage
        odd = line | {"window_start": NOW - timedelta(days=2), "completeness_pct": float("nan"), "predicted_pct": None}
        await connection.execute(insert(data_quality), [odd])
    await ingested(engine, events(FACTORY), events(), refused("S1"))
    found = await get(client, "/data-quality")
    assert (found["total_rows"], found["anomalies_count"]) == (21, 2)
    assert (found["completeness_pct"], found["predicted_pct"]) == (81.82, 18.18)
    assert (found["validity_pct"], found["timeliness_pct"], found["outlier_pct"]) == (50, 100, 9.52)
    assert [each["source"] for each in found["sources"]] == ["csv", None]


async def test_values_filled_later_are_told(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    rows = events(HALF, FACTORY | {"energy_kwh": None}, FACTORY, TRIP).with_columns(
        pl.col("simulated").fill_null(False)
    )
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", rows)
        ids = (await connection.execute(text("SELECT id FROM events_normalized ORDER BY external_id"))).scalars().all()
        value = {"value": 1, "low": 1, "high": 1, "method": "median", "sample_size": 20}
        filled = [(ids[0], "energy_kwh"), (ids[1], "energy_kwh"), (ids[3], "load_kg"), (ids[3], "speed")]
        await connection.execute(
            insert(estimated_values), [{"event_id": each, "field": field, **value} for each, field in filled]
        )
    await ingested(engine, rows)
    for path in ("/data-quality", "/data-quality/S1"):
        found = await get(client, path)
        assert (found["predicted_pct"], found["estimated_pct"]) == (25, 75), path
    by_entity = {each["entity"]: each["estimated_pct"] for each in found["entities"]}
    assert by_entity == {"F1": 66.67, "R1": 100}


@pytest.mark.parametrize(
    ("recorded", "path"),
    [("orch.data_quality", "/data-quality"), ("data.data_quality_supplier", "/api/v1/data-quality/S1")],
)
async def test_the_original_fields_are_there(
    client: httpx.AsyncClient, engine: AsyncEngine, recorded: str, path: str
) -> None:
    await ingested(engine, events(FACTORY))
    answer = json.loads((CONTRACT / f"{recorded}.json").read_text())["response"]["json"]
    found = await get(client, path)
    assert answer.keys() <= found.keys()
    assert all(found[name] is not None for name in answer)


def hourly(entity: str, last: datetime, count: int = 30 * 24, **more: Any) -> list[dict[str, Any]]:
    known = {"tenant_id": 1, "event_type": "factory", "entity_type": "factory", "entity": entity, "co2e_kg": 0.0}
    sums = {"ttw_kg": 0.0, "wtt_kg": 0.0, "event_count": 0, "unestimated_count": 1}
    return [known | sums | {"hour": last - timedelta(hours=ago)} | more for ago in range(count)]


async def test_who_stopped_reporting(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    rows = [
        *hourly("Live", NOW), *hourly("Quiet", NOW - timedelta(hours=30)), *hourly("New", NOW, 5),
        *hourly("Elsewhere", NOW - timedelta(hours=30), tenant_id=2),
        *[row for row in hourly("Back", NOW) if row["hour"].day != 10],
    ]  # fmt: skip
    async with engine.begin() as connection:
        await connection.execute(insert(emissions_hourly), rows)
    for days in range(1, 8):  # the file of each night
        await ingested(engine, events(FACTORY | {"factory_id": "Live"}), now=NOW - timedelta(days=days))
        await ingested(engine, events(FACTORY | {"factory_id": "Quiet"}), now=NOW - timedelta(days=days + 3))
    found = await get(client, "/data-quality/gaps")
    assert (found["judged"], found["young"], found["ended"], found["gaps_total"]) == (3, 1, 0, 2)
    assert found["reason"] == "Not judged: 1 reported fewer than 5 times or over less than 14 days."
    quiet, back = found["gaps"]
    assert quiet == {
        "source": "csv", "supplier_id": "S1", "entity": "Quiet", "entity_type": "factory", "event_type": "factory",
        "status": "open", "last_report_at": "2026-03-17T06:00:00Z", "next_report_at": None,
        "since": "2026-03-17T08:30:00Z", "silent_hours": 30.0, "usual_interval_hours": 1.0, "longest_usual_hours": 1.0,
        "sentence": "factory Quiet (csv) has not reported for 30 hours, since 2026-03-17 06:00 UTC. "
        "It usually reports every 1 hour; all but one of its silences were at most 1 hour.",
    }  # fmt: skip
    assert (back["entity"], back["source"], back["status"], back["silent_hours"]) == ("Back", None, "closed", 25)
    for status, entity in (("open", "Quiet"), ("closed", "Back")):
        listed = (await get(client, f"/data-quality/gaps?status={status}"))["gaps"]
        assert [each["entity"] for each in listed] == [entity]
    assert (await client.get("/data-quality/gaps?status=maybe")).status_code == 422


async def test_a_supplier_may_be_called_gaps(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await ingested(engine, events(FACTORY | {"supplier_id": "gaps"}))
    assert (await get(client, "/api/v1/data-quality/gaps"))["supplier_id"] == "gaps"


async def test_no_reports_have_no_gaps(client: httpx.AsyncClient) -> None:
    reason = "Nothing reported in the last 56 days."
    empty = {"gaps": [], "gaps_total": 0, "judged": 0, "young": 0, "ended": 0, "reason": reason}
    assert await get(client, "/data-quality/gaps") == empty
