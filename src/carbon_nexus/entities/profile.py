"""Events with what is known of their entity beside them."""

import polars as pl

from carbon_nexus.entities.model import FACTS, KEY, PROFILE_SCHEMA

TOLD = ":told"  # suffix of a profile's column beside the event's own


def fill(events: pl.DataFrame, profiles: pl.DataFrame) -> pl.DataFrame:
    """The events, in their order, with every column of FACTS: their entity's value, null where nothing is told.

    `events` has entity_type and entity; `profiles` has the columns of PROFILE_SCHEMA, one row per entity. What an
    event says itself (its furnace_unit) wins over its entity's profile.
    """
    told = [name for name in FACTS if profiles[name].null_count() < profiles.height]
    filled = _joined(events, profiles, told) if told else events
    absent = [name for name in FACTS if name not in filled.columns]
    return filled.with_columns(pl.lit(None, dtype=PROFILE_SCHEMA[name]).alias(name) for name in absent)


def _joined(events: pl.DataFrame, profiles: pl.DataFrame, told: list[str]) -> pl.DataFrame:
    joined = events.join(profiles.select(*KEY, *told), on=KEY, how="left", suffix=TOLD, maintain_order="left")
    own = [name for name in told if name in events.columns]
    return joined.with_columns(pl.coalesce(name, name + TOLD) for name in own).drop(name + TOLD for name in own)
