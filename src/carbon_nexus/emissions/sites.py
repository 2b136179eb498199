"""Paths of factories and warehouses: metered electricity only.

The meter's total already holds machines and cooling, so cooling_load is never added (it would count twice).
A furnace_usage without a unit cannot become energy; `estimate` says that it is not counted.
"""

from carbon_nexus.emissions.factors import factor
from carbon_nexus.emissions.model import Energy, Path, Rate

GRID = "desnz-2025/electricity-uk/kwh"
GRID_LOSSES = "desnz-2025/electricity-uk-losses/kwh"

SITE_TYPES = ("factory", "warehouse")

SITE_FORMULAS = {"site.metered-electricity.1": "CO2e = energy_kwh x (generation + WTT + T&D losses + WTT of T&D)"}


def grid_rate() -> Rate:
    """UK grid 2025, location-based, kg CO2e per kWh used: .177 direct (scope 2), .0684 upstream (scope 3).

    The upstream part is WTT of generation .0459 + T&D losses .01853 + their WTT .00397 (UK DESNZ 2025).
    """
    generation = factor(GRID)
    return Rate(generation.value_direct, (generation.value_upstream or 0.0) + losses_per_kwh(), GRID)


def losses_per_kwh() -> float:
    """kg CO2e per kWh used from transmission and distribution losses and their WTT (scope 3 category 3)."""
    losses = factor(GRID_LOSSES)
    return losses.value_direct + (losses.value_upstream or 0.0)


def site_paths() -> list[Path]:
    """One path for each site type: a metered zero is a measurement, a missing reading gives no estimate."""
    return [
        Path(kind, site=True, kwh=grid_rate(), energy=Energy.ELECTRICITY, why_not="energy_kwh is missing")
        for kind in SITE_TYPES
    ]
