"""What became of a measure at the same entity before: whether it may be proposed again, and why. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from carbon_nexus.hotspots.model import Severity
from carbon_nexus.recommendations.model import Cause, Status

MUCH_MORE = 1.5  # a saving so many times as large is another case
UNDER_WAY = (Status.PENDING, Status.APPROVED, Status.IMPLEMENTED, Status.VERIFIED)
REFUSED = (Status.REJECTED, Status.NOT_EFFECTIVE)
_SEVERITIES = list(Severity)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier recommendation of a measure for an entity, for another episode; the latest one counts."""

    id: int
    measure_id: str
    status: Status
    cause: str | None
    severity: Severity
    co2_reduction_kg: float | None


@dataclass(frozen=True, slots=True)
class Case:
    """What is at hand now."""

    cause: Cause
    severity: Severity
    saving_kg: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a measure is not proposed now; one that is under way keeps its place among the first."""

    measure_id: str
    reason: str
    under_way: bool


def again(past: Past | None, now: Case) -> str | LeftOut | None:
    """None: it is new here. A sentence: it comes back, and why. LeftOut: it does not, and why."""
    if past is None:
        return None
    if past.status in UNDER_WAY:
        return LeftOut(past.measure_id, f"{past.measure_id} is {past.status} already (recommendation {past.id})", True)
    changes = _changes(past, now)
    words = str(past.status).replace("_", " ")
    if not changes:
        told = f"{past.measure_id} was found {words} here (recommendation {past.id}), and the case is the same"
        return LeftOut(past.measure_id, told, False)
    return f"it was {words} here (recommendation {past.id}), and since then {' and '.join(changes)}"


def _changes(past: Past, now: Case) -> Sequence[str]:
    found = []
    if past.cause is not None and past.cause != now.cause:
        found.append(f"the cause is another: {now.cause} instead of {past.cause}")
    if _SEVERITIES.index(now.severity) > _SEVERITIES.index(past.severity):
        found.append(f"the severity has risen from {past.severity} to {now.severity}")
    if past.co2_reduction_kg and now.saving_kg >= MUCH_MORE * past.co2_reduction_kg:
        found.append(f"it would save {now.saving_kg:,.3g} kg in 28 days instead of {past.co2_reduction_kg:,.3g} kg")
    return found
