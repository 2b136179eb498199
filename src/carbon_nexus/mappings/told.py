"""Whether what is told can be meant: known fields, units that convert, a zone that exists. The file is not needed."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from carbon_nexus.activities.model import FIELD_OF, LONGEST_TEXT, MISSING_WORDS, Kind, shown
from carbon_nexus.activities.units import UnitRefused, conversion
from carbon_nexus.mappings.model import NOT_THERE, Told, problem

_NEAR_ENOUGH = 60  # of 100
Problems = Iterator[dict[str, Any]]


def check_told(told: Told, where: str = "mapping") -> list[dict[str, Any]]:
    """One entry for each thing that cannot be meant; `where` is what it was told in, the first part of its place."""
    return [
        *_fields(told, where),
        *_columns(told, where),
        *_units(told, where),
        *_constants(told, where),
        *_zone(told, where),
    ]


def nearest(name: str, known: list[str]) -> str:
    """ "Did you mean X? " with the known name most like it, or nothing."""
    found = process.extractOne(
        name.casefold(), known, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_NEAR_ENOUGH
    )
    return f"Did you mean {shown(found[0])}? " if found else ""


def _fields(told: Told, where: str) -> Problems:
    parts = {"columns": told.columns, "units": told.units, "constants": told.constants}
    for part, by_field in parts.items():
        for name in by_field:
            if name not in FIELD_OF:
                remedy = f"{nearest(name, list(FIELD_OF))}The fields are: {', '.join(FIELD_OF)}."
                loc = (where, part, name)
                yield problem("unknown_field", loc, name, "is not a field of an event", remedy, f"'{shown(name)}'")


def _columns(told: Told, where: str) -> Problems:
    taken: dict[str, str] = {}
    for name, column in told.columns.items():
        if column == NOT_THERE:
            continue
        first = taken.setdefault(column, name)
        if first != name:
            rule, remedy = f"is told for {shown(first)} and {shown(name)}", "Tell it for one of them."
            loc = (where, "columns", name)
            yield problem("told_twice", loc, column, rule, remedy, f"Column '{shown(column)}'")


def _units(told: Told, where: str) -> Problems:
    for name, unit in told.units.items():
        if name not in FIELD_OF:
            continue
        loc = (where, "units", name)
        try:
            conversion(unit, FIELD_OF[name])
        except UnitRefused as refused:
            yield problem("unit", loc, unit, refused.rule, refused.remedy, f"{name}: unit '{shown(unit)}'")
        if told.columns.get(name) == NOT_THERE or (name in told.constants and name not in told.columns):
            rule, remedy = "has no column", "Leave the unit out; a constant is in the field's own unit."
            yield problem("unit", loc, unit, rule, remedy, f"{name} has a unit, '{shown(unit)}', but")


def _constants(told: Told, where: str) -> Problems:
    for name, text in told.constants.items():
        broken = _constant_rule(name, text)
        if told.columns.get(name, NOT_THERE) != NOT_THERE:
            column = shown(told.columns[name])
            broken = f"is also told to be column '{column}'", "Tell one of the two."
        if broken:
            yield problem(
                "constant", (where, "constants", name), text, *broken, f"Constant {shown(name)} '{shown(text)}'"
            )


def _constant_rule(name: str, text: str) -> tuple[str, str] | None:
    """What is wrong with a constant whatever the rows are; numbers and moments are checked with the rows."""
    field = FIELD_OF.get(name)
    if text.strip() in MISSING_WORDS:
        return "is no value", "Give the text that holds for every row."
    if len(text) > LONGEST_TEXT or "\x00" in text:
        return f"must have at most {LONGEST_TEXT} characters, none of them NUL", "Shorten it."
    if field and field.kind is Kind.WORD and field.choices:
        accepted = {*field.choices, *(other for others in field.choices.values() for other in others)}
        if text.strip().lower() not in accepted:
            return f"must be one of {', '.join(field.choices)}", f"Correct the {name.replace('_', ' ')}."
    return None


def _zone(told: Told, where: str) -> Problems:
    if told.zone is not None and told.zone not in _zones():
        remedy = f"{nearest(told.zone, sorted(_zones()))}Name an IANA time zone such as Europe/Berlin or UTC."
        yield problem("zone", (where, "zone"), told.zone, "is not a time zone", remedy, f"Zone '{shown(told.zone)}'")


@cache
def _zones() -> frozenset[str]:
    """The zones there are; read once, as they are files."""
    return frozenset(available_timezones())
