"""How far from its points a series may come: quantiles of the errors that the same forecast had at past ends.

Errors are divided by the scale their series had at that end, sqrt(long-run x recent mean absolute error): what was
restless lately stays so. Standardised errors of the first week ahead are then one sample a series. Its quantiles are
drawn towards those of the tenant's other series, and these towards the packaged ones (`spread.py`), the more the fewer
there are. All arrays: series R, past ends E (rising), days ahead H; NaN is not known.
"""

from dataclasses import dataclass

import numpy as np

from carbon_nexus.forecasts.model import HORIZON_DAYS, LEVELS, QUANTILES
from carbon_nexus.forecasts.panel import Flags, Floats, Index
from carbon_nexus.forecasts.reconcile import MOST_ORIGINS, ROUNDING
from carbon_nexus.forecasts.spread import DAY_GROWTH, DAY_SHAPE, SUM_GROWTH, SUM_SHAPE

RECENT_ENDS = 4
USUAL_MASE = 0.9  # error beside the mean weekly change: what a series without past errors is taken to have
OWN_WEIGHT = 50.0  # past ends at which a series' own quantiles count half
TENANT_WEIGHT = 30.0  # series with past errors at which the tenant's quantiles count half
LEAST_ENDS = 5  # past ends that a measured error needs
MOST_MISSING = 0.25  # of the days of a sum
MOST_ERROR = 10.0  # of what only one error in twenty exceeds: a mistyped day is to widen no band for a year


@dataclass(frozen=True)
class Bands:
    """Quantiles (R, 9, H) of the days and of the sums up to each day, and the measured error (R)."""

    quantiles: Floats
    cumulative: Floats
    origins: Floats
    mase: Floats
    coverage_80: Floats
    coverage_95: Floats
    winkler_95: Floats


def bands(points: Floats, errors: Floats, change: Floats, step: int) -> Bands:
    """Bands of the points (R, E + 1, H; the last end is today) by the errors (R, E, H) at the ends before.

    `change` (R) is the mean absolute change from a day to the same weekday a week later, NaN where not known; `step`
    the days from one end to the next.
    """
    large = _large(errors)
    bounded = np.clip(errors, -MOST_ERROR * large[:, None, None], MOST_ERROR * large[:, None, None])
    now, past = scales(bounded, np.where(USUAL_MASE * change > large, large / USUAL_MASE, change), step)
    day, total = standardised(bounded, past)
    day, today = day[:, :, :HORIZON_DAYS], points[:, -1]
    by_day, by_sum = common(day, DAY_SHAPE), common(total, SUM_SHAPE)
    quantiles = _around(today, now, own(day, by_day), DAY_GROWTH)
    cumulative = _around(np.cumsum(today, axis=1), now, own(total, by_sum), SUM_GROWTH)
    week = points[:, :-1, :HORIZON_DAYS], errors[:, :, :HORIZON_DAYS]
    return Bands(quantiles, cumulative, *_measured(*week, day, change, past, by_day))


def _large(errors: Floats) -> Floats:
    """What one error in twenty of the first week exceeds (R); NaN without any."""
    week = np.abs(errors[:, :, :HORIZON_DAYS]).reshape(len(errors), -1)
    return np.asarray(_quantiles(week)[:, QUANTILES.index(0.95)])


def scales(errors: Floats, change: Floats, step: int) -> tuple[Floats, Floats]:
    """Scale of each series today (R) and at each past end (R, E), where only other ends tell it."""
    week = errors[:, :, :HORIZON_DAYS]
    known = np.asarray(np.isfinite(week).any(axis=2))
    size = np.where(known, np.nan_to_num(np.abs(week)).sum(axis=2) / np.isfinite(week).sum(axis=2).clip(1), 0.0)
    prior = np.nan_to_num(USUAL_MASE * change)
    total, count = size.sum(axis=1) + prior, known.sum(axis=1) + 1.0
    others = (total[:, None] - size).clip(0) / (count[:, None] - known)
    # an end less than a week earlier has errors that were not known yet
    recent = _recent(size, known, prior, (HORIZON_DAYS - 1) // step)
    # few ends show too little: fitted on the public series cut to 14 to 84 days
    wider = 1 + (1 / (known.sum(axis=1) + 3) - 1 / (MOST_ORIGINS + 3))
    return wider * np.sqrt(total / count) * np.sqrt(recent[:, -1]), np.sqrt(others) * np.sqrt(recent[:, :-1])


def _recent(size: Floats, known: Flags, prior: Floats, lag: int) -> Floats:
    """Mean error of the last few ends before each end and before today (R, E + 1), with the prior as one more."""
    ends = size.shape[1]
    last = np.append((np.arange(ends) - lag).clip(0), ends)
    first = (last - RECENT_ENDS).clip(0)
    total, count = (np.pad(np.cumsum(each, axis=1, dtype=np.float64), ((0, 0), (1, 0))) for each in (size, known))
    return np.asarray((total[:, last] - total[:, first] + prior[:, None]) / (count[:, last] - count[:, first] + 1.0))


def standardised(errors: Floats, past: Floats) -> tuple[Floats, Floats]:
    """Errors (R, E, H) of the days and of the sums up to each day, in scales and growths; NaN without a scale."""
    scale = np.where(past > 0, past, np.nan)[:, :, None]
    known = np.cumsum(np.isfinite(errors), axis=2)
    ahead = np.arange(1, errors.shape[2] + 1)
    total = np.cumsum(np.nan_to_num(errors), axis=2) / known.clip(1) * ahead
    total = np.where(known >= (1 - MOST_MISSING) * ahead, total, np.nan)
    return errors / scale / DAY_GROWTH, total / scale / SUM_GROWTH


def common(errors: Floats, packaged: Floats) -> Floats:
    """QUANTILES of the tenant's standardised errors, drawn towards the packaged ones (9)."""
    several = (_ends(errors) >= LEAST_ENDS).sum()
    if several < 2:  # one series is all of itself
        return packaged
    tenant = _quantiles(errors.reshape(1, -1))[0]
    return np.asarray(packaged + several / (several + TENANT_WEIGHT) * (tenant - packaged))


def own(errors: Floats, common: Floats) -> Floats:
    """QUANTILES of each series' standardised errors (R, 9), drawn towards the common ones."""
    several = _ends(errors)[:, None]
    found = _quantiles(errors.reshape(len(errors), -1))
    return np.asarray(common + several / (several + OWN_WEIGHT) * (np.where(several > 0, found, common) - common))


def _ends(errors: Floats) -> Index:
    """Past ends of each series with an error that is known (R)."""
    return np.asarray(np.isfinite(errors).any(axis=2).sum(axis=1))


def _quantiles(values: Floats) -> Floats:
    """QUANTILES of the known values of each row (R, 9), interpolated; NaN for a row without any."""
    if not values.shape[1]:
        return np.full((len(values), len(QUANTILES)), np.nan)
    ordered = np.sort(values, axis=1)  # NaN stand last
    known = np.isfinite(values).sum(axis=1)
    at = (np.array(QUANTILES) * (known[:, None] + 1) - 1).clip(0, np.maximum(known[:, None] - 1, 0))
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(known[:, None] - 1, 0))
    below, above = (np.take_along_axis(ordered, index, axis=1) for index in (low, high))
    return np.asarray(below + (at - low) * (above - below))


def _around(points: Floats, scale: Floats, shapes: Floats, growth: Floats) -> Floats:
    """Quantiles (R, 9, H) around points (R, H): ordered, not negative, with the point inside every band."""
    apart = (_straddling(shapes) * scale[:, None])[:, :, None] * growth
    nothing = (points == 0).all(axis=1)[:, None, None]
    return np.maximum(points[:, None] + np.where(nothing, 0.0, apart), 0.0)


def _straddling(shapes: Floats) -> Floats:
    """Shapes (R, 9) whose bands hold zero."""
    quantile = np.array(QUANTILES)
    bounded = np.where(quantile > 0.5, np.maximum(shapes, 0.0), shapes)
    return np.asarray(np.where(quantile < 0.5, np.minimum(shapes, 0.0), bounded))


def _measured(
    points: Floats, errors: Floats, day: Floats, change: Floats, past: Floats, by_day: Floats
) -> tuple[Floats, ...]:
    """Ends, MASE, coverage of 80 and 95 % and Winkler 95 of the week ahead (R each), each end judged by the others.

    Points, errors and standardised errors `day` are those of the first week (R, E, 7).
    """
    inside = {level: np.full(errors.shape, np.nan) for level in (80, 95)}
    score = np.full(errors.shape, np.nan)
    for end in range(errors.shape[1]):
        shapes = _straddling(own(np.delete(day, end, axis=1), by_day))
        for level, flags in inside.items():
            low, high = (
                (shapes[:, QUANTILES.index(q)] * past[:, end])[:, None] * DAY_GROWTH[:HORIZON_DAYS]
                for q in LEVELS[level]
            )
            low, error = np.maximum(low, -points[:, end]), errors[:, end]
            flags[:, end] = np.where(np.isfinite(error), (error >= low) & (error <= high), np.nan)
            outside = np.maximum(low - error, 0) + np.maximum(error - high, 0)
            score[:, end] = high - low + 200 / (100 - level) * outside  # the last level is 95
    ends = _ends(errors)
    # beside a change that is but rounding any error is endless
    size = np.maximum(points, np.nan_to_num(np.abs(errors))).max(axis=(1, 2), initial=0.0)
    told = np.where((ends >= LEAST_ENDS) & (change > ROUNDING * size), change, np.nan)
    figures = [np.abs(errors) / told[:, None, None], *inside.values(), score / told[:, None, None]]
    return ends, *(np.where(told > 0, _mean(each), np.nan) for each in figures)


def _mean(values: Floats) -> Floats:
    """Mean of the known values of each series (R)."""
    known = np.isfinite(values)
    return np.asarray(
        np.nan_to_num(values).sum(axis=(1, 2)) / np.where(known.any(axis=(1, 2)), known.sum(axis=(1, 2)), np.nan)
    )
