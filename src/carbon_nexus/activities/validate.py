"""Text rows to typed events: every value is checked against its field's rule, by whole columns. Pure.

A row with any refused value is rejected as a whole, with all its problems. Nothing is guessed or corrected beyond
trimming, lower-casing words, reading other spellings of a listed word as that word, reading `null`, `none` and `n/a`
as missing, and converting units and times as the mapping says.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce

import polars as pl

from carbon_nexus.activities.identity import with_ids
from carbon_nexus.activities.mapping import Mapping
from carbon_nexus.activities.model import (
    EARLIEST_YEAR,
    EVENT_SCHEMA,
    FIELD_OF,
    FUTURE_ALLOWED,
    LONGEST_EXTRA,
    LONGEST_TEXT,
    MISSING_WORDS,
    Field,
    Kind,
)
from carbon_nexus.activities.moments import read_moments
from carbon_nexus.activities.numbers import is_ambiguous, read_numbers
from carbon_nexus.activities.payloads import OURS, payloads
from carbon_nexus.activities.rejects import rejects
from carbon_nexus.activities.rules import Rule
from carbon_nexus.activities.units import conversion
from carbon_nexus.activities.vehicles import plain_names

FLAGS = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}
UNKNOWN = "unknown"  # vehicle and fuel of those who do not know them
NESTED = ('{"', "{}", "[]", "[[", "[{", '["')  # how an object or a list begins that JSON brought as a text
GIVEN = "given:"  # prefix of the trimmed text beside the typed value of the same field


@dataclass(frozen=True)
class Checked:
    """`accepted`: EVENT_SCHEMA plus `payload`, the row as received as JSON text where storing it as an event would
    lose something (else null); `rejected`: REJECT_SCHEMA. Rows without any value are in neither.
    """

    accepted: pl.DataFrame
    rejected: pl.DataFrame

    @property
    def rows(self) -> int:
        """Rows read."""
        return self.accepted.height + self.rejected.height


def validate(
    rows: pl.DataFrame, lines: pl.Series, mapping: Mapping, now: datetime, source: str, *, mapping_is_kept: bool = True
) -> Checked:
    """Splits rows of text into typed events and rejects.

    `lines` is where each row stands; `source` names the data source of rows that bring none. Where the mapping is not
    kept with a job, rows with converted units are kept as received too.
    """
    # a row with nothing in any cell is what spreadsheets leave at the end of a file, not an event
    filled = pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(False)
    has_value = rows.select(filled.alias("has_value"))["has_value"]
    received, lines = (rows, lines) if has_value.all() else (rows.filter(has_value), lines.filter(has_value))
    received = _unquoted(received)
    work = _typed(received, mapping)
    codes = _codes(work, received, mapping, now)
    bad = codes.select(pl.any_horizontal(pl.all() != Rule.FINE).alias("bad"))["bad"]
    rejected = rejects(received.filter(bad), lines.filter(bad), codes.filter(bad), mapping)
    payload = payloads(received, work, mapping, converted=not mapping_is_kept)
    accepted = _events(work, source).with_columns(payload)
    return Checked(with_ids(accepted.filter(~bad) if bad.any() else accepted), rejected)


def _unquoted(received: pl.DataFrame) -> pl.DataFrame:
    """Cells without the quote that our file of rejected rows puts before what a spreadsheet would run as a formula."""
    quoted = [each.name for each in received.iter_columns() if each.str.starts_with("'").any()]
    return received.with_columns(pl.col(name).str.replace(r"^'([=+\-@\t\r])", "${1}") for name in quoted)


def _typed(received: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """For each field that is told its typed value (null where missing or unreadable) and, as GIVEN + name, its text;
    `source_zone`, and as `fault` the rule an unreadable timestamp breaks.
    """
    columns = {name: pl.col(column) for name, column in mapping.columns.items()}
    told = columns | {name: pl.lit(text) for name, text in mapping.constants.items()}
    given = received.select(_given(FIELD_OF[name], text) for name, text in told.items())
    read = [_read(FIELD_OF[name], given[GIVEN + name], mapping) for name in told if FIELD_OF[name].kind != Kind.MOMENT]
    moments = read_moments(given[GIVEN + "timestamp"], mapping.dates, mapping.zone)
    moments = moments.rename({"moment": "timestamp", "zone": "source_zone"})
    return pl.concat([given.with_columns(read), moments], how="horizontal")


def _given(field: Field, text: pl.Expr) -> pl.Expr:
    text = text.str.strip_chars()
    text = text.str.to_lowercase() if field.kind is Kind.WORD else text
    missing = (*MISSING_WORDS, UNKNOWN) if field.names else MISSING_WORDS
    return pl.when(~text.is_in(missing)).then(text).alias(GIVEN + field.name)


def _read(field: Field, given: pl.Series, mapping: Mapping) -> pl.Series:
    if field.kind in (Kind.NUMBER, Kind.COUNT):  # counts stay float until their wholeness is checked
        return _in_its_unit(field, read_numbers(given, mapping.decimal), mapping).alias(field.name)
    if field.kind is Kind.FLAG:
        flags = given.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
        return flags.alias(field.name)
    if field.accepted:
        return _of_its_words(field, given).alias(field.name)
    return given.alias(field.name)


def _in_its_unit(field: Field, numbers: pl.Series, mapping: Mapping) -> pl.Series:
    unit = mapping.units.get(field.name)
    if unit is None:
        return numbers
    found = conversion(unit, field)
    return numbers * found.scale + found.offset


def _of_its_words(field: Field, given: pl.Series) -> pl.Series:
    """The words of a closed list, others null. Looked at once for each different word: there are few."""
    words = given.unique().drop_nulls()
    if field.names:
        fine = words.filter(plain_names(words).is_in(list(field.names)))
        other = dict.fromkeys(set(words) - set(fine))
    else:
        meant = {spelling: word for word, spellings in field.choices.items() for spelling in (word, *spellings)}
        other = {word: meant.get(word) for word in words if meant.get(word) != word}
    return given.replace(other) if other else given


def _codes(work: pl.DataFrame, received: pl.DataFrame, mapping: Mapping, now: datetime) -> pl.DataFrame:
    """The Rule each value breaks (0: none): a column for each field that is told, then one for each other column."""
    field_of = {column: name for name, column in mapping.columns.items()}
    told = [*(field_of[column] for column in received.columns if column in field_of), *mapping.constants]
    known = work.select(_code(FIELD_OF[name], now).alias(f"field:{name}") for name in told)
    extra = [name for name in received.columns if name not in field_of and name not in OURS]
    if not extra:
        return known
    rules = {name: _text_rules(pl.col(name), LONGEST_EXTRA) for name in extra}
    unknown = received.select(_first_broken(broken).alias(f"column:{name}") for name, broken in rules.items())
    return pl.concat([known, unknown], how="horizontal")


def _code(field: Field, now: datetime) -> pl.Expr:
    given, value = pl.col(GIVEN + field.name), pl.col(field.name)
    rules: list[tuple[Rule, pl.Expr]] = [(Rule.MISSING, given.is_null())] if field.required else []
    unread = given.is_not_null() & value.is_null()
    match field.kind:
        case Kind.WORD | Kind.TEXT:
            rules += [*_text_rules(given, LONGEST_TEXT), (Rule.NESTED, given.str.slice(0, 2).is_in(NESTED))]
            if field.accepted:
                rules.append((Rule.CHOICE, unread))
        case Kind.MOMENT:
            rules += [(rule, pl.col("fault") == rule) for rule in (Rule.CLOCK, Rule.ORDER, Rule.MOMENT)]
            rules.append((Rule.PAST, value < datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC)))
            rules.append((Rule.FUTURE, value > now + FUTURE_ALLOWED))
        case Kind.NUMBER | Kind.COUNT:
            rules += [(Rule.GROUPED, unread & is_ambiguous(given)), (Rule.NUMBER, unread)]
            rules += [(Rule.FINITE, ~value.is_finite()), (Rule.LOW, value < field.low), (Rule.HIGH, value > field.high)]
            if field.kind is Kind.COUNT:
                rules.append((Rule.WHOLE, value != value.floor()))
        case Kind.FLAG:
            rules.append((Rule.FLAG, unread))
    return _first_broken(rules)


def _text_rules(text: pl.Expr, longest: int) -> list[tuple[Rule, pl.Expr]]:
    return [(Rule.LONG, text.str.len_chars() > longest), (Rule.NUL, text.str.contains("\x00", literal=True))]


def _first_broken(rules: list[tuple[Rule, pl.Expr]]) -> pl.Expr:
    fine = pl.lit(int(Rule.FINE), dtype=pl.UInt8)
    return reduce(
        lambda rest, rule: pl.when(rule[1]).then(pl.lit(int(rule[0]), dtype=pl.UInt8)).otherwise(rest),
        reversed(rules),
        fine,
    )


def _events(work: pl.DataFrame, source: str) -> pl.DataFrame:
    """The typed columns as EVENT_SCHEMA; what was not received is null, an unnamed source is `source`."""
    columns = [
        (pl.col(name) if name in work.columns else pl.lit(None)).cast(kind, strict=False).alias(name)
        for name, kind in EVENT_SCHEMA.items()
    ]
    return work.select(columns).with_columns(pl.col("source").fill_null(source), pl.col("simulated").fill_null(False))
