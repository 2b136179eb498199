"""The grids that electricity may come from: which factors give what a kilowatt-hour of a region emits.

Sources draw their boundaries differently: UK DESNZ publishes generation, its well to tank and the losses one by one,
Ember and Electricity Maps the whole life of the mix as one number, US EPA and India's CEA the generation alone. The
difference of two sources is an artefact of their methods, hence never taken as the upstream part: it stays None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from carbon_nexus.factors.library import CURVES, read_rows
from carbon_nexus.factors.model import Boundary, Factor, FactorSet, Rate, UnknownRegion, full_chain

HOURLY = "GB-hourly"
PROFILE_EDITION = "neso-2025"

# Meteorological seasons, as the profile has them: December to February is winter. `month % 12 // 3` is the index.
SEASONS = ("winter", "spring", "summer", "autumn")

_LIFE_CYCLE, _GENERATION, _CONSUMED = "electricity/", "electricity-generation/", "electricity-consumed/"


@dataclass(frozen=True, slots=True)
class GridRegion:
    """What electricity from one grid emits, in kg per kWh. A part its sources do not give is None.

    `direct` is generation (scope 2); `wtt` its well to tank, `losses` transmission and distribution and their well
    to tank (scope 3 category 3); `full_chain` the whole life. They add up only where one source gives all of them.
    `hourly`: `hour_ratio` knows its course over the day. `uncertainty_pct` is the 95 % half-width of the year.
    """

    region: str
    name: str
    year: int
    direct: Rate | None
    wtt: Rate | None
    losses: Rate | None
    full_chain: Rate
    hourly: bool
    uncertainty_pct: float | None
    factor_ids: tuple[str, ...]
    note: str


def grid(factor_set: FactorSet, region: str) -> GridRegion:
    """The grid of this region code, such as `GB`, `GB-hourly`, `DE`, `US-RFCW`, `IN` or `EM-SE`.

    Raises UnknownRegion, naming near codes and names, when the set has none.
    """
    known = regions(factor_set)
    if found := known.get(region):
        return found
    detail = f"There is no grid region {region[:200]!r} in {factor_set.name}."
    raise UnknownRegion(detail, _meant(region[:200].lower(), known))


def _meant(wanted: str, known: Mapping[str, GridRegion]) -> str:
    # A person writes Germany, germany or de: the code that was meant is named, never taken.
    told = {code: f"{code} ({found.name})" for code, found in known.items()}
    consumed_last = sorted(known, key=lambda code: not code.startswith("EM-"))
    words = {known[code].name.lower(): told[code] for code in consumed_last}
    words |= {code.lower(): told[code] for code in known}
    found = [wanted] if wanted in words else get_close_matches(wanted, words, n=3, cutoff=0.6)
    return f"Near: {', '.join(words[word] for word in found)}." if found else ""


@cache
def regions(factor_set: FactorSet) -> Mapping[str, GridRegion]:
    """Every grid of the set by its region code."""
    found = {grid.region: grid for factor in factor_set.named.values() if (grid := _region_of(factor_set, factor))}
    found |= {grid.region: grid for grid in _british(factor_set)}
    return MappingProxyType(dict(sorted(found.items())))


def hour_ratio(region: str, season: NDArray[np.integer], hour_utc: NDArray[np.integer]) -> NDArray[np.float64]:
    """Each hour's emission against the annual mean, for arrays of season indices (SEASONS) and UTC hours 0 to 23.

    Great Britain, October 2024 to September 2025 (NESO, operational CO2 of generation and imports). A region
    without an hourly profile has its annual mean at every hour: 1.
    """
    if region != HOURLY:
        return np.ones(np.broadcast(season, hour_utc).shape)
    ratios: NDArray[np.float64] = _profile()[season, hour_utc]
    return ratios


@cache
def _profile() -> NDArray[np.float64]:
    rows = read_rows("curves", CURVES[PROFILE_EDITION])
    of = {name: [float(row["g_per_kwh"]) for row in rows if row["season"] == name] for name in (*SEASONS, "annual")}
    ratios: NDArray[np.float64] = np.array([of[name] for name in SEASONS]) / np.mean(of["annual"])
    ratios.setflags(write=False)
    return ratios


def _region_of(factors: FactorSet, factor: Factor) -> GridRegion | None:
    """The region a factor of electricity stands for; None where it stands for none or for a part of one."""
    name = factor.name
    if name.startswith(_CONSUMED):
        return _single(f"EM-{name.removeprefix(_CONSUMED)}", factor)
    if name.startswith(f"{_GENERATION}US-"):
        return _with_generation(name.removeprefix(_GENERATION), factors.get(f"{_LIFE_CYCLE}US"), factor)
    code = name.removeprefix(_LIFE_CYCLE)
    if code == name or not (len(code) == 2 and code.isupper()):
        return None
    return _with_generation(code, factor, factors.get(f"{_GENERATION}{code}"))


def _with_generation(code: str, whole: Factor | None, generation: Factor | None) -> GridRegion | None:
    """Life-cycle of one source beside the direct generation of another, where there is one."""
    if whole is None:
        return None
    if generation is None:
        return _single(code, whole)
    note = (
        f"Direct generation is of {generation.edition}, the full chain of {whole.edition} for {_title(whole)}: "
        "two sources, whose difference is not the upstream part."
    )
    return replace(
        _single(code, whole),
        name=_title(generation) if "-" in code else _title(whole),
        direct=generation.rate(Boundary.DIRECT),
        factor_ids=(whole.id, generation.id),
        note=note,
    )


def _single(code: str, whole: Factor) -> GridRegion:
    return GridRegion(
        region=code,
        name=_title(whole),
        year=whole.year,
        direct=None,
        wtt=None,
        losses=None,
        full_chain=whole.rate(Boundary.FULL_CHAIN),
        hourly=False,
        uncertainty_pct=whole.uncertainty_pct,
        factor_ids=(whole.id,),
        note="Life-cycle in one number: the source does not part direct from upstream.",
    )


def _british(factors: FactorSet) -> list[GridRegion]:
    supply, lost = factors.get("electricity-uk/kwh"), factors.get("electricity-uk-losses/kwh")
    if supply is None or lost is None:
        return []
    direct, wtt = supply.rate(Boundary.DIRECT), supply.rate(Boundary.UPSTREAM)
    # The table calls the losses' generation direct, as of a power station; of who uses electricity it is upstream.
    losses = replace(lost.rate(Boundary.DIRECT), boundary=Boundary.UPSTREAM) + lost.rate(Boundary.UPSTREAM)
    annual = GridRegion(
        region="GB",
        name="United Kingdom",
        year=supply.year,
        direct=direct,
        wtt=wtt,
        losses=losses,
        full_chain=full_chain(direct, wtt, losses),
        hourly=False,
        uncertainty_pct=supply.uncertainty_pct,
        factor_ids=(supply.id, lost.id),
        note="All parts from one source; the full chain is their sum.",
    )
    if PROFILE_EDITION not in factors.editions:
        return [annual]
    note = "The annual values of GB times the hour's ratio to the annual mean (NESO, October 2024 to September 2025)."
    hourly = replace(annual, region=HOURLY, name="United Kingdom, by the hour", hourly=True, note=note)
    return [annual, hourly]


def _title(factor: Factor) -> str:
    # Tables end with ": <name of the region>".
    return factor.table.rpartition(": ")[2]
