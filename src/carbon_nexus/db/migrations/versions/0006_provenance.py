"""Estimates in full: gases, electricity, scope 2 both ways, inputs hash; their labels once, in provenances."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

AMOUNTS = {
    "co2_kg": "kg of the gas itself, within ttw_kg; null: not told by the factor",
    "ch4_kg": None,
    "n2o_kg": None,
    "biogenic_co2_kg": "outside the scopes",
    "electricity_kwh": None,
    "scope2_kg": "location-based",
    "scope2_market_kg": "market-based; null: no contract",
}
MOVED: dict[str, sa.types.TypeEngine[Any]] = {
    "scope": sa.SmallInteger(),
    "tier": sa.Text(),
    "method": sa.Text(),
    "factor_id": sa.Text(),
}
CATEGORY = """CASE WHEN scope = 2 THEN 'scope 2; upstream scope 3 category 3'
WHEN scope = 1 THEN 'scope 1; upstream scope 3 category 3' END"""
LABELS = "model_version, method, factor_id, tier, scope"
OWN_LABELS = "p.model_version, p.method, p.factor_id, p.tier, p.scope"


def upgrade() -> None:
    op.create_table(
        "provenances",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="of all columns that follow"),
        sa.Column("model_version", sa.Text(), nullable=True),
        sa.Column("factor_set", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("factor_id", sa.Text(), nullable=True, comment="the main factor"),
        sa.Column("factor_ids", sa.Text(), nullable=True, comment="all of them, with a space between"),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("scope", sa.SmallInteger(), nullable=True),
        sa.Column("ghg_category", sa.Text(), nullable=True),
        sa.Column("grid_region", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True, comment="who answered: embedded, ml-engine or a plug-in"),
        sa.Column("notes", sa.Text(), nullable=True, comment="what was not known or not counted"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provenances")),
        sa.UniqueConstraint("digest", name=op.f("uq_provenances_digest")),
        comment="the labels of estimates, shared by all that say the same",
    )
    op.execute("ALTER TABLE provenances ENABLE ROW LEVEL SECURITY")
    for name, comment in AMOUNTS.items():
        op.add_column("predictions", sa.Column(name, sa.Double(), nullable=True, comment=comment))
    op.add_column(
        "predictions",
        sa.Column("inputs_hash", sa.BigInteger(), nullable=True, comment="stands for all inputs of the estimate"),
    )
    op.add_column(
        "predictions",
        sa.Column("provenance_id", sa.Integer(), nullable=True, comment="row of provenances; null: no number"),
    )
    op.add_column("predictions", sa.Column("calibration_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "predictions",
        sa.Column(
            "remote",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="made by a separate ml-engine",
        ),
    )
    # the estimates of release 0.1.0 keep what they said; their formulas are those of that release
    op.execute(
        f"INSERT INTO provenances (digest, {LABELS}, factor_set, factor_ids, ghg_category, source) "  # noqa: S608
        f"SELECT md5(concat_ws('|', {LABELS})), {LABELS}, model_version, factor_id, {CATEGORY}, 'embedded' "
        f"FROM predictions WHERE predicted_co2 IS NOT NULL GROUP BY {LABELS}"
    )
    op.execute(
        f"UPDATE predictions p SET provenance_id = v.id FROM provenances v "  # noqa: S608
        f"WHERE p.predicted_co2 IS NOT NULL AND v.digest = md5(concat_ws('|', {OWN_LABELS}))"
    )
    for name in MOVED:
        op.drop_column("predictions", name)
    op.drop_column("predictions", "id")
    op.add_column("predictions", sa.Column("id", sa.BigInteger(), sa.Computed("event_id", persisted=True)))
    op.alter_column("predictions", "reason", existing_type=sa.Text(), comment="why there is no number")
    _create_calibrations()
    op.create_index(
        "ix_predictions_asked",
        "predictions",
        ["tenant_id", "inputs_hash"],
        unique=False,
        postgresql_where=sa.column("remote"),
    )


def _create_calibrations() -> None:
    op.create_table(
        "calibrations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "level",
            sa.Text(),
            nullable=False,
            comment="entity: that entity's trips; class: all of the tenant's",
        ),
        sa.Column("entity_type", sa.Text(), nullable=True),
        sa.Column("entity", sa.Text(), nullable=True, comment="null for a class"),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("vehicle_class", sa.Text(), nullable=False),
        sa.Column("fuel", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False, comment="what was measured: fuel, electricity or both"),
        sa.Column("ratio", sa.Double(), nullable=False, comment="median of measured over modelled"),
        sa.Column(
            "half_width",
            sa.Double(),
            nullable=False,
            comment="of the 95 % interval: kg / (1 + w) to kg * (1 + w)",
        ),
        sa.Column("sample", sa.Integer(), nullable=False, comment="trips it was fitted on"),
        sa.Column("first_event_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "superseded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since when it is no longer used; null: in use. Nothing else ever changes",
        ),
        sa.CheckConstraint("level IN ('entity', 'class')", name=op.f("ck_calibrations_level")),
        sa.CheckConstraint(
            "(level = 'entity') = (entity IS NOT NULL AND entity_type IS NOT NULL)",
            name=op.f("ck_calibrations_entity"),
        ),
        sa.CheckConstraint("event_type IN ('logistics', 'delivery')", name=op.f("ck_calibrations_event_type")),
        sa.CheckConstraint("quantity IN ('fuel', 'electricity', 'both')", name=op.f("ck_calibrations_quantity")),
        sa.CheckConstraint("ratio > 0 AND half_width > 0 AND sample > 0", name=op.f("ck_calibrations_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
    )
    op.create_index("ix_calibrations_newest", "calibrations", ["tenant_id", sa.literal_column("id DESC")])
    op.create_index(
        "uq_calibrations_one_live",
        "calibrations",
        [
            "tenant_id",
            sa.literal_column("coalesce(entity_type, '')"),
            sa.literal_column("coalesce(entity, '')"),
            "event_type",
            "vehicle_class",
            "fuel",
        ],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.execute("ALTER TABLE calibrations ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("calibrations")
    op.drop_index("ix_predictions_asked", table_name="predictions")
    for name, kind in MOVED.items():
        op.add_column("predictions", sa.Column(name, kind, nullable=True))
    op.execute(
        "UPDATE predictions p SET scope = v.scope, tier = v.tier, method = v.method, factor_id = v.factor_id "
        "FROM provenances v WHERE v.id = p.provenance_id"
    )
    for name in ("remote", "calibration_id", "provenance_id", "inputs_hash", *reversed(AMOUNTS)):
        op.drop_column("predictions", name)
    op.drop_column("predictions", "id")
    op.add_column("predictions", sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False))
    op.alter_column("predictions", "reason", existing_type=sa.Text(), comment=None)
    op.drop_table("provenances")
