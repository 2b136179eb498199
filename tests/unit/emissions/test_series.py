"""Emissions hour by hour, and what such an hour usually comes to; by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from carbon_nexus.emissions.series import FEWEST_WEEKS, HOURS_SCHEMA, WEEK, WEEKS_BACK, series
from carbon_nexus.emissions.summary import Window

NOW = datetime(2026, 3, 18, 12, 20, tzinfo=UTC)
TEN = datetime(2026, 3, 18, 10, tzinfo=UTC)
WINDOW = Window(NOW, timedelta(hours=2))
LONG_AGO = TEN - 2 * WEEKS_BACK * WEEK


def hour(weeks_back: int, co2e_kg: float, start: datetime = TEN, **more: Any) -> dict[str, Any]:
    told = {"weeks_back": weeks_back, "hour": start, "co2e_kg": co2e_kg, "measured_kg": 0.0}
    return told | {"event_count": 1, "unestimated_count": 0, "typical_kg": 0.0, "typical_count": 0} | more


def frame(*hours: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(hours), schema=HOURS_SCHEMA)


def test_no_hour_is_left_out_and_the_last_one_is_under_way() -> None:
    found = series(WINDOW, frame(hour(0, 5)), LONG_AGO)
    assert [(each.start.hour, each.running, each.co2e_kg) for each in found.hours] == [
        (10, False, 5),
        (11, False, None),
        (12, True, None),
    ]
    assert (found.window_start, found.window_end) == (TEN, NOW)


def test_an_hour_says_what_was_measured_and_what_is_typical_of_the_same_events() -> None:
    events: dict[str, Any] = {"event_count": 2, "typical_kg": 9.0, "typical_count": 2, "measured_kg": 4.0}
    first, second, _ = series(
        WINDOW,
        frame(hour(0, 10, **events), hour(0, 6, TEN + timedelta(hours=1), **events | {"unestimated_count": 1})),
        LONG_AGO,
    ).hours
    assert (first.measured_kg, first.typical_kg, first.untypical_count, first.event_count) == (4, 9, 0, 2)
    assert (second.typical_kg, second.untypical_count, second.event_count, second.unestimated_count) == (None, 1, 3, 1)


def test_events_without_an_estimate_are_no_zero() -> None:
    nothing = hour(0, 0, event_count=0, unestimated_count=3)
    found = series(WINDOW, frame(nothing), LONG_AGO)
    assert (found.hours[0].co2e_kg, found.hours[0].measured_kg, found.hours[0].event_count) == (None, None, 3)
    assert (found.total.co2e_kg, found.total.reason) == (None, "none of the 3 events has an estimate")


def test_totals_are_those_of_the_window_alone() -> None:
    eleven = TEN + timedelta(hours=1)
    known: dict[str, Any] = {"typical_kg": 8.0, "typical_count": 1}
    found = series(
        WINDOW, frame(hour(0, 10, measured_kg=10.0, **known), hour(0, 30, eleven, **known), hour(1, 99)), LONG_AGO
    ).total
    assert (found.co2e_kg, found.measured_kg, found.measured_share) == (40, 10, 0.25)
    assert (found.typical_kg, found.event_count, found.untypical_count, found.reason) == (16, 2, 0, None)


def test_usual_is_the_median_of_eight_weeks_within_their_tenths() -> None:
    found = series(WINDOW, frame(*(hour(week, 10.0 * week) for week in range(1, 9))), LONG_AGO).hours[0]
    assert (found.usual_kg, found.usual_weeks) == (45, 8)
    assert (found.usual_low_kg, found.usual_high_kg) == pytest.approx((17, 73))
    assert found.co2e_kg is None


def test_a_seen_hour_without_an_event_is_zero_but_one_that_could_not_be_estimated_is_unknown() -> None:
    dark = hour(2, 0, event_count=0, unestimated_count=4)
    found = series(WINDOW, frame(hour(1, 80), dark), LONG_AGO).hours[0]
    assert (found.usual_kg, found.usual_weeks) == (0, 7)
    assert found.usual_high_kg == pytest.approx(32)


@pytest.mark.parametrize("weeks", range(WEEKS_BACK + 1))
def test_weeks_before_the_first_event_are_no_zero(weeks: int) -> None:
    found = series(WINDOW, frame(*(hour(week, 7) for week in range(1, weeks + 1))), TEN - weeks * WEEK)
    assert [each.usual_weeks for each in found.hours] == [weeks] * 3
    enough = weeks >= FEWEST_WEEKS
    assert found.hours[0].usual_kg == (7 if enough else None)
    assert found.hours[1].usual_high_kg == (0 if enough else None)
    expected = None if enough else f"{weeks} of the 4 weeks that are needed are known of at least one hour"
    assert found.usual_reason == expected


def test_without_any_event_nothing_is_known() -> None:
    found = series(WINDOW, frame(), None)
    assert {(each.co2e_kg, each.usual_kg, each.usual_weeks) for each in found.hours} == {(None, None, 0)}
    assert (found.total.co2e_kg, found.total.measured_share) == (None, None)
    assert found.total.reason == "no event in this time"
