"""Observed against typical: findings by ratio, and what they do to a subject's episode. Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any

import polars as pl

from carbon_nexus.hotspots.model import (
    QUIET,
    Change,
    Episode,
    Finding,
    Severity,
    Status,
    Subject,
    Thresholds,
    Transition,
)

SUBJECT = list(Subject._fields)
RATIO = pl.col("co2e_kg") / pl.col("typical_kg")
WHY_OVER = f"{QUIET.total_seconds() / 3600:.0f} h of reports without a finding"


def find(compared: pl.DataFrame, thresholds: Thresholds) -> list[Finding]:
    """The events at or above the info threshold of actual / typical, as findings in the order of their time.

    Takes event_id, event_time, co2e_kg, typical_kg and the subject's columns, and `filled` where there is one. A
    subject has one finding for each stretch of its events without a quiet time: more than QUIET of reports.
    """
    seen = compared.with_columns(_found=stands_out(compared.columns, thresholds))
    found = pl.col("_found")
    relevant = seen.join(seen.filter(found).select(SUBJECT).unique(), on=SUBJECT, how="semi")
    # of one moment the findings first: a report at that moment is not before them
    ordered = relevant.sort(*SUBJECT, "event_time", ~found, "event_id").with_columns(
        _last=pl.when(found).then("event_time").forward_fill().shift(1).over(SUBJECT),
        reported_before=pl.when(~found).then("event_time").forward_fill().over(SUBJECT),
    )
    new_run = found & (pl.col("reported_before") - pl.col("_last") > QUIET).fill_null(False)
    return list(worst_of(ordered.with_columns(_run=new_run.cum_sum().over(SUBJECT)), thresholds).values())


def stands_out(columns: Collection[str], thresholds: Thresholds) -> pl.Expr:
    """Whether an event reaches the info threshold.

    Events without an estimate or made with an estimated value, or whose entity has no sufficient baseline, or a
    typical value of zero, can not stand out. `columns` are those of the frame: `filled` may be absent.
    """
    comparable = pl.col("typical_kg") > 0
    if "filled" in columns:
        comparable &= ~pl.col("filled").fill_null(False)
    # NaN counts as larger than any number
    reached = RATIO.is_finite() & (thresholds.info <= RATIO)
    return (comparable & reached).fill_null(False)


def worst_of(runs: pl.DataFrame, thresholds: Thresholds) -> dict[tuple[Any, ...], Finding]:
    """One finding for each subject and `_run` of the rows that stand out, by both and in order of time.

    Takes what `find` takes, and `_run`, `_found` and `reported_before`.
    """
    worst = runs.filter("_found").with_columns(_ratio=RATIO).sort("_ratio", "event_id", descending=[True, False])
    key = [*SUBJECT, "_run"]
    grouped = worst.group_by(key, maintain_order=True).agg(
        pl.first("event_id", "co2e_kg", "typical_kg", "_ratio"),
        pl.len().alias("event_count"),
        pl.min("event_time").alias("first_event_at"),
        pl.max("event_time").alias("last_event_at"),
        pl.col("reported_before").sort_by("event_time").first(),  # null where nothing was: not the least
    )
    rows = grouped.sort("first_event_at", maintain_order=True).iter_rows(named=True)
    return {tuple(row[name] for name in key): _finding(row, thresholds) for row in rows}


def severity_of(ratio: float, thresholds: Thresholds) -> Severity:
    """The severity of a ratio that has reached the info threshold."""
    if ratio >= thresholds.critical:
        return Severity.CRITICAL
    return Severity.WARN if ratio >= thresholds.warn else Severity.INFO


def latest_event_times(compared: pl.DataFrame) -> dict[Subject, datetime]:
    """When each subject of the batch last reported, whether it stood out or not."""
    latest = compared.group_by(*SUBJECT).agg(pl.max("event_time"))
    return {Subject(*row[:3]): row[3] for row in latest.iter_rows()}


def decide(
    findings: list[Finding], active: Mapping[Subject, Episode], latest: Mapping[Subject, datetime]
) -> list[Transition]:
    """What the batch does to each subject: open, escalate, continue, resolve, each with its reason.

    An episode is over once its subject has reported for QUIET without a finding. Silence is no recovery: a lorry that
    runs every other day has one episode, not one a run. `findings` are in the order of their time; how the events are
    cut into batches changes nothing as long as they come in the order of their time.
    """
    found: dict[Subject, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.subject, []).append(finding)
    return [
        transition
        for subject, seen_at in latest.items()
        for transition in _transitions(found.get(subject, []), active.get(subject), seen_at)
    ]


def taken_in(finding: Finding, episode: Episode) -> tuple[Change, str]:
    """What a finding does to the episode it belongs to; one that is over stays over."""
    if finding.severity.rank > episode.severity.rank:
        return Change.ESCALATED, f"from {episode.severity} to {finding.severity}"
    if episode.status is Status.ACTIVE:
        return Change.CONTINUED, "the episode goes on"
    return Change.CORRECTED, "events came late"


def opening(finding: Finding) -> str:
    """Why a finding opens an episode: its numbers."""
    return f"{finding.actual_kg:.4g} kg CO2e where {finding.typical_kg:.4g} kg is typical"


def _transitions(findings: list[Finding], episode: Episode | None, seen_at: datetime) -> Iterator[Transition]:
    if not findings and episode is not None and seen_at - episode.last_event_at > QUIET:
        yield Transition(Change.RESOLVED, WHY_OVER, episode, None)
    for finding, following in zip_longest(findings, findings[1:]):
        if episode is not None and _quiet_between(episode, finding):
            yield Transition(Change.RESOLVED, WHY_OVER, episode, None)
            episode = None
        last_sign = finding.last_event_at if episode is None else max(finding.last_event_at, episode.last_event_at)
        ended = following is not None or seen_at - last_sign > QUIET
        if episode is None:
            yield Transition(Change.OPENED, opening(finding), None, finding, ended)
        else:
            yield Transition(*taken_in(finding, episode), episode, finding, ended)
        episode = None


def _quiet_between(episode: Episode, finding: Finding) -> bool:
    return finding.reported_before is not None and finding.reported_before - episode.last_event_at > QUIET


def _finding(row: dict[str, Any], thresholds: Thresholds) -> Finding:
    return Finding(
        subject=Subject(*(str(row[name]) for name in SUBJECT)),
        event_id=row["event_id"],
        actual_kg=row["co2e_kg"],
        typical_kg=row["typical_kg"],
        severity=severity_of(row["_ratio"], thresholds),
        event_count=row["event_count"],
        first_event_at=row["first_event_at"],
        last_event_at=row["last_event_at"],
        reported_before=row["reported_before"],
    )
