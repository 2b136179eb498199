"""The rows that trips are computed with, against the published tables, digit by digit."""

import pytest

from carbon_nexus.activities.vehicles import FUELS, FUELS_OF, HGV_CLASSES, VEHICLE_CLASSES
from carbon_nexus.emissions.model import Path
from carbon_nexus.emissions.road import load_line, road_path, road_paths
from carbon_nexus.factors.library import factor_set
from tests.unit.emissions.asking import DIESEL_MJ, DIESEL_TTW, DIESEL_WTT, kg, leg, near, number, tour

# UK DESNZ 2025, kg CO2e per km, TTW and WTT: diesel lorries laden as on average, and empty.
LORRIES = {
    "hgv_average": (0.89121, 0.21154, 0.65975, 0.15527),
    "hgv_rigid_average": (0.83751, 0.20099, 0.67912, 0.16044),
    "hgv_rigid_to_7.5t": (0.49548, 0.11851, 0.46138, 0.11027),
    "hgv_rigid_7.5t_to_17t": (0.60501, 0.14453, 0.55061, 0.13207),
    "hgv_rigid_over_17t": (0.99156, 0.23756, 0.774, 0.18172),
    "hgv_artic_average": (0.92854, 0.21898, 0.64659, 0.15162),
    "hgv_artic_to_33t": (0.78471, 0.18538, 0.62775, 0.14831),
    "hgv_artic_over_33t": (0.93421, 0.22058, 0.64734, 0.15178),
    "hgv_average_refrigerated": (1.04323, 0.24824, 0.77175, 0.1822),
    "hgv_rigid_average_refrigerated": (0.99739, 0.23978, 0.80843, 0.1914),
    "hgv_rigid_to_7.5t_refrigerated": (0.59005, 0.14138, 0.54937, 0.13155),
    "hgv_rigid_7.5t_to_17t_refrigerated": (0.72049, 0.17242, 0.65559, 0.15756),
    "hgv_rigid_over_17t_refrigerated": (1.18083, 0.2834, 0.92128, 0.21678),
    "hgv_artic_average_refrigerated": (1.07395, 0.25395, 0.74715, 0.17583),
    "hgv_artic_to_33t_refrigerated": (0.90759, 0.21499, 0.72566, 0.17199),
    "hgv_artic_over_33t_refrigerated": (1.08051, 0.25581, 0.748, 0.17602),
}
# 100 % laden: kg per km TTW and WTT, kg TTW per tonne-km.
FULL = {
    "hgv_average": (1.01203, 0.23942, 0.07431),
    "hgv_rigid_average": (0.93695, 0.22218, 0.13155),
    "hgv_rigid_to_7.5t": (0.54068, 0.12944, 0.24776),
    "hgv_rigid_7.5t_to_17t": (0.70603, 0.16981, 0.14849),
    "hgv_rigid_over_17t": (1.10905, 0.26149, 0.12436),
    "hgv_artic_average": (1.06414, 0.25157, 0.06021),
    "hgv_artic_to_33t": (0.93552, 0.22246, 0.07674),
    "hgv_artic_over_33t": (1.06921, 0.25296, 0.05988),
    "hgv_average_refrigerated": (1.18495, 0.28095, 0.08701),
    "hgv_rigid_average_refrigerated": (1.11603, 0.26506, 0.15669),
    "hgv_rigid_to_7.5t_refrigerated": (0.64397, 0.15442, 0.29508),
    "hgv_rigid_7.5t_to_17t_refrigerated": (0.84101, 0.20258, 0.17689),
    "hgv_rigid_over_17t_refrigerated": (1.321, 0.31196, 0.14814),
    "hgv_artic_average_refrigerated": (1.23112, 0.29175, 0.06966),
    "hgv_artic_to_33t_refrigerated": (1.08239, 0.25799, 0.0888),
    "hgv_artic_over_33t_refrigerated": (1.23699, 0.29336, 0.06928),
}
# 50 % laden, kg TTW per km: a row the line does not use.
HALF = {
    "hgv_average": 0.83589,
    "hgv_rigid_average": 0.80803,
    "hgv_rigid_to_7.5t": 0.50103,
    "hgv_rigid_7.5t_to_17t": 0.62832,
    "hgv_rigid_over_17t": 0.94152,
    "hgv_artic_average": 0.85536,
    "hgv_artic_to_33t": 0.78163,
    "hgv_artic_over_33t": 0.85827,
}
SMALLER = {
    ("van_average", "diesel"): (0.25561, 0.06128),
    ("van_average", "petrol"): (0.21335, 0.06183),
    ("van_average", "cng"): (0.25113, 0.05176),
    ("van_average", "lpg"): (0.2761, 0.03279),
    ("van_average", "plug_in_hybrid"): (0.14592, 0.03758),
    ("van_average", None): (0.2543, 0.0613),
    ("van_class_1", "diesel"): (0.15738, 0.03746),
    ("van_class_1", "petrol"): (0.20188, 0.05614),
    ("van_class_2", "diesel"): (0.1926, 0.04602),
    ("van_class_2", "petrol"): (0.20874, 0.06074),
    ("van_class_3", "diesel"): (0.27878, 0.06706),
    ("van_class_3", "petrol"): (0.33845, 0.09783),
    ("van_class_3", "plug_in_hybrid"): (0.14592, 0.03758),
    ("car", "diesel"): (0.17304, 0.04146),
    ("car", "petrol"): (0.16272, 0.04599),
    ("car", "hybrid"): (0.12825, 0.03315),
    ("car", "cng"): (0.17414, 0.03591),
    ("car", "lpg"): (0.19599, 0.02341),
    ("car", "plug_in_hybrid"): (0.10461, 0.02934),
    ("car", None): (0.16725, 0.04399),
    ("motorbike", "petrol"): (0.11367, 0.02956),
    ("motorbike", None): (0.11367, 0.02956),
    ("cargo_bike", None): (0.0, 0.0),
}
# kWh per km: battery-electric row over the generation of the same tables (.177); lorries as measured, or by the maker.
ELECTRIC = {
    "van_average": 0.06976 / 0.177,
    "van_class_1": 0.03798 / 0.177,
    "van_class_2": 0.05777 / 0.177,
    "van_class_3": 0.07609 / 0.177,
    "car": 0.04047 / 0.177,
    "hgv_rigid_to_7.5t": 0.85,
    "hgv_rigid_7.5t_to_17t": 0.85,
    "hgv_rigid_over_17t": 1.113,
    "hgv_rigid_average": 1.113,
    "hgv_average": 1.113,
    "hgv_artic_to_33t": 1.113,
    "hgv_artic_over_33t": 1.113,
    "hgv_artic_average": 1.113,
    "hgv_rigid_7.5t_to_17t_refrigerated": 0.85 * 1.17,
    "hgv_artic_over_33t_refrigerated": 1.113 * 1.17,
}
LITRES = {
    "diesel": (2.57082, 0.61101),
    "petrol": (2.06916, 0.58094),
    "hvo": (0.03558, 0.56439),
    "biodiesel": (0.16751, 0.39508),
    "lpg": (1.55713, 0.18551),
    "cng": (0.4507, 0.09289),
    "lng": (1.17797, 0.41277),
}


def path(vehicle: str | None, fuel: str | None, event_type: str = "logistics") -> Path:
    return road_path(factor_set(), event_type, vehicle, fuel)


def test_every_class_is_held_here() -> None:
    assert set(LORRIES) == set(FULL) == set(HGV_CLASSES)
    assert {*LORRIES, "rail_freight", *(vehicle for vehicle, _ in SMALLER)} == set(VEHICLE_CLASSES)


@pytest.mark.parametrize("vehicle", LORRIES)
@pytest.mark.parametrize("fuel", ["diesel", None])
def test_a_lorry_of_which_nothing_is_known(vehicle: str, fuel: str | None) -> None:
    ttw, wtt, *_ = LORRIES[vehicle]
    for asked in (leg, tour):
        row = asked(vehicle_type=vehicle, fuel_type=fuel, distance_km=1.0)
        assert kg(row) == (ttw, wtt)
        assert (row["tier"], row["method"]) == ("T3", "trip.fuel-model.1")


@pytest.mark.parametrize("vehicle", LORRIES)
def test_an_empty_and_a_full_lorry_are_the_published_rows(vehicle: str) -> None:
    ttw, wtt, per_tonne_km = FULL[vehicle]
    empty = leg(vehicle_type=vehicle, fuel_type="diesel", distance_km=1.0, load_kg=0.0)
    full = leg(vehicle_type=vehicle, fuel_type="diesel", distance_km=1.0, load_kg=1000 * ttw / per_tonne_km)
    assert kg(empty) == LORRIES[vehicle][2:]
    assert kg(full) == near(ttw, wtt)
    assert empty["tier"] == full["tier"] == "T2"


@pytest.mark.parametrize("vehicle", HALF)
def test_the_row_in_the_middle_lies_on_the_line(vehicle: str) -> None:
    ttw, _, per_tonne_km = FULL[vehicle]
    row = leg(vehicle_type=vehicle, fuel_type="diesel", distance_km=1.0, load_kg=500 * ttw / per_tonne_km)
    assert row["ttw_kg"] == pytest.approx(HALF[vehicle], abs=1.1e-5)


def test_load_line() -> None:
    # Payload 1.06921 / .05988 = 17.85588 t; (1.06921 - .64734) / 17.85588 = .0236264 kg per km and tonne.
    assert load_line(factor_set(), "hgv_artic_over_33t") == near(0.64734, 0.0236264, 17.85588, rel=1e-6)


@pytest.mark.parametrize(("vehicle", "fuel"), SMALLER)
def test_smaller_vehicles(vehicle: str, fuel: str | None) -> None:
    for asked in (leg, tour):
        row = asked(vehicle_type=vehicle, fuel_type=fuel, distance_km=1.0)
        assert kg(row) == SMALLER[vehicle, fuel]
        assert row["tier"] == "T3"


@pytest.mark.parametrize("vehicle", ELECTRIC)
def test_electric_vehicles_in_kwh(vehicle: str) -> None:
    row = leg(vehicle_type=vehicle, fuel_type="electric", distance_km=10.0, load_kg=300.0, speed=50.0)
    assert row["electricity_kwh"] == pytest.approx(10 * ELECTRIC[vehicle], rel=1e-12)
    assert (row["tier"], row["method"], row["scope"]) == ("T3", "trip.electric-model.1", 2)


@pytest.mark.parametrize("fuel", LITRES)
def test_litres_of_any_vehicle(fuel: str) -> None:
    found = path(None, fuel)
    assert (found.litre_ttw, found.litre_wtt) == LITRES[fuel]
    assert kg(leg(fuel_type=fuel, fuel_litres=10.0)) == near(*(10 * each for each in LITRES[fuel]))


class TestAnotherFuelThanTheRows:
    """Litres of diesel = kg / 2.57082; x 35.86 MJ; x the engine's energy need; x kg per MJ of the fuel."""

    MJ = 0.93421 / DIESEL_TTW * DIESEL_MJ  # artic over 33 t, average load: 13.0313 MJ per km

    @pytest.mark.parametrize(
        ("fuel", "need", "ttw_per_mj", "wtt_per_mj"),
        [
            ("hvo", 1.0, 1.03677 / 1000, 16.445 / 1000),
            ("cng", 1.175, 0.2027 / 3.6, 0.04198 / 3.6),
            ("lng", 1.175, 0.20489 / 3.6, 0.07214 / 3.6),
            ("hybrid", 0.85, DIESEL_TTW / DIESEL_MJ, DIESEL_WTT / DIESEL_MJ),
        ],
    )
    def test_lorry(self, fuel: str, need: float, ttw_per_mj: float, wtt_per_mj: float) -> None:
        mj = 100 * self.MJ * need
        row = leg(vehicle_type="artic_40t", fuel_type=fuel, distance_km=100.0)
        assert kg(row) == near(mj * ttw_per_mj, mj * wtt_per_mj)
        assert (row["co2_kg"], row["ch4_kg"], row["n2o_kg"]) == (None, None, None)

    def test_lorry_on_its_load_line(self) -> None:
        # 10 t: .64734 + 10 x .0236264 = .883604 kg/km on diesel
        mj = 100 * 0.883604 / DIESEL_TTW * DIESEL_MJ
        row = leg(vehicle_type="artic_40t", fuel_type="hvo", distance_km=100.0, load_kg=10_000.0)
        assert kg(row) == near(mj * 1.03677e-3, mj * 16.445e-3, rel=1e-6)

    def test_van_on_hvo(self) -> None:
        mj = 100 * 0.25561 / DIESEL_TTW * DIESEL_MJ
        row = tour(vehicle_type="van", fuel_type="hvo", distance_km=100.0)
        assert kg(row) == near(mj * 1.03677e-3, mj * 16.445e-3)
        # biogenic: 70.83 kg per GJ, outside the scopes
        assert row["biogenic_co2_kg"] == pytest.approx(mj * 70.83e-3)


class TestGases:
    def test_published_split(self) -> None:
        # .93421 kg of which .00015 are CH4 and .01438 N2O, in kg CO2e; DESNZ's own CO2 is .91969, rounded apart.
        row = leg(vehicle_type="artic_40t", fuel_type="diesel", distance_km=100.0)
        assert row["ch4_kg"] == pytest.approx(0.015 / 28)
        assert row["n2o_kg"] == pytest.approx(1.438 / 265)
        assert row["co2_kg"] == pytest.approx(93.421 - 0.015 - 1.438)
        assert row["co2_kg"] == pytest.approx(91.969, abs=1.1e-3)

    @pytest.mark.parametrize("vehicle", [*LORRIES, "van_average", "van_class_1", "van_class_2", "van_class_3"])
    def test_they_add_up(self, vehicle: str) -> None:
        row = leg(vehicle_type=vehicle, fuel_type="diesel", distance_km=70.0, load_kg=900.0, speed=33.0)
        gases = number(row, "co2_kg") + 28 * number(row, "ch4_kg") + 265 * number(row, "n2o_kg")
        assert gases == pytest.approx(number(row, "ttw_kg"), rel=1e-12)

    def test_what_the_tables_do_not_part_stays_unknown(self) -> None:
        for row in (
            leg(vehicle_type="car", fuel_type="petrol", distance_km=1.0),
            leg(fuel_type="diesel", fuel_litres=1.0),
        ):
            assert (row["co2_kg"], row["ch4_kg"], row["n2o_kg"]) == (None, None, None)


class TestBiogenic:
    def test_measured(self) -> None:
        # kg per litre outside the scopes: HVO 2.43, biodiesel 2.39, the blends .14 and .13
        litres = {"hvo": 2.43, "biodiesel": 2.39, "diesel": 0.14, "petrol": 0.13}
        for fuel, biogenic in litres.items():
            assert leg(fuel_type=fuel, fuel_litres=10.0)["biogenic_co2_kg"] == pytest.approx(10 * biogenic)

    def test_modelled_diesel_by_its_litres(self) -> None:
        row = leg(vehicle_type="truck", fuel_type="diesel", distance_km=100.0)
        assert row["biogenic_co2_kg"] == pytest.approx(89.121 / DIESEL_TTW * 0.14)

    def test_unknown_where_the_fuel_or_its_row_does_not_tell(self) -> None:
        assert leg(vehicle_type="van", distance_km=1.0)["biogenic_co2_kg"] is None
        assert leg(vehicle_type="van", fuel_type="lpg", distance_km=1.0)["biogenic_co2_kg"] is None


class TestClosed:
    def test_a_fuel_the_vehicle_does_not_take(self) -> None:
        assert path("motorbike", "hvo").why_not == "no factor for motorbike on hvo; it takes petrol, electric"

    @pytest.mark.parametrize(
        ("vehicle", "fuel", "reason"),
        [
            (None, None, "vehicle_type is missing and no measured fuel or electricity says how much was burnt"),
            (None, "diesel", "vehicle_type is missing and no measured fuel or electricity says how much was burnt"),
            ("van_class_1", None, "fuel_type is missing and there is no factor for van_class_1 on an unknown fuel"),
            ("hgv_average", "biodiesel", "no factor per km for hgv_average on biodiesel: it needs fuel_litres"),
            ("cargo_bike", "electric", "no factor per km for cargo_bike on electric: it needs energy_kwh"),
        ],
    )
    def test_what_is_missing(self, vehicle: str | None, fuel: str | None, reason: str) -> None:
        assert path(vehicle, fuel).why_not == reason

    def test_each_is_open_or_says_why_not(self) -> None:
        paths = road_paths("desnz-2025.2")
        assert len(paths) == 2 * (len(VEHICLE_CLASSES) + 1) * (len(FUELS) + 1)
        for each in paths:
            assert each.is_modelled == (each.why_not is None), each
            if each.is_modelled:
                assert each.fuel is None or each.fuel in FUELS_OF[str(each.vehicle_class)]
                assert 0 <= each.half_width < 10, each
                assert each.mean_ids, each
