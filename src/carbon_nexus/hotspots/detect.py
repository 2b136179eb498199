"""Observed against typical: what stands out under its rule, and what it does to a subject's episode. Pure.

Frames are governed: beside every event stand the terms of the rule that watches its subject (`rules.govern`): adaptive,
info, warn, critical, false_alarms_per_week, clear_ratio, keep_firing_for and min_excess_kg.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

import polars as pl

from carbon_nexus.hotspots.model import QUIET, Change, Episode, Finding, Metric, Severity, Status, Subject, Transition

SUBJECT = list(Subject._fields)
RATIO = pl.col("co2e_kg") / pl.col("typical_kg")
CLEAR_CHANCE = 3.0  # a week: an adaptive episode goes on as long as its events are rarer than this (a score of about 2)
CRITICAL_SHARE = 0.5  # of the false alarms allowed: what is called critical is rarer still
WHY_SHIFTED = "it lasted so long that its level is the usual one now"

_PEAK = {
    "event_id": "event_id",
    "co2e_kg": "actual_kg",
    "typical_kg": "typical_kg",
    "event_time": "peak_at",
    **{name: name for name in ("chance_per_week", "typical_low_kg", "typical_high_kg", "rule", "adaptive")},
}


def find(compared: pl.DataFrame) -> list[Finding]:
    """What stands out, or is a sign that an episode goes on, as findings in the order of their time.

    Takes event_id, event_time, co2e_kg, typical_kg, typical_low_kg, typical_high_kg, chance_per_week, young, drifting,
    shifted, filled, the subject's columns and the terms of its rule. A subject has one finding for each stretch of its
    events without a quiet time: more than keep_firing_for of reports.
    """
    sign = pl.col("_sign")
    seen = compared.with_columns(_found=stands_out(), _sign=goes_on())
    relevant = seen.join(seen.filter(sign).select(SUBJECT).unique(), on=SUBJECT, how="semi")
    # of one moment the signs first: a report at that moment is not before them
    ordered = relevant.sort(*SUBJECT, "event_time", ~sign, "event_id").with_columns(
        _last=pl.when(sign).then("event_time").forward_fill().shift(1).over(SUBJECT),
        reported_before=pl.when(~sign).then("event_time").forward_fill().over(SUBJECT),
    )
    quiet = pl.col("reported_before") - pl.col("_last") > pl.col("keep_firing_for")
    new_run = sign & quiet.fill_null(False)
    return list(worst_of(ordered.with_columns(_run=new_run.cum_sum().over(SUBJECT))).values())


def stands_out() -> pl.Expr:
    """Whether an event opens an episode under its rule.

    Material: its ratio reaches info, and its excess what the rule asks for. Unusual, where the rule is adaptive: it
    comes by chance at most as often as false alarms are allowed.
    """
    material = (pl.col("info") <= RATIO) & (pl.col("co2e_kg") - pl.col("typical_kg") >= _least_excess())
    rare = ~pl.col("adaptive") | (pl.col("chance_per_week") <= pl.col("false_alarms_per_week"))
    return (_comparable() & material & rare).fill_null(False)


def goes_on() -> pl.Expr:
    """Whether an event is a sign that an open episode goes on: it stands out, or is above its rule's clear level."""
    rare = ~pl.col("adaptive") | (pl.col("chance_per_week") <= CLEAR_CHANCE)
    return stands_out() | (_comparable() & (pl.col("clear_ratio") <= RATIO) & rare).fill_null(False)


def _comparable() -> pl.Expr:
    """With an estimate, of measured values, beside a typical value above zero. NaN counts as larger than any number.

    The rule of ratios is of single events: by it alone, nearly every day would stand out.
    """
    asked = pl.col("adaptive") | (pl.col("metric") == Metric.INTENSITY.value)
    return asked & (pl.col("typical_kg") > 0) & ~pl.col("filled").fill_null(False) & RATIO.is_finite()


def _least_excess() -> pl.Expr:
    # none asked for: an event below typical can be info by its ratio
    return pl.when(pl.col("min_excess_kg") > 0).then("min_excess_kg").otherwise(float("-inf"))


def severity_rank() -> pl.Expr:
    """0 for info to 2 for critical, of an event that stands out; what is compared with a young baseline is info."""
    rare = pl.col("chance_per_week") <= pl.col("false_alarms_per_week") * CRITICAL_SHARE
    critical = (pl.col("critical") <= RATIO) & (~pl.col("adaptive") | rare).fill_null(False)
    rank = pl.when(critical).then(2).when(pl.col("warn") <= RATIO).then(1).otherwise(0)
    return pl.when(pl.col("young").fill_null(False)).then(0).otherwise(rank)


def worst_of(runs: pl.DataFrame) -> dict[tuple[Any, ...], Finding]:
    """One finding for each subject and `_run` of the rows with a sign, by both and in order of time.

    Takes what `find` takes, and `_run`, `_found`, `_sign` and `reported_before`.
    """
    found = pl.col("_found")
    worst = runs.filter("_sign").with_columns(
        _ratio=RATIO, _rank=severity_rank(), _excess=pl.col("co2e_kg") - pl.col("typical_kg")
    )
    worst = worst.sort(found, "_ratio", "event_id", descending=[True, True, False])
    key = [*SUBJECT, "_run"]
    since_found = pl.col("_excess").filter(pl.col("event_time") >= pl.col("event_time").filter(found).min())
    grouped = worst.group_by(key, maintain_order=True).agg(
        *(pl.first(name).alias(told) for name, told in _PEAK.items()),
        pl.col("_rank").filter(found).max().fill_null(0),
        found.sum().alias("event_count"),
        since_found.sum().alias("excess_kg"),
        (pl.col("_excess").sum() - since_found.sum()).alias("leading_kg"),
        pl.coalesce(pl.col("event_time").filter(found).min(), pl.min("event_time")).alias("first_event_at"),
        pl.max("event_time").alias("last_event_at"),
        pl.col("reported_before").sort_by("event_time").first(),  # null where nothing was: not the least
        (pl.col("drifting").fill_null(False) & found).any(),
        (pl.col("shifted").fill_null(0) > 0).any(),
    )
    rows = grouped.sort("first_event_at", maintain_order=True).iter_rows(named=True)
    return {tuple(row[name] for name in key): _finding(row) for row in rows}


def latest_event_times(compared: pl.DataFrame) -> dict[Subject, datetime]:
    """When each subject of the batch last reported, whether it stood out or not."""
    latest = compared.group_by(*SUBJECT).agg(pl.max("event_time"))
    return {Subject(*row[:-1]): row[-1] for row in latest.iter_rows()}


def quiet_times(compared: pl.DataFrame) -> dict[Subject, timedelta]:
    """How long each subject of the batch must report without a sign until its episode is over."""
    return {Subject(*row[:-1]): row[-1] for row in compared.select(*SUBJECT, "keep_firing_for").unique().iter_rows()}


def decide(
    findings: list[Finding],
    active: Mapping[Subject, Episode],
    latest: Mapping[Subject, datetime],
    quiet: Mapping[Subject, timedelta],
) -> list[Transition]:
    """What the batch does to each subject: open, escalate, continue, resolve, each with its reason.

    An episode is over once its subject has reported for its quiet time without a sign, or once its level has become the
    usual one. Silence is no recovery: a lorry that runs every other day has one episode, not one a run. `findings` are
    in the order of their time; how the events are cut into batches changes nothing as long as they come in order.
    """
    found: dict[Subject, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.subject, []).append(finding)
    return [
        transition
        for subject, seen_at in latest.items()
        for transition in _transitions(found.get(subject, []), active.get(subject), seen_at, quiet.get(subject, QUIET))
    ]


def taken_in(finding: Finding, episode: Episode) -> tuple[Change, str]:
    """What a finding does to the episode it belongs to; one that is over stays over, and ignored ones rise unheard."""
    if episode.status is Status.IGNORED:
        return Change.CONTINUED, "people said that it is not a problem"
    if finding.severity.rank > episode.severity.rank:
        return Change.ESCALATED, f"from {episode.severity} to {finding.severity}"
    if episode.status is Status.ACTIVE:
        return Change.CONTINUED, "the episode goes on"
    return Change.CORRECTED, "events came late"


def opening(finding: Finding) -> str:
    """Why a finding opens an episode: its numbers."""
    return f"{finding.actual_kg:.4g} kg CO2e where {finding.typical_kg:.4g} kg is typical"


def why_over(quiet: timedelta) -> str:
    """Why an episode is over after its quiet time."""
    return f"{quiet.total_seconds() / 3600:.4g} h of reports without a finding"


def _transitions(
    findings: list[Finding], episode: Episode | None, seen_at: datetime, quiet: timedelta
) -> Iterator[Transition]:
    over = why_over(quiet)
    ignored = episode is not None and episode.status is Status.IGNORED  # it is closed already, whatever comes
    if not findings and episode is not None and not ignored and seen_at - episode.last_event_at > quiet:
        yield Transition(Change.RESOLVED, over, episode, None)
    for finding, following in zip_longest(findings, findings[1:]):
        if episode is not None and _quiet_between(episode, finding, quiet):
            if not ignored:
                yield Transition(Change.RESOLVED, over, episode, None)
            episode = None
        if episode is None and not finding.event_count:  # nothing open that it could be a sign of
            continue
        last_sign = finding.last_event_at if episode is None else max(finding.last_event_at, episode.last_event_at)
        ended = over if following is not None or seen_at - last_sign > quiet else ""
        ended = WHY_SHIFTED if finding.shifted else ended
        if episode is None:
            yield Transition(Change.OPENED, opening(finding), None, finding, ended)
        else:
            yield Transition(*taken_in(finding, episode), episode, finding, "" if ignored else ended)
        episode = None


def _quiet_between(episode: Episode, finding: Finding, quiet: timedelta) -> bool:
    return finding.reported_before is not None and finding.reported_before - episode.last_event_at > quiet


def _finding(row: dict[str, Any]) -> Finding:
    given = {name: row[name] for name in Finding.__dataclass_fields__ if name in row}
    return Finding(
        **given,
        subject=Subject(*(str(row[name]) for name in SUBJECT)),
        severity=list(Severity)[row["_rank"]],
        policy="adaptive" if row["adaptive"] else "ratio",
    )
