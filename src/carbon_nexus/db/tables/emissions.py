"""Tables of the ML engine: one estimate per event, and the rollups the dashboards read."""

from sqlalchemy import BigInteger, Column, Date, Identity, Index, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from carbon_nexus.db.tables.base import amount, metadata, moment, tenant_column

predictions = Table(
    "predictions",
    metadata,
    # one estimate per event: the event is the key, and the original's id needs no index of its own
    Column("id", BigInteger, Identity(always=False), nullable=False),
    tenant_column(),
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("prediction_type", Text, nullable=False, comment="the event type"),
    Column("predicted_co2", amount("x").type, comment="kg CO2e, direct plus upstream; null: see reason"),
    amount("confidence_score"),
    Column("model_version", Text, nullable=False),
    Column("features", JSONB, comment="inputs, where the event itself does not hold them"),
    moment("created_at", now=True),
    Column("entity", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    moment("event_time", nullable=False),
    amount("ttw_kg"),
    amount("wtt_kg"),
    amount("low_kg"),
    amount("high_kg"),
    Column("scope", SmallInteger),
    Column("tier", Text),
    Column("method", Text),
    Column("factor_id", Text),
    amount("activity"),
    Column("activity_unit", Text),
    Column(
        "typical_kg",
        amount("x").type,
        comment="what the baseline led to expect for this activity; null: none",
    ),
    Column("reason", Text),
)
# a block range index: event times arrive nearly in order, and a b-tree would cost a fifth of the bulk write
Index("ix_predictions_event_time", predictions.c.event_time, postgresql_using="brin")

emissions_hourly = Table(
    "emissions_hourly",
    metadata,
    tenant_column(),
    moment("hour", nullable=False),
    Column("event_type", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("co2e_kg", amount("x").type, nullable=False),
    Column("ttw_kg", amount("x").type, nullable=False),
    Column("wtt_kg", amount("x").type, nullable=False),
    Column("event_count", BigInteger, nullable=False),
    Column(
        "unestimated_count",
        BigInteger,
        nullable=False,
        comment="events without an estimate; see their reason",
    ),
)
Index(
    "uq_emissions_hourly_cell",
    *(emissions_hourly.c[name] for name in ("tenant_id", "hour", "event_type", "entity_type", "entity")),
    unique=True,
)

emissions_daily = Table(
    "emissions_daily",
    metadata,
    tenant_column(),
    Column("day", Date, nullable=False, comment="UTC day"),
    Column("event_type", Text, nullable=False),
    Column("co2e_kg", amount("x").type, nullable=False),
    Column("ttw_kg", amount("x").type, nullable=False),
    Column("wtt_kg", amount("x").type, nullable=False),
    Column("event_count", BigInteger, nullable=False),
    Column("unestimated_count", BigInteger, nullable=False),
)
Index(
    "uq_emissions_daily_cell",
    *(emissions_daily.c[name] for name in ("tenant_id", "day", "event_type")),
    unique=True,
)
