"""What measured trips teach about the model: a ratio per entity and per class, and how far trips stray from it. Pure.

    ratio      = median of measured / modelled over the latest 100 trips
    half-width = e^r - 1, r = max(k-th smallest |ln(measured / (modelled x ratio))|, share x the class's own, in logs)

Measured and modelled are by the same factors, so the ratio is one of energy. With k = .95 (n + 1) a further trip of the
same kind lies outside in 5 % of cases, whatever the distribution.

The share is .5 for an entity's own trips, against what a few weeks do not show, such as a plug-in that is not charged
in winter: fitted on the first 20 to 50 trips of ten measured cars, the interval held 96 to 97 % of the later ones
(worst car 88), without it 87 to 89 % (worst 59); refitted on the latest 100 it held 96.5 % (worst 94). It is 1 for a
class, as another vehicle differs more than another trip: fitted on one to seven of eight cars, the interval held 93 to
98 % of the other cars' trips, with .5 only 83 to 92 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from carbon_nexus.activities.vehicles import HGV_CLASSES, resolve
from carbon_nexus.emissions.account import Floats
from carbon_nexus.emissions.entity import ROAD_TYPES
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.inputs import CALIBRATION
from carbon_nexus.emissions.model import Basis, Energy, Tier

LEAST_TRIPS = 20
LATEST_TRIPS = 100
COVERED = 0.95
KEPT_OF_CLASS_WIDTH = {"entity": 0.5, "class": 1.0}
PLAUSIBLE = (0.2, 5.0)  # no vehicle burns five times what its class does: another ratio is a matter of units
WIDEST = 9.0  # the same for trips that stray from their own median by a factor of ten
NEWS = 0.01  # a refit that moves neither ratio nor half-width by one per cent changes no estimate worth a new row

# Half a year: a vehicle that is measured once a week gets its 20 trips. The store reads the latest 100 of each entity.
WINDOW = timedelta(days=182)

MEASUREMENTS = ("fuel_litres", "energy_kwh")
ENTITY_KEY = ("entity_type", "entity")
CLASS_KEY = ("event_type", "vehicle_class", "fuel")
FIT_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("level", *ENTITY_KEY, *CLASS_KEY, "quantity"), pl.String()),
    "ratio": pl.Float64(),
    "half_width": pl.Float64(),
    "sample": pl.Int64(),
    "first_event_at": pl.Datetime("us", "UTC"),
    "last_event_at": pl.Datetime("us", "UTC"),
}
"""A calibration; entity_type and entity are null where `level` is "class"."""
LIVE_SCHEMA = {"calibration_id": pl.Int64(), **FIT_SCHEMA}
_GIVEN = dict(zip(("ratio", "half_width", "calibration_id"), (*CALIBRATION, "calibration_id"), strict=True))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Measured over modelled, and the relative half-width of what it leads to: from kg / (1 + w) to kg x (1 + w)."""

    ratio: float
    half_width: float
    sample: int


@dataclass(frozen=True, slots=True)
class NotEnough:
    """Why these trips give no calibration."""

    reason: str


def fit(measured_kg: Floats, modelled_kg: Floats, class_half_width: float) -> Calibration | NotEnough:
    """The calibration of an entity by its trips, oldest first; of more than LATEST_TRIPS the latest count.

    `class_half_width` is the relative half-width of the estimates that are not calibrated. Pairs that are not both
    finite and above zero say nothing.
    """
    trips = pl.DataFrame({"measured_kg": measured_kg, "modelled_kg": modelled_kg}, nan_to_null=True)
    latest = trips.filter(_comparable()).tail(LATEST_TRIPS).with_columns(class_half_width=pl.lit(class_half_width))
    (row,) = latest.select(_statistics("entity")).with_columns(_why_not()).to_dicts()
    if row["why_not"]:
        return NotEnough(row["why_not"])
    return Calibration(row["ratio"], row["half_width"], row["sample"])


def fits(events: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """The calibration of every entity and of every class with a measured trip: FIT_SCHEMA and `why_not`.

    `events` has entity, entity_type, event_time and event_id beside the event's columns. Where `why_not` is given
    the numbers must not be used.
    """
    trips = compared(events, basis).sort("event_time", "event_id")
    by_entity = _fits(trips.filter(pl.col("entity").is_not_null()), "entity", (*ENTITY_KEY, *CLASS_KEY))
    by_class = _fits(trips, "class", CLASS_KEY)
    found = pl.concat([by_entity, by_class], how="diagonal").with_columns(_quantity(), _why_not())
    return found.select(*(pl.col(name).cast(kind) for name, kind in FIT_SCHEMA.items()), "why_not")


def compared(events: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """The measured trips among `events` that can be modelled too, with `measured_kg` and `modelled_kg` (kg CO2e).

    Adds `vehicle_class` and `fuel`, and `class_half_width`, that of the model without calibration.
    """
    plain = events.drop(CALIBRATION, strict=False)
    measured = estimate(plain, basis).select("tier", measured_kg="co2e_kg")
    modelled = estimate(plain.drop(MEASUREMENTS), basis).select(
        modelled_kg="co2e_kg",
        modelled_kwh="electricity_kwh",
        class_half_width=pl.col("high_kg") / pl.col("co2e_kg") - 1,
    )
    fuel, kwh = pl.col("fuel"), pl.col("energy_kwh")
    return (
        pl.concat([_classed(events), measured, modelled], how="horizontal")
        .filter(pl.col("event_type").is_in(ROAD_TYPES), pl.col("tier") == Tier.MEASURED, _comparable())
        # a row per tonne-kilometre, of diesel and electric trains, does not compare with a meter
        .filter((fuel != "electric") | (pl.col("modelled_kwh") > 0))
        # of a plug-in that was not metered too, a part of the energy is unknown
        .filter((fuel != "plug_in_hybrid") | kwh.is_not_null())
        .drop("tier", "modelled_kwh")
    )


def news(found: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """The usable ones of `found` (see `fits`) that are not in use yet or differ from what is, by FIT_SCHEMA.

    `supersedes` is the calibration_id in whose place it comes; null: in nobody's.
    """
    key = ["level", *ENTITY_KEY, *CLASS_KEY]
    used = live.select(*key, "calibration_id", old_ratio="ratio", old_half_width="half_width")
    beside = found.filter(pl.col("why_not").is_null()).join(used, on=key, how="left", nulls_equal=True)
    moved = [(pl.col(name) / pl.col(f"old_{name}") - 1).abs() > NEWS for name in ("ratio", "half_width")]
    changed = pl.any_horizontal(pl.col("calibration_id").is_null(), *moved)
    return beside.filter(changed).select(*FIT_SCHEMA, supersedes="calibration_id")


def with_calibrations(events: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """The events, in their order, with calibration_ratio, calibration_spread (half-width) and calibration_id.

    `events` has entity and entity_type; `live` has LIVE_SCHEMA. An entity's own goes before its class's; a trip that
    is measured itself gets none, as it needs none.
    """
    if live.is_empty():
        return events.with_columns(pl.lit(None, LIVE_SCHEMA[old]).alias(new) for old, new in _GIVEN.items())
    classed = _classed(events)
    own = _matched(classed, live.filter(pl.col("level") == "entity"), (*ENTITY_KEY, *CLASS_KEY))
    of_class = _matched(classed, live.filter(pl.col("level") == "class"), CLASS_KEY)
    known = own["calibration_id"].is_not_null()
    measured = classed.select(_is_measured()).to_series()
    return events.with_columns(
        pl.select(pl.when(~measured).then(pl.when(known).then(own[old]).otherwise(of_class[old])))
        .to_series()
        .alias(new)
        for old, new in _GIVEN.items()
    )


def _classed(events: pl.DataFrame) -> pl.DataFrame:
    """The events with `vehicle_class` and `fuel`; a lorry that names no fuel runs on diesel, as in its estimate."""
    names = ["vehicle_type", "fuel_type"]
    lorry = pl.col("vehicle_class").is_in(HGV_CLASSES)
    known = resolve(events.select(names).unique()).select(
        *names,
        pl.when(pl.col("conflict").is_null()).then("vehicle_class").alias("vehicle_class"),
        pl.when(lorry).then(pl.col("fuel").fill_null("diesel")).otherwise("fuel").alias("fuel"),
    )
    return events.join(known, on=names, how="left", nulls_equal=True, maintain_order="left")


def _matched(events: pl.DataFrame, calibrations: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The numbers of the calibration that each event has by `key`; null without one."""
    numbers = calibrations.select(*key, *_GIVEN)
    return events.select(key).join(numbers, on=list(key), how="left", maintain_order="left").select(*_GIVEN)


def _is_measured() -> pl.Expr:
    """Whether the trip's own litres or kWh make its estimate."""
    fuel, litres = pl.col("fuel"), pl.col("fuel_litres")
    burnt = (litres > 0) & (fuel != "electric")
    metered = (fuel == "electric") | ((fuel == "plug_in_hybrid") & litres.is_not_null())
    return (burnt | ((pl.col("energy_kwh") > 0) & metered)).fill_null(False)


def _comparable() -> pl.Expr:
    ratio = pl.col("measured_kg") / pl.col("modelled_kg")
    return ratio.is_finite() & (ratio > 0) & (pl.col("modelled_kg") > 0)


def _fits(trips: pl.DataFrame, level: str, key: Sequence[str]) -> pl.DataFrame:
    latest = trips.group_by(key, maintain_order=True).tail(LATEST_TRIPS)
    time = pl.col("event_time")
    moments = (time.min().alias("first_event_at"), time.max().alias("last_event_at"))
    return latest.group_by(key, maintain_order=True).agg(pl.lit(level).alias("level"), *_statistics(level), *moments)


def _statistics(level: str) -> Sequence[pl.Expr]:
    """ratio, half_width and sample of the trips of one group."""
    ratio = pl.col("measured_kg") / pl.col("modelled_kg")
    residuals = (ratio / ratio.median()).log().abs().sort()
    rank = pl.min_horizontal(pl.len(), (COVERED * (pl.len() + 1)).ceil()).cast(pl.Int64)
    least = KEPT_OF_CLASS_WIDTH[level] * pl.col("class_half_width").median().log1p()
    strayed = pl.max_horizontal(residuals.get(rank - 1, null_on_oob=True), least)
    return ratio.median().alias("ratio"), (strayed.exp() - 1).alias("half_width"), pl.len().alias("sample")


def _quantity() -> pl.Expr:
    """What was measured, in the words of `Energy`."""
    words = {"electric": Energy.ELECTRICITY, "plug_in_hybrid": Energy.BOTH}
    named = {fuel: str(word) for fuel, word in words.items()}
    return pl.col("fuel").replace_strict(named, default=str(Energy.FUEL), return_dtype=pl.String).alias("quantity")


def _why_not() -> pl.Expr:
    """`why_not`: the reason against a calibration with these statistics; null: none."""
    ratio, half_width = pl.col("ratio"), pl.col("half_width")
    few = pl.format(f"{{}} of the {LEAST_TRIPS} measured trips that a calibration needs", "sample")
    odd = pl.format("measured is {} times modelled: more likely a wrong unit", ratio.round_sig_figs(3))
    apart = pl.format("trips differ by a factor of {}: more likely mixed units", (1 + half_width).round_sig_figs(3))
    cases = pl.when(pl.col("sample") < LEAST_TRIPS).then(few).when(~ratio.is_between(*PLAUSIBLE)).then(odd)
    return cases.when(half_width > WIDEST).then(apart).alias("why_not")
