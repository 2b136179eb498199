"""Received names and a sample of their texts to a complete mapping, or to everything that is missing for one."""

from collections.abc import Mapping as Named
from collections.abc import Sequence

import polars as pl

from carbon_nexus.activities.mapping import Mapping
from carbon_nexus.activities.model import FIELD_OF, MOST_COLUMNS, Kind, shown
from carbon_nexus.activities.units import Conversion, UnitRefused, conversion, dimension_of
from carbon_nexus.mappings.columns import Assigned, Found, assign, unusable
from carbon_nexus.mappings.facts import samples_and_fill, texts
from carbon_nexus.mappings.model import ColumnFacts, Noun, Recognised, Told, column_problem, problem
from carbon_nexus.mappings.told import check_told
from carbon_nexus.mappings.writing import Written, date_order, decimal_sign, zone_note

_NUMBERS = (Kind.NUMBER, Kind.COUNT)


def recognise(names: Sequence[str], sample: pl.DataFrame, told: Told, noun: Noun = "column") -> Recognised:
    """How rows with these names are to be read; `sample` holds some of them, as text under their names.

    What is told counts, the rest comes of names and values. Raises nothing: what is missing stands in `problems`.
    """
    problems = [*unusable(names, noun), *check_told(told)]
    if len(names) > MOST_COLUMNS:
        return Recognised(None, (), sample.height, problems=tuple(problems))
    assigned = assign(names, told, noun)
    conversions = _conversions(assigned, told, noun)
    decimal, dates = _decimal(assigned, sample, told), _dates(assigned, sample, told)
    problems += [*assigned.problems, *decimal.problems, *dates.problems]
    notes = (*assigned.notes, *_unit_notes(assigned, conversions, told), *decimal.notes, *dates.notes)
    mapping = None if problems else _mapping(assigned, conversions, told, decimal, dates)
    return Recognised(mapping, _facts(names, sample, assigned, conversions), sample.height, notes, tuple(problems))


def _conversions(assigned: Assigned, told: Told, noun: Noun) -> dict[str, Conversion]:
    """By field with a number column; adds the problems of units in names, and of units told for no column."""
    made = {}
    for name, found in assigned.found.items():
        field = FIELD_OF[name]
        if field.kind in _NUMBERS:
            try:
                made[name] = conversion(found.unit or field.unit, field)
            except UnitRefused as refused:
                if name not in told.units:  # a told unit has had its entry
                    rule, remedy = f"is in {shown(found.unit)}, which {refused.rule}", f"Say the unit. {refused.remedy}"
                    assigned.problems.append(column_problem("unit", noun, found.column, rule, remedy))
    for name, unit in told.units.items():
        nowhere = name in FIELD_OF and not {name} & {*assigned.found, *assigned.contested, *told.constants}
        if nowhere and ("units", name) not in told.of_preset:
            subject, remedy = f"{name} has a unit, '{shown(unit)}', but", f"Leave the unit out, or say the {noun}."
            loc = ("mapping", "units", name)
            assigned.problems.append(problem("unit", loc, unit, f"no {noun} was found for it", remedy, subject))
    return made


def _unit_notes(assigned: Assigned, conversions: Named[str, Conversion], told: Told) -> list[str]:
    notes = []
    for name, made in conversions.items():
        found, field = assigned.found[name], FIELD_OF[name]
        if made.note:
            notes.append(f"{name}: {made.note}")
        if found.by in ("told", "preset") and name not in told.units and made.unit != field.unit:
            notes.append(f"the numbers of '{shown(found.column)}' are taken as {made.unit}, as its name says")
        if found.by == "synonym" and found.unit is None and dimension_of(field):
            notes.append(f"'{shown(found.column)}' names no unit; its numbers are taken as {field.unit}")
    return notes


def _decimal(assigned: Assigned, sample: pl.DataFrame, told: Told) -> Written:
    if told.decimal:
        return Written(decimal=told.decimal)
    fields = [name for name, field in FIELD_OF.items() if field.kind in _NUMBERS]
    given = texts(sample, [assigned.found[name].column for name in fields if name in assigned.found])
    constants = [told.constants[name].strip() for name in fields if name in told.constants]
    return decimal_sign(pl.concat([given, pl.Series("text", constants, dtype=pl.String)]))


def _dates(assigned: Assigned, sample: pl.DataFrame, told: Told) -> Written:
    """The order of dates, with the note on their zone; those of a file without a time column are its constant's."""
    found = assigned.found.get("timestamp")
    constant = told.constants.get("timestamp")
    moments = texts(sample, [found.column]) if found else pl.Series([constant] if constant else [], dtype=pl.String)
    written = Written(dates=told.dates) if told.dates else date_order(moments, found.column if found else "")
    note = None if told.zone else zone_note(moments)
    return Written(dates=written.dates, notes=(*written.notes, *([note] if note else [])), problems=written.problems)


def _mapping(
    assigned: Assigned, conversions: Named[str, Conversion], told: Told, decimal: Written, dates: Written
) -> Mapping:
    assert decimal.decimal is not None
    assert dates.dates is not None
    return Mapping(
        columns={name: found.column for name, found in assigned.found.items()},
        units={name: made.unit for name, made in conversions.items() if made.unit != FIELD_OF[name].unit},
        constants={name: text.strip() for name, text in told.constants.items()},
        decimal=decimal.decimal,
        dates=dates.dates,
        zone=told.zone or "UTC",
    )


def _facts(
    names: Sequence[str], sample: pl.DataFrame, assigned: Assigned, conversions: Named[str, Conversion]
) -> tuple[ColumnFacts, ...]:
    by_column = {found.column: (name, found) for name, found in assigned.found.items()}
    shown_of = samples_and_fill(sample)
    return tuple(_fact(name, by_column.get(name), conversions, *shown_of.get(name, ((), None))) for name in names)


def _fact(
    name: str,
    known: tuple[str, Found] | None,
    conversions: Named[str, Conversion],
    samples: tuple[str, ...],
    filled_pct: float | None,
) -> ColumnFacts:
    if known is None:
        return ColumnFacts(name, samples=samples, filled_pct=filled_pct)
    field, found = known
    made = conversions.get(field)
    unit, scale, offset = (made.unit, made.scale, made.offset) if made else (None, None, None)
    return ColumnFacts(name, field, found.by, unit, scale, offset, samples, filled_pct)
