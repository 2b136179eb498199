"""What changes come to on many events: sums, order, intervals, and agreement with measures and single scenarios."""

from itertools import permutations
from math import hypot
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.errors import InvalidInput
from carbon_nexus.measures.simulate import savings
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.plugins import PlugIn
from carbon_nexus.predictions.predict import Refused
from carbon_nexus.simulations.change import read_scenario
from carbon_nexus.simulations.cost import cost
from carbon_nexus.simulations.population import Books
from carbon_nexus.simulations.population_model import Acted
from carbon_nexus.simulations.schemas import Prices
from carbon_nexus.simulations.shapley import contributions
from carbon_nexus.simulations.simulate import simulate
from carbon_nexus.simulations.weigh import weigh
from tests.unit.simulations.populations import LORRY, MEASURES, SHIFT, VAN, Outcome, ready

TRUCK_MEASURES = [each for each in MEASURES.values() if not each.left_out_because]
FLEET: list[dict[str, Any]] = [
    *({**LORRY, "distance_km": 100.0 + 40 * n, "load_kg": 2000.0 * n, "speed": 50.0 + 5 * n} for n in range(8)),
    *({**LORRY, "route_id": "R-2", "fuel_litres": 80.0 + n, "vehicle_type": "rigid_18t"} for n in range(3)),
    *({**VAN, "route_id": f"D-{n % 3}", "distance_km": 20.0 + n, "delivery_count": 40.0 * n} for n in range(9)),
    *({**SHIFT, "energy_kwh": 4000.0 + 100 * n, "shift_hours": 4.0 + n % 5, "cooling_load": 200.0} for n in range(25)),
    {**SHIFT, "energy_kwh": None},
    {**VAN, "vehicle_type": "hovercraft"},
]

change_sets = st.lists(
    st.sampled_from(
        [
            {"where": {"fuel_type": ["diesel"]}, "set": {"distance_km": "-20 %", "fuel_litres": "-20%"}},
            {"where": {"vehicle_type": ["van*"]}, "set": {"fuel_type": "electric"}},
            {"where": {"min": {"load_kg": 4000}}, "set": {"speed": 60}},
            {"where": {"event_type": "logistics"}, "set": {"load_kg": "+30%"}},
            {"set": {"energy_kwh": "-10%"}},
            {"measure": "M13"},
            {"measure": "M03"},
            {"measure": "M40"},
            {"measure": "M07"},
        ]
    ),
    min_size=1,
    max_size=4,
    unique_by=str,
)


@given(change_sets, st.randoms(use_true_random=False))
def test_parts_add_up_and_the_order_of_changes_does_not_matter(changes: list[dict[str, Any]], random: Any) -> None:
    found, order = Outcome(FLEET, *changes), list(range(len(changes)))
    random.shuffle(order)
    other = Outcome(FLEET, *(changes[place] for place in order))
    assert sum(each.delta_kg for each in found.parts) == pytest.approx(found.delta_kg, rel=1e-9, abs=1e-9)
    assert other.delta_kg == pytest.approx(found.delta_kg, rel=1e-12, abs=1e-9)
    assert [each.delta_kg for each in other.parts] == pytest.approx(
        [found.parts[place].delta_kg for place in order], rel=1e-9, abs=1e-9
    )


@given(st.lists(st.floats(-100, 100), min_size=7, max_size=7))
def test_a_part_is_the_mean_over_all_orders_of_what_it_adds(numbers: list[float]) -> None:
    worth = dict(enumerate(numbers, 1))  # every non-empty set of three changes, as bits
    by_hand = [0.0, 0.0, 0.0]
    for order in permutations(range(3)):
        done = 0
        for change in order:
            by_hand[change] += (worth[done | 1 << change] - worth.get(done, 0.0)) / 6
            done |= 1 << change
    assert contributions({7: worth}, 3) == pytest.approx(by_hand, abs=1e-9)


@pytest.mark.parametrize(
    "change",
    [
        {"set": {"distance_km": "+0%"}},
        {"where": {"min": {"load_kg": 1e6}}, "set": {"load_kg": 0}},
        {"where": {"min": {"gas_kwh": 1}}, "set": {"energy_kwh": "-5%"}},  # which no event tells
        {"measure": "M30"},
    ],
)
def test_a_change_of_nothing_is_exactly_zero(change: dict[str, Any]) -> None:
    found = Outcome([LORRY, VAN, SHIFT], change)
    assert (found.delta_kg, found.totals["delta_low_kg"], found.totals["delta_high_kg"]) == (0, 0, 0)


@pytest.mark.parametrize("measure", TRUCK_MEASURES, ids=lambda each: each.id)
def test_a_measure_saves_what_its_own_simulation_says(measure: Any) -> None:
    events = ready(FLEET)
    cases = events["entity"].rank("dense").fill_null(0).cast(int)
    alone = sum(each.typical_kg for each in savings([measure], events.with_columns(case=cases)))
    assert -Outcome(FLEET, {"measure": measure.id}).delta_kg == pytest.approx(alone, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("event", "features", "change"),
    [
        (LORRY, {"avg_speed": 65.0}, {"distance_km": "-20 %"}),
        (LORRY, {"avg_speed": 65.0}, {"vehicle_type": "truck_ev", "fuel_type": "electric"}),
        (LORRY, {"avg_speed": 65.0}, {"load_kg": 20_000, "avg_speed": "+5 %"}),
        (VAN, {"route_length": 30.0}, {"fuel_type": "electric"}),
        (VAN, {"route_length": 30.0}, {"vehicle_type": "van_ev"}),
        (SHIFT, {}, {"energy_kwh": 4000}),
        (SHIFT, {}, {"grid_region": "FR"}),
    ],
)
def test_a_population_of_one_is_the_single_scenario(
    event: dict[str, Any], features: dict[str, Any], change: dict[str, Any]
) -> None:
    (alone,) = simulate([read_scenario(event["event_type"], event | features, change)])
    assert not isinstance(alone, Refused)
    found = Outcome([event], {"where": {"event_type": event["event_type"]}, "set": change}).totals
    assert found["baseline_kg"] == pytest.approx(alone["baseline_co2"], rel=1e-12)
    for ours, theirs in (("delta_kg", "delta"), ("delta_low_kg", "delta_low"), ("delta_high_kg", "delta_high")):
        assert found[ours] == pytest.approx(alone[theirs], rel=1e-9)
    assert found["percent"] == pytest.approx(alone["percent_change"])


def test_errors_of_one_factor_add_up_and_those_of_two_are_independent() -> None:
    one = Outcome([VAN], {"set": {"fuel_type": "electric"}})
    two = Outcome([VAN, VAN], {"set": {"fuel_type": "electric"}})
    both = Outcome([VAN, SHIFT], {"set": {"fuel_type": "electric"}}, {"set": {"energy_kwh": "-10%"}})
    shift = Outcome([SHIFT], {"set": {"energy_kwh": "-10%"}})
    half, of_two, of_both, of_shift = (each.totals["delta_high_kg"] - each.delta_kg for each in (one, two, both, shift))
    assert of_two == pytest.approx(2 * half)
    assert of_both == pytest.approx(hypot(half, of_shift))


@pytest.mark.parametrize(
    ("event", "change", "reason"),
    [
        ({**LORRY, "load_kg": 9000.0}, {"set": {"vehicle_type": "van"}}, "payload"),
        (
            {**VAN, "distance_km": None, "fuel_litres": 5.0},
            {"set": {"fuel_type": "electric"}},
            "distance_km is missing",
        ),
        ({**VAN, "fuel_litres": 3.0}, {"set": {"fuel_type": "petrol"}}, "fuel_litres were measured"),
        ({**VAN, "fuel_litres": 3.0}, {"set": {"distance_km": "-20%"}}, "fuel or electricity is measured"),
        (VAN, {"where": {"event_type": "delivery"}, "set": {"fuel_litres": "-20%"}}, "has no fuel_litres"),
        ({**VAN, "distance_km": 0.0}, {"set": {"fuel_type": "electric"}}, "distance_km is missing or zero"),
        ({**VAN, "fuel_type": "petrol"}, {"set": {"fuel_type": "hvo"}}, "hvo takes the place of diesel alone"),
        (
            {**VAN, "fuel_type": "electric"},
            {"set": {"fuel_type": "electric", "load_kg": 20}},
            "fuel already: write load",
        ),
        (LORRY, {"set": {"fuel_type": "petrol"}}, "no factor for hgv_artic_over_33t on petrol"),
        (LORRY, {"set": {"distance_km": "+99999%"}}, "distance_km would be above 50000"),
        ({**VAN, "vehicle_type": "hovercraft"}, {"set": {"distance_km": "-20%"}}, "no estimate as it is"),
    ],
)
def test_what_cannot_be_changed_is_left_out_with_its_reason(
    event: dict[str, Any], change: dict[str, Any], reason: str
) -> None:
    found = Outcome([event, SHIFT], change)
    (left_out,) = found.left_out
    assert (left_out.events, found.delta_kg) == (1, 0)
    assert reason in left_out.reason


def test_a_plug_in_answers_for_both_sides_with_all_that_it_reads() -> None:
    def model(events: pl.DataFrame) -> pl.DataFrame:
        return events.select(co2e_kg=pl.col("energy_kwh") * (1 + pl.col("factory_id").str.len_chars()))

    model.model_version = "halves.1"  # type: ignore[attr-defined]
    estimator = Estimator(plugins={"factory": PlugIn("ours", "factory", model, "halves.1")})
    found = Outcome([SHIFT, VAN], {"set": {"energy_kwh": "-10%"}}, estimator=estimator)
    assert found.delta_kg == pytest.approx(-500 * 4)
    assert found.parts[0].events == 1


def test_only_days_of_few_kilometres_count_where_that_is_asked() -> None:
    change = {"where": {"vehicle_type": ["van*"], "per_day": {"max_distance_km": 80}}, "set": {"fuel_type": "electric"}}
    rounds = [{**VAN, "route_id": route} for route in ("D-1", "D-1", "D-1", "D-2", "D-2")]
    assert Outcome(rounds, change).parts[0].events == 2
    unknown = {**VAN, "route_id": "D-2", "distance_km": None, "fuel_litres": 9.0}
    assert Outcome([{**VAN, "route_id": "D-2"}, unknown], change).parts[0].events == 0


def test_parts_of_one_input_multiply_and_come_on_top_of_a_number_that_is_set() -> None:
    less = [{"set": {"distance_km": part}} for part in ("-20%", "-10%")]
    assert Outcome([LORRY], *less).totals["percent"] == pytest.approx(-28)
    still = {**LORRY, "speed": None}
    slow, slower = {"set": {"speed": 60}}, {"set": {"speed": "-10%", "load_kg": "+0%"}}
    assert Outcome([still], slow, slower).delta_kg == pytest.approx(Outcome([still], {"set": {"speed": 54}}).delta_kg)


def test_two_changes_that_contradict_each_other_on_an_event_are_refused() -> None:
    changes = [{"set": {"fuel_type": fuel}} for fuel in ("electric", "hvo")]
    with pytest.raises(InvalidInput, match="change 1 puts another fuel_type in 1 of the same events"):
        Outcome([VAN, SHIFT], *changes)
    apart = [
        {"where": {"event_type": kind}, **each} for kind, each in zip(("delivery", "logistics"), changes, strict=True)
    ]
    assert Outcome([VAN, LORRY], *apart).weighed.events == {0: 1, 1: 1}


@pytest.mark.parametrize(
    ("spec", "rule"),
    [
        ({"set": {"load_kg": -4}}, "load_kg is -4.0: Input should be greater than or equal to 0"),
        ({"set": {"distance_km": 1e9}}, "less than or equal to 50000"),
        ({"set": {"load_kg": "-120 %"}}, "leaves less than nothing"),
        ({"set": {"load_kg": "20%"}}, "has no sign"),
        ({"set": {"vehicle_type": "van_ev", "fuel_type": "diesel"}}, "means electric"),
        ({"set": {"vehicle_type": "cargo_bike", "fuel_type": "diesel"}}, "cargo_bike cannot run on diesel"),
        ({"set": {"vehicle_type": "van_ev", "fuel_litres": 5}}, "burns no litres"),
        ({"where": {"event_type": "warehouse"}, "set": {"energy_kwh": 0}}, "means not metered"),
        ({"set": {"vehicle_type": "ship"}}, "is not known"),
        ({"set": {"fuel_type": "coal"}}, "is not known"),
        ({"set": {"colour": "red"}}, "no field that estimates of"),
        ({"where": {"event_type": "factory"}, "set": {"distance_km": 5}}, "no field that estimates of factory events"),
        ({"where": {"event_type": "warehouse", "fuel_type": ["diesel"]}, "set": {"energy_kwh": 1}}, "no vehicle"),
        ({"where": {"min": {"load_kg": 9}, "max": {"load_kg": 5}}, "set": {"load_kg": 5}}, "no event can be both"),
        ({"where": {"vehicle_type": ["hover*"]}, "set": {"fuel_type": "electric"}}, "no class begins like this"),
        ({"where": {"vehicle_type": ["cargo_bike"], "fuel_type": ["hvo"]}, "set": {"load_kg": 1}}, "runs on hvo"),
        ({"set": {"grid_region": "XX"}}, "no grid region"),
        ({"measure": "M99"}, "no such measure"),
        ({"measure": "M26"}, "cannot be simulated"),
    ],
)
def test_an_impossible_change_is_refused_by_the_rule_it_breaks(spec: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Outcome([VAN], {"set": {"energy_kwh": 1}}, spec)
    (problem,) = refused.value.problems
    assert rule in problem["msg"]
    assert problem["loc"][:3] == ["body", "changes", 1]


def test_costs_are_told_only_as_far_as_the_amounts_are_known() -> None:
    prices = Prices(currency="EUR", electricity_per_kwh=0.2, fuel_per_litre=1.5, investment=1000.0)
    measured = Outcome([{**VAN, "fuel_litres": 3.0}], {"set": {"fuel_type": "electric"}})
    found = cost(measured.weighed, prices, 28)
    power, fuel = found.parts
    assert fuel.change == pytest.approx(-4.5)
    assert power.change == pytest.approx(0.2 * measured.weighed.amounts[0]["after_electricity_kwh"][0])
    assert found.payback_years == pytest.approx(1000 / -((fuel.known_change + power.known_change) * 365 / 28))
    modelled = cost(Outcome([VAN], {"set": {"fuel_type": "electric"}}).weighed, prices, 28)
    assert (modelled.parts[1].change, modelled.change, modelled.payback_years) == (None, None, None)
    assert "litres are known only where they were measured" in (modelled.reason or "")


def test_changes_that_meet_on_too_many_events_are_refused_before_any_estimate() -> None:
    rows = np.arange(400_000)
    nobody = pl.DataFrame(schema={"reason": pl.String, "events": pl.Int64})
    acted = [Acted(number, rows, pl.DataFrame(), {}, {}, nobody) for number in range(1, 7)]
    with pytest.raises(InvalidInput, match="25,200,000 estimates are needed; 20,000,000 are the most"):
        weigh(pl.DataFrame({"event": rows}), acted, Books(), Estimator())
