"""Taking events out of the pipeline again, or their estimates so that they are scanned anew. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.service import recalculate_of
from carbon_nexus.hotspots.model import Span
from carbon_nexus.hotspots.service import take_back
from carbon_nexus.rules.model import Rule
from carbon_nexus.scans import retraction_store, store


@dataclass(frozen=True)
class Retracted:
    """What was taken back: events, their predictions, and the hotspots that were corrected or resolved by it."""

    events: int
    predictions: int
    hotspots_corrected: int
    hotspots_resolved: int


async def undo_job(
    connection: AsyncConnection,
    tenant_id: int,
    ingest_job_id: int,
    first_event_id: int | None,
    last_event_id: int | None,
    default: Rule,
    now: datetime,
    actor: str,
) -> Retracted:
    """Take every event of an ingest job out again: events, rows as received, stand-ins, predictions, sums, backlog.

    Baselines and hotspot episodes they touched are made by what remains, with an audit entry of `actor` for each
    episode. No event of the job lies outside the two ids; None: not known, which reads all events. The job itself, its
    rejected rows and the day's quality are left to the caller.
    """
    await store.lock(connection, tenant_id)
    events = await retraction_store.take_job(connection, tenant_id, ingest_job_id, first_event_id, last_event_id)
    predictions, spans = await retraction_store.remove_predictions(connection, tenant_id)
    await retraction_store.remove_events(connection, tenant_id, ingest_job_id)
    hotspots = await _correct(connection, tenant_id, spans, default, now, actor)
    return Retracted(events, predictions, *hotspots)


async def rescan(
    connection: AsyncConnection,
    tenant_id: int,
    event_ids: Sequence[int],
    default: Rule,
    now: datetime,
    actor: str,
) -> Retracted:
    """Take the estimates of these events back and queue them for the next scan; events and stand-ins stay.

    Ids without an estimate are left out: they wait for a scan already, or there is no such event of the tenant.
    """
    await store.lock(connection, tenant_id)
    events = await retraction_store.take_events(connection, tenant_id, event_ids)
    predictions, spans = await retraction_store.remove_predictions(connection, tenant_id)
    await retraction_store.queue(connection, tenant_id, now)
    hotspots = await _correct(connection, tenant_id, spans, default, now, actor)
    return Retracted(events, predictions, *hotspots)


async def _correct(
    connection: AsyncConnection,
    tenant_id: int,
    spans: Sequence[Span],
    default: Rule,
    now: datetime,
    actor: str,
) -> tuple[int, int]:
    """What is typical and what stands out, without the events that are gone; hotspots (corrected, resolved)."""
    await recalculate_of(connection, tenant_id, sorted({span.subject.entity for span in spans}), now)
    return await take_back(connection, tenant_id, spans, default, now, actor)
