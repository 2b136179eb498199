"""Tables of watching: what is learnt of every series, the rules, and the conversation about alerts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from carbon_nexus.db.tables.base import amount, id_column, metadata, moment, tenant_column

SERIES = ("tenant_id", "entity", "entity_type", "event_type", "metric", "activity_unit")

baseline_states = Table(
    "baseline_states",
    metadata,
    tenant_column(),
    Column("entity", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("metric", Text, nullable=False, comment="intensity (kg per activity_unit) or absolute (kg per day)"),
    Column("activity_unit", Text, nullable=False),
    Column("state", LargeBinary, nullable=False, comment="float32 row of the streaming baseline"),
    moment("last_at", nullable=False, comment="time of the latest observation learnt"),
    moment("updated_at", now=True),
    PrimaryKeyConstraint(*SERIES),
    comment="what the streaming baseline of every series has learnt; made anew from the estimates at any time",
)

baseline_history = Table(
    "baseline_history",
    metadata,
    tenant_column(),
    Column("baseline_id", BigInteger, ForeignKey("baselines.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False, comment="UTC day"),
    amount("baseline_value"),
    amount("low"),
    amount("high"),
    Column("sample_size", Integer, nullable=False),
    amount("confidence_score"),
    Column("sufficiency", Text, nullable=False),
    PrimaryKeyConstraint("baseline_id", "day"),
    comment="what a baseline was on each day, as of the day's last recalculation",
)

emissions_entity_daily = Table(
    "emissions_entity_daily",
    metadata,
    tenant_column(),
    Column("day", Date, nullable=False, comment="UTC day"),
    Column("entity", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("co2e_kg", amount("x").type, nullable=False),
    Column("event_count", BigInteger, nullable=False),
    Column("typical_kg", amount("x").type, comment="typical of such a day; null: not compared"),
    Column("chance_per_week", amount("x").type, comment="how often a week such a day comes by chance; null: not known"),
    Column("scored", Boolean, nullable=False, server_default=text("false"), comment="compared, the day being over"),
    Column(
        "filled_kg",
        amount("x").type,
        nullable=False,
        server_default=text("0"),
        comment="estimated with stand-in values; not part of co2e_kg",
    ),
    Column(
        "filled_count",
        BigInteger,
        nullable=False,
        server_default=text("0"),
        comment="events of filled_kg; not part of event_count",
    ),
    PrimaryKeyConstraint("tenant_id", "day", "entity", "entity_type", "event_type"),
    comment="daily sums of each entity, and how they compared when the day was over",
)
Index(
    "ix_emissions_entity_daily_entity",
    *(emissions_entity_daily.c[name] for name in ("tenant_id", "entity", "day")),
)

Index(
    "ix_emissions_entity_daily_open",
    emissions_entity_daily.c.tenant_id,
    emissions_entity_daily.c.day,
    postgresql_where=text("NOT scored"),
)

calendars = Table(
    "calendars",
    metadata,
    Column("tenant_id", Integer, primary_key=True, autoincrement=False),
    Column("country", Text, comment="ISO 3166 code of the country whose public holidays count; null: none"),
    Column("subdivision", Text),
    Column("extra_days", JSONB, nullable=False, server_default=text("'[]'::jsonb"), comment="dates of own closed days"),
    Column("changed_by", Text, nullable=False),
    moment("updated_at", now=True),
    comment="which days of a tenant are like a Sunday",
)

rules = Table(
    "rules",
    metadata,
    id_column(),
    tenant_column(),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("spec", JSONB, nullable=False, comment="the whole rule, as it is sent and shown"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint("tenant_id", "name"),
)

alert_events = Table(
    "alert_events",
    metadata,
    id_column(),
    tenant_column(),
    Column("alert_id", BigInteger, ForeignKey("alerts.id"), nullable=False),
    moment("at", nullable=False),
    Column("action", Text, nullable=False, comment="state, level, acknowledged, assigned, comment, silenced, told ..."),
    Column("before", Text),
    Column("after", Text),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    comment="the timeline of every alert",
)
Index("ix_alert_events_alert", alert_events.c.alert_id, alert_events.c.id)

silences = Table(
    "silences",
    metadata,
    id_column(),
    tenant_column(),
    Column("matchers", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    moment("starts_at", nullable=False),
    moment("ends_at", nullable=False),
    moment("created_at", now=True),
    CheckConstraint("ends_at >= starts_at", name="ends_after_start"),
)
Index("ix_silences_end", silences.c.tenant_id, silences.c.ends_at)

mute_timings = Table(
    "mute_timings",
    metadata,
    id_column(),
    tenant_column(),
    Column("name", Text, nullable=False),
    Column("spec", JSONB, nullable=False, comment="time zone, intervals and matchers"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint("tenant_id", "name"),
)

receivers = Table(
    "receivers",
    metadata,
    id_column(),
    tenant_column(),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("url", Text, nullable=False, comment="secret: an Apprise address holds passwords"),
    Column("signing_secret", Text, comment="of a signed webhook"),
    Column("send_resolved", Boolean, nullable=False, server_default=text("true")),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint("tenant_id", "name"),
    CheckConstraint("kind IN ('apprise', 'webhook')", name="kind"),
)

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    tenant_column(),
    Column("receiver_id", BigInteger, ForeignKey("receivers.id", ondelete="CASCADE"), nullable=False),
    Column("group_key", Text, nullable=False, comment="rule and values of its group_by; or test"),
    Column("reason", Text, nullable=False, comment="why it is sent: new alerts, resolved, repeated, test, again"),
    Column("fingerprint", Text, nullable=False, comment="of the alerts and their states: what was said once"),
    Column("alert_ids", ARRAY(BigInteger), nullable=False),
    Column("message", JSONB, nullable=False, comment="what is sent"),
    Column("status", Text, nullable=False, server_default=text("'pending'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("http_status", Integer),
    Column("error", Text),
    moment("created_at", nullable=False),
    moment("attempted_at"),
    moment("delivered_at"),
    CheckConstraint("status IN ('pending', 'delivered', 'failed', 'withdrawn')", name="status"),
)
Index("ix_deliveries_group", deliveries.c.receiver_id, deliveries.c.group_key, deliveries.c.id.desc())
Index("ix_deliveries_newest", deliveries.c.tenant_id, deliveries.c.id.desc())
