"""Estimates: one prediction per event, and the sums the dashboards read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# On Supabase the public schema is open to the web roles: without row security anyone could read every table.
PROTECTED = ("predictions", "emissions_hourly", "emissions_daily")

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "predictions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prediction_type", sa.Text(), nullable=False, comment="the event type"),
        sa.Column(
            "predicted_co2",
            sa.Double(),
            nullable=True,
            comment="kg CO2e, direct plus upstream; null: see reason",
        ),
        sa.Column("confidence_score", sa.Double(), nullable=True),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column(
            "features",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="inputs, where the event itself does not hold them",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ttw_kg", sa.Double(), nullable=True),
        sa.Column("wtt_kg", sa.Double(), nullable=True),
        sa.Column("low_kg", sa.Double(), nullable=True),
        sa.Column("high_kg", sa.Double(), nullable=True),
        sa.Column("scope", sa.SmallInteger(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("factor_id", sa.Text(), nullable=True),
        sa.Column("activity", sa.Double(), nullable=True),
        sa.Column("activity_unit", sa.Text(), nullable=True),
        sa.Column(
            "typical_kg",
            sa.Double(),
            nullable=True,
            comment="what the baseline led to expect for this activity; null: none",
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_predictions")),
    )
    op.create_index("ix_predictions_event_time", "predictions", ["event_time"], unique=False, postgresql_using="brin")
    op.create_table(
        "emissions_hourly",
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("co2e_kg", sa.Double(), nullable=False),
        sa.Column("ttw_kg", sa.Double(), nullable=False),
        sa.Column("wtt_kg", sa.Double(), nullable=False),
        sa.Column("event_count", sa.BigInteger(), nullable=False),
        sa.Column(
            "unestimated_count",
            sa.BigInteger(),
            nullable=False,
            comment="events without an estimate; see their reason",
        ),
    )
    op.create_index(
        "uq_emissions_hourly_cell",
        "emissions_hourly",
        ["tenant_id", "hour", "event_type", "entity_type", "entity"],
        unique=True,
    )
    op.create_table(
        "emissions_daily",
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="UTC day"),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("co2e_kg", sa.Double(), nullable=False),
        sa.Column("ttw_kg", sa.Double(), nullable=False),
        sa.Column("wtt_kg", sa.Double(), nullable=False),
        sa.Column("event_count", sa.BigInteger(), nullable=False),
        sa.Column("unestimated_count", sa.BigInteger(), nullable=False),
    )
    op.create_index("uq_emissions_daily_cell", "emissions_daily", ["tenant_id", "day", "event_type"], unique=True)
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table in reversed(PROTECTED):
        op.drop_table(table)
