"""A plant that is read once a day and a lorry that runs on working days, over a year up to the noon of NOW."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import NOW
from tests.integration.baselines.watched import MIDNIGHT, readings, send
from tests.integration.scans.scanned import USUAL, trips

DAY = timedelta(days=1)
START = datetime(2025, 3, 18, tzinfo=UTC)
SUM = """
SELECT coalesce(sum(co2e_kg + filled_kg), 0) FROM emissions_entity_daily
WHERE day >= %s AND day < %s AND coalesce(entity = %s::text, true)
"""


def working(at: datetime) -> float:
    """kWh a day: a third of it on weekends."""
    return 3_000.0 if at.weekday() < 5 else 1_000.0


def year(kwh: Callable[[datetime], float] = working) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The events of the plant Plant and of the route Trunk; each day's at two in the morning."""
    days = [START + timedelta(days=each, hours=2) for each in range((MIDNIGHT - START).days + 1)]
    runs = [(at, USUAL) for at in days if at.weekday() < 5]
    return readings("Plant", days, kwh), trips(runs, "y", "Trunk")


async def lived(engine: AsyncEngine, kwh: Callable[[datetime], float] = working, now: datetime = NOW) -> None:
    """The year is on record."""
    for events in year(kwh):
        await send(engine, events, now)


def emitted(database_url: str, first: str, before: str, entity: str | None = None) -> float:
    """kg CO2e on record of these days."""
    with psycopg.connect(database_url) as connection:
        row: Any = connection.execute(SUM.encode(), (first, before, entity)).fetchone()
    return float(row[0])
