"""How often a score comes by chance: from the detector's score to alarm-days per week, and back. Pure.

A chance of 0.1 says: on a series where nothing is wrong, one day in ten weeks holds a score like this or higher.
Measured by `benchmarks/detection.py chance`, which prints the tables again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

HOURS_A_WEEK = 168
DAYS_A_WEEK = 7
CHANCES = (1.0, 0.5, 0.25, 0.1, 0.05, 0.02)  # alarm-days per series and week
HOURLY_SCORES = (3.7, 4.7, 6.1, 8.3, 10.4, 14.8)
DAILY_SCORES = (3.0, 3.5, 4.0, 5.0, 6.0, 8.0)
LEAST = 1e-4  # once in two hundred years: beyond what years of measurements can say
MOST = 7.0  # a week has no more alarm-days


class Ladder(NamedTuple):
    """Knots from which chances are interpolated: rising `scores`, and the ln of alarm-days per week at each."""

    scores: NDArray[np.float64]
    ln_chances: NDArray[np.float64]


def _ladder(scores: tuple[float, ...]) -> Ladder:
    """The measured knots, continued with the slope at either end as far as LEAST and MOST."""
    at, ln = np.array(scores), np.log(CHANCES)
    low = at[0] + (np.log(MOST) - ln[0]) * (at[1] - at[0]) / (ln[1] - ln[0])
    high = at[-1] + (np.log(LEAST) - ln[-1]) * (at[-1] - at[-2]) / (ln[-1] - ln[-2])
    return Ladder(np.array([low, *at, high]), np.array([np.log(MOST), *ln, np.log(LEAST)]))


HOURLY, DAILY = _ladder(HOURLY_SCORES), _ladder(DAILY_SCORES)


def chance_per_week(score: ArrayLike, observations_per_week: ArrayLike, daily: bool) -> NDArray[np.float64]:
    """Alarm-days a week with a score like this or higher, by chance alone; NaN for a score that is none.

    Between the knots in ln of the chance, so that equal steps of score are equal factors. A series of more or fewer
    observations than one an hour (`daily`: than one a day) gets as many more or fewer chances; never more than MOST.
    """
    ladder, usual = (DAILY, DAYS_A_WEEK) if daily else (HOURLY, HOURS_A_WEEK)
    usual_chance = np.exp(np.interp(np.asarray(score, float), ladder.scores, ladder.ln_chances))
    return np.minimum(usual_chance * np.asarray(observations_per_week, float) / usual, MOST)


def score_at(chance: ArrayLike, observations_per_week: ArrayLike, daily: bool) -> NDArray[np.float64]:
    """The score that comes by chance on this many days a week: the inverse of `chance_per_week`.

    Chances beyond what the table can say (LEAST, MOST) give the score at its end.
    """
    ladder, usual = (DAILY, DAYS_A_WEEK) if daily else (HOURLY, HOURS_A_WEEK)
    usual_chance = np.asarray(chance, float) * usual / np.asarray(observations_per_week, float)
    falling = slice(None, None, -1)  # np.interp wants the known side rising
    return np.asarray(np.interp(np.log(usual_chance), ladder.ln_chances[falling], ladder.scores[falling]))
