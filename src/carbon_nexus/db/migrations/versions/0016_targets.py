"""Targets of a month."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("entity", sa.Text(), comment="null: of all entities"),
        sa.Column("entity_type", sa.Text(), comment="of the entity; null without one"),
        sa.Column("event_type", sa.Text(), comment="null: of all types of event"),
        sa.Column(
            "month",
            sa.Date(),
            nullable=False,
            comment="first day of the UTC month it holds in, or from which on it holds",
        ),
        sa.Column(
            "standing", sa.Boolean(), nullable=False, comment="holds for every month until another takes its place"
        ),
        sa.Column("amount_kg", sa.Double(), nullable=False, comment="kg CO2e of one month"),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount_kg > 0", name=op.f("ck_targets_amount")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_targets_month")),
        sa.CheckConstraint("(entity IS NULL) = (entity_type IS NULL)", name=op.f("ck_targets_entity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint(
            *("tenant_id", "entity", "entity_type", "event_type", "month", "standing"),
            name="uq_targets_scope",
            postgresql_nulls_not_distinct=True,
        ),
        comment="what emissions must not pass in a month; a single month's goes before a standing one",
    )
    op.execute("ALTER TABLE targets ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("targets")
