"""The first schema: the original's tables and columns, ours added, a tenant on each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# Rows written by any program, ours or another, are queued for the scan: one backlog row per statement and tenant.
QUEUE_FOR_SCAN = """
CREATE FUNCTION queue_events_for_scan() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO scan_backlog (tenant_id, first_event_id, last_event_id, event_count)
    SELECT tenant_id, min(id), max(id), count(*) FROM stored GROUP BY tenant_id;
    RETURN NULL;
END
$$
"""
QUEUE_TRIGGER = """
CREATE TRIGGER queue_for_scan AFTER INSERT ON events_normalized
REFERENCING NEW TABLE AS stored FOR EACH STATEMENT EXECUTE FUNCTION queue_events_for_scan()
"""
# On Supabase the public schema is open to the web roles: without row security anyone could read every table.
PROTECTED = [
    "alembic_version",
    "alerts",
    "audit_logs",
    "baselines",
    "data_quality",
    "emissions_daily",
    "emissions_hourly",
    "events_normalized",
    "events_raw",
    "hotspots",
    "ingest_jobs",
    "predictions",
    "recommendations",
    "scan_backlog",
    "tenants",
    "timers",
]

revision = "0001"
down_revision = None


def upgrade() -> None:
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
        "data_quality",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=True),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completeness_pct", sa.Double(), nullable=True),
        sa.Column("predicted_pct", sa.Double(), nullable=True),
        sa.Column("anomalies_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total_rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_quality")),
        sa.UniqueConstraint(
            "tenant_id",
            "window_start",
            "supplier_id",
            name=op.f("uq_data_quality_tenant_id_window_start_supplier_id"),
        ),
        comment="one row per supplier and UTC day of arrival",
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
        "events_normalized",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), server_default=sa.text("'external'"), nullable=False),
        sa.Column("external_id", sa.Text(), server_default=sa.text("gen_random_uuid()::text"), nullable=False),
        sa.Column("vehicle_type", sa.Text(), nullable=True),
        sa.Column("fuel_type", sa.Text(), nullable=True),
        sa.Column("route_id", sa.Text(), nullable=True),
        sa.Column("warehouse_id", sa.Text(), nullable=True),
        sa.Column("factory_id", sa.Text(), nullable=True),
        sa.Column("distance_km", sa.Double(), nullable=True),
        sa.Column("load_kg", sa.Double(), nullable=True),
        sa.Column("speed", sa.Double(), nullable=True),
        sa.Column("energy_kwh", sa.Double(), nullable=True),
        sa.Column("fuel_litres", sa.Double(), nullable=True),
        sa.Column("furnace_usage", sa.Double(), nullable=True),
        sa.Column("cooling_load", sa.Double(), nullable=True),
        sa.Column("shift_hours", sa.Double(), nullable=True),
        sa.Column("temperature", sa.Double(), nullable=True),
        sa.Column("refrigeration_load", sa.Double(), nullable=True),
        sa.Column("inventory_volume", sa.Double(), nullable=True),
        sa.Column("traffic_score", sa.Double(), nullable=True),
        sa.Column("stop_events", sa.Integer(), nullable=True),
        sa.Column("delivery_count", sa.Integer(), nullable=True),
        sa.Column("is_outlier", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("simulated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ingest_job_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "event_type IN ('logistics', 'delivery', 'factory', 'warehouse')",
            name=op.f("ck_events_normalized_event_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events_normalized")),
        sa.UniqueConstraint(
            "external_id", "source", "tenant_id", name=op.f("uq_events_normalized_external_id_source_tenant_id")
        ),
    )
    op.create_table(
        "events_raw",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=True),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("data_source", sa.Text(), nullable=True),
        sa.Column("ingest_job_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events_raw")),
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
        "ingest_jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("job_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("rows_total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_processed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_stored", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_duplicate", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "errors",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('processing', 'complete', 'failed')", name=op.f("ck_ingest_jobs_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingest_jobs")),
        sa.UniqueConstraint("job_id", name=op.f("uq_ingest_jobs_job_id")),
    )
    op.create_index("ix_ingest_jobs_newest", "ingest_jobs", ["tenant_id", sa.literal_column("id DESC")], unique=False)
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
        "scan_backlog",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("first_event_id", sa.BigInteger(), nullable=False),
        sa.Column("last_event_id", sa.BigInteger(), nullable=False),
        sa.Column("event_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_backlog")),
        comment="one row per statement that stored events: the ids it used; a scan claims and removes it",
    )
    op.create_table(
        "tenants",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("name", name=op.f("uq_tenants_name")),
    )
    op.create_table(
        "timers",
        sa.Column("name", sa.Text(), nullable=False, comment="which timer"),
        sa.Column(
            "last_run_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when one process last claimed a tick",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_timers")),
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
    op.execute("INSERT INTO tenants (name) VALUES ('default')")
    op.execute(QUEUE_FOR_SCAN)
    op.execute(QUEUE_TRIGGER)
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table in (
        "alerts",
        "recommendations",
        *(name for name in PROTECTED[2:] if name != "recommendations"),
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION queue_events_for_scan")
