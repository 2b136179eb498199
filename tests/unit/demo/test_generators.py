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
    FreightLane,
    freight_runs,
    speed_in_traffic,
    usual_stops_per_km,
)

START = datetime(2026, 6, 1, tzinfo=UTC)  # a Monday
WEEKS = 8
SIMULATED = demo_events(START, START + timedelta(weeks=WEEKS)).filter("simulated")


@pytest.mark.parametrize("lane", LANES, ids=lambda lane: lane.code)
def test_loads_fit_the_truck_and_vary(lane: FreightLane) -> None:
    runs = SIMULATED.filter(route_id=lane.route_id)
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
    rounds = SIMULATED.filter(route_id="Suburban Rounds")
    # 80 km for 120 drops, and 5 % of the rounds half as long again: 0.667 x 1.025 km per drop.
    km_per_drop = rounds.select(pl.col("distance_km").sum() / pl.col("delivery_count").sum()).item()
    assert km_per_drop == pytest.approx(0.683, rel=0.03)
    assert (rounds["stop_events"] <= rounds["delivery_count"]).all()
    assert rounds["traffic_score"].is_between(1, 10).all()


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
