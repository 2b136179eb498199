"""The clocks of a series, compiled: how one observation is scored by a state, and how the state learns it.

A state is a row of float32, with the columns below. All that is compiled together stands in this one file: see
`kit.compiled`.
"""

from math import copysign, exp, expm1, isfinite, isnan, log, log1p, nan, sqrt, tanh
from typing import Any

from carbon_nexus.kit.compiled import compiled

Row = Any  # one state, a row of float32

# Columns of a state.
COUNT = 0  # observations learnt
DAY, HOUR = 1, 2  # of the last one, since 1970; apart, as hours since 1970 outgrow a float32
INTERVAL = 3  # usual hours from one to the next
LN_SIZE = 4  # ln of the median magnitude, zeros apart; NaN until a value other than zero comes
LEVEL, LEVEL_REST = 5, 6  # slow level; and what a float32 of it drops, or a busy series would never move
FAST = 7  # fast level, beside the slow one
LN_SLOW, LN_FAST = 8, 9  # ln of the median distance from the slow and from the fast level
RUN = 10  # mean slow score of the last hours
SHIFT_HOURS = 11  # net hours beyond SHIFT_SCORE, signed
LN_CAUTION = 12  # ln of what scores are divided by, so that the series keeps to its budget of alarms
ALARM_DAY = 13  # last day that counted against the budget
DRIFTING = 14
DAY_SUM, DAY_COUNT = 15, 16  # of the current day, without the profile
CELLS, COUNTS = 17, 65  # 48 each: hour of day, weekdays then weekends (daily: 7 weekdays); observations of each
SLOTS = 113  # 168: what an hour of the week has beside its cell
LN_HOURS = 281  # 24: ln of an hour's distance beside the usual one
DAYS = 305  # ring of 70: means of the days before, without the profile
WIDTH = 375
BLANK = -1.0  # COUNT of a state that has learnt nothing, and was told nothing

OFFSET = 0.05  # of the median magnitude: where the scale turns from straight to logarithmic
LARGEST = 1e60  # beyond it values are no larger
HALF_LIFE_H = 168.0  # of the slow level
CELL_WEEKS, SLOT_WEEKS = 4.0, 3.0  # memory of the profile; longer, and a replay of 112 days would differ
FAST_KEPT, FAST_MOST = 0.6, 0.5  # share of the fast level that an hour leaves; most that one observation takes of it
DAILY_FAST = 0.4  # what one daily sum takes of it
FADING_H = 24.0  # half-life of the fast level while nothing comes
SLOW_CLIP, FAST_CLIP = 2.0, 3.0  # usual distances beyond which an observation teaches no more
SCALE_STEP, HOUR_STEP = 0.007, 0.004  # of ln distance, an hourly observation
FIRST_LN_DISTANCE = log(0.2)
SIGMA = 1.4826  # of a normal distribution, in its median distances
LEAST_SPREAD = 0.02
MOST_SCORE = 20.0
RUN_KEPT = 0.85  # an hour
SHIFT_SCORE, SHIFT_H, SHIFT_GAIN = 6.0, 120.0, 0.25  # lasting, and how little of it is learnt until it is adopted
DAY_H, WEEK_H = 24.0, 168.0
YOUNG = 24.0  # observations at which a score counts half
CAUTION_STEP, LN_LEAST_CAUTION, LN_MOST_CAUTION = 0.15, log(0.7), log(1.6)
RECENT_DAYS, KEPT_DAYS, LEAST_RECENT, LEAST_BEFORE = 14, 70, 7, 28
DRIFT_SCORE, LEAST_DRIFT_SPREAD = 3.3, 0.01
PEERS_CELL, PEERS_LEVEL = 5.0, 4.0  # observations that a cell, a level told by peers stands for
LEAST_INTERVAL, MOST_INTERVAL = 1 / 64, 24.0  # hours


@compiled
def _chance(score: float, interval: float, scores: Any, ln_chances: Any) -> float:
    """As `chance.chance_per_week`, of one score."""
    k = 1
    while k < len(scores) - 1 and scores[k] < score:
        k += 1
    share = min(max((score - scores[k - 1]) / (scores[k] - scores[k - 1]), 0.0), 1.0)
    ln_chance: float = ln_chances[k - 1] + share * (ln_chances[k] - ln_chances[k - 1])
    return exp(ln_chance) * min(DAY_H / max(interval, LEAST_INTERVAL), 1.0)


@compiled
def _scaled(value: float, ln_size: float) -> float:
    if isnan(ln_size):  # zeros so far
        return 0.0
    ln_offset = ln_size + log(OFFSET)
    return ln_offset + copysign(log1p(min(abs(value), LARGEST) / exp(ln_offset)), value)


@compiled
def _unscaled(scaled: float, ln_size: float) -> float:
    if isnan(ln_size):
        return 0.0
    ln_offset = ln_size + log(OFFSET)
    return copysign(expm1(abs(scaled - ln_offset)) * exp(ln_offset), scaled - ln_offset)


@compiled
def _ln_magnitude(value: float) -> float:
    return log(min(max(abs(value), 1 / LARGEST), LARGEST))


@compiled
def _capped(score: float) -> float:
    return MOST_SCORE * tanh(score / MOST_SCORE)


@compiled
def _spread(ln_distance: float) -> float:
    return max(SIGMA * exp(ln_distance), LEAST_SPREAD)


@compiled
def _cell(slot: int, daily: bool) -> int:
    return slot // 24 if daily else slot % 24 + (24 if slot >= 120 else 0)


@compiled
def _profile(s: Row, slot: int, daily: bool) -> float:
    profile: float = s[CELLS + _cell(slot, daily)] + (0.0 if daily else s[SLOTS + slot])
    return profile


@compiled
def _move_level(s: Row, step: float) -> None:
    level = s[LEVEL] + s[LEVEL_REST] + step
    s[LEVEL] = level
    s[LEVEL_REST] = level - s[LEVEL]


@compiled
def run_all(
    states: Any, series: Any, hours: Any, slots: Any, values: Any, learn: Any, daily: bool, budget: float,
    scores: Any, ln_chances: Any,
    expected: Any, spread: Any, score: Any, chance: Any, shifted: Any, drifting: Any,
) -> None:  # fmt: skip
    """Score and learn one observation after the other: arguments and results of `kernel.run`, in its order."""
    for i in range(len(values)):
        s, now, slot, value = states[series[i]], hours[i], slots[i], values[i]
        if not isfinite(value) or not isfinite(now):
            continue
        known = s[COUNT] > 0
        late = now < DAY_H * s[DAY] + s[HOUR]
        begins = isnan(s[LN_SIZE]) and (value != 0 or not known)
        if begins and (late or not learn[i]):
            continue
        if begins:
            _begin(s, value, slot, daily)
        left = _left(s, now)
        interval = min(max(s[INTERVAL], LEAST_INTERVAL), MOST_INTERVAL)
        typical = s[LEVEL] + s[LEVEL_REST] + _profile(s, slot, daily)
        residual = _scaled(value, s[LN_SIZE]) - typical
        ln_hour = 0.0 if daily else s[LN_HOURS + slot % 24]
        slow_spread, fast_spread = _spread(s[LN_SLOW] + ln_hour), _spread(s[LN_FAST] + ln_hour)
        slow, fast = _capped(residual / slow_spread), _capped((residual - left * s[FAST]) / fast_spread)
        lasting = left * s[RUN] + (1 - RUN_KEPT**interval) * (slow - left * s[RUN])
        if known:
            expected[i], spread[i] = _unscaled(typical, s[LN_SIZE]), slow_spread
            score[i] = fast if daily else slow + lasting + _sudden(slow, fast)
            weighed = score[i] / exp(s[LN_CAUTION]) / (1 + YOUNG / s[COUNT])
            chance[i] = _chance(weighed, s[INTERVAL], scores, ln_chances)
            drifting[i] = s[DRIFTING] > 0
        if learn[i] and not late:
            s[FAST] *= left
            s[RUN] = lasting
            _pass_time(s, now)
            _learn(s, slot, daily, residual, ln_hour, slow_spread, fast_spread, abs(slow) > SHIFT_SCORE)
            shifted[i] = _adopt(s, slow, residual)
            _heed(s, known and chance[i] <= budget, budget)
            if value != 0:
                s[LN_SIZE] += copysign(max(1 / s[COUNT], 0.002), _ln_magnitude(value) - s[LN_SIZE])


@compiled
def _sudden(slow: float, fast: float) -> float:
    """What the fast clock adds: little for a small surprise, nothing where a return to the usual is the surprise."""
    return fast * min(abs(fast), 6.0) / 4.0 if slow * fast > 0 else 0.0


@compiled
def _begin(s: Row, value: float, slot: int, daily: bool) -> None:
    """Set size and level by the first value, and again by the first other than zero: until then zero is typical."""
    first = s[COUNT] <= 0
    s[COUNT] = max(s[COUNT], 0.0)
    if value == 0:
        return
    s[LN_SIZE] = _ln_magnitude(value)
    s[LEVEL] = 0
    s[LEVEL_REST] = 0
    _move_level(s, _scaled(value if first else 0.0, s[LN_SIZE]) - _profile(s, slot, daily))


@compiled
def _left(s: Row, now: float) -> float:
    """Share of the fast level that a gap leaves: what held before it says less afterwards."""
    gap = now - DAY_H * s[DAY] - s[HOUR] - 1.5 * s[INTERVAL]
    return 0.5 ** (gap / FADING_H) if gap > 0 else 1.0


@compiled
def _pass_time(s: Row, now: float) -> None:
    day = now // DAY_H
    if not isnan(s[DAY]):
        passed = now - DAY_H * s[DAY] - s[HOUR]
        if s[COUNT] > 1:  # a gap is no interval
            passed = min(passed, 4 * s[INTERVAL] + 1)
        s[INTERVAL] += (passed - s[INTERVAL]) / min(s[COUNT], 100)
        if day != s[DAY]:
            _end_day(s, day)
    s[DAY] = day
    s[HOUR] = now - DAY_H * day
    s[COUNT] += 1


@compiled
def _end_day(s: Row, day: float) -> None:
    """Put the mean of the day that ended into the ring, and judge the drift."""
    s[DAYS + int(s[DAY]) % KEPT_DAYS] = s[DAY_SUM] / s[DAY_COUNT] if s[DAY_COUNT] > 0 else nan
    for missed in range(min(int(day - s[DAY]) - 1, KEPT_DAYS)):
        s[DAYS + (int(day) - 1 - missed) % KEPT_DAYS] = nan
    s[DAY_SUM] = 0
    s[DAY_COUNT] = 0
    recent, n_recent = _mean(s, day, 1, RECENT_DAYS, 0.0, 1.0)
    before, n_before = _mean(s, day, RECENT_DAYS + 1, KEPT_DAYS, 0.0, 1.0)
    s[DRIFTING] = 0
    if n_recent >= LEAST_RECENT and n_before >= LEAST_BEFORE:
        distance, _ = _mean(s, day, RECENT_DAYS + 1, KEPT_DAYS, before, 0.0)
        s[DRIFTING] = recent - before > DRIFT_SCORE * max(distance, LEAST_DRIFT_SPREAD)


@compiled
def _mean(s: Row, day: float, first: int, last: int, beside: float, signed: float) -> Any:
    """Mean of the days from `first` to `last` before `day`, or mean distance from `beside`; and how many there are."""
    total, known = 0.0, 0
    for back in range(first, last + 1):
        mean = s[DAYS + (int(day) - back) % KEPT_DAYS]
        if not isnan(mean):
            total += mean if signed else abs(mean - beside)
            known += 1
    return total / max(known, 1), known


@compiled
def _learn(
    s: Row, slot: int, daily: bool, residual: float, ln_hour: float, slow_spread: float, fast_spread: float, far: bool
) -> None:
    n, interval = s[COUNT], min(max(s[INTERVAL], LEAST_INTERVAL), MOST_INTERVAL)
    s[DAY_SUM] += s[LEVEL] + s[LEVEL_REST] + residual
    s[DAY_COUNT] += 1
    gain = SHIFT_GAIN if far and n * interval >= WEEK_H else 1.0
    told = gain * min(max(residual, -SLOW_CLIP * slow_spread), SLOW_CLIP * slow_spread)
    _move_level(s, max(1 - 0.5 ** (interval / HALF_LIFE_H), 1 / n) * told)
    _learn_profile(s, slot, daily, told, interval / 24 if daily else interval)
    surprise = residual - s[FAST]
    kept = 1 - DAILY_FAST if daily else max(FAST_KEPT**interval, 1 - FAST_MOST)
    s[FAST] += (1 - kept) * min(max(surprise, -FAST_CLIP * fast_spread), FAST_CLIP * fast_spread)
    step = max(SCALE_STEP * sqrt(interval), min(0.5 / sqrt(n), 0.2))
    wider = step if daily else gain * step  # a few days must widen it: sums of on and off days never settle else
    s[LN_SLOW] += wider if abs(residual) > exp(s[LN_SLOW] + ln_hour) else -step
    s[LN_FAST] += step if abs(surprise) > exp(s[LN_FAST] + ln_hour) else -step
    if not daily:
        s[LN_HOURS + slot % 24] += gain * HOUR_STEP if SIGMA * abs(residual) > slow_spread else -HOUR_STEP


@compiled
def _learn_profile(s: Row, slot: int, daily: bool, told: float, rarity: float) -> None:
    """Where observations are rarer than one an hour (daily: a day), each says less of its own hour."""
    cell, prior = _cell(slot, daily), max(rarity, 1.0)
    a_week = 1.0 if daily else 2.0 if slot >= 120 else 5.0  # of this cell
    seen = s[COUNTS + cell]
    s[CELLS + cell] += told / (min(seen, max(CELL_WEEKS * a_week / rarity, CELL_WEEKS)) + 1 + prior)
    s[COUNTS + cell] += 1
    if not daily:
        s[SLOTS + slot] += told / (min(seen / a_week, SLOT_WEEKS / rarity) + 1 + prior)


@compiled
def _adopt(s: Row, slow: float, residual: float) -> int:
    """Make a level that lasts the new one; +1 or -1 when it does."""
    interval = min(max(s[INTERVAL], LEAST_INTERVAL), MOST_INTERVAL)
    if abs(slow) > SHIFT_SCORE and s[COUNT] * interval >= WEEK_H:
        s[SHIFT_HOURS] += copysign(interval, slow)
    else:
        s[SHIFT_HOURS] = copysign(max(abs(s[SHIFT_HOURS]) - interval, 0.0), s[SHIFT_HOURS])
    if abs(s[SHIFT_HOURS]) < SHIFT_H:
        return 0
    lagging = abs(residual) > 1.5 * abs(s[FAST])  # as it does after five sums
    _move_level(s, residual if lagging else s[FAST])
    s[FAST], s[RUN], s[SHIFT_HOURS] = 0, 0, 0
    return 1 if slow > 0 else -1


@compiled
def _heed(s: Row, alarm: bool, budget: float) -> None:
    """Move the series' own threshold: up with each day of an alarm, down as the budget of such days comes due."""
    s[LN_CAUTION] -= CAUTION_STEP * budget * min(s[INTERVAL], MOST_INTERVAL) / WEEK_H
    if alarm and s[DAY] != s[ALARM_DAY]:
        s[ALARM_DAY] = s[DAY]
        s[LN_CAUTION] += CAUTION_STEP
    s[LN_CAUTION] = min(max(s[LN_CAUTION], LN_LEAST_CAUTION), LN_MOST_CAUTION)
