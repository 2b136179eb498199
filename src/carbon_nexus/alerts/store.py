"""SQL of the alerts."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts.model import Alert
from carbon_nexus.db.tables import alerts


async def save(connection: AsyncConnection, tenant_id: int, raised: Sequence[Alert]) -> list[int]:
    """Store the alerts; one that was already raised for its hotspot and level is left out. Returns the new ids."""
    if not raised:
        return []
    rows = [
        {
            "tenant_id": tenant_id,
            "hotspot_id": alert.hotspot_id,
            "level": alert.level,
            "message": alert.message,
        }
        for alert in raised
    ]
    statement = insert(alerts).on_conflict_do_nothing().returning(alerts.c.id)
    return list((await connection.execute(statement, rows)).scalars())
