"""Weeks of a tenant put into the daily sums: a works, and rounds of a van."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import emissions_daily, emissions_entity_daily
from tests.conftest import NOW

WEEK = [100.0, 110.0, 120.0, 110.0, 100.0, 40.0, 20.0]
"""kg of the seven days from today's weekday on."""

SUBJECTS = (("Works", "factory", "factory"), ("North", "factory", "factory"), ("Round", "route", "delivery"))
SHARES = (0.5, 0.2, 0.3)
# as scans keep it: every type's day is what its entities' days add up to
DAILY = """
INSERT INTO emissions_daily (tenant_id, day, event_type, co2e_kg, ttw_kg, wtt_kg, event_count, unestimated_count)
SELECT tenant_id, day, event_type, sum(co2e_kg + filled_kg), 0, 0, sum(event_count + filled_count), 0
FROM emissions_entity_daily GROUP BY 1, 2, 3
"""


async def live(
    engine: AsyncEngine,
    days: int,
    subjects: Sequence[tuple[str, str, str]] = SUBJECTS,
    shares: Sequence[float] = SHARES,
    **columns: Any,
) -> None:
    """The last `days` full days and today so far, which comes to next to nothing."""
    rows = [
        {
            "day": (NOW - timedelta(days=ago)).date(),
            **dict(zip(("entity", "entity_type", "event_type"), subject, strict=True)),
            "co2e_kg": share * (WEEK[-ago % 7] if ago else 1.0),
            "event_count": 3,
            **columns,
        }
        for subject, share in zip(subjects, shares, strict=True)
        for ago in range(days + 1)
    ]
    async with engine.begin() as connection:
        await connection.execute(insert(emissions_entity_daily), rows)
    await add_up(engine)


async def change(engine: AsyncEngine, statement: str) -> None:
    """Change days of entities by SQL, and the sums with them."""
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await add_up(engine)


async def add_up(engine: AsyncEngine) -> None:
    """Make the daily sums of types anew."""
    async with engine.begin() as connection:
        await connection.execute(emissions_daily.delete())
        await connection.execute(text(DAILY))
