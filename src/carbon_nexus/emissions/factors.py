"""The packaged emission factors: read once from `data/factors.csv`, looked up by id, never changed.

Values are copied digit by digit from the tables named in each row. A new edition is a new set beside this one
(a new FACTOR_SET), so an estimate made today can be explained with the very factors it used.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from carbon_nexus.emissions.model import Factor, UnknownFactor

FACTOR_SET = "desnz-2025.1"


@cache
def factors() -> Mapping[str, Factor]:
    """Every packaged factor by its id, in the order of the file; read-only."""
    text = files("carbon_nexus.emissions").joinpath("data", "factors.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["id"]: _factor_from(row) for row in rows})


def factor(factor_id: str) -> Factor:
    """The factor with this id, such as `desnz-2025/hgv-artic-over-33t/average-laden/km`.

    Raises UnknownFactor when the packaged set has no such id.
    """
    try:
        return factors()[factor_id]
    except KeyError:
        raise UnknownFactor(f"There is no factor {factor_id!r} in {FACTOR_SET}.") from None


def _factor_from(row: dict[str, str]) -> Factor:
    upstream = row.pop("value_upstream")
    return Factor(
        **{name: row[name] for name in _TEXTS},
        value_direct=float(row["value_direct"]),
        value_upstream=float(upstream) if upstream else None,
        year=int(row["year"]),
    )


_TEXTS = (
    "id", "unit", "publisher", "title", "region", "boundary", "gwp_set", "licence", "url", "note",
)  # fmt: skip
