"""The table of what measured trips teach about the model: a ratio per entity or class, each with its time."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from carbon_nexus.db.tables.base import amount, id_column, metadata, moment, tenant_column

calibrations = Table(
    "calibrations",
    metadata,
    id_column(),
    tenant_column(),
    Column("level", Text, nullable=False, comment="entity: that entity's trips; class: all of the tenant's"),
    Column("entity_type", Text),
    Column("entity", Text, comment="null for a class"),
    Column("event_type", Text, nullable=False),
    Column("vehicle_class", Text, nullable=False),
    Column("fuel", Text, nullable=False),
    Column("quantity", Text, nullable=False, comment="what was measured: fuel, electricity or both"),
    Column("ratio", amount("x").type, nullable=False, comment="median of measured over modelled"),
    Column(
        "half_width", amount("x").type, nullable=False, comment="of the 95 % interval: kg / (1 + w) to kg * (1 + w)"
    ),
    Column("sample", Integer, nullable=False, comment="trips it was fitted on"),
    moment("first_event_at", nullable=False),
    moment("last_event_at", nullable=False),
    moment("created_at", now=True),
    moment("superseded_at", comment="since when it is no longer used; null: in use. Nothing else ever changes"),
    CheckConstraint("level IN ('entity', 'class')", name="level"),
    CheckConstraint("(level = 'entity') = (entity IS NOT NULL AND entity_type IS NOT NULL)", name="entity"),
    CheckConstraint("event_type IN ('logistics', 'delivery')", name="event_type"),
    CheckConstraint("quantity IN ('fuel', 'electricity', 'both')", name="quantity"),
    CheckConstraint("ratio > 0 AND half_width > 0 AND sample > 0", name="positive"),
)
Index("ix_calibrations_newest", calibrations.c.tenant_id, calibrations.c.id.desc())
Index(
    "uq_calibrations_one_live",
    calibrations.c.tenant_id,
    text("coalesce(entity_type, '')"),
    text("coalesce(entity, '')"),
    calibrations.c.event_type,
    calibrations.c.vehicle_class,
    calibrations.c.fuel,
    unique=True,
    postgresql_where=text("superseded_at IS NULL"),
)
