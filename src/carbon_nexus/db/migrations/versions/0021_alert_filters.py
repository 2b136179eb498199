"""Alerts are counted and filtered by indexes: the resolved ones of years are many, and nobody reads them all."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    # enough for every count by state, level and rule, which then reads no alert
    op.create_index("ix_alerts_state", "alerts", ["tenant_id", "state", "level", "rule"])
    op.create_index("ix_alerts_entity", "alerts", ["tenant_id", sa.text("(labels ->> 'entity'::text)")])
    named = sa.text("assignee IS NOT NULL")
    op.create_index("ix_alerts_assignee", "alerts", ["tenant_id", "assignee"], postgresql_where=named)


def downgrade() -> None:
    for name in ("ix_alerts_assignee", "ix_alerts_entity", "ix_alerts_state"):
        op.drop_index(name, "alerts")
