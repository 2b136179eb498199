"""The audit trail becomes a chain that cannot be altered unseen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"

# What is hashed. It never changes: entries that are chained would not verify any more. A column that is added to
# audit_logs needs a second function for the entries from then on.
CONTENT = """
CREATE FUNCTION audit_content(entry audit_logs) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT json_build_array(entry.id, entry.tenant_id, entry.action, entry.entity_type, entry.entity_id, entry.user_id,
    entry.notes, entry.metadata, entry.before, entry.after,
    to_char(entry."timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
$$
"""

# Links the entries of the calling transaction (those whose xmin is not older, savepoints included): an entry that
# somebody put there with triggers disabled stays without a link, and is found. Sequential scans are off because the
# plans are kept: one made while the tables were small would read them whole for each of 10,000 entries.
LINK = """
CREATE FUNCTION audit_link(of_tenant integer, from_id bigint, oldest integer) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    head audit_heads;
    entry record;
BEGIN
    SELECT * INTO head FROM audit_heads WHERE tenant_id = of_tenant FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_heads (tenant_id, position, hash) VALUES (of_tenant, 0, '') ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM audit_heads WHERE tenant_id = of_tenant FOR UPDATE;
    END IF;
    FOR entry IN
        SELECT l.id, convert_to(audit_content(l), 'UTF8') AS content FROM audit_logs l
        WHERE l.tenant_id = of_tenant AND l.id >= from_id AND age(l.xmin) <= oldest
            AND (SELECT c.position FROM audit_chain c WHERE c.audit_id = l.id) IS NULL
        ORDER BY l.id
    LOOP
        head.position := head.position + 1;
        head.hash := sha256(head.hash || entry.content);
        INSERT INTO audit_chain (tenant_id, position, audit_id, hash)
        VALUES (of_tenant, head.position, entry.id, head.hash);
    END LOOP;
    UPDATE audit_heads SET position = head.position, hash = head.hash WHERE tenant_id = of_tenant;
END
$$
"""

# At commit, and not before: whoever holds the head holds up every other commit of the tenant.
LINKED = """
CREATE FUNCTION audit_linked() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_chain WHERE audit_id = NEW.id) THEN
        PERFORM audit_link(NEW.tenant_id, NEW.id, 0);
    END IF;
    RETURN NULL;
END
$$
"""
REFUSED = """
CREATE FUNCTION audit_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING HINT = 'Write a new entry that says what is wrong with the old one.', ERRCODE = 'insufficient_privilege';
END
$$
"""
ALL_THAT_IS_THERE = "SELECT audit_link(tenant_id, min(id), 2147483647) FROM audit_logs GROUP BY tenant_id"
TRIGGERS = (
    """
    CREATE CONSTRAINT TRIGGER audit_linked AFTER INSERT ON audit_logs
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_linked()
    """,
    """
    CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refused()
    """,
    """
    CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refused()
    """,
    """
    CREATE TRIGGER audit_kept BEFORE DELETE OR TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refused()
    """,
    # at depth 0 it is not the trigger above that writes
    """
    CREATE TRIGGER audit_linked_only BEFORE INSERT ON audit_chain
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_refused()
    """,
    """
    CREATE TRIGGER audit_linked_only BEFORE INSERT OR UPDATE OF tenant_id, position, hash ON audit_heads
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_refused()
    """,
)
# the release before had them among the details
BACK_INTO_DETAILS = """
UPDATE audit_logs SET metadata = metadata || jsonb_build_object('before', before, 'after', after)
WHERE before IS NOT NULL OR after IS NOT NULL
"""


def upgrade() -> None:
    _columns()
    _chain()
    for statement in (CONTENT, LINK, LINKED, REFUSED, ALL_THAT_IS_THERE, *TRIGGERS):
        op.execute(statement)
    for table in ("audit_chain", "audit_heads"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _columns() -> None:
    for name, comment in (
        ("before", "what is changed, as it was; null: it was not there"),
        ("after", "the same as it is now; null: it is gone"),
    ):
        op.add_column("audit_logs", sa.Column(name, postgresql.JSONB(), comment=comment))


def _chain() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("tenant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "position", sa.BigInteger(), autoincrement=False, nullable=False, comment="1, 2, 3 ... in order of commit"
        ),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "hash",
            sa.LargeBinary(),
            nullable=False,
            comment="sha256 of the hash before and of audit_content() of the entry",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "position", name=op.f("pk_audit_chain")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_chain_audit_id")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("tenant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "anchored_position",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="last told outside",
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_audit_heads")),
        comment="the end of each tenant's chain; locked while entries are linked",
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_linked ON audit_logs")
    op.execute("DROP TRIGGER audit_kept ON audit_logs")
    for table in ("audit_heads", "audit_chain"):
        op.drop_table(table)
    for function in ("audit_linked()", "audit_refused()", "audit_link(integer, bigint, integer)"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP FUNCTION audit_content(audit_logs)")
    op.execute(BACK_INTO_DETAILS)
    op.drop_column("audit_logs", "after")
    op.drop_column("audit_logs", "before")
