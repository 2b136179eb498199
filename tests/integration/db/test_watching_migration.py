"""Revisions 0008 and 0009 on what the release before has found: sums, peaks, and one alert for each conversation."""

from datetime import UTC, date, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, text

from carbon_nexus.alerts.model import fingerprint_of
from carbon_nexus.db import migrate
from tests.integration.db.test_provenance_migration import database, rows, to

__all__ = ["database"]  # a fixture

FIRST = datetime(2026, 3, 1, 8, tzinfo=UTC)
PEAK, LAST, OVER = FIRST + timedelta(hours=3), FIRST + timedelta(hours=5), FIRST + timedelta(days=2)
GOES_ON, ENDED, LONE = 1, 2, 3  # hotspots: risen from warn to critical, resolved, and one whose event is gone
HOTSPOT = """
INSERT INTO hotspots (id, entity, entity_type, event_type, predicted_co2, baseline_co2, percent_above, severity, status,
    event_id, event_count, first_event_at, last_event_at, resolved_at)
VALUES (:id, :entity, 'factory', 'factory', 300, 100, 200, :severity, :status, :event_id, 4, :first, :last,
    :resolved_at)
"""
ALERT = """
INSERT INTO alerts (level, message, hotspot_id, transition, created_at, acknowledged)
VALUES (:level, :level, :hotspot_id, :transition, :at, :level = 'critical')
"""
PREDICTION = """
INSERT INTO predictions (event_id, prediction_type, predicted_co2, model_version, entity, entity_type, event_time)
VALUES (11, 'factory', 300, 'test', 'F-1', 'factory', :at)
"""
HOUR = """
INSERT INTO emissions_hourly (hour, event_type, entity_type, entity, co2e_kg, ttw_kg, wtt_kg, event_count,
    unestimated_count)
VALUES (:at, 'factory', 'factory', :entity, :kg, :kg, 0, 2, 1)
"""
BASELINE = """
INSERT INTO baselines (entity, entity_type, event_type, activity_unit, season_cell, baseline_value, calculation_method,
    sample_size, sufficiency)
VALUES ('F-1', 'factory', 'factory', 'event', 0, 100, 'median', 40, 'ok')
"""
OF_THIS_RELEASE = (
    "INSERT INTO rules (name, kind, spec) VALUES ('r', 'hotspot', '{}')",
    """INSERT INTO hotspots (id, entity, entity_type, event_type, metric, predicted_co2, baseline_co2, percent_above,
        severity, event_id, event_count, first_event_at, last_event_at)
    SELECT 9, entity, entity_type, event_type, 'absolute', 1, 1, 0, 'info', 11, 1, now(), now() FROM hotspots
    WHERE entity = 'F-1'""",
    """INSERT INTO baselines (entity, entity_type, event_type, metric, activity_unit, season_cell, calculation_method,
        sample_size, sufficiency)
    SELECT entity, entity_type, event_type, given.metric, 'day', 0, 'median', 9, 'disqualified'
    FROM baselines, unnest(ARRAY['absolute', 'intensity']) AS given (metric)""",
    "INSERT INTO alerts (level, message, kind) VALUES ('warn', 'no data', 'missing_data')",
    "INSERT INTO alerts (level, message, hotspot_id) SELECT 'warn', 'again', 1",
    "INSERT INTO alert_events (alert_id, at, action, reason, actor) SELECT id, now(), 'state', '', 'a' FROM alerts",
)


def _as_release_before(connection: Connection) -> None:
    told = [
        (GOES_ON, "F-1", "critical", "active", 11, None),
        (ENDED, "F-2", "warn", "resolved", 12, OVER),
        (LONE, "F-3", "info", "active", 13, None),
    ]
    names = ("id", "entity", "severity", "status", "event_id", "resolved_at")
    for row in told:
        connection.execute(text(HOTSPOT), dict(zip(names, row, strict=True)) | {"first": FIRST, "last": LAST})
    for hotspot_id, level, transition, at in [
        (GOES_ON, "warn", "opened", FIRST),
        (GOES_ON, "critical", "escalated", PEAK),
        (ENDED, "warn", "opened", FIRST),
    ]:
        given = {"hotspot_id": hotspot_id, "level": level, "transition": transition, "at": at}
        connection.execute(text(ALERT), given)
    connection.execute(text(PREDICTION), {"at": PEAK})
    for entity, hours, kg in [("F-1", 0, 1.5), ("F-1", 15, 2.0), ("F-1", 16, 4.0), ("F-2", 0, 8.0)]:
        connection.execute(text(HOUR), {"at": FIRST + timedelta(hours=hours), "entity": entity, "kg": kg})
    connection.execute(text(BASELINE))


@pytest.fixture
def upgraded(database: Engine, database_url: str) -> Engine:
    """A database of the release before with findings, brought to this release."""
    with database.begin() as connection:
        to(connection, command.downgrade, "0007")
        _as_release_before(connection)
    migrate.upgrade(database_url)
    migrate.check(database_url)
    return database


def test_alerts_of_each_level_of_a_hotspot_become_one_open_alert(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        alerts = rows(
            connection,
            """SELECT hotspot_id, level, state, acknowledged, fired_at, resolved_at IS NULL, labels ->> 'entity'
            FROM alerts ORDER BY id""",
        )
        known = rows(connection, "SELECT fingerprint FROM alerts WHERE state <> 'resolved'")
        resolved = rows(connection, "SELECT resolved_at FROM alerts WHERE hotspot_id = 2")
    assert alerts == [
        (GOES_ON, "warn", "resolved", False, FIRST, False, "F-1"),
        (GOES_ON, "critical", "firing", True, PEAK, True, "F-1"),
        (ENDED, "warn", "resolved", False, FIRST, False, "F-2"),
    ]
    labels = {"entity": "F-1", "entity_type": "factory", "event_type": "factory", "metric": "intensity"}
    assert known == [(fingerprint_of("default", labels),)]  # the next finding is told to go on with it
    assert resolved == [(OVER,)]


def test_hourly_sums_are_daily_sums_of_each_entity_that_need_no_comparison(upgraded: Engine) -> None:
    query = """SELECT entity, entity_type, event_type, day, co2e_kg, event_count, scored, typical_kg
    FROM emissions_entity_daily ORDER BY 1, 4"""
    kind = ("factory", "factory")
    with upgraded.connect() as connection:
        assert rows(connection, query) == [
            ("F-1", *kind, date(2026, 3, 1), 3.5, 4, True, None),
            ("F-1", *kind, date(2026, 3, 2), 4.0, 2, True, None),
            ("F-2", *kind, date(2026, 3, 1), 8.0, 2, True, None),
        ]


def test_hotspots_and_baselines_stay_and_say_what_they_were_found_by(upgraded: Engine) -> None:
    query = "SELECT id, severity, status, event_count, metric, kind, policy, rule, peak_at FROM hotspots ORDER BY id"
    found_by = ("intensity", "spike", "ratio", "default")
    with upgraded.connect() as connection:
        assert rows(connection, query) == [
            (GOES_ON, "critical", "active", 4, *found_by, PEAK),
            (ENDED, "warn", "resolved", 4, *found_by, LAST),  # its event is not there to ask
            (LONE, "info", "active", 4, *found_by, LAST),
        ]
        kept = rows(connection, "SELECT metric, baseline_value, sufficiency, reasons FROM baselines")
    assert kept == [("intensity", 100.0, "ok", [])]


def test_the_way_back_keeps_what_the_release_before_knows(upgraded: Engine, database_url: str) -> None:
    with upgraded.begin() as connection:
        for statement in OF_THIS_RELEASE:
            connection.execute(text(statement))
        to(connection, command.downgrade, "0007")
        levels = "SELECT hotspot_id, level FROM alerts ORDER BY 1, 2"
        assert rows(connection, levels) == [(GOES_ON, "critical"), (GOES_ON, "warn"), (ENDED, "warn")]
        statuses = "SELECT entity, status FROM hotspots ORDER BY 1, 2"
        assert rows(connection, statuses) == [
            ("F-1", "active"), ("F-1", "resolved"), ("F-2", "resolved"), ("F-3", "active"),
        ]  # fmt: skip
        assert rows(connection, "SELECT entity, baseline_value FROM baselines") == [("F-1", 100.0)]
    migrate.upgrade(database_url)
    migrate.check(database_url)
