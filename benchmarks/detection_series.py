"""The series of the detection benchmark: labelled ones as they are, and normal ones with events written into them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SEED = 20261126
DATA = Path(__file__).parents[2] / "shared" / "science" / "data" / "detection"
WARM_UP_DAYS = 28  # not judged
EVENTS_A_SERIES = 3
LEAST_DAYS = 250  # of a series that events are written into


@dataclass(frozen=True)
class Series:
    """One meter: `hours` since 1970, `slots` 0 to 167 from Monday 00, values (NaN: missing), and which are labelled."""

    name: str
    hours: Floats
    slots: npt.NDArray[np.int16]
    values: Floats
    labels: Flags
    daily: bool = False

    @property
    def days(self) -> npt.NDArray[np.int64]:
        """Day since 1970 of each value."""
        return (self.hours // 24).astype(np.int64)

    @property
    def judged(self) -> Flags:
        """After the warm-up, and not missing."""
        return np.asarray((self.hours >= self.hours[0] + 24 * WARM_UP_DAYS) & np.isfinite(self.values))


def labelled(data: Path, name: str) -> list[Series]:
    """Series of one labelled file."""
    return list(_split(pl.read_parquet(data / f"{name}_labelled.parquet"), "entity", "ts", "value"))


def grid(data: Path) -> list[Series]:
    """Hourly load of grid zones, taken to be normal."""
    return list(_split(pl.read_parquet(data / "grid_hourly_load.parquet"), "entity", "ts", "value"))


def daily(data: Path) -> list[Series]:
    """Daily sums of at least LEAST_DAYS days, taken to be normal."""
    found = _split(pl.read_parquet(data / "daily_series.parquet"), "series", "ds", "y")
    return [replace(one, daily=True) for one in found if len(one.values) >= LEAST_DAYS]


def _split(frame: pl.DataFrame, name: str, at: str, value: str) -> Iterator[Series]:
    flag = pl.col("label") > 0 if "label" in frame.columns else pl.lit(False)
    columns = frame.sort(name, at).select(
        pl.col(name).cast(pl.String),
        hours=pl.col(at).dt.epoch("s") / 3600,
        slots=((pl.col(at).dt.weekday() - 1).cast(pl.Int16) * 24 + pl.col(at).dt.hour()).cast(pl.Int16),
        values=pl.col(value).cast(pl.Float64).fill_null(np.nan),
        labels=flag,
    )
    for (one,), rows in columns.group_by(name, maintain_order=True):
        hours, slots, values, labels = (rows[column].to_numpy() for column in ("hours", "slots", "values", "labels"))
        yield Series(str(one), hours, slots, values, labels)


@dataclass(frozen=True)
class Kind:
    """A kind of event to be written in: `values(normal values, slots)` for `length` observations of it.

    Found is an event with an alarm among its first `within` observations.
    """

    name: str
    length: int
    within: int
    values: Callable[[Floats, npt.NDArray[np.int16]], Floats]


def _times(factor: float) -> Callable[[Floats, npt.NDArray[np.int16]], Floats]:
    return lambda values, slots: values * factor


def _rising(values: Floats, slots: npt.NDArray[np.int16]) -> Floats:
    return values * np.linspace(1, 1.3, len(values))


def _off_hours(values: Floats, slots: npt.NDArray[np.int16]) -> Floats:
    """A night that runs like the day."""
    night = (slots % 24 >= 21) | (slots % 24 < 6)
    day = np.nanquantile(values, 0.8) if np.isfinite(values).any() else np.nan
    return np.where(night, np.maximum(values, day), values)


HOURLY_KINDS = (
    Kind("3 h spike +30 %", 3, 3, _times(1.3)),
    Kind("3 h spike +60 %", 3, 3, _times(1.6)),
    Kind("24 h block +15 %", 24, 24, _times(1.15)),
    Kind("24 h block +30 %", 24, 24, _times(1.3)),
    Kind("24 h block +50 %", 24, 24, _times(1.5)),
    Kind("off-hours run", 24, 24, _off_hours),
    Kind("level shift +20 %", 21 * 24, 7 * 24, _times(1.2)),
    Kind("level shift +40 %", 21 * 24, 7 * 24, _times(1.4)),
    Kind("28-day drift to +30 %", 28 * 24, 28 * 24, _rising),
)
DAILY_KINDS = (
    Kind("1 day +30 %", 1, 1, _times(1.3)),
    Kind("1 day +60 %", 1, 1, _times(1.6)),
    Kind("3 days +15 %", 3, 3, _times(1.15)),
    Kind("3 days +30 %", 3, 3, _times(1.3)),
    Kind("3 days +50 %", 3, 3, _times(1.5)),
    Kind("level shift +20 %", 21, 7, _times(1.2)),
    Kind("level shift +40 %", 21, 7, _times(1.4)),
    Kind("28-day drift to +30 %", 28, 28, _rising),
)


def injected(series: list[Series], kind: Kind) -> list[Series]:
    """Copies with a few events of one kind each; their labels are the hours in which the event counts as found.

    Events stand at least six weeks apart, so that one is over before the next comes. Only normal hours are taken.
    """
    return [_injected(one, kind, np.random.default_rng([SEED, number])) for number, one in enumerate(series)]


def _injected(one: Series, kind: Kind, random: np.random.Generator) -> Series:
    a_day = 1 if one.daily else 24
    first, last = WARM_UP_DAYS * a_day + 14 * a_day, len(one.values) - kind.length
    room = (last - first) // EVENTS_A_SERIES
    values, labels = one.values.copy(), np.zeros(len(one.values), np.bool_)
    for number in range(EVENTS_A_SERIES):
        start = first + number * room + int(random.integers(max(room - kind.length - 42 * a_day, 1)))
        event = slice(start, start + kind.length)
        values[event] = kind.values(one.values[event], one.slots[event])
        labels[start : start + kind.within] = True
    return replace(one, values=values, labels=labels)


def normal_parts(series: list[Series]) -> list[Series]:
    """The series with three days on either side of a label labelled too: the rest is taken to be normal."""
    reach = np.ones(2 * 3 * 24 + 1)
    return [replace(one, labels=np.convolve(one.labels.astype(float), reach, "same") > 0) for one in series]


def hourly(data: Path) -> list[Series]:
    """Normal hourly series: grid zones, and buildings away from their labels."""
    return [*normal_parts(labelled(data, "building_meters")), *grid(data)]
