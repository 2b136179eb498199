"""Text to moments in UTC: ISO 8601; day and month first where the order is named; seconds since 1970. Pure."""

import polars as pl

from carbon_nexus.activities.mapping import Dates
from carbon_nexus.activities.rules import Rule

_WHOLE = "%Y-%m-%dT%H:%M:%S%.f"
_SHORTER = ("%Y-%m-%dT%H:%M", "%Y-%m-%d")
_OFFSET = r"^(.+:\d{2}(?:[.,]\d+)?) ?([+-])(\d{2}):?(\d{2})?$"
_DAYS = {Dates.DMY: "%d/%m/%Y", Dates.MDY: "%m/%d/%Y"}
_TIMES = ("", " %H:%M", " %H:%M:%S%.f", " %I:%M %p", " %I:%M:%S %p")
_SLASHED = r"^\d{1,2}/\d{1,2}/\d{4}"
_DAY_OR_MONTH = r"^\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})\b"
_PER_SECOND = {Dates.EPOCH_S: 1_000_000, Dates.EPOCH_MS: 1_000}
UTC = "UTC"
NAIVE = pl.Datetime("us")


def read_moments(texts: pl.Series, dates: Dates = Dates.YMD, zone: str = UTC) -> pl.DataFrame:
    """For each trimmed text `moment` (in UTC), `zone` and `fault`.

    `moment` is null where the text is, or where it cannot be read; `fault` then is the Rule it breaks, else 0. `zone`
    is the offset or the named zone a time was written in, null for UTC. `zone` the argument holds for times without.
    """
    found = pl.DataFrame({"text": texts, "local": _iso(texts)})
    found = found.with_columns(_in_utc(_ends_in_z(), zone), pl.lit(None, pl.String).alias("offset"))
    left = found["local"].is_null() & found["text"].is_not_null()
    if left.any():
        found = _with_others(found, left.arg_true(), dates, zone)
    return found.select("moment", pl.coalesce("offset", _named(zone)).alias("zone"), _fault(dates).alias("fault"))


def _ends_in_z() -> pl.Expr:
    return pl.col("text").str.ends_with("Z") | pl.col("text").str.ends_with("z")


def _iso(texts: pl.Series) -> pl.Series:
    """ISO texts without an offset, as naive local times."""
    plain = texts.str.replace(r"^(\d{4})[-/](\d{2})[-/](\d{2})[ T]", "${1}-${2}-${3}T").str.strip_suffix("Z")
    plain = plain.str.strip_suffix("z").str.replace(r"^(\d{4})/(\d{2})/(\d{2})$", "${1}-${2}-${3}")
    return _first_that_fits(plain, (_WHOLE, *_SHORTER))


def _first_that_fits(texts: pl.Series, shapes: tuple[str, ...]) -> pl.Series:
    read = texts.str.to_datetime(shapes[0], strict=False, time_unit="us")
    for shape in shapes[1:]:
        if read.null_count() == texts.null_count():
            break
        read = read.zip_with(read.is_not_null(), texts.str.to_datetime(shape, strict=False, time_unit="us"))
    return read


def _in_utc(ends_in_z: pl.Expr, zone: str) -> pl.Expr:
    """`local` in UTC; null where the zone's clocks showed it twice or never."""
    as_utc = pl.col("local").dt.replace_time_zone(UTC)
    if zone == UTC:
        return as_utc.alias("moment")
    there = pl.col("local").dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
    return pl.when(ends_in_z).then(as_utc).otherwise(there.dt.convert_time_zone(UTC)).alias("moment")


def _named(zone: str) -> pl.Expr:
    if zone == UTC:
        return pl.lit(None, pl.String)
    return pl.when(pl.col("local").is_not_null() & ~_ends_in_z()).then(pl.lit(zone))


def _with_others(found: pl.DataFrame, at: pl.Series, dates: Dates, zone: str) -> pl.DataFrame:
    """The rows `at` read as times with an offset, or in the order that was named."""
    texts = found["text"].gather(at)
    moments, offsets = _with_offset(texts)
    local = _ordered(texts, dates)
    more = pl.DataFrame({"local": local}).with_columns(_in_utc(pl.lit(False), zone))
    moments = moments.zip_with(moments.is_not_null(), more["moment"])
    if dates in _PER_SECOND:
        moments = moments.zip_with(moments.is_not_null(), _since_1970(texts, dates))
    return found.with_columns(
        found["moment"].scatter(at, moments),
        found["local"].scatter(at, local),
        found["offset"].scatter(at, offsets),
    )


def _with_offset(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Moments of ISO texts with an offset, and the offsets as +01:00."""
    plain = texts.str.replace(r"^(\d{4})[-/](\d{2})[-/](\d{2})[ T]", "${1}-${2}-${3}T")
    groups = plain.str.extract_groups(_OFFSET).struct.unnest()
    groups.columns = ["local", "sign", "hours", "minutes"]
    hours, minutes = pl.col("hours").cast(pl.Int64), pl.col("minutes").cast(pl.Int64).fill_null(0)
    ahead = pl.when(pl.col("sign") == "-").then(-1).otherwise(1) * (hours * 60 + minutes)
    legal = (hours <= 14) & (minutes < 60)  # UTC+14 is the farthest zone on earth
    local = _first_that_fits(groups["local"].str.replace(",", ".", literal=True), (_WHOLE, *_SHORTER))
    read = groups.with_columns(
        pl.when(legal).then(pl.lit(local) - pl.duration(minutes=ahead)).dt.replace_time_zone(UTC).alias("moment"),
        pl.format("{}{}:{}", "sign", "hours", pl.col("minutes").fill_null("00")).alias("offset"),
    )
    return read["moment"], read["offset"]


def _ordered(texts: pl.Series, dates: Dates) -> pl.Series:
    """Naive times of texts that begin with a day or a month, in the order that was named; else null."""
    if dates not in _DAYS:
        return pl.Series([None], dtype=NAIVE).new_from_index(0, texts.len())
    plain = texts.str.replace(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})", "${1}/${2}/${3}")
    plain = plain.str.replace(r"^(\d{1,2})[./-](\d{1,2})[./-](9\d)(\D|$)", "${1}/${2}/19${3}${4}")  # none before 1990
    plain = plain.str.replace(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{2})(\D|$)", "${1}/${2}/20${3}${4}")
    plain = plain.set(~plain.str.contains(_SLASHED).fill_null(False), None)
    plain = plain.str.to_uppercase().str.replace(r",? +", " ").str.replace(r"(\d)([AP]M)$", "${1} ${2}")
    return _first_that_fits(plain, tuple(_DAYS[dates] + time for time in _TIMES))


def _since_1970(texts: pl.Series, dates: Dates) -> pl.Series:
    numbers = texts.cast(pl.Float64, strict=False)
    usable = numbers.is_between(-1e14, 1e14)  # more does not fit a count of microseconds
    exact = (numbers * _PER_SECOND[dates]).set(~usable.fill_null(False), None).round()
    return exact.cast(pl.Int64, strict=False).cast(NAIVE).dt.replace_time_zone(UTC)


def _fault(dates: Dates) -> pl.Expr:
    unread = pl.col("moment").is_null() & pl.col("text").is_not_null()
    either = pl.col("text").str.contains(_DAY_OR_MONTH) & (dates not in _DAYS)
    return (
        pl.when(~unread)
        .then(pl.lit(int(Rule.FINE), pl.UInt8))
        .when(pl.col("local").is_not_null())
        .then(pl.lit(int(Rule.CLOCK), pl.UInt8))
        .when(either)
        .then(pl.lit(int(Rule.ORDER), pl.UInt8))
        .otherwise(pl.lit(int(Rule.MOMENT), pl.UInt8))
    )
