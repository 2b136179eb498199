"""What an estimate says about itself beside its numbers: tier, formula, factors, scope, what was not known. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from carbon_nexus.emissions.account import SiteNote, TripNote
from carbon_nexus.emissions.curves import CURVES
from carbon_nexus.emissions.model import (
    TIER_OF,
    Basis,
    Energy,
    Path,
    UnknownMethod,
    Way,
    scope_of,
)
from carbon_nexus.emissions.road import stop_row
from carbon_nexus.emissions.sitetable import (
    COLD_STORE,
    SET_POINT,
    SiteTable,
    benchmark_names,
)
from carbon_nexus.entities.model import Operator
from carbon_nexus.factors.fuels import KWH, KWH_NET, LITRE, fuel_factor
from carbon_nexus.factors.grid import GridRegion
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import FactorSet
from carbon_nexus.factors.shapes import functions_id

FORMULAS = {
    "trip.measured-fuel.2": "CO2e = fuel_litres x (TTW + WTT per litre of the fuel)",
    "trip.measured-electricity.2": "CO2e = energy_kwh x the grid's factor",
    "trip.measured-plug-in.2": "CO2e = fuel_litres x (TTW + WTT per litre of petrol) + energy_kwh x the grid's factor",
    "trip.fuel-model.1": (
        "CO2e = distance_km x (class average, or k0 + s x min(load_t, payload_t)) x g(speed, load) "
        "+ extra stops x 0.5 x mass x v2 / 0.38 x kg per MJ + idle_hours x kg per hour; each TTW + WTT"
    ),
    "trip.electric-model.1": (
        "CO2e = (distance_km x kWh per km + extra stops x 0.5 x mass x v2 x 0.4 / 0.9 / 3.6 MJ) x the grid's factor"
    ),
    "trip.tonne-km.2": "CO2e = distance_km x load_kg / 1000 x (TTW + WTT per t.km)",
    "site.energy.1": (
        "CO2e = (energy_kwh + cooling_load / COP where it is behind another meter) x the grid's factor "
        "+ gas, furnace and other fuel x (direct + WTT) + refrigerant charge x leakage x days / 365 x GWP"
    ),
    "site.benchmark.1": (
        "CO2e = (floor area x kWh per m2, or volume x kWh per m3 x 1.02^(0 degC - temperature)) x days / 365 x the "
        "grid's factor + gas by floor area + fuels and leaks as site.energy.1"
    ),
}
_BENCHMARK = "site.benchmark.1"
_METHOD = {
    Way.LITRES: "trip.measured-fuel.2",
    Way.KWH: "trip.measured-electricity.2",
    Way.LITRES_AND_KWH: "trip.measured-plug-in.2",
    Way.METERED: "site.energy.1",
    Way.COMPUTED: "site.energy.1",
    Way.BENCHMARK: _BENCHMARK,
}

_ELECTRIC = ("trip.measured-electricity.2", "trip.measured-plug-in.2", "trip.electric-model.1")

EMBEDDED = "embedded"

STOP_IDS = ("carbon-nexus/ordinary-stops/log-intercept", "carbon-nexus/ordinary-stops/log-slope-per-kmh")

TRIP_WORDS = {
    TripNote.OVERLOAD: "load above the class payload of {payload_t:.1f} t: capped",
    TripNote.NO_LOAD: "load_kg is missing: the class's average load",
    TripNote.NO_SPEED: "speed is missing: the class's average speed",
    TripNote.STOP_PER_DROP: "stop_events is missing: one stop per drop",
    TripNote.USUAL_SPEED: "speed is missing: usual stops are those of 50 km/h",
    TripNote.TRAFFIC_SPEED: "speed is from traffic_score",
    TripNote.NO_IDLE: "idle_hours is not counted: no rate for {vehicle_class}",
    TripNote.NO_LITRES: "fuel_litres is not counted",
    TripNote.NO_KWH: "energy_kwh is not counted",
    TripNote.NOT_METERED: "electricity is not counted: not metered",
    TripNote.CALIBRATED: "calibrated with measured trips",
}
SITE_WORDS = {
    SiteNote.NO_LITRES: "fuel_litres is not counted",
    SiteNote.NO_FURNACE: (
        "furnace_usage is not counted: it needs a fuel and a unit (kwh, m3, litre, kg, or h with furnace_rated_kw)"
    ),
    SiteNote.BILLED: "furnace_usage is not added: gas_kwh holds it",
    SiteNote.FURNACE_POWER: "the furnace is taken at furnace_rated_kw for all its hours",
    SiteNote.NO_COOLING: "cooling_load is not added: cooling_metered does not say whose meter it is behind",
    SiteNote.USUAL_COP: "cooling_cop is missing: 3.0",
    SiteNote.NO_ELECTRICITY: "electricity is not counted: energy_kwh is missing",
    SiteNote.NO_LEAKS: "refrigerant leaks are not counted: they need refrigerant, leak_equipment and period_hours",
    SiteNote.ONE_DAY: "period_hours is missing: taken as one day",
    SiteNote.BY_AREA: "not metered: energy by the benchmark of its floor area",
    SiteNote.BY_VOLUME: "not metered: energy by the benchmark of a cold store's volume",
}
NO_SPLIT = "the grid's source tells neither the upstream part of electricity nor its losses"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the words of one estimate depend on; the same for many events of a batch.

    `path` is None for a site; `notes` a sum of `TripNote` or, for a site, `SiteNote`; `words` holds a site's
    furnace_fuel, furnace_unit, fuel_type, refrigerant, leak_equipment and building_use as places in the site table,
    -1 where not given.
    """

    event_type: str
    path: Path | None
    way: Way
    notes: int
    region: GridRegion
    operator: Operator
    words: Mapping[str, int]


def formula_of(method: str) -> str:
    """The one-line formula behind a method id such as `trip.fuel-model.1`. Raises UnknownMethod."""
    try:
        return FORMULAS[method]
    except KeyError:
        raise UnknownMethod(f"There is no method {method!r}.") from None


PROVENANCE = (
    "model_version", "factor_set", "method", "factor_id", "factor_ids", "tier", "scope", "ghg_category",
    "grid_region", "source", "notes",
)  # fmt: skip
"""What an estimate says about itself: the columns of `provenances`."""


def label(facts: Facts, basis: Basis, table: SiteTable) -> dict[str, str | int | None]:
    """The columns of PROVENANCE, and `provenance`, their digest."""
    scope, category = scope_of(facts.event_type, _energy(facts), facts.operator)
    ids = tuple(dict.fromkeys(_factor_ids(facts, basis, table)))
    said: dict[str, str | int | None] = {
        "model_version": basis.factor_set,
        "factor_set": basis.factor_set,
        "method": method_of(facts),
        "factor_id": ids[0] if ids else None,
        "factor_ids": " ".join(ids),
        "tier": str(TIER_OF[facts.way]),
        "scope": scope,
        "ghg_category": category,
        "grid_region": facts.region.region if _draws(facts) else None,
        "source": EMBEDDED,
        "notes": "; ".join(_notes(facts)) or None,
    }
    return said | {"provenance": digest(said)}


def digest(said: Mapping[str, str | int | None]) -> str:
    """A name for the values of PROVENANCE, equal for equal ones: 32 hex digits of their SHA-256."""
    values = ("" if said[name] is None else str(said[name]) for name in PROVENANCE)
    return sha256("\x1f".join(values).encode()).hexdigest()[:32]


def method_of(facts: Facts) -> str:
    """The id of the formula."""
    if facts.path is None or facts.way not in (Way.MODELLED, Way.CLASS):
        return _METHOD[facts.way]
    if facts.path.per_tonne_km:
        return "trip.tonne-km.2"
    return "trip.fuel-model.1" if facts.path.mean_ttw == facts.path.mean_ttw else "trip.electric-model.1"


def _energy(facts: Facts) -> Energy:
    if facts.path is not None:
        measured = {Way.LITRES: Energy.FUEL, Way.KWH: Energy.ELECTRICITY, Way.LITRES_AND_KWH: Energy.BOTH}
        return measured.get(facts.way, facts.path.energy)
    burns = facts.notes & (SiteNote.GAS | SiteNote.FURNACE | SiteNote.SITE_FUEL | SiteNote.LEAKS)
    if not burns:
        return Energy.ELECTRICITY
    return Energy.BOTH if facts.notes & SiteNote.ELECTRICITY else Energy.FUEL


def _draws(facts: Facts) -> bool:
    """Whether kilowatt-hours from the grid are part of the number; in rows that mix both they cannot be told apart."""
    if facts.path is None:
        return bool(facts.notes & SiteNote.ELECTRICITY)
    return method_of(facts) in _ELECTRIC


def _factor_ids(facts: Facts, basis: Basis, table: SiteTable) -> Iterator[str]:
    """The factors in the order of their weight."""
    if facts.path is None:
        yield from _site_ids(facts, basis, table)
    else:
        yield from _trip_ids(facts, facts.path, factor_set(basis.factor_set))


def _trip_ids(facts: Facts, path: Path, factors: FactorSet) -> Iterator[str]:
    if facts.way in (Way.LITRES, Way.LITRES_AND_KWH):
        yield from path.litre_ids
    if facts.way in (Way.MODELLED, Way.CLASS):
        by_load = bool(path.load_ids) and not facts.notes & TripNote.NO_LOAD
        yield from path.load_ids if by_load else path.mean_ids
        yield from path.fuel_ids
        yield from _curve_ids(facts.notes, path, factors)
    if _draws(facts):
        yield from facts.region.factor_ids


def _curve_ids(notes: int, path: Path, factors: FactorSet) -> Iterator[str]:
    if path.curve and not notes & TripNote.NO_SPEED:
        yield functions_id(CURVES[path.curve].segment, CURVES[path.curve].fuel)
        if notes & TripNote.FAST and (fast := CURVES[path.curve].fast):
            yield from (f"{fast}/{name}" for name in "abcd")
    if notes & TripNote.EXTRA_STOPS:
        yield from STOP_IDS
    if notes & TripNote.IDLING:
        yield "carbon-nexus/truck-idling/hour"
    if notes & (TripNote.EXTRA_STOPS | TripNote.IDLING) and path.mean_ttw == path.mean_ttw:
        yield stop_row(factors, path).id


def _site_ids(facts: Facts, basis: Basis, table: SiteTable) -> Iterator[str]:
    factors, notes, words = factor_set(basis.factor_set), facts.notes, facts.words
    if notes & SiteNote.ELECTRICITY:
        yield from facts.region.factor_ids
    burnt = {SiteNote.GAS: ("natural_gas", KWH)}
    if notes & SiteNote.FURNACE:
        unit = KWH_NET if notes & SiteNote.FURNACE_POWER else words["furnace_unit"]
        burnt[SiteNote.FURNACE] = (table.fuels[words["furnace_fuel"]], unit)
    if notes & SiteNote.SITE_FUEL:
        burnt[SiteNote.SITE_FUEL] = (table.fuels[words["fuel_type"]], LITRE)
    for note, (fuel, unit) in burnt.items():
        if notes & note and (row := fuel_factor(factors, fuel, unit)):
            yield row.id
    if notes & SiteNote.LEAKS:
        yield factors.find(f"refrigerant/{table.refrigerants[words['refrigerant']]}").id
        yield factors.find(f"leakage/{table.leak_equipment[words['leak_equipment']]}/operation").id
    if notes & SiteNote.BY_AREA:
        yield from (factors.find(name).id for name in benchmark_names(table.building_uses[words["building_use"]]))
    if notes & SiteNote.BY_VOLUME:
        yield from (factors.find(name).id for name in (COLD_STORE, SET_POINT))


def _notes(facts: Facts) -> Iterator[str]:
    path = facts.path
    if path is None:
        yield from (text for note, text in SITE_WORDS.items() if facts.notes & note)
    else:
        if path.note and (facts.way in (Way.MODELLED, Way.CLASS) or path.fuel is None):
            yield path.note
        of = {"payload_t": path.payload_t, "vehicle_class": path.vehicle_class}
        yield from (text.format(**of) for note, text in TRIP_WORDS.items() if facts.notes & note)
    if _draws(facts) and facts.region.wtt is None:
        yield NO_SPLIT
