"""The tables of the scenarios come and go."""

from alembic import command
from sqlalchemy import Engine, inspect

from carbon_nexus.db import migrate
from tests.integration.db.test_provenance_migration import database, to

__all__ = ["database"]  # a fixture

TABLES = {"scenarios", "scenario_runs"}


def test_there_is_a_way_back_and_forth_again(database: Engine, database_url: str) -> None:
    for move, revision, there in ((command.downgrade, "0016", set()), (command.upgrade, "head", TABLES)):
        with database.begin() as connection:
            to(connection, move, revision)
        assert TABLES & set(inspect(database).get_table_names()) == there
    migrate.check(database_url)
