"""The labels of estimates: one row for all that say the same, however many say something of their own."""

import asyncio

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.predictions.answers import State, in_schema
from carbon_nexus.predictions.overlay import overlay
from carbon_nexus.predictions.recording import record_predictions
from tests.integration.predictions.scanned import LOADED, WHEN

MORE_THAN_A_STATEMENT_TAKES = 70_000  # parameters of one statement end at 65,535


def scored(count: int, first_event_id: int, versions: int) -> pl.DataFrame:
    """Estimates of a model that calls itself by this many versions."""
    events = pl.DataFrame([LOADED] * count)
    place = pl.arange(count, eager=True)
    told = in_schema(
        pl.DataFrame(
            {"row_index": place, "co2e_kg": place % 97 + 1.0, "model_version": (place % versions).cast(pl.String)}
        ).with_columns(state=pl.lit(str(State.ANSWERED)))
    )
    estimates = overlay(estimate(events), told, "plug-in fleet")
    return estimates.with_columns(
        (place + first_event_id).alias("event_id"),
        events["event_type"],
        pl.lit(WHEN).alias("event_time"),
        pl.lit("R").alias("entity"),
        pl.lit("route").alias("entity_type"),
        pl.lit(None, pl.Float64).alias("typical_kg"),
        pl.lit(None, pl.Float64).alias("chance_per_week"),
        pl.lit(None, pl.Int64).alias("calibration_id"),
        pl.lit(False).alias("filled"),
    )


async def record(engine: AsyncEngine, estimates: pl.DataFrame) -> None:
    async with engine.begin() as connection:
        await record_predictions(connection, 1, estimates)


async def number(engine: AsyncEngine, query: str) -> int:
    async with engine.connect() as connection:
        return int((await connection.scalar(text(query))) or 0)


WRONG = """
SELECT count(*) FROM predictions p LEFT JOIN provenances v ON v.id = p.provenance_id
WHERE v.model_version IS DISTINCT FROM p.model_version OR v.source <> 'plug-in fleet'
"""
LAST_ID = "SELECT last_value FROM pg_sequences WHERE sequencename = 'provenances_id_seq'"


async def test_a_model_that_says_something_else_of_every_event(engine: AsyncEngine) -> None:
    await record(engine, scored(MORE_THAN_A_STATEMENT_TAKES, 1, MORE_THAN_A_STATEMENT_TAKES))
    assert await number(engine, "SELECT count(*) FROM provenances") == MORE_THAN_A_STATEMENT_TAKES
    assert await number(engine, WRONG) == 0


async def test_what_is_known_uses_up_no_number(engine: AsyncEngine) -> None:
    """The ids are 31 bits: live events come one by one, thousands of millions of them in a few years."""
    await record(engine, scored(10, 1, 5))
    before = await number(engine, LAST_ID)
    for first in range(11, 61, 10):
        await record(engine, scored(10, first, 5))
    assert await number(engine, LAST_ID) == before
    await record(engine, scored(10, 61, 6))
    assert await number(engine, LAST_ID) == before + 1
    assert await number(engine, WRONG) == 0


async def test_several_batches_at_once_write_each_label_once(engine: AsyncEngine) -> None:
    versions = (1500, 1503, 1501, 1502)
    batches = [scored(3000, 1 + 3000 * place, count) for place, count in enumerate(versions)]
    await asyncio.gather(*(record(engine, batch) for batch in batches))
    assert await number(engine, "SELECT count(*) FROM predictions") == 12_000
    assert await number(engine, "SELECT count(*) FROM provenances") == 1503
    assert await number(engine, WRONG) == 0
