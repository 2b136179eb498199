from datetime import UTC, datetime, timedelta

import pytest

from carbon_nexus.notifications.backoff import next_attempt
from carbon_nexus.notifications.model import Outcome

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


def waits(outcome: Outcome) -> list[float]:
    found = [next_attempt(outcome, attempts, NOW) for attempts in range(1, 8)]
    return [(at - NOW).total_seconds() for at in found if at is not None]


def test_six_attempts_in_about_an_hour() -> None:
    assert waits(Outcome("answered 500", 500)) == [10, 60, 300, 1200, 2400]


def test_what_cannot_succeed_is_not_tried_again() -> None:
    assert waits(Outcome("answered 404", 404, final=True)) == []


@pytest.mark.parametrize(("asked", "first"), [(-5, 10), (3, 10), (90, 90), (3600, 3600), (86_400, 3600)])
def test_a_receiver_gets_the_time_it_asks_for_up_to_an_hour(asked: int, first: int) -> None:
    asking = Outcome("answered 429", 429, retry_after=timedelta(seconds=asked))
    assert waits(asking)[0] == first
