"""Tables of the audit trail."""

from sqlalchemy import Column, Index, Table, Text, text
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
)
Index("ix_audit_logs_entity", audit_logs.c.tenant_id, audit_logs.c.entity_type, audit_logs.c.entity_id)
