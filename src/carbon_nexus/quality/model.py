"""The words of the room: what is counted of received rows, by whom and on which day, and over which window."""

from datetime import UTC, datetime, timedelta

import polars as pl

QUALITY_DAYS = 7  # UTC days of arrival that a figure covers
TIMELY = timedelta(hours=48)  # a row that arrives later after its time is late

MATTERS: dict[str, tuple[str, ...]] = {
    "logistics": ("distance_km", "load_kg", "vehicle_type", "fuel_type", "speed"),
    "delivery": ("distance_km", "vehicle_type", "delivery_count"),
    "factory": ("energy_kwh", "shift_hours"),
    "warehouse": ("energy_kwh", "inventory_volume", "temperature"),
}
"""The fields an estimate or its comparison needs, by event type; a row is complete when all of them have a value."""

MATTERING = tuple(dict.fromkeys(name for names in MATTERS.values() for name in names))
"""The same fields, each once."""

MISSING_OF = {name: f"missing_{name}" for name in MATTERING}
"""The column that counts the rows without a field."""

KEY = ("window_start", "supplier_id", "source", "entity", "entity_type")
"""What one line of quality is about: a UTC day of arrival, and who sent about whom; entity null: rejected rows."""

MOMENT = pl.Datetime("us", "UTC")
COUNTS: dict[str, pl.DataType] = {
    "total_rows": pl.Int64(),
    "complete_rows": pl.Float64(),
    "simulated_rows": pl.Int64(),
    "anomalies_count": pl.Int64(),
    "rejected_rows": pl.Int64(),
    "duplicate_rows": pl.Int64(),
    "late_rows": pl.Int64(),
    **dict.fromkeys(MISSING_OF.values(), pl.Int64()),
}
"""What is counted. `total_rows` are stored rows, the other two fates stand beside them; `complete_rows` adds up shares
of the fields that matter, so that a row with half of them is half a row. All of it adds up over parts of an ingest.
"""
COUNT_SCHEMA: dict[str, pl.DataType] = {"window_start": MOMENT, **dict.fromkeys(KEY[1:], pl.String()), **COUNTS}


def day_of(now: datetime) -> datetime:
    """The beginning of the UTC day."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def first_day(now: datetime) -> datetime:
    """The first of the QUALITY_DAYS days that end with the present one."""
    return day_of(now) - timedelta(days=QUALITY_DAYS - 1)
