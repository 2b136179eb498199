"""Diagnoses of hotspots, and the whole life of a recommendation."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

OLD = "status IN ('pending', 'approved', 'rejected', 'implemented')"
NEW = "status IN ('pending', 'approved', 'rejected', 'implemented', 'verified', 'not_effective')"
ADDED: tuple[sa.Column[Any], ...] = (
    sa.Column("payback_months", sa.Double(), comment="null where cost or yearly saving is not known"),
    sa.Column("cause", sa.Text(), comment="of the diagnosis it was proposed for"),
    sa.Column("rank", sa.Integer(), comment="1: the first of its hotspot; why stands in provenance"),
    sa.Column("engine", sa.Text(), server_default=sa.text("'embedded'"), nullable=False, comment="embedded or rag"),
    sa.Column("returns_because", sa.Text(), comment="what has changed since the measure was rejected for this entity"),
    sa.Column("proposed_by", sa.Text(), server_default=sa.text("'propose'"), nullable=False),
    sa.Column("assignee", sa.Text()),
    sa.Column("implemented_by", sa.Text()),
    sa.Column("implemented_at", sa.DateTime(timezone=True)),
    sa.Column(
        "verified_at", sa.DateTime(timezone=True), comment="when its real effect was judged, whatever the verdict"
    ),
)


def upgrade() -> None:
    op.create_table(
        "diagnoses",
        sa.Column("hotspot_id", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "cause", sa.Text(), nullable=False, comment="load, speed, fuel, vehicle ...; unknown: see root_cause"
        ),
        sa.Column("root_cause", sa.Text(), nullable=False, comment="one sentence with the episode's own figures"),
        sa.Column(
            "effects",
            postgresql.JSONB(),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
            comment="kg CO2e of each input",
        ),
        sa.Column(
            "remote",
            sa.Text(),
            comment="of a separate RAG service: waiting, answered or failed; null: none is asked",
        ),
        sa.Column("remote_detail", sa.Text(), comment="why it failed"),
        sa.Column(
            "summary",
            postgresql.JSONB(),
            comment="what a language model wrote, its citations, and whether it is grounded",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("remote IN ('waiting', 'answered', 'failed')", name=op.f("ck_diagnoses_remote")),
        sa.ForeignKeyConstraint(["hotspot_id"], ["hotspots.id"], name=op.f("fk_diagnoses_hotspot_id")),
        sa.PrimaryKeyConstraint("hotspot_id", name=op.f("pk_diagnoses")),
    )
    op.execute("ALTER TABLE diagnoses ENABLE ROW LEVEL SECURITY")
    for column in ADDED:
        op.add_column("recommendations", column._copy())
    _check("status", NEW)
    op.create_check_constraint(op.f("ck_recommendations_engine"), "recommendations", "engine IN ('embedded', 'rag')")
    op.create_index("ix_recommendations_entity", "recommendations", ["tenant_id", "supplier_id"])


def _check(name: str, condition: str) -> None:
    constraint = op.f(f"ck_recommendations_{name}")
    op.drop_constraint(constraint, "recommendations")
    op.create_check_constraint(constraint, "recommendations", condition)


def downgrade() -> None:
    op.execute("UPDATE recommendations SET status = 'implemented' WHERE status IN ('verified', 'not_effective')")
    op.drop_index("ix_recommendations_entity", table_name="recommendations")
    op.drop_constraint(op.f("ck_recommendations_engine"), "recommendations")
    _check("status", OLD)
    for column in reversed(ADDED):
        op.drop_column("recommendations", column.name)
    op.drop_table("diagnoses")
