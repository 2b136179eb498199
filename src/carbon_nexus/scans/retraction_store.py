"""SQL of taking events out of the pipeline again: which they are, what they touched, and what is left without them.

The steps share two temporary tables of the transaction: `taken_back` (event ids) and `touched` (hourly cells that lost
predictions, with the first and last time of these). All statements are set-based; whatever is summed anew is read from
the predictions in one pass over the hours in question.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.hotspots.model import Span, Subject

MERGED_GAP = 1_000  # ids that lie no further apart are queued as one range: a scan reads what is between in 1 ms

_FORGET_TABLES = "DROP TABLE IF EXISTS taken_back, touched"
# OFFSET 0: the range is the only condition to pick an index by, as in a scan
_TAKE_JOB = """
CREATE TEMPORARY TABLE taken_back ON COMMIT DROP AS
SELECT id FROM (SELECT * FROM events_normalized WHERE id BETWEEN :first AND :last OFFSET 0) AS e
WHERE tenant_id = :tenant_id AND ingest_job_id = :job_id
"""
_TAKE_EVENTS = """
CREATE TEMPORARY TABLE taken_back ON COMMIT DROP AS
SELECT event_id AS id FROM predictions WHERE tenant_id = :tenant_id AND event_id = ANY(CAST(:ids AS bigint[]))
"""
_TOUCHED = """
CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
SELECT date_trunc('hour', event_time, 'UTC') AS hour, prediction_type AS event_type, entity_type, entity,
    min(event_time) AS first, max(event_time) AS last, count(*) AS events
FROM predictions JOIN taken_back ON taken_back.id = event_id GROUP BY 1, 2, 3, 4
"""
_UNPREDICT = "DELETE FROM predictions USING taken_back WHERE event_id = taken_back.id"
_CLEAR_HOURS = """
DELETE FROM emissions_hourly AS cell USING touched
WHERE cell.tenant_id = :tenant_id AND cell.hour = touched.hour AND cell.event_type = touched.event_type
    AND cell.entity_type = touched.entity_type AND cell.entity = touched.entity
"""
_SUM_HOURS = """
INSERT INTO emissions_hourly (tenant_id, hour, event_type, entity_type, entity, co2e_kg, ttw_kg, wtt_kg, event_count,
    unestimated_count, measured_kg, typical_kg, typical_count)
SELECT :tenant_id, touched.hour, touched.event_type, touched.entity_type, touched.entity,
    coalesce(sum(predicted_co2), 0), coalesce(sum(ttw_kg), 0), coalesce(sum(wtt_kg), 0),
    count(predicted_co2), count(*) - count(predicted_co2),
    coalesce(sum(predicted_co2) FILTER (WHERE provenances.tier = 'T1' AND NOT filled), 0),
    coalesce(sum(typical_kg), 0), count(typical_kg)
FROM touched JOIN predictions AS seen ON touched.hour = date_trunc('hour', seen.event_time, 'UTC')
    AND touched.event_type = seen.prediction_type AND touched.entity_type = seen.entity_type
    AND touched.entity = seen.entity
LEFT JOIN provenances ON provenances.id = seen.provenance_id
WHERE seen.tenant_id = :tenant_id AND seen.event_time >= :first AND seen.event_time < :last + interval '1 hour'
GROUP BY 1, 2, 3, 4, 5
"""
_CLEAR_DAYS = """
DELETE FROM emissions_daily AS cell
USING (SELECT DISTINCT CAST(hour AT TIME ZONE 'UTC' AS date) AS day, event_type FROM touched) AS gone
WHERE cell.tenant_id = :tenant_id AND cell.day = gone.day AND cell.event_type = gone.event_type
"""
# from the hours, which are right by now: far fewer rows than predictions
_SUM_DAYS = """
INSERT INTO emissions_daily (tenant_id, day, event_type, co2e_kg, ttw_kg, wtt_kg, event_count, unestimated_count,
    measured_kg)
SELECT :tenant_id, gone.day, gone.event_type, sum(co2e_kg), sum(ttw_kg), sum(wtt_kg), sum(event_count),
    sum(unestimated_count), sum(measured_kg)
FROM (SELECT DISTINCT CAST(hour AT TIME ZONE 'UTC' AS date) AS day, event_type FROM touched) AS gone
JOIN emissions_hourly AS cell ON cell.event_type = gone.event_type
    AND gone.day = CAST(cell.hour AT TIME ZONE 'UTC' AS date)
WHERE cell.tenant_id = :tenant_id AND cell.hour >= date_trunc('day', CAST(:first AS timestamptz), 'UTC')
    AND cell.hour < date_trunc('day', CAST(:last AS timestamptz), 'UTC') + interval '24 hours'
GROUP BY 1, 2, 3
"""
_ENTITY_DAYS = (
    "SELECT DISTINCT CAST(hour AT TIME ZONE 'UTC' AS date) AS day, event_type, entity_type, entity FROM touched"
)
_CLEAR_ENTITY_DAYS = f"""
DELETE FROM emissions_entity_daily AS cell USING ({_ENTITY_DAYS}) AS gone
WHERE cell.tenant_id = :tenant_id AND cell.day = gone.day AND cell.event_type = gone.event_type
    AND cell.entity_type = gone.entity_type AND cell.entity = gone.entity
"""  # noqa: S608
_SUM_ENTITY_DAYS = f"""
INSERT INTO emissions_entity_daily (tenant_id, day, entity, entity_type, event_type, co2e_kg, event_count, filled_kg,
    filled_count, scored)
SELECT :tenant_id, gone.day, gone.entity, gone.entity_type, gone.event_type,
    coalesce(sum(predicted_co2) FILTER (WHERE NOT filled), 0), count(predicted_co2) FILTER (WHERE NOT filled),
    coalesce(sum(predicted_co2) FILTER (WHERE filled), 0), count(predicted_co2) FILTER (WHERE filled), bool_and(filled)
FROM ({_ENTITY_DAYS}) AS gone
JOIN predictions AS seen ON seen.prediction_type = gone.event_type AND seen.entity_type = gone.entity_type
    AND seen.entity = gone.entity AND gone.day = CAST(seen.event_time AT TIME ZONE 'UTC' AS date)
WHERE seen.tenant_id = :tenant_id AND seen.event_time >= date_trunc('day', CAST(:first AS timestamptz), 'UTC')
    AND seen.event_time < date_trunc('day', CAST(:last AS timestamptz), 'UTC') + interval '24 hours'
    AND (NOT seen.filled OR seen.predicted_co2 IS NOT NULL)
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608
_SPANS = "SELECT entity, entity_type, event_type, min(first), max(last) FROM touched GROUP BY 1, 2, 3"
_DELETE_EVENTS = (
    "DELETE FROM estimated_values USING taken_back WHERE event_id = taken_back.id",
    "DELETE FROM events_raw WHERE tenant_id = :tenant_id AND ingest_job_id = :job_id",
    "DELETE FROM events_normalized AS e USING taken_back WHERE e.id = taken_back.id",
)
# ids of a range that are gone would be counted as waiting; a range may hold events of other statements too
_RECOUNT = """
WITH counted AS (
    SELECT b.id, (
        SELECT count(*) FROM events_normalized AS e WHERE e.id BETWEEN b.first_event_id AND b.last_event_id
            AND e.tenant_id = b.tenant_id AND NOT EXISTS (SELECT FROM predictions WHERE event_id = e.id)
    ) AS events
    FROM scan_backlog AS b
    WHERE b.tenant_id = :tenant_id AND b.last_event_id >= (SELECT min(id) FROM taken_back)
        AND b.first_event_id <= (SELECT max(id) FROM taken_back)
), emptied AS (DELETE FROM scan_backlog AS b USING counted WHERE b.id = counted.id AND counted.events = 0)
UPDATE scan_backlog AS b SET event_count = least(b.event_count, counted.events)
FROM counted WHERE b.id = counted.id AND counted.events > 0
"""
_QUEUE = """
INSERT INTO scan_backlog (tenant_id, first_event_id, last_event_id, event_count, created_at)
SELECT :tenant_id, min(id), max(id), count(*), :now
FROM (
    SELECT id, count(*) FILTER (WHERE apart) OVER (ORDER BY id) AS island
    FROM (SELECT id, id - lag(id) OVER (ORDER BY id) > :merged_gap AS apart FROM taken_back) AS neighbours
) AS islands
GROUP BY island
"""


async def take_job(
    connection: AsyncConnection, tenant_id: int, job_id: int, first_event_id: int | None, last_event_id: int | None
) -> int:
    """Make `taken_back` the events of an ingest job; returns how many. Without bounds the whole table is read."""
    bounds = {"first": first_event_id or 0, "last": last_event_id or 2**63 - 1}
    return await _take(connection, _TAKE_JOB, {"tenant_id": tenant_id, "job_id": job_id, **bounds})


async def take_events(connection: AsyncConnection, tenant_id: int, event_ids: Sequence[int]) -> int:
    """Make `taken_back` those of these events that have a prediction; returns how many."""
    return await _take(connection, _TAKE_EVENTS, {"tenant_id": tenant_id, "ids": list(event_ids)})


async def remove_predictions(connection: AsyncConnection, tenant_id: int) -> tuple[int, list[Span]]:
    """Delete the predictions of the events taken back, and sum anew what they were part of.

    Returns how many, and of each subject when the first and last of them were.
    """
    await connection.execute(text(_TOUCHED))
    await connection.execute(text("ANALYZE touched"))
    first, last, events = (
        await connection.execute(text("SELECT min(hour), max(hour), sum(events) FROM touched"))
    ).one()
    if first is None:
        return 0, []
    await connection.execute(text(_UNPREDICT))
    hours = {"tenant_id": tenant_id, "first": first, "last": last}
    for statement in (_CLEAR_HOURS, _SUM_HOURS, _CLEAR_DAYS, _SUM_DAYS, _CLEAR_ENTITY_DAYS, _SUM_ENTITY_DAYS):
        await connection.execute(text(statement), hours)
    spans = await connection.execute(text(_SPANS))
    return int(events), [Span(Subject(*row[:3]), row[3], row[4]) for row in spans]


async def remove_events(connection: AsyncConnection, tenant_id: int, job_id: int) -> None:
    """Delete the events taken back, what stands in for their gaps, and the job's rows as received; nothing waits."""
    for statement in _DELETE_EVENTS:
        await connection.execute(text(statement), {"tenant_id": tenant_id, "job_id": job_id})
    await connection.execute(text(_RECOUNT), {"tenant_id": tenant_id})


async def queue(connection: AsyncConnection, tenant_id: int, now: datetime) -> None:
    """Put the events taken back on the backlog of the scan."""
    await connection.execute(text(_QUEUE), {"tenant_id": tenant_id, "now": now, "merged_gap": MERGED_GAP})


async def _take(connection: AsyncConnection, statement: str, given: dict[str, Any]) -> int:
    await connection.execute(text(_FORGET_TABLES))
    taken = await connection.execute(text(statement), given)
    await connection.execute(text("CREATE INDEX ON taken_back (id)"))
    await connection.execute(text("ANALYZE taken_back"))
    return int(taken.rowcount)
