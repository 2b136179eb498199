"""How a target goes: by the arithmetic of its month, which adds up whatever came and is forecast."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.targets.judge import burn_down, judge
from carbon_nexus.targets.model import Month, Verdict
from tests.unit.targets.made import DAY, MARCH, NOW, course, emitted, series, target

KG = st.floats(0, 1e12)
TEN = [10.0] * 31


def test_the_running_day_is_forecast_whole_and_never_below_what_has_come() -> None:
    so_far = emitted([30.0] * 17 + [4.0])
    found = judge(course(target(), so_far, series(TEN)), NOW)
    assert (found.spent_kg, found.month_end_kg) == (514.0, 17 * 30 + 14 * 10)
    assert found.share == pytest.approx(0.514)
    assert found.expected_by_now_kg == pytest.approx(1_000 * 17.5 / 31)
    much = judge(course(target(), emitted([30.0] * 17 + [25.0]), series(TEN)), NOW)
    assert much.month_end_kg == 17 * 30 + 25 + 13 * 10


@pytest.mark.parametrize(
    ("amount", "verdict", "chance", "passes_on"),
    [
        (513.9, Verdict.PASSED, 1.0, date(2026, 3, 18)),
        (514.0, Verdict.WILL_PASS, 0.975, date(2026, 3, 18)),
        (600, Verdict.WILL_PASS, 0.975, date(2026, 3, 26)),
        (650, Verdict.AT_RISK, 0.5, date(2026, 3, 31)),
        (660, Verdict.AT_RISK, 0.366, None),
        (690, Verdict.ON_TRACK, 0.025, None),
    ],
)
def test_a_target_goes_by_its_chance_to_be_passed(
    amount: float, verdict: Verdict, chance: float, passes_on: date | None
) -> None:
    so_far = emitted([30.0] * 17 + [4.0])
    found = judge(course(target(amount), so_far, series(TEN, spread=10)), NOW)
    assert (found.verdict, found.passes_on, found.reason) == (verdict, passes_on, None)
    assert found.chance == pytest.approx(chance, abs=0.001)
    assert found.month_end_low_kg is not None
    assert found.month_end_high_kg is not None
    assert found.month_end_high_kg - found.month_end_low_kg == pytest.approx(2 * 0.8 * 10 * 14**0.5)


@pytest.mark.parametrize(
    ("first", "kg", "verdict", "chance", "reason"),
    [
        (date(2026, 2, 1), [30.0] * 28, Verdict.KEPT, 0.0, None),
        (date(2026, 2, 1), [40.0] * 28, Verdict.PASSED, 1.0, None),
        (date(2026, 2, 1), [], Verdict.UNKNOWN, None, "no event of 2026-02 is on record"),
        (date(2026, 4, 1), [], Verdict.UNKNOWN, None, "2026-04 has not begun"),
    ],
)
def test_a_month_that_is_over_has_its_result_and_one_to_come_has_none(
    first: date, kg: list[float], verdict: Verdict, chance: float | None, reason: str | None
) -> None:
    month = Month(first)
    found = judge(course(target(month=first), emitted(kg, first), series(TEN), month), NOW)
    assert (found.verdict, found.chance, found.reason) == (verdict, chance, reason)
    assert found.expected_by_now_kg == (1_000 if first < NOW.date() else 0)
    assert found.month_end_kg is None


@pytest.mark.parametrize(
    ("outlooks", "reason"),
    [
        (None, "there is no forecast of it yet"),
        (series(TEN, of=target(entity="Other")), "there is no forecast of it yet"),
        (series([], status="insufficient_history", reason="3 days"), "there is no forecast of it: 3 days"),
        (series(TEN, origin=date(2026, 3, 16)), "its forecast is of 2026-03-16 and has not been renewed"),
        (series(TEN[:7]), "the forecast reaches to 2026-03-24, and the month further"),
    ],
)
def test_without_a_forecast_of_the_whole_month_nothing_is_promised(outlooks: Any, reason: str) -> None:
    found = judge(course(target(), emitted([30.0] * 18), outlooks), NOW)
    assert (found.verdict, found.chance, found.month_end_kg) == (Verdict.UNKNOWN, None, None)
    assert (found.reason or "").startswith(reason)
    assert found.spent_kg == 540


def test_the_forecast_of_the_day_before_is_held_beside_what_came_since() -> None:
    points = [10.0, 20.0, *TEN[2:]]
    before = course(target(), emitted([30.0] * 16 + [11.0, 4.0]), series(points, 8, date(2026, 3, 17)))
    assert before.ahead.total[0] == pytest.approx(16 * 30 + 11 + 20)
    assert before.ahead.total[-1] == pytest.approx(16 * 30 + 11 + 20 + 13 * 10)
    width = before.ahead.quantiles[-1, -1] - before.ahead.quantiles[0, -1]
    assert width == pytest.approx(2 * 0.95 * 8 * 15**0.5)


def test_the_next_month_is_seen_as_far_as_the_forecast_reaches() -> None:
    april = Month(date(2026, 4, 1))
    ahead = course(target(100, month=april.first), emitted([], april.first), series(TEN), april)
    assert (ahead.ahead.first, ahead.ahead.days) == (april.first, 17)  # of 31 days from 18 March on
    assert judge(ahead, NOW).passes_on == date(2026, 4, 11)


@given(
    st.lists(KG, min_size=1, max_size=18),
    st.lists(KG, min_size=31, max_size=31),
    st.floats(1e-3, 1e12),
    st.floats(0, 1e9),
)
def test_the_days_of_a_burn_down_add_up(kg: list[float], points: list[float], amount: float, spread: float) -> None:
    now = datetime(2026, 3, len(kg), 6, tzinfo=UTC)
    made = course(target(amount), emitted(kg, filled_kg=0.0), series(points, spread, now.date()), now=now)
    days, found = list(burn_down(made)), judge(made, now)
    past, ahead = days[: len(kg)], days[len(kg) - 1 :]
    assert [day.day for day in days] == [MARCH.first + place * DAY for place in range(31)]
    assert [day.cumulative_kg for day in past] == pytest.approx(np.cumsum(kg))
    assert past[-1].cumulative_kg == found.spent_kg
    assert all(day.remaining_kg == amount - (day.cumulative_kg or 0) for day in past)
    assert days[-1].line_kg == amount
    before = 0.0 if len(kg) == 1 else past[-2].cumulative_kg or 0
    forecast = [day.forecast_kg or 0.0 for day in ahead]
    assert forecast[0] >= kg[-1]
    assert [day.forecast_cumulative_kg for day in ahead] == pytest.approx(before + np.cumsum(forecast))
    assert days[-1].forecast_cumulative_kg == found.month_end_kg
    assert all(found.spent_kg <= (day.forecast_low_kg or 0) <= (day.forecast_high_kg or 0) for day in ahead)
    assert all(day.forecast_kg is None and day.forecast_low_kg is None for day in past[:-1])
    assert all(day.actual_kg is None and day.remaining_kg is None for day in days[len(kg) :])


def test_a_day_without_an_event_has_no_value_and_what_stands_in_is_told() -> None:
    days = emitted([5.0, 7.0], filled_kg=2.0).filter(pl.col("day") != MARCH.first)
    first, second, *_ = burn_down(course(target(), days))
    assert (first.actual_kg, first.cumulative_kg) == (None, 0.0)
    assert (second.actual_kg, second.filled_kg, second.cumulative_kg) == (7.0, 2.0, 7.0)
    assert judge(course(target(), days), NOW).filled_kg == 2.0


def test_a_straight_line_runs_with_the_hours() -> None:
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    shares = [MARCH.elapsed(midnight + timedelta(hours=hours)) for hours in (-1, 0, 12, 31 * 24, 999)]
    assert shares == pytest.approx([0, 0, 0.5 / 31, 1, 1])
