"""The lines of the speed ratio: EMEP/EEA energy per km at the trip's speed over that at the class's own. Pure."""

from carbon_nexus.emissions.curves import (
    CURVES,
    FAST_KMH,
    HIGHEST_RATIO,
    LOWEST_RATIO,
    SpeedCurve,
)
from carbon_nexus.emissions.model import Path
from carbon_nexus.emissions.trips import FREE_KMH, TRAFFIC_LOSS, Trips
from carbon_nexus.explanations.worksheet import Worksheet
from carbon_nexus.factors.library import DEFAULT_SET, energy_functions, factor_set
from carbon_nexus.factors.model import EnergyFunction
from carbon_nexus.factors.shapes import functions_id

_LOADS = ((0.0, "empty"), (0.5, "half laden"), (1.0, "full"))
_COEFFICIENTS = ("alpha", "beta", "gamma", "delta", "epsilon", "zita", "hta")


def write_speed(sheet: Worksheet, trips: Trips, path: Path) -> None:
    """`speed_kmh` and, where the class has a curve, `speed_ratio`."""
    given, speed_kmh = trips["speed"][0], float(trips.speed_kmh[0])
    if given > 0:
        sheet.write("speed_kmh", "{speed}", "km/h", "mean speed as given", speed_kmh)
    else:
        _write_traffic(sheet, speed_kmh)
    if trips.by_speed[0]:
        assert path.curve is not None
        _write_ratio(sheet, trips, CURVES[path.curve], speed_kmh)


def _write_traffic(sheet: Worksheet, speed_kmh: float) -> None:
    sheet.know("free_kmh", FREE_KMH, "km/h", label="free flow in town (assumption)")
    sheet.know("traffic_loss", TRAFFIC_LOSS, label="loss at full traffic")
    by_score = FREE_KMH * (1 - TRAFFIC_LOSS * (sheet["traffic_score"] - 1) / 9)
    template, about = "{free_kmh} * (1 - {traffic_loss} * ({traffic_score} - 1) / 9)", "mean speed from traffic_score"
    if abs(by_score - speed_kmh) <= 1e-9 * FREE_KMH:
        sheet.write("speed_kmh", template, "km/h", about, speed_kmh)
    else:
        sheet.write("speed_by_score_kmh", template, "km/h", about)
        sheet.know("held_kmh", speed_kmh, "km/h", label="the nearest end of 8 to 40 km/h")
        sheet.write("speed_kmh", "{held_kmh}", "km/h", f"{about}, held to its range", speed_kmh)


def _write_ratio(sheet: Worksheet, trips: Trips, spec: SpeedCurve, speed_kmh: float) -> None:
    functions = _functions(spec)
    share = _write_share(sheet, trips) if len(functions) > 1 else None
    reference = _write_energy(sheet, "reference", ("v_ref (assumption)", spec.reference_kmh), functions, share)
    actual = _write_energy(sheet, "actual", ("v", speed_kmh), functions, share)
    template = f"{{{actual}}} / {{{reference}}}"
    if spec.fast and speed_kmh > FAST_KMH:
        _write_fast(sheet, spec.fast)
        template += " * {litres_per_km} / {litres_per_km_at_85}"
    _write_held(sheet, template, float(trips.speed_ratio[0]))


def _write_held(sheet: Worksheet, template: str, ratio: float) -> None:
    about = "g, energy per km at this speed over that at the class's own"
    if LOWEST_RATIO < ratio < HIGHEST_RATIO:
        sheet.write("speed_ratio", template, "", about, ratio)
        return
    sheet.write("speed_ratio_by_curve", template, "", about)
    sheet.know("held_ratio", ratio, label="the nearest end of 0.7 to 2.6")
    sheet.write("speed_ratio", "{held_ratio}", "", f"{about}, held to its range", ratio)


def _write_share(sheet: Worksheet, trips: Trips) -> float:
    """`load_share`, 0 to 1: EEA gives trucks empty, half laden and full."""
    share = trips.load_t[0] / trips.of("payload_t")[0]
    about = "load as a share of the payload"
    if share != share:
        sheet.know("half", 0.5, label="load not known: one half")
        sheet.write("load_share", "{half}", "", about)
    elif share > 1:
        sheet.know("full_share", 1.0, label="over the payload: full")
        sheet.write("load_share", "{full_share}", "", about)
    else:
        sheet.write("load_share", "{load_t} / {payload_t}", "", about)
    return sheet["load_share"]


def _functions(spec: SpeedCurve) -> dict[float, EnergyFunction]:
    """By load; one function for a vehicle of which EEA tells no loads."""
    wanted = (spec.segment, spec.fuel, spec.euro)
    return {
        each.load or 0.0: each
        for each in energy_functions()
        if (each.segment, each.fuel, each.euro) == wanted and not each.slope
    }


def _write_energy(
    sheet: Worksheet,
    which: str,
    speed: tuple[str, float],
    functions: dict[float, EnergyFunction],
    share: float | None,
) -> str:
    """MJ per km at one speed (label, km/h), between the loads on either side of `share`; the step that holds it."""
    if share is None:
        return _write_function(sheet, f"{which}_mj_per_km", speed, functions[0.0], "")
    sides = [(load, word) for load, word in _LOADS if abs(load - share) < 0.5 or load == share]
    steps = [
        _write_function(sheet, f"{which}_mj_per_km_{word.replace(' ', '_')}", speed, functions[load], f", {word}")
        for load, word in sides
    ]
    if len(steps) == 1:
        return steps[0]
    way = "2 * {load_share}" if sides[0][0] == 0 else "(2 * {load_share} - 1)"
    between = f"{{{steps[0]}}} + ({{{steps[1]}}} - {{{steps[0]}}}) * {way}"
    sheet.write(f"{which}_mj_per_km", between, "MJ/km", f"energy per km at the {which} speed and this load")
    return f"{which}_mj_per_km"


def _write_function(sheet: Worksheet, step: str, speed: tuple[str, float], function: EnergyFunction, load: str) -> str:
    label, speed_kmh = speed
    held = min(max(speed_kmh, function.min_kmh, 1.0), function.max_kmh)
    ids = (functions_id(function.segment, function.fuel),)
    for name in _COEFFICIENTS:
        sheet.know(name, getattr(function, name), factor_ids=ids)
    sheet.know("v", held, "km/h", label=label if held == speed_kmh else f"{label} (an end of the function's range)")
    sheet.know("reduction", function.reduction_pct / 100, factor_ids=ids)
    sheet.write(
        step,
        "({alpha} * {v} ** 2 + {beta} * {v} + {gamma} + {delta} / {v}) "
        "/ ({epsilon} * {v} ** 2 + {zita} * {v} + {hta}) * (1 - {reduction})",
        "MJ/km",
        f"EMEP/EEA energy of {function.segment}, {function.fuel}, Euro {function.euro}{load}",
    )
    return step


def _write_fast(sheet: Worksheet, curve: str) -> None:
    """Litres per km of the UK TAG curve at the trip's speed and where EEA's functions end."""
    for name in "abcd":
        sheet.know_factor(f"tag_{name}", factor_set(DEFAULT_SET).factor(f"{curve}/{name}"), "value", label=name)
    sheet.know("fast_kmh", FAST_KMH, "km/h")
    for step, speed in (("litres_per_km", "speed_kmh"), ("litres_per_km_at_85", "fast_kmh")):
        template = f"{{tag_a}} / {{{speed}}} + {{tag_b}} + {{tag_c}} * {{{speed}}} + {{tag_d}} * {{{speed}}} ** 2"
        sheet.write(step, template, "litre/km", "UK TAG fuel curve")
