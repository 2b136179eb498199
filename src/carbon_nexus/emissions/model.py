"""The words of the room: factor, rate, path, tier. Standard library only.

A *path* says how one kind of event with one vehicle class and fuel may get its number: from measured fuel or
electricity (T1), from a curve over the load (T2), or from a class average (T3). Paths are data, so a new way
(a speed curve, extra stops, idling) is a new field here and one more branch in `estimate`.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from carbon_nexus.errors import NotFound


class UnknownFactor(NotFound):
    """No packaged emission factor has this id."""

    code = "unknown_factor"


class UnknownMethod(NotFound):
    """No formula has this method id."""

    code = "unknown_method"


class Tier(StrEnum):
    """How good the number is, best first (GLEC's primary, modelled and default data)."""

    MEASURED = "T1"
    MODELLED = "T2"
    DEFAULT = "T3"


class Way(IntEnum):
    """Which of its path's rates an event is estimated with."""

    LITRES = 1
    KWH = 2
    LITRES_AND_KWH = 3
    LOAD = 4
    CLASS = 5


TIER_OF = {
    Way.LITRES: Tier.MEASURED,
    Way.KWH: Tier.MEASURED,
    Way.LITRES_AND_KWH: Tier.MEASURED,
    Way.LOAD: Tier.MODELLED,
    Way.CLASS: Tier.DEFAULT,
}


class Energy(StrEnum):
    """What moves the vehicle or feeds the site, as far as the scope of the direct part depends on it."""

    FUEL = "scope 1; upstream scope 3 category 3"
    ELECTRICITY = "scope 2; upstream scope 3 category 3"
    BOTH = "scope 1 and 2; upstream scope 3 category 3"


@dataclass(frozen=True, slots=True)
class Factor:
    """One published value, immutable, with everything a reviewer asks for.

    `value_direct` and `value_upstream` are in `unit`: TTW and WTT, or for electricity generation and its WTT.
    `value_upstream` is None where the source has none (an energy intensity in kWh/km is not an emission).
    `gwp_set` is empty where no warming potential entered the value.
    """

    id: str
    value_direct: float
    value_upstream: float | None
    unit: str
    publisher: str
    title: str
    year: int
    region: str
    boundary: str
    gwp_set: str
    licence: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Rate:
    """kg CO2e per unit of something (litre, kWh, km, t.km), direct and upstream, and the factor behind it."""

    ttw_kg: float
    wtt_kg: float
    factor_id: str


@dataclass(frozen=True, slots=True)
class LoadCurve:
    """kg CO2e per km as a straight line over the load: `empty` + `per_tonne` x load, up to `payload_t`."""

    empty: Rate
    per_tonne: Rate
    payload_t: float


@dataclass(frozen=True, slots=True)
class Path:
    """The rates open to one (event type, vehicle class, fuel). None: that way is closed.

    `class_rate` is per km, or per t.km when `per_tonne_km`. `half_width` is the relative 95 % half-width of the
    modelled ways; `method` and `load_method` name their formulas. `site`: a meter, whose zero is a measurement.
    `energy` is that of the modelled ways (BOTH: the class rate holds fuel and electricity in one value).
    `note` goes with every class estimate; `why_not` is the reason shown when no way is open for an event.
    """

    event_type: str
    vehicle_class: str | None = None
    fuel: str | None = None
    site: bool = False
    litre: Rate | None = None
    kwh: Rate | None = None
    load: LoadCurve | None = None
    load_method: str | None = None
    class_rate: Rate | None = None
    per_tonne_km: bool = False
    method: str | None = None
    half_width: float | None = None
    energy: Energy = Energy.FUEL
    note: str | None = None
    why_not: str | None = None

    def rates(self) -> dict[str, Rate | None]:
        """Every rate of the path by the short name its columns carry."""
        empty, slope = (self.load.empty, self.load.per_tonne) if self.load else (None, None)
        return {
            "litre": self.litre,
            "kwh": self.kwh,
            "empty": empty,
            "slope": slope,
            "class": self.class_rate,
        }

    def source(self, way: Way) -> tuple[Rate | None, str | None, Energy]:
        """Main rate, method id and kind of energy when this path is taken by this way."""
        if way is Way.LOAD:
            return self.rates()["slope"], self.load_method, self.energy
        if way is Way.CLASS:
            return self.class_rate, self.method, self.energy
        rate = self.kwh if way is Way.KWH else self.litre
        energy = {Way.KWH: Energy.ELECTRICITY, Way.LITRES: Energy.FUEL}.get(way, Energy.BOTH)
        return rate, self._measured_method(way), energy

    def _measured_method(self, way: Way) -> str:
        if self.site:
            return "site.metered-electricity.1"
        if self.litre and self.kwh:
            return f"{self.event_type}.measured-plug-in.1"
        return f"{self.event_type}.measured-{'electricity' if way is Way.KWH else 'fuel'}.1"
