"""Bring a database to the newest schema, tell which one it has, and write the schema as SQL text."""

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text

MIGRATION_LOCK = 0x_C02E  # any fixed number: two processes that start at once migrate one after the other


def upgrade(url: str) -> str:
    """Apply every migration that is missing, in one transaction; returns the revision the database then has."""
    with _engine(url).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        command.upgrade(_config(connection), "head")
        return _revision(connection) or ""


def check(url: str) -> None:
    """Raises alembic's CommandError when tables and migrations have drifted apart."""
    with _engine(url).begin() as connection:
        command.check(_config(connection))


def revision(url: str) -> str | None:
    """The revision the database has; None when it was never migrated."""
    with _engine(url).connect() as connection:
        return _revision(connection)


def newest_revision() -> str:
    """The revision this version of the product needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def schema_sql() -> str:
    """All migrations as one SQL text for pasting into an SQL editor."""
    written = io.StringIO()
    command.upgrade(_config(output=written), "head", sql=True)
    return written.getvalue()


def _engine(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        connect_args={"prepare_threshold": None, "connect_timeout": 5},
    )


def _config(connection: Connection | None = None, output: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=output, stdout=io.StringIO())
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
