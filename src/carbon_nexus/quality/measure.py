"""What is counted of the rows of an ingest, by day of arrival, supplier, source and entity. Pure."""

from datetime import datetime

import polars as pl

from carbon_nexus.activities.model import LONGEST_TEXT, MISSING_WORDS
from carbon_nexus.emissions.entity import with_entities
from carbon_nexus.quality.model import COUNT_SCHEMA, COUNTS, KEY, MATTERS, MISSING_OF, MOMENT, TIMELY, day_of

MOST_REFUSED_SUPPLIERS = 100  # with rejected rows, in one measurement: a shifted column may hold a new one in every row
READ = (
    "event_type", "supplier_id", "timestamp", "source", "route_id", "warehouse_id", "factory_id", "period_hours",
    "simulated", "is_outlier", *MISSING_OF,
)  # fmt: skip
"""What is read of an event that was stored."""

# the hours of a shift and those of a metering period say the same to an estimate
_TOLD = {"shift_hours": pl.coalesce("shift_hours", "period_hours")}
_MISSING = {
    column: pl.col("event_type").is_in([name for name, fields in MATTERS.items() if field in fields])
    & _TOLD.get(field, pl.col(field)).is_null()
    for field, column in MISSING_OF.items()
}
_MATTERING = pl.col("event_type").replace_strict({name: len(each) for name, each in MATTERS.items()}, default=None)
_PERIOD = pl.duration(seconds=pl.col("period_hours").fill_null(0) * 3600)
# made once: making them takes as long as counting one event does
_COUNTED = (
    pl.col("arrived_at").dt.truncate("1d").alias("window_start"),
    *(pl.col(name) for name in KEY[1:]),
    pl.lit(1).alias("total_rows"),
    (1 - pl.sum_horizontal(_MISSING.values()) / _MATTERING).alias("complete_rows"),
    pl.col("simulated").fill_null(False).alias("simulated_rows"),
    pl.col("is_outlier").fill_null(False).alias("anomalies_count"),
    pl.lit(0).alias("rejected_rows"),
    pl.lit(0).alias("duplicate_rows"),
    (pl.col("arrived_at") - pl.col("timestamp") > pl.lit(TIMELY) + _PERIOD).alias("late_rows"),
    *(each.alias(column) for column, each in _MISSING.items()),
)
_SUMS = tuple(pl.col(name).sum().cast(kind) for name, kind in COUNTS.items())


def measure(
    stored: pl.DataFrame, duplicates: pl.DataFrame, rejected: pl.DataFrame, source: str, now: datetime
) -> pl.DataFrame:
    """Counts of rows that arrive `now`, one row per KEY: columns of COUNT_SCHEMA, in no order.

    `stored` is an event frame with `is_outlier`, `duplicates` one of accepted rows that were there already; events
    without a source are of `source`. `rejected` has a `supplier_id` as received: its rows are counted under `source`
    and no entity, and under no supplier where none can be told, or beyond the MOST_REFUSED_SUPPLIERS with most of them.
    """
    arrived = stored.select(*READ, pl.lit(now, MOMENT).alias("arrived_at"))
    parts = [measure_stored(arrived, source)] if stored.height else []
    if duplicates.height:
        parts.append(_fate(with_entities(duplicates).with_columns(_source(source)), "duplicate_rows", now))
    if rejected.height:
        parts.append(_fate(_refused(rejected, source), "rejected_rows", now))
    return merged(parts)


def measure_stored(events: pl.DataFrame, source: str) -> pl.DataFrame:
    """Counts of stored events, columns of READ and `arrived_at`: columns of COUNT_SCHEMA, one row per KEY.

    A row is late that arrived more than TIMELY after its time. Where it says which period it covers, that is granted
    too: a monthly reading may bear the first day of its month.
    """
    rows = with_entities(events).select(*_COUNTED)
    sourced = rows.with_columns(_source(source)) if rows["source"].null_count() else rows
    return sourced.group_by(*KEY).agg(*_SUMS)


def merged(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Several counts as one: one row per KEY, everything added up."""
    if len(parts) == 1:
        return parts[0]
    return pl.concat([pl.DataFrame(schema=COUNT_SCHEMA), *parts]).group_by(*KEY).agg(pl.exclude(*KEY).sum())


def _source(source: str) -> pl.Expr:
    return pl.col("source").fill_null(source).alias("source")


def _fate(rows: pl.DataFrame, fate: str, now: datetime) -> pl.DataFrame:
    """Rows of which nothing but this is counted."""
    own = rows.group_by(*KEY[1:]).agg(pl.len().alias(fate))
    counts = own.with_columns(pl.lit(day_of(now), MOMENT).alias("window_start"))
    given = {name: pl.col(name) if name in counts.columns else pl.lit(0) for name in COUNT_SCHEMA}
    return counts.select(given[name].cast(kind).alias(name) for name, kind in COUNT_SCHEMA.items())


def _refused(rejected: pl.DataFrame, source: str) -> pl.DataFrame:
    """Rejected rows by supplier; one that no accepted row could have either is none."""
    name = pl.col("supplier_id").cast(pl.String).str.strip_chars()
    usable = (
        ~name.is_in(MISSING_WORDS) & (name.str.len_chars() <= LONGEST_TEXT) & ~name.str.contains("\x00", literal=True)
    )
    told = rejected.select(pl.when(usable).then(name).alias("supplier_id"))
    most = told.drop_nulls().group_by("supplier_id").len().sort("len", "supplier_id", descending=[True, False])
    listed = most["supplier_id"].head(MOST_REFUSED_SUPPLIERS)
    nothing = pl.lit(None, pl.String)
    return told.select(
        pl.when(pl.col("supplier_id").is_in(listed.implode())).then("supplier_id").alias("supplier_id"),
        pl.lit(source).alias("source"),
        nothing.alias("entity"),
        nothing.alias("entity_type"),
    )
