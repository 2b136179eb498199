"""Every method against arithmetic done by hand from the published tables."""

from math import hypot

import polars as pl
import pytest

from carbon_nexus.emissions.estimate import ESTIMATE_SCHEMA, FORMULAS, estimate, formula_of
from carbon_nexus.emissions.factors import FACTOR_SET, factor
from carbon_nexus.emissions.model import UnknownMethod
from carbon_nexus.emissions.vehicles import FUELS, VEHICLE_CLASSES

# Grid, kg per kWh: generation .177; upstream .0459 (WTT) + .01853 (T&D) + .00397 (WTT of T&D).
GRID_TTW, GRID_WTT = 0.177, 0.0684

Row = dict[str, object]


def one(**event: object) -> Row:
    return estimate(pl.DataFrame([{"supplier_id": "s1", **event}])).row(0, named=True)


def logistics(**event: object) -> Row:
    return one(event_type="logistics", **event)


def delivery(**event: object) -> Row:
    return one(event_type="delivery", **event)


def kg(row: Row) -> tuple[object, object]:
    return row["ttw_kg"], row["wtt_kg"]


def near(ttw_kg: float, wtt_kg: float) -> object:
    return pytest.approx((ttw_kg, wtt_kg), rel=1e-9, abs=1e-12)


class TestMeasured:
    def test_fuel(self) -> None:
        # 35.2 L x 2.57082 = 90.492864 kg; x .61101 = 21.507552 kg. Distance and load do not matter.
        row = logistics(vehicle_type="truck", fuel_type="diesel", fuel_litres=35.2, distance_km=100.0, load_kg=5e3)
        assert kg(row) == near(90.492864, 21.507552)
        assert (row["tier"], row["method"], row["scope"]) == ("T1", "logistics.measured-fuel.1", 1)
        assert row["factor_id"] == "desnz-2025/diesel-average-blend/litre"
        assert row["confidence"] == pytest.approx(0.95)
        assert row["low_kg"] == pytest.approx(112.000416 * 0.95)
        assert row["high_kg"] == pytest.approx(112.000416 * 1.05)

    def test_fuel_needs_no_vehicle(self) -> None:
        assert kg(delivery(fuel_type="petrol", fuel_litres=10.0)) == near(20.6916, 5.8094)

    @pytest.mark.parametrize(
        ("fuel", "ttw_kg", "wtt_kg"),
        [
            ("hvo", 0.03558, 0.56439),
            ("biodiesel", 0.16751, 0.39508),
            ("cng", 0.4507, 0.09289),
            ("lng", 1.17797, 0.41277),
        ],
    )
    def test_other_fuels(self, fuel: str, ttw_kg: float, wtt_kg: float) -> None:
        assert kg(logistics(vehicle_type="truck", fuel_type=fuel, fuel_litres=1.0)) == near(ttw_kg, wtt_kg)

    def test_electricity(self) -> None:
        # 50 kWh x .177 = 8.85 kg (scope 2); x .0684 = 3.42 kg (scope 3).
        row = delivery(vehicle_type="ev", energy_kwh=50.0)
        assert kg(row) == near(8.85, 3.42)
        assert (row["tier"], row["scope"]) == ("T1", 2)
        assert row["method"] == "delivery.measured-electricity.1"
        assert row["ghg_category"] == "scope 2; upstream scope 3 category 3"
        # Meter 2 % and grid 10 % in quadrature: 10.198 %.
        assert row["confidence"] == pytest.approx(1 - hypot(0.02, 0.1))

    def test_plug_in_adds_both(self) -> None:
        # 3 L x 2.06916 + 5 kWh x .177 = 6.20748 + .885; 3 x .58094 + 5 x .0684 = 1.74282 + .342.
        row = logistics(vehicle_type="car", fuel_type="plug_in_hybrid", fuel_litres=3.0, energy_kwh=5.0)
        assert kg(row) == near(7.09248, 2.08482)
        assert row["ghg_category"] == "scope 1 and 2; upstream scope 3 category 3"
        assert row["method"] == "logistics.measured-plug-in.1"
        # Fuel 3 x 2.6501 = 7.9503 kg at 5 %, electricity 5 x .2454 = 1.227 kg at 10.198 %.
        half_kg = hypot(0.05 * 7.9503, hypot(0.02, 0.1) * 1.227)
        assert row["high_kg"] == pytest.approx(9.1773 + half_kg)

    def test_plug_in_driven_electrically(self) -> None:
        row = logistics(vehicle_type="car", fuel_type="phev", fuel_litres=0.0, energy_kwh=5.0)
        assert kg(row) == near(0.885, 0.342)
        assert row["scope"] == 2

    def test_plug_in_without_meter_says_what_is_missing(self) -> None:
        row = logistics(vehicle_type="car", fuel_type="phev", fuel_litres=3.0)
        assert kg(row) == near(6.20748, 1.74282)
        assert row["reason"] == "electricity is not counted: not metered"

    def test_plug_in_kwh_alone_is_no_measurement(self) -> None:
        # Without litres the trip would look clean: the class row .10461 + .02934 per km instead.
        row = logistics(vehicle_type="car", fuel_type="phev", energy_kwh=5.0, distance_km=100.0)
        assert kg(row) == near(10.461, 2.934)
        assert (row["tier"], row["reason"]) == ("T3", "energy_kwh is not counted")

    def test_zero_litres_are_no_measurement_of_a_drive(self) -> None:
        row = logistics(vehicle_type="van", fuel_type="diesel", fuel_litres=0.0, distance_km=100.0)
        assert row["tier"] == "T3"


class TestLoadSlope:
    def test_heavy_artic(self) -> None:
        # Payload 1.06921 / .05988 = 17.85588 t; slope (1.06921 - .64734) / 17.85588 = .0236264 kg per km and t.
        # 100 km with 10 t: 100 x (.64734 + .236264) = 88.3604 kg.
        row = logistics(vehicle_type="artic_40t", fuel_type="diesel", distance_km=100.0, load_kg=10_000.0)
        assert row["ttw_kg"] == pytest.approx(88.3604, abs=1e-3)
        # WTT slope (.25296 - .15178) / 17.85588 = .00566648: 100 x (.15178 + .0566648) = 20.8445 kg.
        assert row["wtt_kg"] == pytest.approx(20.8445, abs=1e-3)
        assert (row["tier"], row["method"]) == ("T2", "logistics.load-slope.1")
        assert row["confidence"] == pytest.approx(0.79)
        assert (row["activity"], row["activity_unit"]) == (1000.0, "t.km")
        assert row["reason"] is None

    def test_empty_and_full_are_the_published_rows(self) -> None:
        empty = logistics(vehicle_type="rigid_18t", fuel_type="diesel", distance_km=1.0, load_kg=0.0)
        full = logistics(vehicle_type="rigid_18t", fuel_type="diesel", distance_km=1.0, load_kg=1109.05 / 0.12436)
        assert kg(empty) == near(0.774, 0.18172)
        assert kg(full) == near(1.10905, 0.26149)
        assert (empty["tier"], empty["activity_unit"]) == ("T2", "km")

    def test_overload_is_capped_and_said(self) -> None:
        row = logistics(vehicle_type="artic_40t", fuel_type="diesel", distance_km=1.0, load_kg=30_000.0)
        assert kg(row) == near(1.06921, 0.25296)
        assert row["reason"] == "load above the class payload of 17.9 t: capped"
        assert row["activity"] == pytest.approx(30.0)

    def test_the_original_example(self) -> None:
        # truck_diesel, 120 km, 450 kg: payload 1.01203 / .07431 = 13.61903 t, slope .35228 / 13.61903 = .0258667;
        # 120 x (.65975 + .45 x .0258667) = 80.5668 kg.
        row = logistics(vehicle_type="truck_diesel", fuel_type="diesel", distance_km=120.0, load_kg=450.0, speed=50.0)
        assert row["ttw_kg"] == pytest.approx(80.5668, abs=1e-4)

    def test_hvo_carries_the_same_energy(self) -> None:
        # Empty artic: .64734 / 2.57082 L x 35.86 MJ = 9.029665 MJ per km; x 1.03677e-3 and x 16.445e-3 kg per MJ.
        row = logistics(vehicle_type="artic_40t", fuel_type="hvo", distance_km=100.0, load_kg=0.0)
        mj = 64.734 / 2.57082 * 35.86
        assert kg(row) == near(mj * 1.03677e-3, mj * 16.445e-3)
        assert row["ttw_kg"] == pytest.approx(0.93618, abs=1e-3)
        assert (row["method"], row["factor_id"]) == ("logistics.load-slope-fuel.1", "desnz-2025/hvo/gj")

    def test_gas_needs_more_energy(self) -> None:
        # Ratio 1.175: 64.734 / 2.57082 x 35.86 x 1.175 / 3.6 kWh x .2027.
        row = logistics(vehicle_type="artic_40t", fuel_type="cng", distance_km=100.0, load_kg=0.0)
        kwh = 64.734 / 2.57082 * 35.86 * 1.175 / 3.6
        assert kg(row) == near(kwh * 0.2027, kwh * 0.04198)
        assert row["confidence"] == pytest.approx(1 - hypot(0.21, 0.075 / 1.175))


class TestClassDefault:
    @pytest.mark.parametrize(
        ("vehicle", "fuel", "ttw_kg", "wtt_kg"),
        [
            ("truck", "diesel", 89.121, 21.154),
            ("truck", None, 89.121, 21.154),
            ("artic_to_33t", "diesel", 78.471, 18.538),
            ("van", "diesel", 25.561, 6.128),
            ("van", None, 25.43, 6.13),
            ("van_iii", "petrol", 33.845, 9.783),
            ("car", "hybrid", 12.825, 3.315),
            ("bike", "petrol", 11.367, 2.956),
            ("cargo bike", None, 0.0, 0.0),
        ],
    )
    def test_hundred_km(self, vehicle: str, fuel: str | None, ttw_kg: float, wtt_kg: float) -> None:
        row = logistics(vehicle_type=vehicle, fuel_type=fuel, distance_km=100.0)
        assert kg(row) == near(ttw_kg, wtt_kg)
        assert (row["tier"], row["method"]) == ("T3", "logistics.class-km.1")
        assert (row["activity"], row["activity_unit"]) == (100.0, "km")

    def test_electric_van_adds_grid_losses(self) -> None:
        # .06976 / .177 = .394124 kWh/km; x (.01853 + .00397) = .0088678; + WTT .01759 = .0264578 kg/km.
        row = delivery(vehicle_type="ev", distance_km=100.0)
        assert kg(row) == near(6.976, 1.759 + 6.976 / 0.177 * 0.0225)
        assert (row["method"], row["scope"]) == ("delivery.class-km-electric.1", 2)
        assert row["confidence"] == pytest.approx(0.7)

    def test_electric_lorry(self) -> None:
        # 120 km x 1.113 kWh = 133.56 kWh; x .177 = 23.64012; x .0684 = 9.135504.
        row = logistics(vehicle_type="truck_ev", fuel_type="electric", distance_km=120.0, load_kg=450.0)
        assert kg(row) == near(23.64012, 9.135504)
        assert (row["tier"], row["method"]) == ("T3", "logistics.electric-km.1")

    def test_electric_rigid_says_that_it_is_an_upper_estimate(self) -> None:
        row = logistics(vehicle_type="rigid_7.5t", fuel_type="electric", distance_km=1.0)
        assert "upper estimate" in str(row["reason"])

    def test_rail_per_tonne_km(self) -> None:
        # 500 km x 20 t = 10,000 t.km x .02779 and .00691.
        row = logistics(vehicle_type="rail", distance_km=500.0, load_kg=20_000.0)
        assert kg(row) == near(277.9, 69.1)
        assert (row["method"], row["low_kg"], row["confidence"]) == ("logistics.tonne-km.1", 0.0, 0.0)

    def test_delivery_keeps_the_class_average_whatever_the_load(self) -> None:
        # 40 km x .25561 = 10.2244; x .06128 = 2.4512. Ten drops are the activity, they add nothing.
        row = delivery(vehicle_type="van", fuel_type="diesel", distance_km=40.0, delivery_count=10, load_kg=800.0)
        assert kg(row) == near(10.2244, 2.4512)
        assert (row["activity"], row["activity_unit"], row["confidence"]) == (10.0, "drop", pytest.approx(0.45))
        lorry = delivery(vehicle_type="truck", fuel_type="diesel", distance_km=100.0, load_kg=100.0)
        assert kg(lorry) == near(89.121, 21.154)


class TestSites:
    def test_factory(self) -> None:
        # 5200 kWh x .177 = 920.4; x .0684 = 355.68. Cooling is behind the meter.
        row = one(event_type="factory", factory_id="f1", energy_kwh=5200.0, shift_hours=8.0, cooling_load=300.0)
        assert kg(row) == near(920.4, 355.68)
        assert (row["scope"], row["tier"], row["method"]) == (2, "T1", "site.metered-electricity.1")
        assert (row["activity"], row["activity_unit"]) == (8.0, "shift_hour")
        assert (row["entity"], row["entity_type"], row["reason"]) == ("f1", "factory", None)

    def test_furnace_without_a_unit_is_not_counted(self) -> None:
        row = one(event_type="factory", energy_kwh=100.0, furnace_usage=1.2)
        assert kg(row) == near(17.7, 6.84)
        assert row["reason"] == "furnace_usage is not counted: it has no unit"
        assert (row["activity"], row["activity_unit"]) == (1.0, "event")

    def test_warehouse(self) -> None:
        row = one(
            event_type="warehouse", warehouse_id="w1", energy_kwh=830.0, inventory_volume=450.0, temperature=-20.0
        )
        assert kg(row) == near(830 * GRID_TTW, 830 * GRID_WTT)
        assert (row["activity"], row["activity_unit"]) == (450.0, "m3")
        assert (row["entity"], row["entity_type"]) == ("w1", "warehouse")

    def test_a_metered_zero_is_a_number_and_a_missing_meter_is_not(self) -> None:
        assert one(event_type="warehouse", energy_kwh=0.0)["co2e_kg"] == 0.0
        row = one(event_type="warehouse", energy_kwh=None, inventory_volume=10.0)
        assert (row["co2e_kg"], row["reason"]) == (None, "energy_kwh is missing")

    def test_a_vehicle_name_at_a_site_does_not_matter(self) -> None:
        assert one(event_type="factory", vehicle_type="spaceship", energy_kwh=1.0)["ttw_kg"] == 0.177


class TestNoNumber:
    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            ({"event_type": "logistics", "distance_km": 1.0}, "vehicle_type is missing"),
            ({"event_type": "delivery", "distance_km": 1.0, "fuel_type": "diesel"}, "vehicle_type is missing"),
            ({"event_type": "logistics", "vehicle_type": "van"}, "distance_km is missing"),
            ({"event_type": "logistics", "vehicle_type": "spaceship", "fuel_litres": 5.0}, "'spaceship' is not known"),
            (
                {"event_type": "logistics", "vehicle_type": "ev", "fuel_type": "diesel", "distance_km": 1.0},
                "contradicts",
            ),
            ({"event_type": "logistics", "vehicle_type": "bike", "fuel_type": "hvo", "distance_km": 1.0}, "no factor"),
            (
                {"event_type": "logistics", "vehicle_type": "truck", "fuel_type": "b100", "distance_km": 1.0},
                "needs fuel",
            ),
            ({"event_type": "logistics", "vehicle_type": "e_bike", "distance_km": 1.0}, "needs energy_kwh"),
            ({"event_type": "logistics", "vehicle_type": "van_i", "distance_km": 1.0}, "fuel_type is missing"),
            ({"event_type": "logistics", "vehicle_type": "rail", "distance_km": 1.0}, "load_kg is missing"),
            ({"event_type": "flight", "distance_km": 1.0}, "event_type is missing or not known"),
            ({"event_type": None, "distance_km": 1.0}, "event_type is missing or not known"),
            ({"event_type": "logistics", "vehicle_type": "van", "distance_km": -5.0}, "distance_km is negative"),
            ({"event_type": "logistics", "vehicle_type": "van", "distance_km": float("nan")}, "not a finite number"),
            ({"event_type": "factory", "energy_kwh": float("inf")}, "energy_kwh is negative, not a finite number"),
            (
                {"event_type": "delivery", "vehicle_type": "van", "distance_km": 1.0, "delivery_count": -1},
                "delivery_count",
            ),
        ],
    )
    def test_reason_instead_of_a_number(self, event: Row, reason: str) -> None:
        row = one(**event)
        assert reason in str(row["reason"])
        numbers = ("co2e_kg", "ttw_kg", "wtt_kg", "low_kg", "high_kg", "confidence", "tier", "method", "factor_id")
        assert [row[name] for name in numbers] == [None] * len(numbers)


def test_entity_falls_back_to_the_supplier() -> None:
    assert logistics(route_id="r1")["entity"] == "r1"
    assert logistics(route_id="r1")["entity_type"] == "route"
    for row in (logistics(), logistics(route_id=""), one(event_type="factory", route_id="r1", warehouse_id="w1")):
        assert (row["entity"], row["entity_type"]) == ("s1", "supplier")


def test_every_road_estimate_names_a_packaged_factor_and_a_documented_formula() -> None:
    vehicles, fuels = pl.DataFrame({"vehicle_type": VEHICLE_CLASSES}), pl.DataFrame({"fuel_type": [None, *FUELS]})
    kinds = pl.DataFrame({"event_type": ["logistics", "delivery"]})
    loads = pl.DataFrame({"load_kg": [None, 500.0], "fuel_litres": [None, 3.0]})
    events = kinds.join(vehicles, how="cross").join(fuels, how="cross").join(loads, how="cross")
    found = estimate(events.with_columns(distance_km=10.0)).filter(pl.col("co2e_kg").is_not_null())
    assert all(factor(factor_id) for factor_id in found["factor_id"].unique())
    assert all(formula_of(method) for method in found["method"].unique())
    assert found["factor_set"].unique().to_list() == [FACTOR_SET]


def test_formulas() -> None:
    assert "min(load_t, payload_t)" in formula_of("logistics.load-slope.1")
    assert all(text.startswith(("CO2e =", "diesel litres =")) for text in FORMULAS.values())
    with pytest.raises(UnknownMethod):
        formula_of("logistics.magic.1")


def test_no_events_give_an_empty_frame_of_the_same_schema() -> None:
    assert estimate(pl.DataFrame()).schema == pl.Schema(ESTIMATE_SCHEMA)
    assert one(event_type="factory").keys() == ESTIMATE_SCHEMA.keys()
