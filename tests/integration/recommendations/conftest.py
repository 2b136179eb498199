"""Hotspots, events and recommendations put in by SQL, as other rooms and other programs would."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

Row = dict[str, Any]


class Rows:
    """Writes rows straight into the test's database; every method returns the new ids."""

    def __init__(self, connection: psycopg.Connection[Any], now: datetime) -> None:
        self.connection, self.now = connection, now

    def insert(self, table: str, rows: Sequence[Row]) -> list[int]:
        names = list(rows[0])
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join(sql.Placeholder(name) for name in names),
        )
        return [self.connection.execute(statement, row).fetchall()[0][0] for row in rows]

    def hotspot(self, entity: str = "Trunk", **values: Any) -> int:
        row = {
            "entity": entity, "entity_type": "route", "event_type": "logistics", "predicted_co2": 583.85,
            "baseline_co2": 439.65, "percent_above": 32.8, "severity": "warn", "event_id": 1, "event_count": 1,
            "first_event_at": self.now, "last_event_at": self.now,
        }  # fmt: skip
        return self.insert("hotspots", [row | values])[0]

    def scored_events(self, ages_days: Sequence[float], entity: str = "Trunk", **values: Any) -> list[int]:
        """Artic runs of 100 km with 9 t, so many days before now, each with its prediction."""
        event = {
            "event_type": "logistics", "supplier_id": "Calder", "route_id": entity, "vehicle_type": "artic_44t",
            "fuel_type": "diesel", "distance_km": 100.0, "load_kg": 9000.0,
        } | values  # fmt: skip
        times = [self.now - timedelta(days=age) for age in ages_days]
        ids = self.insert("events_normalized", [event | {"timestamp": at} for at in times])
        prediction = {"prediction_type": event["event_type"], "model_version": "test", "entity": entity}
        prediction["entity_type"] = values.get("entity_type", "route")
        self.insert(
            "predictions",
            [prediction | {"event_id": key, "event_time": at} for key, at in zip(ids, times, strict=True)],
        )
        return ids

    def recommendation(self, hotspot_id: int, measure_id: str, **values: Any) -> int:
        row = {
            "hotspot_id": hotspot_id, "supplier_id": "Trunk", "measure_id": measure_id, "title": "Do it",
            "description": "Like this.", "co2_reduction": 57.5, "created_at": self.now, "updated_at": self.now,
        }  # fmt: skip
        return self.insert("recommendations", [row | values])[0]

    def audit(self) -> list[tuple[str, str, str, str | None, Row]]:
        query = "SELECT action, entity_id, user_id, notes, metadata FROM audit_logs ORDER BY id"
        return self.connection.execute(query).fetchall()


@pytest.fixture
def rows(database_url: str, now: datetime) -> Any:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Rows(connection, now)


@pytest.fixture
def pending(rows: Rows) -> Callable[[], int]:
    """Makes one more pending recommendation and returns its id."""
    numbers = iter(range(1, 1000))
    hotspot_id = rows.hotspot()
    return lambda: rows.recommendation(hotspot_id, f"T{next(numbers)}")
