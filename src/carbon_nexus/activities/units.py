"""Units of received numbers: how a unit is spelled, whether it fits a field, and what turns it into the field's own.

Spellings are a closed list, so that text from outside is never parsed as an expression; the scales are Pint's.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from rapidfuzz import fuzz, process

from carbon_nexus.activities.model import Field, shown

# By dimension: the unit as it is kept, its name in Pint, and its other spellings. Case, spaces, dots, degree signs and
# slashes do not matter, accents neither: nobody meters milliwatt-hours, so mwh is the MWh. The unit that fields have as
# their own stands under their word for it.
UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "length": {
        "km": ("kilometer", "kms kilometer kilometers kilometre kilometres kilomètres kilómetros chilometri"),
        "mi": ("mile", "mile miles mls meile meilen milla millas miglio miglia"),
        "m": ("meter", "meter meters metre metres mètres metros metri"),
        "ft": ("foot", "foot feet"),
        "yd": ("yard", "yds yard yards"),
        "nmi": ("nautical_mile", "nm nautical_mile nautical_miles seemeilen"),
    },
    "mass": {
        "kg": ("kilogram", "kgs kilo kilos kilogram kilograms kilogramm kilogrammes kilogramos chilogrammi"),
        "t": ("metric_ton", "to mt tonne tonnes metric_ton metric_tons metric_tonnes tonnen toneladas tonnellate"),
        "lb": ("pound", "lbs pound pounds pfund libras libbre livres"),
        "short_ton": ("short_ton", "short_tons us_ton us_tons"),
        "long_ton": ("long_ton", "long_tons imperial_ton imperial_tons uk_ton uk_tons"),
        "g": ("gram", "gr gram grams gramm grammes gramos grammi"),
        "us_cwt": ("US_hundredweight", "cwt hundredweight us_hundredweight short_hundredweight"),
        "uk_cwt": ("UK_hundredweight", "uk_hundredweight long_hundredweight imperial_cwt imperial_hundredweight"),
    },
    "volume": {
        "litres": ("liter", "l lt ltr ltrs litre liter liters litros litro litri"),
        "ml": ("milliliter", "millilitre millilitres milliliter milliliters"),
        "hl": ("hectoliter", "hectolitre hectolitres hectoliter hektoliter"),
        "m3": (
            "meter**3",
            "cbm cum cubic_metre cubic_metres cubic_meter cubic_meters kubikmeter metri_cubi mètres_cubes",
        ),
        "us_gallon": (
            "gallon",
            "gal gals gallon gallons us_gal us_gallons gal_us gallon_us gallons_us gallonen galones galloni",
        ),
        "imperial_gallon": ("imperial_gallon", "imperial_gallons imp_gal uk_gallon uk_gallons uk_gal gal_uk gal_imp"),
        "ft3": ("foot**3", "cf cuft cu_ft cubic_foot cubic_feet"),
    },
    "energy": {
        "kWh": ("kilowatt_hour", "kwhs kilowatt_hour kilowatt_hours kilowattstunden"),
        "Wh": ("watt_hour", "watt_hour watt_hours wattstunden"),
        "MWh": ("megawatt_hour", "megawatt_hour megawatt_hours megawattstunden"),
        "GWh": ("gigawatt_hour", "gigawatt_hour gigawatt_hours gigawattstunden"),
        "kJ": ("kilojoule", "kilojoule kilojoules"),
        "MJ": ("megajoule", "megajoule megajoules"),
        "GJ": ("gigajoule", "gigajoule gigajoules"),
        "TJ": ("terajoule", "terajoule terajoules"),
        "therm": ("therm", "therms thm"),
        "Btu": ("Btu", "btus"),
        "kBtu": ("kiloBtu", "kbtus"),
        "MMBtu": ("megaBtu", "mmbtus"),
        "kcal": ("kilocalorie", "kilocalorie kilocalories"),
        "toe": ("tonne_of_oil_equivalent", "tonnes_of_oil_equivalent"),
    },
    "speed": {
        "km/h": ("kilometer/hour", "kph kmph km_per_hour kilometers_per_hour kilometres_per_hour stundenkilometer"),
        "mph": ("mile/hour", "mi/h miles/h miles_per_hour"),
        "m/s": ("meter/second", "mps meters_per_second metres_per_second"),
        "kn": ("knot", "kt kts knot knots knoten"),
    },
    "time": {
        "hours": ("hour", "h hr hrs hour std stunde stunden heure heures hora horas ora ore"),
        "min": ("minute", "mins minute minutes minuten minutos minuti"),
        "s": ("second", "sec secs second seconds sek sekunden secondes segundos secondi"),
        "ms": ("millisecond", "millis millisecond milliseconds millisekunden"),
        "days": ("day", "d day tag tage jour jours día días giorno giorni"),
    },
    "temperature": {
        "degC": ("degree_Celsius", "c celsius centigrade deg_celsius degrees_c degrees_celsius grad_c grad_celsius"),
        "degF": ("degree_Fahrenheit", "f fahrenheit deg_fahrenheit degrees_f degrees_fahrenheit grad_fahrenheit"),
        "K": ("kelvin", "kelvin"),
    },
    "power": {"kW": ("kilowatt", "kilowatts"), "MW": ("megawatt", "megawatts"), "W": ("watt", "watts")},
}
_TAKES = {
    "length": "a length such as km or mi",
    "mass": "a mass such as kg, t or lb",
    "volume": "a volume such as litres, m3 or us_gallon",
    "energy": "an energy such as kWh or MWh",
    "speed": "a speed such as km/h or mph",
    "time": "a time such as hours or min",
    "temperature": "a temperature such as degC or degF",
    "power": "a power such as kW",
}
# Spellings of more than one unit, by dimension: they are refused, with what to write instead.
_AMBIGUOUS = {
    "mass": dict.fromkeys(("ton", "tons"), "Name t (1,000 kg), short_ton (907.18 kg) or long_ton (1,016.05 kg)."),
}
# Spellings that are read one way although some mean another, with the words that say so.
_NOTES = {
    (
        "us_gallon",
        "us",
    ): "is read as the US gallon of 3.785 litres; for the imperial gallon of 4.546 litres name the unit"
    " imperial_gallon",
    (
        "us_cwt",
        "us",
    ): "is read as the US hundredweight of 45.36 kg; for the imperial one of 50.80 kg name the unit uk_cwt",
}
# No factor turns one into the other without a property of the substance, and that is not guessed.
_SUBSTANCE = {
    ("gas_kwh", "volume"): ("needs a calorific value to become kWh", "Send the energy as billed, in kWh."),
    ("fuel_litres", "mass"): ("needs a density to become litres", "Send the volume, in litres."),
}
_NEAR_ENOUGH = 70  # of 100; below it a suggestion misleads more than it helps


class UnitRefused(ValueError):
    """A unit that a field's numbers cannot be in; `rule` and `remedy` are the words of an error entry."""

    def __init__(self, unit: str, rule: str, remedy: str) -> None:
        super().__init__(f"{shown(unit)} {rule}. {remedy}")
        self.rule = rule
        self.remedy = remedy


@dataclass(frozen=True)
class Conversion:
    """value * scale + offset is in the field's unit; `unit` is the spelling to keep, `note` what was assumed."""

    unit: str
    scale: float
    offset: float
    note: str | None = None


def conversion(unit: str, field: Field) -> Conversion:
    """How numbers in `unit` become numbers in the field's own unit.

    Raises UnitRefused: unknown, ambiguous, of another dimension, or the field is a bare count or score.
    """
    dimension = dimension_of(field)
    if dimension is None:
        if unit.strip() == field.unit:
            return Conversion(field.unit, 1.0, 0.0)
        what = f"counts {field.unit}" if field.unit else "has no unit"
        raise UnitRefused(unit, f"is no unit of {field.name}, which {what}", "Leave the unit out.")
    spelled = _fold(unit)
    if spelled in _AMBIGUOUS.get(dimension, {}):
        raise UnitRefused(unit, "means several units", _AMBIGUOUS[dimension][spelled])
    kept = _spellings(dimension).get(spelled)
    if kept is None:
        raise _refused(unit, spelled, field, dimension)
    scale, offset = _scale(UNITS[dimension][kept][0], UNITS[dimension][field.unit][0])
    return Conversion(kept, scale, offset, _note(unit, spelled, kept))


def fits(unit: str, field: Field) -> bool:
    """Whether the text names a unit of the field's dimension, an ambiguous one included; needs no Pint."""
    dimension = dimension_of(field)
    if dimension is None:
        return False
    spelled = _fold(unit)
    return spelled in _spellings(dimension) or spelled in _AMBIGUOUS.get(dimension, {})


def dimension_of(field: Field) -> str | None:
    """What the field measures, such as "length"; None where no unit can be converted to its own."""
    return next((dimension for dimension, units in UNITS.items() if field.unit in units), None)


def _refused(unit: str, spelled: str, field: Field, dimension: str) -> UnitRefused:
    """The best reason why the unit cannot be of this dimension."""
    other = next((each for each in UNITS if spelled in _spellings(each) or spelled in _AMBIGUOUS.get(each, {})), None)
    if other is None:
        near = _nearest(spelled, dimension)
        meant = f"Did you mean {near}? " if near else ""
        remedy = f"{meant}{field.name} takes {_TAKES[dimension]}."
        return UnitRefused(unit, "is not a known unit", remedy)
    is_what = _TAKES[other].partition(" such as")[0]
    if (field.name, other) in _SUBSTANCE:
        rule, remedy = _SUBSTANCE[field.name, other]
        return UnitRefused(unit, f"is {is_what}, which {rule}", remedy)
    return UnitRefused(unit, f"is {is_what}, {field.name} takes {_TAKES[dimension]}", "Correct the unit or the column.")


def _nearest(spelled: str, dimension: str) -> str | None:
    found = process.extractOne(spelled, list(_spellings(dimension)), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    return _spellings(dimension)[found[0]] if found else None


def _note(unit: str, spelled: str, kept: str) -> str | None:
    words = _NOTES.get((kept, "us"))
    return f"{shown(unit.strip())} {words}" if words and not ("us" in spelled or "short" in spelled) else None


@cache
def _spellings(dimension: str) -> dict[str, str]:
    """Folded spelling to the unit as it is kept."""
    return {
        _fold(spelling): kept
        for kept, (_, others) in UNITS[dimension].items()
        for spelling in (kept, *others.split(" "))
    }


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.replace("º", "°"))
    return "".join(letter for letter in apart.casefold() if letter.isalnum())


@cache
def _scale(unit: str, target: str) -> tuple[float, float]:
    """Scale and offset from one Pint unit to another, exact to the last digit of a float."""
    if unit == target:
        return 1.0, 0.0
    quantity = _registry().Quantity
    zero, one = (quantity(Fraction(number), unit).to(target).magnitude for number in (0, 1))
    return float(one - zero), float(zero)


@cache
def _registry() -> Any:
    """Pint's units with exact fractions. Made once and only when needed: importing and building take a second."""
    from pint import UnitRegistry

    return UnitRegistry(non_int_type=Fraction)
