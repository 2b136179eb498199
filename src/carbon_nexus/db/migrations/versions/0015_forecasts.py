"""Forecasts on record, and what stand-ins hold of a day's sum."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"

RUN = ("tenant_id", "metric", "origin_day")
# a day that only stand-ins tell of is no observation: there is nothing to compare, and no event is counted
ADD_FILLED = """
INSERT INTO emissions_entity_daily AS d
    (tenant_id, day, entity, entity_type, event_type, co2e_kg, event_count, scored, filled_kg, filled_count)
SELECT tenant_id, CAST(event_time AT TIME ZONE 'UTC' AS date), entity, entity_type, prediction_type, 0, 0, true,
    sum(predicted_co2), count(*)
FROM predictions WHERE filled AND predicted_co2 IS NOT NULL GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (tenant_id, day, entity, entity_type, event_type)
    DO UPDATE SET filled_kg = excluded.filled_kg, filled_count = excluded.filled_count
"""


def upgrade() -> None:
    op.execute("LOCK TABLE predictions IN SHARE MODE")  # a scan of the release before would add beside it
    for name, kind, comment in (
        ("filled_kg", sa.Double(), "estimated with stand-in values; not part of co2e_kg"),
        ("filled_count", sa.BigInteger(), "events of filled_kg; not part of event_count"),
    ):
        column = sa.Column(name, kind, server_default=sa.text("0"), nullable=False, comment=comment)
        op.add_column("emissions_entity_daily", column)
    op.execute(ADD_FILLED)
    _runs()
    _series()
    for table in ("forecast_runs", "forecasts"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _runs() -> None:
    op.create_table(
        "forecast_runs",
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column(
            "origin_day", sa.Date(), nullable=False, comment="UTC day it was made on, which is the first one forecast"
        ),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="of the history it was made from: another one asks for another run",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("metric IN ('co2e_kg', 'event_count')", name=op.f("ck_forecast_runs_metric")),
        sa.PrimaryKeyConstraint(*RUN, name=op.f("pk_forecast_runs")),
        comment="one forecast of all series of a tenant",
    )


def _numbers(name: str, comment: str) -> sa.Column[list[float]]:
    return sa.Column(name, postgresql.ARRAY(sa.Double()), nullable=False, comment=comment)


def _series() -> None:
    op.create_table(
        "forecasts",
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("origin_day", sa.Date(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), comment="null, as the two that follow: the level sums over it"),
        sa.Column("entity_type", sa.Text()),
        sa.Column("event_type", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), comment="what is missing"),
        sa.Column("model", sa.Text(), comment="how its points were made; null: there are none"),
        sa.Column("history_days", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date()),
        sa.Column("last_day", sa.Date()),
        _numbers("points", "31 days from origin_day on; empty, as the other lists: no forecast"),
        _numbers("quantiles", "9 x 31: all days of the lowest quantile, then of the next"),
        _numbers("cumulative", "9 x 31: quantiles of the sum from origin_day to each day"),
        sa.Column("origins", sa.Integer(), nullable=False, comment="past forecasts the measured error is of"),
        sa.Column("mase", sa.Double(), comment="null, as the three that follow: not measured"),
        sa.Column("coverage_80", sa.Double()),
        sa.Column("coverage_95", sa.Double()),
        sa.Column("winkler_95", sa.Double()),
        _numbers("before", "the 7 days before origin_day as they would have been forecast"),
        sa.Column("filled_share", sa.Double(), comment="of what the last 56 days came to; null: that was nothing"),
        sa.CheckConstraint(
            "level IN ('tenant', 'event_type', 'entity', 'subject', 'rest')", name=op.f("ck_forecasts_level")
        ),
        sa.ForeignKeyConstraint(
            RUN, [f"forecast_runs.{name}" for name in RUN], name=op.f("fk_forecasts_run"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            *RUN,
            "level",
            "entity",
            "event_type",
            "entity_type",
            name=op.f("uq_forecasts_series"),
            postgresql_nulls_not_distinct=True,
        ),
        comment="every series of a run: points, bands and measured error",
    )


def downgrade() -> None:
    op.drop_table("forecasts")
    op.drop_table("forecast_runs")
    op.execute("DELETE FROM emissions_entity_daily WHERE event_count = 0 AND filled_count > 0")
    for name in ("filled_count", "filled_kg"):
        op.drop_column("emissions_entity_daily", name)
