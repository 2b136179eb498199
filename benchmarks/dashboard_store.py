"""A store as large as the dashboard has to bear: events of `events.py`, and hotspots on them with their alerts.

Hotspots are inserted, not found: found ones would be as few as the made events deserve. Each stands at a real event,
evenly over the whole span: one of every entity, event type and metric is active (about a hundred), a seventh of the
others ignored, the rest resolved. Each has one alert with two entries on its timeline; a third of the alerts are
acknowledged, an eighth assigned.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from api import fill
from servers import migrated_server, temporary_directory

# what has been told of by the feed is no part of a store at rest
QUIETLY = "SET session_replication_role = replica"
INSERT_HOTSPOTS = """
WITH held AS (
    SELECT (SELECT count(*) FROM hotspots) AS hotspots, (SELECT count(*) FROM predictions) AS events
), every AS (
    SELECT %(wanted)s - hotspots AS missing, greatest(1, events / (%(wanted)s - hotspots)) AS step FROM held
    WHERE hotspots < %(wanted)s
), chosen AS (
    SELECT p.*, p.event_id / every.step AS n FROM predictions AS p, every
    WHERE p.predicted_co2 > 0 AND p.event_id %% every.step = 0
    ORDER BY p.event_time DESC LIMIT (SELECT missing FROM every)
), measured AS (
    SELECT *, 1.5 + (n * 7919 %% 1000) ^ 2 / 400000 AS times,
        CASE WHEN n * 31 %% 5 = 0 THEN 'absolute' ELSE 'intensity' END AS metric,
        (ARRAY['spike', 'spike', 'spike', 'sustained', 'level_shift', 'drift'])[1 + n * 17 %% 6] AS kind,
        event_time + interval '1 day' AS over_at
    FROM chosen
), standing AS (
    SELECT *, CASE
        WHEN row_number() OVER (
            PARTITION BY entity, entity_type, prediction_type, metric ORDER BY event_time DESC
        ) = 1 AND NOT EXISTS (
            SELECT FROM hotspots AS h WHERE h.status = 'active' AND (h.entity, h.entity_type, h.event_type, h.metric)
                = (measured.entity, measured.entity_type, measured.prediction_type, measured.metric)
        ) THEN 'active'
        WHEN n * 11 %% 7 = 0 THEN 'ignored' ELSE 'resolved' END AS status
    FROM measured
)
INSERT INTO hotspots (
    tenant_id, entity, entity_type, event_type, metric, kind, policy, event_id, event_count, predicted_co2,
    baseline_co2, percent_above, excess_kg, typical_low_kg, typical_high_kg, severity, status, first_event_at,
    last_event_at, peak_at, reported_at, created_at, updated_at, resolved_at, resolved_reason, verdict, verdict_by,
    verdict_at
)
SELECT tenant_id, entity, entity_type, prediction_type, metric, kind, 'adaptive', event_id, 1 + n * 13 %% 9,
    predicted_co2, predicted_co2 / times, 100 * (times - 1), predicted_co2 - predicted_co2 / times,
    0.8 * predicted_co2 / times, 1.25 * predicted_co2 / times,
    CASE WHEN times < 2 THEN 'info' WHEN times < 2.5 THEN 'warn' ELSE 'critical' END, status,
    event_time - interval '8 hours', event_time, event_time, event_time, event_time, event_time,
    CASE status WHEN 'resolved' THEN over_at END, CASE status WHEN 'resolved' THEN 'it was quiet for a day' END,
    CASE status WHEN 'ignored' THEN 'not_a_problem' END, CASE status WHEN 'ignored' THEN 'benchmark' END,
    CASE status WHEN 'ignored' THEN over_at END
FROM standing ORDER BY event_time
"""
INSERT_ALERTS = """
INSERT INTO alerts (
    tenant_id, level, message, hotspot_id, labels, state, state_reason, state_since, created_at, fired_at, resolved_at,
    acknowledged, acknowledged_at, acknowledged_by, assignee, updated_at
)
SELECT tenant_id, severity, format('%s exceeded emissions by %s%%: %s kg CO2e against %s kg typical', entity,
        round(percent_above::numeric, 1), round(predicted_co2::numeric, 1), round(baseline_co2::numeric, 1)),
    id, jsonb_build_object('entity', entity, 'entity_type', entity_type, 'event_type', event_type, 'metric', metric,
        'kind', kind, 'severity', severity),
    CASE status WHEN 'active' THEN 'firing' ELSE 'resolved' END,
    CASE status WHEN 'active' THEN 'it stands out' ELSE 'its hotspot is ' || status END,
    coalesce(resolved_at, last_event_at), created_at, created_at,
    CASE WHEN status <> 'active' THEN coalesce(resolved_at, last_event_at) END,
    id % 3 = 0, CASE WHEN id % 3 = 0 THEN last_event_at END, CASE WHEN id % 3 = 0 THEN 'benchmark' END,
    CASE WHEN id % 8 = 0 THEN 'benchmark' END, updated_at
FROM hotspots WHERE NOT EXISTS (SELECT FROM alerts WHERE hotspot_id = hotspots.id) ORDER BY id
"""
INSERT_TIMELINES = """
INSERT INTO alert_events (tenant_id, alert_id, at, action, before, after, reason, actor)
SELECT tenant_id, id, at, 'state', before, after, reason, 'evaluation'
FROM alerts, LATERAL (VALUES
    (created_at, NULL, 'firing', 'it stands out'), (resolved_at, 'firing', 'resolved', state_reason)
) AS turn (at, before, after, reason)
WHERE at IS NOT NULL AND NOT EXISTS (SELECT FROM alert_events WHERE alert_id = alerts.id) ORDER BY id, at
"""


@contextmanager
def prepared(kept: Path | None, events: int, hotspots: int) -> Iterator[Path]:
    """The directory of a store of this size: `kept`, as it is if it is filled, or one that is gone afterwards."""
    with ExitStack() as stack:
        place = kept or stack.enter_context(temporary_directory())
        if not (place / "postgres").is_dir():
            place.mkdir(parents=True, exist_ok=True)
            fill(place, events)
            add_hotspots(place, hotspots)
        yield place


def add_hotspots(data_dir: Path, wanted: int) -> None:
    """As many hotspots as make `wanted` of them, each with its alert and timeline; at most one for each event."""
    with migrated_server(data_dir) as server, psycopg.connect(server.url, autocommit=True) as connection:
        with connection.transaction():
            connection.execute(QUIETLY)
            connection.execute(INSERT_HOTSPOTS, {"wanted": wanted})
            connection.execute(INSERT_ALERTS)
            connection.execute(INSERT_TIMELINES)
        connection.execute("VACUUM ANALYZE")


def counts(data_dir: Path) -> tuple[int, int, int]:
    """How many events, hotspots and active hotspots the store holds."""
    with migrated_server(data_dir) as server, psycopg.connect(server.url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM events_normalized), count(*), count(*) FILTER (WHERE status = 'active')"
            " FROM hotspots"
        ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]
