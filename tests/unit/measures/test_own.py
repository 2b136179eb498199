from typing import Any

import polars as pl
import pytest

from carbon_nexus.errors import InvalidInput
from carbon_nexus.measures.changes import rule_of
from carbon_nexus.measures.combine import end_use_of
from carbon_nexus.measures.library import measure
from carbon_nexus.measures.model import Measure, Saving
from carbon_nexus.measures.own import check, measure_id, measure_of, number_of
from carbon_nexus.measures.schemas import MeasureSpec
from carbon_nexus.measures.simulate import savings

Spec = dict[str, Any]
WORDS = {
    "title": "Do it", "description": "Like this.", "acts_on": "it", "reduction_basis": "all of it",
    "condition": "It is there.", "feasibility": "high", "evidence_grade": "C", "source": "our trial",
}  # fmt: skip
PERCENT = {"reduction_low_pct": 5.0, "reduction_typical_pct": 10.0, "reduction_high_pct": 20.0}
TRIP: Spec = {"event_type": "logistics", "vehicle_type": "artic_44t", "fuel_type": "diesel"}
SITE: Spec = {"event_type": "factory", "energy_kwh": 1000.0}


def spec(event_type: str = "logistics", change: Spec | None = None, **more: Any) -> Spec:
    return MeasureSpec(event_type=event_type, change=change, **WORDS | PERCENT | more).model_dump()


def own(event_type: str = "logistics", change: Spec | None = None, **more: Any) -> Measure:
    told = spec(event_type, change, **more)
    check(told)
    return measure_of(7, 2, told)


def saving(of: Measure, *events: Spec) -> Saving | None:
    frame = pl.DataFrame(list(events), infer_schema_length=None).with_columns(case=pl.lit(1, pl.Int64))
    found = savings([of], frame)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("event_type", "name", "event", "twin"),
    [
        ("logistics", "distance_km", TRIP | {"distance_km": 100.0, "load_kg": 9000.0}, "M15"),
        ("logistics", "fuel_litres", TRIP | {"distance_km": 100.0, "fuel_litres": 30.0}, "M01"),
        ("logistics", "fuel_litres", TRIP | {"distance_km": 100.0, "load_kg": 9000.0}, "M01"),
        ("factory", "energy_kwh", SITE, "M41"),
    ],
)
def test_an_input_that_falls_saves_what_the_estimator_finds(event_type: str, name: str, event: Spec, twin: str) -> None:
    packaged = measure(twin)
    names = ("low", "typical", "high")
    percent = {f"reduction_{each}_pct": getattr(packaged, f"reduction_{each}_pct") for each in names}
    found, expected = saving(own(event_type, {"input": name}, **percent), event), saving(packaged, event)
    assert found is not None
    assert expected is not None
    assert (found.low_kg, found.typical_kg, found.high_kg) == (
        expected.low_kg, expected.typical_kg, expected.high_kg,
    )  # fmt: skip


def test_it_acts_only_on_what_it_says() -> None:
    only = {
        "vehicle_type": ["hgv_artic_over_33t"],
        "fuel_type": ["diesel"],
        "min": {"speed": 70},
        "max": {"load_kg": 9e3},
    }
    of = own(change={"input": "distance_km", "only": only})
    runs = [
        TRIP | {"distance_km": 100.0, "speed": speed, "load_kg": load}
        for speed, load in [(80, 9e3), (60, 5e3), (80, 9.1e3)]
    ]
    others = [runs[0] | {"vehicle_type": "van"}, runs[0] | {"fuel_type": "hvo"}, runs[0] | {"speed": None}]
    found = saving(of, *runs, *others)
    assert found is not None
    assert found.affected_events == 1
    assert found.typical_kg == pytest.approx(0.1 * found.affected_kg)


def test_another_vehicle_or_fuel_is_estimated_as_such() -> None:
    run = TRIP | {"distance_km": 100.0, "load_kg": 9000.0}
    electric = saving(own(change={"replaces": {"fuel_type": "electric"}}), run)
    assert electric is not None
    assert electric.typical_kg == pytest.approx(getattr(saving(measure("M13"), run), "typical_kg", None))
    hvo = own(change={"replaces": {"fuel_type": "HVO100"}})
    assert saving(hvo, run | {"fuel_litres": 30.0}) is not None  # compared by energy
    rigid = own(change={"replaces": {"vehicle_type": "rigid_18t"}})
    run |= {"load_kg": 8000.0}
    assert saving(rigid, run) is not None
    assert saving(rigid, run | {"fuel_litres": 30.0}) is None  # litres of the old one say nothing of the new one
    assert saving(rigid, run | {"vehicle_type": "rigid 18t"}) is None  # it is one already


@pytest.mark.parametrize(
    ("vehicle", "load_kg", "fits"),
    [("rigid_18t", 9000.0, False), ("rigid_18t", None, False), ("van", 1700.0, True), ("van", 9000.0, False)],
)
def test_no_vehicle_takes_more_than_it_carries(vehicle: str, load_kg: float | None, fits: bool) -> None:
    other = own(change={"replaces": {"vehicle_type": vehicle}})
    assert (saving(other, TRIP | {"distance_km": 100.0, "load_kg": load_kg}) is not None) is fits


def test_a_change_that_emits_more_has_its_range_in_order() -> None:
    slower = own(change={"input": "speed"})
    found = saving(slower, TRIP | {"distance_km": 100.0, "load_kg": 9000.0, "speed": 80.0})
    assert found is not None
    assert found.low_kg <= found.typical_kg <= found.high_kg < 0


def test_without_a_change_it_is_left_out() -> None:
    of = own()
    assert of.left_out_because
    with pytest.raises(KeyError, match="own-7"):
        rule_of(of)


@pytest.mark.parametrize(
    ("event_type", "change", "end_use"),
    [
        ("delivery", {"input": "energy_kwh"}, "propulsion"),
        ("warehouse", {"input": "energy_kwh"}, "electricity"),
        ("factory", {"input": "furnace_usage"}, "furnace"),
        ("factory", None, "other"),
    ],
)
def test_what_it_saves_of(event_type: str, change: Spec | None, end_use: str) -> None:
    assert end_use_of(own(event_type, change)) == end_use


def test_payback_follows_from_the_money() -> None:
    assert own(investment=9000.0, saving_per_year=6000.0, currency="EUR").payback_months == 18
    assert own(investment=9000.0, currency="EUR").payback_months is None
    assert measure("M01").payback_months is None


@pytest.mark.parametrize(
    ("told", "at", "words"),
    [
        (spec(reduction_typical_pct=4.0), "reduction_typical_pct", "must not be below reduction_low_pct, 5"),
        (spec(reduction_high_pct=9.0), "reduction_high_pct", "rising order"),
        (spec(investment=1.0), "currency", "is missing: investment"),
        (spec(currency="EUR"), "currency", "belongs to no amount"),
        (spec(change={}), "change", "either input or replaces"),
        (spec(change={"input": "speed", "replaces": {"fuel_type": "hvo"}}), "change", "either input or replaces"),
        (spec(change={"input": "gas_kwh"}), "input", "'gas_kwh' is not known here. Accepted: distance_km"),
        (spec("factory", {"input": "distance_km"}), "input", "Accepted: energy_kwh"),
        (spec(change={"replaces": {}}), "replaces", "names nothing"),
        (spec("factory", {"replaces": {"fuel_type": "hvo"}}), "replaces", "factory has none"),
        (spec(change={"replaces": {"vehicle_type": "zeppelin"}}), "replaces", "'zeppelin' is not known"),
        (spec(change={"replaces": {"vehicle_type": "unknown"}}), "replaces", "'unknown' names nothing"),
        (spec(change={"replaces": {"vehicle_type": "truck_ev", "fuel_type": "diesel"}}), "replaces", "contradicts"),
        (spec(change={"replaces": {"vehicle_type": "cargo_bike", "fuel_type": "hvo"}}), "replaces", "runs on electric"),
        (spec(change={"input": "speed", "only": {"vehicle_type": ["truck_ev"]}}), "vehicle_type", "fuel in fuel_type"),
        (spec(change={"input": "speed", "only": {"vehicle_type": ["zeppelin"]}}), "vehicle_type", "hgv_average"),
        (spec(change={"input": "speed", "only": {"fuel_type": ["steam"]}}), "fuel_type", "Accepted: diesel"),
        (spec("factory", {"input": "energy_kwh", "only": {"fuel_type": ["diesel"]}}), "fuel_type", "factory has none"),
        (spec(change={"input": "speed", "only": {"min": {"height": 1}}}), "min", "'height' is not known"),
        (spec(change={"input": "speed", "only": {"min": {"speed": 9}, "max": {"speed": 8}}}), "min", "above max, 8"),
    ],
)  # fmt: skip
def test_what_cannot_be_names_field_value_rule_and_remedy(told: Spec, at: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(told)
    (problem,) = refused.value.problems
    assert problem["loc"][-1] == at
    assert words in problem["msg"]
    assert problem["rule"]
    assert problem["remedy"]


def test_ids_of_own_measures() -> None:
    assert number_of(measure_id(12)) == 12
    assert [number_of(each) for each in ("M01", "own-", "own-0", "own-01", "own-x", "own-9999999999", "own-٣")] == [
        None
    ] * 7
