"""What is typical for every series, learnt one observation at a time; and how far an observation is from it.

A series has one row of state: a slow level with a profile of day and week, a fast level for what the slow one has not
learnt yet, and the usual distance from either. The scale is logarithmic, and straight near zero: a doubling weighs the
same in a depot and in a steelworks. An observation is scored by what was known before, then learnt, clipped, so that
no outlier moves the level far. Gains follow the usual interval of a series: hourly meters, rare events and daily sums
share one code. A missing value is skipped, never taken for zero. How good it is: benchmarks/README.md.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from carbon_nexus.baselines.chance import DAILY, HOURLY
from carbon_nexus.baselines.clocks import (
    ALARM_DAY,
    BLANK,
    CELLS,
    COUNT,
    COUNTS,
    DAY,
    DAYS,
    FIRST_LN_DISTANCE,
    INTERVAL,
    LEVEL,
    LN_FAST,
    LN_SIZE,
    LN_SLOW,
    PEERS_CELL,
    PEERS_LEVEL,
    SLOTS,
    WIDTH,
    run_all,
)

__all__ = ["BLANK", "WIDTH", "Scored", "blank", "prime", "run"]

Floats = NDArray[np.float64]
States = NDArray[np.float32]


class Scored(NamedTuple):
    """One value per observation; NaN (0, False) where nothing can be said: a missing value, the first of a series."""

    expected: Floats  # what is typical for this slot, before this observation was learnt; in the unit of the values
    spread: Floats  # on the log scale; the usual range is expected * exp(+-2 * spread)
    score: Floats  # positive: above what is typical
    chance: Floats  # days a week on which a score like this or higher comes by chance in this series
    shifted: NDArray[np.int8]  # +1 or -1 at the observation at which a lasting level is adopted
    drifting: NDArray[np.bool_]  # the 14 days before lie above the 56 before those


def blank(series: int) -> States:
    """States of this many series that have seen nothing: (series, WIDTH)."""
    states = np.zeros((series, WIDTH), np.float32)
    states[:, COUNT] = BLANK
    states[:, [DAY, LN_SIZE, ALARM_DAY]] = np.nan
    states[:, [LN_SLOW, LN_FAST]] = FIRST_LN_DISTANCE
    states[:, DAYS:] = np.nan
    return states


def prime(states: States, peers: States, *, level: bool = False) -> None:
    """Tell states that have learnt nothing the median profile and spread of `peers` (k, WIDTH), in place.

    `level`: their median level and size too, for values that compare between series (kg per t.km); without it the
    first observation sets the level. Peers that know no level yet say nothing.
    """
    peers = peers[np.isfinite(peers[:, LN_SIZE])]
    fresh = states[:, COUNT] <= 0
    if not len(peers) or not fresh.any():
        return
    columns = [INTERVAL, LN_SLOW, LN_FAST, *range(CELLS, COUNTS), *range(SLOTS, DAYS)]
    columns += [LN_SIZE, LEVEL] if level else []
    states[np.ix_(fresh, columns)] = np.median(peers[:, columns], axis=0)
    states[fresh, COUNTS:SLOTS] = np.minimum(np.median(peers[:, COUNTS:SLOTS], axis=0), PEERS_CELL)
    states[fresh, COUNT] = PEERS_LEVEL if level else 0


def run(
    states: States,
    series: NDArray[np.int64],
    hours: Floats,
    slots: NDArray[np.int16],
    values: Floats,
    *,
    learn: NDArray[np.bool_] | None = None,
    daily: bool = False,
    budget: float = 0.1,
) -> Scored:
    """Score every observation, then learn it; `states` are changed in place.

    `series` is the row of its state, `hours` its time since 1970, `slots` its hour of the week (Monday 00 is 0; on a
    holiday that of a Sunday). Observations of one series stand in order of time; one that is older than the last, or
    where `learn` is False (a confirmed anomaly), is scored and leaves its state as it was. `daily`: sums of days.
    `budget`: alarm-days a week that the series' own threshold keeps to.

    Raises ValueError for a row without a state or a slot that is no hour of the week.
    """
    if len(values) and (series.min() < 0 or series.max() >= len(states)):
        raise ValueError(f"series {series.min()} to {series.max()}: there are {len(states)} states, give rows of them")
    if len(values) and (slots.min() < 0 or slots.max() >= 168):
        raise ValueError(f"slots {slots.min()} to {slots.max()}: an hour of the week is 0 to 167")
    ladder = DAILY if daily else HOURLY
    # copies of one type each: numba would compile anew for a read-only or a narrower array
    given = (np.array(series, np.int64), np.array(hours, float), np.array(slots, np.int16), np.array(values, float))
    learnt = np.ones(len(values), np.bool_) if learn is None else np.array(learn, np.bool_)
    numbers = np.full((4, len(values)), np.nan)
    told = np.zeros(len(values), np.int8), np.zeros(len(values), np.bool_)
    scored = Scored(numbers[0], numbers[1], numbers[2], numbers[3], *told)
    run_all(states, *given, learnt, daily, budget, ladder.scores, ladder.ln_chances, *scored)
    return scored
