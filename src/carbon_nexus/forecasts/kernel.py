"""The points of a series, compiled: 31 days ahead of every given day of its history, in one pass.

On the log scale two models, averaged from 56 measured days on; the first alone before:

* a weekday profile (medians of 8 weeks) on a level of the last days, both robust;
* additive Holt-Winters with a damped trend, whose smoothing constants are those of a grid that erred least in the last
  112 and in the last 365 days (the mean of both). An error beyond three usual ones teaches no more than three, or than
  twice the one before where they follow each other on one side: a new level is soon learnt.

A series with many days of zero has a linear weekday mean instead. A weekday that had nothing but zeros in 8 weeks gets
exactly zero, one that was never measured gets NaN. How good it is: docs/forecast.md. The constants stand here too: see
`kit.compiled`.
"""

from math import exp, isnan, nan
from typing import Any

import numpy as np

from carbon_nexus.kit.compiled import compiled

HORIZON = 31
WEEK = 7
ENOUGH = 14  # measured days, in all and in the last RECENT
RECENT = 56  # days that make a weekday profile, and measured days from which Holt-Winters has a say
ALIVE = 14  # days without a measurement after which a series has ended
NONE, LEVEL, BOTH, MEAN, ZERO = range(5)  # how a point was made

OFFSET = 0.05  # of the mean: keeps a day of zero finite on the log scale
SMALLEST_MEAN = 1e-290  # below it a series is zero: it could not be divided by
MANY_ZEROS = 0.12  # share of zeros, on weekdays that are not always zero, from which the mean errs less
ZEROS_DAYS = 112
DECAY = 0.7  # weight of a day in the level, beside that of the day after
SIGMA = 1.4826  # of a normal distribution, in its median distances
SIGMA_MEAN = 1.25  # the same in mean distances
CLIP = 3.0
FIRST_DAYS = 28  # from which Holt-Winters starts
DAMPING = 0.95
SCALE_GAIN = 0.05
LEAST_SCALE = 1e-4
MOST_AGAIN = 10
WINDOWS = (112, 365)
ALPHAS = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
BETAS = (0.0, 0.1)
GAMMAS = (0.02, 0.05, 0.1, 0.2, 0.35)


@compiled
def run(values: Any, slots: Any, ends: Any, points: Any, methods: Any) -> None:
    """Fill `points` (series, ends, 31) and `methods` (series, ends) of the values (series, days; NaN: a gap).

    `ends` are indices of the first day ahead, rising, at most the number of days; `slots` the weekdays (0 to 6) of all
    days and 31 more. A point knows nothing of its end and what came after, the offset of the scale apart.
    """
    for i in range(len(values)):
        days = values[i]
        mean, first = _mean_and_first(days)
        logs = np.log(days / max(mean, SMALLEST_MEAN) + OFFSET)
        most = np.nanmax(logs) + 1.0 if first < len(days) else 0.0
        smooth = np.full((len(ends), HORIZON), nan)
        if first < len(days):
            _holt_winters(logs, slots, ends, first, smooth)
        for j in range(len(ends)):
            methods[i, j] = _method(days[: ends[j]], slots)
            _ahead(days, logs, slots, ends[j], methods[i, j], mean, most, smooth[j], points[i, j])


@compiled
def _mean_and_first(days: Any) -> Any:
    total, known, first = 0.0, 0, len(days)
    for t in range(len(days)):
        if not isnan(days[t]):
            first = min(first, t)
            total += days[t]
            known += 1
    return total / max(known, 1), first


@compiled
def _method(days: Any, slots: Any) -> int:
    """How what follows these days is to be forecast."""
    end, known, recent, alive = len(days), 0, 0, 0
    for t in range(end):
        if not isnan(days[t]):
            known += 1
            recent += t >= end - RECENT
            alive += t >= end - ALIVE
    if known < ENOUGH or recent < ENOUGH or not alive:
        return NONE
    start = max(end - ZEROS_DAYS, 0)
    measured, positive = np.zeros(WEEK), np.zeros(WEEK)
    for t in range(start, end):
        if not isnan(days[t]):
            measured[slots[t]] += 1
            positive[slots[t]] += days[t] > 0
    if not positive.any():
        return ZERO
    running = measured[positive > 0].sum()
    if positive.sum() <= (1 - MANY_ZEROS) * running:
        return MEAN
    return BOTH if known >= RECENT else LEVEL


@compiled
def _ahead(
    days: Any, logs: Any, slots: Any, end: int, method: int, mean: float, most: float, smooth: Any, points: Any
) -> None:
    if method == NONE:
        return
    start = max(end - RECENT, 0)
    means = _slot_means(days[start:end], slots[start:end])
    level = _weekday_level(logs[start:end], slots[start:end])
    for h in range(HORIZON):
        slot = slots[end + h]
        point = level[slot] if method == LEVEL else (level[slot] + smooth[h]) / 2
        if method in (MEAN, ZERO) or not means[slot] > 0:  # NaN as well
            points[h] = means[slot]
        else:
            points[h] = max(exp(min(point, most)) - OFFSET, 0.0) * mean


@compiled
def _slot_means(days: Any, slots: Any) -> Any:
    """Mean of each weekday; NaN of one never measured."""
    total, known = np.zeros(WEEK), np.zeros(WEEK)
    for t in range(len(days)):
        if not isnan(days[t]):
            total[slots[t]] += days[t]
            known[slots[t]] += 1
    return np.where(known > 0, total / np.maximum(known, 1), nan)


@compiled
def _weekday_level(logs: Any, slots: Any) -> Any:
    """What each weekday would have now, on the log scale."""
    n = len(logs)
    around = logs - _week_means(logs)
    profile = np.full(WEEK, nan)
    for slot in range(WEEK):
        profile[slot] = _median(around[slots == slot])
    profile -= np.nanmean(profile)
    rest = logs - profile[slots]
    middle = _median(rest[-ALIVE:])
    spread = CLIP * SIGMA * _median(np.abs(rest[-2 * ALIVE :] - middle))
    total, weights = 0.0, 0.0
    for t in range(n):
        if not isnan(rest[t]):
            weight = DECAY ** (n - 1 - t)
            total += weight * min(max(rest[t], middle - spread), middle + spread)
            weights += weight
    return profile + total / weights


@compiled
def _week_means(logs: Any) -> Any:
    """Mean of the 7 days around each day, over those measured; the first and last 3 days have the nearest full week."""
    n = len(logs)
    means = np.empty(n)
    for t in range(n):
        middle = min(max(t, 3), n - 4)
        means[t] = np.nanmean(logs[middle - 3 : middle + 4])
    return means


@compiled
def _median(values: Any) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else nan


@compiled
def _holt_winters(logs: Any, slots: Any, ends: Any, first: int, points: Any) -> None:
    """Points on the log scale at each end; each grid cell runs once through all days."""
    n, cells = len(logs), len(ALPHAS) * len(BETAS) * len(GAMMAS)
    losses = np.zeros((cells, n + 1))
    states = np.zeros((cells, len(ends), WEEK + 2))
    start = np.empty(WEEK + 3)
    _start(logs[first : first + FIRST_DAYS], slots[first : min(first + FIRST_DAYS, n)], start)
    cell = 0
    for alpha in ALPHAS:
        for beta in BETAS:
            for gamma in GAMMAS:
                _follow(logs, slots, ends, first, start, alpha, beta, gamma, losses[cell], states[cell])
                cell += 1
    for j in range(len(ends)):
        points[j] = 0.0
        for window in WINDOWS:
            begin = max(ends[j] - window, min(first + FIRST_DAYS, ends[j]))
            best = states[np.argmin(losses[:, ends[j]] - losses[:, begin]), j]
            trend = 0.0
            for h in range(HORIZON):
                trend += best[WEEK + 1] * DAMPING ** (h + 1)
                points[j, h] += (best[WEEK] + trend + best[slots[ends[j] + h]]) / len(WINDOWS)


@compiled
def _start(logs: Any, slots: Any, state: Any) -> None:
    """State of the first days: what each weekday has beside the level (0 to 6), level, trend, usual error."""
    state[:] = 0.0
    level, count = np.nanmean(logs), np.zeros(WEEK)
    for t in range(len(logs)):
        if not isnan(logs[t]):
            state[slots[t]] += logs[t] - level
            count[slots[t]] += 1
    state[:WEEK] /= np.maximum(count, 1.0)
    state[WEEK] = level
    distance = np.nanmean(np.abs(logs - level - state[slots]))
    state[WEEK + 2] = max(SIGMA_MEAN * distance, 0.01)


@compiled
def _follow(
    logs: Any, slots: Any, ends: Any, first: int, start: Any, alpha: float, beta: float, gamma: float,
    losses: Any, states: Any,
) -> None:  # fmt: skip
    """Run through the days from the first: losses so far before each day, and the state at each end."""
    s, j, again, before = start.copy(), 0, 0, 0.0
    for t in range(first, len(logs) + 1):
        while j < len(ends) and ends[j] <= t:
            states[j] = s[: WEEK + 2]
            j += 1
        if t == len(logs):
            return
        losses[t + 1] = losses[t]
        s[WEEK] += DAMPING * s[WEEK + 1]
        s[WEEK + 1] *= DAMPING
        if isnan(logs[t]):
            continue
        error = logs[t] - s[WEEK] - s[slots[t]]
        most = CLIP * s[WEEK + 2]
        told = min(max(error, -most * 2.0**again), most * 2.0**again)
        losses[t + 1] += min(abs(error), most)
        again = min(again + 1, MOST_AGAIN) if abs(error) > most and error * before > 0 else 0
        before = error
        s[WEEK] += alpha * told
        s[WEEK + 1] += alpha * beta * told
        s[slots[t]] += gamma * (1 - alpha) * told
        s[WEEK + 2] = max(s[WEEK + 2] + SCALE_GAIN * (SIGMA_MEAN * min(abs(told), most) - s[WEEK + 2]), LEAST_SCALE)
