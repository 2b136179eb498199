"""What stands in for what an event lacks, from the entity's own values, with a measured error and interval. Pure.

Candidates are medians (for meters also by hour of day and day type, and per hour of the period or shift) and a
regression. All guess every known value from the other folds, blocks of the entity's time as real gaps are; what errs
least is taken, and its out-of-fold errors are the interval.
"""

from dataclasses import dataclass

import polars as pl

from carbon_nexus.activities.model import FIELD_OF
from carbon_nexus.gapfills.model import (
    BY_HOUR,
    FEWEST_IN_CELL,
    FEWEST_VALUES,
    FOLDS,
    GROUP_SCHEMA,
    KEY,
    MEDIAN,
    PER,
    REGRESSION,
    REGRESSION_MARGIN,
    too_few,
)
from carbon_nexus.gapfills.regression import regressed
from carbon_nexus.predictions.standins import STAND_IN_SCHEMA

PLAIN = 0  # the candidate that has a guess for every row
FEWEST_BY_SIDE = 39  # from here on 2.5 % of the errors lie below some error, and 2.5 % above another


@dataclass(frozen=True, slots=True)
class Candidate:
    """A median: of the field itself or of its amount per hour (`scaler`), of all values or of those `by_hour`."""

    scaler: str | None = None
    by_hour: bool = False

    @property
    def method(self) -> str:
        of = PER[self.scaler] if self.scaler else MEDIAN
        return of + BY_HOUR.removeprefix(MEDIAN) if self.by_hour else of


@dataclass(frozen=True, slots=True)
class Filled:
    """Stand-ins, rows of STAND_IN_SCHEMA, and what became of each entity's gaps, rows of GROUP_SCHEMA."""

    values: pl.DataFrame
    groups: pl.DataFrame


def candidates(field: str) -> tuple[Candidate, ...]:
    """The medians that are tried for a field, the plain one first."""
    if field != "energy_kwh":
        return (Candidate(),)
    return tuple(Candidate(scaler, by_hour) for scaler in (None, *PER) for by_hour in (False, True))


def fill(own: pl.DataFrame, lacking: pl.DataFrame, field: str) -> Filled:
    """A value for each row of `lacking`, from the rows of `own` with the same KEY; both have ROW_SCHEMA.

    `own` holds measured values alone. An entity with fewer than FEWEST_VALUES of them gets nothing, and the reason. The
    order of the rows does not matter.
    """
    sizes = own.group_by(KEY).agg(own=pl.len().cast(pl.Int64))
    gaps = lacking.group_by(KEY).agg(lacking=pl.len().cast(pl.Int64)).join(sizes, on=KEY, how="left")
    groups = gaps.with_columns(pl.col("own").fill_null(0)).sort(KEY).with_row_index("group")
    fillable = groups.filter(pl.col("own") >= FEWEST_VALUES)
    rows = pl.concat([_in_folds(own, fillable), _in_group(lacking, fillable).with_columns(fold=pl.lit(FOLDS))])
    guesses = _guesses(rows, field)
    judged = _judged(guesses.filter(pl.col("fold") < FOLDS))
    chosen = _chosen(guesses.filter(pl.col("fold") == FOLDS), judged, field)
    methods = [each.method for each in candidates(field)]
    named = chosen.join(fillable.select("group", "own"), on="group").with_columns(
        pl.col("candidate").replace_strict(range(len(methods) + 1), [*methods, REGRESSION]).alias("method"),
        # a regression learns from the events that have what it reads
        pl.when(pl.col("candidate") == len(methods)).then("tried").otherwise("own").alias("sample_size"),
        field=pl.lit(field),
    )
    values = named.sort("event_id").select(pl.col(name).cast(kind) for name, kind in STAND_IN_SCHEMA.items())
    return Filled(values, _told(groups, named, judged, len(methods), field))


def _in_group(rows: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    joined = rows.join(groups.select(*KEY, pl.col("group").cast(pl.Int64)), on=KEY, how="inner").drop(KEY)
    return joined.sort("group", "event_time", "event_id")


def _in_folds(own: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """In FOLDS blocks of time: real gaps are blocks, and what stands beside one must not tell of it."""
    place = pl.int_range(pl.len()) * FOLDS // pl.len()
    return _in_group(own, groups).with_columns(fold=place.over("group").cast(pl.Int32))


def _guesses(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    """Every guess of every candidate, within the field's bounds; `actual` is null where the event lacks it."""
    base = rows.with_columns(_cell().alias("cell"))
    outs = pl.DataFrame({"out": range(FOLDS + 1)}, schema={"out": pl.Int32})
    learnt = base.filter(pl.col("fold") < FOLDS).select(
        "group", "fold", "cell", field, *(PER if field not in PER else ())
    )
    learnt = learnt.join(outs, how="cross").filter(pl.col("fold") != pl.col("out"))
    found = [_medians(learnt, base, each, field) for each in candidates(field)]
    columns = ("group", "event_id", "fold", pl.col(field).alias("actual"))
    parts = [base.select(*columns, value=each, candidate=pl.lit(place)) for place, each in enumerate(found)]
    line = base.select(*columns).join(regressed(rows, field), on="event_id", how="inner")
    parts.append(line.with_columns(candidate=pl.lit(len(found))))
    bounds = FIELD_OF[field]
    return (
        pl.concat(parts).filter(pl.col("value").is_finite()).with_columns(pl.col("value").clip(bounds.low, bounds.high))
    )


def _cell() -> pl.Expr:
    """Hour of day in UTC, weekdays before weekends."""
    time = pl.col("event_time").dt
    return time.hour().cast(pl.Int64) + 24 * (time.weekday() >= 6).cast(pl.Int64)


def _medians(learnt: pl.DataFrame, rows: pl.DataFrame, candidate: Candidate, field: str) -> pl.Series:
    """The candidate's guess for each of the rows, from the folds that the row is not in; null where it has none."""
    amount = pl.when(pl.col(candidate.scaler) > 0).then(candidate.scaler) if candidate.scaler else pl.lit(1.0)
    cell = ["cell"] if candidate.by_hour else []
    rates = learnt.with_columns(rate=pl.col(field) / amount).filter(pl.col("rate").is_finite())
    typical = rates.group_by("group", "out", *cell).agg(pl.col("rate").median(), number=pl.len())
    typical = typical.filter(pl.col("number") >= (FEWEST_IN_CELL if candidate.by_hour else 1))
    asked = rows.select("group", "fold", *cell, amount=amount)
    joined = asked.join(
        typical, left_on=["group", "fold", *cell], right_on=["group", "out", *cell], how="left", maintain_order="left"
    )
    return joined.select(pl.col("rate") * pl.col("amount")).to_series()


def _judged(guesses: pl.DataFrame) -> pl.DataFrame:
    """Each candidate's measured error by group, its share of the plain median's on the same rows, and its interval.

    An interval is a distance from the value, or a multiple of it: whichever is narrower on the known values.
    """
    plain = guesses.filter(pl.col("candidate") == PLAIN).select("event_id", plain="value")
    beside = guesses.join(plain, on="event_id").with_columns(
        off=pl.col("actual") - pl.col("value"),
        ratio=pl.col("actual") / pl.col("value") - 1,
    )
    judged = beside.group_by("group", "candidate").agg(
        error=pl.col("off").abs().mean(),
        plain_error=(pl.col("actual") - pl.col("plain")).abs().mean(),
        tried=pl.len().cast(pl.Int64),
        middle=pl.col("value").mean(),
        positive=(pl.col("value") > 0).all(),
        off=_interval("off"),
        ratio=_interval("ratio"),
    )
    width = pl.col("off").struct.field("high") - pl.col("off").struct.field("low")
    relative = pl.col("ratio").struct.field("high") - pl.col("ratio").struct.field("low")
    return judged.filter(pl.col("tried") >= FEWEST_VALUES).with_columns(
        # of a value that never changes nothing is better than its median
        skill=pl.when(pl.col("error") > 0)
        .then(pl.col("error") / pl.col("plain_error"))
        .otherwise(pl.col("plain_error").sign()),
        multiple=pl.col("positive") & (relative * pl.col("middle") < width),
    )


def _interval(name: str) -> pl.Expr:
    """Low and high of 95 % of the next error, if it comes as these did: the (n + 1) of finite samples.

    Of few errors it is the same distance to both sides, as 2.5 % of them are less than one.
    """
    ordered, sizes, number = pl.col(name).sort(), pl.col(name).abs().sort(), pl.len().cast(pl.Int64)
    outside = (number + 1) // 40
    # of fewer than FEWEST_VALUES it is none, and not used
    reach = sizes.get(pl.min_horizontal(number - (number + 1) // 20, number - 1))
    few = number < FEWEST_BY_SIDE
    low = pl.when(few).then(-reach).otherwise(ordered.get(pl.max_horizontal(outside - 1, pl.lit(0))))
    high = pl.when(few).then(reach).otherwise(ordered.get(pl.min_horizontal(number - outside, number - 1)))
    return pl.struct(low=low, high=high)


def _chosen(wanted: pl.DataFrame, judged: pl.DataFrame, field: str) -> pl.DataFrame:
    """For each row the guess of the candidate that errs least among those that have one, with its interval."""
    bounds, line = FIELD_OF[field], pl.col("candidate") == len(candidates(field))
    handicapped = pl.when(line).then(pl.col("skill") / REGRESSION_MARGIN).otherwise("skill")
    joined = wanted.join(judged, on=["group", "candidate"]).with_columns(rank=handicapped)
    best = joined.sort("event_id", "rank", "candidate").unique("event_id", keep="first", maintain_order=True)
    ends = {
        end: pl.when("multiple")
        .then(pl.col("value") * (1 + pl.col("ratio").struct.field(end)))
        .otherwise(pl.col("value") + pl.col("off").struct.field(end))
        .clip(bounds.low, bounds.high)
        for end in ("low", "high")
    }
    low, high = pl.min_horizontal(ends["low"], "value"), pl.max_horizontal(ends["high"], "value")
    return best.with_columns(low=low, high=high)


def _told(groups: pl.DataFrame, named: pl.DataFrame, judged: pl.DataFrame, line: int, field: str) -> pl.DataFrame:
    """One row per group: GROUP_SCHEMA."""
    most = named.group_by("group", "method", "sample_size").agg(
        part=pl.len(), **{f"typical_{name}": pl.col(name).median() for name in ("value", "low", "high")}
    )
    most = most.sort("group", "part", "method", descending=[False, True, False]).unique("group", keep="first")
    medians = judged.filter(pl.col("candidate") < line).sort("group", "skill", "candidate")
    errors = medians.unique("group", keep="first").select("group", median_error="error")
    lines = judged.filter(pl.col("candidate") == line).select("group", regression_error="error")
    told = groups.with_columns(pl.col("group").cast(pl.Int64))
    for part in (named.group_by("group").agg(filled=pl.len()), most, errors, lines):
        told = told.join(part, on="group", how="left")
    too_short = [too_few(own) if own < FEWEST_VALUES else None for own in told["own"]]
    told = told.with_columns(
        pl.col("filled").fill_null(0), field=pl.lit(field), reason=pl.Series(too_short, dtype=pl.String)
    )
    return told.sort(KEY).select(pl.col(name).cast(kind) for name, kind in GROUP_SCHEMA.items())
