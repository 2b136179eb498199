"""How numbers and dates are written, by proof in the values. What proves nothing is asked, not guessed."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from carbon_nexus.activities.mapping import Dates, Decimal
from carbon_nexus.activities.model import shown
from carbon_nexus.mappings.model import problem
from carbon_nexus.mappings.names import words

# A number with a decimal point, thousands in commas; and one with a decimal comma, thousands in points. A text that is
# only one of the two is proof of it; "1,234" and "1.234" are both.
_POINT = r"^[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$"
_COMMA = r"^[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d*)(?:,\d+)?(?:[eE][+-]?\d+)?$"
_SPACES = r"[\s\u00a0\u202f'’]"  # between thousands, in French and Swiss files
_ISO = r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\D|$)"
_PARTS = r"^(?<a>\d{1,2})(?<sign>[./-])(?<b>\d{1,2})[./-](?<c>\d{4}|\d{2})(?:\D|$)"
_HAS_OFFSET = r"(?:[zZ]|:\d{2}(?:[.,]\d+)? ?[+-]\d{2}(?::?\d{2})?)$"
_SECONDS, _MILLISECONDS, _DAYS = r"^\d{10}(?:\.\d+)?$", r"^\d{13}$", r"^\d{5}(?:\.\d+)?$"
_DATE_WORDS = "YMD for 2026-03-18, DMY for 18/03/2026, MDY for 03/18/2026"


@dataclass(frozen=True)
class Written:
    """What was found: the decimal sign or the order of dates (null: it has to be told), notes, and the problem."""

    decimal: Decimal | None = None
    dates: Dates | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[dict[str, Any], ...] = ()


def decimal_sign(numbers: pl.Series) -> Written:
    """The decimal sign of number texts, trimmed and without missing ones; a point where nothing needs one."""
    signed = numbers.filter(numbers.str.contains("[.,]"))
    if signed.is_empty():
        return Written(decimal=".")
    bare = signed.str.replace_all(_SPACES, "")
    point, comma = bare.str.contains(_POINT), bare.str.contains(_COMMA)
    by_point, by_comma = _first(signed, point & ~comma), _first(signed, comma & ~point)
    either = point & comma
    thousand = _first(signed, either & bare.str.contains(",", literal=True))
    if by_point and by_comma:
        return _ask_decimal(by_comma, f"has a decimal comma, '{by_point}' a decimal point")
    if by_comma:
        return Written(decimal=",", notes=(f"numbers have a decimal comma, as in '{by_comma}'",))
    if by_point:
        return Written(decimal=".", notes=(f"numbers have a decimal point, as in '{by_point}'",))
    if thousand:
        return _ask_decimal(thousand, "can be a whole number or have three decimals, and no other number shows which")
    plain = _first(signed, either)
    return Written(decimal=".", notes=(f"numbers such as '{plain}' are read with a decimal point",) if plain else ())


def date_order(moments: pl.Series, name: str) -> Written:
    """How the date texts of column `name`, trimmed and without missing ones, are to be read.

    The commonest kind of text decides whether they are dates or numbers; a stray value is for its row's check.
    """
    iso = moments.str.contains(_ISO)
    if iso.all():
        return Written(dates=Dates.YMD)
    kinds = {
        "date": iso | moments.str.contains(_PARTS),
        "seconds": moments.str.contains(_SECONDS),
        "milliseconds": moments.str.contains(_MILLISECONDS),
        "days": moments.str.contains(_DAYS),
    }
    kind = max(kinds, key=lambda each: int(kinds[each].sum()))
    first = _first(moments, kinds[kind])
    if kind == "date" or first is None:
        return _parts_order(moments)
    if kind == "days":
        rule = "is a day number of a spreadsheet, which says neither zone nor calendar"
        return _ask_dates(first, rule, "Format the column as date and time, and save it again.")
    return _epoch(kind, first, name)


def zone_note(moments: pl.Series) -> str | None:
    """The note that times without an offset are taken as UTC, if there are any."""
    local = moments.filter(~moments.str.contains(_HAS_OFFSET))
    bare = _first(local, local.str.contains(_ISO) | local.str.contains(_PARTS))
    return f"times without an offset, such as '{bare}', are taken as UTC" if bare else None


def _epoch(kind: str, first: str, name: str) -> Written:
    """Numbers since 1970 are read as such where the header says so."""
    dates = Dates.EPOCH_S if kind == "seconds" else Dates.EPOCH_MS
    said = set(words(name))
    in_ms, in_s = said & {"ms", "millis", "milliseconds"}, said & {"s", "sec", "seconds"}
    if (in_ms if kind == "milliseconds" else in_s) or (said & {"epoch", "unix", "unixtime"} and not in_ms | in_s):
        return Written(
            dates=dates, notes=(f"'{first}' is read as {kind} since 1970, as the name '{shown(name)}' says",)
        )
    rule = f"looks like {kind} since 1970, but no name says so"
    return _ask_dates(first, rule, f"Say dates={dates} if it is; otherwise write dates like 2026-03-18T14:30:00Z.")


def _parts_order(moments: pl.Series) -> Written:
    """Day and month by a part above 12; with dots the day comes first. ISO dates need no order."""
    parts = moments.alias("text").to_frame().with_columns(pl.col("text").str.extract_groups(_PARTS).alias("parts"))
    parts = parts.unnest("parts").drop_nulls("a").with_columns(pl.col("a", "b").cast(pl.Int64))
    fits = parts.select("text", **_fitting()).filter(pl.any_horizontal("DMY", "MDY"))
    if fits.is_empty():
        return Written(dates=Dates.YMD)
    texts, (dmy, mdy, ymd) = fits["text"], (fits[order] for order in ("DMY", "MDY", "YMD"))
    not_dmy, not_mdy = _first(texts, ~dmy), _first(texts, ~mdy)
    if not_dmy and not_mdy:
        return _ask_dates(not_mdy, f"begins with the day, '{not_dmy}' with the month")
    if not_dmy is None and not_mdy is None:
        return _ask_dates(str(shown(texts[0])), "can be read as day/month and month/day, and no other date shows which")
    if ymd.all():
        rule = "can begin with the day or with a year of two digits, and no other date shows which"
        return _ask_dates(str(shown(texts[0])), rule)
    order, proof, first = (Dates.DMY, not_mdy, "day") if not_mdy else (Dates.MDY, not_dmy, "month")
    return Written(dates=order, notes=(f"dates begin with the {first}, as in '{proof}'",))


def _fitting() -> dict[str, pl.Expr]:
    """Whether the parts a, b, c of a date can be day, month, year; month, day, year; two-digit year, month, day."""
    a, b, c, dotted = pl.col("a"), pl.col("b"), pl.col("c"), pl.col("sign") == "."
    dmy = a.is_between(1, 31) & b.is_between(1, 12)
    short_year = (c.str.len_chars() == 2) & ~dotted
    return {
        "DMY": dmy,
        "MDY": a.is_between(1, 12) & b.is_between(1, 31) & ~(dotted & dmy),
        "YMD": short_year & b.is_between(1, 12) & c.cast(pl.Int64).is_between(1, 31),
    }


def _first(texts: pl.Series, where: pl.Series) -> str | None:
    """The first of the texts for which it holds, as it may be repeated."""
    found = texts.filter(where).head(1).to_list()
    return shown(found[0]) if found else None


def _ask_decimal(value: str, rule: str) -> Written:
    remedy = "Say decimal=, or decimal=. for the whole file."
    loc = ("mapping", "decimal")
    return Written(problems=(problem("ambiguous_number", loc, value, rule, remedy, f"Number '{value}'"),))


def _ask_dates(value: str, rule: str, remedy: str = f"Say dates for the whole file: {_DATE_WORDS}.") -> Written:
    loc = ("mapping", "dates")
    return Written(problems=(problem("ambiguous_date", loc, value, rule, remedy, f"Date '{value}'"),))
