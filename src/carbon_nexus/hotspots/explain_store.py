"""SQL of the explanation: events of an episode and of the weeks before it, episodes like it, what is in doubt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import case, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import hotspots
from carbon_nexus.hotspots.explain import INPUTS
from carbon_nexus.hotspots.model import Episode, Subject

MOST_EVENTS = 50_000  # of a time: the latest count
SIMILAR = 5

EVENTS = f"""
SELECT p.event_id, p.event_time, p.activity, p.predicted_co2, p.typical_kg,
    concat_ws(', ', nullif(e.vehicle_type, ''), nullif(e.fuel_type, '')), {", ".join(f"e.{name}" for name in INPUTS)}
FROM predictions AS p JOIN events_normalized AS e ON e.id = p.event_id
WHERE p.tenant_id = %s AND p.entity = %s AND p.entity_type = %s AND p.prediction_type = %s
    AND p.event_time >= %s AND p.event_time < %s AND NOT p.filled
ORDER BY p.event_time DESC LIMIT {MOST_EVENTS}
"""  # noqa: S608
EVENT_SCHEMA: dict[str, Any] = {
    "event_id": pl.Int64,
    "event_time": pl.Datetime("us", "UTC"),
    **dict.fromkeys(("activity", "co2e_kg", "typical_kg"), pl.Float64),
    "group": pl.String,
    **dict.fromkeys(INPUTS, pl.Float64),
}
DOUBTS = text("""
SELECT b.sufficiency, b.reason, b.confidence_score, b.sample_size,
    (SELECT avg(p.confidence_score) FROM predictions p WHERE p.event_id = :event_id) AS estimate_confidence,
    (SELECT v.notes FROM predictions p JOIN provenances v ON v.id = p.provenance_id WHERE p.event_id = :event_id)
        AS notes
FROM baselines AS b
WHERE b.tenant_id = :tenant_id AND b.entity = :entity AND b.entity_type = :entity_type
    AND b.event_type = :event_type AND b.metric = :metric AND b.season_cell = 0
ORDER BY b.sample_size DESC LIMIT 1
""")


async def events_between(
    connection: AsyncConnection, tenant_id: int, subject: Subject, start: datetime, end: datetime
) -> pl.DataFrame:
    """Events of a subject with start <= event_time < end and what they told (EVENT_SCHEMA); the latest MOST_EVENTS."""
    found = await read_frame(connection, EVENTS, EVENT_SCHEMA, (tenant_id, *subject[:3], start, end))
    return found.with_columns(pl.col("group").fill_null("not told"))


async def similar(connection: AsyncConnection, tenant_id: int, episode: Episode) -> Sequence[dict[str, Any]]:
    """Past episodes of the same subject: of the same kind first, then the most alike in size."""
    own = hotspots.c
    columns = ("id", "kind", "severity", "status", "percent_above", "excess_kg", "event_count", "verdict")
    times = ("first_event_at", "last_event_at", "resolved_reason")
    rows = await connection.execute(
        select(*(own[name] for name in (*columns, *times)))
        .where(
            own.tenant_id == tenant_id,
            *(own[name] == value for name, value in episode.subject._asdict().items()),
            own.id != episode.id,
            own.event_count > 0,
            own.first_event_at <= episode.first_event_at,
        )
        .order_by(
            case((own.kind == episode.kind, 0), else_=1),
            (own.percent_above - episode.percent_above).op("*")(own.percent_above - episode.percent_above),
            own.id.desc(),
        )
        .limit(SIMILAR)
    )
    return [dict(row) for row in rows.mappings()]


async def doubts(connection: AsyncConnection, tenant_id: int, episode: Episode) -> dict[str, Any] | None:
    """What is known of the baseline and of the worst event's estimate; None where the baseline is gone."""
    given = {"tenant_id": tenant_id, "event_id": episode.event_id, **episode.subject._asdict()}
    row = (await connection.execute(DOUBTS, given)).mappings().first()
    return dict(row) if row else None
