"""Electricity by region, hour and contract, with the published rates."""

import polars as pl
import pytest

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import Basis
from carbon_nexus.factors.grid import regions
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import UnknownRegion
from tests.unit.emissions.asking import at, factory, kg, leg, near, one, tour, warehouse

NO_SPLIT = "the grid's source tells neither the upstream part of electricity nor its losses"

# NESO, Great Britain, October 2024 to September 2025: g CO2 per kWh at each UTC hour, mean of the year
HOURS = (
    115.551, 114.689, 112.955, 113.366, 116.867, 125.149, 133.548, 135.097, 129.433, 121.844, 115.499, 112.305,
    111.173, 112.312, 117.697, 129.416, 145.585, 157.734, 163.245, 162.545, 157.392, 146.377, 129.674, 118.397,
)  # fmt: skip
MEAN = sum(HOURS) / 24


class TestRegions:
    def test_great_britain_has_all_parts(self) -> None:
        # UK DESNZ 2025: .177; WTT .0459, losses .01853, their WTT .00397
        row = factory(energy_kwh=1000.0)
        assert kg(row) == near(177.0, 45.9 + 18.53 + 3.97)
        assert row["co2e_kg"] == pytest.approx(245.4)
        assert (row["scope2_kg"], row["grid_region"], row["reason"]) == (pytest.approx(177.0), "GB", None)
        assert row["factor_ids"] == "desnz-2025/electricity-uk/kwh desnz-2025/electricity-uk-losses/kwh"

    @pytest.mark.parametrize(("region", "rate"), [("DE", 0.34206), ("FR", 0.04418), ("EM-SE", 0.021)])
    def test_a_life_cycle_is_not_parted(self, region: str, rate: float) -> None:
        row = factory(energy_kwh=1000.0, grid_region=region)
        assert row["co2e_kg"] == pytest.approx(1000 * rate)
        assert (*kg(row), row["scope2_kg"]) == (None, None, None)
        assert (row["grid_region"], row["reason"]) == (region, NO_SPLIT)

    @pytest.mark.parametrize(
        ("region", "whole", "generated"),
        # Ember 2024 beside eGRID 2023 and CEA: two sources, the second of which may be above the first
        [("US", 0.38355, 0.349667), ("US-RFCW", 0.38355, 0.415515), ("IN", 0.70896, 0.7117)],
    )
    def test_generation_of_another_source_is_scope_2_and_no_part_of_the_sum(
        self, region: str, whole: float, generated: float
    ) -> None:
        row = factory(energy_kwh=1000.0, gas_kwh=100.0, grid_region=region)
        assert row["co2e_kg"] == pytest.approx(1000 * whole + 18.296 + 3.021)
        assert row["scope2_kg"] == pytest.approx(1000 * generated)
        assert (*kg(row), row["reason"]) == (None, None, NO_SPLIT)

    def test_fuel_alone_is_parted_anywhere(self) -> None:
        row = leg(vehicle_type="van", fuel_type="diesel", distance_km=100.0, grid_region="DE", speed=45.0)
        assert kg(row) == near(25.561, 6.128)
        assert (row["grid_region"], row["scope2_kg"], row["reason"]) == (None, 0.0, None)

    def test_the_event_s_region_goes_before_the_configured_one(self) -> None:
        for asked, rate in (({}, 0.34206), ({"grid_region": "FR"}, 0.04418)):
            row = one(Basis(grid_region="DE"), event_type="delivery", vehicle_type="ev", energy_kwh=10.0, **asked)
            assert row["co2e_kg"] == pytest.approx(10 * rate)

    def test_regions_side_by_side(self) -> None:
        events = pl.DataFrame(
            {"event_type": "factory", "energy_kwh": 100.0, "grid_region": ["FR", None, "DE", "FR", "US-RFCW"]}
        )
        assert estimate(events)["co2e_kg"].to_list() == near(4.418, 24.54, 34.206, 4.418, 38.355)

    def test_an_unknown_one_gets_no_number(self) -> None:
        events = pl.DataFrame({"event_type": "factory", "energy_kwh": 100.0, "grid_region": ["Narnia", "FR", "de", ""]})
        found = estimate(events)
        assert found["co2e_kg"].to_list() == [None, pytest.approx(4.418), None, None]
        assert found["reason"][0] == "grid_region 'Narnia' is not known"
        assert found["reason"][2:].to_list() == ["grid_region 'de' is not known", "grid_region '' is not known"]

    def test_an_unknown_configured_one_is_an_error(self) -> None:
        with pytest.raises(UnknownRegion, match="Narnia"):
            one(Basis(grid_region="Narnia"), event_type="factory", energy_kwh=1.0)

    def test_every_region_gives_a_number_and_an_interval(self) -> None:
        names = list(regions(factor_set()))
        found = estimate(pl.DataFrame({"event_type": "factory", "energy_kwh": 100.0, "grid_region": names}))
        assert found["co2e_kg"].to_list() == near(
            *(100 * region.full_chain.value for region in regions(factor_set()).values())
        )
        assert found.select("co2e_kg", "low_kg", "high_kg", "confidence").null_count().row(0) == (0, 0, 0, 0)


class TestByTheHour:
    @pytest.mark.parametrize(
        ("hour", "month", "grams"),
        # winter is December to February, summer June to August
        [(3, 1, 115.983), (3, 12, 115.983), (9, 2, 154.628), (18, 1, 172.194), (3, 6, 110.212), (18, 8, 144.321)],
    )
    def test_the_hour_s_ratio_to_the_mean_of_the_year(self, hour: int, month: int, grams: float) -> None:
        row = factory(energy_kwh=1000.0, grid_region="GB-hourly", event_time=at(hour, month))
        assert kg(row) == near(177.0 * grams / MEAN, 68.4 * grams / MEAN)
        assert row["scope2_kg"] == pytest.approx(177.0 * grams / MEAN)
        assert row["grid_region"] == "GB-hourly"

    def test_without_a_time_the_mean_of_the_year_under_its_name(self) -> None:
        for event in ({"grid_region": "GB-hourly"}, {"grid_region": "GB-hourly", "event_time": None}):
            row = factory(energy_kwh=1000.0, **event)
            assert (row["co2e_kg"], row["grid_region"]) == (pytest.approx(245.4), "GB")
        row = one(Basis(grid_region="GB-hourly"), event_type="factory", energy_kwh=1000.0)
        assert (row["co2e_kg"], row["grid_region"]) == (pytest.approx(245.4), "GB")

    def test_by_configuration(self) -> None:
        row = one(Basis(grid_region="GB-hourly"), event_type="factory", energy_kwh=1000.0, event_time=at(3))
        assert row["ttw_kg"] == pytest.approx(177.0 * 115.983 / MEAN)

    def test_elsewhere_the_hour_does_not_matter(self) -> None:
        rows = [factory(energy_kwh=1.0, grid_region=name, event_time=at(18)) for name in ("GB", "DE")]
        assert [row["co2e_kg"] for row in rows] == near(0.2454, 0.34206)


class TestContract:
    def test_market_based_beside_location_based(self) -> None:
        row = factory(energy_kwh=1000.0, gas_kwh=50.0, market_kg_per_kwh=0.02)
        assert (row["scope2_kg"], row["scope2_market_kg"]) == near(177.0, 20.0)
        assert row["co2e_kg"] == factory(energy_kwh=1000.0, gas_kwh=50.0)["co2e_kg"]

    def test_green_power_is_zero_and_no_contract_is_unknown(self) -> None:
        assert warehouse(energy_kwh=10.0, market_kg_per_kwh=0.0)["scope2_market_kg"] == 0.0
        assert warehouse(energy_kwh=10.0)["scope2_market_kg"] is None

    def test_of_a_vehicle_too(self) -> None:
        row = tour(vehicle_type="ev", distance_km=100.0, market_kg_per_kwh=0.1)
        assert row["scope2_market_kg"] == pytest.approx(100 * 0.06976 / 0.177 * 0.1)

    def test_without_electricity_there_is_none_to_buy(self) -> None:
        row = leg(vehicle_type="van", fuel_type="diesel", distance_km=1.0, market_kg_per_kwh=0.1)
        assert (row["electricity_kwh"], row["scope2_kg"], row["scope2_market_kg"]) == (0.0, 0.0, 0.0)
