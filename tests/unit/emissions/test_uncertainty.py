"""The 95 % intervals: from kg / (1 + w) to kg x (1 + w), w by hand from the published spreads."""

from math import exp, log

import pytest

from tests.unit.emissions.asking import Row, factory, half_width, leg, near, number, together, tour, warehouse


def artic(**event: object) -> Row:
    return leg(vehicle_type="artic_40t", fuel_type="diesel", distance_km=100.0, **event)


def van(**event: object) -> Row:
    return tour(vehicle_type="van_iii", fuel_type="diesel", distance_km=100.0, **event)


class TestOfOneKind:
    def test_a_fuel_gauge(self) -> None:
        row = leg(fuel_type="diesel", fuel_litres=10.0)
        assert half_width(row) == pytest.approx(0.05)
        assert (row["low_kg"], row["confidence"]) == near(31.8183 / 1.05, 0.95)

    def test_a_meter_and_its_grid(self) -> None:
        # 2 % of the meter, 10 % of the year's factor
        for row in (factory(energy_kwh=9.0), tour(vehicle_type="ev", energy_kwh=9.0)):
            assert half_width(row) == pytest.approx(together(0.02, 0.10))

    @pytest.mark.parametrize(
        ("vehicle", "width"),
        [
            ("artic_40t", 0.21),
            ("hgv_artic_to_33t", 0.21),
            ("artic", 0.21),
            ("rigid_12t", 0.23),
            ("rigid_18t", 0.44),
            ("rigid_7.5t", 0.56),
            ("rigid", 0.56),
            ("truck", 0.56),
            ("hgv_artic_over_33t_refrigerated", 0.21),
        ],
    )
    def test_a_lorry_of_which_all_is_known(self, vehicle: str, width: float) -> None:
        row = leg(vehicle_type=vehicle, fuel_type="diesel", distance_km=9.0, load_kg=1000.0, speed=50.0)
        assert half_width(row) == pytest.approx(width)
        assert number(row, "low_kg") == pytest.approx(number(row, "co2e_kg") / (1 + width))

    @pytest.mark.parametrize(
        ("vehicle", "fuel", "width"),
        [
            ("van", "diesel", 0.55),
            ("motorbike", "petrol", 0.55),
            ("car", "diesel", 1.0),
            ("car", "phev", 3.9),
            ("rail", None, 1.0),
        ],
    )
    def test_smaller_ones(self, vehicle: str, fuel: str | None, width: float) -> None:
        row = leg(vehicle_type=vehicle, fuel_type=fuel, distance_km=9.0, speed=50.0, load_kg=10.0)
        assert half_width(row) == pytest.approx(width)
        assert row["confidence"] == pytest.approx(max(0.0, 1 - width))

    @pytest.mark.parametrize(("vehicle", "width"), [("van", 0.30), ("car", 0.90), ("artic_40t", 0.30), ("truck", 0.56)])
    def test_electric_drives_have_the_grid_s_too(self, vehicle: str, width: float) -> None:
        row = leg(vehicle_type=vehicle, fuel_type="electric", distance_km=9.0)
        assert half_width(row) == pytest.approx(together(width, 0.10))

    def test_what_no_engine_drives_is_sure(self) -> None:
        row = tour(vehicle_type="cargo_bike", distance_km=9.0)
        assert (row["low_kg"], row["high_kg"], row["confidence"]) == (0.0, 0.0, 1.0)


class TestWhatIsNotKnown:
    # half of empty to full over the average; half of the curve from 30 to 80 over that at 70 km/h, MJ per km half laden
    LOAD = (1.06921 - 0.64734) / 2 / 0.93421
    SPEED = (14.821364 - 9.515839) / 2 / 9.981221

    def test_widens_a_lorry_s_interval_in_quadrature_of_logarithms(self) -> None:
        widths = [
            half_width(artic(load_kg=1000.0, speed=50.0)),
            half_width(artic(speed=50.0)),
            half_width(artic(load_kg=1000.0)),
            half_width(artic()),
        ]
        expected = ((), (self.LOAD,), (self.SPEED,), (self.LOAD, self.SPEED))
        assert widths == near(*(together(0.21, *unknown) for unknown in expected), rel=1e-6)

    def test_the_load_of_a_round_is_no_question(self) -> None:
        asked = {"vehicle_type": "artic_40t", "fuel_type": "diesel", "distance_km": 9.0, "speed": 50.0}
        assert half_width(tour(**asked)) == pytest.approx(0.21)

    def test_widens_a_van_s_interval(self) -> None:
        assert half_width(van(traffic_score=3.0)) == pytest.approx(0.55)
        assert half_width(van()) > 0.55

    @pytest.mark.parametrize(("fuel", "ratio", "half_range"), [("cng", 1.175, 0.075), ("hybrid", 0.85, 0.05)])
    def test_the_need_of_another_engine(self, fuel: str, ratio: float, half_range: float) -> None:
        row = leg(vehicle_type="artic_40t", fuel_type=fuel, distance_km=9.0, load_kg=1000.0, speed=50.0)
        assert half_width(row) == pytest.approx((0.21**2 + (half_range / ratio) ** 2) ** 0.5)

    def test_measured_is_surer_than_modelled_and_that_than_a_default(self) -> None:
        known = {"load_kg": 9000.0, "speed": 60.0}
        rows = [artic(fuel_litres=30.0, **known), artic(**known), artic()]
        assert [row["tier"] for row in rows] == ["T1", "T2", "T3"]
        assert half_width(rows[0]) < half_width(rows[1]) < half_width(rows[2])
        area = {"floor_area_m2": 900.0, "building_use": "distribution_center"}
        sites = [warehouse(energy_kwh=90.0), warehouse(energy_kwh=90.0, cooling_load=90.0, cooling_metered=False)]
        sites.append(warehouse(**area))
        assert [row["tier"] for row in sites] == ["T1", "T2", "T3"]
        assert half_width(sites[0]) < half_width(sites[1]) < half_width(sites[2])


class TestOfParts:
    """Independent parts: (share x half-width) in quadrature."""

    def test_plug_in(self) -> None:
        # 3 L x 2.6501 = 7.9503 kg at 5 %; 5 kWh x .2454 = 1.227 kg at the meter's and the grid's
        row = leg(vehicle_type="car", fuel_type="phev", fuel_litres=3.0, energy_kwh=5.0)
        square = (7.9503 * 0.05) ** 2 + (1.227 * together(0.02, 0.10)) ** 2
        assert number(row, "high_kg") - number(row, "co2e_kg") == pytest.approx(square**0.5)

    def test_gas_and_electricity(self) -> None:
        row = factory(energy_kwh=1000.0, gas_kwh=500.0)
        gas, power = 500 * (0.18296 + 0.03021), 245.4
        square = (gas * 0.05) ** 2 + (power * together(0.02, 0.10)) ** 2
        assert half_width(row) == pytest.approx(square**0.5 / (gas + power))

    def test_a_furnace_by_its_hours(self) -> None:
        # 30 %: 1500 kWh x (.27288 + .06291)
        row = factory(
            energy_kwh=0.0, furnace_usage=6.0, furnace_unit="h", furnace_fuel="gas_oil", furnace_rated_kw=250.0
        )
        assert half_width(row) == pytest.approx(0.30)
        litres = factory(energy_kwh=0.0, furnace_usage=6.0, furnace_unit="litre", furnace_fuel="gas_oil")
        assert half_width(litres) == pytest.approx(0.05)

    @pytest.mark.parametrize(("told", "width"), [({"cooling_cop": 3.0}, 0.10), ({}, 0.50)])
    def test_cooling_by_its_efficiency(self, told: dict[str, float], width: float) -> None:
        # 100 kWh at 2 %, 300 / 3 at 10 % or, of the usual efficiency, 50 %; together with the grid's 10 %
        row = factory(energy_kwh=100.0, cooling_load=300.0, cooling_metered=False, **told)
        kwh = ((100 * 0.02) ** 2 + (100 * width) ** 2) ** 0.5 / 200
        assert half_width(row) == pytest.approx(together(kwh, 0.10))

    def test_leaks_are_good_to_a_factor_of_two(self) -> None:
        plant = {"refrigerant": "R404A", "refrigerant_charge_kg": 200.0, "leak_equipment": "cold-storage"}
        row = warehouse(energy_kwh=0.0, period_hours=720.0, **plant)
        assert half_width(row) == pytest.approx(1.0)

    def test_a_benchmark_by_area(self) -> None:
        # 10th to 90th percentile 23.6 .. 128.7 about 54.4 kWh/m2: an 80 % range; x 1.96 / 1.2816 in logarithms
        width = exp(log(128.7 / 54.4) * 1.96 / 1.2816) - 1
        row = warehouse(floor_area_m2=1.0, building_use="distribution_center", period_hours=8760.0)
        gas, power = 30.3 * (0.18296 + 0.03021), 54.4 * 0.2454
        square = (gas * width) ** 2 + (power * together(width, 0.10)) ** 2
        assert half_width(row) == pytest.approx(square**0.5 / (gas + power))
        assert row["confidence"] == 0.0

    def test_the_wider_side_of_a_benchmark_holds_for_both(self) -> None:
        # 19.6 .. 134 about 52.5 kWh/m2: further down than up
        width = exp(log(52.5 / 19.6) * 1.96 / 1.2816) - 1
        row = warehouse(floor_area_m2=1.0, building_use="non_refrigerated_warehouse", gas_kwh=0.0)
        assert half_width(row) == pytest.approx(together(width, 0.10))

    def test_gas_that_was_billed_has_no_benchmark_s_width(self) -> None:
        area = {"floor_area_m2": 1.0, "building_use": "distribution_center", "period_hours": 8760.0}
        width = exp(log(128.7 / 54.4) * 1.96 / 1.2816) - 1
        row = warehouse(**area, gas_kwh=30.3)
        gas, power = 30.3 * (0.18296 + 0.03021), 54.4 * 0.2454
        square = (gas * 0.05) ** 2 + (power * together(width, 0.10)) ** 2
        assert half_width(row) == pytest.approx(square**0.5 / (gas + power))

    def test_a_cold_store_by_its_volume(self) -> None:
        row = warehouse(inventory_volume=1000.0, temperature=-20.0)
        assert half_width(row) == pytest.approx(together(1.5, 0.10))


def test_calibration_takes_the_place_of_the_class_s_spread() -> None:
    told = {"calibration_ratio": 1.0, "calibration_spread": 0.12}
    known = {"load_kg": 9000.0, "speed": 60.0}
    assert half_width(artic(**told, **known)) == pytest.approx(0.12)
    # what is not known of this trip widens it as it widens the class's
    load = (1.06915 - 0.64733) / 2 / 0.93417
    assert half_width(artic(**told, speed=60.0)) == pytest.approx(together(0.12, load), rel=1e-3)
    assert half_width(tour(vehicle_type="ev", distance_km=9.0, **told)) == pytest.approx(together(0.12, 0.10))
    assert half_width(artic(fuel_litres=9.0, **told)) == pytest.approx(0.05)
