"""A circuit breaker: a service that fails again and again is left alone for a while, then tried with one call.

Ours, because the kept libraries read the time themselves and let every caller through once the pause is over.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from loguru import logger


class State(StrEnum):
    """CLOSED: calls go out. OPEN: none does. HALF_OPEN: the pause is over and one call may try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class BreakerOpen(Exception):
    """The call was not made; the message repeats the failure that ended the calls, and says when one goes out again."""


class Breaker:
    """Counts failures in a row of calls to `name`; after `most_failures` none goes out for `pause_seconds`.

    `clock` gives seconds from any fixed point. For one event loop or one thread.
    """

    def __init__(
        self,
        name: str,
        *,
        most_failures: int = 5,
        pause_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._clock = name, clock
        self._most_failures, self._pause_seconds = most_failures, pause_seconds
        self._failures, self._last_failure = 0, ""
        self._opened_at: float | None = None
        self._on_trial = False

    @property
    def state(self) -> State:
        """What would become of a call now; half-open also while the one trial is under way."""
        if self._opened_at is None:
            return State.CLOSED
        return State.OPEN if self._seconds_left() > 0 else State.HALF_OPEN

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call: an exception that leaves it is a failure, a cancellation is neither failure nor success.

        Raises BreakerOpen instead of letting the call go out.
        """
        is_trial = self._admit()
        try:
            yield
        except Exception as problem:
            self._failed(str(problem))
            raise
        else:
            self._succeeded()
        finally:
            if is_trial:
                self._on_trial = False

    def _admit(self) -> bool:
        if self.state is State.CLOSED:
            return False
        if self.state is State.OPEN or self._on_trial:
            rest = f"next call in {self._seconds_left():.0f} s" if self._seconds_left() > 0 else "being tried"
            raise BreakerOpen(f"{self._last_failure} ({self._failures} failures in a row; {rest})")
        self._on_trial = True
        return True

    def _seconds_left(self) -> float:
        return 0.0 if self._opened_at is None else self._opened_at + self._pause_seconds - self._clock()

    def _failed(self, why: str) -> None:
        self._failures, self._last_failure = self._failures + 1, why
        # a call that went out before it opened says nothing new when it fails later: the pause stays as it is
        if self.state is not State.OPEN and self._failures >= self._most_failures:
            self._opened_at = self._clock()
            logger.warning(
                "{}: {} failures in a row, the last: {}; no call for {:g} s",
                self._name, self._failures, why, self._pause_seconds,
            )  # fmt: skip

    def _succeeded(self) -> None:
        if self._opened_at is not None:
            logger.info("{}: answers again", self._name)
        self._failures, self._last_failure, self._opened_at = 0, "", None
