"""Tables of the audit trail: the entries, the chain of their hashes, and where each tenant's chain ends.

Triggers of the database fill chain and heads and refuse every other change, see migration 0010.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from carbon_nexus.db.tables.base import id_column, metadata, moment, tenant_column

audit_logs = Table(
    "audit_logs",
    metadata,
    id_column(),
    tenant_column(),
    Column("action", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("notes", Text),
    Column("metadata", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    moment("timestamp", now=True),
    Column("before", JSONB(none_as_null=True), comment="what is changed, as it was; null: it was not there"),
    Column("after", JSONB(none_as_null=True), comment="the same as it is now; null: it is gone"),
)
Index("ix_audit_logs_entity", audit_logs.c.tenant_id, audit_logs.c.entity_type, audit_logs.c.entity_id)

audit_chain = Table(
    "audit_chain",
    metadata,
    Column("tenant_id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False, comment="1, 2, 3 ... in order of commit"),
    Column("audit_id", BigInteger, nullable=False),
    Column(
        "hash", LargeBinary, nullable=False, comment="sha256 of the hash before and of audit_content() of the entry"
    ),
    UniqueConstraint("audit_id"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("tenant_id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("anchored_position", BigInteger, nullable=False, server_default=text("0"), comment="last told outside"),
    comment="the end of each tenant's chain; locked while entries are linked",
)
