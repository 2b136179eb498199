import asyncio
from datetime import datetime, timedelta

import httpx
import procrastinate
import pytest
from procrastinate.testing import InMemoryConnector
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.engine import conninfo
from carbon_nexus.emissions.model import DEFAULT_BASIS
from carbon_nexus.kit.jobs import defer, make_worker_app, run_worker
from carbon_nexus.recommendations.jobs import RETRY, register
from carbon_nexus.recommendations.service import propose_for_hotspots
from carbon_nexus.recommendations.store import OLD

from .conftest import Rows


async def propose(engine: AsyncEngine, now: datetime, *hotspot_ids: int, tenant_id: int = 1) -> int:
    async with engine.begin() as connection:
        return await propose_for_hotspots(connection, tenant_id, hotspot_ids, now)


async def test_writes_ranked_recommendations_and_their_audit(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([1, 2, 3, 4])
    hotspot_id = rows.hotspot()
    assert await propose(engine, now, hotspot_id) == 5
    found = (await client.get("/recommendations")).json()
    assert {each["hotspot_id"] for each in found} == {hotspot_id}
    assert {each["supplier_id"] for each in found} == {"Trunk"}
    assert {each["status"] for each in found} == {"pending"}
    driving = next(each for each in found if each["measure_id"] == "M01")
    # 4 runs x 100 km x (0.79912 empty + 0.52305 / 17.85588 t x 9 t) kg per km; 5 % less fuel.
    assert driving["co2_reduction"] == pytest.approx(0.05 * 400 * (0.79912 + 0.52305 / 17.85588 * 9), rel=1e-5)
    assert driving["created_at"] == now.isoformat()
    assert driving["root_cause"].startswith("One logistics event of Trunk emitted 583.9 kg CO2e, 32.8 % above")
    actions = [(action, user) for action, _, user, _, _ in rows.audit()]
    assert actions == [("hotspot.diagnosed", "propose"), *[("recommendation.proposed", "propose")] * 5]


async def test_twice_adds_nothing(engine: AsyncEngine, rows: Rows, now: datetime) -> None:
    rows.scored_events([1])
    fitting, unfitting = rows.hotspot(), rows.hotspot("Nowhere")
    assert await propose(engine, now, fitting, unfitting) == 5
    before = rows.audit()
    assert await propose(engine, now, fitting, unfitting) == 0
    assert rows.audit() == before
    assert len(before) == 8  # two diagnoses, five proposals, one reason for none


async def test_a_hotspot_that_rose_gets_its_pending_proposals_up_to_date(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([1])
    hotspot_id = rows.hotspot()
    await propose(engine, now, hotspot_id)
    decided, *_ = [each["id"] for each in (await client.get("/recommendations")).json()]
    await client.post(f"/recommendations/{decided}/approve")
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE hotspots SET predicted_co2 = 999, percent_above = 127.1"))
    assert await propose(engine, now, hotspot_id) == 4
    found = {each["id"]: each for each in (await client.get("/recommendations")).json()}
    assert "583.9 kg" in found.pop(decided)["root_cause"]
    assert len(found) == 4
    assert all("999 kg CO2e, 127.1 % above" in each["root_cause"] for each in found.values())


async def test_what_a_newer_diagnosis_no_longer_proposes_loses_its_rank(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([1])
    hotspot_id = rows.hotspot()
    await propose(engine, now, hotspot_id)
    rows.connection.execute('UPDATE diagnoses SET summary = \'{"text": "of the old one"}\'')
    rows.connection.execute("UPDATE events_normalized SET vehicle_type = 'rigid_18t', load_kg = 8000")
    rows.connection.execute("UPDATE hotspots SET percent_above = 99")
    await propose(engine, now, hotspot_id)
    found = (await client.get("/recommendations")).json()
    ranks = sorted(each["rank"] for each in found if each["rank"])
    assert ranks == list(range(1, len(ranks) + 1))
    old = [each for each in found if each["rank"] is None]
    assert {each["provenance"]["ranking"] for each in old} == {OLD}
    assert [action for action, *_ in rows.audit()].count("recommendation.outdated") == len(old) > 0
    assert (await client.get(f"/hotspots/{hotspot_id}/diagnosis")).json()["summary"] is None


async def test_a_day_s_saving_is_of_28_days_too(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([day + 0.01 for day in range(40)])
    midnight = now.replace(hour=0)
    await propose(engine, now, rows.hotspot(metric="absolute", first_event_at=midnight, last_event_at=midnight))
    assert {each["provenance"]["event_count"] for each in (await client.get("/recommendations")).json()} == {28}


async def test_two_at_once_write_each_measure_once(engine: AsyncEngine, rows: Rows, now: datetime) -> None:
    rows.scored_events([1])
    hotspot_id = rows.hotspot()
    assert sum(await asyncio.gather(*(propose(engine, now, hotspot_id) for _ in range(3)))) == 5
    assert len(rows.audit()) == 6


async def test_takes_the_28_days_up_to_the_hotspots_last_event(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([5, 10, 37, 38.5, 100])  # the hotspot's last event is ten days old: 10 to 38 count
    hotspot_id = rows.hotspot(first_event_at=now - timedelta(days=10), last_event_at=now - timedelta(days=10))
    await propose(engine, now, hotspot_id)
    assert {each["provenance"]["event_count"] for each in (await client.get("/recommendations")).json()} == {2}


async def test_each_hotspot_gets_its_own_entitys_events(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([1, 2, 3])
    rows.scored_events([1], entity="Rounds", event_type="delivery", vehicle_type="van", delivery_count=20)
    rows.scored_events([1, 2], entity="Rounds")  # same entity, other event type
    trunk = rows.hotspot()
    rounds = rows.hotspot("Rounds", event_type="delivery", last_event_at=now - timedelta(hours=1))
    await propose(engine, now, rounds, trunk)
    found = (await client.get("/recommendations")).json()
    counts = {(each["hotspot_id"], each["provenance"]["event_count"]) for each in found}
    assert counts == {(trunk, 3), (rounds, 1)}
    assert {each["measure_id"] for each in found if each["hotspot_id"] == rounds} == {"M17", "M19"}


async def test_another_episode_gets_only_what_is_not_under_way_or_refused_for_its_entity(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([1, 2, 3])
    first, second = rows.hotspot(), rows.hotspot(metric="absolute")
    await propose(engine, now, first, second)
    found = {each["measure_id"]: each for each in (await client.get("/recommendations")).json()}
    assert {each["hotspot_id"] for each in found.values()} == {first}
    assert len(found) == 5
    rejected = found["M11"]["id"]
    await client.post(f"/recommendations/{rejected}/reject", json={"notes": "no HVO here"})
    worse = rows.hotspot(severity="critical", status="resolved")
    await propose(engine, now, worse)
    (back,) = [each for each in (await client.get("/recommendations")).json() if each["hotspot_id"] == worse]
    assert back["measure_id"] == "M11"
    because = f"it was rejected here (recommendation {rejected}), and since then the severity has risen from warn to"
    assert back["returns_because"] == f"{because} critical"


async def test_the_diagnosis_stands_beside_its_hotspot(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([1])
    hotspot_id = rows.hotspot()
    await propose(engine, now, hotspot_id)
    found = (await client.get(f"/hotspots/{hotspot_id}/diagnosis")).json()
    ids = [each["id"] for each in (await client.get("/recommendations")).json()]
    assert (found["recommendation_ids"], found["nothing_because"]) == (sorted(ids), None)
    assert found["root_cause"].endswith("Why is not known: fewer than 5 earlier events to compare with.")
    assert (
        (await client.get(f"/hotspots/{rows.hotspot('Later')}/diagnosis")).json()["detail"].endswith("diagnosis yet.")
    )
    query = "SELECT hotspot_id, cause, remote FROM diagnoses"
    assert rows.connection.execute(query).fetchall() == [(hotspot_id, "unknown", None)]
    async with engine.begin() as connection:
        await propose_for_hotspots(connection, 1, [hotspot_id], now, ask_remote=True)
    assert rows.connection.execute(query).fetchall() == [(hotspot_id, "unknown", "waiting")]


async def test_nothing_fits_is_on_record(
    engine: AsyncEngine, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    hotspot_id = rows.hotspot("Nowhere")
    assert await propose(engine, now, hotspot_id) == 0
    found = (await client.get(f"/hotspots/{hotspot_id}/diagnosis")).json()
    assert (found["cause"], found["recommendation_ids"]) == ("unknown", [])
    assert found["nothing_because"].startswith("no logistics events of Nowhere are stored")
    [_, (action, subject, user, _, details)] = rows.audit()
    assert (action, subject, user) == ("recommendation.none", str(hotspot_id), "propose")
    assert details == {"reason": "no logistics events of Nowhere are stored for the 28 days up to its last one"}


async def test_unknown_and_foreign_hotspots_are_left_alone(engine: AsyncEngine, rows: Rows, now: datetime) -> None:
    rows.scored_events([1])
    foreign = rows.hotspot(tenant_id=2)
    assert await propose(engine, now, foreign, 12345) == 0
    assert await propose(engine, now) == 0
    assert rows.audit() == []


async def test_the_deferred_job_does_it(
    engine: AsyncEngine, database_url: str, client: httpx.AsyncClient, rows: Rows, now: datetime
) -> None:
    rows.scored_events([1])
    hotspot_id = rows.hotspot()
    async with engine.begin() as connection:
        await defer(connection, "propose", tenant_id=1, hotspot_ids=[hotspot_id])
    app = make_worker_app(conninfo(database_url))
    register(app, engine, lambda: now, DEFAULT_BASIS)
    async with app.open_async():
        await run_worker(app, until_empty=True, queues=("default", "proposals"))
    assert len((await client.get("/recommendations/pending")).json()) == 5


def test_the_job_is_tried_again(engine: AsyncEngine, now: datetime) -> None:
    app = procrastinate.App(connector=InMemoryConnector())
    register(app, engine, lambda: now, DEFAULT_BASIS)
    assert app.tasks["propose"].retry_strategy is RETRY
    assert RETRY.max_attempts == 5
