import warnings
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.forecasts.model import LARGEST_VALUE, LEVELS, LONGEST_HORIZON, QUANTILES, Level, Method, Status
from carbon_nexus.forecasts.outlook import HISTORY_SCHEMA, OUTLOOK_SCHEMA, outlook

TODAY = date(2026, 11, 26)  # a Thursday
WEEK = (100.0, 110.0, 120.0, 110.0, 100.0, 40.0, 20.0)  # Monday first

Day = Callable[[date], float | None]


def days(subject: tuple[str, str], length: int, value: Day, end: date = TODAY) -> pl.DataFrame:
    """The days before `end` of one entity (a site) and event type; no row where there is no value."""
    at = [end - timedelta(days=back) for back in range(length, 0, -1)]
    rows = [(subject[0], "site", subject[1], day, number) for day in at if (number := value(day)) is not None]
    return pl.DataFrame(rows, schema=HISTORY_SCHEMA, orient="row")


def weekly(day: date) -> float:
    return WEEK[day.weekday()]


def wavy(day: date) -> float:
    return WEEK[day.weekday()] * float(np.exp(0.2 * np.sin(7.3 * day.toordinal() ** 2)))


def ahead(*histories: pl.DataFrame, closed: Collection[date] = ()) -> pl.DataFrame:
    return outlook(pl.concat(histories), TODAY, closed)


def row(found: pl.DataFrame, level: Level, **key: str) -> dict[str, Any]:
    return found.filter(pl.col("level") == level.value, **key).row(0, named=True)


def test_every_series_has_its_row() -> None:
    found = ahead(
        *(days((name, kind), 60, wavy) for name, kind in (("a", "factory"), ("a", "delivery"), ("b", "factory")))
    )
    assert dict(found.schema) == OUTLOOK_SCHEMA
    counts = {str(level): count for level, count in found.group_by("level").len().iter_rows()}
    assert counts == {"tenant": 1, "event_type": 2, "entity": 2, "subject": 3, "rest": 2}
    assert found["points"].list.len().to_list() == [LONGEST_HORIZON] * 10
    assert found["quantiles"].list.len().to_list() == [len(QUANTILES) * LONGEST_HORIZON] * 10


@st.composite
def histories(draw: st.DrawFn) -> pl.DataFrame:
    """Up to five subjects of any size, with gaps, zeros, late starts and early ends."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    parts = []
    for number in range(draw(st.integers(1, 5))):
        length, ended = draw(st.integers(1, 130)), draw(st.sampled_from([0, 0, 3, 20]))
        size = draw(st.sampled_from([0.0, 1e-300, 1.0, 1e6, LARGEST_VALUE]))
        kept, zero, spread = (draw(st.sampled_from(each)) for each in ([1.0, 0.6], [0.0, 0.4], [0.0, 0.3, 3.0]))
        kind = draw(st.sampled_from(["factory", "warehouse", "delivery", "logistics"]))

        parts.append(
            days((f"e{number // 2}", kind), length, noisy(rng, size, kept, zero, spread), TODAY - timedelta(days=ended))
        )
    return pl.concat(parts).unique(["entity", "event_type", "day"], maintain_order=True)


def noisy(rng: np.random.Generator, size: float, kept: float, zero: float, spread: float) -> Day:
    """Of days, `kept` have a value, and `zero` of these are zero."""

    def value(day: date) -> float | None:
        number = 0.0 if rng.random() < zero else min(size * float(np.exp(rng.normal(0, spread))), LARGEST_VALUE)
        return number if rng.random() < kept else None

    return value


@settings(max_examples=50, deadline=None)
@given(histories())
def test_whatever_the_history_parts_add_up_and_points_lie_inside_their_bands(history: pl.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = outlook(history, TODAY, [TODAY])
    made = found.filter(pl.col("status") == Status.OK)
    assert made.select(pl.col("points").list.len() == LONGEST_HORIZON).to_series().all()
    assert found.filter(pl.col("status") != Status.OK).select(pl.col("points").list.len() == 0).to_series().all()
    for whole, parts in sums(made):
        assert np.allclose(whole, parts, rtol=1e-9, atol=0)
    for each in made.iter_rows(named=True):
        points, quantiles = np.array(each["points"]), np.array(each["quantiles"]).reshape(len(QUANTILES), -1)
        cumulative = np.array(each["cumulative"]).reshape(len(QUANTILES), -1)
        assert all(np.isfinite(values).all() and (values >= 0).all() for values in (points, quantiles, cumulative))
        assert (np.diff(quantiles, axis=0) >= 0).all()
        for low, high in (tuple(map(QUANTILES.index, ends)) for ends in LEVELS.values()):
            assert ((quantiles[low] <= points) & (points <= quantiles[high])).all()
            assert ((cumulative[low] <= np.cumsum(points)) & (np.cumsum(points) <= cumulative[high])).all()


def sums(made: pl.DataFrame) -> Iterator[tuple[Any, Any]]:
    """Points of each whole beside the sum of its parts."""
    key = ["event_type"]
    for level, parts, by in (
        ("tenant", ["event_type"], []),
        ("event_type", ["subject", "rest"], key),
        ("entity", ["subject"], ["entity", "entity_type"]),
    ):
        for whole in made.filter(pl.col("level") == level).iter_rows(named=True):
            same = [pl.col(name) == whole[name] for name in by]
            of_it = made.filter(pl.col("level").is_in(parts), *same)["points"].to_list()
            yield whole["points"], np.sum(of_it, axis=0)


def test_a_closed_day_ahead_is_like_a_sunday_and_one_behind_teaches_no_weekday() -> None:
    shut = [TODAY - timedelta(days=21), TODAY + timedelta(days=7)]  # Thursdays
    history = days(("a", "factory"), 112, lambda day: 20.0 if day in shut else weekly(day))
    points = row(ahead(history, closed=shut), Level.TENANT)["points"]
    assert points[0] == pytest.approx(WEEK[3])
    assert points[7] == pytest.approx(WEEK[6])
    assert points[14] == pytest.approx(WEEK[3])


def test_a_day_without_a_row_is_a_gap_of_a_meter_and_a_zero_of_a_trip() -> None:
    def some(day: date) -> float | None:
        return 10.0 if day.toordinal() % 2 else None

    meter = row(
        ahead(days(("a", "factory"), 112, some), days(("b", "factory"), 112, weekly)), Level.SUBJECT, entity="a"
    )
    lane = row(
        ahead(days(("a", "logistics"), 112, some), days(("b", "logistics"), 112, weekly)), Level.SUBJECT, entity="a"
    )
    assert (meter["model"], meter["history_days"]) == (Method.HOLT_WINTERS, 56)
    assert (lane["model"], lane["history_days"]) == (Method.WEEKDAY_MEAN, 111)  # from the first trip on
    assert np.mean(meter["points"][:28]) == pytest.approx(10, rel=0.1)
    assert np.mean(lane["points"][:28]) == pytest.approx(5, rel=0.1)


def test_a_weekday_on_which_nobody_drives_is_a_zero_for_the_tenant_too() -> None:
    found = ahead(days(("a", "delivery"), 84, lambda day: weekly(day) if day.weekday() < 5 else None))
    tenant = row(found, Level.TENANT)
    assert tenant["points"][2:4] == [0.0, 0.0]
    assert tenant["points"][:2] == pytest.approx(WEEK[3:5])
    assert tenant["history_days"] == 84


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_pauses_that_come_again_and_again_are_zeros_of_the_event_type(share: float) -> None:
    rng = np.random.default_rng(5)
    lane = days(("a", "logistics"), 300, lambda day: 20.0 if rng.random() < share else None)
    usual = lane.filter(pl.col("day") >= TODAY - timedelta(days=56))["value"].sum() / 8
    assert sum(row(ahead(lane), Level.TENANT)["points"][:7]) == pytest.approx(usual, rel=0.05)


def test_one_outage_of_a_lane_is_a_gap() -> None:
    out = range(10, 18)
    lane = days(("a", "logistics"), 112, lambda day: None if (TODAY - day).days in out else weekly(day))
    tenant = row(ahead(lane), Level.TENANT)
    assert tenant["history_days"] == 112 - len(out)
    assert sum(tenant["points"][:7]) == pytest.approx(sum(WEEK))


@pytest.mark.parametrize("kind", ["factory", "logistics"])
@pytest.mark.parametrize("ago", [14, 16, 25])
def test_what_has_ended_takes_its_part_of_the_event_type_along(kind: str, ago: int) -> None:
    large = days(("large", kind), 280, lambda day: 2 * wavy(day), TODAY - timedelta(days=ago))
    found = ahead(large, days(("small", kind), 280, wavy))
    assert row(found, Level.SUBJECT, entity="large")["points"] == []
    assert sum(row(found, Level.SUBJECT, entity="small")["points"][:7]) == pytest.approx(sum(WEEK), rel=0.15)


def test_a_meter_that_is_late_does_not_pull_its_event_type_down() -> None:
    late = days(("a", "factory"), 107, weekly, TODAY - timedelta(days=5))
    found = ahead(late, days(("b", "factory"), 112, weekly))
    assert row(found, Level.EVENT_TYPE)["points"][:7] == pytest.approx([2 * WEEK[day % 7] for day in range(3, 10)])


def test_subjects_without_enough_history_are_the_rest_of_their_event_type() -> None:
    found = ahead(days(("old", "factory"), 60, weekly), days(("new", "factory"), 10, weekly))
    new = row(found, Level.SUBJECT, entity="new")
    assert (new["status"], new["points"]) == (Status.INSUFFICIENT_HISTORY, [])
    assert new["reason"] == "10 days of history; 14 are needed: 4 more are missing"
    assert row(found, Level.ENTITY, entity="new")["reason"] == f"factory: {new['reason']}"
    old = row(found, Level.SUBJECT, entity="old")["points"]
    rest, whole = (np.array(row(found, level)["points"]) for level in (Level.REST, Level.EVENT_TYPE))
    assert rest == pytest.approx(whole - old)
    assert old[:7] == pytest.approx([WEEK[day % 7] for day in range(3, 10)])


@pytest.mark.parametrize("known", [1, 5, 10])
def test_a_large_newcomer_takes_nothing_from_the_others(known: int) -> None:
    new = days(("new", "factory"), known, lambda day: 2 * wavy(day))
    found = ahead(days(("old", "factory"), 300, wavy), new)
    assert sum(row(found, Level.SUBJECT, entity="old")["points"][:7]) > 0.9 * sum(WEEK)


def test_a_new_event_type_is_named_as_missing_from_the_total() -> None:
    tenant = row(ahead(days(("a", "factory"), 60, weekly), days(("a", "delivery"), 5, weekly)), Level.TENANT)
    assert tenant["status"] == Status.OK
    assert tenant["reason"] == "without delivery: 5 days of history; 14 are needed: 9 more are missing"


def test_no_history_is_said_so() -> None:
    (tenant,) = outlook(pl.DataFrame(schema=HISTORY_SCHEMA), TODAY, ()).to_dicts()
    assert (tenant["level"], tenant["status"], tenant["points"]) == ("tenant", Status.INSUFFICIENT_HISTORY, [])
    assert tenant["reason"] == "0 days of history; 14 are needed: 14 more are missing"


def test_the_week_before_is_told_as_it_would_have_been_forecast_then() -> None:
    history = days(("a", "factory"), 112, wavy)
    before = outlook(history.filter(pl.col("day") < TODAY - timedelta(days=7)), TODAY - timedelta(days=7), ())
    assert row(ahead(history), Level.TENANT)["before"] == pytest.approx(
        row(before, Level.TENANT)["points"][:7], rel=0.01
    )


def test_measured_error_is_of_past_forecasts_and_null_where_there_are_too_few() -> None:
    tenant = row(ahead(days(("a", "factory"), 400, wavy)), Level.TENANT)
    assert tenant["origins"] == 26
    assert 0.3 < tenant["mase"] < 1.2
    assert 0.7 < tenant["coverage_80"] < 0.9
    assert tenant["coverage_80"] < tenant["coverage_95"] <= 1
    young = row(ahead(days(("a", "factory"), 25, wavy)), Level.TENANT)
    assert (young["origins"], young["mase"], young["coverage_95"], young["winkler_95"]) == (2, None, None, None)


def test_a_band_is_the_wider_the_less_is_known_and_the_further_it_looks() -> None:
    widths = [width(ahead(days(("a", "factory"), known, wavy))) for known in (400, 60, 20)]
    assert all(less < more for less, more in pairwise(widths))
    tenant = row(ahead(days(("a", "factory"), 400, wavy)), Level.TENANT)
    ends = np.array(tenant["quantiles"]).reshape(len(QUANTILES), -1)
    assert (ends[-1] - ends[0])[28] > (ends[-1] - ends[0])[0]


def test_one_mistyped_day_widens_no_band() -> None:
    plain = days(("a", "factory"), 200, wavy)
    mistyped = pl.col("day") == TODAY - timedelta(days=60)
    typo = plain.with_columns(pl.when(mistyped).then(1e9).otherwise("value").alias("value"))
    assert width(ahead(typo)) < 1.5 * width(ahead(plain))


def width(found: pl.DataFrame) -> float:
    ends = np.array(row(found, Level.TENANT)["quantiles"]).reshape(len(QUANTILES), -1)
    return float((ends[-1] - ends[0])[:7].mean())


def test_days_beyond_the_window_and_of_today_change_nothing() -> None:
    history = days(("a", "factory"), 400, wavy)
    more = days(("b", "factory"), 50, weekly, TODAY - timedelta(days=400))
    later = days(("a", "factory"), 1, lambda day: 1e9, TODAY + timedelta(days=1))
    assert ahead(history).equals(ahead(history, more, later))
