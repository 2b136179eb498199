"""The estimator: a frame of activity events in, one CO2e estimate (or the reason for none) per event out.

Pure and vectorised: the few distinct (event type, vehicle, fuel) combinations are resolved to paths, the paths
are joined back, and every quantity is one column expression. One live event and a backfill of millions run this.
"""

from collections.abc import Iterable
from functools import cache
from math import hypot

import polars as pl

from carbon_nexus.emissions.factors import FACTOR_SET
from carbon_nexus.emissions.model import TIER_OF, Energy, Path, UnknownMethod, Way
from carbon_nexus.emissions.road import ROAD_FORMULAS, ROAD_TYPES, road_paths
from carbon_nexus.emissions.sites import SITE_FORMULAS, SITE_TYPES, site_paths
from carbon_nexus.emissions.vehicles import resolve

FORMULAS = ROAD_FORMULAS | SITE_FORMULAS

ESTIMATE_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("co2e_kg", "ttw_kg", "wtt_kg", "low_kg", "high_kg"), pl.Float64()),
    "scope": pl.Int16(),
    **dict.fromkeys(("ghg_category", "tier", "method", "factor_id", "factor_set"), pl.String()),
    "activity": pl.Float64(),
    "activity_unit": pl.String(),
    "confidence": pl.Float64(),
    **dict.fromkeys(("reason", "entity", "entity_type"), pl.String()),
}

# Relative 95 % half-widths of measured activity: fuel 5 %; electricity meter 2 % and annual grid factor 10 %.
FUEL_HALF_WIDTH = 0.05
ELECTRICITY_HALF_WIDTH = hypot(0.02, 0.10)

# Far beyond any event on earth (a million tonnes over a million km); keeps every product finite.
LARGEST_INPUT = 1e12

_KEYS = ("event_type", "vehicle_type", "fuel_type")
_PATH_FIELDS = (
    "event_type", "vehicle_class", "fuel", "site", "per_tonne_km", "half_width", "why_not",
)  # fmt: skip
_TEXTS = (*_KEYS, "supplier_id", "route_id", "warehouse_id", "factory_id")
_AMOUNTS = (
    "distance_km", "load_kg", "fuel_litres", "energy_kwh",
    "delivery_count", "shift_hours", "inventory_volume", "furnace_usage",
)  # fmt: skip


def estimate(events: pl.DataFrame) -> pl.DataFrame:
    """One estimate per event: order and height of `events`, columns of ESTIMATE_SCHEMA, masses in kg CO2e.

    `events` is an activity event frame; columns it lacks count as null. `co2e_kg` = `ttw_kg` (direct) +
    `wtt_kg` (upstream); `low_kg` and `high_kg` hold the 95 % interval. An event without a number has nulls and
    a `reason`; with a number, `reason` says what was not counted. Scopes assume that the reporting company
    runs the vehicle or site itself.
    """
    if events.is_empty():
        return pl.DataFrame(schema=ESTIMATE_SCHEMA)
    rows = _inputs(events)
    rows = rows.join(_paths_of(rows), on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    return (
        rows.lazy()
        .with_columns(_bad_input())
        .with_columns(_way())
        .with_columns(_part("ttw_kg"), _part("wtt_kg"), _half_width())
        .join(_labels().lazy(), on=["path", "way"], how="left", maintain_order="left")
        .with_columns(*_totals(), *_activity(), *_entity(), _reason())
        .select(pl.col(name).cast(dtype) for name, dtype in ESTIMATE_SCHEMA.items())
        .collect()
    )


def formula_of(method: str) -> str:
    """The one-line formula behind a method id such as `logistics.load-slope.1`. Raises UnknownMethod."""
    try:
        return FORMULAS[method]
    except KeyError:
        raise UnknownMethod(f"There is no method {method!r}.") from None


def _inputs(events: pl.DataFrame) -> pl.DataFrame:
    """The columns the estimator reads, each present and of one type."""
    wanted: dict[str, pl.DataType] = dict.fromkeys(_TEXTS, pl.String()) | dict.fromkeys(_AMOUNTS, pl.Float64())
    present = set(events.columns)
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in wanted.items() if name not in present]
    return events.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in wanted.items())


def _paths_of(rows: pl.DataFrame) -> pl.DataFrame:
    """The path of every distinct (event_type, vehicle_type, fuel_type) among the rows."""
    pairs = resolve(rows.select(_KEYS).unique())
    site, road = pl.col("event_type").is_in(SITE_TYPES), pl.col("event_type").is_in(ROAD_TYPES)
    conflict = pl.when(~site).then("conflict")
    pairs = pairs.with_columns(
        # A name no path has: a row in conflict finds no rates. Sites need neither vehicle nor fuel.
        pl.when(conflict.is_not_null()).then(pl.lit("?")).when(~site).then("vehicle_class").alias("vehicle_class"),
        pl.when(~site).then("fuel").alias("fuel"),
    )
    on = ["event_type", "vehicle_class", "fuel"]
    found = pairs.join(_path_table(), on=on, how="left", nulls_equal=True)
    unknown = pl.when(~(site | road).fill_null(False)).then(pl.lit("event_type is missing or not known"))
    return found.with_columns(pl.coalesce(unknown, conflict, "why_not").alias("why_not")).drop(
        "vehicle_class", "fuel", "conflict"
    )


@cache
def _paths() -> tuple[Path, ...]:
    return (*road_paths(), *site_paths())


@cache
def _path_table() -> pl.DataFrame:
    """Every path as one row of numbers, keyed by event_type, vehicle_class and fuel; `path` is its number."""
    return pl.DataFrame(
        [{"path": number, **_flat(path)} for number, path in enumerate(_paths())], infer_schema_length=None
    )


def _flat(path: Path) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(path, name) for name in _PATH_FIELDS}
    for name, rate in path.rates().items():
        row[f"{name}_ttw_kg"], row[f"{name}_wtt_kg"] = (rate.ttw_kg, rate.wtt_kg) if rate else (None, None)
    return row | {"payload_t": path.load.payload_t if path.load else None}


@cache
def _labels() -> pl.DataFrame:
    """What an estimate says about itself, for every path and way: tier, method, factor, scope, notes."""
    labels = [_label(number, path, way) for number, path in enumerate(_paths()) for way in Way]
    return pl.DataFrame(labels, infer_schema_length=None).cast({"way": pl.Int8})


def _label(number: int, path: Path, way: Way) -> dict[str, object]:
    rate, method, energy = path.source(way)
    payload = path.load and f"load above the class payload of {path.load.payload_t:.1f} t: capped"
    return {
        "path": number,
        "way": int(way),
        "tier": str(TIER_OF[way]),
        "method": method,
        "factor_id": rate.factor_id if rate else None,
        "scope": 2 if energy is Energy.ELECTRICITY else 1,
        "ghg_category": str(energy),
        "note": path.note if way is Way.CLASS else None,
        "overload": payload,
    }


def _bad_input() -> pl.Expr:
    """The reason naming the first amount that is negative, infinite, not a number or absurd; else null."""
    return pl.coalesce(
        pl.when(~pl.col(name).is_between(0, LARGEST_INPUT)).then(
            pl.lit(f"{name} is negative, not a finite number, or above {LARGEST_INPUT:.0e}")
        )
        for name in _AMOUNTS
    ).alias("bad")


def _way() -> pl.Expr:
    """The best way open to the event: measured, then the load curve, then the class average; null: none."""
    litres, kwh = pl.col("fuel_litres"), pl.col("energy_kwh")
    takes_litres, takes_kwh = _has("litre"), _has("kwh")
    burnt, drawn = takes_litres & (litres > 0), takes_kwh & (kwh > 0)
    # A plug-in whose fuel was not measured is not measured: its kWh alone would look like a clean trip.
    drawn_only = takes_kwh & kwh.is_not_null() & (~takes_litres | litres.is_not_null())
    driven = pl.col("distance_km").is_not_null()
    by_load = _has("slope") & driven & pl.col("load_kg").is_not_null()
    by_class = _has("class") & driven & (~pl.col("per_tonne_km") | (pl.col("load_kg") > 0))
    return (
        pl.when(pl.col("bad").is_not_null()).then(None)
        .when(burnt & drawn).then(Way.LITRES_AND_KWH)
        .when(burnt).then(Way.LITRES)
        .when(drawn_only & (drawn | pl.col("site"))).then(Way.KWH)
        .when(by_load).then(Way.LOAD)
        .when(by_class).then(Way.CLASS)
        .cast(pl.Int8)
        .alias("way")
    )  # fmt: skip


def _has(rate: str) -> pl.Expr:
    return pl.col(f"{rate}_ttw_kg").is_not_null()


def _is(*ways: Way) -> pl.Expr:
    return pl.col("way").is_in([int(way) for way in ways])


def _measured_part(kind: str) -> tuple[pl.Expr, pl.Expr]:
    """kg from litres and kg from kWh; `kind` is "ttw_kg" or "wtt_kg"."""
    return pl.col("fuel_litres") * pl.col(f"litre_{kind}"), pl.col("energy_kwh") * pl.col(f"kwh_{kind}")


def _part(kind: str) -> pl.Expr:
    """The direct ("ttw_kg") or upstream ("wtt_kg") kg of the event by its way."""
    litres_kg, kwh_kg = _measured_part(kind)
    distance_km, load_t = pl.col("distance_km"), pl.col("load_kg") / 1000
    carried_t = pl.min_horizontal(load_t, "payload_t")
    per_km = pl.col(f"empty_{kind}") + pl.col(f"slope_{kind}") * carried_t
    amount = pl.when("per_tonne_km").then(distance_km * load_t).otherwise(distance_km)
    return (
        pl.when(_is(Way.CLASS)).then(amount * pl.col(f"class_{kind}"))
        .when(_is(Way.LOAD)).then(distance_km * per_km)
        .when(_is(Way.KWH)).then(kwh_kg)
        .when(_is(Way.LITRES)).then(litres_kg)
        .when(_is(Way.LITRES_AND_KWH)).then(litres_kg + kwh_kg)
        .alias(kind)
    )  # fmt: skip


def _half_width() -> pl.Expr:
    """The relative 95 % half-width; measured fuel and electricity are independent, hence the quadrature."""
    (fuel, power), (fuel_up, power_up) = _measured_part("ttw_kg"), _measured_part("wtt_kg")
    fuel_kg, power_kg = fuel + fuel_up, power + power_up
    spread_kg = ((FUEL_HALF_WIDTH * fuel_kg) ** 2 + (ELECTRICITY_HALF_WIDTH * power_kg) ** 2).sqrt()
    total_kg = fuel_kg + power_kg
    return (
        pl.when(_is(Way.LOAD, Way.CLASS)).then("half_width")
        .when(_is(Way.KWH)).then(ELECTRICITY_HALF_WIDTH)
        .when(_is(Way.LITRES)).then(FUEL_HALF_WIDTH)
        .when(_is(Way.LITRES_AND_KWH) & (total_kg > 0)).then(spread_kg / total_kg)
        .when(_is(Way.LITRES_AND_KWH)).then(ELECTRICITY_HALF_WIDTH)
        .alias("width")
    )  # fmt: skip


def _totals() -> Iterable[pl.Expr]:
    co2e_kg, width = pl.col("ttw_kg") + pl.col("wtt_kg"), pl.col("width")
    yield co2e_kg.alias("co2e_kg")
    yield (co2e_kg * (1 - width).clip(0)).alias("low_kg")
    yield (co2e_kg * (1 + width)).alias("high_kg")
    yield (1 - width).clip(0, 1).alias("confidence")
    yield pl.lit(FACTOR_SET).alias("factor_set")


def _activity() -> Iterable[pl.Expr]:
    """How much was done and in which unit, with or without an estimate; null where it cannot be told."""
    distance_km, load_kg, kind = pl.col("distance_km"), pl.col("load_kg"), pl.col("event_type")
    usable, driven = pl.col("bad").is_null(), distance_km.is_not_null()
    cases = [
        ((kind == "logistics") & (load_kg > 0) & driven, distance_km * load_kg / 1000, "t.km"),
        ((kind == "delivery") & (pl.col("delivery_count") > 0), pl.col("delivery_count"), "drop"),
        ((kind == "factory") & (pl.col("shift_hours") > 0), pl.col("shift_hours"), "shift_hour"),
        ((kind == "warehouse") & (pl.col("inventory_volume") > 0), pl.col("inventory_volume"), "m3"),
        (kind.is_in(ROAD_TYPES) & driven, distance_km, "km"),
        (kind.is_in(SITE_TYPES), pl.lit(1.0), "event"),
    ]
    yield pl.coalesce(pl.when(usable & mask).then(amount) for mask, amount, _ in cases).alias("activity")
    units = (pl.when(usable & mask).then(pl.lit(unit)) for mask, _, unit in cases)
    yield pl.coalesce(units).alias("activity_unit")


def _entity() -> Iterable[pl.Expr]:
    """The thing whose emissions these are: site or route where named, else the supplier."""
    kind = pl.col("event_type")
    masks = {
        "factory": ("factory_id", kind == "factory"),
        "warehouse": ("warehouse_id", kind == "warehouse"),
        "route": ("route_id", kind.is_in(ROAD_TYPES)),
        "supplier": ("supplier_id", pl.lit(True)),
    }
    named = {entity: mask & (pl.col(column) != "") for entity, (column, mask) in masks.items()}
    yield pl.coalesce(pl.when(named[e]).then(column) for e, (column, _) in masks.items()).alias("entity")
    yield pl.coalesce(pl.when(mask).then(pl.lit(e)) for e, mask in named.items()).alias("entity_type")


def _reason() -> pl.Expr:
    """Why there is no number; with a number, what was left out of it; null when there is nothing to say."""
    notes = pl.concat_str(_notes(), separator="; ", ignore_nulls=True)
    noted = pl.when(notes != "").then(notes)
    return pl.when(pl.col("way").is_null()).then(_why_none()).otherwise(noted).alias("reason")


def _why_none() -> pl.Expr:
    open_class = _has("class")
    return pl.coalesce(
        "bad",
        pl.when(open_class & pl.col("distance_km").is_null()).then(
            pl.lit("distance_km is missing and no fuel or electricity was measured")
        ),
        pl.when(open_class & pl.col("per_tonne_km")).then(
            pl.lit("load_kg is missing: the rail factor is per tonne-kilometre")
        ),
        "why_not",
    )


def _notes() -> list[pl.Expr]:
    litres, kwh, site = pl.col("fuel_litres"), pl.col("energy_kwh"), pl.col("site")
    notes = [
        (_is(Way.LOAD) & (pl.col("load_kg") / 1000 > pl.col("payload_t")), pl.col("overload")),
        ((litres > 0) & ~_is(Way.LITRES, Way.LITRES_AND_KWH), pl.lit("fuel_litres is not counted")),
        ((kwh > 0) & ~_is(Way.KWH, Way.LITRES_AND_KWH), pl.lit("energy_kwh is not counted")),
        (_is(Way.LITRES) & _has("kwh") & kwh.is_null(), pl.lit("electricity is not counted: not metered")),
        (site & (pl.col("furnace_usage") > 0), pl.lit("furnace_usage is not counted: it has no unit")),
    ]
    return [pl.col("note"), *(pl.when(mask).then(text) for mask, text in notes)]
