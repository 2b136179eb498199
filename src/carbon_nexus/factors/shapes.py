"""The published curves of a factor set, in the form of factors without a number: what an estimate names as its source.

Their coefficients and profiles are no factors: they enter as ratios. A person who meets their id finds them here.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from carbon_nexus.factors.library import CURVES, energy_functions
from carbon_nexus.factors.model import Factor, Status

GUIDEBOOK, PROFILE_EDITION = CURVES
PROFILE_ID = f"{PROFILE_EDITION}/gb-hourly"


def functions_id(segment: str, fuel: str) -> str:
    """The id of the EMEP/EEA energy functions of a vehicle segment on a fuel."""
    return f"{GUIDEBOOK}/{re.sub(r'[^a-z0-9.<>=]+', '-', segment.lower())}/{fuel}"


@cache
def shapes() -> Mapping[str, Factor]:
    """Every curve by its id: the energy functions of each segment and fuel, and the hourly profile of Great Britain."""
    pairs = dict.fromkeys((each.segment, each.fuel) for each in energy_functions())
    functions = {functions_id(*pair): _functions(*pair) for pair in pairs}
    return MappingProxyType(functions | {PROFILE_ID: _profile()})


def _functions(segment: str, fuel: str) -> Factor:
    return _without_number(
        id=functions_id(segment, fuel),
        unit="MJ/km",
        publisher="European Environment Agency",
        table=(
            "EMEP/EEA air pollutant emission inventory guidebook 1.A.3.b.i-iv, hot energy consumption: "
            f"{segment}, {fuel}"
        ),
        year=2019,
        region="Europe",
        boundary="energy of the fuel at the vehicle over mean speed, no emission; used as a ratio alone",
        licence="reproduction authorised with acknowledgement of the EEA",
        url="https://www.eea.europa.eu/publications/emep-eea-guidebook-2019",
        status=Status.SECONDARY,
        note="coefficients by load, slope and Euro class; read in vein 1.5.0 (MIT), its published results reproduced",
    )


def _profile() -> Factor:
    return _without_number(
        id=PROFILE_ID,
        unit="1",
        publisher="National Energy System Operator and University of Oxford",
        table="GB Carbon Intensity API: mean of each UTC hour by season over the annual mean",
        year=2025,
        region="GB",
        boundary="operational CO2 of generation and imports, used as a ratio alone",
        licence="CC BY 4.0",
        url="https://carbonintensity.org.uk",
        status=Status.PRIMARY,
        note="October 2024 to September 2025",
    )


def _without_number(**words: Any) -> Factor:
    numbers = ("direct", "upstream", "full_chain", "value", "direct_co2", "direct_ch4", "direct_n2o", "biogenic_co2")
    absent: dict[str, Any] = dict.fromkeys((*numbers, "valid_from", "valid_to", "uncertainty_pct"))
    return Factor(**absent, gwp_set="", **words)
