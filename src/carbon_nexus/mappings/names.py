"""What a received name says by itself: its field, and the unit that stands in it ("Gewicht [t]", "energy_mwh").

Case, spaces, signs and accents do not matter, and ä, ae and a are one letter.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from carbon_nexus.activities.model import FIELD_OF, FIELDS, Kind
from carbon_nexus.activities.units import dimension_of, fits

_WORD = re.compile(r"[^\W_]+|[%€$£]")  # the signs are kept: "Load (%)" and "Fuel (€)" are no load and no fuel
_SMALL_WORDS = frozenset(
    ("of", "the", "de", "du", "des", "d", "la", "le", "el", "del", "di", "dei", "della", "y", "e", "et", "und", "and")
)
_BEFORE_UNIT = frozenset(("in", "en", "unit"))
_MOST_UNIT_WORDS = 3  # miles per hour
_LONGEST_NAME = 200  # a longer name tells nothing, and taking it apart takes long
_ONE_LETTER = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@dataclass(frozen=True)
class Reading:
    """A name read: the field, how it was found, the unit as spelled in it, and its place in the field's list."""

    field: str
    by: Literal["name", "synonym"]
    unit: str | None = None
    rank: int = 0


@dataclass(frozen=True)
class Synonyms:
    """Folded names: `alone` to field and place in its list; `with_unit` to the fields a unit decides between."""

    alone: dict[str, tuple[str, int]]
    with_unit: dict[str, tuple[str, ...]]


def plain(name: str) -> str:
    """A name in lower case with underscores, as the canonical names of the fields are written."""
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def words(name: str) -> list[str]:
    """The words of a name, folded; "distanceKm" has two, "kWh" is one."""
    apart = unicodedata.normalize("NFKD", name.replace("º", "°"))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _WORD.findall(re.sub(r"(?<=[a-z]{2})(?=[A-Z])", " ", bare).casefold())


def key(parts: list[str]) -> str:
    """Words as one, without small words and with one spelling of umlauts: what names are compared by."""
    joined = "".join(part for part in parts if part not in _SMALL_WORDS)
    for two, one in _ONE_LETTER:
        joined = joined.replace(two, one)
    return joined


def read(name: str) -> Reading | None:
    """The field a name tells, None if it tells none. Canonical names come first, then synonyms, then with a unit."""
    if plain(name) in FIELD_OF:
        return Reading(plain(name), "name")
    parts = words(name[:_LONGEST_NAME])
    alone = synonyms().alone.get(key(parts))
    if alone is None:
        return _with_unit(parts)
    field, rank = alone
    return Reading(
        field, "synonym", unit_in(name, field, (-1, 1)) if FIELD_OF[field].kind is Kind.NUMBER else None, rank
    )


def unit_in(name: str, field: str, ends: tuple[int, ...] = (-1,)) -> str | None:
    """The unit at the end (-1) or beginning (1) of a name, as spelled there, if numbers of `field` can be in it."""
    parts = words(name[:_LONGEST_NAME])
    # the longest first: the h of "km/h" is a time, and "cubic feet" are no feet
    counts = range(min(_MOST_UNIT_WORDS, len(parts)), 0, -1)
    units = ("".join(parts[-count:] if end < 0 else parts[:count]) for end in ends for count in counts)
    return next((unit for unit in units if fits(unit, FIELD_OF[field])), None)


def accepted(field: str) -> tuple[str, ...]:
    """The canonical name and every synonym that tells the field without a unit, as they are written."""
    return (field, *_written().get(field, {}).get("alone", ()))


def _with_unit(parts: list[str]) -> Reading | None:
    """The unit at the end ("distance mi") or at the beginning ("km percorsi") of a name whose rest tells a field."""
    for count in range(1, min(_MOST_UNIT_WORDS, len(parts) - 1) + 1):
        for unit, base in ((parts[-count:], parts[:-count]), (parts[:count], parts[count:])):
            while base and base[-1] in _BEFORE_UNIT:
                base = base[:-1]
            for field in _measured(key(base)):
                if fits("".join(unit), FIELD_OF[field]):
                    return Reading(field, "synonym", "".join(unit))
    return None


def _measured(base: str) -> tuple[str, ...]:
    known = synonyms()
    alone = known.alone.get(base)
    return (*((alone[0],) if alone else ()), *known.with_unit.get(base, ()))


@cache
def synonyms() -> Synonyms:
    """The names of synonyms.toml and the fields' own, folded."""
    alone: dict[str, tuple[str, int]] = {}
    with_unit: dict[str, tuple[str, ...]] = {}
    for field in FIELDS:
        lists = _written().get(field.name, {})
        for rank, name in enumerate((field.name, *lists.get("alone", ()))):
            alone.setdefault(key(words(name)), (field.name, rank))
        stems = [field.name.rpartition("_")[0]] if dimension_of(field) and "_" in field.name else []
        for name in (*stems, *lists.get("with_unit", ())):
            with_unit[key(words(name))] = (*with_unit.get(key(words(name)), ()), field.name)
    return Synonyms(alone, with_unit)


@cache
def _written() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "synonyms.toml").read_text("utf-8"))
