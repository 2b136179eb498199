"""Events that come late: baselines and episodes end up as if they had come in time."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import NOW
from tests.integration.scans.scanned import (
    BASELINES,
    EMPTY,
    EPISODES,
    FULL,
    USUAL,
    assert_sums_hold,
    hourly,
    read,
    scanned,
    store,
    trips,
)

START = NOW - timedelta(days=9)
LONG_AGO = NOW - timedelta(days=40)

Block = Sequence[tuple[float, float]]
BLOCKS: dict[str, list[Block]] = {
    "close": [[(0, EMPTY), (5, FULL)], [(20, 5_000), (30, FULL)], [(40, 3_000)]],
    "far, with reports between": [[(0, 3_000), (26, FULL)], [(50, FULL), (51, EMPTY)], [(110, 4_000), (140, FULL)]],
    "far, in silence": [[(0, EMPTY)], [(72, 5_000)], [(200, 3_000)]],
}


async def with_history(engine: AsyncEngine, *routes: str) -> None:
    """So many ordinary trips that a few more move no median."""
    for route in routes:
        await store(engine, trips(hourly(LONG_AGO, [USUAL] * 100), "usual", route))
    await scanned(engine, None)


@pytest.mark.parametrize("blocks", BLOCKS.values(), ids=BLOCKS)
async def test_batches_in_any_order_end_in_the_same_episodes(engine: AsyncEngine, blocks: list[Block]) -> None:
    orders = {f"R-{number}": order for number, order in enumerate(permutations(blocks))}
    await with_history(engine, *orders)
    for turn in range(len(blocks)):
        for route, order in orders.items():
            loads = [(START + timedelta(hours=hour), load) for hour, load in order[turn]]
            await store(engine, trips(loads, f"turn-{turn}", route))
        await scanned(engine)
    by_route: dict[str, list[tuple[object, ...]]] = {route: [] for route in orders}
    for route, *told in await read(engine, EPISODES):
        by_route[route].append(tuple(told))
    assert by_route["R-0"]
    assert list(by_route.values()) == [by_route["R-0"]] * len(orders)
    assert await read(engine, BASELINES) != []
    await assert_sums_hold(engine)


async def test_a_late_finding_of_a_quiet_subject_is_told_once_and_over_at_once(engine: AsyncEngine) -> None:
    await with_history(engine, "R-1")
    await store(engine, trips(hourly(START, [FULL] * 100), "quiet"))
    await scanned(engine)
    await store(engine, trips([(START + timedelta(hours=3, minutes=30), EMPTY)], "late"))
    result = await scanned(engine)
    assert [change.change for change in result.changes] == ["opened"]
    assert [row[-1] for row in await read(engine, EPISODES)] == ["resolved"]
    assert await read(engine, "SELECT level, state FROM alerts") == [
        ("critical", "firing")
    ]  # until alerts are evaluated


async def test_a_late_finding_goes_into_the_episode_that_is_over(engine: AsyncEngine) -> None:
    await with_history(engine, "R-1")
    await store(engine, trips(hourly(START, [5_000, *[FULL] * 60]), "quiet"))
    await scanned(engine)
    await store(engine, trips([(START + timedelta(hours=3), 4_500), (START + timedelta(hours=9), 5_500)], "late"))
    await scanned(engine)
    ((_, first, last, count, *_, status),) = await read(engine, EPISODES)
    assert (first, last, count, status) == (START, START + timedelta(hours=9), 3, "resolved")
    told = await read(engine, "SELECT action FROM audit_logs WHERE entity_type = 'hotspot' ORDER BY id")
    assert told == [("hotspot.opened",), ("hotspot.resolved",), ("hotspot.corrected",)]


async def test_late_events_count_in_the_baseline_at_once(engine: AsyncEngine) -> None:
    for route in ("R-0", "R-1"):
        await store(engine, trips(hourly(START, [USUAL] * 12), "usual", route))
    await scanned(engine)
    other, (*_, before, _, _) = await read(engine, BASELINES)
    await store(engine, trips(hourly(START - timedelta(days=3), [FULL] * 30), "late"))
    assert (await scanned(engine)).late == {"R-1"}
    same, (*_, value, size, _) = await read(engine, BASELINES)
    assert value < before
    assert (size, same) == (42, other)


async def test_events_in_order_make_no_baseline_anew(engine: AsyncEngine) -> None:
    for day in range(3):
        await store(engine, trips(hourly(START + timedelta(days=day), [USUAL] * 24), f"day-{day}"))
        assert (await scanned(engine)).late == frozenset()


async def test_an_event_of_the_far_future_ends_nothing_and_makes_nothing_late(engine: AsyncEngine) -> None:
    await with_history(engine, "R-1")
    await store(engine, trips([(NOW - timedelta(hours=9), EMPTY)], "high"))
    await store(engine, trips([(NOW + timedelta(days=9_000), FULL), (NOW + timedelta(days=9_000), EMPTY)], "future"))
    await scanned(engine)
    await store(engine, trips([(NOW - timedelta(hours=8), EMPTY)], "higher"))
    assert (await scanned(engine)).late == frozenset()
    assert [(row[3], row[-1]) for row in await read(engine, EPISODES)] == [(2, "active")]
