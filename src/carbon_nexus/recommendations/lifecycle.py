"""What may become of a recommendation: pending is approved or rejected, once."""

from carbon_nexus.recommendations.model import Decision, Refusal, Status

_OUTCOMES = {Decision.APPROVE: Status.APPROVED, Decision.REJECT: Status.REJECTED}


def decide(status: Status, decision: Decision) -> Status | Refusal:
    """The status after the decision, or why there is nothing left to decide."""
    if status is not Status.PENDING:
        return Refusal(f"It is already {status}; only a pending recommendation can be approved or rejected.")
    return _OUTCOMES[decision]
