"""What implemented measures really saved."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

TABLES = ("frozen_baselines", "saving_weeks", "saving_verdicts")
FROZEN = """
CREATE FUNCTION refuse_change_of_frozen_baseline() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION 'the baseline of recommendation % is frozen', OLD.recommendation_id;
END
$$
"""
TRIGGER = """
CREATE TRIGGER frozen BEFORE UPDATE ON frozen_baselines
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_frozen_baseline()
"""
OBSTACLE = "obstacle IN ('no_baseline', 'not_observable')"
VERDICT = "verdict IN ('verified', 'not_effective', 'waiting', 'inconclusive', 'not_observable', 'no_baseline')"


def upgrade() -> None:
    _frozen_baselines()
    _saving_weeks()
    _saving_verdicts()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _frozen_baselines() -> None:
    op.create_table(
        "frozen_baselines",
        sa.Column("recommendation_id", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "window_end",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="nothing later is in it: when the measure was implemented, or before",
        ),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("day_count", sa.Integer(), nullable=False, comment="UTC days with an event in it"),
        sa.Column(
            "model",
            postgresql.JSONB(),
            comment="method, coefficients and spreads; null: see obstacle and reason",
        ),
        sa.Column("obstacle", sa.Text(), comment="no_baseline or not_observable; null: savings can be measured"),
        sa.Column("reason", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(OBSTACLE, name=op.f("ck_frozen_baselines_obstacle")),
        sa.CheckConstraint(
            "(model IS NULL) = (obstacle IS NOT NULL)", name=op.f("ck_frozen_baselines_model_or_obstacle")
        ),
        *_key("frozen_baselines", "recommendation_id"),
        comment="what an entity would emit without the measure; a trigger refuses any UPDATE",
    )
    op.execute(FROZEN)
    op.execute(TRIGGER)


def _saving_weeks() -> None:
    op.create_table(
        "saving_weeks",
        sa.Column("recommendation_id", sa.BigInteger(), nullable=False),
        sa.Column("week", sa.Integer(), autoincrement=False, nullable=False, comment="1: the first after the measure"),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actual_kg", sa.Double()),
        sa.Column("counterfactual_kg", sa.Double(), comment="of the frozen baseline for the same activity"),
        sa.Column("saving_kg", sa.Double()),
        sa.Column("low_kg", sa.Double()),
        sa.Column("high_kg", sa.Double()),
        sa.Column("cumulative_kg", sa.Double(), comment="saving of this and the weeks before that could be compared"),
        sa.Column("cumulative_low_kg", sa.Double()),
        sa.Column("cumulative_high_kg", sa.Double()),
        sa.Column("event_count", sa.Integer(), nullable=False, comment="events that were compared"),
        sa.Column("filled_count", sa.Integer(), nullable=False, comment="made with stand-in values: not compared"),
        sa.Column("filled_kg", sa.Double(), nullable=False),
        sa.Column(
            "unestimated_count", sa.Integer(), nullable=False, comment="events without an estimate: not compared"
        ),
        sa.Column(
            "unmatched_count", sa.Integer(), nullable=False, comment="of a kind or hour that the baseline never saw"
        ),
        sa.Column("reason", sa.Text(), comment="why the week cannot be compared; null: it was"),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_key("saving_weeks", "recommendation_id", "week"),
    )


def _saving_verdicts() -> None:
    op.create_table(
        "saving_verdicts",
        sa.Column("recommendation_id", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("week_count", sa.Integer(), nullable=False, comment="weeks that could be compared"),
        sa.Column("saving_kg", sa.Double()),
        sa.Column("low_kg", sa.Double()),
        sa.Column("high_kg", sa.Double()),
        sa.Column("judged_by", sa.Text(), nullable=False, comment="verify: worked out; else the person"),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(VERDICT, name=op.f("ck_saving_verdicts_verdict")),
        *_key("saving_verdicts", "recommendation_id"),
        comment="the latest verdict on each implemented measure",
    )


def _key(table: str, *columns: str) -> tuple[sa.Constraint, sa.Constraint]:
    of = sa.ForeignKeyConstraint(
        ["recommendation_id"], ["recommendations.id"], name=op.f(f"fk_{table}_recommendation_id")
    )
    return of, sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change_of_frozen_baseline()")
