"""How fast and how large the detector is: observations a second on one core, memory of many entities, one tick."""

import time
from collections.abc import Callable

import numpy as np

from carbon_nexus.baselines import kernel

ENTITIES = 100_000
HOURS = 24 * 7
FIRST_HOUR = 24.0 * 20_458  # a Monday
RUNS = 5


def least_cpu_s(work: Callable[[], object]) -> float:
    """Least CPU time of several runs: one process, one thread."""
    seconds = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


def streamed_per_second(series: int = 1000) -> float:
    """Observations a second: series that take turns, hour after hour, all in one call."""
    hours = np.repeat(np.arange(HOURS, dtype=np.float64), series)
    values = np.random.default_rng(1).lognormal(3, 0.3, len(hours))
    rows = np.tile(np.arange(series), HOURS)
    slots = (hours % 168).astype(np.int16)
    states = kernel.blank(series)
    return len(hours) / least_cpu_s(lambda: kernel.run(states.copy(), rows, FIRST_HOUR + hours, slots, values))


def one_by_one_per_second(observations: int = 5000) -> float:
    """The same, one observation a call: what a stream that is never batched gets."""
    states, row = kernel.blank(1), np.zeros(1, np.int64)
    slot, value = np.zeros(1, np.int16), np.full(1, 100.0)
    hours = FIRST_HOUR + np.arange(observations, dtype=np.float64)

    def follow() -> None:
        for hour in hours:
            kernel.run(states, row, np.array([hour]), slot, value)

    return observations / least_cpu_s(follow)


def tick_ms() -> float:
    """One observation of each of ENTITIES entities, in no order, over states that know a week."""
    random = np.random.default_rng(2)
    states = kernel.blank(ENTITIES)
    rows = random.permutation(ENTITIES)
    values = random.lognormal(3, 0.3, ENTITIES)

    def tick(hour: int) -> None:
        slots = np.full(ENTITIES, hour % 168, np.int16)
        kernel.run(states, rows, np.full(ENTITIES, FIRST_HOUR + hour), slots, values)

    for hour in range(48):
        tick(hour)
    seconds = []
    for hour in range(48, 48 + RUNS):
        started = time.process_time()
        tick(hour)
        seconds.append(time.process_time() - started)
    return 1000 * min(seconds)


def megabytes() -> float:
    """States of ENTITIES entities."""
    return kernel.blank(ENTITIES).nbytes / 1e6
