"""The packaged factor sets: read once from `data/`, checked against their digest, never changed.

A set is a list of editions, the first that has a name counts (`data/sets.toml`). A corrected or added value is a new
set beside the old ones, so an estimate made today can be explained tomorrow with the very factors it used.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from carbon_nexus.factors.model import (
    CHECK_SPEEDS_KMH,
    EnergyFunction,
    Factor,
    FactorSet,
    FactorSetChanged,
    Status,
    UnknownFactorSet,
)

DEFAULT_SET = "desnz-2025.2"

# The editions that are curves, not factors: part of the digest of every set that names them.
CURVES = {"eea-2019": "eea-2019.csv", "neso-2025": "gb-hourly.csv"}


@cache
def factor_set(name: str = DEFAULT_SET) -> FactorSet:
    """The set of this name, from `set_names()`.

    Raises UnknownFactorSet when there is none, FactorSetChanged when its rows are not those it was published with.
    """
    plans = _plans()
    if name not in plans:
        raise UnknownFactorSet(f"There is no factor set {name!r}.", f"There are: {', '.join(plans)}.")
    found = assemble(name, plans[name])
    if found.digest != plans[name]["sha256"]:
        raise FactorSetChanged(
            f"The factors of {name} are not those it was published with (digest {found.digest}).",
            "Install the package again; a changed value belongs into a new set.",
        )
    return found


def set_names() -> tuple[str, ...]:
    """The names of all sets, the default first."""
    return tuple(_plans())


def assemble(name: str, plan: Mapping[str, Any]) -> FactorSet:
    """The set that a table of sets.toml describes, digest computed, not compared.

    `only`, where the plan has it, lists the ids the set is limited to.
    """
    editions = tuple(plan["editions"])
    rows = [row for edition in editions for row in _editions().get(edition, ())]
    only = frozenset(plan.get("only") or (row.id for row in rows))
    kept = [row for row in rows if row.id in only]
    named, passed_over = _counting(kept)
    return FactorSet(
        name=name,
        status=plan["status"],
        editions=editions,
        digest=_digest(kept, editions),
        factors=MappingProxyType({row.id: row for row in kept}),
        named=MappingProxyType(named),
        passed_over=MappingProxyType(passed_over),
    )


@cache
def energy_functions() -> tuple[EnergyFunction, ...]:
    """The energy functions of the EMEP/EEA guidebook, in the order of the file."""
    return tuple(_function_from(row) for row in read_rows("curves", CURVES["eea-2019"]))


def read_rows(*path: str) -> list[dict[str, str]]:
    """The rows of one packaged CSV file under `data/`."""
    text = files("carbon_nexus.factors").joinpath("data", *path).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _counting(rows: Iterable[Factor]) -> tuple[dict[str, Factor], dict[str, str]]:
    """The factor that counts for each name, and why a row of higher priority does not.

    A row that lacks a part which a later edition gives is passed over as a whole: direct emissions of one edition
    and upstream emissions of another never end up in one factor.
    """
    offered: dict[str, list[Factor]] = {}
    for row in rows:
        offered.setdefault(row.name, []).append(row)
    named, passed_over = {}, {}
    for name, candidates in offered.items():
        wanted = frozenset[str]().union(*(row.parts for row in candidates))
        named[name] = next((row for row in candidates if row.parts >= wanted), candidates[0])
        if (best := candidates[0]) is not named[name]:
            lacking = ", ".join(sorted(wanted - best.parts))
            passed_over[name] = f"{best.id} has no {lacking}: {named[name].id} counts as a whole."
    return named, passed_over


def _digest(rows: Iterable[Factor], editions: Iterable[str]) -> str:
    # Every field of every row in the order of the ids, as Python writes it: independent of file order and layout.
    lines = [repr(tuple(str(field) for field in astuple(row))) for row in sorted(rows, key=lambda row: row.id)]
    for edition in editions:
        if edition in CURVES:
            lines += [repr(tuple(row.values())) for row in read_rows("curves", CURVES[edition])]
    return sha256("\n".join(lines).encode()).hexdigest()


@cache
def _plans() -> Mapping[str, Mapping[str, Any]]:
    text = files("carbon_nexus.factors").joinpath("data", "sets.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def _editions() -> Mapping[str, tuple[Factor, ...]]:
    found: dict[str, list[Factor]] = {}
    for path in _files():
        for row in map(_factor_from, read_rows(*path)):
            found.setdefault(row.edition, []).append(row)
    return MappingProxyType({edition: tuple(rows) for edition, rows in found.items()})


def _files() -> list[tuple[str, ...]]:
    # electricityMaps' data stand apart: their licence (ODbL) asks for share-alike.
    places: list[tuple[str, ...]] = [(), ("electricitymaps",)]
    root = files("carbon_nexus.factors").joinpath("data")
    return [
        (*place, file.name)
        for place in places
        for file in sorted(root.joinpath(*place).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".csv")
    ]


_NUMBERS = (
    "direct", "upstream", "full_chain", "value", "direct_co2", "direct_ch4", "direct_n2o", "biogenic_co2",
    "uncertainty_pct",
)  # fmt: skip


def _factor_from(row: dict[str, str]) -> Factor:
    fields: dict[str, Any] = dict(row)
    fields |= {name: _number(row[name]) for name in _NUMBERS}
    fields |= {name: date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_to")}
    return Factor(**fields | {"year": int(row["year"]), "status": Status(row["status"])})


def _function_from(row: dict[str, str]) -> EnergyFunction:
    checks = tuple(float(row.pop(f"mj_per_km_at_{speed}")) for speed in CHECK_SPEEDS_KMH)
    fields: dict[str, Any] = {name: row.pop(name) for name in ("category", "segment", "fuel", "euro", "technology")}
    fields |= {name: _number(text) for name, text in row.items()}
    return EnergyFunction(**fields, check_mj_per_km=checks)


def _number(text: str) -> float | None:
    return float(text) if text else None
