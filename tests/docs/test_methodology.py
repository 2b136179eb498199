"""The methodology's formulas, intervals, constants and notes are the code's, and every test it names is there."""

import re
from functools import cache
from math import expm1, hypot, log1p
from pathlib import Path

import numpy as np
import pytest

from carbon_nexus.activities.vehicles import PLAIN_HGV_CLASSES, VAN_CLASSES, VEHICLE_CLASSES
from carbon_nexus.calibrations import calibrate
from carbon_nexus.emissions import account, classes, curves, road, sites, trips
from carbon_nexus.emissions.labels import FORMULAS, NO_SPLIT, SITE_WORDS, TRIP_WORDS
from carbon_nexus.emissions.sitetable import BUILDING_USES, site_table
from carbon_nexus.entities.model import Operator
from carbon_nexus.factors.grid import regions
from carbon_nexus.factors.library import DEFAULT_SET, factor_set, set_names
from carbon_nexus.forecasts.model import MODEL_VERSION
from carbon_nexus.measures.library import LIBRARY
from carbon_nexus.settings import Settings
from tests.docs.pages import METHODOLOGY, ROOT, code_in, rows_under

TEXT = METHODOLOGY.read_text()
NAMED_TESTS = sorted(set(re.findall(r"`([\w/]+\.py)::((?:\w+::)?\w+)`", TEXT)))
# the settings that change a number
ASKED = (
    "factor_set", "grid_region", "ml_engine_url", "threshold_info", "threshold_warn", "threshold_critical",
    "baseline_recalc_interval",
)  # fmt: skip


@pytest.mark.parametrize(("file", "test"), NAMED_TESTS)
def test_every_named_test_is_there(file: str, test: str) -> None:
    assert test in _tests_of(file)


def test_every_formula_is_shown_beside_its_test() -> None:
    told = {code_in(row[0])[0]: row[1:] for row in rows_under(METHODOLOGY, "Formulas")}
    assert {method: formula for method, (formula, _) in told.items()} == FORMULAS
    assert all("::" in held or held.startswith("[below](#") for _, held in told.values())
    for section in ("Trips on fuel", "Trips on electricity and by rail", "Sites"):
        parts = [row for row in rows_under(METHODOLOGY, section) if len(row) == 3]
        assert parts
        assert all("::" in row[2] or "see " in row[2] for row in parts), section


def test_every_note_is_told() -> None:
    told = {row[0] for row in rows_under(METHODOLOGY, "What an estimate says")}
    words = [*TRIP_WORDS.values(), *SITE_WORDS.values(), NO_SPLIT]
    shown = {text.format(payload_t=17.86, vehicle_class="van_average") for text in words}
    of_paths = {part for path in road.road_paths(DEFAULT_SET) if path.note for part in path.note.split("; ")}
    assert told == shown | of_paths


def test_the_sets_and_versions_are_named() -> None:
    head = TEXT.partition("## ")[0]
    assert {DEFAULT_SET, LIBRARY, MODEL_VERSION} <= set(code_in(head))
    told = {code_in(row[0])[0]: row[1] for row in rows_under(METHODOLOGY, "Factors") if row[0].startswith("`")}
    assert set(told) == set(set_names())
    assert all(told[name].startswith(factor_set(name).status) for name in told)


def test_the_figures_of_the_sets_are_theirs() -> None:
    assert f"{len(factor_set().factors):,} factors of {len(factor_set().editions)} editions" in TEXT
    assert f"lacks a part ({len(factor_set('desnz-2026.1').passed_over)} do)" in TEXT
    assert f"the {len(factor_set('desnz-2025.1').factors)} factors of release 0.1.0" in TEXT
    assert f"the {len(regions(factor_set()))} codes" in TEXT


@pytest.mark.parametrize("name", ASKED)
def test_settings_that_change_a_number_are_named(name: str) -> None:
    assert name in Settings.model_fields
    assert f"`{name.upper()}`" in TEXT


def test_the_half_widths_of_every_class_are_the_estimator_s() -> None:
    told: dict[str, str] = {}
    for row in rows_under(METHODOLOGY, "Intervals"):
        told |= {name: row[1] for name in code_in(row[0]) if name in VEHICLE_CLASSES}
    assert set(told) == {*PLAIN_HGV_CLASSES, *VAN_CLASSES, "motorbike", "car", "rail_freight"}
    assert {name: f"{classes.HALF_WIDTH[name] * 100:.0f} %" for name in told} == told
    others = {row[0]: row[1] for row in rows_under(METHODOLOGY, "Intervals")}
    assert others["electric cars"] == _percent(classes.ELECTRIC_CAR_HALF_WIDTH)
    assert others["plug-in hybrids"] == _percent(classes.PLUG_IN_HALF_WIDTH)
    assert others["electric vans; electric lorries"].startswith(_percent(classes.ELECTRIC_HALF_WIDTH))
    assert (
        others["measured fuel, billed gas, fuel by amount"] == _percent(sites.FUEL) == _percent(trips.FUEL_HALF_WIDTH)
    )
    assert others["electricity meter"].startswith(_percent(sites.METER))
    assert others["furnace by rated power"] == _percent(sites.RATED_POWER)
    assert others["cooling by its own COP; by the usual one"] == f"{_percent(sites.OWN_COP)}; {_percent(sites.COP)}"
    assert others["leaks by a screening rate"] == _percent(sites.LEAK)
    assert others["benchmark by volume"] == _percent(sites.VOLUME)


def test_what_an_unknown_load_or_speed_adds_is_worked_out() -> None:
    rows = {code_in(row[0])[0]: row[1:] for row in rows_under(METHODOLOGY, "Trips on fuel") if len(row) == 8}
    assert set(rows) == set(PLAIN_HGV_CLASSES)
    for name, (segment, reference, payload, *widths) in rows.items():
        path = road.road_path(factor_set(), "logistics", name, "diesel")
        assert path.curve is not None
        curve = curves.CURVES[path.curve]
        assert (segment, float(reference)) == (curve.segment, curve.reference_kmh)
        assert payload == f"{path.payload_t:.2f}"
        load, speed = path.load_half_width, path.speed_half_width
        known = [_together(path.half_width, *more) for more in ((), (load,), (speed,), (load, speed))]
        assert widths == [_percent(each) for each in known], name


def test_the_benchmarks_are_the_table_s() -> None:
    table = site_table(DEFAULT_SET)
    rows = {code_in(row[0])[0]: row[1:] for row in rows_under(METHODOLOGY, "Sites") if len(row) == 5}
    assert tuple(sorted(rows)) == tuple(sorted(BUILDING_USES))
    for place, use in enumerate(BUILDING_USES):
        kwh, gas, _, width = rows[use]
        assert float(kwh.removesuffix(" kWh/m²")) == table.uses["kwh_per_m2"][place]
        assert float(gas) == table.uses["gas_kwh_per_m2"][place]
        assert width == _percent(np.expm1(table.uses["log_spread"][place]))


CONSTANTS = {
    "net energy of diesel": f"{road.DIESEL_MJ_PER_LITRE} MJ/litre",
    "usual stops per km": f"exp({curves.STOPS_AT_REST} - {curves.STOPS_PER_KMH} v)",
    "idling lorry": f"{factor_set().find(road.IDLING).direct:g} kg CO2 per hour",
    "free speed in town": f"{trips.FREE_KMH:g} km/h",
    "slowest speed in town": f"{trips.SLOWEST_KMH:g} km/h",
    "loss of speed in the densest traffic": f"{trips.TRAFFIC_LOSS * 100:g} %",
    "speed of usual stops where none is known": f"{trips.USUAL_KMH:g} km/h",
    "speed that an extra stop takes away": (
        f"{road.STOP_KMH['logistics']:g} km/h on legs, {road.STOP_KMH['delivery']:g} km/h on rounds"
    ),
    "engine efficiency": f"{trips.ENGINE_EFFICIENCY * 100:g} %",
    "electric stop: energy lost": f"{trips.ELECTRIC_STOP_LOSS * 100:.0f} % (0.4 / 0.9)",
    "lowest and highest g": f"{curves.LOWEST_RATIO} and {curves.HIGHEST_RATIO}",
    "COP of cooling where none is told": f"{sites.USUAL_COP}",
    "temperature of the cold-store benchmark": f"{sites.COLD_STORE_DEGC:g} °C",
}


@pytest.mark.parametrize("what", CONSTANTS)
def test_constants_are_the_estimator_s(what: str) -> None:
    told = {row[0]: row[1] for row in rows_under(METHODOLOGY, "Constants and assumptions")}
    assert told[what] == CONSTANTS[what]


def test_ranges_of_engines_and_weights_are_the_estimator_s() -> None:
    told = {row[0]: row[1] for row in rows_under(METHODOLOGY, "Constants and assumptions")}
    for name, what in (
        ("cng", "energy of gas engines over diesel"),
        ("hybrid", "energy of hybrid lorries over diesel"),
    ):
        middle, half_range = classes.ENERGY_RATIO[name]
        assert told[what] == f"{middle - half_range:.2f} to {middle + half_range:.2f}"
    lorries = [tare for name, tare in classes.TARE_T.items() if name.startswith("hgv")]
    vans = [classes.TARE_T[name] for name in VAN_CLASSES]
    assert told["kerb weights"] == (
        f"{min(lorries)} to {max(lorries)} t lorries, {min(vans)} to {max(vans)} t vans, "
        f"{classes.TARE_T['car']} t car, {classes.TARE_T['motorbike']} t motorbike"
    )


def test_warming_potentials_operators_and_the_calibration_s_figures_are_told() -> None:
    assert f"(CH4 {account.GWP_CH4:g}, N2O {account.GWP_N2O:g})" in TEXT
    told = {name for row in rows_under(METHODOLOGY, "Scopes and categories") for name in code_in(row[0])}
    assert told == set(Operator)
    assert f"the last {calibrate.WINDOW.days} days" in TEXT
    assert f"over the latest {calibrate.LATEST_TRIPS} trips, at least {calibrate.LEAST_TRIPS}" in TEXT
    assert f"k          = {calibrate.COVERED:g}".replace("0.", ".") + " (n + 1)" in TEXT
    assert "Ratios outside {:g} to {:g}".format(*calibrate.PLAUSIBLE) in TEXT
    assert calibrate.KEPT_OF_CLASS_WIDTH == {"entity": 0.5, "class": 1.0}
    assert "share = .5 for an entity's own trips, 1 for a class" in TEXT


@cache
def _tests_of(file: str) -> frozenset[str]:
    """Names of the tests of one file, with their class's before them where they have one."""
    (path,) = Path(ROOT / "tests").glob(f"**/{file}")
    found, within = set(), ""
    for line in path.read_text().splitlines():
        if match := re.match(r"(    )?(?:async )?(class|def) (\w+)", line):
            indented, kind, name = match.groups()
            within = within if indented else (f"{name}::" if kind == "class" else "")
            found.add(f"{within}{name}" if kind == "def" else name)
    return frozenset(found)


def _percent(half_width: float) -> str:
    return f"{half_width * 100:.0f} %"


def _together(*half_widths: float) -> float:
    return expm1(hypot(*(log1p(each) for each in half_widths)))
