"""What an event may say besides (idling, gas, the unit of furnace usage, its period), and profiles of entities."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("events_normalized", sa.Column("idle_hours", sa.Double(), nullable=True))
    op.add_column("events_normalized", sa.Column("gas_kwh", sa.Double(), nullable=True))
    op.add_column(
        "events_normalized",
        sa.Column(
            "furnace_unit",
            sa.Text(),
            nullable=True,
            comment="what furnace_usage counts: h, kwh, m3, litre or kg",
        ),
    )
    op.add_column("events_normalized", sa.Column("period_hours", sa.Double(), nullable=True))
    op.create_table(
        "entity_profiles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=True, comment="who runs it; null: the tenant itself"),
        sa.Column("grid_region", sa.Text(), nullable=True),
        sa.Column("market_kg_per_kwh", sa.Double(), nullable=True),
        sa.Column(
            "market_instrument",
            sa.Text(),
            nullable=True,
            comment="the contract that market_kg_per_kwh comes from",
        ),
        sa.Column("floor_area_m2", sa.Double(), nullable=True),
        sa.Column("building_use", sa.Text(), nullable=True),
        sa.Column("refrigerant", sa.Text(), nullable=True),
        sa.Column("refrigerant_charge_kg", sa.Double(), nullable=True),
        sa.Column("leak_equipment", sa.Text(), nullable=True),
        sa.Column("furnace_fuel", sa.Text(), nullable=True),
        sa.Column(
            "furnace_unit",
            sa.Text(),
            nullable=True,
            comment="what furnace_usage of its events counts, where the event does not say",
        ),
        sa.Column("furnace_rated_kw", sa.Double(), nullable=True),
        sa.Column(
            "cooling_metered",
            sa.Boolean(),
            nullable=True,
            comment="whether cooling is behind the same electricity meter",
        ),
        sa.Column("cooling_cop", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "entity_type IN ('supplier', 'route', 'factory', 'warehouse')",
            name=op.f("ck_entity_profiles_entity_type"),
        ),
        sa.CheckConstraint(
            "operator IN ('own', 'purchased', 'customer')",
            name=op.f("ck_entity_profiles_operator"),
        ),
        sa.CheckConstraint(
            "(market_kg_per_kwh IS NULL) = (market_instrument IS NULL)",
            name=op.f("ck_entity_profiles_market_instrument"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_profiles")),
        sa.UniqueConstraint(
            "tenant_id", "entity_type", "entity", name=op.f("uq_entity_profiles_tenant_id_entity_type_entity")
        ),
    )
    op.create_index(
        "ix_entity_profiles_newest", "entity_profiles", ["tenant_id", sa.literal_column("id DESC")], unique=False
    )
    # as every table: on Supabase the public schema is open to the web roles
    op.execute("ALTER TABLE entity_profiles ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("entity_profiles")
    for name in ("period_hours", "furnace_unit", "gas_kwh", "idle_hours"):
        op.drop_column("events_normalized", name)
