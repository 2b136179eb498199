"""Units: exact numbers, spellings, and why a unit is refused."""

import math
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.activities.model import FIELD_OF, FIELDS, Field
from carbon_nexus.activities.units import UNITS, UnitRefused, conversion, dimension_of, fits

FIELD_BY_DIMENSION = {dimension_of(field): field for field in FIELDS if dimension_of(field)}
PINT: Any = pint.UnitRegistry()


@pytest.mark.parametrize(
    ("field", "unit", "value", "expected"),
    [
        ("distance_km", "mi", 1, 1.609344), ("distance_km", "Miles", 1, 1.609344), ("distance_km", "m", 1500, 1.5),
        ("distance_km", "ft", 1000, 0.3048), ("distance_km", "yd", 1000, 0.9144), ("distance_km", "nmi", 1, 1.852),
        ("load_kg", "t", 1, 1000), ("load_kg", "metric ton", 1, 1000), ("load_kg", "lbs", 1, 0.45359237),
        ("load_kg", "short_ton", 1, 907.18474), ("load_kg", "long ton", 1, 1016.0469088), ("load_kg", "g", 1, 0.001),
        ("fuel_litres", "L", 1, 1), ("fuel_litres", "ltr", 1, 1), ("fuel_litres", "ml", 1, 0.001),
        ("fuel_litres", "m³", 1, 1000), ("fuel_litres", "us_gallon", 1, 3.785411784),
        ("fuel_litres", "imperial gallons", 1, 4.54609), ("energy_kwh", "Wh", 1000, 1), ("energy_kwh", "MWH", 1, 1000),
        ("energy_kwh", "mwh", 1, 1000), ("energy_kwh", "GWh", 1, 1_000_000), ("energy_kwh", "MJ", 3.6, 1),
        ("gas_kwh", "GJ", 1, 277.77777777777777), ("gas_kwh", "therms", 1, 29.307111111111112),
        ("gas_kwh", "MMBtu", 1, 293.0711111111111), ("energy_kwh", "toe", 1, 11630),
        ("temperature", "°F", 32, 0), ("temperature", "fahrenheit", 212, 100), ("temperature", "K", 0, -273.15),
        ("temperature", "°C", 5, 5), ("speed", "mph", 1, 1.609344), ("speed", "m/s", 1, 3.6), ("speed", "kn", 1, 1.852),
        ("idle_hours", "min", 90, 1.5), ("idle_hours", "minutes", 90, 1.5), ("period_hours", "s", 3600, 1),
        ("shift_hours", "days", 1, 24), ("inventory_volume", "cubic feet", 1, 0.028316846592),
    ],
)  # fmt: skip
def test_numbers_in_the_fields_own_unit(field: str, unit: str, value: float, expected: float) -> None:
    made = conversion(unit, FIELD_OF[field])
    assert value * made.scale + made.offset == pytest.approx(expected, rel=1e-15, abs=1e-13)
    assert conversion(made.unit, FIELD_OF[field]) == conversion(made.unit.upper(), FIELD_OF[field])


@pytest.mark.parametrize(
    ("field", "unit", "words"),
    [
        ("distance_km", "kg", "kg is a mass, distance_km takes a length such as km or mi"),
        ("energy_kwh", "kW", "kW is a power, energy_kwh takes an energy"),
        ("load_kg", "tons", "tons means several units. Name t .*short_ton .*or long_ton"),
        ("gas_kwh", "m3", "needs a calorific value"),
        ("fuel_litres", "kg", "needs a density"),
        ("distance_km", "kilometrs", "is not a known unit. Did you mean km?"),
        ("energy_kwh", "l/100km", "is not a known unit. energy_kwh takes an energy"),
        ("stop_events", "km", "is no unit of stop_events, which counts stops. Leave the unit out."),
        ("traffic_score", "km", "counts points"),
        ("supplier_id", "kg", "has no unit"),
        ("load_kg", "", "is not a known unit"),
        ("load_kg", "x" * 999, "^x{60}… is not"),
    ],
)
def test_what_a_field_cannot_be_in_is_refused_with_the_reason(field: str, unit: str, words: str) -> None:
    with pytest.raises(UnitRefused, match=words):
        conversion(unit, FIELD_OF[field])


@pytest.mark.parametrize(
    ("field", "unit", "noted"),
    [
        ("fuel_litres", "gal", True),
        ("fuel_litres", "US gallons", False),
        ("fuel_litres", "gal (US)", False),
        ("fuel_litres", "imperial_gallon", False),
        ("load_kg", "cwt", True),
    ],
)
def test_a_spelling_of_two_units_is_read_as_one_with_a_note(field: str, unit: str, noted: bool) -> None:
    assert (conversion(unit, FIELD_OF[field]).note is not None) is noted


def test_a_spelling_is_one_unit_of_its_dimension_and_has_its_dimension_in_pint() -> None:
    for dimension, units in UNITS.items():
        by_spelling: dict[str, str] = {}
        for kept, (name, spellings) in units.items():
            for spelling in (kept, *spellings.split(" ")):
                assert by_spelling.setdefault(spelling.lower().replace("_", ""), kept) == kept
            first = next(iter(units.values()))[0]
            assert PINT.Unit(name).is_compatible_with(first), (dimension, kept)


@given(st.sampled_from(sorted(FIELD_BY_DIMENSION.items(), key=str)), st.data(), st.floats(-1e6, 1e6))
def test_conversions_are_those_of_pint(by_dimension: tuple[str, object], data: st.DataObject, value: float) -> None:
    dimension = by_dimension[0]
    field = FIELD_BY_DIMENSION[dimension]
    kept = data.draw(st.sampled_from(sorted(UNITS[dimension])))
    made = conversion(kept, field)
    own = UNITS[dimension][field.unit][0]
    expected = PINT.Quantity(value, UNITS[dimension][kept][0]).to(own).magnitude
    assert math.isclose(value * made.scale + made.offset, expected, rel_tol=1e-9, abs_tol=1e-9)
    assert PINT.Quantity(expected, own).to(UNITS[dimension][kept][0]).magnitude == pytest.approx(value, abs=1e-6)


@given(st.text(max_size=30), st.sampled_from(FIELDS))
def test_any_text_is_converted_or_refused_in_words(unit: str, field: Field) -> None:
    try:
        assert conversion(unit, field).scale > 0
    except UnitRefused as refused:
        assert not fits(unit, field) or unit.casefold().strip("s ") == "ton"
        words = refused.rule, refused.remedy
        assert all(words)
