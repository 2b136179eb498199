"""What is told of every series beside its numbers: how much history, which model, what is missing."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from carbon_nexus.forecasts.kernel import BOTH, LEVEL, MEAN, ZERO
from carbon_nexus.forecasts.model import ENDED_DAYS, ENOUGH_DAYS, PROFILE_DAYS, Method, Status
from carbon_nexus.forecasts.panel import Flags, Floats, Index, Panel, summed
from carbon_nexus.forecasts.reconcile import Points

METHODS = {LEVEL: Method.WEEKDAY_LEVEL, BOTH: Method.HOLT_WINTERS, MEAN: Method.WEEKDAY_MEAN, ZERO: Method.ZERO}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def lack(known: int, recent: int, alive: int) -> str | None:
    """What is missing for a forecast, in words; None when nothing is.

    Days with a measurement: in all, in the last PROFILE_DAYS, in the last ENDED_DAYS.
    """
    if known < ENOUGH_DAYS:
        return f"{known} days of history; {ENOUGH_DAYS} are needed: {ENOUGH_DAYS - known} more are missing"
    if recent < ENOUGH_DAYS:
        return (
            f"{recent} of the last {PROFILE_DAYS} days have a measurement; {ENOUGH_DAYS} are needed: "
            f"{ENOUGH_DAYS - recent} more are missing"
        )
    return None if alive else f"none of the last {ENDED_DAYS} days has a measurement; 1 more is missing"


def series_of(panel: Panel, entity_of: Index) -> Floats:
    """Values of all series (R, D) in the order of `Points`, NaN where they have none; a rest has none."""
    types, entities = len(panel.event_types), int(entity_of.max()) + 1
    whole = _sums(panel.type_values, panel.type_running, np.zeros(types, np.int64), 1)
    by_entity = _sums(panel.values, panel.running, entity_of, entities)
    own = np.where(panel.type_running, panel.type_values, np.nan), np.where(panel.running, panel.values, np.nan)
    return np.concatenate([whole, own[0], by_entity, own[1], np.full((types, whole.shape[1]), np.nan)])


def _sums(values: Floats, running: Flags, index: Index, groups: int) -> Floats:
    return np.where(summed(running, index, groups) > 0, summed(values, index, groups), np.nan)


def told(panel: Panel, values: Floats, points: Points, entity_of: Index) -> pl.DataFrame:
    """Status, reason, model, history_days, first_day and last_day of all series."""
    known = np.isfinite(values)
    made = points.made[:, -1]
    day = np.arange(values.shape[1])
    counted = pl.DataFrame(
        {
            "status": np.where(made, Status.OK.value, Status.INSUFFICIENT_HISTORY.value),
            "reason": _reasons(panel, known, points, entity_of),
            "model": _models(panel, points, made, int(entity_of.max()) + 1),
            "history_days": known.sum(axis=1),
            "first_day": np.where(known, day, day.size).min(axis=1),
            "last_day": np.where(known, day, -1).max(axis=1),
        },
        schema_overrides={"reason": pl.String, "model": pl.String},
    )
    at = [pl.lit(panel.first) + pl.duration(days=name) for name in ("first_day", "last_day")]
    some = pl.col("history_days") > 0
    return counted.with_columns(
        pl.when(some).then(each).alias(name) for each, name in zip(at, ("first_day", "last_day"), strict=True)
    )


def _models(panel: Panel, points: Points, made: Flags, entities: int) -> list[str | None]:
    types = len(panel.event_types)
    own = [METHODS.get(int(each), Method.SUM).value for each in points.methods]
    named = [
        Method.SUM.value,
        *own[:types],
        *[Method.SUM.value] * entities,
        *own[types:],
        *[Method.SHARE.value] * types,
    ]
    return [name if yes else None for name, yes in zip(named, made, strict=True)]


def _reasons(panel: Panel, known: Flags, points: Points, entity_of: Index) -> list[str | None]:
    types, entities = len(panel.event_types), int(entity_of.max()) + 1
    counts = (known.sum(axis=1), known[:, -PROFILE_DAYS:].sum(axis=1), known[:, -ENDED_DAYS:].sum(axis=1))
    rows = [*range(1, 1 + types), *range(1 + types + entities, len(known) - types)]
    slots = panel.slots[known.shape[1] :]
    alone = [
        _without(slots[unseen]) if points.made[row, -1] else lack(*(int(each[row]) for each in counts))
        for row, unseen in zip(rows, points.unseen, strict=True)
    ]
    made = points.made[rows, -1]
    whole = _left_out(panel.event_types, alone[:types], made[:types], np.zeros(types, np.int64), 1)
    names = panel.subjects["event_type"].to_list()
    by_entity = _left_out(names, alone[types:], made[types:], entity_of, entities)
    rests = [None if yes else reason for yes, reason in zip(made[:types], alone, strict=False)]
    return [*whole, *alone[:types], *by_entity, *alone[types:], *rests]


def _without(slots: Index) -> str | None:
    """Names the weekdays on which nothing is known; None when there are none."""
    if not slots.size:
        return None
    days = ", ".join(f"{WEEKDAYS[slot]}s" for slot in sorted(set(slots.tolist())))
    return f"nothing is forecast for {days}: never measured in the last {PROFILE_DAYS} days"


def _left_out(
    names: Sequence[str], reasons: Sequence[str | None], made: Flags, index: Index, groups: int
) -> list[str | None]:
    """Of each sum: which parts it lacks and why, or why it has none at all."""
    lacking: list[list[str]] = [[] for _ in range(groups)]
    some = np.bincount(index[made], minlength=groups) > 0
    for name, reason, group, yes in zip(names, reasons, index.tolist(), made, strict=True):
        if not yes:
            lacking[group].append(f"{name}: {reason}")
    return [
        ("without " if any_made else "") + "; ".join(each) if each else None
        for each, any_made in zip(lacking, some, strict=True)
    ]
