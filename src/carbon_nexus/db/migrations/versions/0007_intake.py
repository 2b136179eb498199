"""Intake: files of any kind, jobs that go on after a crash, rejected rows, presets, quality by source, filled gaps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

# A row without an id was named by 32 digits of its hash; now by its second and the first 24 of these digits, so that
# rows that arrive in the order of their time are neighbours in the unique index.
RENAME_ROWS = """
UPDATE events_normalized
SET external_id = 'row-' || lpad(extract(epoch FROM date_trunc('second', "timestamp"))::bigint::text, 10, '0')
    || '-' || substr(external_id, 5, 24)
WHERE external_id ~ '^row-[0-9a-f]{32}$'
"""
NEW_STATUSES = "status IN ('queued', 'processing', 'complete', 'failed', 'cancelled', 'undone')"
OLD_STATUSES = "status IN ('processing', 'complete', 'failed')"
EVENT_TYPES = ("logistics", "delivery", "factory", "warehouse")
QUALITY_KEY = ["tenant_id", "window_start", "supplier_id", "source", "entity", "entity_type"]
PROTECTED = ("ingest_rejects", "mapping_presets", "estimated_values")


def upgrade() -> None:
    op.add_column(
        "events_normalized",
        sa.Column("source_zone", sa.Text(), comment="time zone or offset the timestamp was sent in; null: UTC"),
    )
    op.add_column(
        "predictions",
        sa.Column(
            "filled", sa.Boolean(), server_default=sa.text("false"), nullable=False,
            comment="made with an estimated value",
        ),
    )  # fmt: skip
    op.execute(RENAME_ROWS)
    # the same rule without IN, which takes an array apart for every row
    _event_type_rule(" OR ".join(f"event_type = '{name}'" for name in EVENT_TYPES))
    _jobs()
    _quality()
    op.create_table(
        "ingest_rejects",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("ingest_job_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column(
            "problems", postgresql.JSONB(astext_type=sa.Text()), nullable=False,
            comment="list of field, value, rule, remedy",
        ),
        sa.Column(
            "received", postgresql.JSONB(astext_type=sa.Text()), nullable=False,
            comment="the row as received, by column",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingest_rejects")),
        comment="one row per row that was not accepted",
    )  # fmt: skip
    op.create_index("ix_ingest_rejects_job", "ingest_rejects", ["ingest_job_id", "id"])
    op.create_table(
        "mapping_presets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_presets")),
        sa.UniqueConstraint("tenant_id", "source", name=op.f("uq_mapping_presets_tenant_id_source")),
        comment="how the files of a source are read",
    )
    op.create_table(
        "estimated_values",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False, comment="in the unit of the field"),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "field IN ('distance_km', 'load_kg', 'speed', 'energy_kwh')", name=op.f("ck_estimated_values_field")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimated_values")),
        sa.UniqueConstraint("event_id", "field", name=op.f("uq_estimated_values_event_id_field")),
        comment="values that stand in where an event has none; the event itself is left as it came",
    )
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _event_type_rule(rule: str) -> None:
    op.drop_constraint("ck_events_normalized_event_type", "events_normalized")
    op.create_check_constraint(op.f("ck_events_normalized_event_type"), "events_normalized", rule)


def _jobs() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    for column in (
        sa.Column("source", sa.Text(), comment="name of the data source"),
        sa.Column("mapping", json, comment="which column told which field, in which unit"),
        sa.Column("facts", json, comment="what was found out of the file before its rows were read"),
        sa.Column(
            "parts_done", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="a job goes on after these"
        ),
        sa.Column("outliers", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_event_id", sa.BigInteger(), comment="no event of the job has a lower id"),
        sa.Column("last_event_id", sa.BigInteger()),
        sa.Column("actor", sa.Text()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("ingest_jobs", column)
    op.alter_column("ingest_jobs", "errors", comment="about the job, not of its rows")
    op.drop_constraint("ck_ingest_jobs_status", "ingest_jobs")
    op.create_check_constraint(op.f("ck_ingest_jobs_status"), "ingest_jobs", NEW_STATUSES)
    # a file was stored in one transaction: one that still says so was never finished, and nothing of it is stored
    op.execute("UPDATE ingest_jobs SET status = 'failed' WHERE status = 'processing'")


def _quality() -> None:
    for column in (
        sa.Column("source", sa.Text()),
        sa.Column("entity", sa.Text(), comment="null: the rows were rejected, or another program wrote the line"),
        sa.Column("entity_type", sa.Text()),
        sa.Column("rejected_rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duplicate_rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "late_rows", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="arrived later than timely"
        ),
        sa.Column(
            "missing", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False,
            comment="rows without it, by field that matters",
        ),
    ):  # fmt: skip
        op.add_column("data_quality", column)
    op.drop_constraint("uq_data_quality_tenant_id_window_start_supplier_id", "data_quality")
    op.create_unique_constraint(
        op.f("uq_data_quality_key"), "data_quality", QUALITY_KEY, postgresql_nulls_not_distinct=True
    )
    op.create_table_comment("data_quality", "one row per source, supplier, entity and UTC day of arrival")


def downgrade() -> None:
    for table in reversed(PROTECTED):
        op.drop_table(table)
    op.drop_constraint("uq_data_quality_key", "data_quality")
    op.execute("DELETE FROM data_quality WHERE source IS NOT NULL")
    for name in ("missing", "late_rows", "duplicate_rows", "rejected_rows", "entity_type", "entity", "source"):
        op.drop_column("data_quality", name)
    op.create_unique_constraint(
        op.f("uq_data_quality_tenant_id_window_start_supplier_id"),
        "data_quality",
        ["tenant_id", "window_start", "supplier_id"],
    )
    op.execute("UPDATE ingest_jobs SET status = 'failed' WHERE status IN ('queued', 'cancelled', 'undone')")
    op.drop_constraint("ck_ingest_jobs_status", "ingest_jobs")
    op.create_check_constraint(op.f("ck_ingest_jobs_status"), "ingest_jobs", OLD_STATUSES)
    for name in (
        "finished_at", "actor", "last_event_id", "first_event_id", "outliers", "parts_done", "facts", "mapping",
        "source",
    ):  # fmt: skip
        op.drop_column("ingest_jobs", name)
    _event_type_rule(f"event_type IN {EVENT_TYPES}")
    op.drop_column("predictions", "filled")
    op.drop_column("events_normalized", "source_zone")
