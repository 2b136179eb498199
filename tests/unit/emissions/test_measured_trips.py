"""Trips whose litres or kilowatt-hours were measured, against arithmetic done by hand."""

import pytest

from tests.unit.emissions.asking import kg, leg, near, tour


class TestMeasured:
    def test_fuel(self) -> None:
        # 35.2 L x 2.57082 = 90.492864 kg; x .61101 = 21.507552 kg. Nothing else matters.
        row = leg(
            vehicle_type="truck", fuel_type="diesel", fuel_litres=35.2, distance_km=100.0, load_kg=5e3, speed=30.0,
            stop_events=900, idle_hours=3.0, calibration_ratio=2.0, calibration_spread=0.5,
        )  # fmt: skip
        assert kg(row) == near(90.492864, 21.507552)
        assert (row["tier"], row["method"], row["scope"]) == ("T1", "trip.measured-fuel.2", 1)
        assert (row["factor_ids"], row["reason"]) == ("desnz-2025/diesel-average-blend/litre", None)

    def test_electricity(self) -> None:
        row = tour(vehicle_type="ev", energy_kwh=50.0, distance_km=300.0)
        assert kg(row) == near(50 * 0.177, 50 * 0.0684)
        assert (row["tier"], row["scope"], row["method"]) == ("T1", 2, "trip.measured-electricity.2")
        assert (row["electricity_kwh"], row["scope2_kg"]) == (50.0, pytest.approx(8.85))

    def test_plug_in_adds_both(self) -> None:
        # 3 L petrol x 2.06916 + 5 kWh x .177; 3 x .58094 + 5 x .0684
        row = leg(vehicle_type="car", fuel_type="phev", fuel_litres=3.0, energy_kwh=5.0)
        assert kg(row) == near(7.09248, 2.08482)
        assert (row["method"], row["tier"]) == ("trip.measured-plug-in.2", "T1")
        assert row["scope2_kg"] == pytest.approx(0.885)

    def test_plug_in_driven_on_its_battery(self) -> None:
        row = leg(vehicle_type="car", fuel_type="phev", fuel_litres=0.0, energy_kwh=5.0)
        assert kg(row) == near(0.885, 0.342)
        assert row["scope"] == 2

    def test_plug_in_without_a_meter(self) -> None:
        row = leg(vehicle_type="car", fuel_type="phev", fuel_litres=3.0)
        assert kg(row) == near(6.20748, 1.74282)
        assert row["reason"] == "electricity is not counted: not metered"
        assert leg(vehicle_type="car", fuel_type="phev", fuel_litres=3.0, energy_kwh=0.0)["reason"] is None

    def test_kwh_alone_do_not_measure_a_plug_in(self) -> None:
        row = leg(vehicle_type="car", fuel_type="phev", energy_kwh=5.0, distance_km=100.0)
        assert kg(row) == near(10.461, 2.934)
        assert (row["tier"], row["reason"]) == (
            "T3",
            "electricity is in the class's row (United Kingdom), not told apart; energy_kwh is not counted",
        )
        assert (row["electricity_kwh"], row["scope2_kg"], row["scope2_market_kg"]) == (None, None, None)

    def test_hybrid_lorries_burn_diesel_and_hybrid_cars_petrol(self) -> None:
        assert leg(vehicle_type="truck", fuel_type="hybrid", fuel_litres=10.0)["ttw_kg"] == pytest.approx(25.7082)
        assert leg(vehicle_type="car", fuel_type="hybrid", fuel_litres=10.0)["ttw_kg"] == pytest.approx(20.6916)

    def test_a_lorry_without_a_fuel_is_taken_as_diesel_and_says_so(self) -> None:
        row = leg(vehicle_type="truck", fuel_litres=10.0)
        assert kg(row) == near(25.7082, 6.1101)
        assert row["reason"] == "fuel_type is missing: taken as diesel"

    @pytest.mark.parametrize("amount", ["fuel_litres", "energy_kwh"])
    def test_zero_measures_no_drive(self, amount: str) -> None:
        row = leg(vehicle_type="van", fuel_type="diesel", distance_km=100.0, **{amount: 0.0})
        assert (row["tier"], row["ttw_kg"]) == ("T3", pytest.approx(25.561))

    def test_the_wrong_measurement_is_not_counted_and_says_so(self) -> None:
        row = leg(vehicle_type="van", fuel_type="diesel", distance_km=100.0, energy_kwh=7.0)
        assert (row["ttw_kg"], row["electricity_kwh"]) == (pytest.approx(25.561), 0.0)
        assert "energy_kwh is not counted" in str(row["reason"])
        row = leg(vehicle_type="van_ev", distance_km=100.0, fuel_litres=7.0)
        assert "fuel_litres is not counted" in str(row["reason"])
