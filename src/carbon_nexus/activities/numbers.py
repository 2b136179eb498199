"""Text to numbers: digits with a decimal point or comma; grouped thousands where they cannot be misread. Pure."""

import polars as pl

from carbon_nexus.activities.mapping import Decimal

_SPACES = " \u00a0\u202f'’"  # between thousands, in several languages
_GROUPS: dict[Decimal, str] = {".": f"[,{_SPACES}]", ",": f"[.{_SPACES}]"}
AMBIGUOUS = r"^[+-]?\d{1,3},\d{3}$"  # 1,234 is 1.234 where commas are decimal


def read_numbers(texts: pl.Series, decimal: Decimal) -> pl.Series:
    """Float64 of each trimmed text; null where it is null or no number. NaN and infinities are read as such.

    With a decimal comma "1.234" is a thousand and more: whoever names the comma, or whose file proves it, means that.
    """
    nothing = pl.repeat(None, texts.len(), dtype=pl.Float64, eager=True)
    read = texts.cast(pl.Float64, strict=False) if decimal == "." else nothing
    left = read.is_null() & texts.is_not_null()
    if not left.any():
        return read
    at = left.arg_true()
    return read.scatter(at, _written_otherwise(texts.gather(at), decimal))


def _written_otherwise(texts: pl.Series, decimal: Decimal) -> pl.Series:
    """Numbers with a decimal comma or with groups of thousands."""
    group = _GROUPS[decimal]
    mark = r"\." if decimal == "." else ","
    shape = rf"^[+-]?(\d+|\d{{1,3}}({group}\d{{3}})+)?({mark}\d+)?([eE][+-]?\d+)?$"
    fits = texts.str.contains(shape) & texts.str.contains(r"\d")
    if decimal == ".":
        fits &= ~texts.str.contains(AMBIGUOUS)
    plain = texts.str.replace_all(group, "").str.replace(mark, ".")
    return plain.cast(pl.Float64, strict=False).set(~fits, None)


def is_ambiguous(texts: pl.Expr) -> pl.Expr:
    """Where a text that was not read with a decimal point may be a decimal comma or a thousands separator."""
    return texts.str.contains(AMBIGUOUS)
