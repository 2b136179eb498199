"""Targets: what emissions must not pass in a calendar month."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Table, Text, UniqueConstraint

from carbon_nexus.db.tables.base import amount, id_column, metadata, moment, tenant_column

targets = Table(
    "targets",
    metadata,
    id_column(),
    tenant_column(),
    Column("entity", Text, comment="null: of all entities"),
    Column("entity_type", Text, comment="of the entity; null without one"),
    Column("event_type", Text, comment="null: of all types of event"),
    Column("month", Date, nullable=False, comment="first day of the UTC month it holds in, or from which on it holds"),
    Column("standing", Boolean, nullable=False, comment="holds for every month until another takes its place"),
    Column("amount_kg", amount("x").type, nullable=False, comment="kg CO2e of one month"),
    Column("changed_by", Text, nullable=False),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint(
        *("tenant_id", "entity", "entity_type", "event_type", "month", "standing"),
        name="uq_targets_scope",
        postgresql_nulls_not_distinct=True,
    ),
    CheckConstraint("amount_kg > 0", name="amount"),
    CheckConstraint("extract(day FROM month) = 1", name="month"),
    CheckConstraint("(entity IS NULL) = (entity_type IS NULL)", name="entity"),
    comment="what emissions must not pass in a month; a single month's goes before a standing one",
)
