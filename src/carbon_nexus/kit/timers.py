"""Timers: APScheduler decides when, a claim in the database decides which one of many processes does it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from loguru import logger

Claim = Callable[[str, timedelta], Awaitable[bool]]


@dataclass(frozen=True)
class Timer:
    """Work that is due every `interval`, on exactly one process of all that share the database."""

    name: str
    interval: timedelta
    work: Callable[[], Awaitable[object]]


def make_scheduler(timers: list[Timer], claim: Claim) -> AsyncIOScheduler:
    """A scheduler (not yet started) that, at each tick, claims the tick and only then works.

    It looks ten times per interval (at most every second), so that a tick left by a process that died is
    picked up soon by another one; `claim` makes sure that an interval is worked once.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    for timer in timers:
        seconds = max(1.0, timer.interval.total_seconds() / 10)
        scheduler.add_job(
            _tick, "interval", seconds=seconds, args=(timer, claim), id=timer.name, max_instances=1, coalesce=True
        )
    return scheduler


async def _tick(timer: Timer, claim: Claim) -> None:
    try:
        if await claim(timer.name, timer.interval):
            await timer.work()
    except Exception:
        logger.exception("timer {} failed; it runs again at its next tick", timer.name)
