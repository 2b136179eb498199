"""What is learnt from batch to batch, beside what is learnt from history at once."""

from datetime import date, timedelta

import polars as pl
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.calendar import Calendar
from carbon_nexus.baselines.calendar_store import change_calendar
from carbon_nexus.baselines.model import Metric
from tests.conftest import NOW
from tests.integration.baselines.watched import (
    MIDNIGHT,
    assert_equal_within,
    expected,
    hours,
    made_anew,
    readings,
    send,
    states,
    usual,
)
from tests.integration.scans.scanned import TENANT, read

SITES = ("F-1", "F-2")
START = NOW - timedelta(days=60)
OFF = (date(2026, 2, 3), date(2026, 3, 5))  # a Tuesday and a Thursday
BATCH = timedelta(days=12)


def _history() -> pl.DataFrame:
    """Sixty days of two sites: single hours are missing, at one of them a whole week."""
    found = [hours(START, NOW, seed=times, kept=0.97) for times in (1, 2)]
    found[1] = [at for at in found[1] if not 20 <= (at - START).days < 27]
    parts = [
        readings(site, at, lambda each, times=times: usual(each, OFF) * times, seed=times)  # type: ignore[misc]
        for times, (site, at) in enumerate(zip(SITES, found, strict=True), 1)
    ]
    return pl.concat(parts)


async def _streamed(engine: AsyncEngine, late: pl.DataFrame) -> None:
    """Send the history batch by batch as time goes on; late events come with the next batch."""
    async with engine.begin() as connection:
        await change_calendar(connection, TENANT, Calendar(extra_days=OFF), "ann", NOW)
    timely = _history().join(late, on="external_id", how="anti")
    end = START + BATCH
    while end <= NOW:
        own = timely.filter(pl.col("timestamp").is_between(end - BATCH, end, closed="left")).sort("timestamp")
        before = late.filter(pl.col("timestamp").is_between(end - 2 * BATCH, end - BATCH, closed="left"))
        await send(engine, pl.concat([own, before]), end)
        end += BATCH


@pytest.mark.parametrize("late", [0.0, 0.01], ids=["in order", "some late"])
async def test_streaming_over_batches_ends_where_recalculation_from_history_does(
    engine: AsyncEngine, late: float
) -> None:
    await _streamed(engine, _history().sample(fraction=late, seed=1))
    streamed = [await expected(engine, metric, *SITES) for metric in Metric]
    await made_anew(engine)
    for metric, before in zip(Metric, streamed, strict=True):
        assert_equal_within(0.01, before, await expected(engine, metric, *SITES))


async def test_a_recalculation_rests_on_history_alone_and_so_changes_nothing_again(engine: AsyncEngine) -> None:
    await send(engine, readings("F-1", hours(MIDNIGHT - timedelta(days=20), MIDNIGHT)))
    await made_anew(engine)
    first = [await states(engine, metric, "F-1") for metric in Metric]
    await made_anew(engine)
    for metric, before in zip(Metric, first, strict=True):
        assert before.height == 1
        assert before.equals(await states(engine, metric, "F-1"))


async def test_a_state_is_smaller_than_four_kilobytes(engine: AsyncEngine) -> None:
    await send(engine, readings("F-1", hours(MIDNIGHT - timedelta(days=9), MIDNIGHT)))
    sizes = await read(engine, "SELECT metric, pg_column_size(state) < 4096 FROM baseline_states ORDER BY 1")
    assert sizes == [("absolute", True), ("intensity", True)]
