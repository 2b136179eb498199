"""What each kind of trip can be computed with: one `Path` per event type, vehicle class and fuel, from a factor set.

Sources: UK DESNZ (classes, loads, fuels, grid), NACFE Run on Less 2023 (electric tractor), EMEP/EEA (speed). Every
uncertainty is a relative 95 % half-width, from the spread of independent published values for the same vehicle.
"""

from dataclasses import replace
from functools import cache
from math import hypot, nan
from typing import Any

from carbon_nexus.activities.vehicles import FUELS, FUELS_OF, HGV_CLASSES, VEHICLE_CLASSES
from carbon_nexus.emissions.classes import (
    ELECTRIC_CAR_HALF_WIDTH,
    ELECTRIC_HALF_WIDTH,
    ENERGY_RATIO,
    FUEL_TAKEN,
    HALF_WIDTH,
    PLUG_IN_HALF_WIDTH,
    REFRIGERATION,
    TARE_T,
)
from carbon_nexus.emissions.curves import curve_of, speed_spread
from carbon_nexus.emissions.entity import ROAD_TYPES
from carbon_nexus.emissions.model import Energy, Path
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import Factor, FactorSet

# Net energy of a litre of diesel, EMEP/EEA guidebook 1.A.3.b.
DIESEL_MJ_PER_LITRE = 35.86
MJ_PER_KWH = 3.6

# kg per hour with the engine idling: 6.3 to 8.0 measured on two class-8 lorries (1.7-2.2 g CO2/s).
IDLING = "truck-idling/hour"
# Speed that an extra stop takes away, km/h: 50 on the open road, 40 in town (assumptions).
STOP_KMH = {"logistics": 50.0, "delivery": 40.0}
# Electric lorries: a tractor measured in use, and a 12 t truck by its maker's range and battery size.
ELECTRIC_TRACTOR, ELECTRIC_RIGID = "electric-tractor/km", "electric-truck-12t/km"
_UP_TO_17T = ("hgv_rigid_to_7.5t", "hgv_rigid_7.5t_to_17t")

LITRE_NAMES = {
    "diesel": "diesel-average-blend/litre",
    "petrol": "petrol-average-blend/litre",
    "hvo": "hvo/litre",
    "biodiesel": "biodiesel-me/litre",
    "lpg": "lpg/litre",
    "cng": "cng/litre",
    "lng": "lng/litre",
}
_TWO_WHEELERS = {"motorbike": "motorbike-average/km", "cargo_bike": "cargo-bike/km"}


@cache
def road_paths(set_name: str) -> tuple[Path, ...]:
    """One path for each event type, vehicle class (or None: not given) and fuel (or None: not given)."""
    return tuple(
        road_path(factor_set(set_name), event_type, vehicle, fuel)
        for event_type in ROAD_TYPES
        for vehicle in (None, *VEHICLE_CLASSES)
        for fuel in (None, *FUELS)
    )


def road_path(factors: FactorSet, event_type: str, vehicle: str | None, fuel: str | None) -> Path:
    """What can be computed for this vehicle and fuel; an impossible pair comes back closed, with the reason."""
    path = Path(event_type, vehicle, fuel, _energy(vehicle, fuel))
    if vehicle and fuel and fuel not in FUELS_OF[vehicle]:
        fuels = ", ".join(FUELS_OF[vehicle])
        return replace(path, why_not=f"no factor for {vehicle} on {fuel}; it takes {fuels}")
    path = _with_litres(factors, replace(path, takes_kwh=fuel in ("electric", "plug_in_hybrid")))
    if vehicle is not None:
        path = _modelled(factors, path, vehicle)
    if fuel is None and vehicle in FUEL_TAKEN:
        path = replace(path, note=f"fuel_type is missing: {FUEL_TAKEN[vehicle]}")
    return path if path.is_modelled else replace(path, why_not=_why_not(vehicle, fuel))


def load_line(factors: FactorSet, vehicle: str) -> tuple[float, float, float]:
    """Direct kg CO2e per km of a diesel lorry: empty, per tonne of load, and the payload in tonnes.

    The line between DESNZ's 0 % and 100 % laden rows. Payload = (kg per km) / (kg per t.km) at 100 % laden, which
    DESNZ implies but does not print.
    """
    empty, full, payload_t = _line_rows(factors, vehicle)
    return _direct(empty), (_direct(full) - _direct(empty)) / payload_t, payload_t


def stop_row(factors: FactorSet, path: Path) -> Factor:
    """The factor of the energy that extra stops and idling of a vehicle with an engine are counted in."""
    if path.vehicle_class in HGV_CLASSES:
        return _energy_row(factors, path.fuel or "diesel")
    return _energy_row(factors, "petrol" if path.vehicle_class in _TWO_WHEELERS else _stop_fuel(path.fuel))


def _modelled(factors: FactorSet, path: Path, vehicle: str) -> Path:
    path = replace(path, tare_t=TARE_T.get(vehicle, nan), stop_kmh=STOP_KMH[path.event_type])
    path = replace(path, half_width=PLUG_IN_HALF_WIDTH if path.fuel == "plug_in_hybrid" else HALF_WIDTH[vehicle])
    if vehicle in HGV_CLASSES:
        return _lorry(factors, path, vehicle, path.fuel or "diesel")
    if vehicle == "rail_freight":
        row = factors.find("rail-freight/tonne-km")
        note = "traction is the average of diesel and electric, not told apart"
        return replace(_by_row(path, row), per_tonne_km=True, note=note)
    if vehicle in _TWO_WHEELERS:
        # Both rows are for vehicles without a battery: an electric one has no row, only its meter.
        if path.fuel == "electric":
            return path
        path = replace(_by_row(path, factors.find(_TWO_WHEELERS[vehicle])), **_per_mj(factors, "petrol"))
        return _on_curve(path, vehicle, "petrol")
    return _van_or_car(factors, path, vehicle)


def _lorry(factors: FactorSet, path: Path, vehicle: str, fuel: str) -> Path:
    if fuel == "electric":
        return _electric_lorry(factors, path, vehicle)
    if fuel != "diesel" and fuel not in ENERGY_RATIO:
        return path
    average = _laden(factors, vehicle, "average-laden")
    path = _by_row(path, average)
    path = replace(path, mean_load_t=_direct(average) / _direct(_laden(factors, vehicle, "average-laden", "tonne-km")))
    path = _by_load(factors, path, vehicle)
    idle, diesel = _direct(factors.find(IDLING)), factors.find(LITRE_NAMES["diesel"])
    idle_wtt = idle * _upstream(diesel) / _direct(diesel)
    path = replace(path, idle_ttw=idle, idle_wtt=idle_wtt, **_per_mj(factors, "diesel"))
    return _on_curve(path if fuel == "diesel" else _on_fuel(factors, path, fuel), vehicle, "diesel")


def _by_load(factors: FactorSet, path: Path, vehicle: str) -> Path:
    """The load line for logistics; a delivery round sheds its load on the way and keeps the average."""
    empty, full, payload_t = _line_rows(factors, vehicle)
    if path.event_type != "logistics":
        return replace(path, payload_t=payload_t)
    slope_wtt = (_upstream(full) - _upstream(empty)) / payload_t
    return replace(
        path,
        payload_t=payload_t,
        empty_ttw=_direct(empty),
        empty_wtt=_upstream(empty),
        slope_ttw=(_direct(full) - _direct(empty)) / payload_t,
        slope_wtt=slope_wtt,
        # not knowing the load is not knowing where on the line the lorry was
        load_half_width=(_direct(full) - _direct(empty)) / 2 / path.mean_ttw,
        load_ids=(empty.id, full.id, _laden(factors, vehicle, "100-percent-laden", "tonne-km").id),
    )


def _on_fuel(factors: FactorSet, path: Path, fuel: str) -> Path:
    """A diesel path for the same work done with another fuel: diesel's energy times its ratio, the fuel's factor."""
    ratio, half_range = ENERGY_RATIO[fuel]
    diesel = factors.find(LITRE_NAMES["diesel"])
    mj_per_diesel_kg = DIESEL_MJ_PER_LITRE / _direct(diesel) * ratio
    per_mj = _per_mj(factors, "diesel" if fuel == "hybrid" else fuel)
    ttw, wtt = mj_per_diesel_kg * per_mj["mj_ttw"], mj_per_diesel_kg * per_mj["mj_wtt"]
    parts = ("mean", "empty", "slope", "idle")
    changed: dict[str, Any] = {f"{part}_ttw": getattr(path, f"{part}_ttw") * ttw for part in parts}
    changed |= {f"{part}_wtt": getattr(path, f"{part}_ttw") * wtt for part in parts}
    return replace(
        path,
        **changed,
        mj_ttw=per_mj["mj_ttw"] * ratio,
        mj_wtt=per_mj["mj_wtt"] * ratio,
        biogenic_share=_biogenic_share(_energy_row(factors, fuel)),
        ch4_per_km=nan,
        n2o_per_km=nan,
        half_width=hypot(path.half_width, half_range / ratio),
        fuel_ids=(diesel.id, _energy_row(factors, fuel).id),
    )


def _electric_lorry(factors: FactorSet, path: Path, vehicle: str) -> Path:
    plain = vehicle.removesuffix("_refrigerated")
    row = factors.find(ELECTRIC_RIGID if plain in _UP_TO_17T else ELECTRIC_TRACTOR)
    assert row.value is not None
    cooled = 1.0 if vehicle == plain else REFRIGERATION
    note = "energy per km is that of a full-size electric tractor: an upper estimate for a rigid lorry"
    if plain in _UP_TO_17T:
        note = "energy per km is that of a 12 t electric lorry, by its maker"
    elif "artic" in plain:
        note = "energy per km is that of one electric tractor, measured"
    if cooled > 1:
        note += "; refrigeration is taken as with diesel"
    # One model measured (27 events, 7 % spread), load unknown: never narrower than the electric van's.
    width = max(ELECTRIC_HALF_WIDTH, HALF_WIDTH[vehicle])
    return replace(path, kwh_per_km=row.value * cooled, half_width=width, note=note, mean_ids=(row.id,))


def _van_or_car(factors: FactorSet, path: Path, vehicle: str) -> Path:
    slug, fuel = "car-average" if vehicle == "car" else vehicle.replace("_", "-"), path.fuel
    row = {None: "unknown-fuel", "electric": "battery-electric", "hvo": "diesel"}.get(fuel, str(fuel).replace("_", "-"))
    found, per_tonne = factors.get(f"{slug}/{row}/km"), factors.get(f"{slug}/{row}/tonne-km")
    if found is None:
        return path
    path = replace(path, mean_load_t=_direct(found) / _direct(per_tonne) if per_tonne else 0.0)
    if fuel == "electric":
        return _electric_by_row(factors, path, found)
    note = "electricity is in the class's row (United Kingdom), not told apart" if fuel == "plug_in_hybrid" else None
    path = replace(_by_row(path, found), note=note, **_per_mj(factors, _stop_fuel(fuel)))
    path = _on_fuel(factors, path, "hvo") if fuel == "hvo" else path
    return _on_curve(path, vehicle, fuel or "diesel")


def _electric_by_row(factors: FactorSet, path: Path, row: Factor) -> Path:
    """kWh per km as a battery-electric row implies it: kg per km over kg per kWh generated, of the same edition.

    .394 kWh/km for the average van: .06976 / .177. The car row shows its boundary: .04047 / .177 = .2286 kWh/km, and
    x .0459 (WTT of generation) = its upstream .01049; so losses are not in it and come with the grid.
    """
    grid = factors.factor(f"{row.edition}/electricity-uk/kwh")
    kwh_per_km = _direct(row) / _direct(grid)
    width = ELECTRIC_CAR_HALF_WIDTH if path.vehicle_class == "car" else ELECTRIC_HALF_WIDTH
    return replace(path, kwh_per_km=kwh_per_km, half_width=width, mean_ids=(row.id, grid.id))


def _by_row(path: Path, row: Factor) -> Path:
    return replace(
        path,
        mean_ttw=_direct(row),
        mean_wtt=_upstream(row),
        ch4_per_km=nan if row.direct_ch4 is None else row.direct_ch4,
        n2o_per_km=nan if row.direct_n2o is None else row.direct_n2o,
        mean_ids=(row.id,),
    )


def _on_curve(path: Path, vehicle: str, fuel: str) -> Path:
    curve = curve_of(vehicle, fuel)
    return replace(path, curve=curve, speed_half_width=speed_spread(curve)) if curve else path


def _with_litres(factors: FactorSet, path: Path) -> Path:
    fuel = path.fuel
    if fuel in ("hybrid", "plug_in_hybrid") and path.vehicle_class:
        # Hybrid lorries run on diesel; plug-in and hybrid cars and vans are sold with petrol engines.
        fuel = "diesel" if path.vehicle_class in HGV_CLASSES else "petrol"
    elif path.vehicle_class in HGV_CLASSES and fuel is None:
        fuel = "diesel"
    if fuel not in LITRE_NAMES:
        return path
    row = factors.find(LITRE_NAMES[fuel])
    share = _biogenic_share(row)
    return replace(path, litre_ttw=_direct(row), litre_wtt=_upstream(row), biogenic_share=share, litre_ids=(row.id,))


def _per_mj(factors: FactorSet, fuel: str) -> dict[str, Any]:
    """Direct and upstream kg CO2e per MJ of fuel (net)."""
    row = _energy_row(factors, fuel)
    mj = {"litre": DIESEL_MJ_PER_LITRE, "gj": 1000.0, "kwh-net": MJ_PER_KWH}[row.id.rpartition("/")[2]]
    return {"mj_ttw": _direct(row) / mj, "mj_wtt": _upstream(row) / mj}


def _energy_row(factors: FactorSet, fuel: str) -> Factor:
    if fuel in ("diesel", "hybrid"):
        return factors.find(LITRE_NAMES["diesel"])
    return factors.find({"hvo": "hvo/gj", "petrol": "petrol-average-blend/kwh-net"}.get(fuel, f"{fuel}/kwh-net"))


def _stop_fuel(fuel: str | None) -> str:
    """The fuel that extra stops of a van or car are counted in; an unknown one is taken as diesel."""
    if fuel in ("hybrid", "plug_in_hybrid"):
        return "petrol"
    return "diesel" if fuel in (None, "hvo", "biodiesel") else fuel


def _laden(factors: FactorSet, vehicle: str, load: str, unit: str = "km") -> Factor:
    return factors.find(f"{vehicle.replace('_', '-')}/{load}/{unit}")


def _line_rows(factors: FactorSet, vehicle: str) -> tuple[Factor, Factor, float]:
    empty, full = _laden(factors, vehicle, "0-percent-laden"), _laden(factors, vehicle, "100-percent-laden")
    return empty, full, _direct(full) / _direct(_laden(factors, vehicle, "100-percent-laden", "tonne-km"))


def _energy(vehicle: str | None, fuel: str | None) -> Energy:
    if fuel == "plug_in_hybrid" or vehicle == "rail_freight":
        return Energy.BOTH
    return Energy.ELECTRICITY if fuel == "electric" else Energy.FUEL


def _why_not(vehicle: str | None, fuel: str | None) -> str:
    if vehicle is None:
        return "vehicle_type is missing and no measured fuel or electricity says how much was burnt"
    if fuel is None:
        return f"fuel_type is missing and there is no factor for {vehicle} on an unknown fuel"
    give = "energy_kwh" if fuel == "electric" else "fuel_litres"
    return f"no factor per km for {vehicle} on {fuel}: it needs {give}"


def _direct(factor: Factor) -> float:
    assert factor.direct is not None, factor.id
    return factor.direct


def _upstream(factor: Factor) -> float:
    assert factor.upstream is not None, factor.id
    return factor.upstream


def _biogenic_share(row: Factor) -> float:
    return nan if row.biogenic_co2 is None or not row.direct else row.biogenic_co2 / row.direct
