"""Load, diagnose, propose, save: recommendations for hotspots. Never commits."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.documents.service import evidence
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.errors import Conflict
from carbon_nexus.hotspots.explain_service import one_episode
from carbon_nexus.hotspots.model import Episode
from carbon_nexus.hotspots.store import episodes
from carbon_nexus.measures.model import Measure, UnknownMeasure
from carbon_nexus.measures.own_service import measures_of
from carbon_nexus.predictions.service import prepared
from carbon_nexus.recommendations import store
from carbon_nexus.recommendations.cite import cited
from carbon_nexus.recommendations.diagnose import diagnose
from carbon_nexus.recommendations.model import Cause, Diagnosis, Proposal, Status
from carbon_nexus.recommendations.move_store import PROPOSED
from carbon_nexus.recommendations.propose import Occasion, Proposed, as_asked, occasion_of, propose, why_nothing

ACTOR = "propose"
WAITING = "waiting"
PASSAGES = 3  # of the tenant's documents beside a proposal


async def propose_for_hotspots(
    connection: AsyncConnection,
    tenant_id: int,
    hotspot_ids: Sequence[int],
    now: datetime,
    basis: Basis = DEFAULT_BASIS,
    ask_remote: bool = False,
    actor: str = ACTOR,
) -> int:
    """Diagnose these hotspots and recommend measures; returns how many recommendations are new. Safe to repeat.

    A hotspot that no measure fits gets no recommendation but an audit entry that says why. `ask_remote` marks that a
    separate RAG service is asked too and these proposals stand until it answers. `actor`: who asked for them.
    """
    await store.lock(connection, tenant_id)
    found = [each for each in await episodes(connection, tenant_id, hotspot_ids) if each.event_count]
    if not found:  # gone, or all of their events were taken back
        return 0
    measures = await measures_of(connection, tenant_id)
    events = await prepared(connection, tenant_id, await store.load_events(connection, tenant_id, found))
    past = await store.past(connection, tenant_id, [each.id for each in found])
    diagnoses = await asyncio.to_thread(diagnose, found, events, basis)
    occasions = [occasion_of(each, diagnoses[each.id], past.get(each.id, {})) for each in found]
    proposed = await asyncio.to_thread(propose, occasions, events, measures, basis)
    said = list(diagnoses.values())
    anew = await store.save_diagnoses(connection, tenant_id, said, WAITING if ask_remote else None, now)
    await record(connection, tenant_id, [_diagnosed_entry(diagnoses[each], actor) for each in anew])
    pairs = [(each, proposal) for each in found for proposal in proposed[each.id].proposals]
    pairs = await _with_evidence(connection, tenant_id, pairs)
    stored = await store.save_proposals(connection, tenant_id, pairs, now, ACTOR)
    await record(connection, tenant_id, [_proposed_entry(each, actor) for each in stored])
    await _take_off_what_is_old(connection, tenant_id, proposed, now)
    await _tell_that_nothing_fits(connection, tenant_id, occasions, proposed, measures)
    return len(stored)


async def propose_for(
    connection: AsyncConnection, tenant_id: int, entity: str, event_type: str, now: datetime, basis: Basis
) -> list[Proposal]:
    """What could be done at an entity, whether or not anything stands out; stores nothing."""
    measures = await measures_of(connection, tenant_id)
    loaded = await store.load_events_of(connection, tenant_id, entity, event_type, now)
    if loaded.is_empty():
        return []
    events = await prepared(connection, tenant_id, loaded)
    nothing = Diagnosis(0, Cause.UNKNOWN, f"Nothing is known to stand out at {entity}.", 0.0)
    occasion = Occasion(0, entity, "", event_type, now, nothing)
    proposed = await asyncio.to_thread(propose, [occasion], events, measures, basis)
    return list(proposed[0].proposals)


async def propose_one(
    connection: AsyncConnection,
    tenant_id: int,
    hotspot_id: int,
    measure_id: str,
    actor: str,
    now: datetime,
    basis: Basis,
) -> int:
    """Recommend one measure for a hotspot because a person asks for it; returns the recommendation's id.

    Its saving is simulated where the measure can be and fits, else null with the reason. Raises NotFound,
    UnknownMeasure, and Conflict where the measure is recommended for the hotspot already.
    """
    await store.lock(connection, tenant_id)
    hotspot = await one_episode(connection, tenant_id, hotspot_id)
    measure = next((each for each in await measures_of(connection, tenant_id) if each.id == measure_id), None)
    if measure is None:
        raise UnknownMeasure(f"There is no measure {measure_id!r}.", "GET /measures lists them.")
    event_type = hotspot.subject.event_type
    if measure.event_type != event_type:
        told = f"{measure_id} is a measure for {measure.event_type}, and hotspot {hotspot_id} is of {event_type}."
        raise Conflict(told, "GET /measures tells what each is for.")
    events = await prepared(connection, tenant_id, await store.load_events(connection, tenant_id, [hotspot]))
    diagnoses = await asyncio.to_thread(diagnose, [hotspot], events, basis)
    occasion = occasion_of(hotspot, diagnoses[hotspot_id], {})
    proposal = await asyncio.to_thread(as_asked, occasion, events, measure, basis)
    pairs = await _with_evidence(connection, tenant_id, [(hotspot, proposal)])
    stored = await store.save_new(connection, tenant_id, pairs[0], now, actor)
    if stored is None:
        raise Conflict(f"{measure_id} is recommended for hotspot {hotspot_id} already.", "GET /recommendations lists.")
    await record(connection, tenant_id, [_proposed_entry(stored, actor)])
    return stored.id


async def _with_evidence(
    connection: AsyncConnection, tenant_id: int, pairs: Sequence[tuple[Episode, Proposal]]
) -> list[tuple[Episode, Proposal]]:
    """The proposals with what the tenant's own documents say of them; equal questions are asked once."""
    queries = list(dict.fromkeys(proposal.title for _, proposal in pairs))
    found = await evidence(connection, tenant_id, queries, PASSAGES)
    return [(hotspot, cited(proposal, found.get(proposal.title, []))) for hotspot, proposal in pairs]


async def _take_off_what_is_old(
    connection: AsyncConnection, tenant_id: int, proposed: Mapping[int, Proposed], now: datetime
) -> None:
    kept = {hotspot_id: [one.measure_id for one in each.proposals] for hotspot_id, each in proposed.items()}
    old = await store.take_off(connection, tenant_id, kept, ACTOR, now)
    what, why = "recommendation.outdated", store.OLD
    entries = [Entry(what, "recommendation", str(rec_id), ACTOR, why, after={"rank": None}) for rec_id in old]
    await record(connection, tenant_id, entries)


async def _tell_that_nothing_fits(
    connection: AsyncConnection,
    tenant_id: int,
    occasions: Sequence[Occasion],
    proposed: Mapping[int, Proposed],
    measures: Sequence[Measure],
) -> None:
    unserved = [each for each in occasions if not proposed[each.id].proposals]
    told = await store.told_that_nothing_fits(connection, tenant_id, [each.id for each in unserved])
    reasons = {each.id: why_nothing(each, proposed[each.id], measures) for each in unserved if each.id not in told}
    for hotspot_id, reason in reasons.items():
        logger.info("no recommendation for hotspot {}: {}", hotspot_id, reason)
    entries = [
        Entry(store.NOTHING_FITS, "hotspot", str(hotspot_id), ACTOR, details={"reason": reason})
        for hotspot_id, reason in reasons.items()
    ]
    await record(connection, tenant_id, entries)


def _diagnosed_entry(diagnosis: Diagnosis, actor: str) -> Entry:
    after = {"cause": diagnosis.cause, "root_cause": diagnosis.root_cause}
    return Entry("hotspot.diagnosed", "hotspot", str(diagnosis.hotspot_id), actor, after=after)


def _proposed_entry(stored: store.Stored, actor: str) -> Entry:
    after = {
        "status": Status.PENDING,
        "hotspot_id": stored.hotspot_id,
        "measure_id": stored.measure_id,
        "co2_reduction_kg": stored.co2_reduction,
        "returns_because": stored.returns_because,
    }
    return Entry(PROPOSED, "recommendation", str(stored.id), actor, after=after)
