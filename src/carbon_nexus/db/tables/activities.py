"""Tables of the data core: events as they came, events as used, jobs, quality, and what is still unscored."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from carbon_nexus.db.tables.base import amount, id_column, metadata, moment, tenant_column

# no IN: it takes an array apart for every row, a microsecond each (a tenth of a bulk load)
EVENT_TYPE_RULE = " OR ".join(f"event_type = '{name}'" for name in ("logistics", "delivery", "factory", "warehouse"))

events_raw = Table(
    "events_raw",
    metadata,
    id_column(),
    tenant_column(),
    Column("supplier_id", Text),
    moment("timestamp"),
    Column("payload", JSONB, nullable=False),
    Column("data_source", Text),
    Column("ingest_job_id", BigInteger),
    moment("created_at", now=True),
)

events_normalized = Table(
    "events_normalized",
    metadata,
    id_column(),
    tenant_column(),
    Column("event_type", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    moment("timestamp", nullable=False),
    Column("source", Text, nullable=False, server_default=text("'external'")),
    Column("external_id", Text, nullable=False, server_default=text("gen_random_uuid()::text")),
    Column("vehicle_type", Text),
    Column("fuel_type", Text),
    Column("route_id", Text),
    Column("warehouse_id", Text),
    Column("factory_id", Text),
    amount("distance_km"),
    amount("load_kg"),
    amount("speed"),
    amount("energy_kwh"),
    amount("fuel_litres"),
    amount("furnace_usage"),
    amount("cooling_load"),
    amount("shift_hours"),
    amount("temperature"),
    amount("refrigeration_load"),
    amount("inventory_volume"),
    amount("traffic_score"),
    Column("stop_events", Integer),
    Column("delivery_count", Integer),
    amount("idle_hours"),
    amount("gas_kwh"),
    Column("furnace_unit", Text, comment="what furnace_usage counts: h, kwh, m3, litre or kg"),
    amount("period_hours"),
    Column("source_zone", Text, comment="time zone or offset the timestamp was sent in; null: UTC"),
    Column("is_outlier", Boolean, nullable=False, server_default=text("false")),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    Column("ingest_job_id", BigInteger),
    moment("created_at", now=True),
    CheckConstraint(EVENT_TYPE_RULE, name="event_type"),
    # the id first: comparing it decides at once, and rows of one source share the rest (a fifth off a bulk load)
    UniqueConstraint("external_id", "source", "tenant_id"),
)

scan_backlog = Table(
    "scan_backlog",
    metadata,
    id_column(),
    tenant_column(),
    Column("first_event_id", BigInteger, nullable=False),
    Column("last_event_id", BigInteger, nullable=False),
    Column("event_count", BigInteger, nullable=False),
    moment("created_at", now=True),
    comment="one row per statement that stored events: the ids it used; a scan claims and removes it",
)

ingest_jobs = Table(
    "ingest_jobs",
    metadata,
    id_column(),
    tenant_column(),
    Column("job_id", Uuid, nullable=False, unique=True, server_default=text("gen_random_uuid()")),
    Column("status", Text, nullable=False),
    Column("filename", Text),
    Column("rows_total", Integer, nullable=False, server_default=text("0")),
    Column("rows_processed", Integer, nullable=False, server_default=text("0")),
    Column("rows_stored", Integer, nullable=False, server_default=text("0")),
    Column("rows_rejected", Integer, nullable=False, server_default=text("0")),
    Column("rows_duplicate", Integer, nullable=False, server_default=text("0")),
    Column(
        "errors", JSONB, nullable=False, server_default=text("'[]'::jsonb"), comment="about the job, not of its rows"
    ),
    Column("source", Text, comment="name of the data source"),
    Column("mapping", JSONB, comment="which column told which field, in which unit"),
    Column("facts", JSONB, comment="what was found out of the file before its rows were read"),
    Column("parts_done", Integer, nullable=False, server_default=text("0"), comment="a job goes on after these"),
    Column("outliers", Integer, nullable=False, server_default=text("0")),
    Column("first_event_id", BigInteger, comment="no event of the job has a lower id"),
    Column("last_event_id", BigInteger),
    Column("actor", Text),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    moment("finished_at"),
    CheckConstraint("status IN ('queued', 'processing', 'complete', 'failed', 'cancelled', 'undone')", name="status"),
)
Index("ix_ingest_jobs_newest", ingest_jobs.c.tenant_id, ingest_jobs.c.id.desc())

ingest_rejects = Table(
    "ingest_rejects",
    metadata,
    id_column(),
    tenant_column(),
    Column("ingest_job_id", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("problems", JSONB, nullable=False, comment="list of field, value, rule, remedy"),
    Column("received", JSONB, nullable=False, comment="the row as received, by column"),
    comment="one row per row that was not accepted",
)
Index("ix_ingest_rejects_job", ingest_rejects.c.ingest_job_id, ingest_rejects.c.id)

mapping_presets = Table(
    "mapping_presets",
    metadata,
    id_column(),
    tenant_column(),
    Column("source", Text, nullable=False),
    Column("mapping", JSONB, nullable=False),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint("tenant_id", "source"),
    comment="how the files of a source are read",
)

data_quality = Table(
    "data_quality",
    metadata,
    id_column(),
    tenant_column(),
    Column("supplier_id", Text),
    moment("window_start", nullable=False),
    amount("completeness_pct"),
    amount("predicted_pct"),
    Column("anomalies_count", Integer, nullable=False, server_default=text("0")),
    Column("total_rows", Integer, nullable=False, server_default=text("0")),
    Column("source", Text),
    Column("entity", Text, comment="null: the rows were rejected, or another program wrote the line"),
    Column("entity_type", Text),
    Column("rejected_rows", Integer, nullable=False, server_default=text("0")),
    Column("duplicate_rows", Integer, nullable=False, server_default=text("0")),
    Column("late_rows", Integer, nullable=False, server_default=text("0"), comment="arrived later than timely"),
    Column(
        "missing",
        JSONB,
        nullable=False,
        server_default=text("'{}'::jsonb"),
        comment="rows without it, by field that matters",
    ),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint(
        *("tenant_id", "window_start", "supplier_id", "source", "entity", "entity_type"),
        name="uq_data_quality_key",
        postgresql_nulls_not_distinct=True,
    ),
    comment="one row per source, supplier, entity and UTC day of arrival",
)

estimated_values = Table(
    "estimated_values",
    metadata,
    id_column(),
    tenant_column(),
    Column("event_id", BigInteger, nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Double, nullable=False, comment="in the unit of the field"),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("method", Text, nullable=False),
    Column("sample_size", Integer, nullable=False),
    moment("created_at", now=True),
    UniqueConstraint("event_id", "field"),
    CheckConstraint("field IN ('distance_km', 'load_kg', 'speed', 'energy_kwh')", name="field"),
    comment="values that stand in where an event has none; the event itself is left as it came",
)
