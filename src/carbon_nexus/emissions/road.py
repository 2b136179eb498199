"""Paths of logistics and delivery: measured fuel or electricity, a lorry's load curve, the class average.

Sources: UK DESNZ 2025 (classes, loads, fuels, grid), NACFE Run on Less 2023 (electric tractor). Uncertainties
are relative 95 % half-widths, from the spread of independent published values for the same vehicle.
"""

from dataclasses import replace
from math import hypot

from carbon_nexus.emissions.factors import factor, factors
from carbon_nexus.emissions.model import Energy, Factor, LoadCurve, Path, Rate
from carbon_nexus.emissions.sites import grid_rate, losses_per_kwh
from carbon_nexus.emissions.vehicles import FUELS, FUELS_OF, HGV_CLASSES, VAN_CLASSES, VEHICLE_CLASSES

ROAD_TYPES = ("logistics", "delivery")

# Net energy of a litre of diesel, EMEP/EEA guidebook 1.A.3.b.
DIESEL_MJ_PER_LITRE = 35.86
MJ_PER_KWH = 3.6

ELECTRIC_TRACTOR = "nacfe-2023/electric-tractor/km"

# Energy need against a diesel engine, (middle, half range): gas engines 1.10-1.25, lorry hybrids .80-.90.
# HVO burns in the same engine. These ranges are engineering judgement, hence they widen the interval too.
ENERGY_RATIO = {"hvo": (1.0, 0.0), "cng": (1.175, 0.075), "lng": (1.175, 0.075), "hybrid": (0.85, 0.05)}

# About twice the coefficient of variation of litres per km between publishers (official factors, French law,
# TAG, EMEP/EEA): artic 11 %, rigid 12 t 12 %, 18 t 22 %, 7.5 t 29 %, van 28 %.
HALF_WIDTH = {
    "hgv_rigid_to_7.5t": 0.56,
    "hgv_rigid_7.5t_to_17t": 0.23,
    "hgv_rigid_over_17t": 0.44,
    "hgv_artic_to_33t": 0.21,
    "hgv_artic_over_33t": 0.21,
    # The class is not known, so the widest of those it may be.
    "hgv_average": 0.56,
    # No spread of their own is known for cars and motorbikes: the van's, the widest of the small vehicles.
    **dict.fromkeys((*VAN_CLASSES, "car", "motorbike"), 0.55),
    # Pedigree basic uncertainty of transport services per t.km is a factor of 2.0.
    "rail_freight": 1.0,
    "cargo_bike": 0.0,
}
ELECTRIC_HALF_WIDTH = 0.30

_LITRE_FACTORS = {
    "diesel": "desnz-2025/diesel-average-blend/litre",
    "petrol": "desnz-2025/petrol-average-blend/litre",
    "hvo": "desnz-2025/hvo/litre",
    "biodiesel": "desnz-2025/biodiesel-me/litre",
    "lpg": "desnz-2025/lpg/litre",
    "cng": "desnz-2025/cng/litre",
    "lng": "desnz-2025/lng/litre",
}

_TWO_WHEELERS = {
    "motorbike": "desnz-2025/motorbike-average/km",
    "cargo_bike": "carbon-nexus/cargo-bike/km",
}

_STEMS = {
    "measured-fuel": "CO2e = fuel_litres x (TTW + WTT per litre of the fuel)",
    "measured-electricity": "CO2e = energy_kwh x (generation + WTT + T&D losses + WTT of T&D)",
    "measured-plug-in": (
        "CO2e = fuel_litres x (TTW + WTT per litre of petrol) "
        "+ energy_kwh x (generation + WTT + T&D losses + WTT of T&D)"
    ),
    "class-km": "CO2e = distance_km x class average per km (TTW + WTT)",
    "class-km-fuel": (
        "diesel litres = distance_km x class TTW per km / 2.57082; "
        "CO2e = diesel litres x 35.86 MJ x energy ratio x (TTW + WTT per MJ of the fuel)"
    ),
    "class-km-electric": (
        "CO2e = distance_km x (class generation + WTT per km + class kWh per km x (T&D + WTT of T&D)), "
        "class kWh per km = class generation per km / grid generation per kWh"
    ),
    "electric-km": "CO2e = distance_km x 1.113 kWh per km x (generation + WTT + T&D losses + WTT of T&D)",
    "tonne-km": "CO2e = distance_km x load_kg / 1000 x (TTW + WTT per t.km)",
    "load-slope": "CO2e = distance_km x (k0 + s x min(load_t, payload_t)), s = (k100 - k0) / payload_t",
    "load-slope-fuel": (
        "diesel litres = distance_km x (k0 + s x min(load_t, payload_t)) / 2.57082; "
        "CO2e = diesel litres x 35.86 MJ x energy ratio x (TTW + WTT per MJ of the fuel)"
    ),
}
ROAD_FORMULAS = {
    f"{kind}.{stem}.1": text
    for kind in ROAD_TYPES
    for stem, text in _STEMS.items()
    if kind == "logistics" or not stem.startswith("load-")
}


def road_paths() -> list[Path]:
    """One path for each event type, vehicle class (or None: not given) and fuel (or None: not given)."""
    return [
        road_path(event_type, vehicle, fuel)
        for event_type in ROAD_TYPES
        for vehicle in (None, *VEHICLE_CLASSES)
        for fuel in (None, *FUELS)
    ]


def road_path(event_type: str, vehicle: str | None, fuel: str | None) -> Path:
    """What can be computed for this vehicle and fuel; an impossible pair comes back closed, with the reason."""
    if vehicle and fuel and fuel not in FUELS_OF[vehicle]:
        fuels = ", ".join(FUELS_OF[vehicle])
        return Path(event_type, vehicle, fuel, why_not=f"no factor for {vehicle} on {fuel}; it takes {fuels}")
    path = replace(
        _modelled(event_type, vehicle, fuel),
        litre=_litre_rate(vehicle, fuel),
        kwh=grid_rate() if fuel in ("electric", "plug_in_hybrid") else None,
        energy=_energy(vehicle, fuel),
    )
    return path if path.class_rate else replace(path, why_not=_why_not(vehicle, fuel))


def _modelled(event_type: str, vehicle: str | None, fuel: str | None) -> Path:
    path = Path(event_type, vehicle, fuel)
    if vehicle is None:
        return path
    if vehicle in HGV_CLASSES:
        return _lorry(path, vehicle, fuel or "diesel")
    if vehicle == "rail_freight":
        rate = _rate("desnz-2025/rail-freight/tonne-km")
        note = "traction is the average of diesel and electric" if fuel else None
        return _by_class(path, rate, "tonne-km", HALF_WIDTH[vehicle], per_tonne_km=True, note=note)
    if vehicle in _TWO_WHEELERS:
        # Both rows are for vehicles without a battery: an electric one has no row, only its meter.
        rate = _rate(_TWO_WHEELERS[vehicle])
        return path if fuel == "electric" else _by_class(path, rate, "class-km", HALF_WIDTH[vehicle])
    return _van_or_car(path, vehicle, fuel)


def _lorry(path: Path, vehicle: str, fuel: str) -> Path:
    if fuel == "electric":
        return _electric_lorry(path, vehicle)
    slug = f"desnz-2025/{vehicle.replace('_', '-')}"
    average, width = _rate(f"{slug}/average-laden/km"), HALF_WIDTH[vehicle]
    if fuel == "diesel":
        path = _by_class(path, average, "class-km", width)
        return _by_load(path, load_curve(vehicle), "load-slope")
    if fuel not in ENERGY_RATIO:
        return path
    middle, half_range = ENERGY_RATIO[fuel]
    path = _by_class(path, on_fuel(average, fuel), "class-km-fuel", hypot(width, half_range / middle))
    curve = load_curve(vehicle)
    curve = replace(curve, empty=on_fuel(curve.empty, fuel), per_tonne=on_fuel(curve.per_tonne, fuel))
    return _by_load(path, curve, "load-slope-fuel")


def _electric_lorry(path: Path, vehicle: str) -> Path:
    kwh_per_km, grid = factor(ELECTRIC_TRACTOR).value_direct, grid_rate()
    rate = Rate(kwh_per_km * grid.ttw_kg, kwh_per_km * grid.wtt_kg, grid.factor_id)
    note = None
    if "rigid" in vehicle:
        note = "energy per km is that of a full-size electric tractor: an upper estimate for a rigid lorry"
    # One model measured (27 events, 7 % spread), load unknown: never narrower than the electric van's.
    width = max(ELECTRIC_HALF_WIDTH, HALF_WIDTH[vehicle])
    return replace(_by_class(path, rate, "electric-km", width), note=note)


def _van_or_car(path: Path, vehicle: str, fuel: str | None) -> Path:
    slug = "car-average" if vehicle == "car" else vehicle.replace("_", "-")
    row = {None: "unknown-fuel", "electric": "battery-electric"}.get(fuel, str(fuel).replace("_", "-"))
    if fuel == "hvo":
        rate = on_fuel(_rate(f"desnz-2025/{slug}/diesel/km"), "hvo")
        return _by_class(path, rate, "class-km-fuel", HALF_WIDTH[vehicle])
    found = _published(f"desnz-2025/{slug}/{row}/km")
    if found is None:
        return path
    if fuel == "electric":
        return _by_class(path, electric_rate(found), "class-km-electric", ELECTRIC_HALF_WIDTH)
    # A plug-in's row does not say how much of it is electricity, so grid losses cannot be added to it.
    return _by_class(path, _rate(found.id), "class-km", HALF_WIDTH[vehicle])


def load_curve(vehicle: str) -> LoadCurve:
    """The diesel lorry's line between DESNZ's 0 % and 100 % laden rows, TTW and WTT alike.

    Payload in tonnes = (kg per km) / (kg per t.km) at 100 % laden, which DESNZ implies but does not print.
    """
    slug = f"desnz-2025/{vehicle.replace('_', '-')}"
    empty, full = _rate(f"{slug}/0-percent-laden/km"), _rate(f"{slug}/100-percent-laden/km")
    payload_t = full.ttw_kg / factor(f"{slug}/100-percent-laden/tonne-km").value_direct
    per_tonne = Rate((full.ttw_kg - empty.ttw_kg) / payload_t, (full.wtt_kg - empty.wtt_kg) / payload_t, full.factor_id)
    return LoadCurve(empty, per_tonne, payload_t)


def on_fuel(diesel: Rate, fuel: str) -> Rate:
    """A diesel rate, for the same work done with another fuel: energy times its ratio, the fuel's factor."""
    ratio, _ = ENERGY_RATIO[fuel]
    if fuel == "hybrid":
        return Rate(diesel.ttw_kg * ratio, diesel.wtt_kg * ratio, diesel.factor_id)
    per_mj = _per_mj(fuel)
    mj = diesel.ttw_kg / factor(_LITRE_FACTORS["diesel"]).value_direct * DIESEL_MJ_PER_LITRE * ratio
    return Rate(mj * per_mj.ttw_kg, mj * per_mj.wtt_kg, per_mj.factor_id)


def electric_rate(row: Factor) -> Rate:
    """A battery-electric km row with grid losses added: DESNZ's row holds generation and its WTT only.

    Energy per km is what the row implies, kg per km / kg per kWh of generation: .39 kWh/km for the average van.
    The car row shows the boundary: .04047 / .177 = .2286 kWh/km, and x .0459 (WTT of generation) = its .01049.
    """
    kwh_per_km = row.value_direct / grid_rate().ttw_kg
    return Rate(row.value_direct, (row.value_upstream or 0.0) + kwh_per_km * losses_per_kwh(), row.id)


def _per_mj(fuel: str) -> Rate:
    if fuel == "hvo":
        per_gj = _rate("desnz-2025/hvo/gj")
        return Rate(per_gj.ttw_kg / 1000, per_gj.wtt_kg / 1000, per_gj.factor_id)
    per_kwh = _rate(f"desnz-2025/{fuel}/kwh-net")
    return Rate(per_kwh.ttw_kg / MJ_PER_KWH, per_kwh.wtt_kg / MJ_PER_KWH, per_kwh.factor_id)


def _energy(vehicle: str | None, fuel: str | None) -> Energy:
    if fuel == "plug_in_hybrid" or vehicle == "rail_freight":
        return Energy.BOTH
    return Energy.ELECTRICITY if fuel == "electric" else Energy.FUEL


def _litre_rate(vehicle: str | None, fuel: str | None) -> Rate | None:
    if fuel in ("hybrid", "plug_in_hybrid") and vehicle:
        # Hybrid lorries run on diesel; plug-in and hybrid cars and vans are sold with petrol engines.
        fuel = "diesel" if vehicle in HGV_CLASSES else "petrol"
    return _rate(_LITRE_FACTORS[fuel]) if fuel in _LITRE_FACTORS else None


def _why_not(vehicle: str | None, fuel: str | None) -> str:
    if vehicle is None:
        return "vehicle_type is missing and no measured fuel or electricity says how much was burnt"
    if fuel is None:
        return f"fuel_type is missing and there is no factor for {vehicle} on an unknown fuel"
    give = "energy_kwh" if fuel == "electric" else "fuel_litres"
    return f"no factor per km for {vehicle} on {fuel}: it needs {give}"


def _by_class(
    path: Path, rate: Rate, stem: str, width: float, per_tonne_km: bool = False, note: str | None = None
) -> Path:
    method = f"{path.event_type}.{stem}.1"
    return replace(path, class_rate=rate, method=method, half_width=width, per_tonne_km=per_tonne_km, note=note)


def _by_load(path: Path, curve: LoadCurve, stem: str) -> Path:
    """Adds the load curve for logistics; a delivery round sheds its load on the way and keeps the average."""
    if path.event_type != "logistics":
        return path
    return replace(path, load=curve, load_method=f"{path.event_type}.{stem}.1")


def _rate(factor_id: str) -> Rate:
    found = factor(factor_id)
    return Rate(found.value_direct, found.value_upstream or 0.0, found.id)


def _published(factor_id: str) -> Factor | None:
    return factors().get(factor_id)
