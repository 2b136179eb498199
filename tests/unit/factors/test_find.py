"""Filters of the library."""

from carbon_nexus.factors.find import matching
from carbon_nexus.factors.library import factor_set

PRIMARY, NEWEST = factor_set(), factor_set("desnz-2026.1")


def test_without_a_filter_every_factor_is_listed_by_id() -> None:
    assert [factor.id for factor in matching(PRIMARY)] == sorted(PRIMARY.factors)


def test_every_word_of_the_search_must_be_there_whatever_its_case() -> None:
    found = [factor.id for factor in matching(PRIMARY, search="Articulated (>33t) REFRIGERATED average")]
    assert found == [
        "desnz-2025/hgv-artic-over-33t-refrigerated/average-laden/km",
        "desnz-2025/hgv-artic-over-33t-refrigerated/average-laden/tonne-km",
    ]
    assert matching(PRIMARY, search="no such thing") == []


def test_filters_narrow_together() -> None:
    found = matching(NEWEST, search="electricity", edition="DESNZ-2026", region="gb", unit="kgco2e/kwh")
    assert [factor.name for factor in found] == ["electricity-uk-losses/kwh", "electricity-uk/kwh"]
    assert matching(NEWEST, edition="desnz") == []
