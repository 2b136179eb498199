"""A tick claims first, works second, and survives whatever its work raises."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from loguru import logger

from carbon_nexus.kit.timers import Timer, _tick, make_scheduler


@pytest.fixture
def logged() -> Iterator[list[str]]:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}")
    yield lines
    logger.remove(sink)


class Work:
    """Work that counts how often it ran and fails the first time."""

    def __init__(self) -> None:
        self.runs = 0

    async def __call__(self) -> None:
        self.runs += 1
        if self.runs == 1:
            raise ValueError("the first time fails")


async def always(name: str, interval: timedelta) -> bool:
    return True


async def never(name: str, interval: timedelta) -> bool:
    return False


async def unreachable(name: str, interval: timedelta) -> bool:
    raise OSError("no database")


async def test_a_failing_timer_is_logged_and_runs_again(logged: list[str]) -> None:
    work = Work()
    timer = Timer("fragile", timedelta(seconds=5), work)
    await _tick(timer, always)
    await _tick(timer, always)
    assert work.runs == 2
    assert len(logged) == 1
    assert "timer fragile failed" in logged[0]
    assert "the first time fails" in logged[0]


async def test_without_the_claim_there_is_no_work(logged: list[str]) -> None:
    work = Work()
    await _tick(Timer("x", timedelta(seconds=5), work), never)
    await _tick(Timer("x", timedelta(seconds=5), work), unreachable)
    assert work.runs == 0
    assert "no database" in logged[0]


@pytest.mark.parametrize(("interval", "look"), [(1, 1), (5, 1), (300, 30), (3600, 360)])
def test_a_scheduler_looks_ten_times_an_interval_but_not_more_than_every_second(interval: int, look: int) -> None:
    scheduler = make_scheduler([Timer("x", timedelta(seconds=interval), Work())], always)
    (job,) = scheduler.get_jobs()
    assert job.trigger.interval == timedelta(seconds=look)
    assert (job.max_instances, job.coalesce) == (1, True)
