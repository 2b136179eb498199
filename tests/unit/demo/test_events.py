"""What the demo promises about its events: schema, determinism, provenance and the calendar."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from carbon_nexus.activities.model import EVENT_SCHEMA
from carbon_nexus.demo import demo_events
from carbon_nexus.demo.datasets import (
    CARS,
    METERS,
    PETROL_KWH_PER_LITRE,
    TRIPS_PER_ROUND,
    Car,
    hourly_loop,
    journeys,
    packaged,
)

START = datetime(2026, 10, 22, tzinfo=UTC)
MONTH = demo_events(START, START + timedelta(days=32))
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)

FIELDS = [
    "event_type",
    "supplier_id",
    "timestamp",
    "vehicle_type",
    "fuel_type",
    "route_id",
    "warehouse_id",
    "factory_id",
    "distance_km",
    "load_kg",
    "speed",
    "energy_kwh",
    "fuel_litres",
    "furnace_usage",
    "cooling_load",
    "shift_hours",
    "temperature",
    "refrigeration_load",
    "inventory_volume",
    "traffic_score",
    "stop_events",
    "delivery_count",
    "idle_hours",
    "gas_kwh",
    "furnace_unit",
    "period_hours",
    "source",
    "external_id",
    "simulated",
]


def source_hours(code: str) -> pl.DataFrame:
    """The packaged readings of a meter by hour, computed without the code under test."""
    meter = next(meter for meter in METERS if meter.code == code)
    hour = pl.col("start").dt.truncate("1h")
    return packaged(meter.series).group_by(hour, maintain_order=True).agg(pl.col(meter.column).sum().alias("kwh"))


def test_frame_has_exactly_the_event_columns() -> None:
    assert MONTH.schema == EVENT_SCHEMA
    assert MONTH.columns == [*FIELDS, "source_zone"]
    assert MONTH.schema["timestamp"] == pl.Datetime("us", "UTC")
    assert MONTH["event_type"].unique().sort().to_list() == ["delivery", "factory", "logistics", "warehouse"]


def test_size_is_that_of_a_demo() -> None:
    entities = MONTH.select(pl.coalesce("route_id", "warehouse_id", "factory_id")).to_series()
    assert entities.null_count() == 0
    assert entities.n_unique() == 16
    assert 3_000 < demo_events(START, START + timedelta(days=30)).height < 8_000


def test_required_fields_are_never_null() -> None:
    required = ["event_type", "supplier_id", "timestamp", "source", "external_id", "simulated"]
    assert MONTH.select(required).null_count().row(0) == (0,) * 6


def test_numbers_are_finite_and_not_negative() -> None:
    numbers = MONTH.select(pl.col(pl.Float64))
    assert numbers.select(pl.all().is_finite().all()).row(0) == (True,) * numbers.width
    assert numbers.select((pl.all().drop_nulls() >= 0).all()).row(0) == (True,) * numbers.width


@pytest.mark.parametrize(
    "cut",
    [
        START + timedelta(days=9, hours=8),
        START + timedelta(days=9, hours=8, minutes=17, seconds=5, microseconds=1),
        START + timedelta(days=10),
    ],
)
def test_windows_join_without_gap_or_overlap(cut: datetime) -> None:
    end = START + timedelta(days=32)
    assert_frame_equal(pl.concat([demo_events(START, cut), demo_events(cut, end)]), MONTH)


def test_an_event_on_the_bound_belongs_to_the_window_it_opens() -> None:
    at = MONDAY + timedelta(hours=6)  # a meter hour and a departure
    assert demo_events(at, at + timedelta(microseconds=1))["timestamp"].unique().to_list() == [at]
    assert demo_events(at - timedelta(microseconds=1), at).is_empty()


def test_minute_by_minute_replay_equals_the_whole() -> None:
    minutes = [MONDAY + timedelta(hours=8, minutes=minute) for minute in range(91)]
    ticks = [demo_events(a, b) for a, b in pairwise(minutes)]
    assert_frame_equal(pl.concat(ticks), demo_events(minutes[0], minutes[-1]))


def test_external_ids_are_unique_over_more_than_a_loop() -> None:
    years = demo_events(START, START + timedelta(weeks=60))
    assert years["external_id"].is_unique().all()


def test_sorted_by_time() -> None:
    assert MONTH["timestamp"].is_sorted()


@pytest.mark.parametrize("year", [1999, 2018, 2031])
def test_any_year_has_events_of_every_kind(year: int) -> None:
    week = demo_events(datetime(year, 3, 1, tzinfo=UTC), datetime(year, 3, 8, tzinfo=UTC))
    assert week["source"].n_unique() == 6


def test_simulated_is_said_of_generated_events_and_of_no_others() -> None:
    said = MONTH.group_by("source").agg(pl.col("simulated").all(), some=pl.col("simulated").any())
    generators = {"demo-freight-generator", "demo-delivery-generator"}
    assert {row[0] for row in said.rows() if row[1]} == generators
    assert {row[0] for row in said.rows() if row[2]} == generators


@pytest.mark.parametrize("weeks", [0, 1, 17, 51])
def test_a_steel_week_holds_the_kwh_of_its_source_week(weeks: int) -> None:
    # 2026-12-21 is 468 = 9 x 52 weeks after 2018-01-01: that week shows week 0 of the source.
    start = datetime(2026, 12, 21, tzinfo=UTC) + timedelta(weeks=weeks)
    shown = demo_events(start, start + timedelta(weeks=1)).filter(event_type="factory")
    raw = packaged("steel_quarter_hours")["energy_kwh"].slice(weeks * 672, 672)
    assert shown.height == 168
    assert shown["energy_kwh"].sum() == pytest.approx(raw.sum(), abs=1e-6)


@pytest.mark.parametrize("code", [meter.code for meter in METERS])
def test_meters_keep_weekday_and_hour(code: str) -> None:
    shown = demo_events(MONDAY, MONDAY + timedelta(weeks=1)).filter(pl.col("external_id").str.starts_with(code))
    source = source_hours(code)
    anchor = source["start"][0].replace(tzinfo=UTC)
    for at, kwh in shown.select("timestamp", "energy_kwh").rows():
        row = int((at - anchor) / timedelta(hours=1)) % source.height
        assert source["kwh"][row] == pytest.approx(kwh, abs=1e-6)
        assert source["start"][row].weekday() == at.weekday()
        assert source["start"][row].hour == at.hour


def test_the_plant_rests_on_sunday() -> None:
    daily = (
        MONTH.filter(event_type="factory")
        .group_by(day=pl.col("timestamp").dt.weekday())
        .agg(pl.col("energy_kwh").mean())
    )
    by_day = dict(daily.rows())
    assert by_day[7] < 0.5 * min(by_day[day] for day in range(1, 6))


def test_factory_events_cover_one_hour_each() -> None:
    factory = MONTH.filter(event_type="factory")
    assert factory["shift_hours"].unique().to_list() == [1.0]
    assert factory["external_id"][0] == "steel:2026-10-22T00:00Z"


def test_hours_the_source_lacks_are_left_out_not_filled() -> None:
    loop = demo_events(START, START + timedelta(weeks=39)).filter(event_type="warehouse")
    readings = packaged("building_hours")
    missing = readings["building_1"].null_count() + readings["building_2"].null_count()
    assert missing == 51
    assert loop.height == 2 * readings.height - missing
    assert loop["energy_kwh"].null_count() == 0
    total = readings.select(pl.sum_horizontal("building_1", "building_2").sum()).item()
    assert loop["energy_kwh"].sum() == pytest.approx(total)


@pytest.mark.parametrize("car", CARS, ids=lambda car: str(car.vehicle))
def test_a_car_drives_each_trip_once_per_turn(car: Car) -> None:
    own = packaged("car_trips").filter(vehicle=car.vehicle)
    per_journey = 1 if car.event_type == "logistics" else TRIPS_PER_ROUND
    turn = -(-own.height // per_journey)
    days = timedelta(days=7 * (turn // (5 * car.departures) + 1))
    driven = demo_events(MONDAY, MONDAY + days).filter(route_id=car.route_id).head(turn)
    assert driven.height == turn
    assert driven["distance_km"].sum() == pytest.approx(own["distance_km"].sum())
    assert driven["fuel_litres"].sum() == pytest.approx(
        own.select(pl.col("fuel_energy_kwh").sum() / PETROL_KWH_PER_LITRE).item()
    )


def test_a_trip_can_be_found_again_in_the_source() -> None:
    trip = MONTH.filter(source="demo-car-trips").row(0, named=True)
    vehicle, number = (int(part) for part in trip["external_id"].split(":")[0].split("-")[1:])
    raw = packaged("car_trips").filter(vehicle=vehicle, trip=number).row(0, named=True)
    assert trip["distance_km"] == raw["distance_km"]
    assert trip["speed"] == pytest.approx(raw["distance_km"] / (raw["duration_min"] / 60))
    # 2.06916 kgCO2e/l over 0.23181 kgCO2e/kWh = 8.92610 kWh/l
    assert trip["fuel_litres"] == pytest.approx(raw["fuel_energy_kwh"] / 8.92610, rel=1e-5)
    assert trip["energy_kwh"] == max(0.0, raw["battery_energy_kwh"])


def test_cars_rest_at_the_weekend_and_what_was_not_measured_is_null() -> None:
    cars = MONTH.filter(pl.col("source").str.starts_with("demo-car"))
    assert cars["timestamp"].dt.weekday().max() == 5
    unmeasured = cars.select("load_kg", "stop_events", "delivery_count", "traffic_score")
    assert unmeasured.null_count().row(0) == (cars.height,) * 4


def test_charge_from_petrol_is_not_counted_as_negative_electricity() -> None:
    charging = packaged("car_trips").filter(pl.col("battery_energy_kwh") < 0)
    assert charging.height > 0
    assert journeys(charging["vehicle"][0], 1)["energy_kwh"].min() == 0.0


def test_loops_are_whole_weeks() -> None:
    assert [len(hourly_loop(meter)[1]) / 168 for meter in METERS] == [52, 39, 39]


def test_other_time_zones_name_the_same_moments() -> None:
    tokyo = timezone(timedelta(hours=9))
    end = START + timedelta(days=1)
    assert_frame_equal(demo_events(START.astimezone(tokyo), end.astimezone(tokyo)), demo_events(START, end))


def test_empty_window_is_an_empty_event_frame() -> None:
    assert demo_events(START, START).schema == EVENT_SCHEMA
    assert demo_events(START, START).is_empty()


def test_bounds_are_checked() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        demo_events(datetime(2026, 1, 1), START)
    with pytest.raises(ValueError, match="before it starts"):
        demo_events(START, START - timedelta(seconds=1))
