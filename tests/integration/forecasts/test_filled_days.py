"""What stand-ins hold of a day: beside the measured sum, never in it; and nobody who compares days notices."""

from datetime import timedelta

import httpx
import polars as pl
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.service import recalculate
from tests.conftest import NOW
from tests.integration.gapfills.test_filling import URL, ask, hours, read, scanned, store

HOURS = 24 * 21
ALL = """
SELECT coalesce(e.day, d.day) AS day FROM emissions_daily AS d FULL JOIN (
    SELECT day, event_type, sum(co2e_kg + filled_kg) AS kg, sum(event_count + filled_count) AS events
    FROM emissions_entity_daily GROUP BY 1, 2
) AS e USING (day, event_type)
WHERE e.events IS DISTINCT FROM d.event_count OR abs(e.kg - d.co2e_kg) > 1e-9 * d.co2e_kg
"""
DAYS = """
SELECT entity, day, round(co2e_kg::numeric, 6) AS kg, event_count FROM emissions_entity_daily WHERE event_count > 0
ORDER BY 1, 2
"""
ONLY_FILLED = "SELECT day, co2e_kg, scored, typical_kg, filled_count FROM emissions_entity_daily WHERE event_count = 0"
BASELINES = """
SELECT entity, metric, season_cell, round(baseline_value::numeric, 6), round(low::numeric, 6) AS low, sample_size
FROM baselines ORDER BY 1, 2, 3
"""
FILLED = "SELECT sum(filled_count) AS events, sum(filled_kg) > 0 AS some FROM emissions_entity_daily"


def with_a_day_of_gaps() -> pl.DataFrame:
    """Three weeks of hours, one whole UTC day of which lacks its energy, and an hour here and there."""
    gap = pl.col("timestamp").dt.date() == (NOW - timedelta(days=6)).date()
    return hours(HOURS).with_columns(energy_kwh=pl.when(gap).then(None).otherwise("energy_kwh"))


async def test_measured_and_filled_days_add_up_to_the_total_after_ingest_fill_and_undo(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await store(engine, with_a_day_of_gaps())
    await scanned(engine)
    assert await read(engine, ALL) == []
    async with engine.begin() as connection:
        await recalculate(connection, 1, NOW)
    before, baselines = await read(engine, DAYS), await read(engine, BASELINES)
    filled = (await ask(client))["filled"]
    await scanned(engine)
    assert await read(engine, ALL) == []
    assert await read(engine, FILLED) == [{"events": filled, "some": True}]
    (only,) = await read(engine, ONLY_FILLED)
    assert (only["co2e_kg"], only["scored"], only["typical_kg"], only["filled_count"]) == (0.0, True, None, 24)
    assert await read(engine, DAYS) == before
    async with engine.begin() as connection:
        await recalculate(connection, 1, NOW)
    assert await read(engine, BASELINES) == baselines
    assert (await client.delete(URL)).json()["values"] == filled
    await scanned(engine)
    assert await read(engine, ALL) == []
    assert await read(engine, FILLED) == [{"events": 0, "some": False}]
