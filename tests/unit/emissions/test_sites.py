"""Factories and warehouses against arithmetic done by hand: meters, fuels, cooling, leaks, benchmarks."""

import pytest

from tests.unit.emissions.asking import GRID, GRID_TTW, GRID_WTT, Row, factory, kg, near, number, warehouse

NEEDS = "furnace_usage is not counted: it needs a fuel and a unit (kwh, m3, litre, kg, or h with furnace_rated_kw)"
UNMETERED = "energy_kwh is missing, and no fuel or benchmark tells the energy"


def metered(kwh: float, ttw: float = 0.0, wtt: float = 0.0) -> object:
    """TTW and WTT of metered electricity and what else was burnt."""
    return near(kwh * GRID_TTW + ttw, kwh * GRID_WTT + wtt)


class TestMeter:
    @pytest.mark.parametrize("asked", [factory, warehouse])
    def test_kwh_times_grid(self, asked: object) -> None:
        row = asked(energy_kwh=5200.0)  # type: ignore[operator]
        assert kg(row) == metered(5200)
        assert (row["tier"], row["method"], row["scope"], row["reason"]) == ("T1", "site.energy.1", 2, None)
        assert (row["scope2_kg"], row["electricity_kwh"]) == (pytest.approx(920.4), 5200.0)

    def test_a_reading_of_zero_is_a_number_and_no_reading_is_none(self) -> None:
        zero = warehouse(energy_kwh=0.0)
        assert (zero["co2e_kg"], zero["low_kg"], zero["high_kg"], zero["tier"]) == (0.0, 0.0, 0.0, "T1")
        for row in (warehouse(), factory(shift_hours=8.0), warehouse(inventory_volume=10.0)):
            assert (row["co2e_kg"], row["reason"]) == (None, UNMETERED)

    def test_a_zero_is_no_reason_for_a_benchmark(self) -> None:
        row = warehouse(energy_kwh=0.0, floor_area_m2=1000.0, building_use="distribution_center")
        assert (row["co2e_kg"], row["tier"]) == (0.0, "T1")

    def test_machines_are_behind_the_meter(self) -> None:
        row = warehouse(energy_kwh=100.0, refrigeration_load=40.0, temperature=-20.0, inventory_volume=450.0)
        assert kg(row) == metered(100)

    def test_a_vehicle_at_a_site_does_not_matter(self) -> None:
        assert factory(vehicle_type="spaceship", energy_kwh=1.0)["ttw_kg"] == pytest.approx(0.177)


class TestGas:
    def test_gross_as_billed(self) -> None:
        # 500 kWh gross x .18296 and .03021
        row = factory(energy_kwh=1000.0, gas_kwh=500.0)
        assert kg(row) == metered(1000, 91.48, 15.105)
        assert (row["scope"], row["ghg_category"]) == (1, "scope 1 and 2; upstream scope 3 category 3")
        assert row["scope2_kg"] == pytest.approx(177.0)

    def test_gas_alone_says_what_is_missing(self) -> None:
        row = warehouse(gas_kwh=500.0)
        assert kg(row) == near(91.48, 15.105)
        assert (row["scope"], row["tier"]) == (1, "T2")
        assert row["ghg_category"] == "scope 1; upstream scope 3 category 3"
        assert row["reason"] == "electricity is not counted: energy_kwh is missing"

    def test_a_gas_meter_at_zero_tells_no_energy(self) -> None:
        assert warehouse(gas_kwh=0.0)["reason"] == UNMETERED


# fuel, unit: kg CO2e per unit, direct and WTT, UK DESNZ 2025
FURNACE = {
    ("natural_gas", "kwh"): (0.18296, 0.03021),
    ("gas", "m3"): (2.06672, 0.3366),
    ("natural_gas", "kg"): (2.57546441, 0.42316368),
    ("gas_oil", "litre"): (2.75541, 0.62665),
    ("heating_oil", "kwh"): (0.27288, 0.06291),
    ("fuel_oil", "litre"): (3.17492, 0.69539),
    ("fuel_oil", "kwh"): (0.28523, 0.06291),
    ("burning_oil", "litre"): (2.54016, 0.53078),
    ("diesel", "litre"): (2.57082, 0.61101),
    ("petrol", "litre"): (2.06916, 0.58094),
    ("lpg", "litre"): (1.55713, 0.18551),
    ("lng", "kwh"): (0.20489, 0.07214),
    ("propane", "litre"): (1.54358, 0.1817),
    ("butane", "litre"): (1.74533, 0.19765),
    ("coal", "kg"): (2.39528994, 0.41814964),
    ("coal", "kwh"): (0.33944, 0.05925),
    ("coking_coal", "kg"): (3.16465002, 0.49773658),
    ("petroleum_coke", "kwh"): (0.35887, 0.04267),
    ("wood_pellets", "kg"): (0.05519389, 0.177),
    ("biomethane", "kg"): (0.00521, 0.77405),
    ("biodiesel", "litre"): (0.16751, 0.39508),
    ("hvo", "litre"): (0.03558, 0.56439),
    ("hvo", "kwh"): (1.03677 * 0.0036, 16.445 * 0.0036),
}


class TestFurnace:
    @pytest.mark.parametrize(("fuel", "unit"), FURNACE)
    def test_by_amount(self, fuel: str, unit: str) -> None:
        ttw, wtt = FURNACE[fuel, unit]
        row = factory(energy_kwh=100.0, furnace_usage=30.0, furnace_unit=unit, furnace_fuel=fuel)
        assert kg(row) == metered(100, 30 * ttw, 30 * wtt)
        assert (row["tier"], row["scope"], row["reason"]) == ("T1", 1, None)

    @pytest.mark.parametrize(
        ("fuel", "ttw", "wtt"),
        [("natural_gas", 0.2027, 0.03347), ("gas_oil", 0.27288, 0.06291), ("coal", 0.33944, 0.05925)],
    )
    def test_by_hours_at_rated_power(self, fuel: str, ttw: float, wtt: float) -> None:
        # 6 h x 250 kW of fuel = 1500 kWh net
        row = factory(energy_kwh=100.0, furnace_usage=6.0, furnace_unit="h", furnace_fuel=fuel, furnace_rated_kw=250.0)
        assert kg(row) == metered(100, 1500 * ttw, 1500 * wtt)
        assert (row["tier"], row["reason"]) == ("T2", "the furnace is taken at furnace_rated_kw for all its hours")

    @pytest.mark.parametrize(
        "told",
        [
            {},
            {"furnace_unit": "kwh"},
            {"furnace_fuel": "gas_oil"},
            {"furnace_fuel": "gas_oil", "furnace_unit": "h"},
            {"furnace_fuel": "gas_oil", "furnace_unit": "kg"},
            {"furnace_fuel": "gas_oil", "furnace_unit": "barrel"},
            {"furnace_fuel": "unobtainium", "furnace_unit": "kwh"},
        ],
    )
    def test_without_fuel_and_unit_it_is_not_counted(self, told: dict[str, str]) -> None:
        row = factory(energy_kwh=100.0, furnace_usage=1.2, **told)
        assert kg(row) == metered(100)
        assert (row["reason"], row["scope"]) == (NEEDS, 2)

    def test_the_fuel_of_the_event_is_that_of_the_furnace(self) -> None:
        row = factory(energy_kwh=100.0, furnace_usage=30.0, furnace_unit="litre", fuel_type="Gas-Oil")
        assert kg(row) == metered(100, 30 * 2.75541, 30 * 0.62665)

    def test_an_electric_furnace_is_behind_the_meter(self) -> None:
        row = factory(energy_kwh=100.0, furnace_usage=30.0, furnace_unit="kwh", furnace_fuel="electric")
        assert (kg(row), row["reason"]) == (metered(100), None)

    def test_the_gas_bill_holds_a_gas_furnace(self) -> None:
        row = factory(energy_kwh=100.0, gas_kwh=500.0, furnace_usage=300.0, furnace_unit="kwh", furnace_fuel="gas")
        assert kg(row) == metered(100, 91.48, 15.105)
        assert row["reason"] == "furnace_usage is not added: gas_kwh holds it"
        coal = factory(energy_kwh=100.0, gas_kwh=500.0, furnace_usage=3.0, furnace_unit="kg", furnace_fuel="coal")
        assert kg(coal) == metered(100, 91.48 + 3 * 2.39528994, 15.105 + 3 * 0.41814964)

    def test_wood_is_biogenic(self) -> None:
        row = factory(energy_kwh=0.0, furnace_usage=1000.0, furnace_unit="kg", furnace_fuel="wood_pellets")
        assert (row["biogenic_co2_kg"], row["ttw_kg"]) == (pytest.approx(1677.18), pytest.approx(55.19389))


class TestOtherFuel:
    def test_litres_of_a_generator(self) -> None:
        row = warehouse(energy_kwh=100.0, fuel_type="diesel", fuel_litres=40.0)
        assert kg(row) == metered(100, 40 * 2.57082, 40 * 0.61101)
        assert row["biogenic_co2_kg"] == pytest.approx(40 * 0.14)

    @pytest.mark.parametrize("fuel", [None, "coal", "unobtainium"])
    def test_a_fuel_that_no_litre_is_sold_of(self, fuel: str | None) -> None:
        row = warehouse(energy_kwh=100.0, fuel_type=fuel, fuel_litres=40.0)
        assert (kg(row), row["reason"]) == (metered(100), "fuel_litres is not counted")


class TestCooling:
    def test_behind_the_meter(self) -> None:
        row = factory(energy_kwh=100.0, cooling_load=300.0, cooling_metered=True)
        assert (kg(row), row["tier"], row["reason"]) == (metered(100), "T1", None)

    def test_outside_by_its_own_efficiency(self) -> None:
        # 300 kWh of heat / 4 = 75 kWh
        row = factory(energy_kwh=100.0, cooling_load=300.0, cooling_metered=False, cooling_cop=4.0)
        assert (kg(row), row["electricity_kwh"]) == (metered(175), pytest.approx(175.0))
        assert (row["tier"], row["reason"]) == ("T2", None)

    def test_outside_by_the_usual_one(self) -> None:
        row = factory(energy_kwh=100.0, cooling_load=300.0, cooling_metered=False)
        assert kg(row) == metered(200)
        assert row["reason"] == "cooling_cop is missing: 3.0"

    @pytest.mark.parametrize("cop", [0.0, 5e-324, 0.09])
    def test_an_efficiency_no_plant_has_is_none(self, cop: float) -> None:
        row = factory(energy_kwh=100.0, cooling_load=300.0, cooling_metered=False, cooling_cop=cop)
        assert (kg(row), row["reason"]) == (metered(200), "cooling_cop is missing: 3.0")

    def test_nobody_says_whose_meter(self) -> None:
        row = factory(energy_kwh=100.0, cooling_load=300.0)
        assert kg(row) == metered(100)
        assert row["reason"] == "cooling_load is not added: cooling_metered does not say whose meter it is behind"
        assert factory(energy_kwh=100.0, cooling_load=0.0)["reason"] is None


class TestLeaks:
    PLANT = {"refrigerant": "R404A", "refrigerant_charge_kg": 200.0, "leak_equipment": "cold-storage"}  # noqa: RUF012

    @pytest.mark.parametrize(("period", "days"), [({"period_hours": 720.0}, 30), ({"period_hours": 12.0}, 0.5)])
    def test_charge_by_rate_by_time(self, period: dict[str, float], days: float) -> None:
        # 200 kg x 8 % a year x days / 365 x 3943
        row = factory(energy_kwh=100.0, **self.PLANT, **period)
        assert kg(row) == metered(100, 200 * 0.08 * days / 365 * 3943)
        assert (row["tier"], row["scope"], row["reason"]) == ("T2", 1, None)

    def test_the_period_goes_before_the_shift(self) -> None:
        row = factory(energy_kwh=100.0, **self.PLANT, period_hours=720.0, shift_hours=8.0)
        assert row["ttw_kg"] == pytest.approx(17.7 + 200 * 0.08 * 30 / 365 * 3943)

    @pytest.mark.parametrize("missing", ["period_hours", "refrigerant", "leak_equipment"])
    def test_what_they_need(self, missing: str) -> None:
        told = {**self.PLANT, "period_hours": 720.0} | {missing: None}
        row = warehouse(energy_kwh=100.0, **told)
        assert kg(row) == metered(100)
        assert (
            row["reason"] == "refrigerant leaks are not counted: they need refrigerant, leak_equipment and period_hours"
        )

    def test_ammonia_warms_nothing(self) -> None:
        row = warehouse(energy_kwh=100.0, **{**self.PLANT, "refrigerant": "r717"}, period_hours=720.0)
        assert (kg(row), row["reason"], row["tier"]) == (metered(100), None, "T1")


# kWh per m2 and year of electricity and gas: medians of Seattle's buildings of 2016
AREA = {
    "non_refrigerated_warehouse": (52.5, 21.0),
    "refrigerated_warehouse": (117.1, 0.2),
    "distribution_center": (54.4, 30.3),
    "manufacturing": (91.8, 32.0),
}


def by_area(**event: object) -> Row:
    return warehouse(floor_area_m2=2000.0, **event)


class TestByArea:
    @pytest.mark.parametrize("use", AREA)
    def test_electricity_and_gas_of_a_month(self, use: str) -> None:
        kwh, gas_kwh = (2000 * each * 30 / 365 for each in AREA[use])
        row = by_area(building_use=use, period_hours=720.0)
        assert kg(row) == metered(kwh, gas_kwh * 0.18296, gas_kwh * 0.03021)
        assert (row["tier"], row["method"], row["scope"]) == ("T3", "site.benchmark.1", 1)
        assert row["reason"] == "not metered: energy by the benchmark of its floor area"
        assert row["electricity_kwh"] == pytest.approx(kwh)

    def test_without_a_period_a_day(self) -> None:
        row = by_area(building_use="distribution_center")
        assert row["electricity_kwh"] == pytest.approx(2000 * 54.4 / 365)
        assert "period_hours is missing: taken as one day" in str(row["reason"])

    def test_billed_gas_goes_before_the_benchmark(self) -> None:
        row = by_area(building_use="distribution_center", period_hours=24.0, gas_kwh=10.0)
        assert kg(row) == metered(2000 * 54.4 / 365, 1.8296, 0.3021)
        assert kg(by_area(building_use="distribution_center", period_hours=24.0, gas_kwh=0.0)) == metered(
            2000 * 54.4 / 365
        )

    @pytest.mark.parametrize("use", [None, "castle"])
    def test_not_without_a_use(self, use: str | None) -> None:
        assert by_area(building_use=use)["reason"] == UNMETERED

    def test_for_a_factory_that_tells_nothing_else(self) -> None:
        told = {"floor_area_m2": 2000.0, "building_use": "manufacturing", "period_hours": 24.0}
        # 91.8 kWh of electricity and 32 of gas per m2 and year
        assert factory(**told)["electricity_kwh"] == pytest.approx(2000 * 91.8 / 365)
        assert factory(**told, gas_kwh=500.0)["electricity_kwh"] == 0.0


class TestByVolume:
    @pytest.mark.parametrize(("celsius", "colder_by"), [(0.0, 0), (-20.0, 20), (5.0, -5), (15.0, -15), (-80.0, 60)])
    def test_a_cold_store(self, celsius: float, colder_by: float) -> None:
        # 56.5 kWh per m3 and year, 2 % per degree below 0
        row = warehouse(inventory_volume=10_000.0, temperature=celsius, period_hours=24.0)
        assert row["electricity_kwh"] == pytest.approx(10_000 * 56.5 / 365 * 1.02**colder_by)
        assert row["co2e_kg"] == pytest.approx(number(row, "electricity_kwh") * GRID)
        assert (row["tier"], row["scope"]) == ("T3", 2)
        assert row["reason"] == "not metered: energy by the benchmark of a cold store's volume"

    def test_a_warm_one_has_no_benchmark(self) -> None:
        for celsius in (15.1, None):
            assert warehouse(inventory_volume=10_000.0, temperature=celsius)["reason"] == UNMETERED

    def test_the_area_goes_first(self) -> None:
        row = by_area(building_use="refrigerated_warehouse", inventory_volume=1e4, temperature=-20.0, period_hours=24.0)
        assert row["electricity_kwh"] == pytest.approx(2000 * 117.1 / 365)
        assert row["reason"] == "not metered: energy by the benchmark of its floor area"
