"""The words of the room: basis, way, tier, energy, path.

A *path* holds what one kind of trip (event type, vehicle class, fuel) can be computed with: measured fuel, measured
electricity, or a model of the trip. A *way* is the choice made for one event, from what that event knows.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from math import nan

from carbon_nexus.entities.model import Operator
from carbon_nexus.errors import NotFound
from carbon_nexus.factors.library import DEFAULT_SET

DEFAULT_REGION = "GB"


class UnknownMethod(NotFound):
    """No formula has this method id."""

    code = "unknown_method"


class UnknownEstimate(NotFound):
    """No event of this id has an estimate."""

    code = "unknown_prediction"


@dataclass(frozen=True, slots=True)
class Basis:
    """What estimates are made with: a set of emission factors, and the grid of events that name none."""

    factor_set: str = DEFAULT_SET
    grid_region: str = DEFAULT_REGION


DEFAULT_BASIS = Basis()


class Tier(StrEnum):
    """How good the number is, best first (GLEC's primary, modelled and default data)."""

    MEASURED = "T1"
    MODELLED = "T2"
    DEFAULT = "T3"


class By(StrEnum):
    """What emissions are broken down by."""

    ENTITY = "entity"
    EVENT_TYPE = "event_type"
    SCOPE = "scope"


class Way(IntEnum):
    """How an event gets its number. NONE: it gets none, and a reason."""

    NONE = 0
    LITRES = 1
    KWH = 2
    LITRES_AND_KWH = 3
    MODELLED = 4  # a trip whose load or speed is known
    CLASS = 5  # a trip of which only distance and class are known
    METERED = 6  # a site's meters
    COMPUTED = 7  # a site of which a part is computed: rated power, cooling by its efficiency, leaks
    BENCHMARK = 8  # a site without a meter


TIER_OF = {
    Way.LITRES: Tier.MEASURED,
    Way.KWH: Tier.MEASURED,
    Way.LITRES_AND_KWH: Tier.MEASURED,
    Way.MODELLED: Tier.MODELLED,
    Way.CLASS: Tier.DEFAULT,
    Way.METERED: Tier.MEASURED,
    Way.COMPUTED: Tier.MODELLED,
    Way.BENCHMARK: Tier.DEFAULT,
}


class Energy(StrEnum):
    """What moves the vehicle or feeds the site, as far as the scope of the direct part depends on it."""

    FUEL = "fuel"
    ELECTRICITY = "electricity"
    BOTH = "both"


OWN_CATEGORY = {
    Energy.FUEL: "scope 1; upstream scope 3 category 3",
    Energy.ELECTRICITY: "scope 2; upstream scope 3 category 3",
    Energy.BOTH: "scope 1 and 2; upstream scope 3 category 3",
}


def scope_of(event_type: str, energy: Energy, operator: Operator) -> tuple[int, str]:
    """Scope of the direct part and the GHG Protocol category in words.

    Bought transport and storage are category 4, paid by the customer 9; a supplier's factory is category 1.
    """
    if operator is Operator.OWN:
        return (2 if energy is Energy.ELECTRICITY else 1), OWN_CATEGORY[energy]
    if operator is Operator.CUSTOMER:
        return 3, "scope 3 category 9"
    return 3, f"scope 3 category {1 if event_type == 'factory' else 4}"


@dataclass(frozen=True, slots=True)
class Path:
    """What one (event type, vehicle class or None, fuel or None) can be computed with; NaN: it cannot.

    Masses are kg CO2e, direct (`ttw`) and upstream (`wtt`): per litre; per km (`mean`, per t.km where `per_tonne_km`);
    per km empty and per km and tonne of load (`empty`, `slope`, up to `payload_t`); per MJ of fuel; per idle hour.
    `biogenic_share` is kg CO2 outside the scopes per kg direct, `ch4` and `n2o` kg CO2e per km at reference.
    `half_width` is the relative 95 % half-width of the model; `load_half_width` and `speed_half_width` are added
    (in quadrature of logarithms) where load or speed is not known. `stop_kmh` is the speed an extra stop costs.
    The ids name the factors: of measured fuel, of the class average, of the load line, and of another fuel than the
    one the class's rows are for.
    """

    event_type: str
    vehicle_class: str | None = None
    fuel: str | None = None
    energy: Energy = Energy.FUEL
    litre_ttw: float = nan
    litre_wtt: float = nan
    takes_kwh: bool = False
    mean_ttw: float = nan
    mean_wtt: float = nan
    empty_ttw: float = nan
    empty_wtt: float = nan
    slope_ttw: float = nan
    slope_wtt: float = nan
    payload_t: float = nan
    per_tonne_km: bool = False
    kwh_per_km: float = nan
    biogenic_share: float = nan
    ch4_per_km: float = nan
    n2o_per_km: float = nan
    mj_ttw: float = nan
    mj_wtt: float = nan
    idle_ttw: float = nan
    idle_wtt: float = nan
    tare_t: float = nan
    mean_load_t: float = 0.0
    stop_kmh: float = nan
    curve: str | None = None
    half_width: float = nan
    load_half_width: float = 0.0
    speed_half_width: float = 0.0
    litre_ids: tuple[str, ...] = ()
    mean_ids: tuple[str, ...] = ()
    load_ids: tuple[str, ...] = ()
    fuel_ids: tuple[str, ...] = ()
    note: str | None = None
    why_not: str | None = None

    @property
    def is_modelled(self) -> bool:
        """Whether distance (and load, per tonne-km) is enough for a number."""
        return self.mean_ttw == self.mean_ttw or self.kwh_per_km == self.kwh_per_km
