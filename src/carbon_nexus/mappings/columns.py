"""Which received column is which field: as told, else by canonical name, synonym, or name with a unit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from carbon_nexus.activities.model import FIELD_OF, FIELDS, MOST_COLUMNS, REQUIRED, shown
from carbon_nexus.activities.payloads import OURS
from carbon_nexus.files.names import UNUSABLE, is_usable
from carbon_nexus.mappings.model import NOT_THERE, SENT_IN, By, Noun, Told, column_problem, problem
from carbon_nexus.mappings.names import Reading, plain, read, unit_in
from carbon_nexus.mappings.told import nearest

_MOST_NAMED = 30  # names that a message lists


@dataclass(frozen=True)
class Found:
    """The column of a field, how it was found, and the unit as told or as spelled in the name (null: none)."""

    column: str
    by: By
    unit: str | None


@dataclass
class Assigned:
    """Fields with their columns, what was assumed, and what stands in the way; `contested` fields have a problem."""

    found: dict[str, Found] = field(default_factory=dict)
    contested: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)


def unusable(names: Sequence[str], noun: Noun) -> list[dict[str, Any]]:
    """Names that no frame or database can hold: too many, repeated letter by letter, NUL, half a character."""
    if len(names) > MOST_COLUMNS:
        rule, remedy = f"has {len(names)} {noun}s; at most {MOST_COLUMNS} are read", f"Leave out {noun}s."
        sent_in = SENT_IN[noun]
        many = problem(f"too_many_{noun}s", (sent_in,), None, rule, remedy, f"The {sent_in}")
        return [many | {"input": len(names)}]
    bad = [column_problem(f"unusable_{noun}", noun, name, *UNUSABLE) for name in names if not is_usable(name)]
    return bad + [_repeated([name] * count, noun) for name, count in Counter(names).items() if count > 1]


def assign(names: Sequence[str], told: Told, noun: Noun) -> Assigned:
    """A column for each field that has one. Columns of ours and those told for a field are no one else's."""
    done = Assigned()
    _take_told(names, told, noun, done)
    taken = {each.column for each in done.found.values()}
    readings: dict[str, list[tuple[str, Reading]]] = {}
    for name in dict.fromkeys(names):
        reading = read(name) if name not in taken and plain(name) not in OURS else None
        if reading and told.columns.get(reading.field) != NOT_THERE:
            readings.setdefault(reading.field, []).append((name, reading))
    for each in FIELDS:
        if each.name in readings and each.name not in done.found and each.name not in done.contested:
            _choose(each.name, readings[each.name], told, noun, done)
    _require(names, told, noun, done)
    return done


def _take_told(names: Sequence[str], told: Told, noun: Noun, done: Assigned) -> None:
    by_plain = {plain(name): name for name in reversed(names)}
    for field_name, column in told.columns.items():
        if column == NOT_THERE or field_name not in FIELD_OF:
            continue
        by_preset = ("columns", field_name) in told.of_preset
        name = column if column in names else by_plain.get(plain(column))
        if name is not None and plain(name) not in OURS:
            unit = told.units.get(field_name) or unit_in(name, field_name)
            done.found[field_name] = Found(name, "preset" if by_preset else "told", unit)
        elif by_preset and noun == "field":  # events as JSON leave out what they do not have
            continue
        else:
            done.contested.add(field_name)
            done.problems.append(_not_there(field_name, column, names, noun, by_preset))


def _not_there(field_name: str, column: str, names: Sequence[str], noun: Noun, by_preset: bool) -> dict[str, Any]:
    who = "the preset of the source" if by_preset else "the mapping"
    if plain(column) in OURS:
        rule, remedy = f"cannot be {field_name}: it is what we wrote beside rejected rows", f"Name another {noun}."
    else:
        rule = f"is told for {field_name} by {who}, but the {SENT_IN[noun]} has none of that name"
        remedy = f"{nearest(column, list(names))}Correct {who}; found: {_listed(names)}."
    loc = ("mapping", "columns", field_name)
    return problem(f"missing_{noun}", loc, column, rule, remedy, f"{noun.capitalize()} '{shown(column)}'")


def _choose(field_name: str, candidates: list[tuple[str, Reading]], told: Told, noun: Noun, done: Assigned) -> None:
    """Takes one of the columns whose names tell the field, or says why none of them can be taken."""
    named = [each for each in candidates if each[1].by == "name"]
    if field_name in told.constants:
        _beside_constant(field_name, named or candidates, bool(named), noun, done)
        return
    best = named or candidates
    columns = [name for name, _ in best]
    first = min(reading.rank for _, reading in best)
    top = [name for name, reading in best if reading.rank == first]
    if len(best) > 1 and any(reading.unit for _, reading in best):
        done.contested.add(field_name)
        done.problems.append(_two(field_name, columns, noun))
    elif len(top) > 1:
        done.contested.add(field_name)
        done.problems.append(_repeated(top, noun))
    else:
        unit = told.units.get(field_name) or next(reading.unit for name, reading in best if name == top[0])
        done.found[field_name] = Found(top[0], best[0][1].by, unit)
        others = [name for name, _ in candidates if name != top[0]]
        if others:
            done.notes.append(f"{field_name} is read from '{shown(top[0])}'; {_quoted(others)} stays as it came")


def _beside_constant(
    field_name: str, candidates: list[tuple[str, Reading]], named: bool, noun: Noun, done: Assigned
) -> None:
    """A constant contradicts a column with the very name of its field; beside a synonym it counts, with a note."""
    name = candidates[0][0]
    if named:
        rule = f"is in the {SENT_IN[noun]}, and a constant is told for it too"
        done.problems.append(column_problem("constant", noun, name, rule, f"Leave out the constant or the {noun}."))
    else:
        done.notes.append(f"{field_name} is the constant told; '{shown(name)}' stays as it came")


def _two(field_name: str, columns: list[str], noun: Noun) -> dict[str, Any]:
    rule = f"and {noun} {_quoted(columns[1:])} both tell {field_name}" if len(columns) == 2 else ""
    rule = rule or f"and {noun}s {_quoted(columns[1:])} all tell {field_name}"
    remedy = f"Say which one counts: columns {{{field_name}: {shown(columns[0])}}}."
    return column_problem(f"two_{noun}s", noun, columns[0], rule, remedy)


def _repeated(columns: list[str], noun: Noun) -> dict[str, Any]:
    different = list(dict.fromkeys(columns))
    spelled = f", as {_quoted(different)}" if len(different) > 1 else ""
    rule = f"appears {len(columns)} times{spelled}"
    entry = column_problem(f"repeated_{noun}", noun, columns[0], rule, "Keep one of them.")
    return entry | {"loc": [SENT_IN[noun], shown(plain(columns[0]))]}


def _require(names: Sequence[str], told: Told, noun: Noun, done: Assigned) -> None:
    for name in REQUIRED:
        if name not in done.found and name not in done.contested and name not in told.constants:
            done.problems.append(_missing(name, names, noun))


def _missing(name: str, names: Sequence[str], noun: Noun) -> dict[str, Any]:
    told = ", say which column it is (columns), or the text that holds for every row (constants)"
    given = f"Give a {noun} of that name{told if noun == 'column' else ''}"
    remedy = f"{nearest(name, list(names))}{given}; found: {_listed(names)}."
    return problem(
        f"missing_{noun}", (SENT_IN[noun], name), None, "is missing", remedy, f"{noun.capitalize()} '{name}'"
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(str(shown(name)) for name in names[:_MOST_NAMED]) + more or "none"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{shown(name)}'" for name in names[:_MOST_NAMED])
