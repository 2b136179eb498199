"""Tables of what is typical, what stands out, and what is said about it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from carbon_nexus.db.tables.base import amount, id_column, metadata, moment, tenant_column

SEVERITIES = "('info', 'warn', 'critical')"

baselines = Table(
    "baselines",
    metadata,
    id_column(),
    tenant_column(),
    Column("entity", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("metric", Text, nullable=False, server_default=text("'intensity'")),
    Column("activity_unit", Text, nullable=False, comment="of the metric absolute: day"),
    Column("season_cell", SmallInteger, nullable=False, comment="0: all times; 1-48: hour of day x weekend, UTC"),
    Column("baseline_value", amount("x").type, comment="typical kg CO2e per activity_unit; null: insufficient"),
    amount("low"),
    amount("high"),
    Column("calculation_method", Text, nullable=False),
    Column("sample_size", Integer, nullable=False),
    amount("confidence_score"),
    Column("sufficiency", Text, nullable=False),
    Column("reason", Text),
    Column("reasons", JSONB, nullable=False, server_default=text("'[]'::jsonb"), comment="name, description, figures"),
    Column("robust_scale", amount("x").type, comment="standard deviation told from the median distance"),
    Column("own_weight", amount("x").type, comment="share of the entity's own events; the rest is its type's"),
    moment("window_start"),
    moment("window_end"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    UniqueConstraint(
        *("tenant_id", "entity", "entity_type", "event_type", "metric", "activity_unit", "season_cell"),
        name="uq_baselines_series_cell",
    ),
    CheckConstraint("sufficiency IN ('ok', 'young', 'disqualified')", name="sufficiency"),
)

hotspots = Table(
    "hotspots",
    metadata,
    id_column(),
    tenant_column(),
    Column("entity", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("predicted_co2", amount("x").type, nullable=False, comment="kg CO2e of the event that stands out most"),
    Column("baseline_co2", amount("x").type, nullable=False, comment="typical kg CO2e for that event's activity"),
    Column("percent_above", amount("x").type, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False, server_default=text("'active'")),
    Column("event_id", BigInteger, nullable=False),
    Column("event_count", Integer, nullable=False, comment="events that stood out so far"),
    moment("first_event_at", nullable=False),
    moment("last_event_at", nullable=False),
    Column("metric", Text, nullable=False, server_default=text("'intensity'")),
    Column("kind", Text, nullable=False, server_default=text("'spike'")),
    Column("policy", Text, nullable=False, server_default=text("'ratio'")),
    Column("rule", Text, nullable=False, server_default=text("'default'"), comment="name of the rule it was found by"),
    Column("chance_per_week", amount("x").type, comment="how often a week the worst event comes by chance"),
    amount("typical_low_kg"),
    amount("typical_high_kg"),
    moment("peak_at", comment="time of the worst event"),
    Column(
        "excess_kg",
        amount("x").type,
        comment="actual less typical from the first event that stood out to the last sign",
    ),
    moment("reported_at", comment="when the entity last reported while it was active, standing out or not"),
    Column("resolved_reason", Text),
    Column("verdict", Text, comment="what people said: useful or not_a_problem"),
    Column("verdict_reason", Text),
    Column("verdict_by", Text),
    moment("verdict_at"),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    moment("resolved_at"),
    CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
    CheckConstraint("status IN ('active', 'resolved', 'ignored')", name="status"),
    CheckConstraint("metric IN ('intensity', 'absolute')", name="metric"),
    CheckConstraint("kind IN ('spike', 'sustained', 'level_shift', 'drift')", name="kind"),
    CheckConstraint("verdict IN ('useful', 'not_a_problem')", name="verdict"),
)
Index(
    "uq_hotspots_one_active",
    *(hotspots.c[name] for name in ("tenant_id", "entity", "entity_type", "event_type", "metric")),
    unique=True,
    postgresql_where=text("status = 'active'"),
)
# looked up by every scan: times that people confirmed to be not as usual
Index("ix_hotspots_useful", hotspots.c.tenant_id, hotspots.c.last_event_at, postgresql_where=text("verdict = 'useful'"))
Index("ix_hotspots_entity", hotspots.c.tenant_id, hotspots.c.entity)
Index("ix_hotspots_newest", hotspots.c.tenant_id, hotspots.c.id.desc())
# orders of the list: read from either end, so that the last page costs what the first one does
Index("ix_hotspots_last_event", hotspots.c.tenant_id, hotspots.c.last_event_at, hotspots.c.id)
Index("ix_hotspots_above", hotspots.c.tenant_id, hotspots.c.percent_above, hotspots.c.id)
Index(
    "ix_hotspots_excess",
    hotspots.c.tenant_id,
    text("COALESCE(excess_kg, '-Infinity'::double precision)"),
    hotspots.c.id,
)

ALERT_STATES = "('pending', 'firing', 'recovering', 'no_data', 'resolved')"

alerts = Table(
    "alerts",
    metadata,
    id_column(),
    tenant_column(),
    Column("level", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("hotspot_id", BigInteger, ForeignKey("hotspots.id"), comment="null: the alert is about no hotspot"),
    Column("kind", Text, nullable=False, server_default=text("'hotspot'")),
    Column("rule", Text, nullable=False, server_default=text("'default'")),
    Column(
        "fingerprint",
        Text,
        nullable=False,
        server_default=text("gen_random_uuid()::text"),
        comment="of rule and labels: one alert of each is open",
    ),
    Column("labels", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("runbook_url", Text),
    Column("state", Text, nullable=False, server_default=text("'firing'")),
    Column("state_reason", Text, nullable=False, server_default=text("''")),
    moment("state_since", now=True),
    moment("created_at", now=True),
    moment("fired_at"),
    moment("resolved_at"),
    Column("acknowledged", Boolean, nullable=False, server_default=text("false")),
    moment("acknowledged_at"),
    Column("acknowledged_by", Text),
    Column("assignee", Text),
    Column("silenced_by", ARRAY(BigInteger), nullable=False, server_default=text("'{}'"), comment="ids of silences"),
    Column("inhibited_by", ARRAY(BigInteger), nullable=False, server_default=text("'{}'"), comment="ids of alerts"),
    Column("muted_by", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="names of mute timings"),
    moment("updated_at", now=True),
    CheckConstraint(f"level IN {SEVERITIES}", name="level"),
    CheckConstraint(f"state IN {ALERT_STATES}", name="state"),
)
Index("ix_alerts_newest", alerts.c.tenant_id, alerts.c.id.desc())
Index(
    "uq_alerts_one_open",
    alerts.c.tenant_id,
    alerts.c.fingerprint,
    unique=True,
    postgresql_where=text("state <> 'resolved'"),
)
Index("ix_alerts_hotspot", alerts.c.hotspot_id)
Index("ix_alerts_state", *(alerts.c[name] for name in ("tenant_id", "state", "level", "rule")))
Index("ix_alerts_entity", alerts.c.tenant_id, text("(labels ->> 'entity'::text)"))
Index("ix_alerts_assignee", alerts.c.tenant_id, alerts.c.assignee, postgresql_where=alerts.c.assignee.is_not(None))
