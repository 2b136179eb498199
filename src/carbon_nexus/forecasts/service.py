"""From the daily sums to the seven days ahead."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.emissions.store import daily_values
from carbon_nexus.forecasts.forecast import seven_days
from carbon_nexus.forecasts.model import HORIZON_DAYS, Forecast

DAY = timedelta(days=1)


async def emissions_ahead(
    connection: AsyncConnection, tenant_id: int, now: datetime
) -> tuple[Forecast, tuple[date, ...]]:
    """The forecast of total kg CO2e per UTC day, and its days: `now`'s and the six after it.

    Its history is the full days before `now`'s; a day without any estimated event is a gap, not a zero.
    """
    today = now.date()
    history = with_gaps(await daily_values(connection, tenant_id, today), today)
    forecast = await asyncio.to_thread(seven_days, history)  # 11 ms with half a year: other requests go on meanwhile
    dates = tuple(today + ahead * DAY for ahead in range(HORIZON_DAYS)) if forecast.values else ()
    return forecast, dates


def with_gaps(values: Mapping[date, float], end: date) -> list[float | None]:
    """One entry per day from the first of `values` to the day before `end`; None for a day they lack."""
    if not values:
        return []
    first = min(values)
    return [values.get(first + ahead * DAY) for ahead in range((end - first).days)]
