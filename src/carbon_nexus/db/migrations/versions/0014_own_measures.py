"""Measures of people's own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "own_measures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the tenant; the measure's id is own-<number>"),
        sa.Column("version", sa.Integer(), nullable=False, comment="rises with every change; none is altered"),
        sa.Column("spec", postgresql.JSONB(), nullable=False, comment="the whole measure, as it is written and shown"),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_by", sa.Text()),
        sa.Column(
            "retired_at", sa.DateTime(timezone=True), comment="of the last version: no longer proposed since then"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_measures")),
        sa.UniqueConstraint("tenant_id", "number", "version", name=op.f("uq_own_measures_tenant_id_number_version")),
    )
    op.execute("ALTER TABLE own_measures ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("own_measures")
