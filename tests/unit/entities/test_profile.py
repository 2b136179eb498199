from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from carbon_nexus.entities.model import FACTS, PROFILE_SCHEMA
from carbon_nexus.entities.profile import fill

EVENTS = pl.DataFrame(
    {
        "row": [1, 2, 3, 4, 5],
        "entity_type": ["factory", "warehouse", "factory", "supplier", None],
        "entity": ["North", "North", "South", "North", None],
        "furnace_unit": ["kwh", None, None, None, None],
    }
)


def profiles(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(PROFILE_SCHEMA) | row for row in rows], schema=PROFILE_SCHEMA)


NORTH = {"entity_type": "factory", "entity": "North", "grid_region": "DE", "furnace_unit": "m3", "cooling_cop": 3.5}
STORE = {"entity_type": "warehouse", "entity": "North", "floor_area_m2": 9000.0, "cooling_metered": False}


def test_without_profiles_every_column_is_there_and_null() -> None:
    filled = fill(EVENTS, profiles())
    assert filled.columns == [*EVENTS.columns, *(name for name in FACTS if name != "furnace_unit")]
    assert {name: filled.schema[name] for name in FACTS} == {name: PROFILE_SCHEMA[name] for name in FACTS}
    assert_frame_equal(filled.select(EVENTS.columns), EVENTS)
    assert all(filled[name].null_count() == filled.height for name in FACTS if name != "furnace_unit")


def test_events_get_what_is_told_of_their_own_entity_in_their_order() -> None:
    filled = fill(EVENTS, profiles(STORE, NORTH))
    assert filled["row"].to_list() == [1, 2, 3, 4, 5]
    assert filled["grid_region"].to_list() == ["DE", None, None, None, None]
    assert filled["floor_area_m2"].to_list() == [None, 9000.0, None, None, None]
    assert filled["cooling_metered"].to_list() == [None, False, None, None, None]
    assert filled["cooling_cop"].to_list() == [3.5, None, None, None, None]
    assert set(FACTS) | set(EVENTS.columns) == set(filled.columns)


def test_the_event_s_own_furnace_unit_wins() -> None:
    told = profiles(NORTH, NORTH | {"entity": "South", "furnace_unit": "h"})
    assert fill(EVENTS, told)["furnace_unit"].to_list() == ["kwh", None, "h", None, None]


def test_the_profile_s_furnace_unit_counts_where_events_have_no_such_column() -> None:
    filled = fill(EVENTS.drop("furnace_unit"), profiles(NORTH))
    assert filled["furnace_unit"].to_list() == ["m3", None, None, None, None]


@pytest.mark.parametrize("told", [profiles(), profiles(NORTH)])
def test_no_events_have_the_columns_all_the_same(told: pl.DataFrame) -> None:
    filled = fill(EVENTS.clear(), told)
    assert filled.is_empty()
    assert {name: filled.schema[name] for name in FACTS} == {name: PROFILE_SCHEMA[name] for name in FACTS}


def test_names_are_the_same_only_to_the_letter() -> None:
    """Names of entities are the sender's: nothing is trimmed, folded or composed on the way."""
    events = EVENTS.head(1).drop("furnace_unit")
    near = [NORTH | {"entity": name} for name in ("north", "North ", "Nörth")]
    assert fill(events, profiles(*near))["grid_region"].to_list() == [None]
