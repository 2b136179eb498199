"""Event frames for the tests of this room."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from carbon_nexus.activities.model import EVENT_SCHEMA

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
FACTORY = {"event_type": "factory", "energy_kwh": 1.0, "shift_hours": 8.0, "factory_id": "F1"}
TRIP = {"event_type": "logistics", "distance_km": 9.0, "load_kg": 1.0, "vehicle_type": "truck", "fuel_type": "hvo",
        "speed": 60.0, "route_id": "R1"}  # fmt: skip


def events(*rows: dict[str, Any]) -> pl.DataFrame:
    """One event per row, of supplier S1 and source csv, an hour ago; and not flagged, where the row does not say so."""
    usual = {"supplier_id": "S1", "source": "csv", "timestamp": NOW - timedelta(hours=1)}
    schema = {**EVENT_SCHEMA, "is_outlier": pl.Boolean()}
    made = [usual | {"external_id": f"e-{number}", "is_outlier": False} | row for number, row in enumerate(rows)]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in made], schema=schema)


def refused(*suppliers: str | None) -> pl.DataFrame:
    """Rejected rows of these suppliers."""
    return pl.DataFrame(
        {"line": range(2, 2 + len(suppliers)), "supplier_id": suppliers},
        schema={"line": pl.Int64, "supplier_id": pl.String},
    )
