import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.forecasts.forecast import seven_days
from carbon_nexus.forecasts.model import LARGEST_VALUE, Status

WEEK = [100.0, 110.0, 120.0, 110.0, 100.0, 40.0, 20.0]


def test_a_week_that_repeats_itself_is_continued_exactly_with_no_band() -> None:
    forecast = seven_days(WEEK * 8)
    assert forecast.values == pytest.approx(WEEK)
    assert forecast.low == pytest.approx(WEEK)
    assert forecast.high == pytest.approx(WEEK)
    assert (forecast.status, forecast.history_days, forecast.reason) == (Status.OK, 56, None)


def test_the_weekday_counts_on_from_the_end_of_the_history() -> None:
    assert seven_days([*WEEK * 8, *WEEK[:3]]).values == pytest.approx([*WEEK[3:], *WEEK[:3]])


def test_a_new_level_is_followed_while_the_weekdays_keep_their_shape() -> None:
    # two weeks at twice the level: little is left of the old one
    doubled = [2 * value for value in WEEK]
    forecast = seven_days([*WEEK * 6, *doubled * 2])
    assert forecast.values == pytest.approx(doubled, rel=0.1)


def test_one_wild_day_does_not_carry_the_forecast_away() -> None:
    calm = [value * (1 + 0.02 * math.sin(day)) for day, value in enumerate(WEEK * 8)]
    wild = [*calm[:-1], 50 * calm[-1]]
    assert seven_days(wild).values == pytest.approx(seven_days(calm).values, rel=0.1)


def test_fewer_than_fourteen_days_are_not_enough_and_it_says_how_many_are_missing() -> None:
    forecast = seven_days([120, 130, 125, 140, 135, 150, 145])
    assert (forecast.values, forecast.low, forecast.high) == ((), (), ())
    assert forecast.status == Status.INSUFFICIENT_HISTORY
    assert forecast.reason == "7 days of history; 14 are needed: 7 more are missing"


def test_fourteen_days_are_enough() -> None:
    assert seven_days(WEEK * 2).values == pytest.approx(WEEK)


def test_days_without_a_measurement_are_gaps_and_not_zeros() -> None:
    with_gaps = [None if day in (9, 17, 30, 50) else value for day, value in enumerate(WEEK * 8)]
    forecast = seven_days(with_gaps)
    assert forecast.history_days == 52
    assert forecast.values == pytest.approx(WEEK, rel=0.05)


def test_a_weekday_that_was_never_measured_has_no_forecast() -> None:
    forecast = seven_days([None if day % 7 == 6 else value for day, value in enumerate(WEEK * 8)])
    assert forecast.values[6] is None
    assert forecast.low[6] is None
    assert forecast.high[6] is None
    assert forecast.values[:6] == pytest.approx(WEEK[:6], rel=0.05)
    assert "day 7 ahead" in str(forecast.reason)


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ([*WEEK * 8, *[None] * 14], "none of the last 14 days"),
        ([*WEEK * 8, *[None] * 50, *WEEK[:3]], "6 of the last 56 days"),
        ([], "0 days of history"),
    ],
)
def test_a_series_that_ended_long_ago_is_not_continued(history: list[float | None], reason: str) -> None:
    forecast = seven_days(history)
    assert forecast.status == Status.INSUFFICIENT_HISTORY
    assert str(forecast.reason).startswith(reason)


def test_all_zeros_go_on_as_zeros() -> None:
    forecast = seven_days([0.0] * 20)
    assert forecast.values == forecast.low == forecast.high == (0.0,) * 7


def test_a_noisy_series_has_a_band_around_its_forecast() -> None:
    noisy = [value * (1 + 0.3 * math.sin(7.3 * day * day)) for day, value in enumerate(WEEK * 8)]
    forecast = seven_days(noisy)
    for low, value, high in zip(forecast.low, forecast.values, forecast.high, strict=True):
        assert low is not None
        assert value is not None
        assert high is not None
        assert 0 <= low < value < high


@given(st.lists(st.none() | st.floats(0, LARGEST_VALUE), max_size=150))
def test_whatever_the_history_numbers_are_finite_ordered_and_not_negative(history: list[float | None]) -> None:
    forecast = seven_days(history)
    assert forecast == seven_days(history)
    assert len(forecast.values) == len(forecast.low) == len(forecast.high)
    assert len(forecast.values) == (7 if forecast.status == Status.OK else 0)
    for low, value, high in zip(forecast.low, forecast.values, forecast.high, strict=True):
        if value is None or low is None or high is None:
            assert forecast.reason
        else:
            assert 0 <= low <= value <= high < math.inf
