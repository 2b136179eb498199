"""Meters that are read every hour, and what has been learnt of them."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from math import pi, sin

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines import store as baseline_store
from carbon_nexus.baselines.follow import follow, state_bytes
from carbon_nexus.baselines.model import MOMENT, SERIES, STATE_SCHEMA, Metric
from carbon_nexus.baselines.service import recalculate
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind, Rule
from carbon_nexus.scans.jobs import scan
from carbon_nexus.scans.model import ScanResult
from tests.conftest import NOW
from tests.integration.scans.scanned import TENANT, store

EAGER = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 2.0)
"""Finds what stands out even in a short history."""
MIDNIGHT = datetime(2026, 3, 18, tzinfo=UTC)  # of the day of NOW, a Wednesday
MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
WORKING_KWH, SUNDAY_KWH = 100.0, 50.0


def usual(at: datetime, off: Collection[date] = ()) -> float:
    """kWh of an hour: more by day than by night, half of it on weekends and days off."""
    level = SUNDAY_KWH if at.weekday() >= 5 or at.date() in off else WORKING_KWH
    return level * (1 + 0.5 * sin(at.hour / 24 * 2 * pi))


def hours(start: datetime, end: datetime, seed: int | None = None, kept: float = 1.0) -> list[datetime]:
    """Every hour from start to end, end excluded; about this share of them is kept."""
    every = [start + timedelta(hours=hour) for hour in range(int((end - start).total_seconds() // 3600))]
    chance = np.random.default_rng(seed)
    return [at for at in every if chance.random() < kept]


def readings(
    site: str, at: Sequence[datetime], kwh: Callable[[datetime], float] = usual, seed: int | None = 0, prefix: str = "m"
) -> pl.DataFrame:
    """Electricity of a factory at these hours, about 5 % off `kwh` at random; None: exactly."""
    chance = np.random.default_rng(seed)
    noise = np.ones(len(at)) if seed is None else np.exp(chance.normal(0, 0.05, len(at)))
    return pl.DataFrame(
        {
            "event_type": "factory",
            "supplier_id": "Grid",
            "factory_id": site,
            "timestamp": at,
            "source": "test",
            "external_id": [f"{prefix}-{site}-{each:%Y%m%d%H}" for each in at],
            "energy_kwh": [kwh(each) * off for each, off in zip(at, noise, strict=True)],
        },
        schema_overrides={"timestamp": pl.Datetime("us", "UTC")},
    )


async def send(
    engine: AsyncEngine, events: pl.DataFrame, now: datetime = NOW, rule: Rule | None = None, job: int = 1
) -> ScanResult:
    """Store these events and scan them at this time; without a rule as history, in which nothing is found."""
    await store(engine, events, job)
    return await scan(engine, TENANT, rule, lambda: now)


async def made_anew(engine: AsyncEngine, now: datetime = NOW) -> int:
    """Recalculate everything."""
    async with engine.begin() as connection:
        return await recalculate(connection, TENANT, now)


async def states(engine: AsyncEngine, metric: Metric, *sites: str) -> pl.DataFrame:
    """The streaming states of these sites, by name."""
    async with engine.connect() as connection:
        found = await baseline_store.states(connection, TENANT, metric, sites, state_bytes())
    return found.sort(SERIES)


async def expected(engine: AsyncEngine, metric: Metric, *sites: str) -> pl.DataFrame:
    """What the states of these sites lead to expect at every hour of a week: their series, event_time, expected."""
    known = await states(engine, metric, *sites)
    week = pl.DataFrame({"event_time": hours(MONDAY, MONDAY + timedelta(days=7))}, schema={"event_time": MOMENT})
    asked = known.select(SERIES).join(week, how="cross").with_columns(value=pl.lit(0.0), learn=pl.lit(False))
    told = follow(asked, known, pl.DataFrame(schema=STATE_SCHEMA)).scores
    return pl.concat([asked.select(*SERIES, "event_time"), told.select("expected")], how="horizontal")


def assert_equal_within(share: float, one: pl.DataFrame, other: pl.DataFrame) -> None:
    """Both lead to expect the same, but for this share of it."""
    assert one["expected"].null_count() == 0
    assert_frame_equal(one, other, check_exact=False, rel_tol=share, abs_tol=0)
