"""Days beside what is usual of such a day: once they are over, again when they change, and never from half of one."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.model import Metric
from carbon_nexus.scans.jobs import scan_all_tenants
from tests.integration.baselines.watched import (
    EAGER,
    MIDNIGHT,
    assert_equal_within,
    expected,
    hours,
    made_anew,
    readings,
    send,
    states,
    usual,
)
from tests.integration.scans.scanned import read

START = MIDNIGHT - timedelta(days=21)
YESTERDAY, EVE = MIDNIGHT - timedelta(days=1), MIDNIGHT - timedelta(days=2)
SCORED = "SELECT day FROM emissions_entity_daily WHERE scored ORDER BY day DESC LIMIT 1"
LAST_DAY = "SELECT day, co2e_kg / typical_kg FROM emissions_entity_daily WHERE scored ORDER BY day DESC LIMIT 1"
RAREST = "SELECT entity, day, chance_per_week FROM emissions_entity_daily ORDER BY chance_per_week LIMIT {}"
DAILY = """
SELECT season_cell, baseline_value, sample_size FROM baselines WHERE metric = 'absolute' AND entity = '{}' ORDER BY 1
"""


def doubled(day: datetime) -> Callable[[datetime], float]:
    """Usual readings, but for twice as much on this day."""
    return lambda at: usual(at) * (2 if at.date() == day.date() else 1)


async def compared_up_to(engine: AsyncEngine) -> date:
    ((day,),) = await read(engine, SCORED)
    assert isinstance(day, date)
    return day


async def test_a_day_is_compared_once_it_is_over(engine: AsyncEngine) -> None:
    early = MIDNIGHT + timedelta(hours=5)
    await send(engine, readings("F-1", hours(START, MIDNIGHT)), early)
    assert await compared_up_to(engine) == EVE.date()  # events of yesterday may still be on their way
    await send(engine, readings("F-1", [MIDNIGHT]), early)
    assert await compared_up_to(engine) == YESTERDAY.date()  # it has reported on today


async def test_a_day_is_compared_by_the_timer_although_nothing_came_after_it(engine: AsyncEngine) -> None:
    await send(engine, readings("F-1", hours(START, MIDNIGHT), doubled(YESTERDAY)), MIDNIGHT)
    assert await compared_up_to(engine) == EVE.date()
    result = await scan_all_tenants(engine, EAGER, lambda: MIDNIGHT + timedelta(hours=30))
    assert result.events == 0
    assert await read(engine, LAST_DAY) == [(YESTERDAY.date(), pytest.approx(2, rel=0.05))]
    assert [(change.subject.metric, change.severity) for change in result.changes] == [("absolute", "critical")]


async def test_a_day_is_compared_again_when_an_event_comes_late_and_is_learnt_once(engine: AsyncEngine) -> None:
    everything = readings("F-1", hours(START, MIDNIGHT), doubled(YESTERDAY), seed=None)
    later = MIDNIGHT + timedelta(hours=30)
    await send(engine, everything[:-4], later)
    ((_, before),) = await read(engine, LAST_DAY)
    await send(engine, everything[-4:], later)
    ((day, ratio),) = await read(engine, LAST_DAY)
    assert (day, ratio) == (YESTERDAY.date(), pytest.approx(2, rel=0.05))
    assert before < ratio
    learnt = await states(engine, Metric.ABSOLUTE, "F-1")
    await made_anew(engine, later)
    assert learnt.equals(await states(engine, Metric.ABSOLUTE, "F-1"))


async def test_a_day_that_a_recalculation_knew_first_is_no_less_unusual(engine: AsyncEngine) -> None:
    later = MIDNIGHT + timedelta(hours=30)
    await send(engine, readings("F-1", hours(START, MIDNIGHT), doubled(YESTERDAY), seed=None), later)
    await send(engine, readings("F-2", hours(START, MIDNIGHT), doubled(YESTERDAY), seed=None), MIDNIGHT)
    await made_anew(engine, later)
    await scan_all_tenants(engine, EAGER, lambda: later)
    one, other = await read(engine, RAREST.format(2))
    assert {one, other} == {(site, YESTERDAY.date(), one[2]) for site in ("F-1", "F-2")}


async def test_a_day_with_missing_hours_has_no_value_rather_than_a_small_one(engine: AsyncEngine) -> None:
    outage = MIDNIGHT - timedelta(days=5)
    whole = hours(START, MIDNIGHT)
    for site, dropped in (("F-1", range(6, 24)), ("F-2", range(24))):  # half-known, and not at all
        kept = [at for at in whole if at.date() != outage.date() or at.hour not in dropped]
        await send(engine, readings(site, kept, seed=None))
    known = "SELECT chance_per_week IS NULL, count(*) FROM emissions_entity_daily WHERE scored AND day = '2026-03-13'"
    assert await read(engine, f"{known} GROUP BY 1") == [(True, 1)]
    for _ in ("as they were scanned", "as recalculated"):
        assert await read(engine, DAILY.format("F-1")) == await read(engine, DAILY.format("F-2"))
        halves = [(await expected(engine, Metric.ABSOLUTE, site)).drop("entity") for site in ("F-1", "F-2")]
        assert_equal_within(0.0, *halves)
        await made_anew(engine)
