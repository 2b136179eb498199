"""What people confirmed to be unusual teaches nothing of what is usual."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.model import Metric
from tests.integration.baselines.watched import (
    EAGER,
    MIDNIGHT,
    assert_equal_within,
    expected,
    hours,
    made_anew,
    readings,
    send,
    usual,
)
from tests.integration.scans.scanned import read

START, FAULT, FIXED = (MIDNIGHT - timedelta(days=days) for days in (24, 4, 2))
LEARNT = """
SELECT metric, season_cell, baseline_value, sample_size FROM baselines WHERE entity = '{}' ORDER BY 1, 2
"""
SHOWN = "SELECT metric, count(*), min(first_event_at), max(last_event_at) FROM hotspots GROUP BY 1 ORDER BY 1"


async def _with_a_fault(engine: AsyncEngine) -> None:
    """Two equal sites; for two days one uses five times as much, while the other sends nothing."""
    before, then = hours(START, FAULT), hours(FAULT, FIXED)
    both = [readings(site, before, seed=None) for site in ("F-1", "F-2")]
    for part in both:
        await send(engine, part)
    await send(engine, readings("F-2", then, lambda at: 5 * usual(at), seed=None), MIDNIGHT, EAGER)


async def _confirm(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE hotspots SET verdict = 'useful'"))


async def _assert_as_if_it_had_not_been(engine: AsyncEngine) -> None:
    one, other = await read(engine, LEARNT.format("F-1")), await read(engine, LEARNT.format("F-2"))
    assert one == other
    for metric in Metric:
        assert_equal_within(0, *[(await expected(engine, metric, site)).drop("entity") for site in ("F-1", "F-2")])


async def test_confirmed_hotspots_are_left_out_of_baselines_and_states(engine: AsyncEngine) -> None:
    await _with_a_fault(engine)
    assert [row[0] for row in await read(engine, SHOWN)] == ["absolute", "intensity"]
    await made_anew(engine)
    assert await read(engine, LEARNT.format("F-1")) != await read(engine, LEARNT.format("F-2"))
    await _confirm(engine)
    await made_anew(engine)
    await _assert_as_if_it_had_not_been(engine)


async def test_they_stay_left_out_when_events_come_late(engine: AsyncEngine) -> None:
    await _with_a_fault(engine)
    await _confirm(engine)
    await send(engine, readings("F-2", [FAULT + timedelta(hours=9, minutes=30)], lambda _: 500.0, prefix="late"))
    await _assert_as_if_it_had_not_been(engine)
