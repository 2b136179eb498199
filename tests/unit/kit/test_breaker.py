"""Closed until enough failures in a row, open for the pause, then one trial decides; time is an argument."""

import asyncio

import pytest

from carbon_nexus.kit.breaker import Breaker, BreakerOpen, State


class Seconds:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(seconds: Seconds) -> Breaker:
    return Breaker("engine", most_failures=3, pause_seconds=30, clock=seconds)


def state(breaker: Breaker) -> State:
    return breaker.state


def fail(breaker: Breaker, why: str = "timed out") -> None:
    with pytest.raises(OSError, match=why), breaker.call():
        raise OSError(why)


def succeed(breaker: Breaker) -> None:
    with breaker.call():
        pass


def test_it_opens_after_that_many_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker)
    fail(breaker)
    assert state(breaker) is State.CLOSED
    fail(breaker)
    assert state(breaker) is State.OPEN


def test_a_success_in_between_starts_the_count_again(breaker: Breaker) -> None:
    fail(breaker)
    fail(breaker)
    succeed(breaker)
    fail(breaker)
    fail(breaker)
    assert state(breaker) is State.CLOSED


def test_while_open_no_call_goes_out_and_the_refusal_says_why_and_until_when(
    breaker: Breaker, seconds: Seconds
) -> None:
    for _ in range(3):
        fail(breaker, "answered 503")
    seconds.now += 20
    with pytest.raises(BreakerOpen, match=r"answered 503 \(3 failures in a row; next call in 10 s\)"):
        succeed(breaker)


def test_after_the_pause_one_call_tries_and_others_wait(breaker: Breaker, seconds: Seconds) -> None:
    for _ in range(3):
        fail(breaker)
    seconds.now += 30
    assert state(breaker) is State.HALF_OPEN
    with breaker.call(), pytest.raises(BreakerOpen, match="being tried"), breaker.call():
        pytest.fail("a second call went out")
    assert state(breaker) is State.CLOSED
    succeed(breaker)


def test_a_failed_trial_opens_it_for_another_pause(breaker: Breaker, seconds: Seconds) -> None:
    for _ in range(3):
        fail(breaker)
    seconds.now += 30
    fail(breaker)
    assert state(breaker) is State.OPEN
    seconds.now += 29.9
    assert state(breaker) is State.OPEN
    seconds.now += 0.1
    assert state(breaker) is State.HALF_OPEN


def test_a_call_that_went_out_before_does_not_lengthen_the_pause(breaker: Breaker, seconds: Seconds) -> None:
    def fail_late() -> None:
        with breaker.call():
            for _ in range(3):
                fail(breaker)
            seconds.now += 10
            raise OSError("late")

    with pytest.raises(OSError, match="late"):
        fail_late()
    seconds.now += 20
    assert state(breaker) is State.HALF_OPEN


async def test_a_cancelled_trial_is_no_verdict_and_leaves_room_for_the_next(breaker: Breaker, seconds: Seconds) -> None:
    for _ in range(3):
        fail(breaker)
    seconds.now += 30

    async def wait_for_ever() -> None:
        with breaker.call():
            await asyncio.Event().wait()

    trial = asyncio.create_task(wait_for_ever())
    await asyncio.sleep(0)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    assert state(breaker) is State.HALF_OPEN
    succeed(breaker)
    assert state(breaker) is State.CLOSED
