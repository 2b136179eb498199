"""How often a score comes by chance: from the detector's score to alarm-days per week, and back. Pure.

A chance of 0.1 says: where nothing is wrong, one day in ten weeks holds a score like this or higher. The tables are
what `benchmarks/detection.py --only chance` prints: scores that hourly load of six grid zones (603 weeks) and the daily
series (7,042 weeks) reach on so many days a week. False alarms come in runs, so more observations a day are not more
alarm-days: the zones read every 3 or 6 hours give scores up to 12 % higher at 0.1, a third at 0.02. Fewer than one a
day are fewer.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

CHANCES = (1.0, 0.5, 0.25, 0.1, 0.05, 0.02)  # alarm-days per series and week
HOURLY_SCORES = (3.7, 4.7, 6.0, 8.1, 10.9, 15.8)
DAILY_SCORES = (1.0, 1.5, 2.05, 2.95, 3.8, 5.3)
DAYS_A_WEEK = 7.0  # and no more alarm-days
LEAST = 1e-4  # once in two hundred years: beyond what years of measurements can say


class Ladder(NamedTuple):
    """Knots from which chances are interpolated: rising `scores`, and the ln of alarm-days per week at each."""

    scores: NDArray[np.float64]
    ln_chances: NDArray[np.float64]


def _ladder(scores: tuple[float, ...]) -> Ladder:
    """The measured knots, continued with the slope at either end as far as LEAST and every day."""
    at, ln = np.array(scores), np.log(CHANCES)
    low = at[0] + (np.log(DAYS_A_WEEK) - ln[0]) * (at[1] - at[0]) / (ln[1] - ln[0])
    high = at[-1] + (np.log(LEAST) - ln[-1]) * (at[-1] - at[-2]) / (ln[-1] - ln[-2])
    return Ladder(np.array([low, *at, high]), np.array([np.log(DAYS_A_WEEK), *ln, np.log(LEAST)]))


HOURLY, DAILY = _ladder(HOURLY_SCORES), _ladder(DAILY_SCORES)


def chance_per_week(score: ArrayLike, observations_per_week: ArrayLike, daily: bool) -> NDArray[np.float64]:
    """Alarm-days a week with a score like this or higher, by chance alone; NaN for a score that is none.

    Between the knots in ln of the chance, so that equal steps of score are equal factors. A series with fewer
    observations than one a day has as many fewer.
    """
    ladder = DAILY if daily else HOURLY
    every_day = np.exp(np.interp(np.asarray(score, float), ladder.scores, ladder.ln_chances))
    return np.asarray(every_day * _days_seen(observations_per_week))


def score_at(chance: ArrayLike, observations_per_week: ArrayLike, daily: bool) -> NDArray[np.float64]:
    """The score that comes by chance on this many days a week: the inverse of `chance_per_week`.

    Chances beyond what the table can say, below LEAST or above every day, give the score at its end.
    """
    ladder = DAILY if daily else HOURLY
    every_day = np.asarray(chance, float) / _days_seen(observations_per_week)
    rising = slice(None, None, -1)  # as np.interp wants the known side
    return np.asarray(np.interp(np.log(every_day), ladder.ln_chances[rising], ladder.scores[rising]))


def _days_seen(observations_per_week: ArrayLike) -> NDArray[np.float64]:
    """Share of days with an observation."""
    return np.minimum(np.asarray(observations_per_week, float) / DAYS_A_WEEK, 1.0)
