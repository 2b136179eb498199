"""Revision 0010 on a trail of the release before, and back."""

from alembic import command
from sqlalchemy import Engine, text

from carbon_nexus.db import migrate
from tests.integration.db.test_provenance_migration import database, rows, to

__all__ = ["database"]  # a fixture

ENTRY = (
    "INSERT INTO audit_logs (tenant_id, action, entity_type, entity_id, user_id{}) VALUES ({}, 'a', 'b', 'c', 'd'{})"
)
CHAIN = "SELECT tenant_id, position, audit_id FROM audit_chain ORDER BY 1, 2"
HEADS = """
SELECT h.tenant_id, h.position, h.hash = c.hash FROM audit_heads h JOIN audit_chain c USING (tenant_id, position)
ORDER BY 1
"""


def test_entries_of_the_release_before_are_linked_and_the_way_back_keeps_what_was_written(
    database: Engine, database_url: str
) -> None:
    with database.begin() as connection:
        to(connection, command.downgrade, "0009")
        for tenant_id in (1, 2, 1):
            connection.execute(text(ENTRY.format("", tenant_id, "")))
    migrate.upgrade(database_url)
    migrate.check(database_url)
    with database.begin() as connection:
        assert rows(connection, CHAIN) == [(1, 1, 1), (1, 2, 3), (2, 1, 2)]
        connection.execute(text(ENTRY.format(", after", 2, ", '{\"v\": 2}'")))
    with database.begin() as connection:
        assert rows(connection, HEADS) == [(1, 2, True), (2, 2, True)]
        to(connection, command.downgrade, "0009")
        details = "SELECT metadata FROM audit_logs ORDER BY id"
        assert rows(connection, details) == [({},), ({},), ({},), ({"before": None, "after": {"v": 2}},)]
        connection.execute(text("DELETE FROM audit_logs WHERE id = 1"))
    migrate.upgrade(database_url)
    with database.connect() as connection:
        assert rows(connection, CHAIN) == [(1, 1, 3), (2, 1, 2), (2, 2, 4)]
