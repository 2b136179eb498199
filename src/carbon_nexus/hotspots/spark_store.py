"""SQL of the trends of hotspots: daily sums of their entities beside what was typical."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import hotspots

# Of the hourly sums, not of the events: an hour counts where all of its events were compared.
INTENSITIES = text("""
WITH asked AS (
    SELECT id, entity, entity_type, event_type FROM hotspots
    WHERE tenant_id = :tenant_id AND id = ANY(:ids) AND metric = 'intensity'
), days AS (
    SELECT entity, entity_type, event_type, (hour AT TIME ZONE 'UTC')::date AS day,
        sum(co2e_kg) AS actual_kg, sum(typical_kg) AS typical_kg
    FROM emissions_hourly
    WHERE tenant_id = :tenant_id AND hour >= CAST(:first AS date)::timestamp AT TIME ZONE 'UTC'
        AND hour < (CAST(:last AS date) + 1)::timestamp AT TIME ZONE 'UTC'
        AND entity IN (SELECT entity FROM asked) AND typical_count = event_count AND event_count > 0
    GROUP BY 1, 2, 3, 4
)
SELECT asked.id, days.day, days.actual_kg, days.typical_kg
FROM asked JOIN days USING (entity, entity_type, event_type)
""")
ABSOLUTES = text("""
SELECT asked.id, seen.day, seen.co2e_kg, seen.typical_kg
FROM hotspots AS asked JOIN emissions_entity_daily AS seen ON seen.tenant_id = asked.tenant_id
    AND seen.entity = asked.entity AND seen.entity_type = asked.entity_type AND seen.event_type = asked.event_type
WHERE asked.tenant_id = :tenant_id AND asked.id = ANY(:ids) AND asked.metric = 'absolute'
    AND seen.day >= :first AND seen.day <= :last AND seen.scored AND seen.typical_kg IS NOT NULL
""")


async def known(connection: AsyncConnection, tenant_id: int, ids: Sequence[int]) -> list[int]:
    """Those of these ids that are hotspots of the tenant, in rising order."""
    own = hotspots.c
    found = await connection.scalars(select(own.id).where(own.tenant_id == tenant_id, own.id.in_(ids)).order_by(own.id))
    return list(found)


async def daily_sums(
    connection: AsyncConnection, tenant_id: int, ids: Sequence[int], days: Sequence[date]
) -> list[tuple[int, date, float, float]]:
    """Hotspot, day, actual kg and typical kg of the events (or of the day, by the metric) that were compared.

    `days` follow one another, oldest first.
    """
    given: dict[str, Any] = {"tenant_id": tenant_id, "ids": list(ids), "first": days[0], "last": days[-1]}
    found: list[tuple[int, date, float, float]] = []
    for query in (INTENSITIES, ABSOLUTES):
        found += [tuple(row) for row in await connection.execute(query, given)]
    return found
