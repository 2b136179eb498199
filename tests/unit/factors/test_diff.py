"""What an upgrade would change is said number by number."""

from collections import Counter
from dataclasses import replace
from types import MappingProxyType

import pytest

from carbon_nexus.factors.diff import Change, Kind, diff
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import Factor, FactorSet

OLD, NEW = factor_set("desnz-2025.2"), factor_set("desnz-2026.1")


def of(changes: list[Change], name: str) -> dict[str | None, Change]:
    return {change.part: change for change in changes if change.name == name}


def holding(*factors: Factor) -> FactorSet:
    named = MappingProxyType({factor.name: factor for factor in factors})
    return replace(factor_set("desnz-2025.1"), editions=("desnz-2025",), named=named)


def test_a_set_does_not_differ_from_itself() -> None:
    assert diff(OLD, OLD) == []


def test_changed_numbers_have_old_new_and_percent() -> None:
    found = of(diff(OLD, NEW), "electricity-uk/kwh")
    assert set(found) == {"direct", "upstream"}
    direct = found["direct"]
    assert (direct.kind, direct.old, direct.new, direct.unit) == (Kind.CHANGED, 0.177, 0.13096, "kgCO2e/kWh")
    assert direct.change_pct == pytest.approx(-26.011, abs=1e-3)
    assert (direct.old_id, direct.new_id) == ("desnz-2025/electricity-uk/kwh", "desnz-2026/electricity-uk/kwh")


def test_only_what_counts_is_compared() -> None:
    changes = diff(OLD, NEW)
    assert of(changes, "van-average/diesel/km") == {}  # the row of 2026 has no upstream part and is passed over
    assert of(changes, "diesel-average-blend/litre").keys() == {"direct", "biogenic_co2"}
    assert [change.name for change in changes if change.kind is Kind.ADDED] == ["district-heat-losses/kwh"]
    assert not [change for change in changes if change.kind is Kind.REMOVED]


def test_a_part_that_only_one_source_gives_has_no_percent() -> None:
    lost = of(diff(OLD, NEW), "hvo/litre")["biogenic_co2"]
    assert (lost.old, lost.new, lost.change_pct) == (2.43, None, None)


def test_names_and_curves_of_one_set_alone_are_added_or_removed() -> None:
    first = factor_set("desnz-2025.1")
    there, back = diff(first, OLD), diff(OLD, first)
    assert {change.kind for change in there} == {Kind.ADDED}
    assert {change.kind for change in back} == {Kind.REMOVED}
    assert {change.name for change in there} == {change.name for change in back}
    assert {"eea-2019", "neso-2025", "natural-gas/kwh-gross"} <= {change.name for change in there}
    assert all(change.new_id and not change.old_id and change.part is None for change in there)


def test_a_changed_unit_is_told_and_no_percent_is_made_of_it() -> None:
    litre = OLD.find("hvo/litre")
    (change, *others) = diff(holding(litre), holding(replace(litre, unit="kgCO2e/kg")))
    assert (change.part, change.old, change.new, change.change_pct) == ("direct", 0.03558, 0.03558, None)
    assert change.note == "unit was kgCO2e/litre, is kgCO2e/kg"
    assert [each.part for each in others] == ["upstream"]


def test_a_step_from_nothing_has_no_percent_and_a_wider_interval_is_a_change() -> None:
    bike = OLD.find("cargo-bike/km")
    (change,) = diff(holding(bike), holding(replace(bike, direct=0.01)))
    assert (change.old, change.new, change.change_pct) == (0.0, 0.01, None)
    gas = OLD.find("natural-gas/kwh-gross")
    (wider,) = diff(holding(gas), holding(replace(gas, uncertainty_pct=10.0)))
    assert (wider.part, wider.unit, wider.change_pct) == ("uncertainty_pct", "%", 100)


def test_counts_agree_with_the_sets() -> None:
    count = Counter(change.kind for change in diff(OLD, NEW))
    assert count[Kind.ADDED] - count[Kind.REMOVED] == len(NEW.named) - len(OLD.named)
