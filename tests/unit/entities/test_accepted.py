from typing import Any

import pytest

from carbon_nexus.activities.model import FURNACE_UNITS
from carbon_nexus.entities.accepted import accepted_names, check
from carbon_nexus.entities.model import EntityType, FurnaceUnit, Profile
from carbon_nexus.errors import InvalidInput
from carbon_nexus.factors.library import factor_set

FACTORS = factor_set()


def profile(**facts: Any) -> Profile:
    return Profile(EntityType.FACTORY, "North", **facts)


def refused(**facts: Any) -> list[dict[str, Any]]:
    with pytest.raises(InvalidInput) as caught:
        check(profile(**facts), FACTORS)
    return caught.value.problems


def test_furnace_units_are_those_of_events() -> None:
    assert [unit.value for unit in FurnaceUnit] == list(FURNACE_UNITS)


def test_the_names_are_the_library_s() -> None:
    names = accepted_names(FACTORS)
    assert {"GB", "GB-hourly", "DE", "US-RFCW", "IN"} <= set(names["grid_region"])
    assert {"R404A", "R410A", "R717", "R744"} <= set(names["refrigerant"])
    assert {"cold-storage", "chillers", "transport-refrigeration"} <= set(names["leak_equipment"])
    assert {"natural_gas", "fuel_oil", "coal", "wood_pellets", "lpg", "electricity"} <= set(names["furnace_fuel"])


@pytest.mark.parametrize("spelled", ["natural gas", "Natural-Gas", "NATURAL_GAS"])
def test_case_spaces_and_dashes_do_not_matter(spelled: str) -> None:
    check(profile(furnace_fuel=spelled), FACTORS)


@pytest.mark.parametrize("field", ["grid_region", "refrigerant", "leak_equipment", "furnace_fuel"])
def test_every_name_of_the_library_is_accepted_and_no_other(field: str) -> None:
    names = accepted_names(FACTORS)[field]
    for name in names[:40]:
        check(profile(**{field: name}), FACTORS)
    (problem,) = refused(**{field: "nothing such"})
    assert (problem["loc"], problem["input"], problem["accepted"]) == (["body", field], "nothing such", names)
    assert problem["msg"].startswith(f"{field} 'nothing such' must be one of ")


def test_a_profile_that_tells_nothing_is_fine() -> None:
    check(profile(), FACTORS)


def test_near_regions_are_named() -> None:
    (problem,) = refused(grid_region="Germany")
    assert problem["msg"] == (
        "grid_region 'Germany' must be one of the codes of GET /grid-regions. Near: DE (Germany)."
    )


def test_short_lists_are_named_whole() -> None:
    (problem,) = refused(leak_equipment="fridge")
    assert problem["rule"].startswith("must be one of air-conditioning, chillers, cold-storage, ")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"market_kg_per_kwh": 0.0}, "market_instrument"),
        ({"market_instrument": "guarantees of origin"}, "market_kg_per_kwh"),
    ],
)
def test_a_contract_is_told_whole(facts: dict[str, Any], field: str) -> None:
    (problem,) = refused(**facts)
    assert problem["loc"] == ["body", field]
    check(profile(market_kg_per_kwh=0.0, market_instrument="guarantees of origin"), FACTORS)


def test_all_problems_are_told_at_once() -> None:
    problems = refused(grid_region="XX", furnace_fuel="hay", market_kg_per_kwh=0.1)
    assert [problem["loc"][1] for problem in problems] == ["grid_region", "furnace_fuel", "market_instrument"]
