"""The commands, as a person and as a program read them."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import UnknownFactor, UnknownFactorSet
from carbon_nexus.predictions.commands import factors


def told(*words: str) -> str:
    result = CliRunner(env={"COLUMNS": "240"}).invoke(factors, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def told_as_json(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(*words, "--json"))
    return found


def test_list_shows_values_and_names_the_set_and_its_digest() -> None:
    shown = told("list", "petrol", "--unit", "kgCO2e/litre", "--edition", "desnz-2025")
    assert "desnz-2025/petrol-average-blend/litre" in shown
    assert "2.06916" in shown
    assert f"2 of 1349 factors of desnz-2025.2, digest {factor_set().digest}" in shown


def test_list_marks_what_another_edition_stands_before() -> None:
    shown = told("list", "desnz-2026/van-average/diesel/km", "--set", "desnz-2026.1")
    assert "secondary, another edition counts" in shown
    facts = told_as_json("list", "desnz-2026/van-average/diesel/km", "--set", "desnz-2026.1")
    assert (facts["factor_set"], facts["status"], facts["total"]) == ("desnz-2026.1", "secondary", 1)
    assert facts["factors"][0]["counts"] is False


def test_show_prints_every_field_and_the_sets() -> None:
    shown = told("show", "desnz-2025/hvo/litre")
    for word in ("0.56439", "biogenic co2", "2.43", "AR5 GWP100", "Open Government Licence v3.0", "2025-12-31"):
        assert word in shown
    assert "https://www.gov.uk/government/publications/greenhouse-gas-reporting-conversion-factors-2025" in shown
    assert "desnz-2026.1 (another edition counts)" in shown
    facts = told_as_json("show", "desnz-2025/hvo/litre")
    assert (facts["direct"], facts["full_chain"], facts["valid_from"]) == (0.03558, None, "2025-01-01")
    assert facts["sets"] == {"desnz-2025.2": True, "desnz-2026.1": False, "desnz-2025.1": True}


def test_diff_prints_a_table_and_what_came_and_went() -> None:
    shown = told("diff", "desnz-2025.2", "desnz-2026.1")
    assert "0.13096" in shown
    assert "-26.0" in shown
    assert "32 numbers changed from desnz-2025.2 to desnz-2026.1" in shown
    assert "added 1: district-heat-losses/kwh" in shown
    assert "removed 0" in shown
    facts = told_as_json("diff", "desnz-2025.2", "desnz-2026.1")
    assert len(facts["changes"]) == 33


def test_unknown_names_are_errors_with_near_names() -> None:
    with pytest.raises(UnknownFactor, match="desnz-2025/hvo/litre"):
        told("show", "desnz-2025/hvo/liter")
    with pytest.raises(UnknownFactorSet, match=r"desnz-2026\.1"):
        told("list", "--set", "desnz-2026")
    with pytest.raises(UnknownFactorSet):
        told("diff", "desnz-2025.2", "nothing")
