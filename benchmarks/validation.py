"""How far estimates are from measurements, and how often the stated 95 % interval holds the measured value.

    python benchmarks/validation.py [--more DIRECTORY]

Measured means: the same trip or building with its litres and kWh, by the same factors; so an error here is one of
energy per km or per m2, not of the factor. Calibration is the engine's own, by trips before or beside those it is
tested on. Two of the sets may not be passed on (data/SOURCES.md); they are read from DIRECTORY where you have them.
The reference column holds what the same set gave before this program existed.
Reach: published rows to the last digit, and between 90 and 99 % of measured values inside their interval.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from rich.console import Console
from rich.table import Table

from carbon_nexus.activities.vehicles import PLAIN_HGV_CLASSES
from carbon_nexus.calibrations.calibrate import LATEST_TRIPS, LEAST_TRIPS, Calibration, fit, fits
from carbon_nexus.demo.datasets import journeys, packaged
from carbon_nexus.emissions.curves import energy_mj_per_km
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import DEFAULT_BASIS
from carbon_nexus.emissions.road import load_line
from carbon_nexus.factors.library import energy_functions, factor_set
from carbon_nexus.factors.model import CHECK_SPEEDS_KMH

Floats = npt.NDArray[np.float64]

DATA = Path(__file__).parent / "data"
REACH = (0.90, 0.99)
LEAST_JUDGED = 60  # of fewer, all may lie inside a true 95 % interval by chance (.95 ** 60 = 5 %)
MEASUREMENTS = ("fuel_litres", "energy_kwh", "gas_kwh")
MODELLED = ("measured_kg", "modelled_kg", "low_kg", "high_kg")
SOME_DAY = datetime(2026, 3, 18, tzinfo=UTC)  # order alone counts


@dataclass(frozen=True)
class Figure:
    """One line of the result: `value` and `reference` as printed; `reached` None where nothing is to be reached."""

    part: str
    rows: int
    what: str
    value: str
    reference: str = ""
    reached: bool | None = None


@dataclass(frozen=True)
class Trips:
    """Measured trips of one vehicle in the order they were driven, as events with litres or kWh."""

    name: str
    events: pl.DataFrame


def identities() -> Iterator[Figure]:
    """Published rows against what `estimate` makes of one kilometre, and EEA's own check values."""
    rows = list(_published_rows())
    events = pl.DataFrame([event for event, _ in rows], infer_schema_length=None)
    ours = estimate(events).select("ttw_kg", "wtt_kg").to_numpy().round(5)
    published = np.array([expected for _, expected in rows])
    same = int((ours == published).all(axis=1).sum())
    yield Figure("factors", len(rows), "DESNZ rows to five digits", f"{same} the same", "all", same == len(rows))
    functions = energy_functions()
    check = np.array([one.check_mj_per_km for one in functions])
    speeds = np.array(CHECK_SPEEDS_KMH, float)
    same = int((np.array([energy_mj_per_km(one, speeds) for one in functions]).round(4) == check).sum())
    yield Figure("factors", check.size, "EEA check values", f"{same} the same", "all", same == check.size)


def _published_rows() -> Iterator[tuple[dict[str, object], tuple[float, float]]]:
    """An event of one kilometre and the direct and upstream kg that DESNZ prints for it."""
    factors = factor_set()
    for vehicle in (*PLAIN_HGV_CLASSES, *(f"{name}_refrigerated" for name in PLAIN_HGV_CLASSES)):
        payload_kg = load_line(factors, vehicle)[2] * 1000
        for row, load_kg in (("average-laden", None), ("0-percent-laden", 0.0), ("100-percent-laden", payload_kg)):
            yield _kilometre(vehicle, "diesel", f"{vehicle.replace('_', '-')}/{row}/km", load_kg)
    for vehicle in ("van_class_1", "van_class_2", "van_class_3", "van_average", "car"):
        slug = "car-average" if vehicle == "car" else vehicle.replace("_", "-")
        for fuel in ("diesel", "petrol", "lpg", "cng"):
            if factors.get(f"{slug}/{fuel}/km"):
                yield _kilometre(vehicle, fuel, f"{slug}/{fuel}/km")
    yield _kilometre("motorbike", "petrol", "motorbike-average/km")


def _kilometre(
    vehicle: str, fuel: str, name: str, load_kg: float | None = None
) -> tuple[dict[str, object], tuple[float, float]]:
    factor = factor_set().find(name)
    assert factor.direct is not None
    assert factor.upstream is not None
    event = {"event_type": "logistics", "vehicle_type": vehicle, "fuel_type": fuel, "distance_km": 1.0}
    return event | {"load_kg": load_kg}, (factor.direct, factor.upstream)


def plug_in_trips() -> list[Trips]:
    """1,303 trips of eight plug-in hybrid cars (VED), litres and battery kWh from the cars' own diagnostics."""
    cars = packaged("car_trips")["vehicle"].unique(maintain_order=True).to_list()
    return [Trips(f"car {car}", _driven(journeys(car, 1), "plug_in_hybrid")) for car in cars]


def petrol_trips(directory: Path) -> list[Trips]:
    """210 trips of one petrol car, litres from its on-board display."""
    rows = pl.read_csv(directory / "car_fuel_consume_measured.csv", infer_schema_length=None)
    litres = pl.col("distance") * pl.col("consume") / 100
    return [Trips("car", _driven(rows.select(distance_km="distance", speed="speed", fuel_litres=litres), "petrol"))]


def electric_trips(directory: Path) -> list[Trips]:
    """104 road trips of one light electric car; kWh taken from the battery, so without the losses of charging."""
    rows = pl.read_csv(directory / "bev_trips_measured_motives.csv").filter(pl.col("kind") == "real")
    kwh = pl.col("battery_energy_net_kwh")
    trips = rows.select("distance_km", speed="mean_speed_kmh", energy_kwh=kwh)
    return [Trips("car", _driven(trips, "electric"))]


def _driven(trips: pl.DataFrame, fuel: str) -> pl.DataFrame:
    named = {"event_type": "logistics", "vehicle_type": "car", "fuel_type": fuel}
    return trips.with_columns(pl.lit(value).alias(name) for name, value in named.items())


def compared(events: pl.DataFrame) -> pl.DataFrame:
    """The events measured above zero, with `measured_kg`, and `modelled_kg`, `low_kg`, `high_kg` by `modelled`."""
    measured = estimate(events).select("tier", measured_kg="co2e_kg")
    both = modelled(events.hstack(measured))
    return both.filter((pl.col("tier") == "T1") & (pl.col("measured_kg") > 0)).drop("tier")


def modelled(events: pl.DataFrame) -> pl.DataFrame:
    """The events with what the estimator says when it does not see the measurements."""
    blind = estimate(events.drop(MEASUREMENTS, strict=False))
    found = blind.select("low_kg", "high_kg", modelled_kg="co2e_kg")
    return events.drop(found.columns, strict=False).hstack(found)


def trip_figures(part: str, trips: list[Trips], reference: str) -> Iterator[Figure]:
    """Level, error and coverage of the class estimate; then coverage after calibration, on trips it has not seen."""
    sets = [compared(each.events) for each in trips]
    rows = pl.concat(sets)
    yield from _level(part, rows)
    first = [calibrated(each, LEAST_TRIPS, None) for each in sets]
    half = [calibrated(each, each.height // 2, None) for each in sets]
    latest = [calibrated(each, LEAST_TRIPS, LATEST_TRIPS) for each in sets]
    yield _covered(part, f"calibrated on the first {LEAST_TRIPS}", first)
    yield _covered(part, "calibrated on the first half", half)
    yield _covered(part, f"calibrated on the {LATEST_TRIPS} before", latest)
    if len(sets) > 1:
        yield _covered(part, "calibrated on the other vehicles", list(calibrated_by_others(sets)))
    rest = pl.concat(half)
    yield Figure(part, rest.height, "error of a trip, calibrated (MAPE)", f"{_mape(rest):.1%}", reference)


def _level(part: str, rows: pl.DataFrame) -> Iterator[Figure]:
    bias = _column(rows, "modelled_kg").sum() / _column(rows, "measured_kg").sum() - 1
    yield Figure(part, rows.height, "class estimate over measured total", f"{bias:+.1%}")
    yield Figure(part, rows.height, "error of one estimate (MAPE)", f"{_mape(rows):.1%}")
    yield _covered(part, "class interval", [rows])


def calibrated(trips: pl.DataFrame, start: int, latest: int | None) -> pl.DataFrame:
    """The trips after `start`, modelled again with what the trips before them say.

    `latest` None: one fit on the first `start` trips. Else a fit before every trip, on that many trips at most.
    """
    rows = range(start, trips.height)
    if latest is None:
        fits = [fitted(trips.head(start))] * len(rows)
    else:
        fits = [fitted(trips.slice(max(0, row - latest), min(row, latest))) for row in rows]
    return _recalibrated(trips.slice(start), fits)


def calibrated_by_others(sets: list[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Each vehicle's trips, modelled again with what the class's other vehicles say together."""
    for number, trips in enumerate(sets):
        others = pl.concat(
            each.with_row_index("event_id").with_columns(
                event_time=pl.lit(SOME_DAY) + pl.duration(hours="event_id"),
                entity=pl.lit(str(other)),
                entity_type=pl.lit("route"),
            )
            for other, each in enumerate(sets)
            if other != number
        )
        (found,) = fits(others.drop(MODELLED), DEFAULT_BASIS).filter(pl.col("level") == "class").to_dicts()
        assert found["why_not"] is None
        learnt = Calibration(found["ratio"], found["half_width"], found["sample"])
        yield _recalibrated(trips, [learnt] * trips.height)


def fitted(trips: pl.DataFrame) -> Calibration:
    """What the engine learns from these trips of one vehicle."""
    of_class = float(np.median(_column(trips, "high_kg") / _column(trips, "modelled_kg") - 1))
    found = fit(_column(trips, "measured_kg"), _column(trips, "modelled_kg"), of_class)
    assert isinstance(found, Calibration), found
    return found


def _recalibrated(trips: pl.DataFrame, learnt: list[Calibration]) -> pl.DataFrame:
    told = {
        "calibration_ratio": [each.ratio for each in learnt],
        "calibration_spread": [each.half_width for each in learnt],
    }
    return modelled(trips.with_columns(pl.Series(name, values) for name, values in told.items()))


def _covered(part: str, what: str, sets: list[pl.DataFrame]) -> Figure:
    """Share of measured values inside their interval; the worst set beside it. Few rows cannot miss the reach."""
    inside = [
        _column(each.select(pl.col("measured_kg").is_between("low_kg", "high_kg")), "measured_kg") for each in sets
    ]
    every = np.concatenate(inside)
    worst = f", worst {min(each.mean() for each in inside):.0%}" if len(inside) > 1 else ""
    reached = bool(REACH[0] <= every.mean() <= REACH[1]) if len(every) >= LEAST_JUDGED else None
    return Figure(part, len(every), f"inside: {what}", f"{every.mean():.1%}{worst}", "90-99 %", reached)


def _mape(rows: pl.DataFrame) -> float:
    return float(np.mean(np.abs(_column(rows, "modelled_kg") / _column(rows, "measured_kg") - 1)))


def _column(rows: pl.DataFrame, name: str) -> Floats:
    return rows[name].to_numpy().astype(np.float64)


def building_figures() -> Iterator[Figure]:
    """A year of 271 buildings: metered electricity and gas against floor area and use alone."""
    part = "buildings"
    rows = pl.read_csv(DATA / "seattle_warehouses_2016.csv")
    both = compared(rows.with_columns(event_type=pl.lit("warehouse"), period_hours=pl.lit(8760.0)))
    error = np.exp(np.median(np.abs(np.log(_column(both, "modelled_kg") / _column(both, "measured_kg")))))
    yield Figure(part, both.height, "benchmark estimate, median error", f"x or / {error:.2f}")
    yield _covered(part, "benchmark interval", both.partition_by("building_use", maintain_order=True))
    per_m2 = rows.select("building_use", kwh=pl.col("energy_kwh") / pl.col("floor_area_m2"))
    uses = [each["kwh"].to_numpy() for each in per_m2.partition_by("building_use")]
    inside = np.concatenate([_inside_the_others(each) for each in uses])
    yield Figure(part, rows.height, "kWh/m2 within p10-p90 of the others", f"{inside.mean():.1%}", "80 %")


def _inside_the_others(values: Floats) -> npt.NDArray[np.bool_]:
    """Whether each value lies between the 10th and 90th percentile of all the others."""
    ends = (np.quantile(np.delete(values, row), (0.1, 0.9)) for row in range(len(values)))
    return np.array([low <= value <= high for value, (low, high) in zip(values, ends, strict=True)])


def curve_figures(directory: Path) -> Iterator[Figure]:
    """Whether a petrol car's measured litres follow EEA's curve better than one constant, each scaled to the car."""
    (trips,) = petrol_trips(directory)
    litres = (trips.events["fuel_litres"] / trips.events["distance_km"]).to_numpy()
    wanted = ("car", "Small", "petrol")
    (curve,) = (one for one in energy_functions() if (one.category, one.segment, one.fuel) == wanted)
    shape = energy_mj_per_km(curve, trips.events["speed"].cast(pl.Float64).to_numpy())
    for what, model, reference in (("one constant", np.ones_like(shape), "12.5 %"), ("EEA curve", shape, "14.3 %")):
        error = np.mean(np.abs(model * np.median(litres / model) / litres - 1))
        yield Figure("petrol car", len(litres), f"litres by {what}, scaled (MAPE)", f"{error:.1%}", reference)


def figures(more: Path | None) -> Iterator[Figure]:
    """Everything that can be run here; what cannot says so."""
    yield from identities()
    yield from trip_figures("plug-in hybrid cars", plug_in_trips(), "")
    if more:
        yield from trip_figures("petrol car", petrol_trips(more), "12.5 % (one constant)")
        yield from curve_figures(more)
        yield from trip_figures("electric car", electric_trips(more), "10.8 % (one constant)")
    else:
        yield Figure("petrol car", 0, "not run: needs --more", "")
        yield Figure("electric car", 0, "not run: needs --more", "")
    yield from building_figures()
    lorries = "not run: no licence to pass trips on"
    yield Figure("lorries", 0, lorries, "", "EEA 13.4 %, constant 35.9 % (WAPE, 5 km)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--more", type=Path, help="directory of the two sets that are not shipped")
    table = Table("part", "n", "figure", "here", "reference", "reach")
    for each in figures(parser.parse_args().more):
        reached = {None: "", True: "met", False: "missed"}[each.reached]
        table.add_row(each.part, f"{each.rows:,}" if each.rows else "", each.what, each.value, each.reference, reached)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
