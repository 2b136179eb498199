"""What the estimator reads of an event: the columns with their types, as arrays, and a fingerprint of them."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.emissions.account import Codes, Floats
from carbon_nexus.emissions.sitetable import SiteTable
from carbon_nexus.factors.fuels import FUEL_ALIASES, FURNACE_UNITS
from carbon_nexus.factors.model import plain_word

KEYS = ("event_type", "vehicle_type", "fuel_type")
ROAD_AMOUNTS = (
    "distance_km", "load_kg", "speed", "stop_events", "delivery_count", "traffic_score", "idle_hours",
    "fuel_litres", "energy_kwh",
)  # fmt: skip
SITE_AMOUNTS = (
    "energy_kwh", "fuel_litres", "gas_kwh", "furnace_usage", "furnace_rated_kw", "cooling_load", "cooling_cop",
    "shift_hours", "period_hours", "inventory_volume", "floor_area_m2", "refrigerant_charge_kg",
    "refrigeration_load",
)  # fmt: skip
"""The last one is of no unit and read by other models alone; it is part of what a stored answer of theirs is for."""
PLACED = ("furnace_fuel", "furnace_unit", "fuel_type", "refrigerant", "leak_equipment", "building_use")
SITE_WORDS = ("furnace_fuel", "furnace_unit", "refrigerant", "leak_equipment", "building_use")
# with event_type, which no frame lacks: without any column the height of a frame would be lost
SITE_COLUMNS = (*SITE_AMOUNTS, *SITE_WORDS, "fuel_type", "temperature", "cooling_metered", "event_type")
CALIBRATION = ("calibration_ratio", "calibration_spread")

AMOUNTS = tuple(dict.fromkeys((*ROAD_AMOUNTS, *SITE_AMOUNTS)))
"""Amounts that are never below zero; units in their names, speed in km/h, volume in m3."""
OTHER_AMOUNTS = ("temperature", "market_kg_per_kwh", *CALIBRATION)
LOWEST_INPUT = {"temperature": -273.15}
"""Amounts that may be below zero, and how far."""

INPUTS: dict[str, pl.DataType] = {
    **dict.fromkeys((*KEYS, "supplier_id", "route_id", "warehouse_id", "factory_id"), pl.String()),
    **dict.fromkeys((*SITE_WORDS, "operator", "grid_region"), pl.String()),
    **dict.fromkeys((*AMOUNTS, *OTHER_AMOUNTS), pl.Float64()),
    "cooling_metered": pl.Boolean(),
    "event_time": pl.Datetime("us", "UTC"),
}

STORED = (
    *KEYS, "supplier_id", "route_id", "warehouse_id", "factory_id", *ROAD_AMOUNTS, "gas_kwh", "furnace_usage",
    "furnace_unit", "cooling_load", "shift_hours", "period_hours", "temperature", "inventory_volume",
)  # fmt: skip
"""The inputs that a stored event holds itself; the rest is known of its entity."""

# Far beyond any event on earth (a million tonnes over a million km); keeps every product finite.
LARGEST_INPUT = 1e12

_ALL_BITS = (1 << 64) - 1
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_ODDS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))

Words = npt.NDArray[np.uint64]


def typed(events: pl.DataFrame) -> pl.DataFrame:
    """The columns of INPUTS that `events` has, each in its type; what it lacks stays away and counts as unknown."""
    if "event_type" not in events.columns:  # of a frame without any column of ours the height would be lost
        events = events.with_columns(event_type=pl.lit(None, pl.String))
    return events.select(
        pl.col(name) if events.schema[name] == dtype else pl.col(name).cast(dtype)
        for name, dtype in INPUTS.items()
        if name in events.columns
    )


def amount(rows: pl.DataFrame, name: str) -> Floats:
    """One column as floats, NaN where it is null or absent."""
    if name not in rows.columns or rows[name].null_count() == rows.height:
        return constant(np.nan, rows.height)
    return rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()


def constant(value: float, height: int) -> Floats:
    """A column of one value that takes no memory, so that what is absent costs nothing."""
    return np.broadcast_to(np.float64(value), height)


def taken(column: Floats, rows: npt.NDArray[np.intp]) -> Floats:
    """Some rows of a column; of a constant one, as many."""
    return constant(column[0], rows.size) if _is_constant(column) else column[rows]


def amounts(rows: pl.DataFrame, names: Sequence[str]) -> dict[str, Floats]:
    """Columns by name, as floats."""
    return {name: amount(rows, name) for name in names}


def places(rows: pl.DataFrame, table: SiteTable) -> dict[str, Floats]:
    """The words of sites as places in the table's columns, -1 where not given or not known."""
    known = {
        "furnace_fuel": _numbered(table.fuels) | {old: table.fuels.index(new) for old, new in FUEL_ALIASES.items()},
        "furnace_unit": FURNACE_UNITS,
        "refrigerant": _numbered(table.refrigerants),
        "leak_equipment": _numbered(table.leak_equipment),
        "building_use": _numbered(table.building_uses),
    }
    found = {name: _place(rows, name, mapping) for name, mapping in known.items()}
    found["fuel_type"] = _place(rows, "fuel_type", known["furnace_fuel"])
    # a factory that names one fuel in its events burns that one in its furnace
    found["furnace_fuel"] = np.where(found["furnace_fuel"] >= 0, found["furnace_fuel"], found["fuel_type"])
    return found


def packed(placed: Mapping[str, Floats]) -> Codes:
    """The words of each site in one number: its places, one byte each, and the bit above them for a warehouse."""
    total = placed["is_warehouse"].astype(np.int64)
    for name in PLACED:
        total = (total << 8) | (placed[name].astype(np.int64) + 1)
    return total


def unpacked(words: int) -> tuple[str, dict[str, int]]:
    """The event type and the places that `packed` put into one number."""
    places: dict[str, int] = {}
    for name in reversed(PLACED):
        places[name], words = (words & 0xFF) - 1, words >> 8
    return ("warehouse" if words else "factory"), places


def words_hash(keys: pl.DataFrame) -> pl.Series:
    """The part of the fingerprint that the columns of KEYS make, per row of a frame that has them."""
    rows = keys.select(KEYS).iter_rows(named=True)
    sums = (sum(word_hash(name, word) for name, word in row.items() if word is not None) for row in rows)
    return pl.Series([each & _ALL_BITS for each in sums], dtype=pl.UInt64)


def word_hash(column: str, word: str) -> int:
    """The part of the fingerprint that one word makes."""
    return _bits_of(f"{column}={word}")


def fingerprint(given: Mapping[str, Floats], words: Words) -> Words:
    """64 bits per event that stand for all its inputs: equal inputs give equal bits, here and on any machine.

    The sum, modulo 2**64, over the inputs that are known: of a number mix(its bits as a double ^ the BLAKE2b-64 of the
    column's name), of a word the BLAKE2b-64 of "column=word" (`words` brings that part of the sum along). mix is the
    finaliser of SplitMix64: a weaker one lets the sums of round numbers meet. A site's words count as numbers, by
    their places in its table (-1: not given). What else is not known adds nothing, so a column that is new leaves old
    fingerprints alone.
    """
    total = words.copy()
    for name, column in given.items():
        if _is_constant(column):
            total += _of_all(name, column[0])
            continue
        known = ~np.isnan(column)
        if known.any():
            # + 0.0 makes one zero of the two
            mixed = _mix((column + 0.0).view(np.uint64) ^ np.uint64(_bits_of(name)))
            total += np.where(known, mixed, np.uint64(0))
    return total


def _is_constant(column: Floats) -> bool:
    return column.size > 0 and column.strides == (0,)


def _of_all(name: str, value: np.float64) -> np.uint64:
    """What a constant column adds to every fingerprint."""
    if np.isnan(value):
        return np.uint64(0)
    bits = (np.array([value]) + 0.0).view(np.uint64) ^ np.uint64(_bits_of(name))
    mixed: np.uint64 = _mix(bits)[0]
    return mixed


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _place(rows: pl.DataFrame, column: str, known: Mapping[str, int]) -> Floats:
    if column not in rows.columns or rows[column].null_count() == rows.height:
        return constant(-1.0, rows.height)
    words = rows[column].str.to_lowercase().str.replace_all(r"[\s\-]+", "_")
    lower = {plain_word(name): place for name, place in known.items()}
    found = words.replace_strict(list(lower), list(lower.values()), default=-1, return_dtype=pl.Float64)
    return found.fill_null(-1.0).to_numpy()


def _bits_of(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")


def _mix(bits: Words) -> Words:
    mixed = bits ^ (bits >> _SHIFTS[0])
    mixed *= _ODDS[0]
    mixed ^= mixed >> _SHIFTS[1]
    mixed *= _ODDS[1]
    mixed ^= mixed >> _SHIFTS[2]
    return mixed
