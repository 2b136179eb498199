"""The data core: tenants, timers, events as received and as used, ingest jobs, quality, the backlog of the scan."""

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
PROTECTED = (
    "alembic_version",
    "tenants",
    "timers",
    "events_raw",
    "events_normalized",
    "scan_backlog",
    "ingest_jobs",
    "data_quality",
)

revision = "0001"
down_revision = None


def upgrade() -> None:
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
    op.execute("INSERT INTO tenants (name) VALUES ('default')")
    op.execute(QUEUE_FOR_SCAN)
    op.execute(QUEUE_TRIGGER)
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table in reversed(PROTECTED[1:]):
        op.drop_table(table)
    op.execute("DROP FUNCTION queue_events_for_scan")
