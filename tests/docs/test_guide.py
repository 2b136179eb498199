"""The guide's columns, vehicles, fuels and metrics, and the methodology's formulas and intervals, are the code's."""

from prometheus_client import REGISTRY

from carbon_nexus.activities.model import EVENT_TYPES, FIELDS, Field
from carbon_nexus.activities.recognise import SYNONYMS
from carbon_nexus.emissions.estimate import FORMULAS
from carbon_nexus.emissions.factors import FACTOR_SET
from carbon_nexus.emissions.road import HALF_WIDTH
from carbon_nexus.emissions.vehicles import FUELS, VEHICLE_CLASSES, accepted_fuels, accepted_vehicles
from carbon_nexus.forecasts.model import MODEL_VERSION
from carbon_nexus.kit import metrics
from carbon_nexus.recommendations.library import LIBRARY
from tests.docs.pages import GUIDE, METHODOLOGY, code_in, rows_under


def test_every_column_is_listed_with_unit_and_bounds() -> None:
    told = {code_in(row[0])[0]: row[1:] for row in rows_under(GUIDE, "Columns")}
    assert list(told) == [field.name for field in FIELDS]
    for field in FIELDS:
        meaning, *limits = told[field.name]
        assert limits == _limits(field), field.name
        assert meaning.startswith("required: ") is field.required, field.name
        assert set(SYNONYMS.get(field.name, ())) == set(code_in(meaning.partition("also read:")[2])), field.name
    assert set(EVENT_TYPES) <= set(code_in(told["event_type"][0]))


def test_every_vehicle_class_and_fuel_is_listed_and_every_name_is_accepted() -> None:
    vehicles, fuels = (code_in(part) for part in _vehicles_and_fuels())
    assert set(VEHICLE_CLASSES) <= set(vehicles) <= {*accepted_vehicles(), "vehicle_type"}
    assert set(FUELS) <= set(fuels) <= {*accepted_fuels(), "fuel_type"}


def test_every_metric_is_listed() -> None:
    names = {code_in(row[0])[0].removesuffix("_total") for row in rows_under(GUIDE, "Running it in earnest")}
    assert metrics.REQUESTS
    assert names == {metric.name for metric in REGISTRY.collect() if metric.name.startswith("carbon_nexus_")}


def test_every_formula_is_listed() -> None:
    told = [method for row in rows_under(METHODOLOGY, "Formulas") for method in code_in(row[0])]
    assert sorted(told) == sorted(FORMULAS)


def test_the_intervals_are_those_of_the_estimator() -> None:
    told = {name: row[1] for row in rows_under(METHODOLOGY, "Tiers") for name in code_in(row[0])}
    assert {"hgv_rigid_to_7.5t", "hgv_artic_over_33t", "rail_freight", "car"} <= set(told)
    for vehicle, shown in told.items():
        assert shown.startswith(f"{HALF_WIDTH[vehicle] * 100:.0f} %"), vehicle


def test_the_sets_and_versions_are_named() -> None:
    head = METHODOLOGY.read_text().partition("## ")[0]
    assert {FACTOR_SET, LIBRARY, MODEL_VERSION} <= set(code_in(head))


def _limits(field: Field) -> list[str]:
    return [field.unit, f"{field.low:,.0f}", f"{field.high:,.0f}"] if field.unit else ["", "", ""]


def _vehicles_and_fuels() -> tuple[str, str]:
    section = GUIDE.read_text().partition("### Vehicles and fuels\n")[2].partition("\n## ")[0]
    vehicles, fuels, *_ = section.strip().split("\n\n")
    return vehicles, fuels
