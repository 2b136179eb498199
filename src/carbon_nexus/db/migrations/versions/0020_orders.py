"""The list of hotspots in the orders that people ask for: the last page costs what the first one does."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

ORDERS = {
    "ix_hotspots_last_event": "last_event_at",
    "ix_hotspots_above": "percent_above",
    "ix_hotspots_excess": "COALESCE(excess_kg, '-Infinity'::double precision)",
}


def upgrade() -> None:
    for name, key in ORDERS.items():
        op.create_index(name, "hotspots", ["tenant_id", sa.text(key), "id"])


def downgrade() -> None:
    for name in ORDERS:
        op.drop_index(name, "hotspots")
