"""What people do with recommendations: load, decide, save, each with its audit entry. Never commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.access.keys import ANONYMOUS
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import CarbonNexusError, Conflict, InvalidInput, NotFound
from carbon_nexus.hotspots.store import episodes
from carbon_nexus.recommendations import lifecycle, move_store
from carbon_nexus.recommendations.model import Held, Refusal, Status
from carbon_nexus.recommendations.move_store import PROPOSED, SUBJECT
from carbon_nexus.recommendations.rag_store import titles
from carbon_nexus.recommendations.store import lock as lock_proposing

REMEDY = "GET /recommendations/{id}/timeline tells what happened to it."
NOT_SIMULATED = "no measure of the library stands behind it, so there is nothing to simulate"
_DIGEST = 12  # characters of a title's that tell the measures of a hotspot apart
_DECIDED = (Status.APPROVED, Status.REJECTED)


class FourEyes(Conflict):
    """Somebody else has to approve it."""

    code = "four_eyes"


@dataclass(frozen=True)
class Step:
    """A move that somebody makes at `now`; `at`: since when a measure is in place, null: now."""

    to: Status
    actor: str
    notes: str | None
    now: datetime
    four_eyes: bool = False
    at: datetime | None = None


@dataclass(frozen=True)
class OwnWords:
    """What a person proposes for a hotspot without a measure of the library."""

    hotspot_id: int
    title: str
    description: str
    cost_impact: str | None


async def move(
    connection: AsyncConnection,
    tenant_id: int,
    rec_id: int,
    to: Status,
    actor: str,
    notes: str | None,
    now: datetime,
    four_eyes: bool = False,
    at: datetime | None = None,
) -> Status:
    """Move a recommendation on; the new status. `at`: since when an implemented one is in place, None: now.

    Raises NotFound, Conflict where there is no such move, FourEyes, and InvalidInput for a moment that cannot be. The
    row is locked first, so of two moves at the same time the second sees the first one's outcome.
    """
    _, refused = await move_many(connection, tenant_id, [rec_id], Step(to, actor, notes, now, four_eyes, at))
    if refused:
        raise refused[rec_id]
    return to


async def move_many(
    connection: AsyncConnection, tenant_id: int, ids: Collection[int], step: Step
) -> tuple[list[int], dict[int, CarbonNexusError]]:
    """Move each of these that can be: the ids of those, and for each of the others the error that `move` raises."""
    held = await move_store.lock(connection, tenant_id, ids)
    problems = {rec_id: _problem(rec_id, held.get(rec_id), step) for rec_id in ids}
    refused = {rec_id: problem for rec_id, problem in problems.items() if problem is not None}
    moved = [rec_id for rec_id in problems if rec_id not in refused]
    if moved:
        await move_store.save(connection, tenant_id, moved, _written(step))
        await record(connection, tenant_id, [_entry(rec_id, held[rec_id].status, step) for rec_id in moved])
    return moved, refused


async def assign(
    connection: AsyncConnection, tenant_id: int, rec_id: int, assignee: str | None, actor: str, now: datetime
) -> None:
    """Say who is to look after it, None: nobody. Raises NotFound, and Conflict where that changes nothing."""
    held = await _held(connection, tenant_id, rec_id)
    if refusal := lifecycle.refuse_assignee(held.status, held.assignee, assignee):
        raise _conflict(rec_id, refusal)
    await move_store.save(connection, tenant_id, [rec_id], {"assignee": assignee, "updated_at": now})
    before, after = {"assignee": held.assignee}, {"assignee": assignee}
    entry = Entry("recommendation.assigned", SUBJECT, str(rec_id), actor, before=before, after=after)
    await record(connection, tenant_id, [entry])


async def comment(connection: AsyncConnection, tenant_id: int, rec_id: int, text: str, actor: str) -> None:
    """Say something about it, whatever its status; it stands on its timeline. Raises NotFound."""
    await _held(connection, tenant_id, rec_id)
    await record(connection, tenant_id, [Entry("recommendation.commented", SUBJECT, str(rec_id), actor, text)])


async def propose_own_words(
    connection: AsyncConnection, tenant_id: int, words: OwnWords, actor: str, now: datetime
) -> int:
    """Recommend for a hotspot what is no measure of the library; the new id. Its saving is not known.

    Raises NotFound, and Conflict where the hotspot has one of that title already, whoever proposed it.
    """
    await lock_proposing(connection, tenant_id)
    found = await episodes(connection, tenant_id, [words.hotspot_id])
    if not found:
        raise NotFound(f"There is no hotspot {words.hotspot_id}.", "GET /hotspots lists all.")
    values = _values(words, found[0].subject.entity, actor)
    known = await titles(connection, tenant_id, words.hotspot_id)
    rec_id = None if words.title.casefold() in known else await move_store.add(connection, tenant_id, values, now)
    if rec_id is None:
        remedy = f"GET /recommendations?hotspot_id={words.hotspot_id} lists what it has."
        raise Conflict(f"Hotspot {words.hotspot_id} already has a recommendation '{words.title}'.", remedy)
    after = {name: values[name] for name in ("hotspot_id", "measure_id", "title", "description", "cost_impact")}
    await record(connection, tenant_id, [Entry(PROPOSED, SUBJECT, str(rec_id), actor, after=after)])
    return rec_id


def unknown(rec_id: int) -> NotFound:
    """There is no such recommendation."""
    return NotFound(f"There is no recommendation {rec_id}.", "GET /recommendations lists all.")


async def _held(connection: AsyncConnection, tenant_id: int, rec_id: int) -> Held:
    found = await move_store.lock(connection, tenant_id, [rec_id])
    if rec_id not in found:
        raise unknown(rec_id)
    return found[rec_id]


def _problem(rec_id: int, held: Held | None, step: Step) -> CarbonNexusError | None:
    if held is None:
        return unknown(rec_id)
    decided = lifecycle.decide(held.status, step.to)
    if isinstance(decided, Refusal):
        return _conflict(rec_id, decided)
    if step.to in (Status.APPROVED, Status.IMPLEMENTED) and not held.event_count:
        return Conflict(f"Recommendation {rec_id}: all events of its hotspot were taken back.", "Reject it.")
    if step.four_eyes and step.to is Status.APPROVED:
        refusal = lifecycle.refuse_own_approval(step.actor, held.proposers)
        return None if refusal is None else FourEyes(f"Recommendation {rec_id}: {refusal.reason}", _eyes(step.actor))
    if step.at is not None and (refusal := lifecycle.refuse_moment(step.at, held.created_at, step.now)):
        return _no_moment(step.at, refusal)
    return None


def _conflict(rec_id: int, refusal: Refusal) -> Conflict:
    return Conflict(f"Recommendation {rec_id}: {refusal.reason}", REMEDY.format(id=rec_id))


def _eyes(actor: str) -> str:
    if actor == ANONYMOUS:
        return f"Without keys everyone is '{ANONYMOUS}': set API_KEYS, one for each person, to tell people apart."
    return "Ask somebody with another key."


def _no_moment(at: datetime, refusal: Refusal) -> InvalidInput:
    told = f"implemented_at {at.isoformat()} {refusal.reason}."
    problem = {"type": "invalid_value", "loc": ["body", "implemented_at"], "msg": told, "input": at.isoformat()}
    return InvalidInput([problem | {"rule": refusal.reason}], "Leave it out for now.")


def _written(step: Step) -> dict[str, Any]:
    values: dict[str, Any] = {"status": step.to, "updated_at": step.now}
    if step.to in _DECIDED:
        return values | {"decided_by": step.actor, "decision_notes": step.notes, "decided_at": step.now}
    if step.to is Status.IMPLEMENTED:
        return values | {"implemented_by": step.actor, "implemented_at": step.at or step.now}
    return values | {"verified_at": step.now}


def _entry(rec_id: int, before: Status, step: Step) -> Entry:
    since = {"implemented_at": (step.at or step.now).isoformat()} if step.to is Status.IMPLEMENTED else {}
    return Entry(
        f"recommendation.{step.to}",
        SUBJECT,
        str(rec_id),
        step.actor,
        step.notes,
        before={"status": before},
        after={"status": step.to, **since},
    )


def _values(words: OwnWords, entity: str, actor: str) -> Mapping[str, Any]:
    digest = sha256(words.title.casefold().encode()).hexdigest()[:_DIGEST]
    return {
        "hotspot_id": words.hotspot_id,
        "supplier_id": entity,
        "measure_id": f"person:{digest}",
        "title": words.title,
        "description": words.description,
        "cost_impact": words.cost_impact,
        "proposed_by": actor,
        "provenance": {"method": "a person's own words", "reason": NOT_SIMULATED},
    }
