"""From score to chance and back: the measured knots, their continuation, and what rare observations change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.baselines.chance import (
    CHANCES,
    DAILY_SCORES,
    DAYS_A_WEEK,
    HOURLY_SCORES,
    LEAST,
    chance_per_week,
    score_at,
)


@pytest.mark.parametrize(("scores", "daily"), [(HOURLY_SCORES, False), (DAILY_SCORES, True)])
def test_the_measured_scores_have_the_measured_chances(scores: tuple[float, ...], daily: bool) -> None:
    assert chance_per_week(scores, 168, daily) == pytest.approx(CHANCES)
    assert score_at(CHANCES, 168, daily) == pytest.approx(scores)


def test_between_two_knots_equal_steps_are_equal_factors() -> None:
    halfway = (HOURLY_SCORES[0] + HOURLY_SCORES[1]) / 2
    assert float(chance_per_week(halfway, 168, daily=False)) == pytest.approx(np.sqrt(1.0 * 0.5))


@pytest.mark.parametrize(("score", "chance"), [(-1e9, DAYS_A_WEEK), (0.0, DAYS_A_WEEK), (1e9, LEAST), (np.inf, LEAST)])
def test_beyond_the_table_the_chance_is_bounded(score: float, chance: float) -> None:
    assert float(chance_per_week(score, 168, daily=False)) == pytest.approx(chance, rel=0.15)


def test_a_score_that_is_none_has_no_chance() -> None:
    assert np.isnan(chance_per_week(np.nan, 168, daily=False))


@pytest.mark.parametrize(("a_week", "share"), [(10_000, 1), (168, 1), (7, 1), (3.5, 0.5), (1, 1 / 7)])
def test_rarer_observations_than_one_a_day_have_fewer_alarm_days(a_week: float, share: float) -> None:
    assert float(chance_per_week(4.7, a_week, daily=False)) == pytest.approx(0.5 * share)
    assert float(score_at(0.5 * share, a_week, daily=False)) == pytest.approx(4.7)


@given(st.floats(-50, 50), st.floats(-50, 50), st.booleans())
def test_a_higher_score_never_comes_more_often(left: float, right: float, daily: bool) -> None:
    low, high = sorted((left, right))
    assert float(chance_per_week(high, 168, daily)) <= float(chance_per_week(low, 168, daily))
