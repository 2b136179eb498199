"""Implemented measures with their entity's events, put in by SQL as other rooms would."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg.rows import dict_row

BEFORE, AFTER = timedelta(days=56), timedelta(days=84)
HOTSPOT = """
INSERT INTO hotspots (tenant_id, entity, entity_type, event_type, predicted_co2, baseline_co2, percent_above, severity,
    event_id, event_count, first_event_at, last_event_at)
VALUES (%(tenant_id)s, %(entity)s, 'route', 'logistics', 200, 100, 100, 'warn', 1, 1, %(at)s, %(at)s)
ON CONFLICT DO NOTHING
"""
RECOMMENDATION = """
INSERT INTO recommendations (tenant_id, hotspot_id, supplier_id, measure_id, title, description, co2_reduction,
    saving_low_kg, saving_high_kg, provenance, status, implemented_at)
SELECT tenant_id, id, entity, %(measure_id)s, 'Do it', 'Like this.', 100, 50, 150,
    jsonb_build_object('acts_on', %(acts_on)s::text, 'window_co2e_kg', 5600), %(status)s, %(implemented_at)s
FROM hotspots WHERE tenant_id = %(tenant_id)s AND entity = %(entity)s RETURNING id
"""
PROVENANCE = """
INSERT INTO provenances (digest, model_version, tier, source) VALUES (%(tier)s, 'set.1', %(tier)s, 'embedded')
ON CONFLICT DO NOTHING
"""
EVENTS = """
WITH given AS (
    SELECT * FROM unnest(%(times)s::timestamptz[], %(done)s::float8[], %(kg)s::float8[]) AS given (at, done, kg)
), stored AS (
    INSERT INTO events_normalized (tenant_id, event_type, supplier_id, route_id, "timestamp", distance_km, load_kg)
    SELECT %(tenant_id)s, 'logistics', 'Calder', %(entity)s, at, done / 10, 10000 FROM given RETURNING id, "timestamp"
)
INSERT INTO predictions (tenant_id, event_id, prediction_type, predicted_co2, model_version, entity, entity_type,
    event_time, activity, activity_unit, provenance_id)
SELECT %(tenant_id)s, stored.id, 'logistics', given.kg, 'set.1', %(entity)s, 'route', given.at, given.done, 't.km',
    (SELECT id FROM provenances WHERE digest = %(tier)s)
FROM given JOIN stored ON stored."timestamp" = given.at
"""


class Fleet:
    """Writes straight into the test's database; `now` is the moment of the tests."""

    def __init__(self, connection: psycopg.Connection[Any], now: datetime) -> None:
        self.connection, self.now = connection, now

    def measure(self, weeks_ago: float = 4, entity: str = "Trunk", **values: Any) -> int:
        """A measure in place for so many weeks; returns the recommendation's id."""
        given = {
            "tenant_id": 1, "entity": entity, "at": datetime(2025, 1, 1, tzinfo=self.now.tzinfo), "measure_id": "M01",
            "acts_on": "fuel per km", "status": "implemented", "implemented_at": self.now - timedelta(weeks=weeks_ago),
        } | values  # fmt: skip
        self.connection.execute(HOTSPOT, given)
        rec_id: int = self.connection.execute(RECOMMENDATION, given).fetchall()[0]["id"]
        return rec_id

    def trips(
        self, start: datetime, end: datetime, saving: float = 0.0, entity: str = "Trunk", tier: str = "T1",
        tenant_id: int = 1, minute: int = 0,
    ) -> None:  # fmt: skip
        """A trip every second hour of start <= time < end: 0.1 kg per t.km, less what is saved."""
        random = np.random.default_rng(3)
        hours = np.arange(0, (end - start) / timedelta(hours=1), 2.0)
        done = random.uniform(500, 1500, len(hours))
        kg = 0.1 * done * random.lognormal(0, 0.05, len(hours)) * (1 - saving)
        times = [start + timedelta(hours=hour, minutes=minute) for hour in hours]
        given: Mapping[str, Any] = {
            "times": times, "done": done.tolist(), "kg": kg.tolist(), "entity": entity, "tier": tier,
            "tenant_id": tenant_id,
        }  # fmt: skip
        self.connection.execute(PROVENANCE, given)
        self.connection.execute(EVENTS, given)

    def saving_fleet(self, saving: float, weeks: float = 4, entity: str = "Trunk", **values: Any) -> int:
        """A measure in place for so many weeks that saves so much, with trips up to now."""
        since = self.now - timedelta(weeks=weeks)
        self.trips(since - BEFORE, since, entity=entity, tenant_id=values.get("tenant_id", 1))
        self.trips(since, self.now, saving, entity, tenant_id=values.get("tenant_id", 1))
        return self.measure(weeks, entity, **values)

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.connection.execute(query).fetchall()


@pytest.fixture
def fleet(database_url: str, now: datetime) -> Iterator[Fleet]:
    with psycopg.connect(database_url, autocommit=True, row_factory=dict_row) as connection:
        yield Fleet(connection, now)


@pytest.fixture
def trail(fleet: Fleet) -> Callable[[], list[tuple[Any, ...]]]:
    """What the audit trail says: action, who, notes, before and after."""
    query = "SELECT action, user_id, notes, before, after FROM audit_logs ORDER BY id"
    return lambda: [tuple(row.values()) for row in fleet.rows(query)]
