"""The table of what a tenant tells once about a supplier, route, factory or warehouse."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, Text, UniqueConstraint

from carbon_nexus.db.tables.base import amount, id_column, metadata, moment, tenant_column

entity_profiles = Table(
    "entity_profiles",
    metadata,
    id_column(),
    tenant_column(),
    Column("entity_type", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("operator", Text, comment="who runs it; null: the tenant itself"),
    Column("grid_region", Text),
    amount("market_kg_per_kwh"),
    Column("market_instrument", Text, comment="the contract that market_kg_per_kwh comes from"),
    amount("floor_area_m2"),
    Column("building_use", Text),
    Column("refrigerant", Text),
    amount("refrigerant_charge_kg"),
    Column("leak_equipment", Text),
    Column("furnace_fuel", Text),
    Column("furnace_unit", Text, comment="what furnace_usage of its events counts, where the event does not say"),
    amount("furnace_rated_kw"),
    Column("cooling_metered", Boolean, comment="whether cooling is behind the same electricity meter"),
    amount("cooling_cop"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint("tenant_id", "entity_type", "entity"),
    CheckConstraint("entity_type IN ('supplier', 'route', 'factory', 'warehouse')", name="entity_type"),
    CheckConstraint("operator IN ('own', 'purchased', 'customer')", name="operator"),
    CheckConstraint("(market_kg_per_kwh IS NULL) = (market_instrument IS NULL)", name="market_instrument"),
)
Index("ix_entity_profiles_newest", entity_profiles.c.tenant_id, entity_profiles.c.id.desc())
