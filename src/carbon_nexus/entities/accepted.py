"""Which names of the factor library a profile may hold, and the check of a profile against them."""

from collections.abc import Iterator, Mapping
from typing import Any

from carbon_nexus.entities.model import Profile
from carbon_nexus.errors import InvalidInput
from carbon_nexus.factors.fuels import FUEL_ALIASES, SITE_FUELS
from carbon_nexus.factors.grid import grid, regions
from carbon_nexus.factors.model import FactorSet, UnknownRegion, plain_word


def accepted_names(factors: FactorSet) -> Mapping[str, list[str]]:
    """For each field of a profile that is a name of the library, the names this set has, sorted."""
    parts = [each.split("/") for each in factors.named]
    return {
        "grid_region": sorted(regions(factors)),
        "refrigerant": sorted({each[1] for each in parts if each[0] == "refrigerant"}),
        "leak_equipment": sorted({each[1] for each in parts if each[0] == "leakage"}),
        "furnace_fuel": sorted((*SITE_FUELS, *FUEL_ALIASES)),
    }


def check(profile: Profile, factors: FactorSet) -> None:
    """Raises InvalidInput for a name that is not accepted, and for a contract's rate without the contract's name or
    the other way round: an entry for each, with field, value, rule and the accepted names.
    """
    problems = [*_unknown_names(profile, factors), *_half_a_contract(profile)]
    if problems:
        raise InvalidInput(problems, "The profile was not stored.")


def _is_among(value: str, names: list[str], *, exactly: bool) -> bool:
    return value in names if exactly else plain_word(value) in map(plain_word, names)


def _unknown_names(profile: Profile, factors: FactorSet) -> Iterator[dict[str, Any]]:
    for field, names in accepted_names(factors).items():
        value = getattr(profile, field)
        if value is not None and not _is_among(value, names, exactly=field == "grid_region"):
            told = ", ".join(names) if field != "grid_region" else _regions_told(value, factors)
            yield _problem(field, value, f"must be one of {told}") | {"accepted": names}


def _regions_told(value: str, factors: FactorSet) -> str:
    """There are hundreds of regions: a sentence names the near ones, and the list stands beside it."""
    try:
        grid(factors, value)
    except UnknownRegion as error:
        return f"the codes of GET /grid-regions. {error.remedy}".strip().removesuffix(".")
    return ""


def _half_a_contract(profile: Profile) -> Iterator[dict[str, Any]]:
    if profile.market_kg_per_kwh is not None and profile.market_instrument is None:
        yield _problem("market_instrument", None, "must name the contract that market_kg_per_kwh comes from")
    if profile.market_instrument is not None and profile.market_kg_per_kwh is None:
        yield _problem(
            "market_kg_per_kwh", None, "must be given: the kg CO2e per kWh that market_instrument stands for"
        )


def _problem(field: str, value: str | None, rule: str) -> dict[str, Any]:
    shown = "" if value is None else f" '{value}'"
    message = f"{field}{shown} {rule}."
    return {"type": "invalid_value", "loc": ["body", field], "msg": message, "input": value, "rule": rule}
