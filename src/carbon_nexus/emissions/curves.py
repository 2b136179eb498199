"""How energy per km moves with the mean speed: the EMEP/EEA energy functions, as ratios to a reference speed.

A class average (kg per km) holds at the mean speed its fleet has. At another mean speed it is multiplied by
`EC(v, load) / EC(reference speed, load)`, the shape of the EMEP/EEA function (guidebook chapter 1.A.3.b.i-iv,
2019, Euro VI, flat road). Such a function is made of whole driving cycles: the usual stops are already in it.
Trucks have no EEA function above 85 km/h; there the UK TAG curve goes on from where EEA ends.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from carbon_nexus.factors.library import DEFAULT_SET, energy_functions, factor_set
from carbon_nexus.factors.model import EnergyFunction

Floats = npt.NDArray[np.float64]

# Outside of this the mean speed is no longer the explanation (a queue, a wrong distance or a wrong clock).
LOWEST_RATIO, HIGHEST_RATIO = 0.7, 2.6

# Where EEA's truck functions end, km/h.
FAST_KMH = 85.0

# Traffic stops per km as exp(a - b v), v in km/h: fitted to 132 measured trips (104 of an electric car, MOTIVES,
# and 28 of electric tractors, NACFE Run on Less 2023), R2 .89.
STOPS_AT_REST, STOPS_PER_KMH = 1.2995, 0.04407

# Rows taken at a time, so that the arrays in between stay in the processor's cache.
ROWS_AT_ONCE = 8192


# UK TAG data book (2015 base values), litres per km at v km/h as (a + b v + c v2 + d v3) / v.
TAG_RIGID, TAG_ARTIC = "tag-2015/speed-curve/rigid/diesel", "tag-2015/speed-curve/artic/diesel"


@dataclass(frozen=True, slots=True)
class SpeedCurve:
    """Which EEA functions a curve takes its shape from, and the speed (km/h) where its ratio is 1.

    The reference speeds are assumptions (the mean speed of the fleet behind the class average); calibration with
    measured trips takes out what is wrong with them. `fast`: the TAG factors that carry a truck on above 85 km/h.
    """

    segment: str
    fuel: str
    euro: str
    reference_kmh: float
    fast: str | None = None


_TRUCK, _VAN_DIESEL, _VAN_PETROL = ("diesel", "VI D/E"), ("diesel", "VI D"), ("petrol", "VI D")
CURVES: dict[str, SpeedCurve] = {
    "rigid_to_7.5t": SpeedCurve("Rigid <=7.5 t", *_TRUCK, 45, TAG_RIGID),
    "rigid_7.5t_to_17t": SpeedCurve("Rigid 7.5 - 12 t", *_TRUCK, 50, TAG_RIGID),
    # All rigids together: the shape in the middle of their weights.
    "rigid_average": SpeedCurve("Rigid 14 - 20 t", *_TRUCK, 50, TAG_RIGID),
    "rigid_over_17t": SpeedCurve("Rigid 26 - 28 t", *_TRUCK, 50, TAG_RIGID),
    "artic_to_33t": SpeedCurve("Articulated 28 - 34 t", *_TRUCK, 70, TAG_ARTIC),
    "artic_over_33t": SpeedCurve("Articulated 34 - 40 t", *_TRUCK, 70, TAG_ARTIC),
    # All lorries together: the shape in the middle of the fleet, between the reference speeds of rigid and artic.
    "hgv_average": SpeedCurve("Articulated 28 - 34 t", *_TRUCK, 60, TAG_ARTIC),
    "van_class_1_diesel": SpeedCurve("N1-I", *_VAN_DIESEL, 45),
    "van_class_2_diesel": SpeedCurve("N1-II", *_VAN_DIESEL, 45),
    "van_class_3_diesel": SpeedCurve("N1-III", *_VAN_DIESEL, 45),
    "van_class_1_petrol": SpeedCurve("N1-I", *_VAN_PETROL, 45),
    "van_class_2_petrol": SpeedCurve("N1-II", *_VAN_PETROL, 45),
    "van_class_3_petrol": SpeedCurve("N1-III", *_VAN_PETROL, 45),
    "motorbike": SpeedCurve("Motorcycles 4-stroke <250 cc", "petrol", "V", 45),
    "moped": SpeedCurve("Mopeds 4-stroke <50 cc", "petrol", "V", 45),
}

# The curve of a vehicle class; a van's ends in its kind of engine. Cars and trains have none: for cars no curve
# came nearer to measured trips than the plain average (12.5 % off without, 14.3 % with it).
CURVE_OF = {
    "hgv_average": "hgv_average",
    "hgv_rigid_average": "rigid_average",
    "hgv_rigid_to_7.5t": "rigid_to_7.5t",
    "hgv_rigid_7.5t_to_17t": "rigid_7.5t_to_17t",
    "hgv_rigid_over_17t": "rigid_over_17t",
    # DESNZ 2025 gives all artics and the heavier class within 1 % of each other (.92854, .93421 kg per km).
    "hgv_artic_average": "artic_over_33t",
    "hgv_artic_to_33t": "artic_to_33t",
    "hgv_artic_over_33t": "artic_over_33t",
    "van_average": "van_class_3",
    "van_class_1": "van_class_1",
    "van_class_2": "van_class_2",
    "van_class_3": "van_class_3",
    "motorbike": "motorbike",
}
# Gas engines are taken to keep the shape of the engine they are built from.
_DIESEL_ENGINE = ("diesel", "hvo", "biodiesel")
_PETROL_ENGINE = ("petrol", "lpg", "cng", "lng")


def curve_of(vehicle_class: str, fuel: str) -> str | None:
    """The curve of a vehicle class on a fuel; None where there is none (cars, trains, every electric drive).

    A refrigerated class has the curve of its plain one. Hybrids and electric vehicles brake into a battery, so a
    combustion engine's loss at low speed is not theirs; no published function for them is at hand.
    """
    curve = CURVE_OF.get(vehicle_class.removesuffix("_refrigerated"))
    if curve is None or fuel not in (*_DIESEL_ENGINE, *_PETROL_ENGINE):
        return None
    if curve.startswith("van"):
        return f"{curve}_{'diesel' if fuel in _DIESEL_ENGINE else 'petrol'}"
    return curve


def speed_ratio(curve: str, load_share: Floats, speed_kmh: Floats) -> Floats:
    """Energy per km at `speed_kmh` over that at the curve's reference speed, same load; 1 where speed is NaN.

    `curve` is a name in CURVES (else KeyError); both arrays have one row per event. `load_share` is load over
    payload, held to 0..1, NaN counting as one half; vans and motorcycles have no load in their functions. Below
    its range a function is taken at its lowest speed. Result within 0.7..2.6, no unit.
    """
    ratio = np.empty(speed_kmh.shape)
    for start in range(0, len(ratio), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        ratio[rows] = _ratio(curve, load_share[rows], speed_kmh[rows])
    return ratio


def speed_spread(curve: str) -> float:
    """Relative half-width for an unknown speed: half the range of the curve between 30 and 80 km/h, half laden."""
    ratio = speed_ratio(curve, np.full(51, 0.5), np.linspace(30, 80, 51))
    return float(ratio.max() - ratio.min()) / 2


def normal_stops(distance_km: Floats, speed_kmh: Floats) -> Floats:
    """Traffic stops that a trip of this mean speed has anyway, which the curve already holds; a count, not whole."""
    return np.asarray(distance_km * np.exp(STOPS_AT_REST - STOPS_PER_KMH * speed_kmh))


def energy_mj_per_km(function: EnergyFunction, speed_kmh: Floats) -> Floats:
    """EMEP/EEA hot energy use, MJ fuel energy (net) per km; the speed is held to the function's own range.

    EC = (alpha v2 + beta v + gamma + delta / v) / (epsilon v2 + zita v + hta) x (1 - reduction). A function that
    begins at zero (mopeds, constant) is taken from 1 km/h on, as nothing per km exists at rest.
    """
    v = np.clip(speed_kmh, max(function.min_kmh, 1.0), function.max_kmh)
    above = function.alpha * v
    above += function.beta
    above *= v
    above += function.gamma
    above += function.delta / v
    below = function.epsilon * v
    below += function.zita
    below *= v
    below += function.hta
    above /= below
    above *= 1 - function.reduction_pct / 100
    return above


def _ratio(curve: str, load_share: Floats, speed_kmh: Floats) -> Floats:
    spec, functions = CURVES[curve], _functions(curve)
    share = np.clip(np.where(np.isnan(load_share), 0.5, load_share), 0.0, 1.0)
    ratio = _at_load([energy_mj_per_km(function, speed_kmh) for function in functions], share)
    ratio /= _at_load(_reference_energy(curve), share)
    fast = speed_kmh > FAST_KMH
    if spec.fast and fast.any():
        ratio[fast] *= _litres_per_km(spec.fast, speed_kmh[fast]) / _litres_per_km(spec.fast, np.array([FAST_KMH]))
    np.clip(ratio, LOWEST_RATIO, HIGHEST_RATIO, out=ratio)
    ratio[np.isnan(speed_kmh)] = 1.0
    return ratio


def _at_load(energies: list[Floats], share: Floats) -> Floats:
    """Energy at a load share, linear between the loads 0, one half and 1 that EEA gives; as it is for a van."""
    if len(energies) == 1:
        return energies[0]
    empty, half, full = energies
    return empty + (half - empty) * np.minimum(2 * share, 1.0) + (full - half) * np.maximum(2 * share - 1, 0.0)


def _litres_per_km(curve: str, speed_kmh: Floats) -> Floats:
    a, b, c, d = _fast_parameters(curve)
    return a / speed_kmh + b + (c + d * speed_kmh) * speed_kmh


@cache
def _fast_parameters(curve: str) -> tuple[float, ...]:
    values = (factor_set(DEFAULT_SET).factor(f"{curve}/{name}").value for name in "abcd")
    return tuple(value for value in values if value is not None)


@cache
def _reference_energy(curve: str) -> list[Floats]:
    speed_kmh = np.array([CURVES[curve].reference_kmh])
    return [energy_mj_per_km(function, speed_kmh) for function in _functions(curve)]


@cache
def _functions(curve: str) -> tuple[EnergyFunction, ...]:
    """The curve's EEA functions on a flat road, by rising load: three of them for a truck, else one."""
    spec = CURVES[curve]
    wanted = (spec.segment, spec.fuel, spec.euro)
    found = {
        function.load: function
        for function in energy_functions()
        if (function.segment, function.fuel, function.euro) == wanted and not function.slope
    }
    return tuple(found[load] for load in sorted(found, key=lambda load: load or 0.0))
