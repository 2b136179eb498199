"""Seeded activity events for benchmarks: 50 entities of all four kinds, the same for every run and machine.

Made chunk by chunk, so that a benchmark of a million events never holds a million rows of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl
import polars.selectors as cs

from carbon_nexus.activities.model import EVENT_SCHEMA
from carbon_nexus.db.columns import MOMENT_FORMAT

SEED = 20260318
ROWS_PER_CHUNK = 100_000
SHARES = {"logistics": 0.4, "delivery": 0.2, "factory": 0.2, "warehouse": 0.2}
ENTITIES = {"logistics": 20, "delivery": 10, "factory": 10, "warehouse": 10}
SUPPLIERS = 12
UNUSUAL_SHARE, UNUSUAL_FACTOR = 0.002, 2.5
LEFT_OUT = ("fuel_litres", "idle_hours", "gas_kwh", "furnace_unit", "period_hours", "simulated", "source_zone")
COLUMNS = tuple(name for name in EVENT_SCHEMA if name not in LEFT_OUT)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """`events` events, evenly at random over `span` up to `end`; every event has 11 or 12 values beside its id."""

    events: int
    span: timedelta
    end: datetime

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Event frames of at most ROWS_PER_CHUNK rows, oldest chunk first; each is made when it is asked for."""
        starts = range(0, self.events, ROWS_PER_CHUNK)
        for number, start in enumerate(starts):
            height = min(ROWS_PER_CHUNK, self.events - start)
            first = self.end - self.span * ((self.events - start) / self.events)
            yield _chunk(np.random.default_rng([SEED, number]), height, first, self.span * (height / self.events))


def csv_of(frame: pl.DataFrame) -> bytes:
    """The frame as CSV without a header, as COPY reads it."""
    return frame.write_csv(include_header=False, datetime_format=MOMENT_FORMAT).encode()


def _chunk(random: np.random.Generator, height: int, first: datetime, span: timedelta) -> pl.DataFrame:
    kinds = random.choice(list(SHARES), height, p=list(SHARES.values()))
    entity = random.integers(0, np.array([ENTITIES[kind] for kind in SHARES])[_codes(kinds)])
    offsets_us = np.sort(random.integers(0, int(span / timedelta(microseconds=1)), height))
    spread = random.lognormal(0.0, 0.12, height)
    unusual = np.where(random.random(height) < UNUSUAL_SHARE, UNUSUAL_FACTOR, 1.0)
    ids = random.integers(0, 2**63, (height, 2))
    frame = pl.DataFrame({"event_type": kinds, "entity": entity, "spread": spread, "unusual": unusual}).with_columns(
        timestamp=pl.lit(first) + pl.Series(offsets_us).cast(pl.Duration("us")),
        external_id=pl.Series([f"{one:016x}{two:016x}" for one, two in ids.tolist()]),
        hour=(pl.lit(first) + pl.Series(offsets_us).cast(pl.Duration("us"))).dt.hour(),
    )
    values = _values()
    return frame.select(values[name].cast(EVENT_SCHEMA[name]).alias(name) for name in COLUMNS).with_columns(
        cs.float().round(2)  # as meters and waybills give them
    )


def _codes(kinds: npt.NDArray[np.str_]) -> npt.NDArray[np.intp]:
    codes = {kind: number for number, kind in enumerate(SHARES)}
    return np.array([codes[kind] for kind in kinds.tolist()])


def _values() -> dict[str, pl.Expr]:
    """What stands in each column: a lane has its distance, a site its load over the day; the rest is noise."""
    entity, spread, unusual, hour = (pl.col(name) for name in ("entity", "spread", "unusual", "hour"))
    road = ("logistics", "delivery")
    by_day = 1 + 0.5 * ((hour >= 7) & (hour < 19)).cast(pl.Float64)
    of = pl.col("event_type").is_in
    return {
        "event_type": pl.col("event_type"),
        "supplier_id": pl.format("Supplier {}", (entity * 7 + pl.col("event_type").str.len_chars()) % SUPPLIERS),
        "timestamp": pl.col("timestamp"),
        "vehicle_type": _one_of({"logistics": pl.lit("truck"), "delivery": pl.lit("van")}),
        "fuel_type": pl.when(of(road)).then(
            pl.when(entity % 5 == 4).then(pl.lit("electric")).otherwise(pl.lit("diesel"))
        ),
        "route_id": _one_of({"logistics": pl.format("R-{}", entity), "delivery": pl.format("D-{}", entity)}),
        "warehouse_id": _one_of({"warehouse": pl.format("W-{}", entity)}),
        "factory_id": _one_of({"factory": pl.format("F-{}", entity)}),
        "distance_km": _one_of({"logistics": (60 + 20 * entity) * spread, "delivery": (25 + 5 * entity) * spread}),
        "load_kg": _one_of({"logistics": 11_000 * spread / unusual}),
        "speed": _one_of({"logistics": 62 * spread, "delivery": 27 * spread}),
        "energy_kwh": _one_of({
            "factory": (3_000 + 400 * entity) * by_day * spread * unusual,
            "warehouse": (300 + 40 * entity) * by_day * spread * unusual,
        }),
        "furnace_usage": _one_of({"factory": 1.2 * spread}),
        "cooling_load": _one_of({"factory": 300 * spread}),
        "shift_hours": _one_of({"factory": pl.lit(8.0), "warehouse": pl.lit(8.0)}),
        "temperature": _one_of({"factory": 21 * spread, "warehouse": 4 * spread}),
        "refrigeration_load": _one_of({"warehouse": 2.1 * spread}),
        "inventory_volume": _one_of({"warehouse": (400 + 30 * entity) * spread}),
        "traffic_score": _one_of({"delivery": (5 * spread).clip(0, 10)}),
        "stop_events": _one_of({"logistics": (3 * spread).round()}),
        "delivery_count": _one_of({"delivery": (60 * spread / unusual).round()}),
        "source": pl.lit("benchmark"),
        "external_id": pl.col("external_id"),
    }  # fmt: skip


def _one_of(by_type: dict[str, pl.Expr]) -> pl.Expr:
    return pl.coalesce(
        *(pl.when(pl.col("event_type") == event_type).then(value) for event_type, value in by_type.items())
    )
