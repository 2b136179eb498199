"""A separate RAG service's words go beside the embedded proposals; and what our own one answers. Never commits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.emissions.model import Basis
from carbon_nexus.errors import NotFound
from carbon_nexus.hotspots.store import episodes
from carbon_nexus.measures.own_service import measures_of
from carbon_nexus.recommendations import rag_store as store
from carbon_nexus.recommendations.move_store import PROPOSED
from carbon_nexus.recommendations.propose import WINDOW
from carbon_nexus.recommendations.rag_agree import Asked, RagAnswer, returning, rows_of
from carbon_nexus.recommendations.rag_schemas import RagRecommended
from carbon_nexus.recommendations.rag_served import Told, from_library, from_proposals, from_record, nothing_fits
from carbon_nexus.recommendations.rag_store import ANSWERED, FAILED, WAITING, Saved
from carbon_nexus.recommendations.service import propose_for, propose_for_hotspots
from carbon_nexus.recommendations.store import lock as lock_proposing
from carbon_nexus.recommendations.store import past

ACTOR = store.ENGINE


async def take_answer(
    connection: AsyncConnection, tenant_id: int, hotspot_id: int, told: RagAnswer, service: str, now: datetime
) -> int:
    """Store the actions as recommendations; returns how many are new. Does nothing where an answer was stored before.

    `service` is what the provenance calls who answered.
    """
    await lock_proposing(connection, tenant_id)
    asked = await store.lock(connection, tenant_id, hotspot_id)
    if asked is None or asked.remote not in (WAITING, FAILED):
        return 0
    before = await past(connection, tenant_id, [hotspot_id])
    titles = await store.titles(connection, tenant_id, hotspot_id)
    kept, left_out = returning(asked, told, before.get(hotspot_id, {}), titles)
    saved = await store.save_actions(connection, tenant_id, rows_of(asked, told, kept, service, now), now)
    await store.set_remote(connection, tenant_id, hotspot_id, ANSWERED, "; ".join(left_out) or None, now)
    await record(connection, tenant_id, _answered(asked, saved, left_out, service))
    return len(saved)


async def take_failure(
    connection: AsyncConnection, tenant_id: int, hotspot_id: int, reason: str, now: datetime, *, final: bool
) -> None:
    """Say at the hotspot why there is no answer; `final`: nobody waits for one, and the embedded proposals stand alone.

    Only the change to failed is on the audit trail, not every attempt after it.
    """
    asked = await store.lock(connection, tenant_id, hotspot_id)
    if asked is None or asked.remote not in (WAITING, FAILED):
        return
    after = FAILED if final else asked.remote
    await store.set_remote(connection, tenant_id, hotspot_id, after, reason, now)
    if after != asked.remote:
        logger.warning("hotspot {}: the RAG service gives no answer: {}", hotspot_id, reason)
        await record(connection, tenant_id, [_moved(asked, after, {"reason": reason})])


async def recommend(
    connection: AsyncConnection, tenant_id: int, told: Told, now: datetime, basis: Basis
) -> RagRecommended:
    """Measures for an entity that need not have a hotspot; nothing is stored.

    Simulated where the entity has events of the last 28 days, else the library's own words without a saving.
    """
    known = await store.event_types(connection, tenant_id, told.entity, now - WINDOW) if told.entity else []
    asked = [each for each in known if told.event_type in (None, each)]
    if told.entity is None or not asked:
        return from_library(told, await measures_of(connection, tenant_id), _why_unknown(told))
    found = [await propose_for(connection, tenant_id, told.entity, each, now, basis) for each in asked]
    proposals = [proposal for each in found for proposal in each]
    return from_proposals(told, proposals) if proposals else nothing_fits(told, asked)


async def recommend_for_hotspot(
    connection: AsyncConnection,
    tenant_id: int,
    hotspot_id: int,
    told: Told,
    now: datetime,
    basis: Basis,
    *,
    save_as: str | None,
) -> RagRecommended:
    """What is on record for a hotspot; `save_as`: after proposing for it now, as this actor. Raises NotFound.

    Somebody with a database of their own numbers hotspots otherwise: one that is not here, or of another entity than
    told, is left aside where the entity is enough to answer.
    """
    found = await episodes(connection, tenant_id, [hotspot_id])
    if not found or told.entity not in (None, found[0].subject.entity):
        if save_as is not None or told.entity is None:
            of = f" of {told.entity}" if told.entity else ""
            raise NotFound(f"There is no hotspot {hotspot_id}{of}.", "GET /hotspots lists all.")
        return await recommend(connection, tenant_id, told, now, basis)
    subject = found[0].subject
    if save_as is not None:
        await propose_for_hotspots(connection, tenant_id, [hotspot_id], now, basis, actor=save_as)
    root_cause = await store.root_cause(connection, tenant_id, hotspot_id)
    rows = await store.stored(connection, tenant_id, hotspot_id)
    told = replace(told, entity=subject.entity, event_type=subject.event_type)
    if root_cause is None and not rows:
        return await recommend(connection, tenant_id, told, now, basis)
    return from_record(root_cause, told, rows)


def _why_unknown(told: Told) -> str:
    if told.entity is None:
        return "no entity is named, so there are no events to simulate a saving on"
    of_type = f"{told.event_type} " if told.event_type else ""
    return f"no {of_type}events of {told.entity} are stored for the last {WINDOW.days} days"


def _answered(asked: Asked, saved: Sequence[Saved], left_out: Sequence[str], service: str) -> list[Entry]:
    told = {"service": service, "new_recommendations": len(saved), "left_out": list(left_out)}
    return [_moved(asked, ANSWERED, told), *(_proposed(asked, each, service) for each in saved)]


def _moved(asked: Asked, after: str, details: dict[str, object]) -> Entry:
    action, key = f"recommendation.rag_{after}", str(asked.hotspot_id)
    before = {"remote": asked.remote}
    return Entry(action, "hotspot", key, ACTOR, details=details, before=before, after={"remote": after})


def _proposed(asked: Asked, saved: Saved, service: str) -> Entry:
    details = {
        "hotspot_id": asked.hotspot_id,
        "measure_id": saved.measure_id,
        "co2_reduction_kg": saved.co2_reduction_kg,
        "service": service,
    }
    return Entry(PROPOSED, "recommendation", str(saved.id), ACTOR, details=details)
