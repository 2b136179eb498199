"""The packaged measures: facts from published sources in our own words, read once from `data/measures.csv`."""

import csv
from functools import cache
from importlib.resources import files
from typing import Any

from carbon_nexus.measures.model import Measure, UnknownMeasure

LIBRARY = "measures.2"

_AMOUNTS = ("reduction_low_pct", "reduction_typical_pct", "reduction_high_pct")


@cache
def measures() -> tuple[Measure, ...]:
    """Every measure, in the order of the file, those that cannot be simulated yet included."""
    text = files("carbon_nexus.measures").joinpath("data", "measures.csv").read_text(encoding="utf-8")
    return tuple(_measure_from(row) for row in csv.DictReader(text.splitlines()))


def measure(measure_id: str) -> Measure:
    """The measure with this id, such as `M11`. Raises UnknownMeasure."""
    for found in measures():
        if found.id == measure_id:
            return found
    raise UnknownMeasure(f"There is no measure {measure_id!r} in {LIBRARY}.")


def _measure_from(row: dict[str, str]) -> Measure:
    texts: dict[str, Any] = {name: value for name, value in row.items() if name not in _AMOUNTS}
    low, typical, high = (float(row[name]) for name in _AMOUNTS)
    return Measure(**texts, reduction_low_pct=low, reduction_typical_pct=typical, reduction_high_pct=high)
