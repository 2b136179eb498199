"""The fuels that a site may burn: their names, the units they are sold in, and the factor behind each."""

from collections.abc import Mapping

from carbon_nexus.factors.model import Factor, FactorSet

# Columns of the fuel rates. KWH is as billed: gross for natural gas, net for every other fuel.
UNITS = ("kwh", "kwh_net", "m3", "litre", "kg", "h")
KWH, KWH_NET, M3, LITRE, KG, HOURS = range(len(UNITS))
KG_PER_TONNE, GJ_PER_KWH = 1000.0, 0.0036

# Rows of the fuel rates: per unit the factor's name and how many of the factor's units one of ours is.
_Rates = Mapping[int, tuple[str, float]]


def _oil(name: str) -> _Rates:
    return {LITRE: (f"{name}/litre", 1), KWH: (f"{name}/kwh-net", 1), KWH_NET: (f"{name}/kwh-net", 1)}


def _solid(name: str, net: bool = False) -> _Rates:
    by_energy = {KWH: (f"{name}/kwh-net", 1.0), KWH_NET: (f"{name}/kwh-net", 1.0)} if net else {}
    return {KG: (f"{name}/tonne", 1 / KG_PER_TONNE), **by_energy}


SITE_FUELS: dict[str, _Rates] = {
    "natural_gas": {
        KWH: ("natural-gas/kwh-gross", 1),
        KWH_NET: ("natural-gas/kwh-net", 1),
        M3: ("natural-gas/m3", 1),
        KG: ("natural-gas/tonne", 1 / KG_PER_TONNE),
    },
    "diesel": _oil("diesel-average-blend"),
    "petrol": _oil("petrol-average-blend"),
    "gas_oil": _oil("gas-oil"),
    "fuel_oil": _oil("fuel-oil"),
    "burning_oil": _oil("burning-oil"),
    "lpg": _oil("lpg"),
    "lng": _oil("lng"),
    "propane": {LITRE: ("propane/litre", 1)},
    "butane": {LITRE: ("butane/litre", 1)},
    "coal": _solid("coal-industrial", net=True),
    "coking_coal": _solid("coking-coal"),
    "petroleum_coke": _solid("petroleum-coke", net=True),
    "wood_logs": _solid("wood-logs"),
    "wood_chips": _solid("wood-chips"),
    "wood_pellets": _solid("wood-pellets"),
    "biomethane": {KG: ("biomethane-compressed/kg", 1)},
    "biodiesel": {LITRE: ("biodiesel-me/litre", 1)},
    "hvo": {LITRE: ("hvo/litre", 1), KWH: ("hvo/gj", GJ_PER_KWH), KWH_NET: ("hvo/gj", GJ_PER_KWH)},
    # An electric furnace is on the meter: named so that it need not be called unknown, and never added.
    "electricity": {},
}
FUEL_ALIASES = {"gas": "natural_gas", "heating_oil": "gas_oil", "electric": "electricity", "gasoline": "petrol"}
FURNACE_UNITS = {"kwh": KWH, "m3": M3, "litre": LITRE, "kg": KG, "h": HOURS}


def fuel_factor(factors: FactorSet, fuel: str, unit: int) -> Factor | None:
    """The factor behind a fuel by the unit (a place in UNITS); None where the fuel is not sold by it."""
    found = SITE_FUELS[fuel].get(unit)
    return factors.find(found[0]) if found else None
