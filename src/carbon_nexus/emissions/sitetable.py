"""What sites are computed with, from a factor set, as columns that every event finds its place in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log, nan

import numpy as np

from carbon_nexus.emissions.account import Floats
from carbon_nexus.entities.model import BuildingUse
from carbon_nexus.factors.fuels import FUEL_ALIASES, FURNACE_UNITS, HOURS, SITE_FUELS, UNITS
from carbon_nexus.factors.library import DEFAULT_SET, factor_set
from carbon_nexus.factors.model import Factor, FactorSet

BUILDING_USES = tuple(str(use) for use in BuildingUse)
COLD_STORE, SET_POINT = "cold-store/total/mean", "cold-store/set-point-sensitivity"

# From an 80 % range (10th to 90th percentile) to the 95 % one of a lognormal.
_TO_95 = 1.96 / 1.2816


@dataclass(frozen=True)
class SiteTable:
    """Columns by place. The last place of each (-1) is "not given": NaN.

    `fuel_rates`: "ttw", "wtt" and "biogenic" in kg per unit, fuels x UNITS. `uses`: kWh/m2/year of electricity and gas
    (medians) and `log_spread`, the 95 % half-width of the logarithm. `leak_per_year` as a share, `gwp` AR5.
    """

    fuels: tuple[str, ...]
    refrigerants: tuple[str, ...]
    leak_equipment: tuple[str, ...]
    building_uses: tuple[str, ...]
    fuel_rates: Mapping[str, Floats]
    uses: Mapping[str, Floats]
    leak_per_year: Floats
    gwp: Floats
    kwh_per_m3: float
    per_degree: float

    @property
    def natural_gas(self) -> int:
        return self.fuels.index("natural_gas")

    @property
    def electricity(self) -> int:
        return self.fuels.index("electricity")

    @property
    def hours(self) -> int:
        return HOURS


@cache
def site_table(set_name: str) -> SiteTable:
    """The table of one factor set."""
    factors = factor_set(set_name)
    refrigerants, equipment = refrigerant_names(factors), equipment_names(factors)
    return SiteTable(
        fuels=tuple(SITE_FUELS),
        refrigerants=refrigerants,
        leak_equipment=equipment,
        building_uses=BUILDING_USES,
        fuel_rates={part: _fuel_rates(factors, part) for part in ("ttw", "wtt", "biogenic")},
        uses={name: _column([_use(factors, use)[name] for use in BUILDING_USES]) for name in _USE_COLUMNS},
        leak_per_year=_column([_value(factors, f"leakage/{name}/operation") / 100 for name in equipment]),
        gwp=_column([_value(factors, f"refrigerant/{name}") for name in refrigerants]),
        kwh_per_m3=_value(factors, COLD_STORE),
        per_degree=1 + _value(factors, SET_POINT) / 100,
    )


@cache
def site_words() -> dict[str, tuple[str, ...]]:
    """The accepted words of every field of a site that holds one, aliases among them."""
    table = site_table(DEFAULT_SET)
    fuels = (*table.fuels, *FUEL_ALIASES)
    return {
        "fuel_type": fuels,
        "furnace_fuel": fuels,
        "furnace_unit": tuple(FURNACE_UNITS),
        "refrigerant": table.refrigerants,
        "leak_equipment": table.leak_equipment,
        "building_use": table.building_uses,
    }


def refrigerant_names(factors: FactorSet) -> tuple[str, ...]:
    """Refrigerants with an AR5 warming potential, such as R404A."""
    return _names(factors, "ipcc-ar5/refrigerant/", "")


def equipment_names(factors: FactorSet) -> tuple[str, ...]:
    """Kinds of equipment with a yearly leakage rate, such as cold-storage."""
    return _names(factors, "desnz-2012/leakage/", "/operation")


_USE_COLUMNS = ("kwh_per_m2", "gas_kwh_per_m2", "log_spread")


def benchmark_names(use: str) -> tuple[str, ...]:
    """The factors of a building use: electricity at the median, 10th and 90th percentile, gas at the median."""
    slug = f"benchmark/{use.replace('_', '-')}"
    return (*(f"{slug}/electricity/{quantile}" for quantile in ("p50", "p10", "p90")), f"{slug}/gas/p50")


def _use(factors: FactorSet, use: str) -> dict[str, float]:
    middle, low, high, gas = (_value(factors, name) for name in benchmark_names(use))
    # the median is nearer to one end: the wider side holds for both
    log_spread = max(log(high / middle), log(middle / low)) * _TO_95
    return {
        "kwh_per_m2": middle,
        "gas_kwh_per_m2": gas,
        "log_spread": log_spread,
    }


def _fuel_rates(factors: FactorSet, part: str) -> Floats:
    rates = np.full((len(SITE_FUELS) + 1, len(UNITS) + 1), nan)
    for row, by_unit in enumerate(SITE_FUELS.values()):
        for unit, (name, ratio) in by_unit.items():
            rates[row, unit] = _part(factors.find(name), part) * ratio
    return rates


def _part(factor: Factor, part: str) -> float:
    value = {"ttw": factor.direct, "wtt": factor.upstream, "biogenic": factor.biogenic_co2}[part]
    return nan if value is None else value


def _names(factors: FactorSet, prefix: str, suffix: str) -> tuple[str, ...]:
    ids = (each for each in factors.factors if each.startswith(prefix) and each.endswith(suffix))
    return tuple(each.removeprefix(prefix).removesuffix(suffix) for each in ids)


def _value(factors: FactorSet, name: str) -> float:
    value = factors.find(name).value
    assert value is not None, name
    return value


def _column(values: Sequence[float]) -> Floats:
    return np.array([*values, nan])
