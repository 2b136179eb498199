"""The simulated part: plausible, seeded, and varied enough to show something."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from carbon_nexus.demo import demo_events
from carbon_nexus.demo.generators import (
    AREAS,
    LANES,
    LOST_LOAD,
    DeliveryArea,
    FreightLane,
    freight_runs,
    is_bad,
    speed_in_traffic,
    usual_stops_per_km,
)

START = datetime(2026, 6, 1, tzinfo=UTC)  # a Monday
WEEKS = 8
SIMULATED = demo_events(START, START + timedelta(weeks=WEEKS)).filter("simulated")
DAYS = [(START + timedelta(days=number)).date() for number in range(7 * WEEKS)]


def ordinary(series: FreightLane | DeliveryArea) -> pl.DataFrame:
    """Events of the days on which nothing is wrong."""
    bad = [day for day in DAYS if is_bad(series, day)]
    return SIMULATED.filter(~pl.col("timestamp").dt.date().is_in(bad), route_id=series.route_id)


@pytest.mark.parametrize("lane", LANES, ids=lambda lane: lane.code)
def test_loads_fit_the_truck_and_vary(lane: FreightLane) -> None:
    runs = ordinary(lane)
    share = runs["load_kg"].to_numpy() / lane.payload_kg
    assert share.min() >= 0.1
    assert share.max() <= 1.0
    assert share.mean() == pytest.approx(lane.load_share * (1 - 0.08 / 2), rel=0.05)
    half_empty = (share < 0.65 * lane.load_share).mean()
    assert 0.03 < half_empty < 0.30
    assert runs["fuel_litres"].null_count() == runs.height


def test_run_counts_follow_the_timetable() -> None:
    for lane in LANES:
        weekly = 5 * lane.runs_workday + 2 * lane.runs_weekend
        assert SIMULATED.filter(route_id=lane.route_id).height == WEEKS * weekly
    for area in AREAS:
        weekly = 5 * area.rounds_workday + area.rounds_saturday
        assert SIMULATED.filter(route_id=area.route_id).height == WEEKS * weekly


def test_a_drop_costs_about_the_kilometres_of_the_stated_round() -> None:
    rounds = ordinary(AREAS[1])
    # 80 km for 120 drops, and 5 % of the rounds half as long again: 0.667 x 1.025 km per drop.
    km_per_drop = rounds.select(pl.col("distance_km").sum() / pl.col("delivery_count").sum()).item()
    assert km_per_drop == pytest.approx(0.683, rel=0.03)
    assert (rounds["stop_events"] <= rounds["delivery_count"]).all()
    assert rounds["traffic_score"].is_between(1, 10).all()


def test_every_other_day_one_series_has_a_bad_day_each_in_its_turn() -> None:
    bad = [[series for series in (*LANES, *AREAS) if is_bad(series, day)] for day in DAYS]
    assert [len(each) for each in bad[:10]] in ([1, 0] * 5, [0, 1] * 5)
    assert {each[0].code for each in bad if each} == {series.code for series in (*LANES, *AREAS)}
    day = next(day for day in DAYS if is_bad(LANES[0], day))
    loads = SIMULATED.filter(pl.col("timestamp").dt.date() == day, route_id=LANES[0].route_id)["load_kg"]
    assert loads.median() == pytest.approx(LOST_LOAD * LANES[0].load_share * LANES[0].payload_kg, rel=0.2)


def test_days_differ_and_repeat_exactly() -> None:
    first, second = datetime(2026, 6, 1), datetime(2026, 6, 2)
    day = freight_runs(LANES[0], first, second)
    assert day.equals(freight_runs(LANES[0], first, second))
    assert not day["load_kg"].equals(freight_runs(LANES[0], second, second + timedelta(days=1))["load_kg"])
    lanes = SIMULATED.filter(event_type="logistics").group_by("route_id").agg(pl.col("timestamp").first())
    assert lanes["timestamp"].n_unique() == len(LANES)


def test_speed_falls_with_traffic_and_keeps_its_bounds() -> None:
    # 40 x (1 - 0.75 x (5.5 - 1) / 9) = 40 x 0.625 = 25 km/h
    speeds = speed_in_traffic(np.array([1.0, 5.5, 10.0]))
    assert speeds.tolist() == [40.0, 25.0, 10.0]
    assert all(slow < fast for fast, slow in pairwise(speeds))


def test_stops_per_km_at_fifty() -> None:
    # exp(1.2995 - 0.04407 x 50) = exp(-0.904) = 0.405 stops per km
    assert usual_stops_per_km(np.array([50.0]))[0] == pytest.approx(0.405, abs=0.001)
