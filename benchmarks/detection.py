"""How well does the streaming detector find what people labelled, how often does it cry wolf, and how fast is it?

    python benchmarks/detection.py [DIRECTORY] [--only labelled|excess|injected|daily|chance|budget|replay|speed]

DIRECTORY holds building_meters_labelled, plant_kpi_labelled, nab_labelled, daily_series and grid_hourly_load (parquet).
Every rule sees the same series in the same run; the first 28 days are not judged. False alarms are days without a label
on which a score passes one threshold for all series, per series and week. The kernel's constants were chosen on the
buildings and the written-in events; plant, KPI and NAB series were not looked at. Reach: DETECTION's targets, as ratios
to the rules of the same run.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from detection_calibration import of_budget, of_chance, of_replay
from detection_figures import Figure, Found, average_precision, compared, found, roc_auc, runs, vus_pr
from detection_rivals import holt_winters, isolation_forest, median_and_mad, ours, ratio_to_mean, scores, two_sided
from detection_series import (
    DAILY_KINDS,
    DATA,
    HOURLY_KINDS,
    Floats,
    Kind,
    Series,
    daily,
    hourly,
    injected,
    labelled,
)
from detection_speed import ENTITIES, megabytes, one_by_one_per_second, streamed_per_second, tick_ms
from rich.console import Console
from rich.table import Table
from servers import machine

from carbon_nexus.baselines import kernel

CRITICAL_RATIO, CRITICAL_CHANCE = 1.5, 0.05

Rule = Callable[[Sequence[Series]], list[Floats]]


def _each(rule: Callable[[Series], Floats]) -> Rule:
    return lambda series: [rule(one) for one in series]


RULES: dict[str, Rule] = {
    "kernel": scores,
    "median and MAD by hour and day type": _each(median_and_mad),
    "Holt-Winters, a week": _each(holt_winters),
    "ratio to the mean (original)": _each(ratio_to_mean),
}


def of_labelled(data: Path) -> Iterator[Figure]:
    """Labelled series: average precision, ROC AUC, VUS-PR and events found, of every rule."""
    for name in ("building_meters", "plant_kpi", "nab"):
        series = [one for one in labelled(data, name) if one.judged.any() and one.labels[one.judged].any()]
        by_rule = {rule: [np.abs(score) for score in of(series)] for rule, of in RULES.items() if "ratio" not in rule}
        by_rule["ratio to the mean, two-sided"] = [two_sided(ratio_to_mean(one)) for one in series]
        by_rule["ratio to the mean (original)"] = [ratio_to_mean(one) for one in series]
        by_rule["Isolation Forest (sees the future)"] = [isolation_forest(one) for one in series]
        precision = {rule: average_precision(series, score) for rule, score in by_rule.items()}
        for rule, score in by_rule.items():
            events = found(series, score)
            yield Figure(
                f"{name}: {rule}",
                f"AP {precision[rule]:.3f}, VUS-PR {vus_pr(series, score):.3f}, AUC {roc_auc(series, score):.3f}",
                f"events found at 0.1: {events.recall(0.1):.2f}, at 0.5: {events.recall(0.5):.2f}",
            )
        if name == "building_meters":
            for rule, least in (
                ("median and MAD by hour and day type", 1.2),
                ("Isolation Forest (sees the future)", 1.2),
            ):
                yield compared("buildings, average precision", precision["kernel"], precision[rule], least, name=rule)


def _excesses(series: Sequence[Series]) -> list[Series]:
    """Labelled events above the usual (by the median rule, which is not ours); deficits are not judged."""
    return [_excess(one, median_and_mad(one)) for one in series]


def _excess(one: Series, z: Floats) -> Series:
    above = np.zeros(len(one.labels), np.bool_)
    for first, end in runs(one.labels):
        above[first:end] = np.nansum(z[first:end]) > 0
    return replace(one, labels=above, values=np.where(one.labels & ~above, np.nan, one.values))


def of_excess(data: Path) -> Iterator[Figure]:
    """Excess alone, which is what a hotspot is: false alarms at a recall; the critical level against the original's."""
    series = labelled(data, "building_meters")
    judged = _excesses(series)
    events = {rule: found(judged, of(series)) for rule, of in RULES.items()}
    yield Figure("excess events", str(len(events["kernel"].events)))
    for recall in (0.5, 0.7):
        ratio = events["ratio to the mean (original)"].false_days_at(recall)
        what = f"false-alarm days a week at {recall:.0%} recall"
        most = 0.25 if recall == 0.5 else None
        yield compared(what, events["kernel"].false_days_at(recall), ratio, most=most, name="ratio (original)")
    for rule, one in events.items():
        yield Figure(f"{rule}: recall at 0.1 and 0.5", f"{one.recall(0.1):.3f} and {one.recall(0.5):.3f}")
    critical = found(judged, [_critical(one, scored) for one, scored in zip(series, ours(series), strict=True)])
    original = found(judged, [ratio_to_mean(one) - CRITICAL_RATIO for one in series])
    for what, least, value, reference in (
        ("critical: recall", 0.95, _recall_at_zero(critical), _recall_at_zero(original)),
        ("critical: false-alarm days a week", None, _false_days_at_zero(critical), _false_days_at_zero(original)),
    ):
        yield compared(what, value, reference, least, None if least else 1 / 15, "ratio >= 1.5 (original)")


def _critical(one: Series, scored: kernel.Scored) -> Floats:
    """Above zero where the product says critical: half as much again as usual, and rare by chance."""
    by_ratio = one.values / scored.expected / CRITICAL_RATIO - 1
    return np.where(scored.chance <= CRITICAL_CHANCE, by_ratio + 1e-9, -1.0)


def _recall_at_zero(events: Found) -> float:
    return float(np.mean(events.events > 0))


def _false_days_at_zero(events: Found) -> float:
    return float(np.sum(events.normal_days > 0) / events.weeks)


def of_injected(data: Path) -> Iterator[Figure]:
    """Events of known size in real hourly series: mean recall over nine kinds, at one threshold for all."""
    yield from _recalls(hourly(data), HOURLY_KINDS, (0.1, 0.5), (1.0, 1.0))


def of_daily(data: Path) -> Iterator[Figure]:
    """The same over daily sums; and what the clock for slow drift finds."""
    series = daily(data)
    yield from _recalls(series, DAILY_KINDS, (0.02, 0.1), (None, 0.98))
    rising = injected(series, DAILY_KINDS[-1])
    ours_of, normal = ours(rising), ours(series)
    told = [scored.drifting[first : end + 7].any() for one, scored in zip(rising, ours_of, strict=True)
            for first, end in runs(one.labels)]  # fmt: skip
    episodes = sum(len(runs(scored.drifting)) for scored in normal)
    weeks = sum((one.hours[-1] - one.hours[0]) / 168 for one in series)
    yield Figure("drift clock: share of 28-day drifts told", f"{np.mean(told):.3f}", "0.36 (the earlier study)")
    yield Figure("drift clock: episodes per series and week", f"{episodes / weeks:.3f}", "0.02 aimed at")


def _recalls(series: list[Series], kinds: Sequence[Kind], rates: Sequence[float],
             least: Sequence[float | None]) -> Iterator[Figure]:  # fmt: skip
    recall = {rule: _by_kind(series, kinds, of, rates) for rule, of in RULES.items()}
    for rule, by_kind in recall.items():
        for column, rate in enumerate(rates):
            each = " ".join(f"{value:.2f}" for value in by_kind[:, column])
            yield Figure(f"{rule}: recall at {rate}", f"{by_kind[:, column].mean():.3f}", each)
    for column, rate in enumerate(rates):
        ours_at, best = (recall[rule][:, column].mean() for rule in ("kernel", "Holt-Winters, a week"))
        yield compared(f"mean recall at {rate}", ours_at, best, least[column], name="Holt-Winters")
    yield Figure("kinds", ", ".join(kind.name for kind in kinds))


def _by_kind(series: list[Series], kinds: Sequence[Kind], of: Rule, rates: Sequence[float]) -> Floats:
    """Recall of each kind (rows) at each rate of false alarms (columns)."""
    normal = of(series)
    with_events = [(copies, of(copies)) for copies in (injected(series, kind) for kind in kinds)]
    return np.array([[found(copies, score, series, normal).recall(rate) for rate in rates]
                     for copies, score in with_events])  # fmt: skip


def of_speed(data: Path) -> Iterator[Figure]:
    """One core, one thread, CPU time."""
    streamed, mb = streamed_per_second(), megabytes()
    yield Figure("observations a second", f"{streamed:,.0f}", "200,000", "", ">= 200,000", streamed >= 200_000)
    yield Figure("one observation a call, a second", f"{one_by_one_per_second():,.0f}")
    yield Figure(f"memory of {ENTITIES:,} entities", f"{mb:.0f} MB", "", "", "<= 500 MB", mb <= 500)
    yield Figure("bytes a state", f"{4 * kernel.WIDTH:,}", "", "", "< 4,096", 4 * kernel.WIDTH < 4096)
    yield Figure(f"one tick of {ENTITIES:,} entities", f"{tick_ms():.0f} ms", "7 ms (the earlier study)")


TABLES: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "labelled": of_labelled,
    "excess": of_excess,
    "injected": of_injected,
    "daily": of_daily,
    "chance": of_chance,
    "budget": of_budget,
    "replay": of_replay,
    "speed": of_speed,
}


def shown(name: str, figures: Iterator[Figure]) -> Table:
    """One table of figures."""
    table = Table(name, "figure", "reference", "ratio", "reach", "")
    for one in figures:
        met = "" if one.reached is None else "met" if one.reached else "missed"
        table.add_row(one.what, one.value, one.reference, one.ratio, one.reach, met)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", default=DATA, help="where the labelled series are")
    parser.add_argument("--only", choices=TABLES, help="one table")
    chosen = parser.parse_args()
    console = Console(width=170)
    console.print(machine())
    for name, of in TABLES.items():
        if chosen.only in (None, name):
            console.print(shown(name, of(chosen.directory)))


if __name__ == "__main__":
    main()
