"""From the daily sums to the seven days ahead."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.emissions.store import daily_values
from carbon_nexus.forecasts.forecast import HISTORY_DAYS, seven_days
from carbon_nexus.forecasts.model import HORIZON_DAYS, Forecast

DAY = timedelta(days=1)

# full days do not change until midnight or a late event: the same history gives the same forecast
_remembered = lru_cache(maxsize=256)(seven_days)


async def emissions_ahead(
    connection: AsyncConnection, tenant_id: int, now: datetime
) -> tuple[Forecast, tuple[date, ...]]:
    """The forecast of total kg CO2e per UTC day, and its days: `now`'s and the six after it.

    Its history is the full days before `now`'s, as many as the forecast looks at; a day without any estimated event
    is a gap, not a zero.
    """
    today = now.date()
    history = with_gaps(await daily_values(connection, tenant_id, today - HISTORY_DAYS * DAY, today), today)
    forecast = await asyncio.to_thread(_remembered, tuple(history))  # 20 ms the first time: others go on meanwhile
    dates = tuple(today + ahead * DAY for ahead in range(HORIZON_DAYS)) if forecast.values else ()
    return forecast, dates


def with_gaps(values: Mapping[date, float], end: date) -> list[float | None]:
    """One entry per day from the first of `values` to the day before `end`; None for a day they lack."""
    if not values:
        return []
    first = min(values)
    return [values.get(first + ahead * DAY) for ahead in range((end - first).days)]
