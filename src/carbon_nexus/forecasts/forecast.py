"""Seven days ahead of a daily series: a weekday profile on a robust level, with bands from its own past errors.

With x the daily values over their mean of the last 140 days and z = ln(x + 0.05), over the last 56 days:

    profile[w] = median over weekday w of (z - centred 7-day mean of z), brought to mean 0
    rest       = z - profile[weekday], clipped at 3 x 1.4826 MAD around the median of its last 14 days
    level      = mean of rest weighted with 0.7 ^ age in days
    forecast   = exp(level + profile[weekday]) - 0.05, times the mean, not below 0
    band (95 %)= the same with level -+ (1.15 + 5 / origins) x 95 % quantile of the absolute errors in z

The errors are those of the same forecast made on each of the last 84 days and compared with what came. The factor
on the quantile stands for what so few weeks cannot show; it and the 0.7 were chosen on public series
(docs/forecast.md has the measured MASE, coverage and how).
"""

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from carbon_nexus.forecasts.model import ENOUGH_DAYS, HORIZON_DAYS, Forecast, Status

PROFILE_DAYS = 56
BACKTEST_DAYS = 84
HISTORY_DAYS = PROFILE_DAYS + BACKTEST_DAYS  # older days change nothing
LEVEL_DAYS = 14
FIRST_ORIGIN_DAY = 7  # a forecast made from less than one week has no weekday to lean on
DECAY = 0.7
OFFSET = 0.05  # keeps a day of zero finite on the log scale
CONFIDENCE = 0.95
# Largest value taken, in any unit: all of humanity emits some 1.6e11 kg CO2e a day.
LARGEST_VALUE = 1e15

Days = NDArray[np.float64]


def seven_days(history: Sequence[float | None]) -> Forecast:
    """The forecast that follows `history`: daily values, oldest first, None for a day without a measurement.

    Deterministic. Values must be finite, between 0 and LARGEST_VALUE; the unit is the caller's. Fewer than 14
    measured days in the last 56, or none in the last 14, give `insufficient_history`.
    """
    days = np.array([np.nan if value is None else value for value in history], dtype=np.float64)
    measured = int(np.isfinite(days).sum())
    lack = _lack(days, measured)
    if lack:
        return Forecast(Status.INSUFFICIENT_HISTORY, measured, reason=lack)
    recent = days[-HISTORY_DAYS:]
    mean = float(np.nanmean(recent))
    if mean == 0:
        zeros = (0.0,) * HORIZON_DAYS
        return Forecast(Status.OK, measured, zeros, zeros, zeros)
    log_days = np.log(recent / mean + OFFSET)
    ahead, reach = _ahead(log_days), _reach(log_days)
    values, low, high = (_in_unit(ahead + shift, mean) for shift in (0.0, -reach, reach))
    return Forecast(Status.OK, measured, values, low, high, _never_measured(values))


def _lack(days: Days, measured: int) -> str | None:
    """What is missing for a forecast, in words; None when nothing is."""
    if measured < ENOUGH_DAYS:
        return f"{measured} days of history; {ENOUGH_DAYS} are needed: {ENOUGH_DAYS - measured} more are missing"
    in_profile = int(np.isfinite(days[-PROFILE_DAYS:]).sum())
    if in_profile < ENOUGH_DAYS:
        return (
            f"{in_profile} of the last {PROFILE_DAYS} days have a measurement; {ENOUGH_DAYS} are needed: "
            f"{ENOUGH_DAYS - in_profile} more are missing"
        )
    if not np.isfinite(days[-LEVEL_DAYS:]).any():
        return f"none of the last {LEVEL_DAYS} days has a measurement; 1 more is missing"
    return None


def _ahead(log_days: Days) -> Days:
    """Seven days ahead on the log scale; NaN for a weekday without a measurement."""
    recent = log_days[-PROFILE_DAYS:]
    weekday = np.arange(recent.size) % 7
    around = recent - _week_mean(recent)
    profile = np.array([_median(around[weekday == day]) for day in range(7)])
    profile -= profile[np.isfinite(profile)].mean() if np.isfinite(profile).any() else 0.0
    rest = recent - profile[weekday]
    middle = _median(rest[-LEVEL_DAYS:])
    spread = 3 * 1.4826 * _median(np.abs(rest[-2 * LEVEL_DAYS :] - middle))
    weights = np.where(np.isfinite(rest), DECAY ** np.arange(recent.size)[::-1], 0.0)
    steady = np.where(weights > 0, np.clip(rest, middle - spread, middle + spread), 0.0)
    level = weights @ steady / max(weights.sum(), np.finfo(float).tiny)
    ahead: Days = level + profile[(recent.size + np.arange(HORIZON_DAYS)) % 7]
    return ahead


def _week_mean(days: Days) -> Days:
    """Mean of the 7 days around each day, over those measured; the first and last 3 days take the nearest full week."""
    known, filled = np.isfinite(days).astype(float), np.nan_to_num(days)
    width = np.ones(7)
    mean = np.convolve(filled, width, "valid") / np.maximum(np.convolve(known, width, "valid"), 1.0)
    return np.pad(mean, 3, mode="edge")


def _reach(log_days: Days) -> float:
    """Half the width of the 95 % band on the log scale, from the forecasts this series would have had."""
    first = max(FIRST_ORIGIN_DAY, log_days.size - BACKTEST_DAYS)
    errors = []
    for origin in range(first, log_days.size):
        came = log_days[origin : origin + HORIZON_DAYS]
        errors.append(np.abs(came - _ahead(log_days[:origin])[: came.size]))
    pooled = np.concatenate(errors)
    pooled = np.sort(pooled[np.isfinite(pooled)])
    if not pooled.size:
        return float("nan")
    rank = min(ceil(CONFIDENCE * (pooled.size + 1)), pooled.size)
    return float(pooled[rank - 1]) * (1.15 + 5 / len(errors))


def _in_unit(log_ahead: Days, mean: float) -> tuple[float | None, ...]:
    values = np.maximum(np.exp(log_ahead) - OFFSET, 0.0) * mean
    return tuple(float(value) if np.isfinite(value) else None for value in values)


def _never_measured(values: Sequence[float | None]) -> str | None:
    """Names the days ahead that have no number, counted from 1; None when all have one."""
    ahead = ", ".join(str(day) for day, value in enumerate(values, start=1) if value is None)
    if not ahead:
        return None
    return f"no forecast for day {ahead} ahead: that weekday was never measured in the last {PROFILE_DAYS} days"


def _median(values: Days) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
