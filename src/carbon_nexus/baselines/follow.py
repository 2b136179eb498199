"""How unusual an observation is: each series' streaming state, from one batch to the next or over its history. Pure.

Both ways run the same compiled loop (`kernel.run`) over the same columns, so that they come to the same numbers.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from carbon_nexus.baselines.model import PEERS, SERIES, STATE_SCHEMA, Metric

# a day off is like a Sunday: the slot of an hour of week is counted from Monday 00
SUNDAY = 6
OWN_HISTORY = timedelta(days=14)  # of it a series learns its profile by itself, whatever its peers do
MEASURES = ("chance_per_week", "expected", "spread", "shifted", "drifting")


def state_bytes() -> int:
    """How long a state is; one of another length was written by another release."""
    from carbon_nexus.baselines import kernel

    return 4 * kernel.WIDTH


class Followed(NamedTuple):
    """What was seen of each observation, in the order they were given, and the states after them (STATE_SCHEMA)."""

    scores: pl.DataFrame
    states: pl.DataFrame


def intensities(events: pl.DataFrame) -> pl.DataFrame:
    """Events or stored observations as values of their series: kg per unit of activity, null where it tells nothing."""
    usable = (pl.col("activity") > 0) & pl.col("activity").is_finite()
    return events.with_columns(value=pl.when(usable).then(pl.col("co2e_kg") / pl.col("activity")))


def going_on(days: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The known states (STATE_SCHEMA) that these days follow; other series must be made anew.

    A state that has learnt a day already would find it less unusual than it was.
    """
    told = days.filter(pl.col("learn") & pl.col("value").is_not_null())
    late = told.join(known, on=list(SERIES), how="inner").filter(pl.col("event_time") <= pl.col("last_at"))
    return known.join(late, on=list(SERIES), how="anti")


def not_learnt_yet(observations: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The events with `learn` only where their known state (STATE_SCHEMA) has not learnt what followed them.

    What is older is scored by the state as it is, and learnt when the series is made anew at the end of the scan: to
    read the history for each event that comes a minute late would cost more with everybody's stored events.
    """
    last = known.select(*SERIES, pl.col("last_at").alias("_last_at"))
    joined = observations.join(last, on=list(SERIES), how="left", maintain_order="left")
    old = (pl.col("event_time") < pl.col("_last_at")).fill_null(False)
    return joined.with_columns(learn=pl.col("learn") & ~old).drop("_last_at")


def outside(seen: pl.DataFrame, spans: pl.DataFrame) -> pl.Series:
    """Whether each row lies outside the spans (first_event_at to last_event_at) of its subject and metric."""
    subject = ["entity", "entity_type", "event_type", "metric"]
    if spans.is_empty():
        return pl.Series([True], dtype=pl.Boolean).new_from_index(0, seen.height)
    within = pl.col("event_time").is_between("first_event_at", "last_event_at")
    numbered = seen.select(*subject, "event_time").with_row_index("_row")
    inside = numbered.join(spans, on=subject, how="inner").filter(within)["_row"]
    return ~numbered["_row"].is_in(inside.unique().implode())


def follow(
    observations: pl.DataFrame,
    known: pl.DataFrame,
    peers: pl.DataFrame,
    closed: Collection[date] = (),
) -> Followed:
    """Score the observations (of one metric) in the order of their time, each before it is learnt.

    Takes SERIES, event_time, value (null: nothing is told) and learn (False: confirmed not to be usual). A series that
    is not `known` (STATE_SCHEMA) begins with the profile of its `peers` (states, STATE_SCHEMA) while it is young: with
    OWN_HISTORY it begins with nothing, so that its history alone says what becomes of it.
    """
    from carbon_nexus.baselines import kernel  # compiled code: loading it takes a second that few commands need

    ordered = observations.with_row_index("_place").sort("event_time", maintain_order=True)
    series = (
        ordered.select(SERIES)
        .unique(maintain_order=True)
        .join(known, on=list(SERIES), how="left", maintain_order="left")
    )
    states = _begun(series, _young(ordered, series), peers)
    numbers = ordered.join(
        series.select(SERIES).with_row_index("_series"), on=list(SERIES), how="left", maintain_order="left"
    )
    daily = ordered["metric"].first() == Metric.ABSOLUTE
    seen = kernel.run(
        states,
        numbers["_series"].cast(pl.Int64).to_numpy(),
        ordered["event_time"].dt.epoch("us").to_numpy() / 3.6e9,
        ordered.select(slot(closed)).to_series().to_numpy(),
        ordered["value"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        learn=ordered["learn"].to_numpy(),
        daily=daily,
    )
    told = pl.DataFrame({"chance_per_week": seen.chance, "expected": seen.expected, "spread": seen.spread,
                         "shifted": seen.shifted, "drifting": seen.drifting}).fill_nan(None)  # fmt: skip
    scores = told.with_columns(ordered["_place"]).sort("_place").drop("_place")
    return Followed(scores, _after(series, states, ordered))


def slot(closed: Collection[date] = ()) -> pl.Expr:
    """Hour of week of an `event_time`, 0 to 167 from Monday 00 UTC; of a closed day the hour of Sunday."""
    at = pl.col("event_time")
    weekday = pl.when(at.dt.date().is_in(list(closed))).then(SUNDAY).otherwise(at.dt.weekday() - 1)
    return (weekday.cast(pl.Int16) * 24 + at.dt.hour().cast(pl.Int16)).cast(pl.Int16)


def _young(ordered: pl.DataFrame, series: pl.DataFrame) -> pl.DataFrame:
    """Those of the series, numbered by `_row`, that begin here with less than OWN_HISTORY."""
    at = pl.col("event_time").filter(pl.col("learn") & pl.col("value").is_not_null())
    span = ordered.group_by(*SERIES).agg((at.max() - at.min()).alias("_span"))
    begun = series.with_row_index("_row").filter(pl.col("state").is_null()).join(span, on=list(SERIES), how="left")
    return begun.filter((pl.col("_span") < OWN_HISTORY).fill_null(True))


def _begun(
    series: pl.DataFrame, young: pl.DataFrame, peers: pl.DataFrame
) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """The states as an array, a row for each series; young ones begin with the profile of peers that are not."""
    from carbon_nexus.baselines import kernel

    states = kernel.blank(series.height)
    known = series["state"].is_not_null().to_numpy()
    if known.any():
        states[known] = _rows(series["state"].drop_nulls(), kernel.WIDTH)
    others = peers.join(young, on=list(SERIES), how="anti")
    for key, own in young.group_by(*PEERS):
        like = others.filter(*(pl.col(name) == value for name, value in zip(PEERS, key, strict=True)))
        if like.height:
            rows = own["_row"].to_numpy()
            begun = states[rows]
            kernel.prime(begun, _rows(like["state"], kernel.WIDTH))
            states[rows] = begun
    return states


def _rows(states: pl.Series, width: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    return np.frombuffer(b"".join(states.to_list()), np.float32).reshape(-1, width)


def _after(
    series: pl.DataFrame, states: "np.ndarray[tuple[int, int], np.dtype[np.float32]]", ordered: pl.DataFrame
) -> pl.DataFrame:
    learnt = ordered.filter("learn", pl.col("value").is_not_null())
    last = learnt.group_by(*SERIES).agg(pl.col("event_time").max().alias("_latest"))
    rows = series.with_columns(state=pl.Series([row.tobytes() for row in states], dtype=pl.Binary))
    joined = rows.join(last, on=list(SERIES), how="left", maintain_order="left")
    return (
        joined.with_columns(last_at=pl.max_horizontal("last_at", "_latest")).select(*STATE_SCHEMA).drop_nulls("last_at")
    )
