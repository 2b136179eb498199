"""Revision 0019: sums that are there already tell what of them was measured and is typical."""

from alembic import command
from sqlalchemy import Engine, inspect, text

from tests.integration.db.test_provenance_migration import database, to

__all__ = ["database"]  # a fixture

EVENT_TIMES = {1: "10:05", 2: "10:55", 3: "10:30", 4: "11:00"}
PREDICTION = text("""
INSERT INTO predictions (event_id, prediction_type, predicted_co2, typical_kg, model_version, entity, entity_type,
    event_time, provenance_id, filled)
VALUES (:event_id, 'factory', :kg, :typical_kg, 'm', 'F', 'factory', CAST(:at AS timestamptz), :provenance_id, :filled)
""")
HOUR = text("""
INSERT INTO emissions_hourly (hour, event_type, entity_type, entity, co2e_kg, ttw_kg, wtt_kg, event_count,
    unestimated_count)
SELECT date_trunc('hour', event_time), 'factory', 'factory', 'F', sum(predicted_co2), 0, 0, count(*), 0
FROM predictions GROUP BY 1
""")
DAY = text("""
INSERT INTO emissions_daily (day, event_type, co2e_kg, ttw_kg, wtt_kg, event_count, unestimated_count)
VALUES ('2026-03-18', 'factory', 100, 0, 0, 4, 0)
""")
STORED = [(1, 10, 9, 1, False), (2, 20, None, 2, False), (3, 30, 25, 1, True), (4, 40, 40, 1, False)]


def test_stored_sums_learn_it_from_their_estimates(database: Engine) -> None:
    with database.begin() as connection:
        to(connection, command.downgrade, "0018")
        assert "measured_kg" not in {each["name"] for each in inspect(connection).get_columns("emissions_daily")}
        connection.execute(text("INSERT INTO provenances (digest, tier) VALUES ('a', 'T1'), ('b', 'T2')"))
        names = ("event_id", "kg", "typical_kg", "provenance_id", "filled")
        for row in STORED:
            at = {"at": f"2026-03-18 {EVENT_TIMES[row[0]]}+00"}
            connection.execute(PREDICTION, dict(zip(names, row, strict=True)) | at)
        connection.execute(HOUR)
        connection.execute(DAY)
        to(connection, command.upgrade, "0019")
        hours = connection.execute(
            text("SELECT co2e_kg, measured_kg, typical_kg, typical_count FROM emissions_hourly ORDER BY hour")
        ).all()
        assert [tuple(each) for each in hours] == [(60, 10, 34, 2), (40, 40, 40, 1)]
        assert connection.scalar(text("SELECT measured_kg FROM emissions_daily")) == 50
