"""Tables of what is typical, what stands out, what is said about it and what to do; and the audit trail."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from carbon_nexus.db.tables.base import amount, id_column, metadata, moment, tenant_column

SEVERITIES = "('info', 'warn', 'critical')"

baselines = Table(
    "baselines",
    metadata,
    id_column(),
    tenant_column(),
    Column("entity", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("activity_unit", Text, nullable=False),
    Column("season_cell", SmallInteger, nullable=False, comment="0: all times; 1-48: hour of day x weekend, UTC"),
    Column("baseline_value", amount("x").type, comment="typical kg CO2e per activity_unit; null: insufficient"),
    amount("low"),
    amount("high"),
    Column("calculation_method", Text, nullable=False),
    Column("sample_size", Integer, nullable=False),
    amount("confidence_score"),
    Column("sufficiency", Text, nullable=False),
    Column("reason", Text),
    moment("window_start"),
    moment("window_end"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint("tenant_id", "entity", "entity_type", "event_type", "activity_unit", "season_cell"),
    CheckConstraint("sufficiency IN ('ok', 'young')", name="sufficiency"),
)

hotspots = Table(
    "hotspots",
    metadata,
    id_column(),
    tenant_column(),
    Column("entity", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("predicted_co2", amount("x").type, nullable=False, comment="kg CO2e of the event that stands out most"),
    Column("baseline_co2", amount("x").type, nullable=False, comment="typical kg CO2e for that event's activity"),
    Column("percent_above", amount("x").type, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False, server_default=text("'active'")),
    Column("event_id", BigInteger, nullable=False),
    Column("event_count", Integer, nullable=False, comment="events at or above the info threshold so far"),
    moment("first_event_at", nullable=False),
    moment("last_event_at", nullable=False),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    moment("resolved_at"),
    CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
    CheckConstraint("status IN ('active', 'resolved', 'ignored')", name="status"),
)
Index(
    "uq_hotspots_one_active",
    *(hotspots.c[name] for name in ("tenant_id", "entity", "entity_type", "event_type")),
    unique=True,
    postgresql_where=text("status = 'active'"),
)
Index("ix_hotspots_newest", hotspots.c.tenant_id, hotspots.c.id.desc())

alerts = Table(
    "alerts",
    metadata,
    id_column(),
    tenant_column(),
    Column("level", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("hotspot_id", BigInteger, ForeignKey("hotspots.id"), nullable=False),
    Column("transition", Text, nullable=False),
    moment("created_at", now=True),
    Column("acknowledged", Boolean, nullable=False, server_default=text("false")),
    moment("acknowledged_at"),
    CheckConstraint(f"level IN {SEVERITIES}", name="level"),
    CheckConstraint("transition IN ('opened', 'escalated')", name="transition"),
    UniqueConstraint("hotspot_id", "level"),  # severity only rises, so each level is told once
)
Index("ix_alerts_newest", alerts.c.tenant_id, alerts.c.id.desc())

recommendations = Table(
    "recommendations",
    metadata,
    id_column(),
    tenant_column(),
    Column("hotspot_id", BigInteger, ForeignKey("hotspots.id"), nullable=False),
    Column("supplier_id", Text, nullable=False, comment="the hotspot's entity, under the original's name"),
    Column("measure_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("co2_reduction", amount("x").type, comment="kg CO2e saved per 28 days, simulated; null: see reason"),
    amount("saving_low_kg"),
    amount("saving_high_kg"),
    Column("cost_impact", Text),
    Column("feasibility", Integer),
    amount("confidence"),
    Column("root_cause", Text),
    Column("status", Text, nullable=False, server_default=text("'pending'")),
    Column("provenance", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("decided_by", Text),
    Column("decision_notes", Text),
    moment("decided_at"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    CheckConstraint("status IN ('pending', 'approved', 'rejected', 'implemented')", name="status"),
    UniqueConstraint("hotspot_id", "measure_id"),
)
Index("ix_recommendations_newest", recommendations.c.tenant_id, recommendations.c.id.desc())

audit_logs = Table(
    "audit_logs",
    metadata,
    id_column(),
    tenant_column(),
    Column("action", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("notes", Text),
    Column("metadata", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    moment("timestamp", now=True),
)
Index("ix_audit_logs_entity", audit_logs.c.tenant_id, audit_logs.c.entity_type, audit_logs.c.entity_id)
