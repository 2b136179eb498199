"""What a silence must be like. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from carbon_nexus.alerts.model import Refusal, Silence, SilenceState
from carbon_nexus.alerts.quiet import silence_state
from carbon_nexus.rules.model import Matcher, Operator

LONGEST = timedelta(days=365)


def narrows(matchers: Sequence[Matcher]) -> bool:
    """Whether one of them leaves something out: not a pattern of nothing but stars."""
    return any(each.operator is not Operator.LIKE or each.value.strip("*") for each in matchers)


def problems(starts_at: datetime, ends_at: datetime, now: datetime) -> Iterator[dict[str, Any]]:
    """What is wrong with the times, in the shape of the API's validation errors."""
    if ends_at <= max(starts_at, now):
        yield _problem(ends_at, "must be after its start, and in the future")
    elif ends_at - starts_at > LONGEST:
        yield _problem(ends_at, f"must be within {LONGEST.days} days of its start: silences are to be looked at again")


def expired(silence: Silence, now: datetime) -> tuple[datetime, datetime] | Refusal:
    """The times of the silence if it ends now; one that has not begun is never to hold."""
    if silence_state(silence, now) is SilenceState.EXPIRED:
        return Refusal(f"Silence {silence.id} is expired since {silence.ends_at:%Y-%m-%d %H:%M} UTC.")
    return min(silence.starts_at, now), now


def _problem(value: datetime, rule: str) -> dict[str, Any]:
    told = value.isoformat()
    return {"type": "value_error", "loc": ["body", "ends_at"], "msg": f"ends_at {told} {rule}.", "input": told}
