"""Events for the tests of this room."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.activities.model import EVENT_SCHEMA

START = datetime(2026, 3, 1, tzinfo=UTC)


def make_events(count: int, *, first: int = 0, source: str = "csv") -> pl.DataFrame:
    """An event frame of hourly factory readings with ids e-`first` and up."""
    numbers = range(first, first + count)
    known = pl.DataFrame(
        {
            "event_type": "factory",
            "supplier_id": [f"S{number % 3}" for number in numbers],
            "timestamp": [START + timedelta(hours=number) for number in numbers],
            "energy_kwh": [100.0 + number for number in numbers],
            "source": source,
            "external_id": [f"e-{number}" for number in numbers],
        },
        schema_overrides={"timestamp": EVENT_SCHEMA["timestamp"]},
    )
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in EVENT_SCHEMA.items() if name not in known]
    return known.with_columns(absent).select(EVENT_SCHEMA.names())


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction of the test's own."""
    async with engine.begin() as made:
        yield made
