"""How each measure changes an event: on which events it acts, and what their inputs would have been with it.

A rule is written in column expressions over a prepared frame (see `simulate`): every event of one entity and event
type, with `vehicle_class` and `fuel` resolved. `fits` marks the events it acts on; aggregates inside `fits` look at
all events of the entity. `change(r)` gives the inputs with the measure in place, r being the published reduction
(0.05 is 5 %). No rule states a saving: the estimator finds it from the inputs.

A trip's fuel is proportional to its distance, stops and idling together, so a cut of the fuel per km is written as a
cut of these, and of the litres where they were measured.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from carbon_nexus.activities.vehicles import HGV_CLASSES, VAN_CLASSES
from carbon_nexus.emissions.road import DIESEL_MJ_PER_LITRE, load_line
from carbon_nexus.factors.library import factor_set
from carbon_nexus.measures.model import Change, Measure, Only

Inputs = dict[str, pl.Expr]

# Published conditions that events can show. Where they cannot, the measure's text tells a person to check.
CRUISING_KMH = 80.0  # M02: a mean speed above it is mostly motorway; the estimator says what the slower run saves
EMPTY_SHARE_OF_KM = 0.10  # M04: worth matching flows
FAST_KMH, FAST_SHARE_OF_KM = 70, 0.60  # M08: speed from which shape matters, and how much of the km
DENSE_DROPS_PER_KM = 120 / 80  # M19: the reference round of Edwards et al. 2010; below it a round is sparse
MANY_DROPS = 80  # M22
SMALL_VAN_KG = 600  # M24
BIKE_KG = 150  # M18: per round
VAN_KG = 3500 - 1760  # the most any van carries: gross weight of category N1 less the reference mass of class III
BIKE_ROUND_KM = 2 * 5  # M18: radius 5 km, and a closed round of 10 km cannot get further away than that
BASE_LOAD_SHARE, EVENTS_FOR_BASE_LOAD = 0.20, 20  # M40

HIGH_GWP, NATURAL = ("R404A", "R507A"), ("R744", "R717")  # M30, M31

COMBUSTION = ("diesel", "petrol", "hvo", "biodiesel", "lpg", "cng", "lng", "hybrid")
ARTIC_CLASSES = ("hgv_artic_to_33t", "hgv_artic_over_33t")


@dataclass(frozen=True)
class Rule:
    """One measure as a change of inputs.

    `replaces` marks a change of fuel or vehicle: the estimator itself gives its typical saving and r is not used;
    the published low and high percentages then bound it.
    """

    fits: pl.Expr
    change: Callable[[float], Inputs]
    replaces: bool = False


_distance, _load, _drops = pl.col("distance_km"), pl.col("load_kg"), pl.col("delivery_count")
_shift, _energy = pl.col("shift_hours"), pl.col("energy_kwh")
_vehicle, _fuel = pl.col("vehicle_class"), pl.col("fuel")
_unmeasured = ~(pl.col("fuel_litres").fill_null(0) > 0)
_burns, _diesel = _fuel.is_in(COMBUSTION), _fuel == "diesel"
_lorry, _van, _artic = _vehicle.is_in(HGV_CLASSES), _vehicle.is_in(VAN_CLASSES), _vehicle.is_in(ARTIC_CLASSES)
_driven = _distance > 0
_furnace_fuel = pl.coalesce("furnace_fuel", "fuel_type")
_charged = pl.col("refrigerant_charge_kg") > 0
_none = pl.lit(None)


_MOVEMENT = ("distance_km", "stop_events", "delivery_count", "idle_hours", "fuel_litres")
# What was learnt of the vehicle as it is says nothing of another one.
_UNCALIBRATED: Inputs = {"calibration_ratio": pl.lit(None), "calibration_spread": pl.lit(None)}


def _burn_less(r: float) -> Inputs:
    """The same work for less fuel; electricity stays."""
    return {name: pl.col(name) * (1 - r) for name in _MOVEMENT}


def _drive_less(r: float | pl.Expr) -> Inputs:
    """The same work for fewer kilometres, whatever drives them."""
    return {name: pl.col(name) * (1 - r) for name in (*_MOVEMENT, "energy_kwh")}


def _on_fewer_runs(share: pl.Expr) -> Inputs:
    """What is driven, stopped and idled when the same goods go on a share of the runs."""
    return {name: pl.col(name) * share for name in _MOVEMENT}


def _use_less(r: float) -> Inputs:
    return {"energy_kwh": _energy * (1 - r)}


# M03. The published range is for a lorry half full before. Solving its load curve for the fill that saves r per
# tonne-km gives the fill to aim for (artic over 33 t: 58, 75 and 100 %); fuller runs stay as they are.
def _target_fill(vehicle: str, r: float) -> float:
    empty, per_tonne, payload_t = load_line(factor_set(), vehicle)
    cargo = per_tonne * payload_t
    half_full = empty / 0.5 + cargo
    return min(1.0, empty / ((1 - r) * half_full - cargo))


def _by_class(values: dict[str, float]) -> pl.Expr:
    return _vehicle.replace_strict(values, default=None, return_dtype=pl.Float64)


def _payload_kg() -> pl.Expr:
    return _by_class({vehicle: load_line(factor_set(), vehicle)[2] * 1000 for vehicle in HGV_CLASSES})


def _load_fuller(r: float) -> Inputs:
    fill = _by_class({vehicle: _target_fill(vehicle, r) for vehicle in HGV_CLASSES})
    fuller = pl.max_horizontal(_load, fill * _payload_kg())
    return _on_fewer_runs(_load / fuller) | {"load_kg": fuller}


# M04. An empty kilometre burns less than the fleet's average one: taking r of all km from the empty ones is the
# careful reading of "r of the fleet's fuel".
_empty = (_load == 0) & _driven
_empty_km = _distance.filter(_empty).sum()
_much_empty = (_load > 0).any() & (_empty_km > EMPTY_SHARE_OF_KM * _distance.sum())


def _drive_less_empty(r: float) -> Inputs:
    return _drive_less(pl.min_horizontal(r * _distance.sum() / _empty_km, pl.lit(1.0)))


# M06. The same goods on fewer runs, each heavier by what the others lose; it must stay within the payload.
_LONGER_TRAILER_MOST = 0.14


def _longer_trailer(r: float) -> Inputs:
    return _on_fewer_runs(pl.lit(1 - r)) | {"load_kg": _load / (1 - r)}


# M08
_fast = pl.col("speed") > FAST_KMH
_mostly_fast = _distance.filter(_fast).sum() > FAST_SHARE_OF_KM * _distance.sum()


# M11. A litre of HVO holds less energy than one of diesel (34.3 MJ: kg per litre / kg per MJ of the same row).
def _on_hvo(_: float) -> Inputs:
    per_litre, per_gj = factor_set().find("hvo/litre"), factor_set().find("hvo/gj")
    mj_per_litre = (per_litre.upstream or 0.0) / (per_gj.upstream or 1.0) * 1000
    litres = pl.col("fuel_litres") * DIESEL_MJ_PER_LITRE / mj_per_litre
    return {"vehicle_type": _vehicle, "fuel_type": pl.lit("hvo"), "fuel_litres": litres}


def _electric(_: float) -> Inputs:
    return {
        "vehicle_type": _vehicle,
        "fuel_type": pl.lit("electric"),
        "fuel_litres": _none,
        "energy_kwh": _none,
    } | _UNCALIBRATED


def _class_two_van(_: float) -> Inputs:
    return {"vehicle_type": pl.lit("van_class_2"), "fuel_type": pl.lit("diesel")} | _UNCALIBRATED


# M19
_counted = (_drops > 0) & _driven
_sparse = _drops.filter(_counted).sum() < DENSE_DROPS_PER_KM * _distance.filter(_counted).sum()

# M40. Ordinary least squares of energy on shift hours: what remains at zero hours is the base load, kWh per event.
_metered = _shift.is_not_null() & (_energy > 0)
_hours, _kwh = _shift.filter(_metered), _energy.filter(_metered)
_base_kwh = _kwh.mean() - _hours.mean() * pl.cov(_hours, _kwh) / _hours.var()
_has_base_load = (
    (_metered.sum() >= EVENTS_FOR_BASE_LOAD) & (_hours.var() > 1e-9) & (_base_kwh > BASE_LOAD_SHARE * _kwh.mean())
)


def _switch_off(r: float) -> Inputs:
    return {"energy_kwh": _energy - r * pl.min_horizontal(_base_kwh, _energy)}


def _slower(_: float) -> Inputs:
    return {"speed": pl.min_horizontal(pl.col("speed"), pl.lit(CRUISING_KMH))}


def _idle_less(r: float) -> Inputs:
    return {"idle_hours": pl.col("idle_hours") * (1 - r)}


def _less_of(name: str) -> Callable[[float], Inputs]:
    return lambda r: {name: pl.col(name) * (1 - r)}


def _refilled(refrigerant: str) -> Callable[[float], Inputs]:
    return lambda _: {"refrigerant": pl.lit(refrigerant)}


RULES: dict[str, Rule] = {
    "M01": Rule((_lorry | _van) & _burns, _burn_less),
    "M02": Rule(_lorry & _burns & _unmeasured & _driven & (pl.col("speed") > CRUISING_KMH), _slower, replaces=True),
    "M03": Rule(_lorry & _burns & _unmeasured & _driven & (_load > 0), _load_fuller),
    "M04": Rule(_empty & _much_empty, _drive_less_empty),
    "M06": Rule(
        (_vehicle == "hgv_artic_over_33t") & _burns & _unmeasured & (_load > 0)
        & (_load <= _payload_kg() * (1 - _LONGER_TRAILER_MOST)),
        _longer_trailer,
    ),
    "M07": Rule(_artic & _burns, _burn_less),
    "M08": Rule(_artic & _burns & _fast & _mostly_fast, _burn_less),
    "M09": Rule(_artic & _burns, _burn_less),
    "M10": Rule((_lorry | _van) & _burns & _unmeasured & (pl.col("idle_hours") > 0), _idle_less),
    "M11": Rule(_diesel, _on_hvo, replaces=True),
    "M13": Rule(_lorry & _diesel & _driven, _electric, replaces=True),
    "M15": Rule(pl.lit(True), _drive_less),
    "M17": Rule(_van & _diesel & _driven, _electric, replaces=True),
    "M18": Rule(_van & _diesel & (_load <= BIKE_KG) & (_distance <= BIKE_ROUND_KM), _burn_less),
    "M19": Rule(_counted & _sparse, _drive_less),
    "M22": Rule(_van & _burns & (_drops > MANY_DROPS), _burn_less),
    "M24": Rule(
        (_vehicle == "van_class_3") & _diesel & _unmeasured & (_load.max() <= SMALL_VAN_KG) & _load.is_not_null().all(),
        _class_two_van,
        replaces=True,
    ),
    "M29": Rule(pl.col("gas_kwh") > 0, _less_of("gas_kwh")),
    "M30": Rule(_charged & pl.col("refrigerant").is_in(HIGH_GWP), _refilled("R448A"), replaces=True),
    "M31": Rule(_charged & ~pl.col("refrigerant").is_in(NATURAL), _refilled("R744"), replaces=True),
    "M32": Rule(_charged, _less_of("refrigerant_charge_kg")),
    "M34": Rule(_energy > 0, _use_less),
    "M37": Rule((pl.col("furnace_usage") > 0) & (_furnace_fuel != "electricity"), _less_of("furnace_usage")),
    "M39": Rule((pl.col("cooling_load") > 0) & ~pl.col("cooling_metered"), _less_of("cooling_load")),
    "M40": Rule(_metered & _has_base_load, _switch_off),
    "M41": Rule(_energy > 0, _use_less),
}  # fmt: skip
"""The rule of every measure the library does not leave out."""


def rule_of(measure: Measure) -> Rule:
    """The rule of a packaged measure, or the one that a measure of people's own describes.

    Raises KeyError for a measure that is left out of simulations.
    """
    if measure.version is None:
        return RULES[measure.id]
    if measure.change is None:
        raise KeyError(measure.id)
    change, only = measure.change, _only(measure.change.only)
    if change.input is None:
        return _replaced(change, only)
    if measure.event_type in ("logistics", "delivery") and change.input in _ROAD_RULES:
        fits, less = _ROAD_RULES[change.input]
        return Rule(fits & only, less)
    return Rule((pl.col(change.input) > 0) & only, _less_of(change.input))


# Kilometres and litres of a trip stand for each other: one that has no litres burns by its kilometres.
_ROAD_RULES = {"distance_km": (_driven, _drive_less), "fuel_litres": (_burns, _burn_less)}


def _only(of: Only) -> pl.Expr:
    conditions = [
        *(pl.col(name) >= least for name, least in of.at_least.items()),
        *(pl.col(name) <= most for name, most in of.at_most.items()),
    ]
    for names, column in ((of.vehicle_types, _vehicle), (of.fuel_types, _fuel)):
        if names:
            conditions.append(column.is_in(names))
    return pl.all_horizontal(pl.lit(True), *conditions)


def _replaced(change: Change, only: pl.Expr) -> Rule:
    """Another vehicle or fuel. Litres measured with the old one say nothing of the new one's: such trips are left
    out, but where the new one burns none, or the fuels can be compared by their energy.
    """
    if change.vehicle_type is None and change.fuel_type == "hvo":
        return Rule(_diesel & only, _on_hvo, replaces=True)
    vehicle = _vehicle if change.vehicle_type is None else pl.lit(change.vehicle_type)
    fuel = _fuel if change.fuel_type is None else pl.lit(change.fuel_type)
    another = vehicle.ne_missing(_vehicle) | fuel.ne_missing(_fuel)
    comparable = pl.lit(True) if change.fuel_type == "electric" else _unmeasured
    if change.vehicle_type is not None:
        comparable &= _carries(change.vehicle_type)
    inputs = {"vehicle_type": vehicle, "fuel_type": fuel, "fuel_litres": _none, "energy_kwh": _none} | _UNCALIBRATED
    return Rule(_driven & another & comparable & only, lambda _: inputs, replaces=True)


def _carries(vehicle: str) -> pl.Expr:
    """Whether another vehicle takes the event's load; of a lorry that told none nobody knows, and it is left out."""
    if vehicle in HGV_CLASSES:
        most_kg = load_line(factor_set(), vehicle)[2] * 1000
    else:
        most_kg = VAN_KG if vehicle in VAN_CLASSES else BIKE_KG
    return pl.when(_load.is_null()).then(~_lorry).otherwise(_load <= most_kg)
