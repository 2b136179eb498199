"""Revision 0018: changes are noted from then on, and no longer after the way back."""

from alembic import command
from sqlalchemy import Engine, inspect, text

from tests.integration.db.test_provenance_migration import database, to

__all__ = ["database"]  # a fixture

JOB = text("INSERT INTO ingest_jobs (job_id, status) VALUES (gen_random_uuid(), 'queued')")
TRIGGERS = text("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'live\\_%'")


def test_the_way_back_leaves_no_trigger_and_changes_go_on(database: Engine) -> None:
    with database.begin() as connection:
        to(connection, command.downgrade, "0017")
        assert connection.scalar(TRIGGERS) == 0
        assert not inspect(connection).has_table("live_events")
        connection.execute(JOB)
        to(connection, command.upgrade, "0018")
        connection.execute(JOB)
        told = connection.execute(text("SELECT channel, subject_id, created, seq FROM live_events")).all()
    assert [tuple(each) for each in told] == [("ingest_jobs", 2, True, None)]
