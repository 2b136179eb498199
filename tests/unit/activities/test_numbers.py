"""Texts as numbers: a decimal comma where it is named, thousands where they cannot be misread."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.activities.mapping import Decimal
from carbon_nexus.activities.numbers import read_numbers


def read(text: str, decimal: Decimal) -> float | None:
    (number,) = read_numbers(pl.Series([text]), decimal)
    return None if number is None else float(number)


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12", 12.0, 12.0),
        ("-3", -3.0, -3.0),
        ("1e3", 1000.0, 1000.0),
        ("12.5", 12.5, None),
        ("12,5", None, 12.5),
        ("1,234", None, 1.234),
        ("1.234", 1.234, 1234.0),
        ("1,234.5", 1234.5, None),
        ("1.234,5", None, 1234.5),
        ("1,234,567", 1234567.0, None),
        ("1.234.567", None, 1234567.0),
        ("1 234.5", 1234.5, None),
        ("1\u202f234,5", None, 1234.5),
        ("1'000.5", 1000.5, None),
        ("1,23,456", None, None),
        ("12,", None, None),
        (",", None, None),
        ("+", None, None),
        ("12 km", None, None),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, point: float | None, comma: float | None) -> None:
    assert (read(text, "."), read(text, ",")) == (point, comma)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_with_a_comma_is_the_one_with_a_point(number: float) -> None:
    written = f"{number:.3f}"
    assert read(written.replace(".", ","), ",") == float(written)


@given(st.integers(-(10**12), 10**12), st.integers(0, 99))
def test_grouped_thousands_are_the_number_itself(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02d}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read(english, ".") == read(german, ",") == float(english.replace(",", ""))
