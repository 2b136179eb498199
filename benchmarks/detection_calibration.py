"""Does the detector keep its promises: the chances it states, the budget of alarms, and a replay of 112 days?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from detection_figures import Figure, found
from detection_rivals import ours, scores
from detection_series import Flags, Series, daily, grid, hourly, labelled, normal_parts

from carbon_nexus.baselines.chance import CHANCES, DAILY_SCORES, HOURLY_SCORES

REPLAYED_DAYS = 112


def of_chance(data: Path) -> Iterator[Figure]:
    """The scores that normal series reach on so many days a week: the tables of chance.py."""
    normal = {
        "hourly, grid zones": (grid(data), HOURLY_SCORES),
        "hourly, normal parts of the buildings": (normal_parts(labelled(data, "building_meters")), HOURLY_SCORES),
        "daily": (daily(data), DAILY_SCORES),
    }
    for name, (series, told) in normal.items():
        days = found(series, scores(series))
        measured = "/".join(f"{days.threshold(chance):.2f}" for chance in CHANCES)
        yield Figure(f"{name}, {days.weeks:,.0f} weeks", measured, "/".join(map(str, told)) + " in chance.py")
    for step in (3, 6, 24):
        rarer = [_every(one, step) for one in grid(data)]
        days = found(rarer, scores(rarer))
        yield Figure(f"grid zones, every {step} h", "/".join(f"{days.threshold(chance):.2f}" for chance in CHANCES))


def _every(one: Series, step: int) -> Series:
    parts = {name: getattr(one, name)[::step] for name in ("hours", "slots", "values", "labels")}
    return replace(one, **parts)


def of_budget(data: Path) -> Iterator[Figure]:
    """Days with an alarm in the second half of normal series, when a budget of them was asked for."""
    for name, series in (
        ("grid zones", grid(data)),
        ("daily", daily(data)),
        ("buildings", normal_parts(labelled(data, "building_meters"))),
    ):
        for budget in (0.1, 0.25, 0.5):
            rates = [_alarm_days(one, scored.chance <= budget) for one, scored in
                     zip(series, ours(series, budget), strict=True)]  # fmt: skip
            mean, worst = float(np.mean(rates)), max(rates)
            judged = name != "buildings"  # their unlabelled faults and holidays count as false
            met = abs(mean / budget - 1) <= 0.15 and worst <= 3 * budget if judged else None
            reach = "mean +-15 %, worst <= 3 x" if judged else ""
            ratio = f"{mean / budget:.2f}, worst {worst / budget:.2f}"
            yield Figure(f"{name}: budget {budget}", f"{mean:.3f}, worst {worst:.3f}", f"{budget}", ratio, reach, met)


def _alarm_days(one: Series, alarm: Flags) -> float:
    half = one.judged & (one.hours >= (one.hours[0] + one.hours[-1]) / 2)
    half &= ~np.isin(one.days, one.days[one.labels])
    return 7 * len(np.unique(one.days[half & alarm])) / len(np.unique(one.days[half]))


def of_replay(data: Path) -> Iterator[Figure]:
    """What the last week expects after a replay of 112 days, beside what it does after the whole history."""
    for name, series, last in (("hourly", hourly(data), 168), ("daily", daily(data), 14)):
        whole = ours(series)
        again = ours([_recent(one) for one in series])
        off = [
            np.abs(part.expected[-last:] / full.expected[-last:] - 1) for part, full in zip(again, whole, strict=True)
        ]
        each = np.concatenate(off)
        typical = np.array([np.nanmedian(one) for one in off])
        for what, value in (
            ("median value", np.nanmedian(each)),
            ("p90 value", np.nanquantile(each, 0.9)),
            ("p99 value", np.nanquantile(each, 0.99)),
            ("series' medians, p99", np.nanquantile(typical, 0.99)),
        ):
            yield Figure(f"{name}: {what}", f"{value:.2%}", "", "", "<= 1 %", bool(value <= 0.01))


def _recent(one: Series) -> Series:
    rows = one.hours >= one.hours[-1] - 24 * REPLAYED_DAYS
    return replace(one, **{name: getattr(one, name)[rows] for name in ("hours", "slots", "values", "labels")})
