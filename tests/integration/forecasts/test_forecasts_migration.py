"""Revision 0015 on estimates of the release before, and the way back."""

from datetime import UTC, date, datetime

from alembic import command
from sqlalchemy import Engine, inspect, text

from carbon_nexus.db import migrate
from tests.integration.db.test_provenance_migration import database, rows, to

__all__ = ["database"]  # a fixture

TABLES = {"forecast_runs", "forecasts"}
AT = datetime(2026, 3, 1, 23, tzinfo=UTC)
PREDICTION = """
INSERT INTO predictions (event_id, prediction_type, predicted_co2, model_version, entity, entity_type, event_time,
    filled)
VALUES (:id, 'factory', :kg, 'test', :entity, 'factory', :at, :filled)
"""
DAY = """
INSERT INTO emissions_entity_daily (day, entity, entity_type, event_type, co2e_kg, event_count)
VALUES ('2026-03-01', 'F-1', 'factory', 'factory', 5, 1)
"""
DAYS = (
    "SELECT entity, day, co2e_kg, event_count, filled_kg, filled_count, scored FROM emissions_entity_daily ORDER BY 1"
)


def test_what_stood_in_is_added_up_and_days_of_nothing_else_go_on_the_way_back(
    database: Engine, database_url: str
) -> None:
    with database.begin() as connection:
        to(connection, command.downgrade, "0014")
        assert not TABLES & set(inspect(connection).get_table_names())
        for place, (entity, kg, filled) in enumerate(
            [("F-1", 5, False), ("F-1", 2, True), ("F-1", 3, True), ("F-2", 7, True), ("F-3", None, True)]
        ):
            given = {"id": place, "entity": entity, "kg": kg, "filled": filled, "at": AT}
            connection.execute(text(PREDICTION), given)
        connection.execute(text(DAY))
    migrate.upgrade(database_url)
    migrate.check(database_url)
    day = date(2026, 3, 1)
    with database.begin() as connection:
        assert set(inspect(connection).get_table_names()) >= TABLES
        assert rows(connection, DAYS) == [("F-1", day, 5, 1, 5, 2, False), ("F-2", day, 0, 0, 7, 1, True)]
        to(connection, command.downgrade, "0014")
        assert rows(connection, "SELECT entity FROM emissions_entity_daily") == [("F-1",)]
    migrate.upgrade(database_url)
