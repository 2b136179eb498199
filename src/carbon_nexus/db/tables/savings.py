"""Tables of what implemented measures really saved: the frozen baselines, the weeks since, and the verdicts."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from carbon_nexus.db.tables.base import amount, metadata, moment, tenant_column


def _of_recommendation() -> Column[int]:
    return Column("recommendation_id", BigInteger, ForeignKey("recommendations.id"), primary_key=True)


frozen_baselines = Table(
    "frozen_baselines",
    metadata,
    _of_recommendation(),
    tenant_column(),
    moment("window_start", nullable=False),
    moment("window_end", nullable=False, comment="nothing later is in it: when the measure was implemented, or before"),
    Column("event_count", Integer, nullable=False),
    Column("day_count", Integer, nullable=False, comment="UTC days with an event in it"),
    Column(
        "model", JSONB(none_as_null=True), comment="method, coefficients and spreads; null: see obstacle and reason"
    ),
    Column("obstacle", Text, comment="no_baseline or not_observable; null: savings can be measured"),
    Column("reason", Text),
    moment("created_at", now=True),
    CheckConstraint("obstacle IN ('no_baseline', 'not_observable')", name="obstacle"),
    CheckConstraint("(model IS NULL) = (obstacle IS NOT NULL)", name="model_or_obstacle"),
    comment="what an entity would emit without the measure; a trigger refuses any UPDATE",
)

saving_weeks = Table(
    "saving_weeks",
    metadata,
    _of_recommendation(),
    Column("week", Integer, primary_key=True, autoincrement=False, comment="1: the first after the measure"),
    tenant_column(),
    moment("starts_at", nullable=False),
    moment("ends_at", nullable=False),
    amount("actual_kg"),
    Column("counterfactual_kg", amount("x").type, comment="of the frozen baseline for the same activity"),
    amount("saving_kg"),
    amount("low_kg"),
    amount("high_kg"),
    Column("cumulative_kg", amount("x").type, comment="saving of this and the weeks before that could be compared"),
    amount("cumulative_low_kg"),
    amount("cumulative_high_kg"),
    Column("event_count", Integer, nullable=False, comment="events that were compared"),
    Column("filled_count", Integer, nullable=False, comment="made with stand-in values: not compared"),
    Column("filled_kg", amount("x").type, nullable=False),
    Column("unestimated_count", Integer, nullable=False, comment="events without an estimate: not compared"),
    Column("unmatched_count", Integer, nullable=False, comment="of a kind or hour that the baseline never saw"),
    Column("reason", Text, comment="why the week cannot be compared; null: it was"),
    moment("updated_at", now=True),
)

saving_verdicts = Table(
    "saving_verdicts",
    metadata,
    _of_recommendation(),
    tenant_column(),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("week_count", Integer, nullable=False, comment="weeks that could be compared"),
    amount("saving_kg"),
    amount("low_kg"),
    amount("high_kg"),
    Column("judged_by", Text, nullable=False, comment="verify: worked out; else the person"),
    moment("judged_at", nullable=False),
    CheckConstraint(
        "verdict IN ('verified', 'not_effective', 'waiting', 'inconclusive', 'not_observable', 'no_baseline')",
        name="verdict",
    ),
    comment="the latest verdict on each implemented measure",
)
