"""The streaming state: what it expects, what it does not learn, and that no order of work changes a number."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from carbon_nexus.baselines.chance import chance_per_week
from carbon_nexus.baselines.clocks import LN_CAUTION
from carbon_nexus.baselines.kernel import BLANK, WIDTH, Scored, States, blank, prime, run

Floats = NDArray[np.float64]

MONDAY_H = 24.0 * 20_458  # 2026-01-05, in hours since 1970
DAY, WEEK = 24, 168
WHOLE = 26 * WEEK


class Meter(NamedTuple):
    """An hourly meter that works by day and on weekdays, with 5 % noise."""

    hours: Floats
    slots: NDArray[np.int16]
    values: Floats

    def part(self, rows: slice | NDArray[np.bool_]) -> "Meter":
        return Meter(self.hours[rows], self.slots[rows], self.values[rows])

    def times(self, factor: float | Floats, first: int, end: int | None = None) -> "Meter":
        """The meter with some of its hours multiplied."""
        values = self.values.copy()
        values[first:end] *= factor
        return self._replace(values=values)


def meter(hours: int = WHOLE, size: float = 100.0, noise: float = 0.05) -> Meter:
    at = np.arange(hours, dtype=np.float64)
    slots = (at % WEEK).astype(np.int16)
    by_day = 1 + 2 * ((slots % 24 >= 7) & (slots % 24 < 19)) * np.where(slots < 120, 1.0, 0.2)
    values = size * by_day * np.exp(np.random.default_rng(1).normal(0, noise, hours))
    return Meter(MONDAY_H + at, slots, values.astype(np.float64))


def watched(
    of: Meter, states: States | None = None, learn: NDArray[np.bool_] | None = None, daily: bool = False
) -> Scored:
    """The first state run over a meter."""
    states = blank(1) if states is None else states
    return run(states, np.zeros(len(of.values), np.int64), *of, learn=learn, daily=daily)


def daily_sums(days: int = 200) -> Meter:
    """Sums of days, half as much at weekends."""
    at = np.arange(days, dtype=np.float64)
    values = np.where(at % 7 < 5, 100.0, 50.0) * np.exp(np.random.default_rng(2).normal(0, 0.05, days))
    return Meter(MONDAY_H + DAY * at, (at % 7 * 24).astype(np.int16), values)


def same(left: Scored, right: Scored) -> bool:
    numbers = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(left[:4], right[:4], strict=True))
    return numbers and all(np.array_equal(a, b) for a, b in zip(left[4:], right[4:], strict=True))


def rows_of(scored: Scored, rows: NDArray[np.int64]) -> Scored:
    return Scored._make(column[rows] for column in scored)


ANY_VALUES = st.lists(
    st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 1e3), st.just(0.0)), min_size=1, max_size=60
)


@given(ANY_VALUES, st.lists(st.floats(0, 100), min_size=60, max_size=60), st.integers(0, 59), st.integers(0, 59))
def test_any_cuts_and_any_interleaving_give_the_same_numbers_bit_for_bit(
    values: list[float], gaps: list[float], first: int, second: int
) -> None:
    count = len(values)
    hours = MONDAY_H + np.cumsum(gaps[:count])
    series = np.arange(count, dtype=np.int64) % 3
    slots = (hours // 1 % WEEK).astype(np.int16)
    ends = sorted((min(first, count), min(second, count)))
    states, in_parts, by_series = blank(3), blank(3), blank(3)
    of = Meter(hours, slots, np.array(values))
    whole = run(states, series, *of)
    cuts = [slice(0, ends[0]), slice(*ends), slice(ends[1], count)]
    parts = [run(in_parts, series[cut], *of.part(cut)) for cut in cuts]
    joined = Scored._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(series, kind="stable")
    sorted_run = run(by_series, series[order], hours[order], slots[order], of.values[order])
    assert same(joined, whole)
    assert same(sorted_run, rows_of(whole, order))
    assert np.array_equal(states, in_parts, equal_nan=True)
    assert np.array_equal(states, by_series, equal_nan=True)
    assert not np.isinf(states).any()


def test_a_state_takes_less_than_two_kilobytes() -> None:
    assert 4 * WIDTH <= 2048
    assert blank(100_000).nbytes < 500e6


def test_the_range_holds_what_is_usual_and_the_expected_value_follows_day_and_week() -> None:
    usual = meter()
    seen = watched(usual)
    last = slice(-WEEK, None)
    low, high = (seen.expected * np.exp(sign * 2 * seen.spread) for sign in (-1, 1))
    inside = (low[last] < usual.values[last]) & (usual.values[last] < high[last])
    assert inside.mean() > 0.9
    assert np.median(np.abs(seen.expected[last] / meter(noise=0).values[last] - 1)) < 0.02


def test_an_excess_scores_above_and_a_deficit_below() -> None:
    at = WHOLE - 10
    assert watched(meter().times(1.5, at)).score[at] > 8
    assert watched(meter().times(0.6, at)).score[at] < -8


def test_a_confirmed_anomaly_leaves_the_state_bit_for_bit_where_it_was() -> None:
    states = blank(1)
    watched(meter(), states)
    before = states.copy()
    after = meter(WHOLE + 10 * DAY).times(1.5, WHOLE)
    anomaly = after.part(slice(WHOLE, None))
    seen = watched(anomaly, states, learn=np.zeros(10 * DAY, np.bool_))
    assert np.array_equal(states, before, equal_nan=True)
    assert (seen.score > 8).all()


def test_ten_days_of_half_as_much_again_move_the_expected_value_no_further_than_stated() -> None:
    end = WHOLE + 10 * DAY
    learnt = watched(meter(end + WEEK).times(1.5, WHOLE, end))
    confirmed = watched(
        meter(end + WEEK).times(1.5, WHOLE, end), learn=(np.arange(end + WEEK) < WHOLE) | (np.arange(end + WEEK) >= end)
    )
    usual = meter(end + WEEK, noise=0).values
    bias = [float(np.log(seen.expected[end:] / usual[end:]).mean()) for seen in (learnt, confirmed)]
    assert bias[0] < 0.15
    assert abs(bias[1]) < 0.01


def test_a_lasting_level_is_adopted_after_five_days_and_told_once() -> None:
    seen = watched(meter(WHOLE + 4 * WEEK).times(2, WHOLE))
    told = np.flatnonzero(seen.shifted)
    assert seen.shifted[told].tolist() == [1]
    assert told[0] - WHOLE == pytest.approx(120, abs=6)
    assert seen.expected[-WEEK:] == pytest.approx(2 * meter(WHOLE + 4 * WEEK, noise=0).values[-WEEK:], rel=0.15)
    assert watched(meter(WHOLE + 4 * WEEK).times(0.4, WHOLE)).shifted.sum() == -1


@pytest.mark.parametrize(("factor", "sign"), [(1.5, 1), (3, 1), (0.4, -1)])
def test_five_daily_sums_on_a_new_level_make_it_the_usual_one(factor: float, sign: int) -> None:
    seen = watched(daily_sums().times(factor, 150), daily=True)
    assert np.flatnonzero(seen.shifted).tolist() == [154]
    assert seen.shifted[154] == sign
    assert seen.expected[-7:] == pytest.approx(factor * np.where(np.arange(193, 200) % 7 < 5, 100, 50), rel=0.15)


def test_a_slow_rise_is_told_as_drift_and_a_fall_or_a_steady_meter_is_not() -> None:
    rising = np.linspace(1, 1.3, 4 * WEEK)
    seen = watched(meter().times(rising, WHOLE - 4 * WEEK))
    assert seen.drifting[-1]
    assert not seen.drifting[: WHOLE - 4 * WEEK].any()
    assert not watched(meter().times(1 / rising, WHOLE - 4 * WEEK)).drifting.any()


@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf])
def test_a_missing_value_is_skipped_as_if_it_had_never_come(nothing: float) -> None:
    whole = meter(8 * WEEK)
    missing = np.random.default_rng(3).random(8 * WEEK) < 0.3
    with_holes = whole._replace(values=np.where(missing, nothing, whole.values))
    states, without = blank(1), blank(1)
    seen = watched(with_holes, states)
    watched(whole.part(~missing), without)
    assert np.isnan(seen.score[missing]).all()
    assert np.array_equal(states, without, equal_nan=True)


def test_zeros_are_values_and_the_first_other_one_stands_out() -> None:
    zeros = meter(2 * WEEK).times(0, 0)
    assert np.nanmax(np.abs(watched(zeros).expected)) == 0
    zeros.values[-1] = 5.0
    assert watched(zeros).score[-1] > 20
    off_at_night = meter()
    off_at_night.values[(off_at_night.slots % 24 < 7)] = 0
    seen = watched(off_at_night)
    assert seen.expected[-WEEK] == pytest.approx(0, abs=1)
    assert seen.expected[-WEEK + 12] == pytest.approx(300, rel=0.1)


@pytest.mark.parametrize("strange", [1e300, -1e300, 5e-324, -7.0])
def test_a_strange_value_breaks_nothing_and_moves_little(strange: float) -> None:
    of = meter()
    of.values[-DAY] = strange
    seen, usual = watched(of), watched(meter())
    assert np.isfinite(seen.score[-DAY:]).all()
    assert seen.expected[-1] == pytest.approx(usual.expected[-1], rel=0.02)


def test_months_of_silence_do_not_move_what_is_expected() -> None:
    of = meter()
    later = of._replace(hours=np.where(np.arange(WHOLE) < WHOLE - WEEK, of.hours, of.hours + 20 * WEEK))
    assert watched(later).expected[-WEEK] == watched(of).expected[-WEEK]


def test_what_is_older_than_the_last_is_scored_and_not_learnt() -> None:
    states = blank(1)
    watched(meter(4 * WEEK), states)
    before = states.copy()
    seen = watched(meter(4 * WEEK).part(slice(WEEK, WEEK + 2)), states)
    assert np.isfinite(seen.score).all()
    assert np.array_equal(states, before, equal_nan=True)


def test_many_observations_at_one_moment_count_each() -> None:
    of = meter(4 * WEEK)._replace(
        hours=np.repeat(MONDAY_H + DAY * np.arange(28), DAY), slots=np.full(672, 12, np.int16)
    )
    even = of._replace(values=100 * np.exp(np.random.default_rng(4).normal(0, 0.1, 672)))
    assert watched(even).expected[-1] == pytest.approx(100, rel=0.1)


def test_the_first_observation_says_nothing_and_a_young_series_little() -> None:
    seen = watched(meter(WEEK))
    assert np.isnan([seen.expected[0], seen.score[0], seen.chance[0]]).all()
    young, grown = (watched(meter(WHOLE).times(2, at, at + 1)).chance[at] for at in (10, WHOLE - 14))
    assert grown < 0.05 < young


def test_a_holiday_is_a_sunday_to_the_state() -> None:
    of = meter(WHOLE + DAY)
    sunday = of.slots.copy()
    sunday[WHOLE:] = 144 + np.arange(DAY)
    seen = watched(of._replace(slots=sunday))
    assert seen.expected[WHOLE + 12] == pytest.approx(140, rel=0.1)
    assert watched(of).expected[WHOLE + 12] == pytest.approx(300, rel=0.1)


def test_peers_tell_the_profile_and_where_asked_the_level() -> None:
    peers = blank(3)
    for row, size in enumerate((80.0, 100.0, 120.0)):
        watched(meter(size=size), peers[row : row + 1])
    alone, told, levelled = blank(1), blank(1), blank(1)
    prime(told, peers)
    prime(levelled, peers, level=True)
    first_day = meter(DAY)
    error = [np.nanmean(np.abs(np.log(watched(first_day, each).expected / first_day.values))) for each in (alone, told)]
    assert error[1] < 0.5 * error[0]
    assert watched(first_day, levelled).expected[0] == pytest.approx(100, rel=0.1)
    assert alone[0, 0] == DAY


def test_states_that_learnt_something_are_not_told_by_peers() -> None:
    peers, grown = blank(2), blank(1)
    watched(meter(), peers[:1])
    watched(meter(DAY), grown)
    before = grown.copy()
    prime(grown, peers)
    assert np.array_equal(grown, before, equal_nan=True)
    untouched = blank(1)
    prime(untouched, blank(2))
    assert untouched[0, 0] == BLANK


def test_a_daily_sum_is_judged_by_its_weekday() -> None:
    usual = daily_sums()
    seen = watched(usual, daily=True)
    assert seen.expected[-7:] == pytest.approx(np.where(np.arange(193, 200) % 7 < 5, 100, 50), rel=0.1)
    day = 197  # a Monday
    assert watched(usual.times(1.3, day, day + 1), daily=True).chance[day] < 0.1 < seen.chance[day]


def test_the_chance_is_that_of_the_table_divided_by_the_series_own_threshold() -> None:
    states = blank(1)
    watched(meter(), states)
    own = np.exp(float(states[0, LN_CAUTION]))
    seen = watched(meter(WHOLE + 1).times(1.3, WHOLE).part(slice(WHOLE, None)), states)
    weighed = seen.score[0] / own / (1 + 24 / WHOLE)
    assert seen.chance[0] == pytest.approx(float(chance_per_week(weighed, 168, daily=False)), rel=1e-4)
    assert 0.69 < own < 1.61


def test_a_replay_of_112_days_expects_what_a_whole_year_does() -> None:
    year = meter(52 * WEEK).times(1 + 0.2 * np.sin(np.arange(52 * WEEK) / (52 * WEEK) * 2 * np.pi), 0)
    recent = year.part(slice(-112 * DAY, None))
    off = np.abs(watched(recent).expected[-WEEK:] / watched(year).expected[-WEEK:] - 1)
    assert np.median(off) < 0.003
    assert np.quantile(off, 0.99) < 0.01


@pytest.mark.parametrize(("series", "slot", "named"), [(1, 0, "series 1"), (-1, 0, "series -1"), (0, 168, "slots 168")])
def test_a_row_or_an_hour_that_is_none_is_refused(series: int, slot: int, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        run(blank(1), np.array([series]), np.zeros(1), np.array([slot], np.int16), np.ones(1))
