"""The timer: baselines are frozen once, weeks follow the events, and what is proven moves on in one transaction."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.savings.jobs import verify_all_tenants
from carbon_nexus.savings.service import look_at

from .conftest import Fleet

Trail = Callable[[], list[tuple[Any, ...]]]
WEEK = timedelta(days=7)
STATUS = "SELECT status, verified_at FROM recommendations"
WEEKS = "SELECT * FROM saving_weeks ORDER BY recommendation_id, week"
BASELINES = "SELECT * FROM frozen_baselines"
VERDICTS = "SELECT verdict, week_count, judged_by FROM saving_verdicts ORDER BY recommendation_id"


async def verify(engine: AsyncEngine, at: datetime) -> int:
    return await verify_all_tenants(engine, lambda: at)


async def test_a_saving_is_verified_after_four_weeks(
    engine: AsyncEngine, fleet: Fleet, trail: Trail, now: datetime
) -> None:
    fleet.saving_fleet(0.2)
    since = now - 4 * WEEK
    for day in range(29):
        await verify(engine, since + timedelta(days=day))
        (stored,) = fleet.rows(STATUS)
        assert (stored["status"] == "verified") == (day == 28)
    assert stored["verified_at"] == now
    (judged,) = fleet.rows("SELECT * FROM saving_verdicts")
    assert (judged["verdict"], judged["week_count"], judged["judged_by"]) == ("verified", 4, "verify")
    assert judged["saving_kg"] == pytest.approx(0.2 * 4 * 7 * 12 * 100, rel=0.05)
    assert judged["low_kg"] > 0
    assert [row["week"] for row in fleet.rows(WEEKS)] == [1, 2, 3, 4]
    actions = [(action, who, after) for action, who, _, _, after in trail()]
    assert [action for action, _, _ in actions] == [
        "recommendation.baseline_frozen", "recommendation.effect_judged", "recommendation.verified",
    ]  # fmt: skip
    assert {who for _, who, _ in actions} == {"verify"}
    assert actions[1][2] == {"verdict": "waiting"}
    assert await verify(engine, now + WEEK) == 0


@pytest.mark.parametrize(("saving", "status"), [(0.0, "implemented"), (-0.3, "not_effective")])
async def test_without_a_saving_it_is_not_verified(
    engine: AsyncEngine, fleet: Fleet, now: datetime, saving: float, status: str
) -> None:
    fleet.saving_fleet(saving)
    await verify(engine, now)
    assert fleet.rows(STATUS)[0]["status"] == status


async def test_twelve_weeks_without_proof_are_the_end(engine: AsyncEngine, fleet: Fleet, now: datetime) -> None:
    fleet.saving_fleet(0.0, weeks=12)
    assert [await verify(engine, now + timedelta(days=day)) for day in (-30, -7, 0, 1, 2, 9)] == [1, 1, 1, 1, 0, 0]
    assert fleet.rows(VERDICTS) == [{"verdict": "inconclusive", "week_count": 12, "judged_by": "verify"}]


async def test_late_events_change_the_weeks_and_never_the_baseline(
    engine: AsyncEngine, fleet: Fleet, now: datetime
) -> None:
    since = now - 2 * WEEK
    fleet.saving_fleet(0.2, weeks=2)
    await verify(engine, now)
    baseline, before = fleet.rows(BASELINES), fleet.rows(WEEKS)
    fleet.trips(since - 8 * WEEK, since - 4 * WEEK, saving=0.9, minute=30)
    fleet.trips(since, since + WEEK, saving=0.2, minute=30)
    assert await verify(engine, now + timedelta(hours=1)) == 0
    assert await verify(engine, now + timedelta(days=1)) == 1
    after = fleet.rows(WEEKS)
    assert fleet.rows(BASELINES) == baseline
    assert [week["event_count"] for week in before] == [84, 84]
    assert [week["event_count"] for week in after] == [168, 84]
    assert after[0]["saving_kg"] == pytest.approx(2 * before[0]["saving_kg"], rel=0.01)
    with pytest.raises(psycopg.errors.RaiseException, match="is frozen"):
        fleet.rows("UPDATE frozen_baselines SET event_count = 0")


async def test_a_measure_is_not_verified_by_what_a_later_one_saves(
    engine: AsyncEngine, fleet: Fleet, now: datetime
) -> None:
    since, later = now - 6 * WEEK, now - 6 * WEEK + timedelta(days=30)
    fleet.trips(since - 8 * WEEK, later)
    idle = fleet.measure(6)
    await verify(engine, later + WEEK)
    assert len(fleet.rows(WEEKS)) == 5  # of the later one nothing is known yet
    fleet.trips(later, later + 4 * WEEK, 0.4)
    saving = fleet.measure(measure_id="M09", implemented_at=later)
    await verify(engine, later + 4 * WEEK)
    assert fleet.rows("SELECT id, status FROM recommendations ORDER BY id") == [
        {"id": idle, "status": "implemented"}, {"id": saving, "status": "verified"},
    ]  # fmt: skip
    weeks = [(row["recommendation_id"], row["week"]) for row in fleet.rows(WEEKS)]
    assert weeks == [(rec_id, week) for rec_id in (idle, saving) for week in (1, 2, 3, 4)]
    frozen = fleet.rows("SELECT window_start FROM frozen_baselines ORDER BY recommendation_id")
    assert [row["window_start"] for row in frozen] == [since - 8 * WEEK, since]


async def test_one_that_cannot_be_judged_stops_no_other(engine: AsyncEngine, fleet: Fleet, now: datetime) -> None:
    broken, fine = fleet.saving_fleet(0.2), fleet.saving_fleet(0.2, entity="North")
    fleet.connection.execute(f"ALTER TABLE saving_verdicts ADD CHECK (recommendation_id <> {broken})")
    assert await verify(engine, now) == 2
    assert fleet.rows("SELECT id FROM recommendations WHERE status = 'verified'") == [{"id": fine}]


async def test_what_is_cut_short_leaves_nothing_and_runs_again(
    engine: AsyncEngine, fleet: Fleet, trail: Trail, now: datetime
) -> None:
    rec_id = fleet.saving_fleet(0.2)
    connection = await engine.connect()
    await look_at(connection, 1, rec_id, now)
    await connection.invalidate()
    await connection.close()
    assert [fleet.rows(query) for query in (BASELINES, WEEKS, VERDICTS)] == [[], [], []]
    assert (trail(), fleet.rows(STATUS)[0]["status"]) == ([], "implemented")
    await verify(engine, now)
    assert (len(fleet.rows(WEEKS)), fleet.rows(STATUS)[0]["status"]) == (4, "verified")


async def test_two_at_once_judge_once(engine: AsyncEngine, fleet: Fleet, trail: Trail, now: datetime) -> None:
    fleet.saving_fleet(0.2)
    await asyncio.gather(*(verify(engine, now) for _ in range(3)))
    assert [action for action, *_ in trail()] == ["recommendation.baseline_frozen", "recommendation.verified"]


@pytest.mark.parametrize(
    ("tier", "acts_on", "days", "verdict", "words"),
    [
        ("T2", "fuel per km", 56, "not_observable", "send fuel_litres"),
        ("T2", "distance_km", 56, "verified", "more than chance"),
        ("T1", "fuel per km", 10, "no_baseline", "20 events on 14 days are needed"),
    ],
)
async def test_what_cannot_be_measured_says_why(
    engine: AsyncEngine, fleet: Fleet, now: datetime, tier: str, acts_on: str, days: int, verdict: str, words: str
) -> None:
    since = now - 4 * WEEK
    fleet.trips(since - timedelta(days=days), since, tier=tier)
    fleet.trips(since, now, 0.3, tier=tier)
    fleet.measure(4, acts_on=acts_on)
    await verify(engine, now)
    (judged,) = fleet.rows("SELECT verdict, reason FROM saving_verdicts")
    assert judged["verdict"] == verdict
    assert words in judged["reason"]
    assert await verify(engine, now + WEEK) == 0


async def test_the_episode_and_other_entities_and_tenants_are_not_in_it(
    engine: AsyncEngine, fleet: Fleet, now: datetime
) -> None:
    since = now - 4 * WEEK
    fleet.saving_fleet(0.2)
    fleet.trips(since - 3 * WEEK, since - 2 * WEEK, saving=-5, minute=20)
    fleet.trips(since - 8 * WEEK, now, saving=-5, entity="Elsewhere")
    fleet.trips(since - 8 * WEEK, now, saving=-5, tenant_id=2, minute=40)
    fleet.connection.execute(
        "UPDATE hotspots SET first_event_at = %s, last_event_at = %s",
        (since - 3 * WEEK, since - 2 * WEEK - timedelta(minutes=1)),
    )
    await verify(engine, now)
    (frozen,) = fleet.rows(BASELINES)
    assert frozen["event_count"] == 7 * 7 * 12
    assert frozen["model"]["formula"]["rates"] == {"t.km": pytest.approx(0.1, rel=0.01)}
    assert fleet.rows(STATUS)[0]["status"] == "verified"
