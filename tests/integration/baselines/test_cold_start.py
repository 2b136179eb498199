"""Entities that have sent little so far: drawn to what is typical of their type, or not compared at all."""

from datetime import timedelta
from math import exp, log

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import NOW
from tests.integration.scans.scanned import EMPTY, USUAL, hourly, read, scanned, store, trips

LONG_AGO, LATELY = NOW - timedelta(days=20), NOW - timedelta(hours=12)
OF_YOUNG = """
SELECT baseline_value, sample_size, sufficiency, own_weight, reason, reasons -> 0 ->> 'name' FROM baselines
WHERE entity = 'R-new' AND metric = 'intensity' AND season_cell = 0
"""
OF_PEER = "SELECT baseline_value FROM baselines WHERE entity = 'R-0' AND metric = 'intensity'"
OWN = "SELECT predicted_co2 / activity FROM predictions WHERE entity = 'R-new'"
RATIOS = "SELECT predicted_co2 / typical_kg FROM predictions WHERE entity = 'R-new' ORDER BY event_time"
TYPICAL = "SELECT typical_kg, chance_per_week FROM predictions WHERE entity = 'R-new' ORDER BY event_time"


async def with_peers(engine: AsyncEngine, count: int) -> None:
    """So many routes of the same type, each with twenty ordinary trips."""
    for number in range(count):
        await store(engine, trips(hourly(LONG_AGO, [USUAL] * 20), "usual", f"R-{number}"))
    await scanned(engine, None)


async def test_a_young_entity_with_peers_is_drawn_to_their_typical_value_and_can_only_be_info(
    engine: AsyncEngine,
) -> None:
    await with_peers(engine, 3)
    await store(engine, trips(hourly(LATELY, [9_000.0, 9_000.0, EMPTY]), "new", "R-new"))
    result = await scanned(engine)
    assert result.uncompared == 0
    ((peer,),) = await read(engine, OF_PEER)
    own = sorted(row[0] for row in await read(engine, OWN))[1]  # the median of three
    ((value, sample, sufficiency, weight, reason, name),) = await read(engine, OF_YOUNG)
    assert (sample, sufficiency, name) == (3, "young", "too_few_events")
    assert weight == pytest.approx(3 / 13)
    assert value == pytest.approx(exp(3 / 13 * log(own) + 10 / 13 * log(peer)))
    assert reason == "3 of the 10 events a baseline needs; the rest of its weight is the median of 3 others of its type"
    assert (await read(engine, RATIOS))[-1][0] > 1.5  # critical, were it well known
    assert await read(engine, "SELECT DISTINCT entity, severity FROM hotspots") == [("R-new", "info")]


@pytest.mark.parametrize("peers", [0, 2])
async def test_a_young_entity_without_enough_peers_is_not_compared_and_says_why(
    engine: AsyncEngine, peers: int
) -> None:
    await with_peers(engine, peers)
    await store(engine, trips(hourly(LATELY, [USUAL] * 8 + [EMPTY]), "new", "R-new"))
    result = await scanned(engine)
    assert (result.events, result.uncompared, result.changes) == (9, 9, [])
    reason = "9 of the 10 events a baseline needs"
    assert await read(engine, OF_YOUNG) == [(None, 9, "young", None, reason, "too_few_events")]
    assert {row[0] for row in await read(engine, TYPICAL)} == {None}


async def test_with_enough_events_of_its_own_an_entity_leaves_its_peers(engine: AsyncEngine) -> None:
    await with_peers(engine, 3)
    await store(engine, trips(hourly(LATELY, [9_000.0] * 10), "new", "R-new"))
    await scanned(engine)
    ((value, _, sufficiency, weight, reason, _),) = await read(engine, OF_YOUNG)
    assert (sufficiency, weight, reason) == ("ok", 1.0, None)
    assert value == pytest.approx((await read(engine, OWN))[0][0])
