"""Text rows to typed events: every value is checked against its field's rule, by whole columns.

A row with any refused value is rejected as a whole, with all its problems. Nothing is guessed or corrected beyond
trimming, lower-casing words, reading other spellings of a listed word as that word, reading `null`, `none` and `n/a`
as missing, and converting offsets to UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce

import polars as pl

from carbon_nexus.activities.identity import with_ids
from carbon_nexus.activities.model import (
    EARLIEST_YEAR,
    EVENT_SCHEMA,
    FIELD_OF,
    FUTURE_ALLOWED,
    LONGEST_EXTRA,
    LONGEST_TEXT,
    MISSING_WORDS,
    MOST_ENTRIES,
    Field,
    Kind,
    Problem,
    Reject,
    Rejects,
    Rule,
    explain,
    shown,
)
from carbon_nexus.activities.moments import read_moments
from carbon_nexus.activities.parse import Rows

FLAGS = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}
GIVEN = "given:"  # prefix of the trimmed text beside the typed value of the same field
PAYLOAD = "payload"
ROWS_AT_A_TIME = 200_000  # bounds the scratch memory; larger parts are no faster


@dataclass(frozen=True)
class Checked:
    """`accepted`: EVENT_SCHEMA plus `payload`, the row as received as JSON text where storing it as an event would
    lose something (else null). `rows_read` = accepted + rejected; rows without any value are not counted.
    """

    accepted: pl.DataFrame
    rejected: Rejects
    rows_read: int


def validate(rows: Rows, now: datetime, source: str) -> Checked:
    """Splits rows into typed events and rejects. `source` names the data source of rows that bring none."""
    starts = range(0, max(rows.frame.height, 1), ROWS_AT_A_TIME)
    parts = [_validated(rows.part(start, ROWS_AT_A_TIME), now, source) for start in starts]
    rejected = reduce(Rejects.and_also, (part.rejected for part in parts), rows.ragged)
    accepted = pl.concat([part.accepted for part in parts])
    return Checked(accepted, rejected, sum(part.rows_read for part in parts) + rows.ragged.count)


def _validated(rows: Rows, now: datetime, source: str) -> Checked:
    # a row with nothing in any cell is what spreadsheets leave at the end of a file, not an event
    filled = pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(False)
    has_value = rows.frame.select(filled.alias("has_value"))["has_value"]
    received, lines = rows.frame.filter(has_value), rows.lines.filter(has_value)
    work = _typed(received, rows.columns)
    extra = [name for name in received.columns if name not in rows.columns.values()]
    codes = _codes(work, received, rows.columns, extra, now)
    bad = codes.select(pl.any_horizontal(pl.all() != Rule.FINE).alias("bad"))["bad"]
    rejected = _rejects(bad, codes, received, lines, rows.columns)
    payload = _payloads(received, work, rows.columns, extra)
    accepted = _events(work, source).with_columns(payload).filter(~bad)
    return Checked(with_ids(accepted), rejected, received.height)


def _typed(received: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
    """For each field present its typed value (null where missing or unreadable) and, as GIVEN + name, its text."""
    given = received.select(_given(FIELD_OF[name], column) for name, column in columns.items())
    return given.with_columns(*(_read(FIELD_OF[name], given[GIVEN + name]) for name in columns))


def _given(field: Field, column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    text = text.str.to_lowercase() if field.kind is Kind.WORD else text
    return pl.when(~text.is_in(MISSING_WORDS)).then(text).alias(GIVEN + field.name)


def _read(field: Field, given: pl.Series) -> pl.Series:
    if field.kind is Kind.MOMENT:
        return read_moments(given).alias(field.name)
    if field.kind in (Kind.NUMBER, Kind.COUNT):  # counts stay float until their wholeness is checked
        return given.cast(pl.Float64, strict=False).alias(field.name)
    if field.kind is Kind.FLAG:
        flags = given.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
        return flags.alias(field.name)
    if field.choices:
        other = {spelling: word for word, spellings in field.choices.items() for spelling in spellings}
        words = given.replace(other) if other else given  # what comes out of it is slow to work on
        return pl.select(pl.when(words.is_in(list(field.choices))).then(words).alias(field.name)).to_series()
    return given.alias(field.name)


def _codes(
    work: pl.DataFrame, received: pl.DataFrame, columns: dict[str, str], extra: list[str], now: datetime
) -> pl.DataFrame:
    """The Rule each value breaks (0: none), one column per received column."""
    known = work.select(_code(FIELD_OF[name], now).alias(column) for name, column in columns.items())
    unknown = received.select(_first_broken(_text_rules(pl.col(name), LONGEST_EXTRA)).alias(name) for name in extra)
    return pl.concat([known, unknown], how="horizontal") if extra else known


def _code(field: Field, now: datetime) -> pl.Expr:
    given, value = pl.col(GIVEN + field.name), pl.col(field.name)
    rules: list[tuple[Rule, pl.Expr]] = [(Rule.MISSING, given.is_null())] if field.required else []
    unread = given.is_not_null() & value.is_null()
    match field.kind:
        case Kind.WORD | Kind.TEXT:
            rules += _text_rules(given, LONGEST_TEXT)
            if field.choices:
                rules.append((Rule.CHOICE, unread))
        case Kind.MOMENT:
            rules += [(Rule.MOMENT, unread), (Rule.PAST, value < datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC))]
            rules.append((Rule.FUTURE, value > now + FUTURE_ALLOWED))
        case Kind.NUMBER | Kind.COUNT:
            rules += [(Rule.NUMBER, unread), (Rule.FINITE, ~value.is_finite())]
            rules += [(Rule.LOW, value < field.low), (Rule.HIGH, value > field.high)]
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


def _rejects(
    bad: pl.Series, codes: pl.DataFrame, received: pl.DataFrame, lines: pl.Series, columns: dict[str, str]
) -> Rejects:
    at = bad.arg_true().head(MOST_ENTRIES)
    field_of = {column: name for name, column in columns.items()}
    listed = zip(lines.gather(at), codes[at].iter_rows(named=True), received[at].iter_rows(named=True), strict=True)
    first = tuple(
        Reject(line, tuple(_problem(field_of.get(column), column, Rule(code), values[column])
                           for column, code in broken.items() if code != Rule.FINE))
        for line, broken, values in listed
    )  # fmt: skip
    return Rejects(int(bad.sum()), first)


def _problem(field: str | None, column: str, rule: Rule, value: str | None) -> Problem:
    words, remedy = explain(rule, FIELD_OF[field] if field else None)
    return Problem(field or str(shown(column)), shown(value), words, remedy)


def _payloads(received: pl.DataFrame, work: pl.DataFrame, columns: dict[str, str], extra: list[str]) -> pl.Series:
    """The row as received, as JSON text, where the event does not tell it in full; else null.

    Not told in full are: columns we do not know, words that were spelled otherwise, text read as missing, and times
    with an offset. A row without any of these is kept once, as its event.
    """
    texts = {name: pl.col(column).str.strip_chars() for name, column in columns.items()}
    both = pl.concat([received, work.select(pl.all().name.prefix("typed:"))], how="horizontal")
    given = {name: pl.col(f"typed:{GIVEN}{name}") for name in columns}
    lost = [(pl.col(name).str.strip_chars() != "") for name in extra]
    lost += [(text != "") & given[name].is_null() for name, text in texts.items()]
    lost += [text != pl.col(f"typed:{name}") for name, text in texts.items() if FIELD_OF[name].kind is Kind.WORD]
    lost.append(texts["timestamp"].str.contains(r":\d{2}(?:[.,]\d+)? ?[+-]\d{2}"))
    keep = both.select(pl.any_horizontal(each.fill_null(False) for each in lost).alias("keep"))["keep"]
    kept = received.filter(keep).select(pl.struct(pl.all()).struct.json_encode().alias(PAYLOAD))[PAYLOAD]
    return pl.Series(PAYLOAD, [None], dtype=pl.String).new_from_index(0, received.height).scatter(keep.arg_true(), kept)


def _events(work: pl.DataFrame, source: str) -> pl.DataFrame:
    """The typed columns as EVENT_SCHEMA; what was not received is null, an unnamed source is `source`."""
    columns = [
        (pl.col(name) if name in work.columns else pl.lit(None)).cast(kind, strict=False).alias(name)
        for name, kind in EVENT_SCHEMA.items()
    ]
    events = work.select(columns) if work.width else EVENT_SCHEMA.to_frame()
    return events.with_columns(pl.col("source").fill_null(source), pl.col("simulated").fill_null(False))
