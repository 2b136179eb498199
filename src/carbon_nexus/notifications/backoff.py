"""When a delivery that failed is tried again. Pure."""

from datetime import datetime, timedelta

from carbon_nexus.notifications.model import Outcome

# six attempts in about an hour
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1200, 2400))
LONGEST_WAIT = timedelta(hours=1)


def next_attempt(outcome: Outcome, attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` attempts, the last of which failed; None: never.

    A receiver that asks for more time gets it, up to LONGEST_WAIT.
    """
    if outcome.final or attempts > len(WAITS):
        return None
    asked = min(outcome.retry_after or timedelta(0), LONGEST_WAIT)
    return now + max(WAITS[attempts - 1], asked)
