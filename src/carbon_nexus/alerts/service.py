"""From hotspot changes to alerts on record. Never commits."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts import store
from carbon_nexus.alerts.lifecycle import alert_on
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.hotspots.model import HotspotChange


async def announce(connection: AsyncConnection, tenant_id: int, changes: Sequence[HotspotChange]) -> int:
    """Raise the alerts these changes are worth; returns how many were new."""
    raised = [alert for change in changes if (alert := alert_on(change)) is not None]
    ids = await store.save(connection, tenant_id, raised)
    await record(connection, tenant_id, [Entry("alert.raised", "alert", str(alert_id), "scan") for alert_id in ids])
    return len(ids)
