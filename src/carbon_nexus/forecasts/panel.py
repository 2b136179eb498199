"""The history of a tenant as arrays: one row a subject or event type, one column a day, NaN where nothing is known.

S subjects (entity, entity_type, event_type), T event types, D days before today.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from carbon_nexus.baselines.days import SUBJECT, WHOLE
from carbon_nexus.baselines.model import METERED
from carbon_nexus.forecasts.model import ENDED_DAYS, LONGEST_HORIZON, PROFILE_DAYS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]

SUNDAY = 6
MOST_OUTAGES = 2  # in eight weeks; silence that comes more often is how trips of that type run


@dataclass(frozen=True)
class Panel:
    """Subjects sorted by their names, event types by theirs."""

    subjects: pl.DataFrame  # SUBJECT, S rows
    event_types: list[str]
    type_of: Index  # of each subject
    first: date
    slots: Index  # weekday, Monday 0, of D days and of those ahead; a closed day is a Sunday
    recorded: Floats  # (S, D), 0 where nothing was
    values: Floats  # (S, D); 0 outside `running`, NaN where a running subject has a gap
    running: Flags  # (S, D), from a subject's first day to its last one; to yesterday if that was within a fortnight
    type_values: Floats  # (T, D), as values
    type_running: Flags


def panel(history: pl.DataFrame, today: date, closed: Collection[date]) -> Panel:
    """A history (HISTORY_SCHEMA, at least one row) of days before `today`.

    Of a meter a day without a row is a gap. Of trips it is zero if another subject of the event type drove that day, if
    nobody did on that weekday in eight weeks, or if all paused more than twice in them. An event type has a gap where
    the meters that are missing usually make more than a quarter of it: a late meter is no saving.
    """
    rows = history.sort("day")
    first: date = rows.item(0, "day")
    days = (today - first).days
    subjects = rows.select(SUBJECT).unique().sort(SUBJECT)
    numbered = rows.join(subjects.with_row_index("row"), on=SUBJECT)
    row, day = numbered["row"].to_numpy(), (numbered["day"] - first).dt.total_days().to_numpy()
    recorded, seen = np.zeros((subjects.height, days)), np.zeros((subjects.height, days), np.bool_)
    np.add.at(recorded, (row, day), numbered["value"].to_numpy())
    seen[row, day] = True
    event_types = subjects["event_type"].unique().sort().to_list()
    type_of = np.searchsorted(event_types, subjects["event_type"].to_list())
    slots = _slots(first, days + LONGEST_HORIZON, closed)
    metered = np.isin(event_types, METERED)
    type_seen = summed(seen, type_of, len(event_types)) > 0
    silent = ~type_seen & ~(metered[:, None] | _resting(type_seen, slots[:days]))
    running, type_running = _running(seen), _running(type_seen)
    gap = running & np.where(metered[type_of, None], ~seen, silent[type_of])
    partly = silent | (metered[:, None] & _missing_much(recorded, seen, running, slots[:days], type_of, metered.size))
    return Panel(
        subjects, event_types, type_of, first, slots, recorded,
        np.where(gap, np.nan, recorded), running,
        np.where(type_running & partly, np.nan, summed(recorded, type_of, len(event_types))), type_running,
    )  # fmt: skip


def summed(values: NDArray[np.generic], index: Index, groups: int) -> Floats:
    """Sums of the rows of each group: (groups, ...)."""
    sums = np.zeros((groups, *values.shape[1:]))
    np.add.at(sums, index, values)
    return sums


def _slots(first: date, days: int, closed: Collection[date]) -> Index:
    slots = (first.weekday() + np.arange(days)) % 7
    shut = [(day - first).days for day in closed if 0 <= (day - first).days < days]
    slots[shut] = SUNDAY
    return slots


def _running(seen: Flags) -> Flags:
    day = np.arange(seen.shape[1])
    first = seen.argmax(axis=1)[:, None]
    last = seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)[:, None]
    late = last + ENDED_DAYS >= seen.shape[1]  # what is silent for longer has ended on its last day
    return np.asarray((day >= first) & ((day <= last) | late))


def _resting(seen: Flags, slots: Index) -> Flags:
    """(T, D): days on which silence is no outage, by the last eight weeks, where there are at least four.

    Weekdays on which nothing was recorded; where the others fell silent more than MOST_OUTAGES times, all days.
    """
    rests = np.zeros_like(seen)
    recent = slice(max(seen.shape[1] - PROFILE_DAYS, 0), None)
    if seen.shape[1] < PROFILE_DAYS // 2:
        return rests
    for slot in range(7):
        ever = np.asarray(seen[:, recent][:, slots[recent] == slot].any(axis=1))
        rests[:, slots == slot] = ~ever[:, None]
    for of_type, rest in zip(seen, rests, strict=True):
        busy = of_type[recent][~rest[recent]]
        rest |= (busy[:-1] & ~busy[1:]).sum() > MOST_OUTAGES
    return rests


def _missing_much(
    recorded: Floats, seen: Flags, running: Flags, slots: Index, type_of: Index, event_types: int
) -> Flags:
    """(T, D): what is missing of the subjects that run and were ever seen on that weekday is over 1 - WHOLE."""
    usual = recorded.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    awaited = running.copy()
    for slot in range(7):
        awaited[:, slots == slot] &= np.asarray(seen[:, slots == slot].any(axis=1))[:, None]
    expected = summed(usual[:, None] * awaited, type_of, event_types)
    present = summed(usual[:, None] * (awaited & seen), type_of, event_types)
    return np.asarray((summed(seen, type_of, event_types) == 0) | (present < WHOLE * expected))
