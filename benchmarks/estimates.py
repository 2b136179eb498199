"""How fast the estimator is on one core, beside a plain numpy multiplication of the same arrays.

    python benchmarks/estimates.py [--events 1000000]

Mixed events: 45 % transport legs, 25 % delivery rounds, 10 % factories, 20 % warehouses, of 1,000 routes and 50 sites
of each kind. Class level: distance and vehicle class, or a meter reading. Full curve: load, speed, stops, drops, idling
and traffic too. `estimate` makes everything that a stored estimate holds: masses, interval, labels, entity, activity,
fingerprint. Reference: every numeric column of the same frame, as an array of doubles made before the clock runs, times
one array of a constant; all products are kept. One process, one thread, one core; least of several runs, the two in
turn. Reach: 3 million events a second at class level, 1 million over the full curve.
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt
import polars as pl
import polars.selectors as cs
from rich.console import Console
from rich.table import Table
from servers import machine

from carbon_nexus.emissions.estimate import estimate

SEED = 20260318
EVENTS = 1_000_000
RUNS = 7
SINGLE_EVENTS = 200
SHARES = {"logistics": 0.45, "delivery": 0.25, "factory": 0.1, "warehouse": 0.2}
VEHICLES = ("truck_diesel", "van_diesel", "artic_40t", "van_ev", "rigid_18t")
REACH_PER_SECOND = {"class level": 3_000_000, "full curve": 1_000_000}
ONE_THREAD = dict.fromkeys(
    ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """Of one set of events: least seconds of the estimates and of the reference, median ms of a single event.

    `columns` is how many numeric columns the frame has, which is how many products the reference makes.
    """

    level: str
    events: int
    columns: int
    seconds: float
    product_s: float
    single_ms: float

    @property
    def per_second(self) -> float:
        """Events estimated per second."""
        return self.events / self.seconds


def class_level(events: int) -> pl.DataFrame:
    """Events that tell no more than distance and vehicle class, or a meter reading."""
    random = np.random.default_rng(SEED)
    kind = random.choice(list(SHARES), events, p=list(SHARES.values()))
    route, site = random.integers(0, 1000, events), random.integers(0, 50, events)
    numbers = pl.DataFrame({
        "event_type": kind,
        "route": route,
        "site": site,
        "vehicle": random.choice(VEHICLES, events),
        "km": random.uniform(5, 500, events),
        "kwh": random.uniform(10, 5000, events),
    })  # fmt: skip
    road, factory, warehouse = _is("logistics", "delivery"), _is("factory"), _is("warehouse")
    return numbers.select(
        "event_type",
        pl.format("Supplier {}", "site").alias("supplier_id"),
        pl.when(road).then("vehicle").alias("vehicle_type"),
        pl.when(road).then(pl.format("Route {}", "route")).alias("route_id"),
        pl.when(factory).then(pl.format("Factory {}", "site")).alias("factory_id"),
        pl.when(warehouse).then(pl.format("Warehouse {}", "site")).alias("warehouse_id"),
        pl.when(road).then("km").alias("distance_km"),
        pl.when(~road).then("kwh").alias("energy_kwh"),
    )


def full_curve(events: int) -> pl.DataFrame:
    """The same events, with everything that the model of a trip reads."""
    random = np.random.default_rng([SEED, 1])
    told = {
        "load_kg": random.uniform(0, 20_000, events),
        "speed": random.uniform(15, 95, events),
        "stop_events": random.integers(0, 200, events).astype(np.float64),
        "idle_hours": random.uniform(0, 2, events),
    }
    of_round = {
        "traffic_score": random.uniform(1, 10, events),
        "delivery_count": random.integers(10, 150, events).astype(np.float64),
    }
    road, delivery = _is("logistics", "delivery"), _is("delivery")
    return class_level(events).with_columns(
        *(pl.when(road).then(pl.Series(values)).alias(name) for name, values in told.items()),
        *(pl.when(delivery).then(pl.Series(values)).alias(name) for name, values in of_round.items()),
    )


def _is(*event_types: str) -> pl.Expr:
    return pl.col("event_type").is_in(event_types)


def measure(level: str, events: int) -> Measured:
    """Time one set of events; in a process that `pin` made one of one core."""
    frame = {"class level": class_level, "full curve": full_curve}[level](events)
    arrays = [column.fill_null(np.nan).to_numpy() for column in frame.select(cs.numeric())]
    constant = np.full(events, 1.1)
    seconds, product_s = [], []
    for _ in range(RUNS):
        seconds.append(_seconds(lambda: estimate(frame)))
        product_s.append(_seconds(lambda: [array * constant for array in arrays]))
    return Measured(level, events, len(arrays), min(seconds), min(product_s), _single_ms(frame))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _single_ms(frame: pl.DataFrame) -> float:
    """Median time of one event alone; a fast wrong answer does not count, so each must be what the batch said."""
    first, ms = estimate(frame).head(SINGLE_EVENTS), []
    assert not first["co2e_kg"].null_count()
    for row in range(first.height):
        started = time.perf_counter()
        found = estimate(frame[row])
        ms.append(1000 * (time.perf_counter() - started))
        assert found.equals(first[row])
    return median(ms)


def pin() -> None:
    """Keep this process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def report(measured: list[Measured]) -> Table:
    """One row per level; `x product` is the time beside that of the reference."""
    table = Table("events", "level", "s", "events/s", "reach", "columns", "product s", "x product", "one event ms")
    for each in measured:
        reach = REACH_PER_SECOND[each.level]
        met = "met" if each.per_second >= reach else "missed"
        table.add_row(
            f"{each.events:,}", each.level, f"{each.seconds:.3f}", f"{each.per_second:,.0f}", f"{reach:,} {met}",
            str(each.columns), f"{each.product_s:.4f}", f"{each.seconds / each.product_s:.0f}",
            f"{each.single_ms:.1f}",
        )  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=EVENTS, help="number of events")
    events = parser.parse_args().events
    console = Console(width=150)
    console.print(machine())
    os.environ |= ONE_THREAD  # read by the libraries when a process starts, hence a new one
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, initializer=pin) as processes:
        measured = [processes.submit(measure, level, events).result() for level in REACH_PER_SECOND]
    console.print(report(measured))
    console.print(f"one core, one thread; least of {RUNS} runs; one event: median of {SINGLE_EVENTS}")


if __name__ == "__main__":
    main()
