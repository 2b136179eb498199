"""Of any number of processes one works each interval."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.engine import make_engine
from carbon_nexus.db.tables import timers
from carbon_nexus.db.timers import claim_tick
from carbon_nexus.kit.timers import Claim, Timer, _tick
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


async def claims(engine: AsyncEngine, now: datetime, count: int = 5, name: str = "scan") -> int:
    """How many of so many claims at once win."""
    return sum(await asyncio.gather(*(claim_tick(engine, name, MINUTE, now) for _ in range(count))))


async def test_of_five_claims_at_once_one_wins_each_interval(engine: AsyncEngine) -> None:
    assert await claims(engine, NOW) == 1
    assert await claims(engine, NOW) == 0
    assert await claims(engine, NOW + MINUTE - timedelta(microseconds=1)) == 0
    assert await claims(engine, NOW + MINUTE) == 1
    assert await claims(engine, NOW + 10 * MINUTE) == 1  # nobody looked for a while: once, not nine times
    assert await claims(engine, NOW + 10 * MINUTE) == 0


async def test_timers_do_not_stand_in_each_others_way(engine: AsyncEngine) -> None:
    assert await claims(engine, NOW, name="scan") == 1
    assert await claims(engine, NOW, name="baselines") == 1


async def test_a_claim_stands_before_the_work_begins(engine: AsyncEngine) -> None:
    await claim_tick(engine, "scan", MINUTE, NOW)
    async with engine.connect() as connection:
        assert (await connection.execute(select(timers))).all() == [("scan", NOW)]


async def test_a_clock_a_little_behind_waits_its_interval(engine: AsyncEngine) -> None:
    assert await claims(engine, NOW) == 1
    assert await claims(engine, NOW - timedelta(seconds=30)) == 0


async def test_a_claim_from_a_clock_that_was_far_ahead_does_not_stop_the_timer(engine: AsyncEngine) -> None:
    assert await claims(engine, NOW + timedelta(days=3650)) == 1
    assert await claims(engine, NOW) == 1
    assert await claims(engine, NOW) == 0


async def test_two_processes_work_a_timer_once_per_interval(database_url: str, engine: AsyncEngine) -> None:
    other, moment = make_engine(database_url), [NOW]
    worked: list[datetime] = []

    async def work() -> None:
        worked.append(moment[0])
        await asyncio.sleep(0)

    def claim_on(one: AsyncEngine) -> Claim:
        async def claim(name: str, interval: timedelta) -> bool:
            return await claim_tick(one, name, interval, moment[0])

        return claim

    timer = Timer("scan", MINUTE, work)
    looks = [claim_on(engine), claim_on(other)]
    for step in range(31):  # both look every six seconds for three minutes
        moment[0] = NOW + step * timedelta(seconds=6)
        await asyncio.gather(*(_tick(timer, claim) for claim in looks))
    await other.dispose()
    assert worked == [NOW, NOW + MINUTE, NOW + 2 * MINUTE, NOW + 3 * MINUTE]
