"""The detectors that are compared: the product's kernel, and the known rules it has to beat. A score per value each."""

from collections.abc import Sequence

import numpy as np
from detection_series import Floats, Series
from numba import njit
from sklearn.ensemble import IsolationForest  # type: ignore[import-untyped]

from carbon_nexus.baselines import kernel
from carbon_nexus.baselines.kernel import Scored

WEEKS = 8  # of history for medians
SIGMA = 1.4826
TREES = 100


def ours(series: Sequence[Series], budget: float = 0.1) -> list[Scored]:
    """The product's kernel over each series from its first value on, all in one call."""
    states = kernel.blank(len(series))
    sizes = [len(one.values) for one in series]
    scored = kernel.run(
        states,
        np.repeat(np.arange(len(series)), sizes),
        np.concatenate([one.hours for one in series]),
        np.concatenate([one.slots for one in series]),
        np.concatenate([one.values for one in series]),
        daily=series[0].daily,
        budget=budget,
    )
    ends = np.cumsum(sizes)[:-1]
    return [Scored(*parts) for parts in zip(*(np.split(column, ends) for column in scored), strict=True)]


def scores(series: Sequence[Series]) -> list[Floats]:
    """The kernel's scores."""
    return [scored.score for scored in ours(series)]


def ratio_to_mean(one: Series) -> Floats:
    """The original rule: value over the mean of all values before it."""
    known = np.isfinite(one.values)
    total = np.cumsum(np.where(known, one.values, 0.0))
    before = np.concatenate(([np.nan], total[:-1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        return one.values / (before / np.concatenate(([np.nan], np.cumsum(known)[:-1])))


def two_sided(ratio: Floats) -> Floats:
    """Distance of a ratio from 1 on a log scale."""
    with np.errstate(divide="ignore"):
        return np.abs(np.log(np.maximum(ratio, 1e-9)))


def median_and_mad(one: Series) -> Floats:
    """Robust z against the median of the same hour (daily: weekday) and day type over the eight weeks before."""
    weekend = one.slots >= 120
    cells = one.slots // 24 if one.daily else one.slots % 24 + 24 * weekend
    score = np.full(len(one.values), np.nan)
    for cell in np.unique(cells):
        rows = np.flatnonzero(cells == cell)
        length = WEEKS * (1 if one.daily else 2 if weekend[rows[0]] else 5)
        padded = np.concatenate((np.full(length, np.nan), one.values[rows]))
        before = np.lib.stride_tricks.sliding_window_view(padded, length)[:-1]
        enough = np.isfinite(before).sum(axis=1) >= 4
        median = np.nanmedian(before[enough], axis=1)
        mad = np.nanmedian(np.abs(before[enough] - median[:, None]), axis=1)
        least = 0.02 * np.abs(median) + 1e-9
        score[rows[enough]] = (one.values[rows[enough]] - median) / np.maximum(SIGMA * mad, least)
    return score


def isolation_forest(one: Series) -> Floats:
    """Isolation Forest over ten features of each value; it sees the future, as it is fitted on all of the series."""
    day = 7 if one.daily else 24
    known = np.isfinite(one.values)
    values = np.interp(np.arange(len(known)), np.flatnonzero(known), one.values[known])
    padded = np.concatenate((np.repeat(values[:1], day - 1), values))
    window = np.lib.stride_tricks.sliding_window_view(padded, day)
    lagged = [values - np.roll(values, lag) for lag in (1, day, 7 * day if not one.daily else 14)]
    hour = one.slots % 24
    features = (values, *lagged, window.mean(axis=1), window.std(axis=1), np.sin(hour * np.pi / 12),
                np.cos(hour * np.pi / 12), one.slots // 24, one.slots >= 120)  # fmt: skip
    table = np.column_stack(features)
    forest = IsolationForest(n_estimators=TREES, random_state=0)
    return np.asarray(-forest.fit(table).score_samples(table), np.float64)


def holt_winters(one: Series) -> Floats:
    """Clipped additive Holt-Winters on the log scale, season of one week; residual over its running spread."""
    positive = one.values[one.values > 0]
    offset = 0.05 * float(np.median(positive)) if positive.size else 1.0
    season = 7 if one.daily else 168
    return np.asarray(_holt_winters(np.log(np.maximum(one.values, 0) + offset), season), np.float64)


@njit(cache=True)
def _holt_winters(values: Floats, season: int) -> Floats:
    seasonal, score = np.zeros(season), np.full(len(values), np.nan)
    level, spread, count = np.nan, 0.2, 0
    for i in range(len(values)):
        if np.isnan(values[i]):
            continue
        if np.isnan(level):
            level = values[i]
        residual = values[i] - level - seasonal[i % season]
        score[i] = residual / max(spread, 0.02)
        clipped = min(max(residual, -3 * spread), 3 * spread)
        count += 1
        level += max(0.1, 1 / count) * clipped
        seasonal[i % season] += max(0.2, 1 / (1 + count // season)) * 0.9 * clipped
        spread += max(0.01, 1 / (count + 10)) * (1.2533 * abs(clipped) - spread)
    return score
