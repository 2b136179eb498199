"""Savings against arithmetic done by hand. Factors: UK DESNZ 2025, kg CO2e, TTW + WTT."""

from math import exp

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import Basis
from carbon_nexus.measures.library import measure, measures
from carbon_nexus.measures.model import Saving
from carbon_nexus.measures.simulate import savings

GRID = 0.177 + 0.0459 + 0.01853 + 0.00397  # kWh
DIESEL_LITRE = 2.57082 + 0.61101
HVO_GJ = 1.03677 + 16.445
ARTIC_EMPTY_KM = 0.64734 + 0.15178  # over 33 t, no load
ARTIC_FULL_KM = 1.06921 + 0.25296
ARTIC_PAYLOAD_KG = 1.06921 / 0.05988 * 1000

Event = dict[str, object]
USABLE = [each for each in measures() if not each.left_out_because]


def frame(*events: Event) -> pl.DataFrame:
    return pl.DataFrame(list(events), infer_schema_length=None)


def artic(**inputs: object) -> Event:
    return {"event_type": "logistics", "vehicle_type": "artic_44t", "fuel_type": "diesel", **inputs}


def van(**inputs: object) -> Event:
    return {"event_type": "delivery", "vehicle_type": "van", "fuel_type": "diesel", **inputs}


def saving_of(measure_id: str, *events: Event) -> Saving | None:
    found = savings([measure(measure_id)], frame(*events))
    return found[0] if found else None


def kg(measure_id: str, *events: Event) -> tuple[float, float, float]:
    saving = saving_of(measure_id, *events)
    assert saving is not None
    return saving.low_kg, saving.typical_kg, saving.high_kg


def near(*numbers: float) -> object:
    return pytest.approx(numbers, rel=1e-9)


def artic_kg_per_km(load_kg: float) -> float:
    return ARTIC_EMPTY_KM + (ARTIC_FULL_KM - ARTIC_EMPTY_KM) * load_kg / ARTIC_PAYLOAD_KG


class TestFuelPerKm:
    def test_of_measured_fuel(self) -> None:
        # 100 L x 3.18183 kg = 318.183 kg; eco-driving saves 3, 5, 15 % of it.
        total = 100 * DIESEL_LITRE
        assert kg("M01", artic(fuel_litres=100.0)) == near(0.03 * total, 0.05 * total, 0.15 * total)

    def test_of_modelled_fuel(self) -> None:
        total = 200 * artic_kg_per_km(9000)
        assert kg("M01", artic(distance_km=200.0, load_kg=9000.0)) == near(0.03 * total, 0.05 * total, 0.15 * total)

    def test_of_stops_and_idling_too(self) -> None:
        event = artic(distance_km=200.0, load_kg=9000.0, speed=40.0, stop_events=900, idle_hours=3.0)
        total = estimate(frame(event))["co2e_kg"][0]
        assert total > 200 * artic_kg_per_km(9000)
        assert kg("M01", event) == near(0.03 * total, 0.05 * total, 0.15 * total)

    def test_acts_only_on_the_vehicles_it_was_measured_on(self) -> None:
        assert saving_of("M01", artic(vehicle_type="car", distance_km=10.0)) is None
        assert saving_of("M01", artic(fuel_type="electric", distance_km=10.0)) is None
        assert saving_of("M07", artic(vehicle_type="rigid_18t", distance_km=10.0)) is None

    def test_shape_matters_only_where_most_km_are_fast(self) -> None:
        fast, slow = artic(distance_km=100.0, speed=80.0), artic(distance_km=100.0, speed=40.0)
        assert saving_of("M08", fast, slow) is None
        found = saving_of("M08", fast, fast, slow)
        assert found is not None
        assert found.affected_events == 2


class TestReplacement:
    def test_hvo_in_place_of_measured_diesel(self) -> None:
        # 100 L x 35.86 MJ = 3,586 MJ: 3.586 GJ x 17.48177 kg/GJ on HVO against 318.183 kg.
        before = 100 * DIESEL_LITRE
        typical = before - 3.586 * HVO_GJ
        low, found, high = kg("M11", artic(fuel_litres=100.0))
        assert found == pytest.approx(typical, rel=1e-4)  # HVO's MJ per litre follow from two rounded rows
        assert (low, high) == near(0.70 * before, 0.90 * before)

    def test_electric_van(self) -> None:
        # Average van, 100 km: diesel 31.689 kg; electric .06976 / .177 kWh per km, from the grid: 9.672 kg.
        before, after = 100 * (0.25561 + 0.06128), 100 * 0.06976 / 0.177 * GRID
        assert kg("M17", van(distance_km=100.0)) == near(0.50 * before, before - after, 0.95 * before)

    def test_electric_lorry_even_where_the_name_says_diesel(self) -> None:
        before, after = 100 * (0.89121 + 0.21154), 100 * 1.113 * GRID
        event = artic(vehicle_type="truck_diesel", distance_km=100.0)
        assert kg("M13", event) == near(0.30 * before, before - after, 0.95 * before)

    def test_an_electric_van_has_nothing_to_switch(self) -> None:
        assert saving_of("M17", van(vehicle_type="ev", fuel_type="electric", distance_km=100.0)) is None

    def test_a_smaller_van_needs_every_load_known_and_light(self) -> None:
        light = van(vehicle_type="van_iii", distance_km=100.0, load_kg=500.0)
        before, after = 100 * (0.27878 + 0.06706), 100 * (0.1926 + 0.04602)
        assert kg("M24", light)[1] == pytest.approx(before - after)
        assert saving_of("M24", light, light | {"load_kg": 700.0}) is None
        assert saving_of("M24", light, light | {"load_kg": None}) is None

    def test_events_without_an_estimate_do_not_count(self) -> None:
        found = saving_of("M17", van(distance_km=100.0), van(distance_km=1e13))
        assert found is not None
        assert found.affected_events == 1


class TestLoad:
    def test_half_full_lorries_save_the_published_share(self) -> None:
        half = artic(distance_km=100.0, load_kg=ARTIC_PAYLOAD_KG / 2)
        before = 100 * artic_kg_per_km(ARTIC_PAYLOAD_KG / 2)
        low, typical, high = kg("M03", half, half)
        assert low == pytest.approx(0.10 * 2 * before, rel=0.01)
        assert typical == pytest.approx(0.25 * 2 * before, rel=0.01)
        # Full is full: 1.32217 kg/km against 2 x 1.06065 for two half loads.
        assert high == pytest.approx(2 * before - 100 * ARTIC_FULL_KM, rel=1e-6)

    def test_full_lorries_save_nothing(self) -> None:
        assert kg("M03", artic(distance_km=100.0, load_kg=ARTIC_PAYLOAD_KG)) == pytest.approx((0, 0, 0), abs=1e-9)

    def test_longer_trailers_carry_the_same_goods_on_fewer_runs(self) -> None:
        # 8 % fewer km: .92 of the empty part; the part that carries the load stays.
        typical = 0.08 * 100 * ARTIC_EMPTY_KM
        assert kg("M06", artic(distance_km=100.0, load_kg=9000.0))[1] == pytest.approx(typical)
        assert saving_of("M06", artic(distance_km=100.0, load_kg=16_000.0)) is None  # too heavy for longer trailers

    def test_empty_runs_need_a_share_worth_matching(self) -> None:
        laden, empty = artic(distance_km=100.0, load_kg=9000.0), artic(distance_km=100.0, load_kg=0.0)
        # Half of 200 km are empty; 8 % of 200 km, 16 km, taken from the empty ones.
        assert kg("M04", laden, empty)[1] == pytest.approx(16 * ARTIC_EMPTY_KM)
        assert saving_of("M04", *[laden] * 9, empty) is None
        assert saving_of("M04", empty, empty) is None  # no load was ever recorded: zero may mean unknown


class TestRounds:
    def test_denser_rounds_only_where_drops_are_sparse(self) -> None:
        # 50 drops are 9.5 stops more than the 40.5 that 100 km at 50 km/h have anyway, from 40 km/h with 2.405 t
        stop_mj = 0.5 * (2000 + 1000 * 0.25561 / 0.6313) * (40 / 3.6) ** 2 / 1e6 / 0.38
        stops_kg = (50 - 100 * exp(1.2995 - 0.04407 * 50)) * stop_mj * DIESEL_LITRE / 35.86
        total = 100 * (0.25561 + 0.06128) + stops_kg
        sparse = van(distance_km=100.0, delivery_count=50)
        assert kg("M19", sparse) == near(0.10 * total, 0.25 * total, 0.50 * total)
        assert saving_of("M19", van(distance_km=80.0, delivery_count=120)) is None

    def test_cargo_bikes_take_short_light_rounds_only(self) -> None:
        light, far = van(distance_km=9.0, load_kg=100.0), van(distance_km=30.0, load_kg=100.0)
        found = saving_of("M18", light, far, van(distance_km=9.0, load_kg=400.0), van(distance_km=9.0))
        assert found is not None
        assert found.typical_kg == pytest.approx(0.90 * 9 * (0.25561 + 0.06128))
        assert found.affected_events == 1


class TestSites:
    def test_share_of_all_electricity(self) -> None:
        total = 1000 * GRID
        assert kg("M41", {"event_type": "factory", "energy_kwh": 1000.0}) == near(
            0.05 * total, 0.1 * total, 0.15 * total
        )

    def test_of_the_grid_the_site_is_on(self) -> None:
        site = {"event_type": "factory", "energy_kwh": 1000.0, "grid_region": "FR"}
        assert kg("M41", site)[1] == pytest.approx(0.1 * 44.18)
        at_home = savings([measure("M41")], frame(site | {"grid_region": None}), Basis(grid_region="DE"))
        assert at_home[0].typical_kg == pytest.approx(0.1 * 342.06)

    def test_base_load_comes_from_the_sites_own_events(self) -> None:
        # energy = 50 + 10 x hours: 24 events with a base load of 50 kWh; 8 % of it is typical.
        shifts = [
            {"event_type": "factory", "energy_kwh": 50.0 + 10 * hours, "shift_hours": float(hours)}
            for hours in (0, 4, 8, 12) * 6
        ]
        assert kg("M40", *shifts) == near(*(r * 24 * 50 * GRID for r in (0.03, 0.08, 0.20)))

    def test_base_load_is_not_known_from_events_of_one_length(self) -> None:
        assert saving_of("M40", *[{"event_type": "factory", "energy_kwh": 80.0, "shift_hours": 1.0}] * 30) is None


amounts = st.none() | st.floats(allow_nan=True, allow_infinity=True)
rows = st.fixed_dictionaries(
    {
        "vehicle_type": st.sampled_from([None, "truck", "artic_44t", "van", "van_iii", "ev", "car", "ship"]),
        "fuel_type": st.sampled_from([None, "diesel", "electric", "hvo", "plug_in_hybrid", "coal"]),
        **dict.fromkeys(["distance_km", "load_kg", "speed", "energy_kwh", "fuel_litres", "shift_hours"], amounts),
        "delivery_count": st.none() | st.integers(-5, 500),
    }
)
SCHEMA = {
    **dict.fromkeys(["vehicle_type", "fuel_type"], pl.String()),
    **dict.fromkeys(["distance_km", "load_kg", "speed", "energy_kwh", "fuel_litres", "shift_hours"], pl.Float64()),
    "delivery_count": pl.Int64(),
}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["logistics", "delivery", "factory", "warehouse"]), st.lists(rows, max_size=6))
def test_whatever_the_events_a_saving_is_a_finite_range(event_type: str, events: list[Event]) -> None:
    drawn = pl.DataFrame(events, schema=SCHEMA).with_columns(event_type=pl.lit(event_type))
    for saving in savings(USABLE, drawn):
        slack_kg = 1e-9 * (1 + saving.affected_kg)
        assert 0 <= saving.affected_kg < float("inf")
        assert float("-inf") < saving.low_kg <= saving.typical_kg + slack_kg
        assert saving.typical_kg <= saving.high_kg + slack_kg
        assert saving.high_kg <= saving.affected_kg + slack_kg


def test_every_level_speaks_of_the_same_events() -> None:
    # All the empty kilometres go at the high level; without distance and vehicle that run has no estimate there.
    laden = artic(distance_km=100.0, load_kg=9000.0)
    nameless = {"event_type": "logistics", "fuel_type": "diesel", "distance_km": 15.0, "load_kg": 0.0}
    assert saving_of("M04", laden, nameless | {"fuel_litres": 4.0}) is None


def test_no_events_no_savings() -> None:
    assert savings(USABLE, pl.DataFrame(schema={"event_type": pl.String()})) == []


class TestWhatTheEstimatorKnowsOf:
    def test_a_capped_speed_saves_what_the_curve_says(self) -> None:
        fast, capped = (artic(distance_km=100.0, load_kg=9000.0, speed=kmh) for kmh in (100.0, 80.0))
        before, after = estimate(frame(fast, capped))["co2e_kg"]
        saving = saving_of("M02", fast, artic(distance_km=100.0, speed=70.0))
        assert saving is not None
        assert saving.typical_kg == pytest.approx(before - after)
        assert saving.affected_events == 1

    def test_less_idling(self) -> None:
        idle, driving = artic(distance_km=100.0, idle_hours=2.0), artic(distance_km=100.0, idle_hours=0.0)
        total = estimate(frame(idle, driving))["co2e_kg"]
        assert kg("M10", idle, driving) == near(*(share * (total[0] - total[1]) for share in (0.5, 0.65, 0.8)))

    @pytest.mark.parametrize(
        ("measure_id", "site"),
        [
            ("M29", {"event_type": "warehouse", "gas_kwh": 500.0}),
            ("M37", {"event_type": "factory", "furnace_usage": 90.0, "furnace_unit": "m3", "fuel_type": "natural_gas"}),
            ("M39", {"event_type": "factory", "cooling_load": 300.0, "cooling_cop": 3.0, "cooling_metered": False}),
        ],
    )
    def test_less_of_a_site_s_own_use(self, measure_id: str, site: Event) -> None:
        of, meter = measure(measure_id), {"energy_kwh": 1000.0}
        with_it = estimate(frame(meter | site))["co2e_kg"][0]
        own_kg = with_it - estimate(frame(meter | {"event_type": site["event_type"]}))["co2e_kg"][0]
        percent = (of.reduction_low_pct, of.reduction_typical_pct, of.reduction_high_pct)
        assert kg(measure_id, meter | site) == near(*(each / 100 * own_kg for each in percent))

    def test_refrigerants(self) -> None:
        plant = {"event_type": "warehouse", "energy_kwh": 1000.0, "period_hours": 24.0, "refrigerant_charge_kg": 300.0}
        leaking = plant | {"refrigerant": "R404A", "leak_equipment": "cold-storage"}
        leak_kg = estimate(frame(leaking))["co2e_kg"][0] - estimate(frame(plant))["co2e_kg"][0]
        assert kg("M32", leaking) == near(0.2 * leak_kg, 0.4 * leak_kg, 0.6 * leak_kg)
        assert kg("M31", leaking)[1] == pytest.approx(leak_kg, rel=0.001)
        assert kg("M30", leaking)[1] == pytest.approx(0.67 * leak_kg, rel=0.03)
        assert saving_of("M30", leaking | {"refrigerant": "R744"}) is None
        assert saving_of("M31", leaking | {"refrigerant": "R717"}) is None


def test_each_case_is_simulated_by_itself() -> None:
    loads = {1: (9000.0, 0.0), 2: (9000.0, 1.0)}
    cases = {case: frame(*(artic(distance_km=100.0, load_kg=load) for load in own)) for case, own in loads.items()}
    together = savings(USABLE, pl.concat(events.with_columns(case=pl.lit(case)) for case, events in cases.items()))
    for case, events in cases.items():
        alone = {each.measure_id: each for each in savings(USABLE, events)}
        own = {each.measure_id: each for each in together if each.case == case}
        assert list(own) == list(alone)
        for name, saving in own.items():
            assert saving.typical_kg == pytest.approx(alone[name].typical_kg)
            assert saving.affected_events == alone[name].affected_events
    assert any(each.measure_id == "M04" for each in together if each.case == 1)  # half its kilometres are empty
    assert not any(each.measure_id == "M04" for each in together if each.case == 2)
