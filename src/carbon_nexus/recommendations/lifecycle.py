"""What may become of a recommendation. Pure.

    pending -> approved -> implemented -> verified | not_effective
            -> rejected

There is no way back: what was decided or done stays on record, and a change of mind is a new recommendation.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from carbon_nexus.recommendations.model import Refusal, Status

NEXT: Mapping[Status, tuple[Status, ...]] = {
    Status.PENDING: (Status.APPROVED, Status.REJECTED),
    Status.APPROVED: (Status.IMPLEMENTED,),
    Status.IMPLEMENTED: (Status.VERIFIED, Status.NOT_EFFECTIVE),
}
"""The moves there are; a status that is absent is the last one."""

DECIDED_FOR = (Status.APPROVED, Status.IMPLEMENTED, Status.VERIFIED)
"""What people mean to do or did, and what is not known to have failed."""

LONGEST_BEFORE = timedelta(days=365)  # done long before it was proposed: the date is a slip


def decide(status: Status, to: Status) -> Status | Refusal:
    """The status after the move, or why there is no such move from this status."""
    possible = NEXT.get(status, ())
    if to in possible:
        return to
    if not possible:
        return Refusal(f"It is already {status}, which is final.")
    return Refusal(f"It is {_already(status)}{status}; from there it can only become {' or '.join(possible)}.")


def refuse_own_approval(actor: str, proposers: Collection[str]) -> Refusal | None:
    """Why this actor may not approve what these people proposed or last asked for; None: they may."""
    if actor not in proposers:
        return None
    return Refusal(f"It was proposed by {actor}, who may therefore not approve it (APPROVAL_FOUR_EYES).")


def refuse_moment(at: datetime, proposed_at: datetime, now: datetime) -> Refusal | None:
    """Why it cannot have been implemented at this moment; None: it can."""
    if at > now:
        return Refusal(f"must not be in the future; it is {now.isoformat()} now")
    earliest = proposed_at - LONGEST_BEFORE
    if at < earliest:
        return Refusal(f"must be {earliest.isoformat()} or later, {LONGEST_BEFORE.days} days before it was proposed")
    return None


def refuse_assignee(status: Status, before: str | None, assignee: str | None) -> Refusal | None:
    """Why nothing can be changed about who looks after it; None: it can."""
    if status not in NEXT:
        return Refusal(f"It is {status}, which is final: there is nothing left to look after.")
    if before == assignee:
        return Refusal(f"It is already assigned to {assignee or 'nobody'}.")
    return None


def _already(status: Status) -> str:
    return "" if status is Status.PENDING else "already "
