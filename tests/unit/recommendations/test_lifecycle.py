import pytest

from carbon_nexus.recommendations.lifecycle import decide
from carbon_nexus.recommendations.model import Decision, Refusal, Status


def test_pending_can_be_approved_or_rejected() -> None:
    assert decide(Status.PENDING, Decision.APPROVE) is Status.APPROVED
    assert decide(Status.PENDING, Decision.REJECT) is Status.REJECTED


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.IMPLEMENTED])
@pytest.mark.parametrize("decision", list(Decision))
def test_what_is_decided_stays(status: Status, decision: Decision) -> None:
    refused = decide(status, decision)
    assert isinstance(refused, Refusal)
    assert f"already {status}" in refused.reason
