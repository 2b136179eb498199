"""The distinct (event type, vehicle, fuel) among many events, and what each of them leads to. Pure."""

from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.activities.vehicles import resolve
from carbon_nexus.emissions.account import Codes
from carbon_nexus.emissions.entity import EVENT_TYPES, ROAD_TYPES
from carbon_nexus.emissions.inputs import KEYS, words_hash
from carbon_nexus.emissions.pathtable import PathTable

NO_DISTANCE = "distance_km is missing and no fuel or electricity was measured"
NO_LOAD = "load_kg is missing: the rail factor is per tonne-kilometre"
UNMETERED = "energy_kwh is missing, and no fuel or benchmark tells the energy"

# Combinations up to which counting beats sorting: 10 against 80 ms for a million events; 8 MB.
MOST_COUNTED = 1_000_000


@dataclass(frozen=True)
class Pairs:
    """What event type, vehicle and fuel lead to, found once per distinct combination; `of` is each event's.

    `path` (-1: none), `kind` (place in EVENT_TYPES, -1: unknown), `words_hash`; `reasons` for having no number:
    `why_not` in general, `lacks_distance` and `lacks_load` where that is what a trip would need.
    """

    of: Codes
    path: Codes
    kind: npt.NDArray[np.int8]
    words_hash: npt.NDArray[np.uint64]
    reasons: pl.DataFrame


def pairs_of(rows: pl.DataFrame, table: PathTable) -> Pairs:
    """The pairs of these events, by a table of paths; columns of KEYS that are absent count as null."""
    codes = [_coded(rows, name) for name in KEYS]
    sizes = [words.len() for _, words in codes]
    of = (codes[0][0] * sizes[1] + codes[1][0]) * sizes[2] + codes[2][0]
    present, place = _numbered(of, prod(sizes))
    at = np.unravel_index(present, sizes)
    named = zip(KEYS, codes, at, strict=True)
    keys = pl.DataFrame({name: words.gather(places) for name, (_, words), places in named})
    found = _resolved(keys, table)
    reasons = found.select("why_not", "lacks_distance", "lacks_load")
    path, kind, words = (found[name].to_numpy() for name in ("path", "kind", "words_hash"))
    return Pairs(place, path, kind, words, reasons)


def _coded(rows: pl.DataFrame, name: str) -> tuple[Codes, pl.Series]:
    """A column of words as places among its distinct words, of which the first is null."""
    if name not in rows.columns or rows[name].null_count() == rows.height:
        return np.zeros(rows.height, np.int64), pl.Series(name, [None], pl.String)
    # categories of its own: what senders write must not stay in memory when they are gone
    coded = rows[name].cast(pl.Categorical(pl.Categories.random()))
    distinct = coded.unique().drop_nulls()
    words = distinct.cast(pl.String).gather(distinct.to_physical().arg_sort())
    places = (coded.to_physical().cast(pl.Int64) + 1).fill_null(0)
    return places.to_numpy(), pl.concat([pl.Series([None], dtype=pl.String), words])


def _numbered(codes: Codes, size: int) -> tuple[Codes, Codes]:
    """The distinct codes, all below `size`, and each code's place among them."""
    if size > MOST_COUNTED:
        return np.unique(codes, return_inverse=True)
    present = np.flatnonzero(np.bincount(codes, minlength=size))
    place = np.zeros(size, np.int64)
    place[present] = np.arange(present.size)
    return present, place[codes]


def _resolved(keys: pl.DataFrame, table: PathTable) -> pl.DataFrame:
    distinct = resolve(keys)
    # a name no path has: a trip whose vehicle and fuel contradict each other finds no path
    vehicle = pl.when(pl.col("conflict").is_not_null()).then(pl.lit("?")).otherwise("vehicle_class")
    distinct = distinct.with_columns(vehicle_class=vehicle).join(
        table.keys,
        on=["event_type", "vehicle_class", "fuel"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    kind = pl.col("event_type").replace_strict(list(EVENT_TYPES), range(4), default=-1, return_dtype=pl.Int8)
    return distinct.with_columns(kind=kind.fill_null(-1), words_hash=words_hash(distinct)).select(
        *("kind", "words_hash"),
        pl.col("path").fill_null(-1),
        pl.when("is_modelled").then(pl.lit(NO_DISTANCE)).alias("lacks_distance"),
        pl.when("per_tonne_km").then(pl.lit(NO_LOAD)).alias("lacks_load"),
        pl.when(pl.col("kind") < 0)
        .then(pl.lit("event_type is missing or not known"))
        .when(pl.col("kind") >= len(ROAD_TYPES))
        .then(pl.lit(UNMETERED))
        .otherwise(pl.coalesce("conflict", "why_not"))
        .alias("why_not"),
    )
