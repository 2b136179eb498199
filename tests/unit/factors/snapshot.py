"""Every packaged factor as one line, to hold the library to what was committed."""

import csv
import tomllib
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

from carbon_nexus.factors.library import assemble
from carbon_nexus.factors.model import Factor

FILE = Path(__file__).with_name("snapshot.csv")
WORDS_LEFT_OUT = ("publisher", "table", "boundary", "licence", "url", "note")  # held by the sets' digests alone
COLUMNS = tuple(field.name for field in fields(Factor) if field.name not in WORDS_LEFT_OUT)


def committed() -> dict[str, dict[str, str]]:
    """The committed lines by factor id."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def plans() -> dict[str, Any]:
    """The sets as sets.toml describes them."""
    return tomllib.loads(files("carbon_nexus.factors").joinpath("data", "sets.toml").read_text(encoding="utf-8"))


def packaged() -> dict[str, dict[str, str]]:
    """The lines of the packaged factors of all sets, by factor id."""
    # Put together without comparing the digests: the comparison by line names what changed, a digest cannot.
    sets = [assemble(name, plan) for name, plan in plans().items()]
    found = {factor_id: factor for each in sets for factor_id, factor in each.factors.items()}
    return {factor_id: _line(found[factor_id]) for factor_id in sorted(found)}


def write() -> None:
    """Commit the packaged factors as they are: for a new set, never for a changed one."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(packaged().values())


def _line(factor: Factor) -> dict[str, str]:
    values = {name: getattr(factor, name) for name in COLUMNS}
    return {name: "" if value is None else str(value) for name, value in values.items()}
