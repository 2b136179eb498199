"""The series of the forecast benchmark: public daily sums and means, and the moments from which they are forecast."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]

WEEK = 7
ORIGINS = 12
HISTORY_DAYS = 400  # what the product looks back
WHOLE_DAY = 0.9  # of a day's readings: with fewer the day is missing


@dataclass(frozen=True)
class Series:
    """Daily `values` (NaN: missing) from `first` on; `group` is where they come from."""

    group: str
    name: str
    first: date
    values: Floats

    def origins(self) -> list[int]:
        """Twelve days to forecast from, the last one a week before the end; 27 days apart, 13 in a short series.

        Neither is a multiple of a week: each step ahead meets each weekday.
        """
        step = 27 if len(self.values) >= HISTORY_DAYS + ORIGINS * 27 else 13
        last = len(self.values) - WEEK
        return [last - back * step for back in reversed(range(ORIGINS))]

    def day(self, index: int) -> date:
        """The day of a value."""
        return self.first + timedelta(days=index)


def public(data: Path) -> list[Series]:
    """All public series of the directory, in a fixed order."""
    several = _daily(data), cities(data), _household(data)
    single = _grid(data), _load(data), _steel(data)
    found = [one for each in several for one in each] + list(single)
    return list({one.name: one for one in found}.values())  # seven cities stand in two files


def cities(data: Path) -> Iterator[Series]:
    """CO2 of four cities by sector, kt a day (Carbon Monitor Cities)."""
    rows = pl.read_csv(data / "carbon_monitor_cities_daily_2021_2025.csv.gz").with_columns(
        pl.col("date").str.to_date(), name=pl.col("city") + "|" + pl.col("sector")
    )
    for (name,), days in rows.group_by("name", maintain_order=True):
        yield _series("cities", str(name), days["date"], days["ktco2_per_day"])


def _daily(data: Path) -> Iterator[Series]:
    rows = pl.read_parquet(data / "detection" / "daily_series.parquet").with_columns(pl.col("ds").cast(pl.Date))
    for (group, name), days in rows.sort("group", "series", "ds").group_by("group", "series", maintain_order=True):
        yield _series(str(group), str(name), days["ds"], days["y"])


def _household(data: Path) -> Iterator[Series]:
    rows = pl.read_csv(data / "uci_household_power_daily.csv", schema_overrides={"date": pl.Date})
    for name in ("energy_kwh", "Sub_metering_1", "Sub_metering_3"):
        yield _series("household", f"uci_house|{name}", rows["date"], rows[name])


def _grid(data: Path) -> Series:
    rows = pl.read_csv(data / "gb_grid_carbon_intensity_hourly_2020_2025.csv.gz")
    days = _by_day(rows, pl.col("utc").str.slice(0, 10).str.to_date(), pl.col("gco2_per_kwh").mean(), 24)
    return _series("grid", "gb_intensity", days["day"], days["value"])


def _load(data: Path) -> Series:
    rows = pl.read_csv(data / "pjm_aep_hourly_load.csv.gz")
    # the hour stands at its end: 0:00 belongs to the day before
    day = (pl.col("datetime").str.to_datetime("%m/%d/%Y %H:%M") - pl.duration(hours=1)).dt.date()
    days = _by_day(rows, day, pl.col("load").sum(), 24)
    return _series("PJM", "AEP", days["day"], days["value"])


def _steel(data: Path) -> Series:
    rows = pl.read_csv(data / "uci_steel_industry_energy.csv.gz", infer_schema_length=None)
    day = pl.col("date").str.split(" ").list.first().str.to_date("%d/%m/%Y")
    days = _by_day(rows, day, pl.col("Usage_kWh").sum(), 96)
    return _series("steel", "steel_kwh", days["day"], days["value"])


def _by_day(rows: pl.DataFrame, day: pl.Expr, value: pl.Expr, readings: int) -> pl.DataFrame:
    days = rows.group_by(day=day).agg(value=value, readings=pl.len()).sort("day")
    whole = pl.col("readings") >= WHOLE_DAY * readings
    return days.with_columns(pl.when(whole).then(pl.col("value").cast(pl.Float64)))


def _series(group: str, name: str, days: pl.Series, values: pl.Series) -> Series:
    """One value a day from the first day to the last one."""
    found = pl.DataFrame({"day": days, "value": values.cast(pl.Float64)}).sort("day")
    spine = pl.DataFrame({"day": pl.date_range(found.item(0, "day"), found.item(-1, "day"), eager=True)})
    filled = spine.join(found, on="day", how="left", maintain_order="left")
    return Series(group, name, filled["day"][0], filled["value"].fill_null(np.nan).to_numpy())
