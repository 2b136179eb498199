"""Times that recur, by the clock on the wall, through both changes of the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.alerts.model import Interval, MuteTiming
from carbon_nexus.alerts.muting import minute_of, muted_at
from carbon_nexus.alerts.spec import timing_of

SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
AROUND = timedelta(days=2)
MINUTES = st.integers(-int(AROUND.total_seconds()) // 60, int(AROUND.total_seconds()) // 60)
MOMENTS = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes), st.sampled_from([SPRING, AUTUMN]), MINUTES
)
TIMES = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])


def berlin(**interval: object) -> MuteTiming:
    return MuteTiming("t", "Europe/Berlin", (Interval(**interval),))  # type: ignore[arg-type]


def wall(moment: datetime) -> datetime:
    """The clock on a wall in Berlin, by the two changes of 2026."""
    return (moment + timedelta(hours=2 if SPRING <= moment < AUTUMN else 1)).replace(tzinfo=None)


def muted_hours(timing: MuteTiming, day: datetime) -> float:
    """How much of the UTC time around a day in Berlin is muted."""
    start = day - timedelta(days=2)
    return sum(muted_at(timing, start + timedelta(minutes=5 * step)) is not None for step in range(12 * 24 * 4)) / 12


@given(moment=MOMENTS, times=TIMES)
def test_a_time_is_muted_where_the_wall_clock_shows_it(moment: datetime, times: tuple[int, int]) -> None:
    shown = wall(moment).hour * 60 + wall(moment).minute
    assert (muted_at(berlin(times=(times,)), moment) is not None) is (times[0] <= shown < times[1])


@given(moment=MOMENTS, at=st.integers(1, 1439), weekday=st.integers(0, 6))
def test_the_two_parts_of_a_day_mute_exactly_that_day(moment: datetime, at: int, weekday: int) -> None:
    parts = [berlin(weekdays=frozenset({weekday}), times=(times,)) for times in ((0, at), (at, 1440))]
    assert sum(muted_at(part, moment) is not None for part in parts) == (wall(moment).weekday() == weekday)


@pytest.mark.parametrize(
    ("day", "whole_day", "night_hour"),
    [(SPRING, 23, 0), (AUTUMN, 25, 2), (SPRING + timedelta(days=30), 24, 1)],
)
def test_a_day_of_a_change_is_as_long_as_it_is(day: datetime, whole_day: int, night_hour: int) -> None:
    of_day = {"days_of_month": frozenset({wall(day).day}), "months": frozenset({wall(day).month})}
    assert muted_hours(berlin(**of_day), day) == whole_day
    assert muted_hours(berlin(**of_day, times=((120, 180),)), day) == night_hour


@pytest.mark.parametrize(
    ("interval", "moment", "muted"),
    [
        ({"weekdays": ["saturday", "sunday"]}, "2026-03-21T22:59+00:00", True),
        ({"weekdays": ["saturday", "sunday"]}, "2026-03-22T23:00+00:00", False),
        ({"times": [{"from": "18:00", "to": "24:00"}]}, "2026-03-18T17:00+00:00", True),
        ({"times": [{"from": "18:00", "to": "24:00"}]}, "2026-03-18T23:00+00:00", False),
        ({"days_of_month": [-1]}, "2028-02-29T12:00+00:00", True),
        ({"days_of_month": [-1]}, "2028-02-28T12:00+00:00", False),
        ({"days_of_month": [1, 15], "months": [4]}, "2026-04-15T12:00+00:00", True),
        ({"days_of_month": [1, 15], "months": [4]}, "2026-03-15T12:00+00:00", False),
        ({}, "2026-03-18T12:00+00:00", True),
    ],
)
def test_days_months_and_times_all_have_to_match(interval: dict[str, object], moment: str, muted: bool) -> None:
    whole = {"weekdays": [], "days_of_month": [], "months": [], "times": [], **interval}
    timing = timing_of("t", {"time_zone": "Europe/Berlin", "matchers": [], "intervals": [whole]})
    assert (muted_at(timing, datetime.fromisoformat(moment)) is not None) is muted


def test_the_reason_names_the_time_and_the_zone() -> None:
    timing = berlin(times=((1080, 1440),))
    told = "mute timing 't' holds on Wednesday 18:00 to 24:00, Europe/Berlin"
    assert muted_at(timing, datetime(2026, 3, 18, 18, tzinfo=UTC)) == told


@pytest.mark.parametrize("clock", ["24:01", "12:60", "9:00", "noon", "12:0", "", "-1:00", "12:00:00", "٠١:٠٠"])
def test_what_is_no_time_of_the_day_is_refused(clock: str) -> None:
    with pytest.raises(ValueError, match="must be a time"):
        minute_of(clock)
