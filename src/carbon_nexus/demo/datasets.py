"""The packaged measurements and the calendar rule that carries them into any year.

Sources, licences and what was trimmed: ``data/SOURCES.md``. Companies, sites and routes are made up; the
measurements are not.

Calendar rule for dated series: each series is a loop of whole weeks. Hour ``t`` of the real calendar shows
the source hour that lies a whole number of loops (hence of weeks) before it, so a Monday always shows a
Monday. Source clocks are local time; their hours are read as UTC hours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
import numpy.typing as npt
import polars as pl

# Net calorific value of forecourt petrol, kWh per litre: UK DESNZ 2025 gives 2.06916 kgCO2e per litre and
# 0.23181 kgCO2e per kWh (net) for the same fuel (average biofuel blend); their quotient is the energy of a
# litre.
PETROL_KWH_PER_LITRE = 2.06916 / 0.23181

TRIPS_ANCHOR = datetime(2018, 1, 1)  # a Monday; working days are counted from here
TRIPS_PER_ROUND = 3
# Departures of one car lie this far apart: its longest trip took 133 minutes.
DEPARTURE_GAP_MINUTES = 150
FIRST_DEPARTURE_MINUTES = 6 * 60

Timestamps = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Meter:
    """One metered site: where its readings lie (``series``, ``column``) and what it is called in the demo."""

    code: str
    series: str
    column: str
    event_type: str
    site: str
    supplier_id: str
    source: str
    readings_per_hour: int


@dataclass(frozen=True)
class Car:
    """One measured car of the trip set and the route it plays, with ``departures`` per working day.

    ``first_minute`` is added to 06:00 so that cars do not leave in step.
    """

    vehicle: int
    event_type: str
    route_id: str
    supplier_id: str
    source: str
    departures: int
    first_minute: int


METERS = (
    Meter("steel", "steel_quarter_hours", "energy_kwh", "factory", "Steelworks North", "Norhavn Steel",
          "demo-steel-meter", 4),
    Meter("depot-harbour", "building_hours", "building_1", "warehouse", "Harbour Depot", "Quayside Storage",
          "demo-building-meters", 1),
    Meter("depot-valley", "building_hours", "building_2", "warehouse", "Valley Depot", "Quayside Storage",
          "demo-building-meters", 1),
)  # fmt: skip

_TRIPS, _ROUNDS = "demo-car-trips", "demo-car-rounds"
CARS = (
    Car(560, "logistics", "Airport - City Shuttle", "Fernway Logistics", _TRIPS, 4, 0),
    Car(569, "logistics", "Lakeside - Station Shuttle", "Fernway Logistics", _TRIPS, 3, 10),
    Car(457, "logistics", "Campus - Works Shuttle", "Fernway Logistics", _TRIPS, 3, 25),
    Car(492, "logistics", "Northern Parts Run", "Bramley Express", _TRIPS, 2, 40),
    Car(536, "logistics", "Coast Parts Run", "Bramley Express", _TRIPS, 2, 55),
    Car(550, "delivery", "Old Town Courier", "Swiftlet Couriers", _ROUNDS, 2, 70),
    Car(554, "delivery", "Riverside Courier", "Swiftlet Couriers", _ROUNDS, 1, 85),
    Car(542, "delivery", "Hillside Courier", "Swiftlet Couriers", _ROUNDS, 1, 130),
)


@cache
def packaged(series: str) -> pl.DataFrame:
    """A packaged series as shipped: ``steel_quarter_hours``, ``building_hours`` or ``car_trips``.

    Raises FileNotFoundError for any other name.
    """
    return pl.read_parquet(BytesIO((files("carbon_nexus.demo") / "data" / f"{series}.parquet").read_bytes()))


@cache
def hourly_loop(meter: Meter) -> tuple[datetime, npt.NDArray[np.float64]]:
    """The meter's loop: start of its first hour (naive) and kWh per hour, NaN where nothing was read."""
    readings = packaged(meter.series)
    kwh = readings[meter.column].to_numpy().astype(np.float64)
    # Readings have three decimals at most; rounding takes the binary dust of the addition off again.
    hours = np.round(kwh.reshape(-1, meter.readings_per_hour).sum(axis=1), 6)
    return readings["start"][0], hours


def meter_hours(meter: Meter, start: datetime, end: datetime) -> tuple[Timestamps, npt.NDArray[np.float64]]:
    """Hours that begin in [start, end) (naive UTC) and their kWh; hours without a reading are left out."""
    anchor, loop_kwh = hourly_loop(meter)
    hour = np.arange(_ceiling(start - anchor, timedelta(hours=1)), _ceiling(end - anchor, timedelta(hours=1)))
    kwh = loop_kwh[hour % len(loop_kwh)]
    read = ~np.isnan(kwh)
    return np.datetime64(anchor, "us") + hour[read] * np.timedelta64(1, "h"), kwh[read]


@cache
def journeys(vehicle: int, trips_per_journey: int) -> pl.DataFrame:
    """The vehicle's journeys in published order: each is ``trips_per_journey`` successive trips added up.

    Columns: ``number`` (the published number of its first trip), ``distance_km``, ``speed`` (km/h, mean over
    the driven time), ``fuel_litres``, ``energy_kwh``. The last journey may hold fewer trips, so nothing is
    left out.

    ``energy_kwh`` is what the battery gave. Where it took in more than it gave, the surplus came from the
    petrol already counted, not from a socket: it is zero, never negative.
    """
    own = packaged("car_trips").filter(pl.col("vehicle") == vehicle).sort("trip").with_row_index("n")
    summed = own.group_by(pl.col("n") // trips_per_journey, maintain_order=True).agg(
        pl.col("trip").first().alias("number"),
        pl.col("distance_km", "duration_min", "fuel_energy_kwh", "battery_energy_kwh").sum(),
    )
    return summed.select(
        "number",
        "distance_km",
        speed=pl.col("distance_km") / pl.col("duration_min") * 60,
        fuel_litres=pl.col("fuel_energy_kwh") / PETROL_KWH_PER_LITRE,
        energy_kwh=pl.col("battery_energy_kwh").clip(lower_bound=0.0),
    )


def car_departures(car: Car, start: datetime, end: datetime) -> tuple[Timestamps, pl.DataFrame]:
    """Departures in [start, end) (naive UTC) and the journey driven at each, row by row.

    The trip set publishes the order of a car's trips, not their dates. The demo's rule: every Monday to
    Friday the car drives its next ``departures`` journeys, 150 minutes apart, and begins again after the
    last.
    """
    driven = journeys(car.vehicle, TRIPS_PER_ROUND if car.source == _ROUNDS else 1)
    day = np.arange((start - TRIPS_ANCHOR).days, _ceiling(end - TRIPS_ANCHOR, timedelta(days=1)))
    day = day[day % 7 < 5]
    slot = np.tile(np.arange(car.departures), len(day))
    working_day = np.repeat(day // 7 * 5 + day % 7, car.departures)
    minute = FIRST_DEPARTURE_MINUTES + car.first_minute + slot * DEPARTURE_GAP_MINUTES
    since_anchor = np.repeat(day, car.departures) * 1440 + minute
    at = np.datetime64(TRIPS_ANCHOR, "us") + since_anchor * np.timedelta64(1, "m")
    inside = (at >= np.datetime64(start, "us")) & (at < np.datetime64(end, "us"))
    row = (working_day * car.departures + slot) % driven.height
    return at[inside], driven[row[inside]]


def _ceiling(span: timedelta, step: timedelta) -> int:
    return -(-span // step)
