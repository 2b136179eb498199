"""Deferred jobs: the tables and functions of Procrastinate, as the pinned version of the library defines them.

A test holds PROCRASTINATE_VERSION to the installed one: an upgrade of the library needs a revision of its own
that runs the library's migrations between the two versions.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0004"
down_revision = "0003"

PROCRASTINATE_VERSION = "3.10.0"
TABLES = (
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_jobs",
    "procrastinate_workers",
)


def upgrade() -> None:
    op.execute(SchemaManager.get_schema())
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    raise NotImplementedError("jobs cannot be taken away from a running system; restore a backup instead")
