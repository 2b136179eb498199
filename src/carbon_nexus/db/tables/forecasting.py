"""Tables of the forecasts on record: what each series was expected to come to, as of the morning of a day."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY

from carbon_nexus.db.tables.base import amount, metadata, moment, tenant_column

RUN = ("tenant_id", "metric", "origin_day")


def _numbers(name: str, comment: str) -> Column[list[float]]:
    return Column(name, ARRAY(Double), nullable=False, comment=comment)


forecast_runs = Table(
    "forecast_runs",
    metadata,
    tenant_column(),
    Column("metric", Text, nullable=False),
    Column("origin_day", Date, nullable=False, comment="UTC day it was made on, which is the first one forecast"),
    Column("digest", Text, nullable=False, comment="of the history it was made from: another one asks for another run"),
    moment("made_at", nullable=False),
    PrimaryKeyConstraint(*RUN),
    CheckConstraint("metric IN ('co2e_kg', 'event_count')", name="metric"),
    comment="one forecast of all series of a tenant",
)

forecasts = Table(
    "forecasts",
    metadata,
    tenant_column(),
    Column("metric", Text, nullable=False),
    Column("origin_day", Date, nullable=False),
    Column("level", Text, nullable=False),
    Column("entity", Text, comment="null, as the two that follow: the level sums over it"),
    Column("entity_type", Text),
    Column("event_type", Text),
    Column("status", Text, nullable=False),
    Column("reason", Text, comment="what is missing"),
    Column("model", Text, comment="how its points were made; null: there are none"),
    Column("history_days", BigInteger, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    _numbers("points", "31 days from origin_day on; empty, as the other lists: no forecast"),
    _numbers("quantiles", "9 x 31: all days of the lowest quantile, then of the next"),
    _numbers("cumulative", "9 x 31: quantiles of the sum from origin_day to each day"),
    Column("origins", Integer, nullable=False, comment="past forecasts the measured error is of"),
    Column("mase", amount("x").type, comment="null, as the three that follow: not measured"),
    amount("coverage_80"),
    amount("coverage_95"),
    amount("winkler_95"),
    _numbers("before", "the 7 days before origin_day as they would have been forecast"),
    Column("filled_share", amount("x").type, comment="of what the last 56 days came to; null: that was nothing"),
    ForeignKeyConstraint(RUN, [f"forecast_runs.{name}" for name in RUN], name="fk_forecasts_run", ondelete="CASCADE"),
    UniqueConstraint(
        *RUN,
        "level",
        "entity",
        "event_type",
        "entity_type",
        name="uq_forecasts_series",
        postgresql_nulls_not_distinct=True,
    ),
    CheckConstraint("level IN ('tenant', 'event_type', 'entity', 'subject', 'rest')", name="level"),
    comment="every series of a run: points, bands and measured error",
)
