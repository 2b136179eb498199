"""SQL of the recommendations: hotspots and their entities' events in, proposals and decisions out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import audit_logs, recommendations
from carbon_nexus.emissions.inputs import INPUTS, STORED
from carbon_nexus.hotspots.model import Episode
from carbon_nexus.recommendations.model import Proposal, Status
from carbon_nexus.recommendations.propose import WINDOW

NOTHING_FITS = "recommendation.none"


class Stored(NamedTuple):
    """A proposal that got a row."""

    id: int
    hotspot_id: int
    measure_id: str
    co2_reduction_kg: float


_LOADED = {"hotspot_id": pl.Int64(), **{name: INPUTS[name] for name in ("event_time", *STORED)}}

# The range of event_time as plain values lets the block range index skip the years before it.
_EVENTS_OF = f"""
SELECT h.id, e."timestamp", {", ".join(f"e.{name}" for name in STORED)}
FROM hotspots h
JOIN predictions p ON p.tenant_id = h.tenant_id AND p.entity = h.entity AND p.entity_type = h.entity_type
    AND p.prediction_type = h.event_type
    AND p.event_time > h.last_event_at - %s AND p.event_time <= h.last_event_at
JOIN events_normalized e ON e.tenant_id = p.tenant_id AND e.id = p.event_id
WHERE h.tenant_id = %s AND h.id = ANY(%s::bigint[]) AND p.event_time > %s AND p.event_time <= %s
ORDER BY h.id, p.event_time, p.event_id
"""  # noqa: S608


async def load_events(connection: AsyncConnection, tenant_id: int, found: Sequence[Episode]) -> pl.DataFrame:
    """Events of these hotspots' entities and event types in the WINDOW up to the last event of each.

    `hotspot_id`, the event's time, and STORED; oldest event of a hotspot first. One query for all.
    """
    ends = [hotspot.last_event_at for hotspot in found]
    bounds = (WINDOW, tenant_id, [hotspot.id for hotspot in found], min(ends) - WINDOW, max(ends))
    return await read_frame(connection, _EVENTS_OF, _LOADED, bounds)


async def save_proposals(
    connection: AsyncConnection,
    tenant_id: int,
    proposed: Sequence[tuple[Episode, Proposal]],
    now: datetime,
) -> list[Stored]:
    """Store the proposals; returns the rows that are new or changed.

    A measure already recommended for its hotspot is brought up to date while it is pending (the hotspot may have risen
    since); once decided it stays as it was decided upon.
    """
    if not proposed:
        return []
    rows = [{"tenant_id": tenant_id, **_values(hotspot, each), **_stamps(now)} for hotspot, each in proposed]
    table = recommendations.c
    proposing = insert(recommendations)
    given = proposing.excluded
    kept = {"tenant_id", "hotspot_id", "measure_id", "status", "created_at"}
    statement = proposing.on_conflict_do_update(
        index_elements=[table.hotspot_id, table.measure_id],
        set_={name: given[name] for name in rows[0] if name not in kept},
        where=(table.status == Status.PENDING) & table.root_cause.is_distinct_from(given.root_cause),
    ).returning(table.id, table.hotspot_id, table.measure_id, table.co2_reduction)
    return [Stored(*row) for row in await connection.execute(statement, rows)]


async def told_that_nothing_fits(connection: AsyncConnection, tenant_id: int, hotspot_ids: Iterable[int]) -> set[int]:
    """Those of the hotspots for which the audit trail already says that no measure fits."""
    ids = [str(hotspot_id) for hotspot_id in hotspot_ids]
    rows = await connection.execute(
        select(audit_logs.c.entity_id).where(
            audit_logs.c.tenant_id == tenant_id,
            audit_logs.c.entity_type == "hotspot",
            audit_logs.c.entity_id == func.any(ids),
            audit_logs.c.action == NOTHING_FITS,
        )
    )
    return {int(entity_id) for entity_id in rows.scalars()}


async def lock_status(connection: AsyncConnection, tenant_id: int, rec_id: int) -> Status | None:
    """The recommendation's status, its row locked until the transaction ends; None: there is no such row."""
    status = await connection.scalar(
        select(recommendations.c.status)
        .where(recommendations.c.tenant_id == tenant_id, recommendations.c.id == rec_id)
        .with_for_update()
    )
    return None if status is None else Status(status)


async def save_decision(
    connection: AsyncConnection,
    tenant_id: int,
    rec_id: int,
    status: Status,
    actor: str,
    notes: str | None,
    now: datetime,
) -> None:
    """Write a decision on the row that `lock_status` holds."""
    await connection.execute(
        update(recommendations)
        .where(recommendations.c.tenant_id == tenant_id, recommendations.c.id == rec_id)
        .values(status=status, decided_by=actor, decision_notes=notes, decided_at=now, updated_at=now)
    )


async def count_by_status(connection: AsyncConnection, tenant_id: int) -> Mapping[Status, tuple[int, float]]:
    """For each status that occurs: how many, and their summed saving in kg CO2e per 28 days."""
    table = recommendations.c
    rows = await connection.execute(
        select(table.status, func.count(), func.coalesce(func.sum(table.co2_reduction), 0.0))
        .where(table.tenant_id == tenant_id)
        .group_by(table.status)
    )
    return {Status(status): (count, saving_kg) for status, count, saving_kg in rows}


def _values(hotspot: Episode, proposal: Proposal) -> dict[str, Any]:
    return {
        "hotspot_id": hotspot.id,
        "supplier_id": hotspot.subject.entity,
        "measure_id": proposal.measure_id,
        "title": proposal.title,
        "description": proposal.description,
        "co2_reduction": proposal.co2_reduction_kg,
        "saving_low_kg": proposal.saving_low_kg,
        "saving_high_kg": proposal.saving_high_kg,
        "cost_impact": proposal.cost_impact,
        "feasibility": proposal.feasibility,
        "confidence": proposal.confidence,
        "root_cause": proposal.root_cause,
        "provenance": dict(proposal.provenance),
    }


def _stamps(now: datetime) -> dict[str, Any]:
    return {"status": Status.PENDING, "created_at": now, "updated_at": now}
