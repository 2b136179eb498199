"""The table of the live feed: which row changed, in the order in which readers came to see it.

Triggers of the database fill it in the transaction of the change, see migration 0018; readers number it once the
change is committed, so that no writer waits for another.
"""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Table, Text, UniqueConstraint, text

from carbon_nexus.db.tables.base import id_column, metadata, tenant_column

live_events = Table(
    "live_events",
    metadata,
    id_column(),
    tenant_column(),
    Column("channel", Text, nullable=False),
    Column("subject_id", BigInteger, nullable=False, comment="id of the row that changed; 0: sums of the tenant"),
    Column("created", Boolean, nullable=False, comment="the row is new"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("seq", BigInteger, comment="1, 2, 3 ... without gaps, in the order of commit; null: not numbered yet"),
    UniqueConstraint("seq"),
    comment="what the live feed tells; the rows themselves are read when it is told",
)
Index("ix_live_events_waiting", live_events.c.id, postgresql_where=text("seq IS NULL"))
