"""A lasting new level becomes the usual one, and is told once."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.clocks import SHIFT_H
from carbon_nexus.baselines.model import Metric
from tests.integration.baselines.watched import EAGER, MIDNIGHT, expected, hours, readings, send, usual
from tests.integration.scans.scanned import read

SHIFTED = MIDNIGHT - timedelta(days=9)
ADOPTED = SHIFTED + timedelta(hours=SHIFT_H)
EPISODES = """
SELECT kind, status, resolved_reason FROM hotspots WHERE metric = 'intensity' AND last_event_at >= '{}' ORDER BY id
"""
TOLD = ("level_shift", "resolved", "it lasted so long that its level is the usual one now")


async def _level(engine: AsyncEngine) -> float:
    """Mean of what is expected in a week."""
    return float((await expected(engine, Metric.INTENSITY, "F-1"))["expected"].to_numpy().mean())


async def test_a_level_that_lasts_is_adopted_after_the_stated_time_and_told_once(engine: AsyncEngine) -> None:
    await send(engine, readings("F-1", hours(SHIFTED - timedelta(days=28), SHIFTED)), SHIFTED)
    before = await _level(engine)
    for day in range(9):
        start, end = (SHIFTED + timedelta(days=days) for days in (day, day + 1))
        await send(engine, readings("F-1", hours(start, end), lambda at: 3 * usual(at), seed=day), end, EAGER)
        if end < ADOPTED:
            assert await _level(engine) < 1.2 * before
    assert await _level(engine) == pytest.approx(3 * before, rel=0.1)
    assert await read(engine, EPISODES.format(SHIFTED)) == [TOLD]
