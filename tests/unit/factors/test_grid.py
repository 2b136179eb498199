"""Grid regions: which factors give a kilowatt-hour, and what no source gives stays unknown."""

import numpy as np
import pytest

from carbon_nexus.factors.grid import SEASONS, grid, hour_ratio, regions
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import Boundary, UnknownRegion

PRIMARY = factor_set()


def test_great_britain_has_every_part_from_one_source() -> None:
    found = grid(PRIMARY, "GB")
    assert found.direct is not None
    assert found.wtt is not None
    assert found.losses is not None
    assert [found.direct.value, found.wtt.value, found.losses.value] == [0.177, 0.0459, pytest.approx(0.0225)]
    assert found.losses.boundary is found.wtt.boundary is Boundary.UPSTREAM
    assert found.full_chain.value == pytest.approx(0.2454)
    assert (found.full_chain.boundary, found.hourly, found.uncertainty_pct) == (Boundary.FULL_CHAIN, False, 10)
    assert found.factor_ids == ("desnz-2025/electricity-uk/kwh", "desnz-2025/electricity-uk-losses/kwh")


def test_another_set_has_its_own_values() -> None:
    direct = grid(factor_set("desnz-2026.1"), "GB").direct
    assert direct is not None
    assert direct.value == 0.13096
    assert list(regions(factor_set("desnz-2025.1"))) == ["GB"]


def test_a_country_has_the_life_cycle_of_its_mix_alone() -> None:
    found = grid(PRIMARY, "DE")
    assert (found.name, found.year, found.full_chain.value) == ("Germany", 2024, 0.34206)
    assert found.direct is found.wtt is found.losses is None
    assert found.factor_ids == ("ember-2024/electricity/DE",)


@pytest.mark.parametrize(
    ("region", "direct", "chain", "generation"),
    [
        ("US", 0.349667, 0.38355, "egrid-2023/electricity-generation/US"),
        ("US-RFCW", 0.415515, 0.38355, "egrid-2023/electricity-generation/US-RFCW"),
        ("IN", 0.7117, 0.70896, "cea-21/electricity-generation/IN"),
    ],
)
def test_a_second_source_gives_the_direct_part_and_the_difference_is_not_taken(
    region: str, direct: float, chain: float, generation: str
) -> None:
    found = grid(PRIMARY, region)
    assert found.direct is not None
    assert (found.direct.value, found.full_chain.value) == (direct, chain)
    assert found.wtt is found.losses is None
    assert found.factor_ids[1] == generation
    assert "two sources, whose difference is not the upstream part" in found.note


def test_electricity_maps_zones_stand_apart() -> None:
    found = grid(PRIMARY, "EM-SE")
    assert (found.name, found.year, found.full_chain.value) == ("Sweden", 2025, 0.021)
    assert found.direct is None


def test_regions_are_countries_subregions_and_zones_and_nothing_else() -> None:
    found = regions(PRIMARY)
    kinds = {"zones": 0, "subregions": 0, "countries": 0}
    for code, region in found.items():
        assert code == region.region
        assert region.full_chain.boundary is Boundary.FULL_CHAIN
        assert region.full_chain.value >= 0
        assert "\n" not in region.name
        kinds["zones" if code.startswith("EM-") else "subregions" if code.startswith("US-") else "countries"] += 1
    assert kinds == {"zones": 352, "subregions": 27, "countries": 210}  # of these GB and GB-hourly
    assert found["XK"].name == "Kosovo"
    assert grid(PRIMARY, "NA").name == "Namibia"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Germany", "Near: DE (Germany)."),
        ("gb", "Near: GB (United Kingdom)."),
        ("US-RFC", "US-RFCW (RFC West)"),
        ("DEU", "DE (Germany)"),
        ("", ""),
        ("GB\x00", "GB (United Kingdom)"),
    ],
)
def test_an_unknown_region_is_refused_and_the_one_that_was_meant_is_named(asked: str, told: str) -> None:
    with pytest.raises(UnknownRegion) as caught:
        grid(PRIMARY, asked)
    assert (caught.value.status, caught.value.code) == (422, "unknown_region")
    assert told in caught.value.remedy


def test_the_day_of_great_britain_has_its_published_course() -> None:
    # hourly means of NESO in g/kWh: winter 18 h 172.194, summer 12 h 78.027, over the annual mean of 129.08
    ratios = hour_ratio("GB-hourly", np.array([0, 2]), np.array([18, 12]))
    assert ratios == pytest.approx([172.194 / 129.08, 78.027 / 129.08], rel=1e-4)


def test_the_hours_of_a_year_have_the_annual_mean() -> None:
    days = np.array([90, 92, 92, 91])  # of the seasons, December 2024 to November 2025
    season, hour = np.meshgrid(np.arange(len(SEASONS)), np.arange(24), indexing="ij")
    daily = hour_ratio("GB-hourly", season, hour).mean(axis=1)
    assert (daily * days).sum() / days.sum() == pytest.approx(1, abs=1e-3)


def test_a_region_without_a_profile_has_its_annual_mean_at_every_hour() -> None:
    assert hour_ratio("DE", np.array([0, 1, 2]), np.array([0, 12, 23])).tolist() == [1, 1, 1]
    assert grid(PRIMARY, "GB-hourly").hourly
    assert not any(each.hourly for code, each in regions(PRIMARY).items() if code != "GB-hourly")
