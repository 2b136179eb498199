"""A target, its month and a forecast for these tests, ordinary but for what a test names."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from carbon_nexus.forecasts.model import QUANTILES
from carbon_nexus.targets.course import Course, courses
from carbon_nexus.targets.model import DAY_SCHEMA, Month, Target

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
MARCH = Month(date(2026, 3, 1))
DAY = timedelta(days=1)


def target(amount_kg: float = 1_000, **more: Any) -> Target:
    given = {"id": 1, "entity": "Plant", "entity_type": "factory", "event_type": None, "month": MARCH.first}
    return Target(**{**given, "standing": False, "amount_kg": amount_kg, **more})


def series(
    points: Sequence[float], spread: float = 0.0, origin: date = TODAY, of: Target | None = None, **more: Any
) -> pl.DataFrame:
    """A forecast series of a target; each sum's quantiles lie up to `spread` times the square root of its days off."""
    scope, steps = of or target(), [2 * each - 1 for each in QUANTILES]
    sums = [sum(points[: day + 1]) for day in range(len(points))]
    cumulative = [sums[day] + step * spread * (day + 1) ** 0.5 for step in steps for day in range(len(points))]
    keys = dict(zip(("level", "entity", "entity_type", "event_type"), (scope.level.value, *scope.scope), strict=True))
    row = {**keys, "status": "ok", "reason": None, "points": list(points), "cumulative": cumulative}
    kinds: dict[str, Any] = {**dict.fromkeys((*keys, "status", "reason"), pl.String), "points": pl.List(pl.Float64)}
    kinds |= {"cumulative": pl.List(pl.Float64), "origin_day": pl.Date}
    return pl.DataFrame([{**row, "origin_day": origin, **more}], schema=kinds)


def emitted(kg: Sequence[float], first: date = MARCH.first, filled_kg: float = 0.0) -> pl.DataFrame:
    """These kg day after day."""
    rows = [(1, first + place * DAY, each, filled_kg, 1) for place, each in enumerate(kg)]
    return pl.DataFrame(rows, schema=DAY_SCHEMA, orient="row")


def course(
    of: Target, days: pl.DataFrame, outlooks: pl.DataFrame | None = None, month: Month = MARCH, now: datetime = NOW
) -> Course:
    (made,) = courses([of], month, now.date(), days, outlooks)
    return made
