"""What estimates say about themselves: scope, category, factors, and every assumption in words."""

from collections.abc import Callable
from functools import partial

import polars as pl
import pytest

from carbon_nexus.activities.vehicles import FUELS, VEHICLE_CLASSES
from carbon_nexus.emissions.account import NOTE_BITS, SiteNote, TripNote
from carbon_nexus.emissions.curves import CURVES
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.labels import FORMULAS, NO_SPLIT, PROVENANCE, SITE_WORDS, TRIP_WORDS, digest, formula_of
from carbon_nexus.emissions.model import UnknownMethod
from carbon_nexus.emissions.road import road_paths
from carbon_nexus.factors.grid import regions
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.shapes import functions_id
from tests.unit.emissions.asking import Row, factory, leg, one, tour, warehouse


class TestScopes:
    FUEL = {"fuel_type": "diesel", "fuel_litres": 1.0}  # noqa: RUF012
    POWER = {"vehicle_type": "ev", "energy_kwh": 1.0}  # noqa: RUF012

    @pytest.mark.parametrize("operator", [None, "own"])
    def test_own(self, operator: str | None) -> None:
        rows = [leg(**self.FUEL, operator=operator), tour(**self.POWER, operator=operator)]
        rows.append(warehouse(energy_kwh=1.0, operator=operator))
        assert [row["scope"] for row in rows] == [1, 2, 2]
        assert rows[0]["ghg_category"] == "scope 1; upstream scope 3 category 3"
        assert rows[1]["ghg_category"] == rows[2]["ghg_category"] == "scope 2; upstream scope 3 category 3"

    @pytest.mark.parametrize(("operator", "of_a_factory", "of_all_others"), [("purchased", 1, 4), ("customer", 9, 9)])
    def test_of_others(self, operator: str, of_a_factory: int, of_all_others: int) -> None:
        others = [leg(**self.FUEL, operator=operator), tour(**self.POWER, operator=operator)]
        others.append(warehouse(energy_kwh=1.0, operator=operator))
        for row in others:
            assert (row["scope"], row["ghg_category"]) == (3, f"scope 3 category {of_all_others}")
        row = factory(energy_kwh=1.0, operator=operator)
        assert (row["scope"], row["ghg_category"]) == (3, f"scope 3 category {of_a_factory}")

    def test_both(self) -> None:
        both = "scope 1 and 2; upstream scope 3 category 3"
        rows = [
            leg(vehicle_type="car", fuel_type="phev", fuel_litres=1.0, energy_kwh=1.0),
            leg(vehicle_type="car", fuel_type="phev", distance_km=1.0),
            leg(vehicle_type="rail", distance_km=1.0, load_kg=1.0),
            factory(energy_kwh=1.0, gas_kwh=1.0),
        ]
        assert [(row["scope"], row["ghg_category"]) for row in rows] == [(1, both)] * 4


def ids(row: Row) -> list[str]:
    return str(row["factor_ids"]).split(" ")


class TestFactors:
    def test_class_average_and_load_line(self) -> None:
        artic = "desnz-2025/hgv-artic-over-33t"
        asked = {"vehicle_type": "artic_40t", "fuel_type": "diesel", "distance_km": 1.0}
        assert ids(leg(**asked)) == [f"{artic}/average-laden/km"]
        assert ids(leg(**asked, load_kg=9.0)) == [
            f"{artic}/0-percent-laden/km",
            f"{artic}/100-percent-laden/km",
            f"{artic}/100-percent-laden/tonne-km",
        ]

    def test_another_fuel_speed_stops_and_idling(self) -> None:
        row = leg(
            vehicle_type="artic_40t", fuel_type="hvo", distance_km=1.0, speed=90.0, stop_events=50, idle_hours=1.0
        )
        tag = [f"tag-2015/speed-curve/artic/diesel/{name}" for name in "abcd"]
        assert ids(row) == [
            "desnz-2025/hgv-artic-over-33t/average-laden/km",
            "desnz-2025/diesel-average-blend/litre",
            "desnz-2025/hvo/gj",
            "eea-2019/articulated-34-40-t/diesel",
            *tag,
            "carbon-nexus/ordinary-stops/log-intercept",
            "carbon-nexus/ordinary-stops/log-slope-per-kmh",
            "carbon-nexus/truck-idling/hour",
        ]

    def test_the_fuel_that_stops_and_idling_burn(self) -> None:
        asked = {"vehicle_type": "truck", "fuel_type": "diesel", "distance_km": 1.0}
        assert ids(leg(**asked, idle_hours=1.0))[-1] == "desnz-2025/diesel-average-blend/litre"
        row = tour(vehicle_type="van", fuel_type="petrol", distance_km=1.0, stop_events=50)
        assert ids(row)[-1] == "desnz-2025/petrol-average-blend/kwh-net"

    def test_electric_drive_and_its_grid(self) -> None:
        assert ids(tour(vehicle_type="ev", distance_km=1.0, grid_region="DE")) == [
            "desnz-2025/van-average/battery-electric/km",
            "desnz-2025/electricity-uk/kwh",
            "ember-2024/electricity/DE",
        ]

    def test_a_site_with_everything(self) -> None:
        row = factory(
            energy_kwh=1.0, gas_kwh=1.0, furnace_usage=1.0, furnace_unit="litre", furnace_fuel="fuel_oil",
            fuel_type="diesel", fuel_litres=1.0, refrigerant="R410A", refrigerant_charge_kg=1.0,
            leak_equipment="chillers", period_hours=24.0,
        )  # fmt: skip
        assert ids(row) == [
            "desnz-2025/electricity-uk/kwh",
            "desnz-2025/electricity-uk-losses/kwh",
            "desnz-2025/natural-gas/kwh-gross",
            "desnz-2025/fuel-oil/litre",
            "desnz-2025/diesel-average-blend/litre",
            "ipcc-ar5/refrigerant/R410A",
            "desnz-2012/leakage/chillers/operation",
        ]
        assert row["factor_id"] == ids(row)[0]

    def test_a_furnace_by_its_hours(self) -> None:
        row = factory(
            energy_kwh=0.0, furnace_usage=1.0, furnace_unit="h", furnace_fuel="natural_gas", furnace_rated_kw=9.0
        )
        assert ids(row) == ["desnz-2025/natural-gas/kwh-net"]

    def test_benchmarks(self) -> None:
        use = "seattle-2016/benchmark/distribution-center"
        found = ids(warehouse(floor_area_m2=1.0, building_use="distribution_center"))
        assert {f"{use}/electricity/p50", f"{use}/gas/p50", "desnz-2025/natural-gas/kwh-gross"} <= set(found)
        found = ids(warehouse(inventory_volume=1.0, temperature=-1.0))
        assert found[2:] == ["iarw-2010/cold-store/total/mean", "carbon-trust-2011/cold-store/set-point-sensitivity"]

    def test_every_road_estimate_names_packaged_factors_and_a_formula(self) -> None:
        vehicles, fuels = pl.DataFrame({"vehicle_type": VEHICLE_CLASSES}), pl.DataFrame({"fuel_type": [None, *FUELS]})
        kinds = pl.DataFrame({"event_type": ["logistics", "delivery"]})
        known = pl.DataFrame(
            {"load_kg": [None, 500.0, 500.0], "fuel_litres": [None, 3.0, None], "speed": [None, None, 95.0]}
        )
        events = kinds.join(vehicles, how="cross").join(fuels, how="cross").join(known, how="cross")
        found = estimate(events.with_columns(distance_km=10.0, stop_events=100.0, idle_hours=1.0))
        found = found.filter(pl.col("co2e_kg").is_not_null())
        segments = {functions_id(curve.segment, curve.fuel) for curve in CURVES.values()}
        known_ids = segments | factor_set().factors.keys()
        assert set(" ".join(found["factor_ids"].unique()).split()) <= known_ids
        assert all(formula_of(method) for method in found["method"].unique())
        assert set(found["model_version"]) == set(found["factor_set"]) == {"desnz-2025.2"}


_leg: Callable[..., Row] = partial(dict, event_type="logistics")
_tour: Callable[..., Row] = partial(dict, event_type="delivery")
_factory: Callable[..., Row] = partial(dict, event_type="factory")
_warehouse: Callable[..., Row] = partial(dict, event_type="warehouse")
NEEDS_UNIT = "furnace_usage is not counted: it needs a fuel and a unit (kwh, m3, litre, kg, or h with furnace_rated_kw)"

# Everything that an estimate assumes or leaves out, with an event that makes it say so.
SAID: dict[str, Row] = {
    "fuel_type is missing: taken as diesel": _leg(vehicle_type="truck", distance_km=1.0),
    "fuel_type is missing: taken as petrol": _leg(vehicle_type="bike", distance_km=1.0),
    "fuel_type is missing: the class's average over fuels": _tour(vehicle_type="van", distance_km=1.0),
    "load_kg is missing: the class's average load": _leg(vehicle_type="truck", distance_km=1.0),
    "load above the class payload of 17.9 t: capped": _leg(vehicle_type="artic_40t", distance_km=1.0, load_kg=2e4),
    "speed is missing: the class's average speed": _leg(vehicle_type="truck", distance_km=1.0),
    "speed is from traffic_score": _tour(vehicle_type="van", distance_km=1.0, traffic_score=2.0),
    "stop_events is missing: one stop per drop": _tour(vehicle_type="van", distance_km=1.0, delivery_count=99),
    "speed is missing: usual stops are those of 50 km/h": _tour(vehicle_type="ev", distance_km=1.0, stop_events=99),
    "idle_hours is not counted: no rate for van_average": _leg(vehicle_type="van", distance_km=1.0, idle_hours=1.0),
    "fuel_litres is not counted": _leg(vehicle_type="ev", distance_km=1.0, fuel_litres=1.0),
    "energy_kwh is not counted": _leg(vehicle_type="van", distance_km=1.0, energy_kwh=1.0),
    "electricity is not counted: not metered": _leg(vehicle_type="car", fuel_type="phev", fuel_litres=1.0),
    "calibrated with measured trips": _leg(
        vehicle_type="van", distance_km=1.0, calibration_ratio=1.0, calibration_spread=0.1
    ),
    "traction is the average of diesel and electric, not told apart": _leg(
        vehicle_type="rail", fuel_type="electric", distance_km=1.0, load_kg=1.0
    ),
    "energy per km is that of a full-size electric tractor: an upper estimate for a rigid lorry": _leg(
        vehicle_type="truck_ev", distance_km=1.0
    ),
    "energy per km is that of a 12 t electric lorry, by its maker": _leg(
        vehicle_type="rigid_12t", fuel_type="electric", distance_km=1.0
    ),
    "energy per km is that of one electric tractor, measured": _leg(
        vehicle_type="artic", fuel_type="electric", distance_km=1.0
    ),
    "electricity is in the class's row (United Kingdom), not told apart": _leg(
        vehicle_type="van", fuel_type="phev", distance_km=1.0
    ),
    "refrigeration is taken as with diesel": _leg(vehicle_type="reefer_artic", fuel_type="electric", distance_km=1.0),
    "the grid's source tells neither the upstream part of electricity nor its losses": _factory(
        energy_kwh=1.0, grid_region="DE"
    ),
    NEEDS_UNIT: _factory(energy_kwh=1.0, furnace_usage=1.0),
    "furnace_usage is not added: gas_kwh holds it": _factory(
        gas_kwh=1.0, furnace_usage=1.0, furnace_unit="m3", furnace_fuel="gas"
    ),
    "the furnace is taken at furnace_rated_kw for all its hours": _factory(
        energy_kwh=1.0, furnace_usage=1.0, furnace_unit="h", furnace_fuel="gas", furnace_rated_kw=1.0
    ),
    "cooling_load is not added: cooling_metered does not say whose meter it is behind": _factory(
        energy_kwh=1.0, cooling_load=1.0
    ),
    "cooling_cop is missing: 3.0": _factory(energy_kwh=1.0, cooling_load=1.0, cooling_metered=False),
    "electricity is not counted: energy_kwh is missing": _factory(gas_kwh=1.0),
    "refrigerant leaks are not counted: they need refrigerant, leak_equipment and period_hours": _warehouse(
        energy_kwh=1.0, refrigerant_charge_kg=1.0
    ),
    "period_hours is missing: taken as one day": _warehouse(inventory_volume=1.0, temperature=0.0),
    "not metered: energy by the benchmark of its floor area": _warehouse(
        floor_area_m2=1.0, building_use="distribution_center"
    ),
    "not metered: energy by the benchmark of a cold store's volume": _warehouse(inventory_volume=1.0, temperature=0.0),
}


class TestNotes:
    @pytest.mark.parametrize("words", SAID)
    def test_every_assumption_is_said(self, words: str) -> None:
        row = one(**SAID[words])
        assert row["co2e_kg"] is not None
        assert words in str(row["reason"]).split("; ")

    def test_the_list_above_holds_all(self) -> None:
        shown = {*TRIP_WORDS.values(), *SITE_WORDS.values()}
        filled = {text.format(payload_t=1.06921 / 0.05988, vehicle_class="van_average") for text in shown}
        of_paths = {part for path in road_paths("desnz-2025.2") if path.note for part in path.note.split("; ")}
        assert filled | of_paths | {NO_SPLIT} == SAID.keys()

    def test_an_event_that_tells_all_has_nothing_to_add(self) -> None:
        row = leg(
            vehicle_type="truck", fuel_type="diesel", distance_km=9.0, load_kg=9.0, speed=50.0, stop_events=99,
            idle_hours=1.0,
        )  # fmt: skip
        assert row["reason"] is None

    @pytest.mark.parametrize("notes", [TripNote, SiteNote])
    def test_they_fit_into_their_bits(self, notes: type[TripNote] | type[SiteNote]) -> None:
        assert max(notes) < 1 << NOTE_BITS


def test_a_label_s_code_has_room_for_all_it_holds() -> None:
    # path, way, notes, operator, region and words in the 63 bits of a positive integer
    paths, places = len(road_paths("desnz-2025.2")) + 1, len(regions(factor_set())) - 1
    assert paths.bit_length() + 4 + NOTE_BITS + 2 + 11 + 19 <= 63
    assert places.bit_length() <= 11


class TestProvenance:
    def test_the_same_words_the_same_digest(self) -> None:
        asked = {"vehicle_type": "van", "fuel_type": "diesel"}
        near, far, other = (leg(**asked, distance_km=1.0), leg(**asked, distance_km=9.0), leg(**asked, fuel_litres=1.0))
        assert near["provenance"] == far["provenance"] != other["provenance"]
        assert near["provenance"] == digest({name: near[name] for name in PROVENANCE})

    @pytest.mark.parametrize("name", PROVENANCE)
    def test_every_word_counts(self, name: str) -> None:
        said = dict.fromkeys(PROVENANCE, "x")
        assert digest(said) != digest(said | {name: None}) != digest(said | {name: "y"})


def test_formulas() -> None:
    assert "min(load_t, payload_t)" in formula_of("trip.fuel-model.1")
    assert all(text.startswith("CO2e =") for text in FORMULAS.values())
    with pytest.raises(UnknownMethod):
        formula_of("trip.magic.1")


def test_without_a_number_nothing_is_said() -> None:
    row = one(event_type="logistics", vehicle_type="van")
    assert [row[name] for name in (*PROVENANCE, "provenance") if name not in ("factor_set", "model_version")] == [
        None
    ] * (len(PROVENANCE) - 1)
