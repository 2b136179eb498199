"""What the live feed tells: every change that people see, noted in the transaction that makes it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

# One row for each row that is new or shows something else than before; a waiting reader wakes when it is committed.
# When an entity last reported is written by every scan and shown nowhere.
TOLD = """
CREATE FUNCTION live_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO live_events (tenant_id, channel, subject_id, created)
        SELECT now.tenant_id, TG_ARGV[0], now.id, true FROM rows_now AS now ORDER BY now.id;
    ELSE
        INSERT INTO live_events (tenant_id, channel, subject_id, created)
        SELECT now.tenant_id, TG_ARGV[0], now.id, false FROM rows_now AS now JOIN rows_before AS was ON was.id = now.id
        WHERE to_jsonb(now) - '{updated_at,reported_at}'::text[]
            IS DISTINCT FROM to_jsonb(was) - '{updated_at,reported_at}'::text[]
        ORDER BY now.id;
    END IF;
    IF FOUND THEN
        PERFORM pg_notify('carbon_nexus_live', '');
    END IF;
    RETURN NULL;
END
$$
"""
# Sums change by thousands of events at once: one row for each statement and tenant.
SUMS_TOLD = """
CREATE FUNCTION live_sums_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (tenant_id, channel, subject_id, created)
    SELECT DISTINCT changed.tenant_id, 'emissions', 0, false FROM rows_changed AS changed;
    IF FOUND THEN
        PERFORM pg_notify('carbon_nexus_live', '');
    END IF;
    RETURN NULL;
END
$$
"""
TABLES = ("hotspots", "alerts", "recommendations", "ingest_jobs")  # a channel of the same name shows each


def upgrade() -> None:
    op.create_table(
        "live_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column(
            "subject_id", sa.BigInteger(), nullable=False, comment="id of the row that changed; 0: sums of the tenant"
        ),
        sa.Column("created", sa.Boolean(), nullable=False, comment="the row is new"),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column(
            "seq", sa.BigInteger(), comment="1, 2, 3 ... without gaps, in the order of commit; null: not numbered yet"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_events")),
        sa.UniqueConstraint("seq", name=op.f("uq_live_events_seq")),
        comment="what the live feed tells; the rows themselves are read when it is told",
    )
    op.create_index("ix_live_events_waiting", "live_events", ["id"], postgresql_where=sa.text("seq IS NULL"))
    op.execute("ALTER TABLE live_events ENABLE ROW LEVEL SECURITY")
    op.execute(TOLD)
    op.execute(SUMS_TOLD)
    for table in TABLES:
        _trigger("live_new", table, "INSERT", "NEW TABLE AS rows_now", f"live_told('{table}')")
        seen = "NEW TABLE AS rows_now OLD TABLE AS rows_before"
        _trigger("live_changed", table, "UPDATE", seen, f"live_told('{table}')")
    for name, change, which in (("new", "INSERT", "NEW"), ("changed", "UPDATE", "NEW"), ("gone", "DELETE", "OLD")):
        _trigger(f"live_{name}", "emissions_daily", change, f"{which} TABLE AS rows_changed", "live_sums_told()")


def _trigger(name: str, table: str, change: str, seen: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} AFTER {change} ON {table} REFERENCING {seen} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}"
    )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER live_new ON {table}")
        op.execute(f"DROP TRIGGER live_changed ON {table}")
    for name in ("new", "changed", "gone"):
        op.execute(f"DROP TRIGGER live_{name} ON emissions_daily")
    op.execute("DROP FUNCTION live_told()")
    op.execute("DROP FUNCTION live_sums_told()")
    op.drop_table("live_events")
