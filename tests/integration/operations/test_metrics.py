"""GET /metrics: every figure we promise, and figures that move when something happens."""

import re
from datetime import timedelta

import httpx
import pytest
from prometheus_client.metrics import MetricWrapperBase
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.kit import metrics
from carbon_nexus.kit.jobs import defer
from tests.conftest import NOW

OURS = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
EVENT = {
    "event_type": "factory", "supplier_id": "S", "factory_id": "F", "energy_kwh": 100,
    "timestamp": (NOW - timedelta(hours=1)).isoformat(),
}  # fmt: skip


async def figures(client: httpx.AsyncClient) -> dict[str, float]:
    """Each sample by its name with labels."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        name: float(value) for name, value in re.findall(r"^(carbon_nexus_\S+?(?:{.*})?) (\S+)$", answer.text, re.M)
    }


async def test_every_metric_is_there_with_its_help(client: httpx.AsyncClient) -> None:
    told = (await client.get("/metrics")).text
    assert len(OURS) == 12
    for metric in OURS:
        (described,) = metric.describe()
        assert f"# HELP {described.name}" in told
        assert described.documentation.endswith(".")
        assert described.name.startswith("carbon_nexus_")


async def test_waiting_work_shows_and_goes_with_the_scan(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    before = await figures(client)
    assert before["carbon_nexus_unscored_events"] == before["carbon_nexus_oldest_unscored_seconds"] == 0
    assert (await client.post("/api/v1/ingest/event", json=EVENT)).json()["status"] == "stored"
    async with engine.begin() as connection:
        since = {"since": NOW - timedelta(seconds=90)}
        await connection.execute(text("UPDATE scan_backlog SET created_at = :since"), since)
    waiting = await figures(client)
    assert waiting["carbon_nexus_unscored_events"] == 1
    assert waiting["carbon_nexus_oldest_unscored_seconds"] == 90
    assert waiting["carbon_nexus_jobs_waiting"] == 1
    ingested = 'carbon_nexus_events_ingested_total{event_type="factory"}'
    assert waiting[ingested] == before.get(ingested, 0) + 1
    assert (await client.post("/hotspots/scan")).json()["events_scanned"] == 1
    after = await figures(client)
    assert after["carbon_nexus_unscored_events"] == after["carbon_nexus_oldest_unscored_seconds"] == 0
    for name, step in [("events_scanned_total", 1), ("scan_seconds_count", 1)]:
        assert after[f"carbon_nexus_{name}"] == before[f"carbon_nexus_{name}"] + step
    assert after["carbon_nexus_scan_events_per_second"] > 0
    assert after["carbon_nexus_scan_seconds_sum"] > before["carbon_nexus_scan_seconds_sum"]


async def test_jobs_that_wait_are_counted(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    assert (await figures(client))["carbon_nexus_jobs_waiting"] == 0
    async with engine.begin() as connection:
        for number in range(3):
            await defer(connection, "propose", tenant_id=1, hotspot_ids=[number])
    assert (await figures(client))["carbon_nexus_jobs_waiting"] == 3


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/api/v1/data-quality/Some%20Supplier%2042", "/api/v1/data-quality/{supplier_id:path}", 404),
        ("/api/v1/ingest/status/00000000-0000-0000-0000-000000000042", "/api/v1/ingest/status/{job_id}", 404),
        ("/hotspots?limit=3", "/hotspots", 200),
        ("/static-offline-docs/no-such-file-42.js", "unmatched", 404),
        ("/nobody/knows/42", "unmatched", 404),
    ],
)
async def test_the_route_label_is_the_template(client: httpx.AsyncClient, path: str, route: str, status: int) -> None:
    name = f'carbon_nexus_requests_total{{method="GET",route="{route}",status="{status}"}}'
    before = (await figures(client)).get(name, 0)
    assert (await client.get(path)).status_code == status
    after = await figures(client)
    assert after[name] == before + 1
    assert not [each for each in after if "42" in each.replace('422"', "")]
