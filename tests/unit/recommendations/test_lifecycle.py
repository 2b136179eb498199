from datetime import timedelta
from itertools import product

import pytest

from carbon_nexus.recommendations.lifecycle import decide, refuse_assignee, refuse_moment, refuse_own_approval
from carbon_nexus.recommendations.model import Refusal, Status
from tests.conftest import NOW

LEGAL = {
    (Status.PENDING, Status.APPROVED),
    (Status.PENDING, Status.REJECTED),
    (Status.APPROVED, Status.IMPLEMENTED),
    (Status.IMPLEMENTED, Status.VERIFIED),
    (Status.IMPLEMENTED, Status.NOT_EFFECTIVE),
}


@pytest.mark.parametrize(("status", "to"), list(product(Status, Status)))
def test_a_move_is_made_or_its_refusal_names_the_state_and_what_is_possible(status: Status, to: Status) -> None:
    decided = decide(status, to)
    if (status, to) in LEGAL:
        assert decided is to
        return
    assert isinstance(decided, Refusal)
    possible = [after for before, after in LEGAL if before is status]
    assert f"is {'' if status is Status.PENDING else 'already '}{status}" in decided.reason
    assert all(after in decided.reason for after in possible)
    assert possible or "final" in decided.reason


def test_who_proposed_it_may_not_approve_it() -> None:
    assert refuse_own_approval("ann", {"propose", "bob"}) is None
    refused = refuse_own_approval("ann", {"propose", "ann"})
    assert refused is not None
    assert "proposed by ann" in refused.reason


@pytest.mark.parametrize(
    ("days", "refused"), [(0, None), (-365, None), (-366, "or later"), (0.01, "in the future"), (-10, None)]
)
def test_when_something_can_have_been_implemented(days: float, refused: str | None) -> None:
    found = refuse_moment(NOW + timedelta(days=days), NOW, NOW)
    assert (found is None) if refused is None else (found is not None and refused in found.reason)


def test_what_is_final_needs_nobody_and_nothing_is_assigned_twice() -> None:
    assert refuse_assignee(Status.IMPLEMENTED, "ann", None) is None
    for status, assignee, told in [(Status.REJECTED, "bob", "final"), (Status.PENDING, "ann", "already assigned")]:
        refused = refuse_assignee(status, "ann", assignee)
        assert refused is not None
        assert told in refused.reason
