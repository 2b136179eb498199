"""The speed curves against the guidebook's own check values, published table values and what any curve must obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.activities.vehicles import FUELS_OF, VEHICLE_CLASSES
from carbon_nexus.emissions.curves import (
    CURVE_OF,
    CURVES,
    FAST_KMH,
    HIGHEST_RATIO,
    LOWEST_RATIO,
    ROWS_AT_ONCE,
    curve_of,
    energy_mj_per_km,
    normal_stops,
    speed_ratio,
    speed_spread,
)
from carbon_nexus.factors.library import energy_functions
from carbon_nexus.factors.model import CHECK_SPEEDS_KMH, EnergyFunction

DIESEL_MJ_PER_LITRE = 35.86
CURVE_NAMES = st.sampled_from(sorted(CURVES))


def function(segment: str, load: float | None = None, euro: str = "VI D/E", fuel: str = "diesel") -> EnergyFunction:
    wanted = (segment, fuel, euro, load)
    (found,) = (one for one in energy_functions() if (one.segment, one.fuel, one.euro, one.load) == wanted
                and not one.slope)  # fmt: skip
    return found


def ratio(curve: str, share: float, speed_kmh: float) -> float:
    return float(speed_ratio(curve, np.array([share]), np.array([speed_kmh]))[0])


class TestEnergyFunctions:
    def test_every_row_gives_the_check_values_published_with_it(self) -> None:
        functions = energy_functions()
        assert len(functions) == 377
        checks = np.array([one.check_mj_per_km for one in functions])
        ours = np.array([energy_mj_per_km(one, np.array(CHECK_SPEEDS_KMH, float)) for one in functions])
        np.testing.assert_array_equal(ours.round(4), checks)

    @pytest.mark.parametrize(
        ("segment", "litres"),
        [
            ("Rigid <=7.5 t", (0.141, 0.121, 0.108, 0.112, 0.122)),
            ("Rigid 7.5 - 12 t", (0.233, 0.192, 0.160, 0.155, 0.163)),
            ("Rigid 14 - 20 t", (0.321, 0.255, 0.207, 0.188, 0.183)),
            ("Rigid 26 - 28 t", (0.437, 0.350, 0.278, 0.247, 0.238)),
            ("Articulated 34 - 40 t", (0.525, 0.413, 0.320, 0.278, 0.265)),
        ],
    )
    def test_half_laden_lorries_in_litres_per_km(self, segment: str, litres: tuple[float, ...]) -> None:
        mj = energy_mj_per_km(function(segment, 0.5), np.array([20.0, 30, 50, 70, 80]))
        assert mj / DIESEL_MJ_PER_LITRE == pytest.approx(litres, abs=0.0006)

    @pytest.mark.parametrize(
        ("segment", "empty", "full"),
        [
            ("Rigid <=7.5 t", 0.099, 0.117),
            ("Rigid 7.5 - 12 t", 0.141, 0.179),
            ("Rigid 26 - 28 t", 0.228, 0.329),
            ("Articulated 34 - 40 t", 0.234, 0.401),
        ],
    )
    def test_empty_and_full_lorries_at_50(self, segment: str, empty: float, full: float) -> None:
        mj = [float(energy_mj_per_km(function(segment, load), np.array([50.0]))[0]) for load in (0.0, 1.0)]
        assert np.array(mj) / DIESEL_MJ_PER_LITRE == pytest.approx((empty, full), abs=0.0006)

    def test_a_speed_outside_the_range_counts_as_its_edge(self) -> None:
        artic = function("Articulated 34 - 40 t", 1.0)
        low, edge, top, over = energy_mj_per_km(artic, np.array([0.0, 5.0, 85.0, 200.0]))
        assert (low, over) == (edge, top)

    def test_a_moped_is_constant_down_to_rest(self) -> None:
        moped = next(one for one in energy_functions() if one.segment == "Mopeds 4-stroke <50 cc")
        assert len(set(energy_mj_per_km(moped, np.array([0.0, 20.0, 60.0])).tolist())) == 1


class TestSpeedRatio:
    def test_full_artic_by_hand(self) -> None:
        # MJ/km of the full 34-40 t artic at 30 and at its reference of 70 km/h, from the guidebook's coefficients.
        artic = function("Articulated 34 - 40 t", 1.0)
        slow, reference = energy_mj_per_km(artic, np.array([30.0, 70.0]))
        assert ratio("artic_over_33t", 1.0, 30.0) == pytest.approx(slow / reference, rel=1e-12)

    def test_between_two_loads_the_energies_are_linear(self) -> None:
        empty, half = (function("Rigid 26 - 28 t", load) for load in (0.0, 0.5))
        at_30, at_50 = (
            0.6 * energy_mj_per_km(empty, np.array([v])) + 0.4 * energy_mj_per_km(half, np.array([v]))
            for v in (30.0, 50.0)
        )
        assert ratio("rigid_over_17t", 0.2, 30.0) == pytest.approx(float((at_30 / at_50)[0]), rel=1e-12)

    def test_above_85_a_truck_follows_tag(self) -> None:
        # Litres per km of the TAG row for artics: .376 at 85 km/h by its formula, .41972 at 100 km/h as published.
        at_85 = 2.893291507 / 85 + 0.603481017 - 0.008636926 * 85 + 6.51e-05 * 85**2
        expected = ratio("artic_over_33t", 0.5, FAST_KMH) * 0.41972 / at_85
        assert ratio("artic_over_33t", 0.5, 100.0) == pytest.approx(expected, rel=1e-4)

    def test_a_van_above_85_stays_with_its_own_function(self) -> None:
        van = function("N1-III", euro="VI D")
        fast, reference = energy_mj_per_km(van, np.array([120.0, 45.0]))
        assert ratio("van_class_3_diesel", 0.5, 120.0) == pytest.approx(fast / reference, rel=1e-12)

    def test_an_unknown_curve_is_refused(self) -> None:
        with pytest.raises(KeyError):
            ratio("airship", 0.5, 50.0)

    @given(CURVE_NAMES, st.floats(0, 1))
    def test_it_is_1_at_the_reference_speed(self, curve: str, share: float) -> None:
        assert ratio(curve, share, CURVES[curve].reference_kmh) == pytest.approx(1.0, rel=1e-12)

    @given(CURVE_NAMES, st.floats(-1, 3) | st.just(np.nan), st.floats(0, 1000))
    def test_it_stays_within_its_bounds(self, curve: str, share: float, speed_kmh: float) -> None:
        assert LOWEST_RATIO <= ratio(curve, share, speed_kmh) <= HIGHEST_RATIO

    @given(CURVE_NAMES, st.floats(0, 1) | st.just(np.nan))
    def test_without_a_speed_it_is_1(self, curve: str, share: float) -> None:
        assert ratio(curve, share, np.nan) == 1.0

    @given(CURVE_NAMES, st.floats(0, 140))
    def test_without_a_load_it_is_half_laden(self, curve: str, speed_kmh: float) -> None:
        assert ratio(curve, np.nan, speed_kmh) == ratio(curve, 0.5, speed_kmh)

    @given(CURVE_NAMES, st.floats(1, 10))
    def test_an_overload_counts_as_full(self, curve: str, share: float) -> None:
        assert ratio(curve, share, 30.0) == ratio(curve, 1.0, 30.0)

    @pytest.mark.parametrize("curve", sorted(CURVES))
    def test_there_is_no_jump_where_tag_begins(self, curve: str) -> None:
        just_above = np.nextafter(FAST_KMH, np.inf)
        assert ratio(curve, 0.5, just_above) == pytest.approx(ratio(curve, 0.5, FAST_KMH), rel=1e-9)

    def test_one_row_or_many_blocks_give_the_same_bits(self) -> None:
        random = np.random.default_rng(7)
        rows = 2 * ROWS_AT_ONCE + 5
        share, speed_kmh = random.uniform(0, 1, rows), random.uniform(0, 130, rows)
        together = speed_ratio("rigid_over_17t", share, speed_kmh)
        picked = [0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, rows - 1]
        assert [ratio("rigid_over_17t", share[row], speed_kmh[row]) for row in picked] == together[picked].tolist()

    def test_no_rows_give_no_rows(self) -> None:
        assert speed_ratio("motorbike", np.empty(0), np.empty(0)).shape == (0,)


class TestCurveOf:
    def test_every_class_and_fuel_has_a_curve_that_exists_or_none(self) -> None:
        found = {curve_of(vehicle, fuel) for vehicle in VEHICLE_CLASSES for fuel in FUELS_OF[vehicle]}
        assert found <= {*CURVES, None}

    @pytest.mark.parametrize("vehicle", sorted(CURVE_OF))
    def test_combustion_has_one_and_a_battery_none(self, vehicle: str) -> None:
        engine = "petrol" if vehicle == "motorbike" else "diesel"
        assert curve_of(vehicle, engine) in CURVES
        assert curve_of(vehicle, "electric") is None

    def test_fuels_choose_a_van_s_engine(self) -> None:
        assert curve_of("van_class_1", "hvo") == "van_class_1_diesel"
        assert curve_of("van_average", "lpg") == "van_class_3_petrol"

    def test_a_refrigerated_class_has_its_plain_class_s_curve(self) -> None:
        assert curve_of("hgv_artic_over_33t_refrigerated", "diesel") == curve_of("hgv_artic_over_33t", "diesel")

    @pytest.mark.parametrize("vehicle", ["car", "rail_freight", "cargo_bike"])
    def test_others_have_none(self, vehicle: str) -> None:
        assert curve_of(vehicle, "diesel") is None


class TestSpeedSpread:
    def test_full_range_by_hand(self) -> None:
        # Half of (EC(30) - EC(80)) over EC(70), half laden: (14.8214 - 9.5017) / 2 / 9.9812 MJ/km.
        assert speed_spread("artic_over_33t") == pytest.approx(0.266, abs=0.0005)

    def test_a_moped_does_not_care(self) -> None:
        assert speed_spread("moped") == 0


class TestNormalStops:
    def test_fit(self) -> None:
        # exp(1.2995 - .04407 x 20) = 1.5191 stops per km
        assert normal_stops(np.array([10.0]), np.array([20.0])) == pytest.approx([15.191], rel=1e-4)

    def test_unknown_speed_or_distance_stays_unknown(self) -> None:
        assert np.isnan(normal_stops(np.array([10.0, np.nan]), np.array([np.nan, 20.0]))).all()
