"""Observed against typical: findings by ratio, and what they do to a subject's episode. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from carbon_nexus.hotspots.model import (
    QUIET,
    Change,
    Episode,
    Finding,
    Severity,
    Subject,
    Thresholds,
    Transition,
)

SUBJECT = list(Subject._fields)
WHY_OVER = f"{QUIET.total_seconds() / 3600:.0f} h of reports without a finding"


def find(compared: pl.DataFrame, thresholds: Thresholds) -> list[Finding]:
    """One finding per subject that has events at or above the info threshold of actual / typical.

    Takes event_id, event_time, co2e_kg, typical_kg and the subject's columns; events without an estimate, or whose
    entity has no sufficient baseline, or a typical value of zero, can not stand out.
    """
    ratio = pl.col("_ratio")
    comparable = compared.filter(pl.col("typical_kg") > 0).with_columns(_ratio=pl.col("co2e_kg") / pl.col("typical_kg"))
    # NaN counts as larger than any number
    standing_out = comparable.filter(ratio.is_finite() & (ratio >= thresholds.info))
    worst = standing_out.sort("_ratio", "event_id", descending=[True, False])
    grouped = worst.group_by(*SUBJECT, maintain_order=True).agg(
        pl.first("event_id", "co2e_kg", "typical_kg", "_ratio"),
        pl.len().alias("event_count"),
        pl.min("event_time").alias("first_event_at"),
        pl.max("event_time").alias("last_event_at"),
    )
    return [_finding(row, thresholds) for row in grouped.iter_rows(named=True)]


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
    runs every other day has one episode, not one a run.
    """
    found = {finding.subject: finding for finding in findings}
    return [
        transition
        for subject, seen_at in latest.items()
        for transition in _transitions(found.get(subject), active.get(subject), seen_at)
    ]


def _transitions(finding: Finding | None, episode: Episode | None, seen_at: datetime) -> Iterator[Transition]:
    if finding is None:
        if episode is not None and seen_at - episode.last_event_at > QUIET:
            yield Transition(Change.RESOLVED, WHY_OVER, episode, None)
        return
    last_sign = finding.last_event_at if episode is None else max(finding.last_event_at, episode.last_event_at)
    ended = seen_at - last_sign > QUIET
    if episode is None:
        reason = f"{finding.actual_kg:.4g} kg CO2e where {finding.typical_kg:.4g} kg is typical"
        yield Transition(Change.OPENED, reason, None, finding, ended)
    elif finding.severity.rank > episode.severity.rank:
        yield Transition(Change.ESCALATED, f"from {episode.severity} to {finding.severity}", episode, finding, ended)
    else:
        yield Transition(Change.CONTINUED, "the episode goes on", episode, finding, ended)


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
    )
