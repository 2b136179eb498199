"""Findings: what is typical, what stands out, what is said and proposed about it; the audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# On Supabase the public schema is open to the web roles: without row security anyone could read every table.
PROTECTED = ("baselines", "hotspots", "alerts", "recommendations", "audit_logs")

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "baselines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("activity_unit", sa.Text(), nullable=False),
        sa.Column(
            "season_cell",
            sa.SmallInteger(),
            nullable=False,
            comment="0: all times; 1-48: hour of day x weekend, UTC",
        ),
        sa.Column(
            "baseline_value",
            sa.Double(),
            nullable=True,
            comment="typical kg CO2e per activity_unit; null: insufficient",
        ),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("calculation_method", sa.Text(), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=False),
        sa.Column("confidence_score", sa.Double(), nullable=True),
        sa.Column("sufficiency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("sufficiency IN ('ok', 'young')", name=op.f("ck_baselines_sufficiency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baselines")),
        sa.UniqueConstraint(
            "tenant_id",
            "entity",
            "entity_type",
            "event_type",
            "activity_unit",
            "season_cell",
            name=op.f("uq_baselines_tenant_id_entity_entity_type_event_type_activity_unit_season_cell"),
        ),
    )
    op.create_table(
        "hotspots",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("predicted_co2", sa.Double(), nullable=False, comment="kg CO2e of the event that stands out most"),
        sa.Column("baseline_co2", sa.Double(), nullable=False, comment="typical kg CO2e for that event's activity"),
        sa.Column("percent_above", sa.Double(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "event_count",
            sa.Integer(),
            nullable=False,
            comment="events at or above the info threshold so far",
        ),
        sa.Column("first_event_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("severity IN ('info', 'warn', 'critical')", name=op.f("ck_hotspots_severity")),
        sa.CheckConstraint("status IN ('active', 'resolved', 'ignored')", name=op.f("ck_hotspots_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotspots")),
    )
    op.create_index("ix_hotspots_newest", "hotspots", ["tenant_id", sa.literal_column("id DESC")], unique=False)
    op.create_index(
        "uq_hotspots_one_active",
        "hotspots",
        ["tenant_id", "entity", "entity_type", "event_type"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("hotspot_id", sa.BigInteger(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("acknowledged", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN ('info', 'warn', 'critical')", name=op.f("ck_alerts_level")),
        sa.CheckConstraint("transition IN ('opened', 'escalated')", name=op.f("ck_alerts_transition")),
        sa.ForeignKeyConstraint(["hotspot_id"], ["hotspots.id"], name=op.f("fk_alerts_hotspot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("hotspot_id", "level", name=op.f("uq_alerts_hotspot_id_level")),
    )
    op.create_index("ix_alerts_newest", "alerts", ["tenant_id", sa.literal_column("id DESC")], unique=False)
    op.create_table(
        "recommendations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("hotspot_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "supplier_id",
            sa.Text(),
            nullable=False,
            comment="the hotspot's entity, under the original's name",
        ),
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "co2_reduction",
            sa.Double(),
            nullable=True,
            comment="kg CO2e saved per 28 days, simulated; null: see reason",
        ),
        sa.Column("saving_low_kg", sa.Double(), nullable=True),
        sa.Column("saving_high_kg", sa.Double(), nullable=True),
        sa.Column("cost_impact", sa.Text(), nullable=True),
        sa.Column("feasibility", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("root_cause", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision_notes", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'rejected', 'implemented')",
            name=op.f("ck_recommendations_status"),
        ),
        sa.ForeignKeyConstraint(["hotspot_id"], ["hotspots.id"], name=op.f("fk_recommendations_hotspot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
        sa.UniqueConstraint("hotspot_id", "measure_id", name=op.f("uq_recommendations_hotspot_id_measure_id")),
    )
    op.create_index(
        "ix_recommendations_newest",
        "recommendations",
        ["tenant_id", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "audit_logs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column(
            "metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("timestamp", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_logs")),
    )
    op.create_index("ix_audit_logs_entity", "audit_logs", ["tenant_id", "entity_type", "entity_id"], unique=False)
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table in reversed(PROTECTED):
        op.drop_table(table)
