"""A linear regression of a field on the other fields of the same entity's events, robust against outliers. Pure.

Linear, because the entity's own few hundred events decide: on measured trips Huber's regression errs less than
boosted trees (`benchmarks/gapfilling.py`), and takes a tenth of their time.
"""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from carbon_nexus.gapfills.model import FEATURES, FEWEST_REGRESSED, FOLDS

USUALLY_THERE = 0.8  # share of the rows with and of the rows without the value that must have a feature
MOST_ITERATIONS = 500
MOST_LEARNT = 1_000  # events a line is laid through, evenly over time: more move it no further, and take longer
GUESS_SCHEMA: dict[str, pl.DataType] = {"event_id": pl.Int64(), "value": pl.Float64()}

Floats = npt.NDArray[np.float64]
Folds = npt.NDArray[np.int64]


def regressed(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    """A guess for every row that has the features, columns of GUESS_SCHEMA.

    `rows` have `group`, `fold`, `event_time`, FEATURES; those in folds below FOLDS have the field, and are guessed from
    the other folds; those in fold FOLDS have not, and are guessed from all. Guesses stay within the group's values: a
    line goes on for ever, an entity does not. A group with fewer than FEWEST_REGRESSED such rows gets none.
    """
    # imported where it is needed, which takes a second: most processes never fill a gap; before the threads are counted
    from sklearn.linear_model import HuberRegressor  # type: ignore[import-untyped]

    line = HuberRegressor(max_iter=MOST_ITERATIONS)
    # such small matrices are not worth a second thread: several of them wait for each other ten times as long
    with threadpool_limits(1, user_api="blas"):
        # one fit per entity: scikit-learn fits no groups
        parts = [_of_group(group, field, line) for group in rows.partition_by("group", maintain_order=True)]
    return pl.concat([pl.DataFrame(schema=GUESS_SCHEMA), *parts])


def _of_group(rows: pl.DataFrame, field: str, line: Any) -> pl.DataFrame:
    features = [name for name in FEATURES if name != field and _usually_there(rows, name)]
    usable = rows.filter(pl.all_horizontal(pl.col(name).is_finite() for name in features) if features else True)
    fold, known = usable["fold"].to_numpy(), usable[field].to_numpy()
    measured = fold < FOLDS
    if measured.sum() < FEWEST_REGRESSED or np.ptp(known[measured]) == 0:
        return pl.DataFrame(schema=GUESS_SCHEMA)
    told = np.column_stack([*(usable[name].to_numpy() for name in features), *_calendar(usable)])
    guesses = _out_of_fold(told, known, fold, line)
    found = usable.select("event_id", value=pl.Series(guesses).fill_nan(None))
    low, high = known[measured].min(), known[measured].max()
    return found.drop_nulls().with_columns(pl.col("value").clip(low, high)).cast(pl.Schema(GUESS_SCHEMA))


def _usually_there(rows: pl.DataFrame, name: str) -> bool:
    present, fold = pl.col(name).is_finite().fill_null(False), pl.col("fold")
    shares = rows.select(a=present.filter(fold < FOLDS).mean(), b=present.filter(fold == FOLDS).mean()).row(0)
    return all(share is not None and share >= USUALLY_THERE for share in shares)


def _calendar(rows: pl.DataFrame) -> Iterator[Floats]:
    hour = rows["event_time"].dt.hour().to_numpy() * (2 * np.pi / 24)
    yield from (np.sin(hour), np.cos(hour), (rows["event_time"].dt.weekday() >= 6).to_numpy().astype(np.float64))


def _out_of_fold(told: Floats, known: Floats, fold: Folds, line: Any) -> Floats:
    """Guesses for all rows, each from the rows of other folds; NaN where there is no line."""
    guesses = np.full(len(fold), np.nan)
    for out in range(FOLDS + 1):
        learn, ask = (fold != out) & (fold < FOLDS), fold == out
        places = np.flatnonzero(learn)
        if ask.any() and places.size >= FEWEST_REGRESSED // 2:
            some = places[np.unique(np.linspace(0, places.size - 1, MOST_LEARNT).astype(np.int64))]
            guesses[ask] = _laid(told[some], known[some], told[ask], line)
    return guesses


def _laid(told: Floats, known: Floats, asked: Floats, line: Any) -> Floats:
    scale, middle = known.std(), known.mean()
    if scale == 0:
        return np.full(len(asked), middle)
    features, spread = told.mean(axis=0), told.std(axis=0)
    spread[spread == 0] = 1.0
    try:
        with warnings.catch_warnings():
            # a line that is not quite the best is still measured for what it is
            warnings.simplefilter("ignore")
            line.fit((told - features) / spread, (known - middle) / scale)
    except ValueError:  # the solver found none
        return np.full(len(asked), np.nan)
    guesses: Floats = line.predict((asked - features) / spread) * scale + middle
    return guesses
