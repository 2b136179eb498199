"""Decimal signs and orders of dates: by proof, asked where there is none."""

import polars as pl
import pytest

from carbon_nexus.activities.mapping import Dates
from carbon_nexus.mappings.writing import date_order, decimal_sign, zone_note


def series(values: list[str]) -> pl.Series:
    return pl.Series("text", values, dtype=pl.String)


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        ([], "."), (["12"], "."), (["x,y", "n.a."], "."), (["12,5"], ","), (["1.234,56"], ","), (["0,123"], ","),
        (["1.234.567"], ","), (["1234,567"], ","), ([",5"], ","), (["1 234,5"], ","), (["1'234.5"], "."),
        (["-3,5"], ","),
        (["12.5"], "."), (["1,234.56"], "."), (["0.123"], "."), (["1,234,567"], "."), (["1.5e3"], "."),
        (["1.234"], "."), (["1,234", "12.5"], "."), (["1.234", "12,5"], ","), (["1,234"], None),
        (["1,234", "1.234"], None),
        (["12,5", "12.5"], None), (["1.234,5", "1,234.5"], None),
    ],
)  # fmt: skip
def test_the_decimal_sign_by_proof(values: list[str], sign: str | None) -> None:
    found = decimal_sign(series(values))
    assert found.decimal == sign
    assert bool(found.problems) is (sign is None)


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ([], "YMD"), (["2026-03-18"], "YMD"), (["2026/03/18 10:00"], "YMD"), (["2026-03-18T10:00:00+01:00"], "YMD"),
        (["yesterday"], "YMD"), (["99/99/2026"], "YMD"), (["20260318"], "YMD"),
        (["18.03.2026"], "DMY"), (["01.02.2026 14:30"], "DMY"), (["1.2.26"], "DMY"), (["03.18.2026"], "MDY"),
        (["18/03/2026"], "DMY"), (["02/03/2026", "18/03/2026"], "DMY"), (["3/18/2026 2:30 PM"], "MDY"),
        (["3/18/26"], "MDY"),
        (["31-12-2026"], "DMY"), (["2026-01-02", "31/12/2025"], "DMY"), (["31/12/99"], "DMY"),
        (["02/03/2026"], None), (["02-03-2026"], None), (["18/03/2026", "03/18/2026"], None), (["18/03/26"], None),
        (["01.02.2026", "03/18/2026"], None), (["1700000000"], None), (["1700000000000"], None), (["45000.5"], None),
        (["2026-03-18", "2026-03-19", "45000.5", "1700000000"], "YMD"),
    ],
)  # fmt: skip
def test_the_order_of_dates_by_proof(values: list[str], order: str | None) -> None:
    found = date_order(series(values), "Datum")
    assert found.dates == (Dates(order) if order else None)
    assert bool(found.problems) is (order is None)


@pytest.mark.parametrize(
    ("name", "value", "order"),
    [
        ("timestamp_ms", "1700000000000", Dates.EPOCH_MS), ("timestampMs", "1700000000000", Dates.EPOCH_MS),
        ("ts_s", "1700000000", Dates.EPOCH_S), ("epoch", "1700000000.25", Dates.EPOCH_S),
        ("unix time", "1700000000000", Dates.EPOCH_MS), ("timestamp_ms", "1700000000", None),
        ("epoch_s", "1" * 13, None),
    ],
)  # fmt: skip
def test_numbers_since_1970_are_read_where_the_name_says_so(name: str, value: str, order: Dates | None) -> None:
    assert date_order(series([value]), name).dates == order


@pytest.mark.parametrize(
    ("value", "noted"),
    [
        ("2026-03-18T10:00:00Z", False), ("2026-03-18 10:00:00+01:00", False), ("2026-03-18T10:00:00.5 -0500", False),
        ("2026-03-18T10:00:00", True), ("18.03.2026 10:00", True), ("2026-03-18", True), ("1700000000", False),
    ],
)  # fmt: skip
def test_times_without_an_offset_are_noted(value: str, noted: bool) -> None:
    assert (zone_note(series([value])) is not None) is noted


def test_a_problem_names_value_rule_and_remedy() -> None:
    (asked,) = decimal_sign(series(["12,5", "7.5"])).problems
    assert asked["loc"] == ["mapping", "decimal"]
    assert asked["msg"] == (
        "Number '12,5' has a decimal comma, '7.5' a decimal point. Say decimal=, or decimal=. for the whole file."
    )
    (asked,) = date_order(series(["18/03/2026", "03/19/2026"]), "d").problems
    assert "'18/03/2026' begins with the day, '03/19/2026' with the month. Say dates" in asked["msg"]
