"""The packaged factors are the published ones, digit by digit, and each says where it comes from."""

from dataclasses import FrozenInstanceError

import pytest

from carbon_nexus.emissions.factors import factor, factors
from carbon_nexus.emissions.model import UnknownFactor

# UK DESNZ 2025 as published (direct, upstream); the tables were read independently of the packaged file.
PUBLISHED = {
    "desnz-2025/hgv-average/average-laden/km": (0.89121, 0.21154),
    "desnz-2025/hgv-average/0-percent-laden/km": (0.65975, 0.15527),
    "desnz-2025/hgv-rigid-to-7.5t/average-laden/km": (0.49548, 0.11851),
    "desnz-2025/hgv-rigid-7.5t-to-17t/100-percent-laden/km": (0.70603, 0.16981),
    "desnz-2025/hgv-rigid-over-17t/0-percent-laden/km": (0.774, 0.18172),
    "desnz-2025/hgv-artic-to-33t/average-laden/km": (0.78471, 0.18538),
    "desnz-2025/hgv-artic-over-33t/0-percent-laden/km": (0.64734, 0.15178),
    "desnz-2025/hgv-artic-over-33t/average-laden/km": (0.93421, 0.22058),
    "desnz-2025/hgv-artic-over-33t/100-percent-laden/km": (1.06921, 0.25296),
    "desnz-2025/van-class-1/diesel/km": (0.15738, 0.03746),
    "desnz-2025/van-class-2/petrol/km": (0.20874, 0.06074),
    "desnz-2025/van-class-3/diesel/km": (0.27878, 0.06706),
    "desnz-2025/van-average/diesel/km": (0.25561, 0.06128),
    "desnz-2025/van-average/petrol/km": (0.21335, 0.06183),
    "desnz-2025/van-average/cng/km": (0.25113, 0.05176),
    "desnz-2025/van-average/lpg/km": (0.2761, 0.03279),
    "desnz-2025/van-average/plug-in-hybrid/km": (0.14592, 0.03758),
    "desnz-2025/van-average/battery-electric/km": (0.06976, 0.01759),
    "desnz-2025/motorbike-average/km": (0.11367, 0.02956),
    "desnz-2025/rail-freight/tonne-km": (0.02779, 0.00691),
    "desnz-2025/diesel-average-blend/litre": (2.57082, 0.61101),
    "desnz-2025/petrol-average-blend/litre": (2.06916, 0.58094),
    "desnz-2025/hvo/litre": (0.03558, 0.56439),
    "desnz-2025/biodiesel-me/litre": (0.16751, 0.39508),
    "desnz-2025/lpg/litre": (1.55713, 0.18551),
    "desnz-2025/electricity-uk/kwh": (0.177, 0.0459),
    "desnz-2025/electricity-uk-losses/kwh": (0.01853, 0.00397),
    "nacfe-2023/electric-tractor/km": (1.113, None),
    "carbon-nexus/cargo-bike/km": (0.0, 0.0),
}


@pytest.mark.parametrize(("factor_id", "values"), PUBLISHED.items())
def test_values_are_the_published_ones(factor_id: str, values: tuple[float, float | None]) -> None:
    found = factor(factor_id)
    assert (found.value_direct, found.value_upstream) == values


def test_every_factor_says_where_it_comes_from_and_may_be_shipped() -> None:
    for found in factors().values():
        assert all((found.publisher, found.title, found.unit, found.region, found.boundary)), found.id
        assert found.licence in {"Open Government Licence v3.0", "MIT", "Apache-2.0"}, found.id
        assert found.url.startswith("https://") or found.publisher == "Carbon Nexus", found.id
        assert 2020 <= found.year <= 2026, found.id


def test_unit_agrees_with_the_end_of_the_id() -> None:
    ends = {"km": "/km", "tonne-km": "/tonne.km", "litre": "/litre", "kwh": "/kWh", "kwh-net": "/kWh (net CV)"}
    for factor_id, found in factors().items():
        end = factor_id.rsplit("/", 1)[1]
        assert found.unit.endswith(ends.get(end, "/GJ")), factor_id


def test_an_unknown_id_is_an_error_with_a_stable_code() -> None:
    with pytest.raises(UnknownFactor, match="no-such") as caught:
        factor("desnz-2025/no-such/km")
    assert (caught.value.status, caught.value.code) == (404, "unknown_factor")


def test_factors_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        factor("desnz-2025/hvo/litre").value_direct = 0.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        factors()["x"] = factor("desnz-2025/hvo/litre")  # type: ignore[index]
