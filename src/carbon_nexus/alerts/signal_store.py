"""SQL of what alerts are about: hotspots that are active or have an open alert, and what was emitted in a period."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts.signals import HOTSPOT_SCHEMA, PERIODS, SPENT_SCHEMA, SUBJECT, period_at
from carbon_nexus.db.columns import read_frame

_HOTSPOT = ", ".join(f"h.{name}" for name in HOTSPOT_SCHEMA)
# two parts, so that neither reads the resolved hotspots of years
_WATCHED = f"""
SELECT {_HOTSPOT} FROM hotspots h WHERE h.tenant_id = %s AND h.status = 'active'
UNION ALL
SELECT {_HOTSPOT} FROM alerts a JOIN hotspots h ON h.id = a.hotspot_id AND h.tenant_id = a.tenant_id
WHERE a.tenant_id = %s AND a.state <> 'resolved' AND h.status <> 'active'
ORDER BY id
"""  # noqa: S608
_THESE = f"SELECT {_HOTSPOT} FROM hotspots h WHERE h.tenant_id = %s AND h.id = ANY(%s::bigint[])"  # noqa: S608
_SPENT = f"""
SELECT {", ".join(SUBJECT)},
    {", ".join(f"coalesce(sum(co2e_kg) FILTER (WHERE hour >= %s), 0) AS {name}" for name in PERIODS)}
FROM emissions_hourly WHERE tenant_id = %s AND hour >= %s AND hour <= %s
GROUP BY {", ".join(SUBJECT)}
"""  # noqa: S608


async def watched_hotspots(connection: AsyncConnection, tenant_id: int) -> pl.DataFrame:
    """The active hotspots, and those that are not but have an open alert: HOTSPOT_SCHEMA."""
    return await read_frame(connection, _WATCHED, HOTSPOT_SCHEMA, (tenant_id, tenant_id))


async def these_hotspots(connection: AsyncConnection, tenant_id: int, ids: Sequence[int]) -> pl.DataFrame:
    """These hotspots: HOTSPOT_SCHEMA."""
    return await read_frame(connection, _THESE, HOTSPOT_SCHEMA, (tenant_id, list(ids)))


async def spent(connection: AsyncConnection, tenant_id: int, now: datetime) -> pl.DataFrame:
    """kg CO2e of every subject so far in each of the present periods: SPENT_SCHEMA."""
    starts = [period_at(name, now).start for name in PERIODS]
    return await read_frame(connection, _SPENT, SPENT_SCHEMA, (*starts, tenant_id, min(starts), now))
