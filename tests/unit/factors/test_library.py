"""The packaged factors are the published ones, each says where it comes from, and the right edition counts."""

from dataclasses import FrozenInstanceError
from math import isfinite

import pytest

from carbon_nexus.factors.find import sets_with
from carbon_nexus.factors.library import DEFAULT_SET, factor_set, set_names
from carbon_nexus.factors.model import (
    Boundary,
    MissingPart,
    Status,
    UnknownFactor,
    UnknownFactorSet,
)

# As published, direct and upstream: UK DESNZ 2025 and 2026, read independently of the packaged files.
PUBLISHED = {
    "desnz-2025/hgv-average/average-laden/km": (0.89121, 0.21154),
    "desnz-2025/hgv-average/0-percent-laden/km": (0.65975, 0.15527),
    "desnz-2025/hgv-average/50-percent-laden/tonne-km": (0.12226, 0.02886),
    "desnz-2025/hgv-average-refrigerated/average-laden/tonne-km": (0.11894, 0.02769),
    "desnz-2025/hgv-rigid-average/average-laden/km": (0.83751, 0.20099),
    "desnz-2025/hgv-rigid-to-7.5t/average-laden/km": (0.49548, 0.11851),
    "desnz-2025/hgv-rigid-7.5t-to-17t/100-percent-laden/km": (0.70603, 0.16981),
    "desnz-2025/hgv-rigid-over-17t/0-percent-laden/km": (0.774, 0.18172),
    "desnz-2025/hgv-artic-to-33t/average-laden/km": (0.78471, 0.18538),
    "desnz-2025/hgv-artic-over-33t/0-percent-laden/km": (0.64734, 0.15178),
    "desnz-2025/hgv-artic-over-33t/average-laden/km": (0.93421, 0.22058),
    "desnz-2025/hgv-artic-over-33t/average-laden/tonne-km": (0.07703, 0.01799),
    "desnz-2025/hgv-artic-over-33t/100-percent-laden/km": (1.06921, 0.25296),
    "desnz-2025/hgv-artic-over-33t-refrigerated/average-laden/km": (1.08051, 0.25581),
    "desnz-2025/van-class-1/diesel/km": (0.15738, 0.03746),
    "desnz-2025/van-class-2/petrol/km": (0.20874, 0.06074),
    "desnz-2025/van-class-3/diesel/km": (0.27878, 0.06706),
    "desnz-2025/van-average/diesel/km": (0.25561, 0.06128),
    "desnz-2025/van-average/diesel/tonne-km": (0.6313, 0.15095),
    "desnz-2025/van-average/cng/km": (0.25113, 0.05176),
    "desnz-2025/van-average/battery-electric/km": (0.06976, 0.01759),
    "desnz-2025/car-small/battery-electric/km": (0.03688, 0.00948),
    "desnz-2025/motorbike-small/km": (0.08319, 0.02148),
    "desnz-2025/motorbike-average/km": (0.11367, 0.02956),
    "desnz-2025/rail-freight/tonne-km": (0.02779, 0.00691),
    "desnz-2025/diesel-average-blend/litre": (2.57082, 0.61101),
    "desnz-2025/diesel-mineral/litre": (2.66155, 0.62409),
    "desnz-2025/petrol-average-blend/litre": (2.06916, 0.58094),
    "desnz-2025/natural-gas/kwh-gross": (0.18296, 0.03021),
    "desnz-2025/natural-gas/kwh-net": (0.2027, 0.03347),
    "desnz-2025/natural-gas/m3": (2.06672, 0.3366),
    "desnz-2025/fuel-oil/kwh-net": (0.28523, 0.06291),
    "desnz-2025/gas-oil/litre": (2.75541, 0.62665),
    "desnz-2025/burning-oil/litre": (2.54016, 0.53078),
    "desnz-2025/coal-industrial/tonne": (2395.28994, 418.14964),
    "desnz-2025/petroleum-coke/kwh-net": (0.35887, 0.04267),
    "desnz-2025/wood-pellets/tonne": (55.19389, 177.0),
    "desnz-2025/hvo/litre": (0.03558, 0.56439),
    "desnz-2025/lpg/litre": (1.55713, 0.18551),
    "desnz-2025/electricity-uk/kwh": (0.177, 0.0459),
    "desnz-2025/electricity-uk-losses/kwh": (0.01853, 0.00397),
    "desnz-2026/diesel-average-blend/litre": (2.58354, 0.61101),
    "desnz-2026/electricity-uk/kwh": (0.13096, 0.03682),
    "desnz-2026/electricity-uk-losses/kwh": (0.01299, 0.00359),
    "desnz-2026/hgv-average/average-laden/tonne-km": (0.10356, 0.02359),
    "desnz-2026/van-average/battery-electric/km": (0.0468, None),
    "carbon-nexus/cargo-bike/km": (0.0, 0.0),
}
VALUES = {
    "nacfe-2023/electric-tractor/km": (1.113, "kWh/km"),
    "ipcc-ar5/refrigerant/R404A": (3943.0, "kgCO2e/kg"),
    "ipcc-ar6/refrigerant/R404A": (4728.0, "kgCO2e/kg"),
    "ipcc-ar5/refrigerant/R744": (1.0, "kgCO2e/kg"),
    "desnz-2012/leakage/cold-storage/operation": (8.0, "%/year"),
    "seattle-2016/benchmark/non-refrigerated-warehouse/electricity/p50": (52.5, "kWh/m2/year"),
    "seattle-2016/benchmark/refrigerated-warehouse/electricity/p90": (522.0, "kWh/m2/year"),
    "tag-2015/speed-curve/artic/diesel/d": (6.51e-05, "litre.h2/km3"),
    "france-2012/artic-40t/general-goods-long-haul/litre-per-km": (0.342, "litre/km"),
    "ipcc-2006/natural-gas/net-calorific-value": (48.0, "MJ/kg"),
}
NEWEST = factor_set("desnz-2026.1")  # holds every packaged factor
LICENCES = (
    "Open Government Licence", "MIT", "Apache-2.0", "CC0-1.0", "CC BY 4.0", "Open Database License", "BSD-3-Clause",
    "US public domain", "City of Seattle open data", "Licence Ouverte", "single figures quoted",
)  # fmt: skip


@pytest.mark.parametrize(("factor_id", "values"), PUBLISHED.items())
def test_emissions_are_the_published_ones(factor_id: str, values: tuple[float, float | None]) -> None:
    found = NEWEST.factor(factor_id)
    assert (found.direct, found.upstream) == values


@pytest.mark.parametrize(("factor_id", "value"), VALUES.items())
def test_what_is_no_emission_stands_in_value(factor_id: str, value: tuple[float, str]) -> None:
    found = NEWEST.factor(factor_id)
    assert (found.value, found.unit) == value
    assert found.parts == {"value"}


def test_every_factor_says_where_it_comes_from_and_may_be_shipped() -> None:
    for found in NEWEST.factors.values():
        assert all((found.publisher, found.table, found.unit, found.region, found.boundary)), found.id
        assert found.licence.startswith(LICENCES), found.id
        quoted = found.licence == "single figures quoted"
        assert found.url.startswith("https://") or quoted or found.publisher == "Carbon Nexus", found.id
        assert 2000 <= found.year <= 2026, found.id
        assert (found.valid_from is None) == (found.valid_to is None), found.id
        assert found.valid_from is None or found.valid_from < (found.valid_to or found.valid_from), found.id


def test_every_factor_has_a_part_and_only_emissions_have_warming_potentials() -> None:
    for found in NEWEST.factors.values():
        assert found.parts, found.id
        assert all(isfinite(getattr(found, part)) for part in found.parts), found.id
        assert ("value" not in found.parts) or len(found.parts) == 1, found.id
        assert found.gwp_set or found.parts == {"value"}, found.id


def test_the_gases_add_up_to_the_direct_part() -> None:
    split = [each for each in NEWEST.factors.values() if each.direct_ch4 is not None]
    assert len(split) > 300
    for found in split:
        assert found.direct is not None
        gases = (found.direct_co2 or 0) + (found.direct_ch4 or 0) + (found.direct_n2o or 0)
        # published rows are rounded to five places each
        assert gases == pytest.approx(found.direct, abs=2.1e-5), found.id


def test_unit_agrees_with_the_end_of_the_id() -> None:
    ends = {
        "km": "/km", "tonne-km": "/tonne.km", "litre": "/litre", "kwh": "/kWh", "kwh-net": "/kWh (net CV)",
        "kwh-gross": "/kWh (gross CV)", "m3": "/m3", "tonne": "/tonne", "kg": "/kg", "gj": "/GJ",
        "kwh-per-km": "kWh/km", "litre-per-km": "litre/km", "hour": "/h",
    }  # fmt: skip
    for factor_id, found in NEWEST.factors.items():
        end = factor_id.rsplit("/", 1)[1]
        assert found.unit.endswith(ends.get(end, "")), factor_id


def test_editions_of_2026_and_egrid_are_marked_secondary() -> None:
    for found in NEWEST.factors.values():
        if found.edition in ("desnz-2026", "egrid-2023"):
            assert found.status is Status.SECONDARY, found.id


def test_biogenic_carbon_stands_outside_the_direct_part() -> None:
    hvo, wood = NEWEST.factor("desnz-2025/hvo/litre"), NEWEST.factor("ipcc-2006/wood/manufacturing/kwh-net")
    assert (hvo.direct, hvo.biogenic_co2) == (0.03558, 2.43)
    assert wood.biogenic_co2 == pytest.approx(112_000 * 3.6e-6)
    assert wood.direct == pytest.approx((30 * 28 + 4 * 265) * 3.6e-6)
    assert wood.direct_co2 == 0


def test_ipcc_factors_are_the_default_masses_with_the_potentials_of_ar5() -> None:
    gas = NEWEST.factor("ipcc-2006/natural-gas/manufacturing/kwh-net")
    assert gas.gwp_set == "AR5 GWP100"
    assert gas.direct_co2 == pytest.approx(0.20196)
    assert gas.direct == pytest.approx((56_100 + 1 * 28 + 0.1 * 265) * 3.6e-6)


def test_the_default_set_takes_each_name_from_its_first_edition() -> None:
    assert set_names()[0] == DEFAULT_SET
    primary = factor_set()
    assert primary.find("electricity-uk/kwh").id == "desnz-2025/electricity-uk/kwh"
    assert primary.find("refrigerant/R404A").edition == "ipcc-ar5"
    assert primary.find("speed-curve/artic/diesel/a").edition == "tag-2015"
    assert not primary.passed_over


def test_the_set_of_2026_takes_a_whole_row_of_2025_where_that_of_2026_lacks_a_part() -> None:
    assert NEWEST.status == "secondary"
    assert NEWEST.find("electricity-uk/kwh").edition == "desnz-2026"
    van = NEWEST.find("van-average/diesel/km")
    assert (van.id, van.direct, van.upstream) == ("desnz-2025/van-average/diesel/km", 0.25561, 0.06128)
    told = NEWEST.passed_over["van-average/diesel/km"]
    assert told == (
        "desnz-2026/van-average/diesel/km has no upstream: desnz-2025/van-average/diesel/km counts as a whole."
    )
    assert NEWEST.factor("desnz-2026/van-average/diesel/km").direct == 0.25716
    assert not NEWEST.counts(NEWEST.factor("desnz-2026/van-average/diesel/km"))


def test_what_counts_lacks_no_part_that_another_edition_gives() -> None:
    for found in NEWEST.factors.values():
        assert NEWEST.find(found.name).parts >= found.parts, found.id


def test_the_superseded_set_holds_exactly_the_factors_it_was_published_with() -> None:
    old = factor_set("desnz-2025.1")
    assert (old.status, len(old.factors), len(old.named)) == ("superseded", 68, 68)
    assert old.get("natural-gas/kwh-gross") is None
    assert all(factor_set().factors[factor_id] is factor for factor_id, factor in old.factors.items())


def test_an_unknown_name_id_or_set_is_an_error_naming_near_ones() -> None:
    primary = factor_set()
    with pytest.raises(UnknownFactor, match="Near: diesel-mineral/litre") as caught:
        primary.find("diesel-minerals/litre")
    assert (caught.value.status, caught.value.code) == (404, "unknown_factor")
    with pytest.raises(UnknownFactor, match=r"Near: .*desnz-2025/hvo/litre"):
        primary.factor("desnz-2025/hvo/liter")
    with pytest.raises(UnknownFactor, match=r"Near: .*desnz-2026/hvo/litre"):
        sets_with("desnz-2026/hvo/liter")
    with pytest.raises(UnknownFactorSet, match=r"There are: desnz-2025.2, desnz-2026.1, desnz-2025.1") as unknown:
        factor_set("desnz-2025")
    assert (unknown.value.status, unknown.value.code) == (404, "unknown_factor_set")


def test_an_absurdly_long_name_is_answered_quickly() -> None:
    with pytest.raises(UnknownFactor):
        sets_with("x" * 1_000_000)


def test_a_factor_tells_the_sets_it_is_in() -> None:
    factor, sets = sets_with("desnz-2025/electricity-uk/kwh")
    assert factor.direct == 0.177
    assert sets == {"desnz-2025.2": True, "desnz-2026.1": False, "desnz-2025.1": True}


def test_factors_and_sets_cannot_be_changed() -> None:
    primary = factor_set()
    hvo = primary.find("hvo/litre")
    with pytest.raises(FrozenInstanceError):
        hvo.direct = 0.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        primary.factors["x"] = hvo  # type: ignore[index]
    with pytest.raises(TypeError):
        primary.named["x"] = hvo  # type: ignore[index]


def test_a_rate_is_one_part_of_a_factor() -> None:
    diesel = factor_set().find("diesel-average-blend/litre")
    direct = diesel.rate(Boundary.DIRECT)
    assert (direct.value, direct.unit, direct.factor_id) == (2.57082, "kgCO2e/litre", diesel.id)
    assert diesel.rate(Boundary.UPSTREAM).value == 0.61101
    with pytest.raises(MissingPart, match="has no full chain part"):
        diesel.rate(Boundary.FULL_CHAIN)


def test_the_fuels_and_tables_estimates_are_made_of_are_there() -> None:
    primary = factor_set()
    fuels: dict[str, list[str]] = {
        "natural-gas": ["kwh-gross", "kwh-net", "m3", "tonne"], "lpg": ["litre", "kwh-gross", "kwh-net"],
        "lng": ["litre", "kwh-net"], "cng": ["litre", "kwh-net", "tonne"], "propane": ["litre"], "butane": ["litre"],
        "diesel-average-blend": ["litre", "kwh-net"], "petrol-average-blend": ["litre", "kwh-net"],
        "gas-oil": ["litre", "kwh-net"], "fuel-oil": ["litre", "kwh-net"], "burning-oil": ["litre", "kwh-net"],
        "coal-industrial": ["tonne", "kwh-net"], "coking-coal": ["tonne"], "petroleum-coke": ["tonne", "kwh-net"],
        "wood-logs": ["tonne"], "wood-chips": ["tonne"], "wood-pellets": ["tonne"], "hvo": ["litre", "gj"],
        "biodiesel-me": ["litre"], "biomethane-compressed": ["kg"],
    }  # fmt: skip
    for fuel, units in fuels.items():
        for unit in units:
            assert primary.find(f"{fuel}/{unit}").parts == {"direct", "upstream"}


@pytest.mark.parametrize(
    ("name", "uncertainty_pct"),
    [
        ("hgv-artic-over-33t/average-laden/km", 21),
        ("hgv-rigid-over-17t/average-laden/km", 44),
        ("hgv-rigid-7.5t-to-17t/0-percent-laden/km", 23),
        ("hgv-rigid-to-7.5t-refrigerated/average-laden/km", 56),
        ("van-class-3/diesel/km", 55),
        ("van-class-3/battery-electric/km", 30),
        ("rail-freight/tonne-km", 100),
        ("electricity/DE", 10),
        ("natural-gas/kwh-gross", 5),
        ("motorbike-average/km", None),
    ],
)
def test_uncertainty_is_given_where_a_source_says_it(name: str, uncertainty_pct: float | None) -> None:
    assert factor_set().find(name).uncertainty_pct == uncertainty_pct


def test_the_curves_an_estimate_names_are_found_too() -> None:
    factor, sets = sets_with("eea-2019/articulated-34-40-t/diesel")
    assert factor.publisher == "European Environment Agency"
    assert (factor.direct, factor.value, factor.unit) == (None, None, "MJ/km")
    assert sets == {"desnz-2025.2": True, "desnz-2026.1": True}
    assert sets_with("neso-2025/gb-hourly")[0].licence == "CC BY 4.0"
