"""Events another program writes straight into the table, in any state: each is counted once, and none stops a scan."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.scans.model import ScanResult
from tests.conftest import NOW
from tests.integration.scans.scanned import (
    BASELINES,
    USUAL,
    assert_sums_hold,
    hourly,
    read,
    scanned,
    store,
    trips,
)

TRUCK = "'logistics', 'S', 'R-1', NULL, 'truck', 'diesel'"
AT = "'2026-03-17'"
FEW = "event_type, supplier_id, route_id, factory_id, vehicle_type, fuel_type, timestamp, distance_km, load_kg"
ROWS = {
    "nothing but the least": f"'logistics', 'S', NULL, NULL, NULL, NULL, {AT}, NULL, NULL, NULL",
    "empty words": f"'delivery', 'S', '', '', '', '', {AT}, NULL, NULL, NULL",
    "no supplier's name": f"'factory', '', NULL, NULL, NULL, NULL, {AT}, NULL, NULL, 100",
    "signs of a CSV": f"'factory', E'a\\n\"b\", \\\\N', NULL, E'F\\t;', NULL, NULL, {AT}, NULL, NULL, 100",
    "unknown words": f"'logistics', 'S', 'R-1', NULL, 'flying carpet', 'pixie dust', {AT}, 100, 10000, NULL",
    "not a number": f"{TRUCK}, {AT}, 'NaN', 'NaN', NULL",
    "without end": f"{TRUCK}, {AT}, 'Infinity', 10000, NULL",
    "below everything": f"'warehouse', 'S', NULL, NULL, NULL, NULL, {AT}, NULL, NULL, '-Infinity'",
    "beyond every number": f"{TRUCK}, {AT}, 1e308, 1e308, NULL",
    "next to nothing": f"{TRUCK}, {AT}, 5e-324, 5e-324, NULL",
    "never": f"{TRUCK}, 'infinity', 100, 10000, NULL",
    "always": f"{TRUCK}, '-infinity', 100, 10000, NULL",
    "the ides of March": f"{TRUCK}, '0044-03-15 BC', 100, 10000, NULL",
    "the last moment there is": f"{TRUCK}, '294276-12-31 23:59:59.999999', 100, 10000, NULL",
    "in two centuries": f"{TRUCK}, '2226-03-17', 100, 10000, NULL",
}


async def insert(engine: AsyncEngine, row: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(f"INSERT INTO events_normalized ({FEW}, energy_kwh) VALUES ({row})"))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
async def test_whatever_is_written_is_scanned_once_and_poisons_nothing(engine: AsyncEngine, row: str) -> None:
    await store(engine, trips(hourly(NOW - timedelta(days=3), [USUAL] * 20), "usual"))
    await scanned(engine)
    before = await read(engine, BASELINES)
    await insert(engine, row)
    assert (await scanned(engine)).events == 1
    assert await scanned(engine) == ScanResult()
    await store(engine, trips(hourly(NOW - timedelta(hours=9), [USUAL] * 5), "more"))
    assert (await scanned(engine)).estimated == 5
    await assert_sums_hold(engine)
    finite = "bool_and(co2e_kg >= 0 AND co2e_kg < 1e9 AND ttw_kg + wtt_kg < 1e9)"
    assert await read(engine, f"SELECT {finite}, sum(event_count + unestimated_count) FROM emissions_daily") == [
        (True, 26)
    ]
    assert [line[:3] for line in await read(engine, BASELINES) if line[0] == "R-1"] == [line[:3] for line in before]


async def test_all_at_once(engine: AsyncEngine) -> None:
    for row in ROWS.values():
        await insert(engine, row)
    assert (await scanned(engine)).events == len(ROWS)
    await assert_sums_hold(engine)
