"""Days off by the tenant's calendar are compared with other days off."""

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.calendar import Calendar
from carbon_nexus.baselines.calendar_store import change_calendar
from tests.conftest import NOW
from tests.integration.baselines.watched import MIDNIGHT, hours, readings, send, usual
from tests.integration.scans.scanned import TENANT, read

ST_PATRICK = MIDNIGHT - timedelta(days=1)  # Tuesday 17 March, a public holiday in Ireland
CALENDARS = {
    "public holiday": (Calendar("IE"), "as on Sundays"),
    "of its own": (Calendar(extra_days=(ST_PATRICK.date(),)), "as on Sundays"),
    "another country's": (Calendar("DE"), "as on working days"),
    "none": (Calendar(), "as on working days"),
}
BESIDE = """
SELECT predicted_co2 / typical_kg, p.chance_per_week FROM predictions AS p
WHERE event_time >= '2026-03-17' AND event_time < '2026-03-18'
"""
DAY = "SELECT co2e_kg / typical_kg, chance_per_week FROM emissions_entity_daily WHERE day = '2026-03-17'"


@pytest.mark.parametrize(("calendar", "told"), CALENDARS.values(), ids=CALENDARS)
async def test_a_day_off_is_compared_like_a_sunday(engine: AsyncEngine, calendar: Calendar, told: str) -> None:
    async with engine.begin() as connection:
        await change_calendar(connection, TENANT, calendar, "ann", NOW)
    off: tuple[date, ...] = (ST_PATRICK.date(),)
    before = hours(MIDNIGHT - timedelta(days=36), ST_PATRICK)
    await send(engine, readings("F-1", before, seed=None), ST_PATRICK)
    await send(engine, readings("F-1", hours(ST_PATRICK, MIDNIGHT), lambda at: usual(at, off), seed=None))
    ratio = 1.0 if told == "as on Sundays" else 0.5
    beside = [*await read(engine, BESIDE), *await read(engine, DAY)]
    assert [row[0] for row in beside] == [pytest.approx(ratio, rel=0.01)] * 25
