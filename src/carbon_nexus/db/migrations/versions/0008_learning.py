"""Learning: streaming baselines, calendars, daily sums of entities, what is told of a hotspot."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

TABLES = ("baseline_states", "calendars", "emissions_entity_daily", "baseline_history")

SUM_DAYS = """
INSERT INTO emissions_entity_daily (tenant_id, day, entity, entity_type, event_type, co2e_kg, event_count, scored)
SELECT tenant_id, CAST(hour AT TIME ZONE 'UTC' AS date), entity, entity_type, event_type, sum(co2e_kg),
    sum(event_count), true
FROM emissions_hourly GROUP BY 1, 2, 3, 4, 5
"""
PEAKS = """
UPDATE hotspots SET peak_at = coalesce(
    (SELECT p.event_time FROM predictions p WHERE p.event_id = hotspots.event_id), last_event_at),
    reported_at = last_event_at
"""
CHECKS = {
    "metric": "metric IN ('intensity', 'absolute')",
    "kind": "kind IN ('spike', 'sustained', 'level_shift', 'drift')",
    "verdict": "verdict IN ('useful', 'not_a_problem')",
}


def upgrade() -> None:
    _learnt()
    _baselines()
    _hotspots()
    op.add_column(
        "predictions",
        sa.Column(
            "chance_per_week",
            sa.Double(),
            nullable=True,
            comment="how often a week an intensity like this comes by chance at the entity; null: not known",
        ),
    )
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_hotspots_{name}"), "hotspots", rule)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _learnt() -> None:
    op.create_table(
        "baseline_states",
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column(
            "metric", sa.Text(), nullable=False, comment="intensity (kg per activity_unit) or absolute (kg per day)"
        ),
        sa.Column("activity_unit", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False, comment="float32 row of the streaming baseline"),
        sa.Column(
            "last_at", sa.DateTime(timezone=True), nullable=False, comment="time of the latest observation learnt"
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "entity",
            "entity_type",
            "event_type",
            "metric",
            "activity_unit",
            name=op.f("pk_baseline_states"),
        ),
        comment="what the streaming baseline of every series has learnt; made anew from the estimates at any time",
    )
    op.create_table(
        "calendars",
        sa.Column("tenant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "country",
            sa.Text(),
            nullable=True,
            comment="ISO 3166 code of the country whose public holidays count; null: none",
        ),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column(
            "extra_days",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
            comment="dates of own closed days",
        ),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_calendars")),
        comment="which days of a tenant are like a Sunday",
    )
    op.create_table(
        "emissions_entity_daily",
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="UTC day"),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("co2e_kg", sa.Double(), nullable=False),
        sa.Column("event_count", sa.BigInteger(), nullable=False),
        sa.Column("typical_kg", sa.Double(), nullable=True, comment="typical of such a day; null: not compared"),
        sa.Column(
            "chance_per_week",
            sa.Double(),
            nullable=True,
            comment="how often a week such a day comes by chance; null: not known",
        ),
        sa.Column(
            "scored",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="compared, the day being over",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "day", "entity", "entity_type", "event_type", name=op.f("pk_emissions_entity_daily")
        ),
        comment="daily sums of each entity, and how they compared when the day was over",
    )
    op.create_table(
        "baseline_history",
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("baseline_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="UTC day"),
        sa.Column("baseline_value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("sample_size", sa.Integer(), nullable=False),
        sa.Column("confidence_score", sa.Double(), nullable=True),
        sa.Column("sufficiency", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["baseline_id"], ["baselines.id"], name=op.f("fk_baseline_history_baseline_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("baseline_id", "day", name=op.f("pk_baseline_history")),
        comment="what a baseline was on each day, as of the day's last recalculation",
    )
    op.create_index(
        "ix_emissions_entity_daily_entity", "emissions_entity_daily", ["tenant_id", "entity", "day"], unique=False
    )
    op.create_index(
        "ix_emissions_entity_daily_open",
        "emissions_entity_daily",
        ["tenant_id", "day"],
        postgresql_where=sa.text("NOT scored"),
    )
    op.execute("LOCK TABLE emissions_hourly IN SHARE MODE")  # a scan of the release before would add beside it
    op.execute(SUM_DAYS)


def _baselines() -> None:
    op.add_column("baselines", sa.Column("metric", sa.Text(), server_default=sa.text("'intensity'"), nullable=False))
    op.add_column(
        "baselines",
        sa.Column(
            "reasons",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
            comment="name, description, figures",
        ),
    )
    op.add_column(
        "baselines",
        sa.Column("robust_scale", sa.Double(), comment="standard deviation told from the median distance"),
    )
    op.add_column(
        "baselines",
        sa.Column(
            "own_weight", sa.Double(), nullable=True, comment="share of the entity's own events; the rest is its type's"
        ),
    )
    op.alter_column(
        "baselines",
        "activity_unit",
        existing_type=sa.TEXT(),
        comment="of the metric absolute: day",
        existing_nullable=False,
    )
    op.drop_constraint(
        op.f("uq_baselines_tenant_id_entity_entity_type_event_type_ac_16d2"), "baselines", type_="unique"
    )
    op.create_unique_constraint(
        "uq_baselines_series_cell",
        "baselines",
        ["tenant_id", "entity", "entity_type", "event_type", "metric", "activity_unit", "season_cell"],
    )
    op.drop_constraint("ck_baselines_sufficiency", "baselines")
    op.create_check_constraint(
        op.f("ck_baselines_sufficiency"), "baselines", "sufficiency IN ('ok', 'young', 'disqualified')"
    )


def _hotspots() -> None:
    for column in (
        sa.Column("metric", sa.Text(), server_default=sa.text("'intensity'"), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("'spike'"), nullable=False),
        sa.Column("policy", sa.Text(), server_default=sa.text("'ratio'"), nullable=False),
        sa.Column(
            "rule",
            sa.Text(),
            server_default=sa.text("'default'"),
            nullable=False,
            comment="name of the rule it was found by",
        ),
        sa.Column("chance_per_week", sa.Double(), comment="how often a week the worst event comes by chance"),
        sa.Column("typical_low_kg", sa.Double()),
        sa.Column("typical_high_kg", sa.Double()),
        sa.Column("peak_at", sa.DateTime(timezone=True), comment="time of the worst event"),
        sa.Column(
            "excess_kg",
            sa.Double(),
            nullable=True,
            comment="actual less typical from the first event that stood out to the last sign",
        ),
        sa.Column(
            "reported_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the entity last reported while it was active, standing out or not",
        ),
        sa.Column("resolved_reason", sa.Text()),
        sa.Column("verdict", sa.Text(), comment="what people said: useful or not_a_problem"),
        sa.Column("verdict_reason", sa.Text()),
        sa.Column("verdict_by", sa.Text()),
        sa.Column("verdict_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("hotspots", column)
    op.alter_column(
        "hotspots",
        "event_count",
        existing_type=sa.INTEGER(),
        comment="events that stood out so far",
        existing_comment="events at or above the info threshold so far",
        existing_nullable=False,
    )
    op.drop_index(op.f("uq_hotspots_one_active"), table_name="hotspots", postgresql_where="(status = 'active'::text)")
    op.create_index(
        "uq_hotspots_one_active",
        "hotspots",
        ["tenant_id", "entity", "entity_type", "event_type", "metric"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index(
        "ix_hotspots_useful",
        "hotspots",
        ["tenant_id", "last_event_at"],
        postgresql_where=sa.text("verdict = 'useful'"),
    )
    op.create_index("ix_hotspots_entity", "hotspots", ["tenant_id", "entity"])
    op.execute(PEAKS)


def downgrade() -> None:
    for name in CHECKS:
        op.drop_constraint(f"ck_hotspots_{name}", "hotspots")
    op.drop_column("predictions", "chance_per_week")
    op.drop_index("uq_hotspots_one_active", "hotspots")
    for name in ("useful", "entity"):
        op.drop_index(f"ix_hotspots_{name}", "hotspots")
    op.execute("UPDATE hotspots SET status = 'resolved' WHERE metric <> 'intensity' AND status = 'active'")
    for name in (
        "verdict_at",
        "verdict_by",
        "verdict_reason",
        "verdict",
        "resolved_reason",
        "reported_at",
        "excess_kg",
        "peak_at",
        "typical_high_kg",
        "typical_low_kg",
        "chance_per_week",
        "rule",
        "policy",
        "kind",
        "metric",
    ):
        op.drop_column("hotspots", name)
    op.create_index(
        "uq_hotspots_one_active", "hotspots", ["tenant_id", "entity", "entity_type", "event_type"], unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )  # fmt: skip
    op.drop_constraint("uq_baselines_series_cell", "baselines")
    op.execute("DELETE FROM baselines WHERE metric <> 'intensity' OR sufficiency = 'disqualified'")
    for name in ("own_weight", "robust_scale", "reasons", "metric"):
        op.drop_column("baselines", name)
    op.create_unique_constraint(
        op.f("uq_baselines_tenant_id_entity_entity_type_event_type_ac_16d2"), "baselines",
        ["tenant_id", "entity", "entity_type", "event_type", "activity_unit", "season_cell"],
    )  # fmt: skip
    op.drop_constraint("ck_baselines_sufficiency", "baselines")
    op.create_check_constraint(op.f("ck_baselines_sufficiency"), "baselines", "sufficiency IN ('ok', 'young')")
    for table in reversed(TABLES):
        op.drop_table(table)
