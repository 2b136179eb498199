"""Tables of what to do about what stands out: why it does, what is recommended, and what became of it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from carbon_nexus.db.tables.base import amount, id_column, metadata, moment, tenant_column

STATUSES = "('pending', 'approved', 'rejected', 'implemented', 'verified', 'not_effective')"

diagnoses = Table(
    "diagnoses",
    metadata,
    Column("hotspot_id", BigInteger, ForeignKey("hotspots.id"), primary_key=True),
    tenant_column(),
    Column("cause", Text, nullable=False, comment="load, speed, fuel, vehicle ...; unknown: see root_cause"),
    Column("root_cause", Text, nullable=False, comment="one sentence with the episode's own figures"),
    Column("effects", JSONB, nullable=False, server_default=text("'[]'::jsonb"), comment="kg CO2e of each input"),
    Column("remote", Text, comment="of a separate RAG service: waiting, answered or failed; null: none is asked"),
    Column("remote_detail", Text, comment="why it failed"),
    Column("summary", JSONB, comment="what a language model wrote, its citations, and whether it is grounded"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    CheckConstraint("remote IN ('waiting', 'answered', 'failed')", name="remote"),
)

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
    Column("payback_months", amount("x").type, comment="null where cost or yearly saving is not known"),
    Column("feasibility", Integer),
    amount("confidence"),
    Column("cause", Text, comment="of the diagnosis it was proposed for"),
    Column("root_cause", Text),
    Column("rank", Integer, comment="1: the first of its hotspot; why stands in provenance"),
    Column("engine", Text, nullable=False, server_default=text("'embedded'"), comment="embedded or rag"),
    Column("status", Text, nullable=False, server_default=text("'pending'")),
    Column("returns_because", Text, comment="what has changed since the measure was rejected for this entity"),
    Column("provenance", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("proposed_by", Text, nullable=False, server_default=text("'propose'")),
    Column("assignee", Text),
    Column("decided_by", Text),
    Column("decision_notes", Text),
    moment("decided_at"),
    Column("implemented_by", Text),
    moment("implemented_at"),
    moment("verified_at", comment="when its real effect was judged, whatever the verdict"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    CheckConstraint(f"status IN {STATUSES}", name="status"),
    CheckConstraint("engine IN ('embedded', 'rag')", name="engine"),
    UniqueConstraint("hotspot_id", "measure_id"),
)
Index("ix_recommendations_newest", recommendations.c.tenant_id, recommendations.c.id.desc())
Index("ix_recommendations_entity", recommendations.c.tenant_id, recommendations.c.supplier_id)

own_measures = Table(
    "own_measures",
    metadata,
    id_column(),
    tenant_column(),
    Column("number", Integer, nullable=False, comment="of the tenant; the measure's id is own-<number>"),
    Column("version", Integer, nullable=False, comment="rises with every change; none is altered"),
    Column("spec", JSONB, nullable=False, comment="the whole measure, as it is written and shown"),
    Column("created_by", Text, nullable=False),
    moment("created_at", now=True),
    Column("retired_by", Text),
    moment("retired_at", comment="of the last version: no longer proposed since then"),
    UniqueConstraint("tenant_id", "number", "version"),
)
