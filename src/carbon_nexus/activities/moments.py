"""Text to moments: ISO 8601 dates and times; without a zone they are UTC, an offset is converted."""

import polars as pl

_WHOLE = "%Y-%m-%dT%H:%M:%S%.f"
_SHORTER = ("%Y-%m-%dT%H:%M", "%Y-%m-%d")
_OFFSET = r"^(.+:\d{2}(?:[.,]\d+)?) ?([+-])(\d{2}):?(\d{2})?$"


def read_moments(texts: pl.Series) -> pl.Series:
    """Datetime("us", "UTC") of each trimmed text; null where it is null or no ISO 8601 date or time."""
    plain = texts.str.replace(r"^(\d{4}-\d{2}-\d{2}) ", "${1}T").str.strip_suffix("Z").str.strip_suffix("z")
    read = _local(plain)
    left = read.is_null() & texts.is_not_null()
    if not left.any():
        return read.dt.replace_time_zone("UTC")
    at = left.arg_true()
    return read.scatter(at, _with_offset(plain.gather(at))).dt.replace_time_zone("UTC")


def _local(plain: pl.Series) -> pl.Series:
    read = plain.str.to_datetime(_WHOLE, strict=False, time_unit="us")
    for shape in _SHORTER:
        if read.null_count() == plain.null_count():
            break
        read = read.zip_with(read.is_not_null(), plain.str.to_datetime(shape, strict=False, time_unit="us"))
    return read


def _with_offset(plain: pl.Series) -> pl.Series:
    groups = plain.str.extract_groups(_OFFSET).struct.unnest()
    groups.columns = ["local", "sign", "hours", "minutes"]
    hours, minutes = pl.col("hours").cast(pl.Int64), pl.col("minutes").cast(pl.Int64).fill_null(0)
    ahead = pl.when(pl.col("sign") == "-").then(-1).otherwise(1) * (hours * 60 + minutes)
    legal = (hours <= 14) & (minutes < 60)  # UTC+14 is the farthest zone on earth
    local = _local(groups["local"].str.replace(",", ".", literal=True))
    return groups.select(pl.when(legal).then(pl.lit(local) - pl.duration(minutes=ahead)).alias("moment"))["moment"]
