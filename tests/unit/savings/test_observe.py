"""What a measure's words say of where its effect shows."""

from typing import Any

import numpy as np
import pytest

from carbon_nexus.measures.library import measures
from carbon_nexus.savings.model import Driver
from carbon_nexus.savings.observe import METERS, bases_of, driver_of, sight_of
from tests.unit.savings.made import trips


@pytest.mark.parametrize(
    ("event_type", "acts_on", "fields", "moves_goods", "changes_vehicle"),
    [
        ("logistics", "fuel per km at motorway speed", (), False, False),
        ("logistics", "load_kg and distance_km", ("distance_km", "load_kg"), True, False),
        ("logistics", "idle hours", ("idle_hours",), False, False),
        ("delivery", "fuel_type", ("fuel_type",), False, True),
        ("delivery", "fuel of the round", (), False, False),
        ("factory", "base load within energy_kwh", METERS, False, False),
    ],
)
def test_the_inputs_a_measure_names(
    event_type: str, acts_on: str, fields: tuple[str, ...], moves_goods: bool, changes_vehicle: bool
) -> None:
    sight = sight_of(event_type, acts_on)
    assert (sight.fields, sight.moves_goods, sight.changes_vehicle) == (fields, moves_goods, changes_vehicle)


@pytest.mark.parametrize(
    ("acts_on", "basis", "why"),
    [
        ("refrigerant", "leaked refrigerant", "refrigerant leaks are worked out"),
        ("energy_kwh", "market-based scope 2 only; both totals", "location-based"),
    ],
)
def test_what_no_event_can_show_says_why(acts_on: str, basis: str, why: str) -> None:
    assert why in (sight_of("warehouse", acts_on, basis).blind or "")


def test_every_packaged_measure_but_on_refrigerants_can_be_seen_in_some_event() -> None:
    usable = [each for each in measures() if not each.left_out_because]
    blind = [each for each in usable if sight_of(each.event_type, each.acts_on, each.reduction_basis).blind]
    assert all("refrigerant" in each.acts_on for each in blind)


@pytest.mark.parametrize(
    ("event_type", "acts_on", "columns", "driver"),
    [
        ("logistics", "fuel per km", {}, Driver.ACTIVITY),
        ("logistics", "distance_km", {"load_kg": 8000.0}, Driver.TONNES),
        ("logistics", "distance_km", {}, Driver.TRIPS),
        ("delivery", "distance_km per drop", {"activity_unit": "drop"}, Driver.ACTIVITY),
        ("warehouse", "energy_kwh", {}, Driver.TIME),
    ],
)
def test_a_measure_is_not_told_by_what_it_changes(
    event_type: str, acts_on: str, columns: dict[str, Any], driver: Driver
) -> None:
    events = trips(np.random.default_rng(1), **columns)
    assert driver_of(events, sight_of(event_type, acts_on), event_type) is driver


def test_another_vehicle_may_be_estimated_in_another_way() -> None:
    events = trips(np.random.default_rng(1), grid_region="GB", calibrated=True)
    assert bases_of(events, sight_of("logistics", "fuel per km")) == {"set.1 T1 GB calibrated": 1.0}
    assert bases_of(events, sight_of("logistics", "vehicle_type")) == {"set.1": 1.0}
