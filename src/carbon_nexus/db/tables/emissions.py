"""Tables of the ML engine: one estimate per event, and the rollups the dashboards read."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from carbon_nexus.db.tables.base import amount, metadata, moment, tenant_column

# What the numbers of many estimates have in common, written once: a million trips of one class share one row.
provenances = Table(
    "provenances",
    metadata,
    Column("id", Integer, Identity(always=False), primary_key=True),
    Column("digest", Text, nullable=False, unique=True, comment="of all columns that follow"),
    Column("model_version", Text),
    Column("factor_set", Text),
    Column("method", Text),
    Column("factor_id", Text, comment="the main factor"),
    Column("factor_ids", Text, comment="all of them, with a space between"),
    Column("tier", Text),
    Column("scope", SmallInteger),
    Column("ghg_category", Text),
    Column("grid_region", Text),
    Column("source", Text, comment="who answered: embedded, ml-engine or a plug-in"),
    Column("notes", Text, comment="what was not known or not counted"),
    comment="the labels of estimates, shared by all that say the same",
)

predictions = Table(
    "predictions",
    metadata,
    # one estimate per event: the event is the key, and the original's id is the same number
    Column("id", BigInteger, Computed("event_id", persisted=True)),
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
    amount("activity"),
    Column("activity_unit", Text),
    Column(
        "typical_kg",
        amount("x").type,
        comment="what the baseline led to expect for this activity; null: none",
    ),
    Column(
        "chance_per_week",
        amount("x").type,
        comment="how often a week an intensity like this comes by chance at the entity; null: not known",
    ),
    Column("reason", Text, comment="why there is no number"),
    Column("co2_kg", amount("x").type, comment="kg of the gas itself, within ttw_kg; null: not told by the factor"),
    amount("ch4_kg"),
    amount("n2o_kg"),
    Column("biogenic_co2_kg", amount("x").type, comment="outside the scopes"),
    amount("electricity_kwh"),
    Column("scope2_kg", amount("x").type, comment="location-based"),
    Column("scope2_market_kg", amount("x").type, comment="market-based; null: no contract"),
    Column("inputs_hash", BigInteger, comment="stands for all inputs of the estimate"),
    Column("provenance_id", Integer, comment="row of provenances; null: no number"),
    Column("calibration_id", BigInteger),
    Column("remote", Boolean, nullable=False, server_default=text("false"), comment="made by a separate ml-engine"),
    Column("filled", Boolean, nullable=False, server_default=text("false"), comment="made with an estimated value"),
)
# a block range index: event times arrive nearly in order, and a b-tree would cost a fifth of the bulk write
Index("ix_predictions_event_time", predictions.c.event_time, postgresql_using="brin")
# what a separate ml-engine has said is not asked again; the embedded estimator's rows are not in it
Index(
    "ix_predictions_asked",
    predictions.c.tenant_id,
    predictions.c.inputs_hash,
    postgresql_where=predictions.c.remote,
)


def _measured() -> Column[float]:
    return Column(
        "measured_kg",
        amount("x").type,
        nullable=False,
        server_default=text("0"),
        comment="of co2e_kg what comes from metered fuel or electricity, no stand-ins",
    )


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
    _measured(),
    Column(
        "typical_kg",
        amount("x").type,
        nullable=False,
        server_default=text("0"),
        comment="typical of the events of typical_count, all together",
    ),
    Column(
        "typical_count",
        BigInteger,
        nullable=False,
        server_default=text("0"),
        comment="events of which a typical value is known",
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
    _measured(),
)
Index(
    "uq_emissions_daily_cell",
    *(emissions_daily.c[name] for name in ("tenant_id", "day", "event_type")),
    unique=True,
)
