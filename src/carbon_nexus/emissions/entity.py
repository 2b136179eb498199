"""Whose emissions an event's are, and how much was done."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.emissions.account import Floats, Mask

ROAD_TYPES, SITE_TYPES = ("logistics", "delivery"), ("factory", "warehouse")
EVENT_TYPES = (*ROAD_TYPES, *SITE_TYPES)
LOGISTICS, DELIVERY, FACTORY, WAREHOUSE = range(len(EVENT_TYPES))

_IDS = ("factory_id", "warehouse_id", "route_id", "supplier_id")
_TYPE_OF_KIND = ("route", "route", "factory", "warehouse")
ACTIVITY = ("distance_km", "load_kg", "delivery_count", "shift_hours", "inventory_volume")
"""What `activities` reads of an event."""


UNITS = ("t.km", "drop", "shift_hour", "m3", "km", "event")

Kinds = npt.NDArray[np.int8]
Units = npt.NDArray[np.uint32]


def with_entities(events: pl.DataFrame) -> pl.DataFrame:
    """The events with `entity` and `entity_type`: site or route where named, else the supplier; null: none named."""
    kind = pl.col("event_type").replace_strict(list(EVENT_TYPES), range(4), default=-1, return_dtype=pl.Int8)
    kinds = events.select(kind.fill_null(-1)).to_series().to_numpy()
    return events.with_columns(*entities(events, kinds))


def entities(events: pl.DataFrame, kinds: Kinds) -> tuple[pl.Series, pl.Series]:
    """`entity` and `entity_type` of every event; `kinds` are places in EVENT_TYPES, -1: unknown."""
    known = {name: pl.col(name) if name in events.columns else pl.lit(None, pl.String) for name in _IDS}
    kind, nobody = pl.lit(pl.Series("kind", kinds)), pl.lit(None, pl.String)
    own = (
        pl.when(kind == FACTORY).then(known["factory_id"])
        .when(kind == WAREHOUSE).then(known["warehouse_id"])
        .when(kind >= LOGISTICS).then(known["route_id"])
        .otherwise(nobody)
    )  # fmt: skip
    supplier = pl.when(known["supplier_id"] != "").then(known["supplier_id"]).otherwise(nobody)
    found = events.select(own.alias("own"), supplier.alias("supplier"))
    named = (found["own"] != "").fill_null(False)
    entity = found.select(pl.when(named).then("own").otherwise("supplier").alias("entity")).to_series()
    place = np.where(named.to_numpy(), kinds, len(_TYPE_OF_KIND))
    types = pl.Series("entity_type", [*_TYPE_OF_KIND, "supplier"]).gather(place.astype(np.uint32))
    return entity, types.to_frame().select(pl.when(entity.is_not_null()).then("entity_type")).to_series()


def activities(given: Mapping[str, Floats], kinds: Kinds, usable: Mask) -> tuple[Floats, Units]:
    """How much was done, with or without an estimate, and the place of its unit in UNITS; NaN where it cannot be told.

    `given` holds the columns of ACTIVITY as floats, NaN where they are not known.
    """
    distance_km, load_kg = given["distance_km"], given["load_kg"]
    road, driven = (kinds == LOGISTICS) | (kinds == DELIVERY), ~np.isnan(distance_km)
    with np.errstate(over="ignore", invalid="ignore"):  # of what is not usable
        tonne_km = distance_km * load_kg / 1000
    cases = (
        ((kinds == LOGISTICS) & (load_kg > 0) & driven, tonne_km),
        ((kinds == DELIVERY) & (given["delivery_count"] > 0), given["delivery_count"]),
        ((kinds == FACTORY) & (given["shift_hours"] > 0), given["shift_hours"]),
        ((kinds == WAREHOUSE) & (given["inventory_volume"] > 0), given["inventory_volume"]),
        (road & driven, distance_km),
        (kinds >= FACTORY, np.ones(len(kinds))),
    )
    amount, unit = np.full(len(kinds), np.nan), np.full(len(kinds), len(UNITS), np.uint32)
    for number, (holds, values) in reversed(list(enumerate(cases))):
        holds = holds & usable
        amount, unit = np.where(holds, values, amount), np.where(holds, np.uint32(number), unit)
    return amount, unit
