"""Demo activity events for any window: the mapping from packaged columns to activity event fields, in code.

The same mapping as a table: docs/demo-data.md.
"""

from datetime import UTC, datetime

import polars as pl

from carbon_nexus.activities.model import EVENT_SCHEMA
from carbon_nexus.demo.datasets import CARS, METERS, Car, Meter, car_departures, meter_hours
from carbon_nexus.demo.generators import (
    AREAS,
    LANES,
    DeliveryArea,
    FreightLane,
    delivery_rounds,
    freight_runs,
)


def demo_events(start: datetime, end: datetime) -> pl.DataFrame:
    """All demo events with start <= timestamp < end, sorted by time then external_id, columns as EVENT_SCHEMA.

    Pure: the same window gives the same rows, and neighbouring windows join without gap or overlap. A meter
    event is stamped with the beginning of its hour, a journey with its departure.

    Raises ValueError when a bound has no time zone or ``end`` lies before ``start``.
    """
    first, last = _naive_utc(start), _naive_utc(end)
    if last < first:
        raise ValueError(f"the window ends ({end.isoformat()}) before it starts ({start.isoformat()})")
    if first == last:
        return EVENT_SCHEMA.to_frame()
    parts = [
        *(meter_events(meter, first, last) for meter in METERS),
        *(car_events(car, first, last) for car in CARS),
        *(lane_events(lane, first, last) for lane in LANES),
        *(area_events(area, first, last) for area in AREAS),
    ]
    # Bounds in UTC: the caller's own zone is not the column's.
    inside = pl.col("timestamp").is_between(first.replace(tzinfo=UTC), last.replace(tzinfo=UTC), closed="left")
    return pl.concat(parts).filter(inside).sort("timestamp", "external_id")


def meter_events(meter: Meter, start: datetime, end: datetime) -> pl.DataFrame:
    """Hourly electricity of a site in [start, end) (naive UTC); hours without a reading give no event."""
    at, energy_kwh = meter_hours(meter, start, end)
    factory = meter.event_type == "factory"
    read = pl.DataFrame({"timestamp": at, "energy_kwh": energy_kwh})
    return _event_frame(
        read.with_columns(external_id=_stamped(meter.code)),
        event_type=meter.event_type,
        supplier_id=meter.supplier_id,
        factory_id=meter.site if factory else None,
        warehouse_id=None if factory else meter.site,
        shift_hours=1.0 if factory else None,
        source=meter.source,
        simulated=False,
    )


def car_events(car: Car, start: datetime, end: datetime) -> pl.DataFrame:
    """Measured journeys of a car in [start, end) (naive UTC); load, stops and drops were not measured."""
    at, driven = car_departures(car, start, end)
    journey = f"trip-{car.vehicle}-" if car.event_type == "logistics" else f"round-{car.vehicle}-"
    return _event_frame(
        driven.with_columns(timestamp=pl.Series(at, dtype=pl.Datetime("us"))).with_columns(
            external_id=_stamped(pl.format("{}{}", pl.lit(journey), "number"))
        ),
        event_type=car.event_type,
        supplier_id=car.supplier_id,
        route_id=car.route_id,
        vehicle_type="car",
        fuel_type="plug_in_hybrid",
        source=car.source,
        simulated=False,
    )


def lane_events(lane: FreightLane, start: datetime, end: datetime) -> pl.DataFrame:
    """Simulated freight runs of a lane as events, for every day that touches [start, end) (naive UTC)."""
    return _event_frame(
        freight_runs(lane, start, end),
        event_type="logistics",
        supplier_id=lane.supplier_id,
        route_id=lane.route_id,
        vehicle_type=lane.vehicle_type,
        fuel_type="diesel",
        source="demo-freight-generator",
        simulated=True,
    )


def area_events(area: DeliveryArea, start: datetime, end: datetime) -> pl.DataFrame:
    """Simulated delivery rounds of an area as events, for every day that touches [start, end) (naive UTC)."""
    return _event_frame(
        delivery_rounds(area, start, end),
        event_type="delivery",
        supplier_id=area.supplier_id,
        route_id=area.route_id,
        vehicle_type="van",
        fuel_type=area.fuel_type,
        source="demo-delivery-generator",
        simulated=True,
    )


def _event_frame(measured: pl.DataFrame, **constants: str | float | bool | None) -> pl.DataFrame:
    """Bring columns and constants into EVENT_SCHEMA; what neither names is null."""
    columns = [
        (pl.col(name) if name in measured.columns else pl.lit(constants.get(name))).cast(dtype).alias(name)
        for name, dtype in EVENT_SCHEMA.items()
        if name != "timestamp"
    ]
    utc = pl.col("timestamp").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return measured.select(utc, *columns).select(EVENT_SCHEMA.names())


def _stamped(prefix: str | pl.Expr) -> pl.Expr:
    head = pl.lit(prefix) if isinstance(prefix, str) else prefix
    return pl.concat_str(head, pl.lit(":"), pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%MZ"))


def _naive_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give UTC")
    return moment.astimezone(UTC).replace(tzinfo=None)
