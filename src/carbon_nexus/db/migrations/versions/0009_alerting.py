"""Alerting: alerts as conversations, rules, silences, mute timings, receivers and deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

TABLES = ("mute_timings", "receivers", "rules", "silences", "deliveries", "alert_events")

# One alert for each level a hotspot reached becomes one whose level rose: the highest goes on, if the hotspot does. The
# fingerprint of one that goes on is what it would get today, so that it is not taken for another.
ONE_ALERT_EACH = r"""
UPDATE alerts SET
    fingerprint = CASE WHEN goes_on.it THEN left(encode(sha256(convert_to(concat_ws(E'\n', 'default',
            'entity=' || h.entity, 'entity_type=' || h.entity_type, 'event_type=' || h.event_type, 'metric=intensity'),
            'UTF8')), 'hex'), 16)
        ELSE 'hotspot-' || alerts.hotspot_id || '-' || alerts.level END,
    state = CASE WHEN goes_on.it THEN 'firing' ELSE 'resolved' END,
    resolved_at = CASE WHEN goes_on.it THEN NULL ELSE coalesce(h.resolved_at, now()) END,
    fired_at = alerts.created_at, state_since = alerts.created_at, state_reason = 'from the release before',
    labels = jsonb_build_object('entity', h.entity, 'entity_type', h.entity_type, 'event_type', h.event_type,
        'metric', 'intensity', 'severity', alerts.level)
FROM hotspots h, alerts own, LATERAL (SELECT h.status = 'active' AND own.level = h.severity AS it) AS goes_on
WHERE h.id = alerts.hotspot_id AND own.id = alerts.id
"""
STATES = "state IN ('pending', 'firing', 'recovering', 'no_data', 'resolved')"


def upgrade() -> None:
    _talked()
    _alerts()
    op.create_check_constraint(op.f("ck_alerts_state"), "alerts", STATES)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _talked() -> None:
    op.create_table(
        "mute_timings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "spec", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="time zone, intervals and matchers"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mute_timings")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_mute_timings_tenant_id_name")),
    )
    op.create_table(
        "receivers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="secret: an Apprise address holds passwords"),
        sa.Column("signing_secret", sa.Text(), nullable=True, comment="of a signed webhook"),
        sa.Column("send_resolved", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('apprise', 'webhook')", name=op.f("ck_receivers_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivers")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_receivers_tenant_id_name")),
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "spec",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="the whole rule, as it is sent and shown",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_rules_tenant_id_name")),
    )
    op.create_table(
        "silences",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("matchers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_silences_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("receiver_id", sa.BigInteger(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False, comment="rule and values of its group_by; or test"),
        sa.Column(
            "reason", sa.Text(), nullable=False, comment="why it is sent: new alerts, resolved, repeated, test, again"
        ),
        sa.Column(
            "fingerprint", sa.Text(), nullable=False, comment="of the alerts and their states: what was said once"
        ),
        sa.Column("alert_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("message", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="what is sent"),
        sa.Column("status", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'delivered', 'failed', 'withdrawn')", name=op.f("ck_deliveries_status")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["receivers.id"], name=op.f("fk_deliveries_receiver_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_table(
        "alert_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "action",
            sa.Text(),
            nullable=False,
            comment="state, level, acknowledged, assigned, comment, silenced, told ...",
        ),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_events_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_events")),
        comment="the timeline of every alert",
    )
    op.create_index("ix_silences_end", "silences", ["tenant_id", "ends_at"], unique=False)
    op.create_index(
        "ix_deliveries_group", "deliveries", ["receiver_id", "group_key", sa.literal_column("id DESC")], unique=False
    )
    op.create_index("ix_deliveries_newest", "deliveries", ["tenant_id", sa.literal_column("id DESC")], unique=False)
    op.create_index("ix_alert_events_alert", "alert_events", ["alert_id", "id"], unique=False)


def _alerts() -> None:
    for column in (
        sa.Column("kind", sa.Text(), server_default=sa.text("'hotspot'"), nullable=False),
        sa.Column("rule", sa.Text(), server_default=sa.text("'default'"), nullable=False),
        sa.Column(
            "fingerprint",
            sa.Text(),
            server_default=sa.text("gen_random_uuid()::text"),
            nullable=False,
            comment="of rule and labels: one alert of each is open",
        ),
        sa.Column(
            "labels", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("runbook_url", sa.Text()),
        sa.Column("state", sa.Text(), server_default=sa.text("'firing'"), nullable=False),
        sa.Column("state_reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True)),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("assignee", sa.Text()),
        sa.Column(
            "silenced_by",
            postgresql.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="ids of silences",
        ),
        sa.Column(
            "inhibited_by",
            postgresql.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="ids of alerts",
        ),
        sa.Column(
            "muted_by",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="names of mute timings",
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ):
        op.add_column("alerts", column)
    op.alter_column(
        "alerts", "hotspot_id", existing_type=sa.BIGINT(), nullable=True, comment="null: the alert is about no hotspot"
    )
    op.drop_constraint(op.f("uq_alerts_hotspot_id_level"), "alerts", type_="unique")
    op.create_index("ix_alerts_hotspot", "alerts", ["hotspot_id"], unique=False)
    op.drop_column("alerts", "transition")
    op.execute(ONE_ALERT_EACH)
    op.create_index(
        "uq_alerts_one_open",
        "alerts",
        ["tenant_id", "fingerprint"],
        unique=True,
        postgresql_where=sa.text("state <> 'resolved'"),
    )


def downgrade() -> None:
    op.drop_constraint("ck_alerts_state", "alerts")
    op.drop_index("uq_alerts_one_open", "alerts")
    op.drop_index("ix_alerts_hotspot", "alerts")
    op.execute("DELETE FROM alert_events")
    # the release before knows only alerts of hotspots, and one of each level
    op.execute(
        "DELETE FROM alerts WHERE hotspot_id IS NULL "
        "OR id NOT IN (SELECT max(id) FROM alerts GROUP BY hotspot_id, level)"
    )
    op.add_column("alerts", sa.Column("transition", sa.Text(), server_default="opened", nullable=False))
    op.alter_column("alerts", "transition", server_default=None)
    op.create_check_constraint(op.f("ck_alerts_transition"), "alerts", "transition IN ('opened', 'escalated')")
    op.alter_column("alerts", "hotspot_id", nullable=False, comment=None)
    for name in (
        "updated_at",
        "muted_by",
        "inhibited_by",
        "silenced_by",
        "assignee",
        "acknowledged_by",
        "resolved_at",
        "fired_at",
        "state_since",
        "state_reason",
        "state",
        "runbook_url",
        "labels",
        "fingerprint",
        "rule",
        "kind",
    ):
        op.drop_column("alerts", name)
    op.create_unique_constraint(op.f("uq_alerts_hotspot_id_level"), "alerts", ["hotspot_id", "level"])
    for table in reversed(TABLES):
        op.drop_table(table)
