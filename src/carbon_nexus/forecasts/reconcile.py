"""Points of every series at every end of history, such that parts add up to their whole.

Event types are forecast on their own series; subjects on theirs, then scaled day by day to their event type less the
rest; entities are the sum of their subjects and the tenant that of its event types. S, T, N: subjects, event types,
entities; E ends (the last one is today), H = 31 days ahead.
"""

from dataclasses import dataclass

import numpy as np

from carbon_nexus.forecasts.kernel import HORIZON, NONE, WEEK, run
from carbon_nexus.forecasts.panel import Flags, Floats, Index, Panel, summed

MOST_ORIGINS = 26
LEAST_STEP = 3  # days between two origins: closer ones tell the same
FIRST_ORIGIN = 14
ROUNDING = 1e-9
MOST_SCALE = 2.0  # of subjects; what their event type has beyond that is no event of theirs


@dataclass(frozen=True)
class Points:
    """`points` (series, E, H) and `errors`, what came less the points (NaN: not known yet, or a gap).

    Series stand in the order tenant (1), event types, entities, subjects, rests. Points are 0 where there is no
    forecast (`made`, (series, E), is False) and on a weekday that was never measured (`unseen`, (series, H), today).
    """

    points: Floats
    errors: Floats
    made: Flags
    unseen: Flags
    methods: Index  # of event types, then subjects, today


def ends_of(days: int) -> Index:
    """Ends of history: as many as 26 past ones that cover it, the last one a week before today, and today."""
    room = days - WEEK - min(56, max(FIRST_ORIGIN, days // 3))
    step = max(LEAST_STEP, room // (MOST_ORIGINS - 1))
    past = days - WEEK - step * np.arange(MOST_ORIGINS)
    return np.append(past[past >= FIRST_ORIGIN][::-1], days)


def step_of(ends: Index) -> int:
    """Days from one past end to the next; a week where there are no two."""
    return int(ends[1] - ends[0]) if len(ends) > 2 else WEEK


def points_of(panel: Panel, entity_of: Index) -> Points:
    """The reconciled points of all series of the panel; `entity_of` numbers each subject's entity."""
    types, ends = len(panel.event_types), ends_of(panel.values.shape[1])
    series = np.concatenate([panel.type_values, panel.values])
    running = np.concatenate([panel.type_running, panel.running])
    own, methods = forecast(np.where(running, series, np.nan), panel.slots, ends)
    made = methods != NONE
    unseen = made[:, :, None] & np.isnan(own)
    own = np.where(made[:, :, None], np.nan_to_num(own), 0.0)
    whole, parts, rest = _reconciled(own[:types], own[types:], made[:types], made[types:], panel, ends)
    entities = int(entity_of.max()) + 1
    of_types = made[:types] | (summed(made[types:], panel.type_of, types) > 0)
    of_entities = summed(made[types:], entity_of, entities) > 0
    tenant = np.zeros(types, np.int64)
    missed = [
        np.where(yes[:, :, None], _came(values, ends) - each, 0.0)
        for yes, values, each in ((of_types, panel.type_values, whole), (made[types:], panel.values, parts))
    ]
    beside = missed[0] - summed(missed[1], panel.type_of, types)
    beside = np.where(np.abs(beside) > ROUNDING * np.abs(whole), beside, 0.0)
    errors = summed(missed[0], tenant, 1), missed[0], summed(missed[1], entity_of, entities), missed[1], beside
    all_points = summed(whole, tenant, 1), whole, summed(parts, entity_of, entities), parts, rest
    all_made = np.concatenate([of_types.any(axis=0)[None], of_types, of_entities, made[types:], of_types])
    known = np.where(all_made[:, :, None], np.concatenate(errors), np.nan)
    return Points(np.concatenate(all_points), known, all_made, unseen[:, -1], methods[:, -1])


def forecast(values: Floats, slots: Index, ends: Index) -> tuple[Floats, Index]:
    """Points (series, E, H) of each series (NaN: a gap) by itself and how they were made; NaN where they were not."""
    points = np.full((len(values), len(ends), HORIZON), np.nan)
    methods = np.zeros((len(values), len(ends)), np.int64)
    run(np.array(values), slots, ends, points, methods)  # a copy: numba would compile anew for one that is read-only
    return points, methods


def _reconciled(
    whole: Floats, parts: Floats, made_whole: Flags, made_parts: Flags, panel: Panel, ends: Index
) -> tuple[Floats, Floats, Floats]:
    """Event types, subjects scaled to them, and the rest.

    That is the share that subjects without points had in the last 7 days, and what subjects with points cannot explain.
    A newcomer takes nothing from the others before its event type has risen by it.
    """
    together = summed(parts, panel.type_of, len(whole))
    whole = np.where(made_whole[:, :, None], whole, together)
    week = np.stack([panel.recorded[:, end - WEEK : end].sum(axis=1) for end in ends], axis=1)
    all_of_type = summed(week, panel.type_of, len(whole))
    of_parts = summed(week * made_parts, panel.type_of, len(whole))
    share = np.where(of_parts > 0, of_parts / np.where(all_of_type > 0, all_of_type, 1.0), 0.0)
    share = np.where(made_whole & (all_of_type > 0), share, 1.0)[:, :, None]
    with_parts = together > ROUNDING * whole
    alone = np.where(with_parts, whole / np.where(with_parts, together, 1.0), 0.0)  # the scale without any rest
    bounded = np.minimum(np.maximum(share * alone, np.minimum(alone, 1.0)), MOST_SCALE)
    rest = np.where(with_parts & (bounded == alone), 0.0, (whole - bounded * together).clip(0))
    return whole, parts * bounded[panel.type_of], rest


def _came(values: Floats, ends: Index) -> Floats:
    """What came on the 31 days from each end on (series, E, H); NaN where it is not known."""
    later = np.pad(values, ((0, 0), (0, HORIZON)), constant_values=np.nan)
    return later[:, ends[:, None] + np.arange(HORIZON)]
