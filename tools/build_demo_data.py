"""Trim the published source files into the three small parquet files the demo ships.

Run once per change of the sources:

    python tools/build_demo_data.py SOURCE_DIRECTORY

SOURCE_DIRECTORY holds ``uci_steel_industry_energy.csv.gz``, ``bdg2_hourly_sample_2bldg.csv.gz`` and
``ved_trips_hev_phev_ev.csv.gz``. Sources and licences: ``src/carbon_nexus/demo/data/SOURCES.md``.
"""

import argparse
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

OUTPUT_DIRECTORY = Path(__file__).resolve().parents[1] / "src" / "carbon_nexus" / "demo" / "data"

STEEL_START = datetime(2018, 1, 1)  # a Monday
STEEL_READINGS = 52 * 7 * 96  # 52 whole weeks of quarter hours; the 365th day is cut so that weeks wrap
BUILDING_HOURS = 39 * 7 * 24  # 39 whole weeks; the sample ends one hour later

# Vehicles whose fuel reading rests at (nearly) zero while the engine is off. The other cars derive fuel from
# an air-flow sensor that keeps showing 0.7-0.9 g/s with the engine stopped: burnt fuel that never was.
TRIP_VEHICLES = [457, 492, 536, 542, 550, 554, 560, 569]
ENGINE_NEVER_RAN_AIRFLOW = 1.0  # g/s, 95th percentile of a trip; an idling engine of this size takes in more
LEAST_BATTERY_KWH_PER_KM = 0.05  # below this a car with no fuel on record cannot have driven: fuel is missing


def steel_readings(source: Path) -> pl.DataFrame:
    """Quarter-hour electricity of the steel plant: columns ``start`` (local, naive), ``energy_kwh``.

    The published stamp is the end of the quarter hour, and the day's last reading carries 00:00 with the date
    of the day it closes. File order is the true order (that reading differs from its predecessor by 1.2 kWh
    on average, from the same date's first by 4.1), so the start is counted from the row number.
    """
    raw = pl.read_csv(source, columns=["Usage_kWh"]).head(STEEL_READINGS)
    if raw.height != STEEL_READINGS:
        raise SystemExit(f"{source}: {raw.height} readings, {STEEL_READINGS} needed")
    return raw.with_row_index("n").select(
        start=pl.lit(STEEL_START) + pl.duration(minutes=pl.col("n").cast(pl.Int64) * 15),
        energy_kwh=pl.col("Usage_kWh").cast(pl.Float64),
    )


def measured_only(building: str) -> pl.Expr:
    """The building's hours as metered; null where the sample carries a filled value.

    Two marks give a filled hour away: it lies exactly between its neighbours (linear filling), or repeats the
    hour before it to the last digit (carried forward).
    """
    value = pl.col(building)
    between = ((value.shift(1) + value.shift(-1)) / 2 - value).abs() < 1e-6
    repeated = value == value.shift(1)
    return pl.when(~(between | repeated).fill_null(value=False)).then(value).alias(building)


def building_hours(source: Path) -> pl.DataFrame:
    """Hourly kWh of two buildings: ``start`` (local, naive), ``building_1``, ``building_2``."""
    raw = pl.read_csv(source, try_parse_dates=True).sort("timestamp")
    if raw["timestamp"].diff().drop_nulls().unique().to_list() != [timedelta(hours=1)]:
        raise SystemExit(f"{source}: hours are not consecutive")
    meters = raw.select(pl.col("timestamp").alias("start"), measured_only("building_1"), measured_only("building_2"))
    return meters.head(BUILDING_HOURS)


def trips(source: Path) -> pl.DataFrame:
    """Measured trips of the chosen cars, in their published order.

    Columns: ``vehicle``, ``trip`` (published numbers), ``distance_km``, ``duration_min``,
    ``fuel_energy_kwh``, ``battery_energy_kwh`` (negative when the trip charged the battery).
    """
    raw = pl.read_csv(source, infer_schema_length=None).filter(pl.col("VehId").is_in(TRIP_VEHICLES))
    false_fuel = (pl.col("maf_p95") < ENGINE_NEVER_RAN_AIRFLOW).fill_null(value=False)
    unexplained = (pl.col("fuel_energy_kWh") == 0) & (
        pl.col("battery_energy_kWh") < LEAST_BATTERY_KWH_PER_KM * pl.col("distance_km")
    )
    return (
        raw.filter(~false_fuel & ~unexplained)
        .select(
            vehicle=pl.col("VehId").cast(pl.Int32),
            trip=pl.col("Trip").cast(pl.Int32),
            distance_km=pl.col("distance_km"),
            duration_min=pl.col("duration_min"),
            fuel_energy_kwh=pl.col("fuel_energy_kWh"),
            battery_energy_kwh=pl.col("battery_energy_kWh"),
        )
        .sort("vehicle", "trip")
    )


def main() -> None:
    """Write the three parquet files and print what they hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source_directory", type=Path)
    source = parser.parse_args().source_directory
    frames = {
        "steel_quarter_hours": steel_readings(source / "uci_steel_industry_energy.csv.gz"),
        "building_hours": building_hours(source / "bdg2_hourly_sample_2bldg.csv.gz"),
        "car_trips": trips(source / "ved_trips_hev_phev_ev.csv.gz"),
    }
    OUTPUT_DIRECTORY.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        target = OUTPUT_DIRECTORY / f"{name}.parquet"
        frame.write_parquet(target, compression="zstd", compression_level=19)
        nulls = sum(frame.null_count().row(0))
        print(f"{target.name}: {frame.height} rows, {target.stat().st_size} bytes, {nulls} nulls")


if __name__ == "__main__":
    main()
