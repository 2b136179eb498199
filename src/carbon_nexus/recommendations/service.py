"""Load, decide, save: proposals for hotspots, and people's decisions on them. Never commits."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.errors import Conflict, NotFound
from carbon_nexus.hotspots.model import Episode
from carbon_nexus.hotspots.store import episodes
from carbon_nexus.predictions.service import prepared
from carbon_nexus.recommendations import store
from carbon_nexus.recommendations.lifecycle import decide
from carbon_nexus.recommendations.model import Decision, Proposal, Refusal, Status
from carbon_nexus.recommendations.propose import propose, why_nothing

ACTOR = "propose"


async def propose_for_hotspots(
    connection: AsyncConnection,
    tenant_id: int,
    hotspot_ids: Sequence[int],
    now: datetime,
    basis: Basis = DEFAULT_BASIS,
) -> int:
    """Recommend measures for these hotspots; returns how many recommendations are new. Safe to repeat.

    A hotspot that no measure fits gets no recommendation but an audit entry that says why.
    """
    found = await episodes(connection, tenant_id, hotspot_ids)
    if not found:
        return 0
    events = await _events(connection, tenant_id, found)
    proposed = await asyncio.to_thread(_propose_all, found, events, basis)
    stored = await store.save_proposals(connection, tenant_id, proposed, now)
    await record(connection, tenant_id, [_proposed_entry(each) for each in stored])
    served = {hotspot.id for hotspot, _ in proposed}
    await _tell_that_nothing_fits(connection, tenant_id, [each for each in found if each.id not in served], events)
    return len(stored)


async def decide_on(
    connection: AsyncConnection,
    tenant_id: int,
    rec_id: int,
    decision: Decision,
    actor: str,
    notes: str | None,
    now: datetime,
) -> Status:
    """Take a person's decision; returns the new status. Raises NotFound, or Conflict when already decided.

    The row is locked first, so of two decisions at the same time the second sees the first one's outcome.
    """
    before = await store.lock_status(connection, tenant_id, rec_id)
    if before is None:
        raise NotFound(f"There is no recommendation {rec_id}.")
    after = decide(before, decision)
    if isinstance(after, Refusal):
        raise Conflict(f"Recommendation {rec_id} cannot be decided again. {after.reason}")
    await store.save_decision(connection, tenant_id, rec_id, after, actor, notes, now)
    details = {"before": before, "after": after}
    entry = Entry(f"recommendation.{after}", "recommendation", str(rec_id), actor, notes, details)
    await record(connection, tenant_id, [entry])
    return after


async def _events(connection: AsyncConnection, tenant_id: int, found: Sequence[Episode]) -> dict[int, pl.DataFrame]:
    """For each hotspot (by id) its entity's events, with what is known of the entity, as the scan estimates them."""
    loaded = await prepared(connection, tenant_id, await store.load_events(connection, tenant_id, found))
    parts = loaded.partition_by("hotspot_id", as_dict=True)
    return {hotspot.id: parts.get((hotspot.id,), loaded.clear()) for hotspot in found}


def _propose_all(
    found: Sequence[Episode], events: Mapping[int, pl.DataFrame], basis: Basis
) -> list[tuple[Episode, Proposal]]:
    return [(hotspot, proposal) for hotspot in found for proposal in propose(hotspot, events[hotspot.id], basis=basis)]


async def _tell_that_nothing_fits(
    connection: AsyncConnection, tenant_id: int, unserved: Sequence[Episode], events: Mapping[int, pl.DataFrame]
) -> None:
    told = await store.told_that_nothing_fits(connection, tenant_id, [hotspot.id for hotspot in unserved])
    reasons = {each.id: why_nothing(each, events[each.id]) for each in unserved if each.id not in told}
    for hotspot_id, reason in reasons.items():
        logger.info("no recommendation for hotspot {}: {}", hotspot_id, reason)
    entries = [
        Entry(store.NOTHING_FITS, "hotspot", str(hotspot_id), ACTOR, details={"reason": reason})
        for hotspot_id, reason in reasons.items()
    ]
    await record(connection, tenant_id, entries)


def _proposed_entry(stored: store.Stored) -> Entry:
    details = {
        "hotspot_id": stored.hotspot_id,
        "measure_id": stored.measure_id,
        "co2_reduction_kg": stored.co2_reduction_kg,
    }
    return Entry("recommendation.proposed", "recommendation", str(stored.id), ACTOR, details=details)
