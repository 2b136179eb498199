"""Load, judge: whether a tenant's chain is intact, and if not, the first place where it is broken. Changes nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit import verify_store as store
from carbon_nexus.audit.model import Broken, Head, Problem, Verdict

ALTERED = "is not what was hashed into the chain: it was altered, or the entry before it together with its hash"


async def verify(connection: AsyncConnection, tenant_id: int, anchors: Sequence[Head] = ()) -> Verdict:
    """Compute every hash of the tenant's chain again, and hold what was told outside to it.

    Whoever alters an entry, all hashes after it and the head is found by anchors alone.
    """
    own = [anchor for anchor in anchors if anchor.tenant_id == tenant_id]
    first = await store.first_broken(connection, tenant_id)
    ends = await store.ends(connection, tenant_id)
    broken = (
        (await _broken_at(connection, tenant_id, first) if first is not None else None)
        or _broken_end(ends)
        or await _unlinked(connection, tenant_id)
        or await _not_as_anchored(connection, tenant_id, own)
    )
    head = Head(tenant_id, ends["position"], ends["hash"]) if ends["position"] else None
    return Verdict(tenant_id, ends["entries"], head, broken, len(own))


async def _broken_at(connection: AsyncConnection, tenant_id: int, position: int) -> Broken:
    link = await store.link(connection, tenant_id, position)
    named = position, link["audit_id"], link["action"]
    entry = f"The entry {link['audit_id']} at position {position}"
    if not link["has_previous"]:
        missing = link["position_before"] + 1
        told = f"Position {missing} is not there: the chain goes on with {position}."
        return Broken(Problem.MISSING_LINK, missing, None, None, told)
    if not link["has_entry"]:
        return Broken(Problem.MISSING_ENTRY, *named, f"{entry} is gone.")
    if link["only_the_hash"]:
        told = f"The hash at position {position} was altered; its entry {link['audit_id']} is what was hashed."
        return Broken(Problem.ALTERED_HASH, *named, told)
    return Broken(Problem.ALTERED_ENTRY, *named, f"{entry} {ALTERED}.")


def _broken_end(ends: Any) -> Broken | None:
    last, told = ends["position"] or 0, ends["head_position"] or 0
    if told > last:
        gone = f"The chain ends at position {last}, its head is at {told}: {told - last} entries at its end are gone."
        return Broken(Problem.CUT_OFF, last + 1, None, None, gone)
    if told < last or (ends["head_hash"] != ends["hash"] and last):
        why = f"The head is at position {told}" if told < last else "The head has another hash"
        named = last, ends["audit_id"], ends["action"]
        return Broken(Problem.ALTERED_HEAD, *named, f"{why}; the chain ends at position {last}.")
    return None


async def _unlinked(connection: AsyncConnection, tenant_id: int) -> Broken | None:
    found = await store.unlinked(connection, tenant_id)
    if found is None:
        return None
    told = f"The entry {found['audit_id']} is not in the chain: it was put there while triggers were disabled."
    return Broken(Problem.UNLINKED_ENTRY, None, found["audit_id"], found["action"], told)


async def _not_as_anchored(connection: AsyncConnection, tenant_id: int, anchors: Sequence[Head]) -> Broken | None:
    found = await store.not_as_anchored(connection, tenant_id, anchors) if anchors else None
    if found is None:
        return None
    told = f"Position {found['position']} was told outside and is not there."
    if found["has_link"]:
        told = f"Position {found['position']} has not the hash that was told outside: the chain up to it was made anew."
    return Broken(Problem.NOT_AS_ANCHORED, found["position"], found["audit_id"], found["action"], told)
