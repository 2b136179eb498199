"""Entries into `audit_logs`, many at once."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.db.tables import audit_logs


async def record(connection: AsyncConnection, tenant_id: int, entries: Sequence[Entry]) -> None:
    """Write the entries in the caller's transaction, so that change and entry commit together."""
    if not entries:
        return
    rows = [
        {
            "tenant_id": tenant_id,
            "action": entry.action,
            "entity_type": entry.subject_type,
            "entity_id": entry.subject_id,
            "user_id": entry.actor,
            "notes": entry.notes,
            "metadata": dict(entry.details),
        }
        for entry in entries
    ]
    await connection.execute(insert(audit_logs), rows)
