from dataclasses import replace

import pytest

from carbon_nexus.recommendations.together import Recommended, together

FIRST = Recommended(1, "M01", "route/Trunk/logistics", "propulsion", 1000.0, 100.0)


def test_two_of_one_fuel_save_less_than_their_sum_and_it_is_said() -> None:
    found = together([FIRST, replace(FIRST, id=2, measure_id="M07", saving_kg=50.0)])
    assert found.saving_kg == pytest.approx(145)
    assert found.plain_sum_kg == 150
    assert found.why.startswith("Together they save 145.0 kg CO2e per 28 days, not the 150.0 kg of their sum")
    (supply,) = found.supplies
    assert (supply.entity, supply.supply, supply.ids) == ("route/Trunk/logistics", "propulsion", (1, 2))


def test_different_entities_add_up() -> None:
    found = together([FIRST, replace(FIRST, id=2, entity="route/Other/logistics", saving_kg=50.0)])
    assert found.saving_kg == found.plain_sum_kg == 150
    assert "add up" in found.why


def test_a_measure_counts_once_for_an_entity_and_nothing_without_a_saving() -> None:
    other_hotspot, unknown = replace(FIRST, id=2, saving_kg=120.0), replace(FIRST, id=3, measure_id="x", saving_kg=None)
    found = together([FIRST, other_hotspot, unknown])
    assert found.saving_kg == 120
    assert found.left_out == {
        1: "it is the same measure at the same entity as recommendation 2",
        3: "its saving is not known",
    }


def test_without_base_or_end_use_the_largest_counts() -> None:
    old = replace(FIRST, end_use=None, base_kg=None)
    unheard_of = [replace(old, id=2, measure_id="T1", saving_kg=10.0), replace(old, id=3, measure_id="T2")]
    assert together([old, replace(old, id=4, measure_id="M07", saving_kg=90.0)]).saving_kg == 100
    assert together(unheard_of).saving_kg == 100


def test_of_a_trip_what_nobody_has_told_is_propulsion() -> None:
    told_elsewhere = Recommended(2, "rag:1", FIRST.entity, None, None, 80.0)
    found = together([replace(FIRST, base_kg=100.0, saving_kg=50.0), told_elsewhere])
    assert (found.saving_kg, found.plain_sum_kg, found.left_out) == (80, 130, {})
    assert [(each.supply, each.ids) for each in found.supplies] == [("propulsion", (1, 2))]


def test_of_a_site_what_nobody_has_told_counts_only_without_others() -> None:
    lighting = Recommended(1, "M25", "facility/Mill/factory", "lighting", 100.0, 50.0)
    unknown = Recommended(2, "rag:1", lighting.entity, None, None, 80.0)
    found = together([lighting, unknown, replace(unknown, id=3, entity="facility/Dock/warehouse")])
    assert [(each.entity, each.ids, each.saving_kg) for each in found.supplies] == [
        ("facility/Dock/warehouse", (3,), 80), (lighting.entity, (1,), 50),
    ]  # fmt: skip
    assert found.left_out == {
        2: "what it saves of is not known, and it may be what another one at the same entity saves of"
    }


def test_of_nothing_it_is_nothing() -> None:
    assert together([]).saving_kg == 0
