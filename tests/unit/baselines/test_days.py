"""Daily sums as observations: whole days only."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from carbon_nexus.baselines.days import observed_days
from carbon_nexus.baselines.model import DAY_SCHEMA, OBSERVATION_SCHEMA

FIRST = date(2026, 3, 1)


def days_of(event_type: str, *counts: int) -> pl.DataFrame:
    """A day for each count of events, one kg each."""
    rows: list[dict[str, Any]] = [
        {"entity": "F-1", "entity_type": "factory", "event_type": event_type, "day": FIRST + timedelta(days=number),
         "co2e_kg": float(count), "event_count": count, "scored": False}
        for number, count in enumerate(counts)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=DAY_SCHEMA)


@pytest.mark.parametrize(
    ("event_type", "counts", "values"),
    [
        ("factory", [24, 24, 18, 24], [24, 24, 18, 24]),  # three quarters are enough
        ("factory", [24, 24, 17, 24], [24, 24, None, 24]),
        ("warehouse", [1, 1, 1], [1, 1, 1]),  # a reading a day is its rhythm
        ("logistics", [24, 1, 24], [24, 1, 24]),  # a quiet day of a lorry is a quiet day
        ("logistics", [24, 0, 24], [24, None, 24]),  # nothing could be estimated
    ],
)
def test_a_day_with_missing_readings_has_no_value(
    event_type: str, counts: list[int], values: list[float | None]
) -> None:
    found = observed_days(days_of(event_type, *counts))
    assert found["value"].to_list() == values
    assert found["co2e_kg"].to_list() == counts  # what is known of it is kept


def test_days_are_observations_of_one_day_each_at_their_beginning() -> None:
    found = observed_days(days_of("factory", 24, 24))
    typed = found.select(*OBSERVATION_SCHEMA)
    assert dict(typed.schema) == OBSERVATION_SCHEMA
    assert typed.row(0, named=True) == {
        "entity": "F-1", "entity_type": "factory", "event_type": "factory", "metric": "absolute",
        "activity_unit": "day", "event_time": datetime(2026, 3, 1, tzinfo=UTC), "activity": 1.0, "co2e_kg": 24.0,
    }  # fmt: skip
