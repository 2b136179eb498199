"""Episodes as rows of the table `hotspots`, and back. Pure."""

from datetime import datetime
from typing import Any

from carbon_nexus.hotspots.correct import Correction
from carbon_nexus.hotspots.kind import kind_of, kind_with
from carbon_nexus.hotspots.model import Episode, Finding, Kind, Severity, Status, Subject, Transition

AS_THEY_ARE = (
    *("event_count", "first_event_at", "last_event_at", "excess_kg"),
    *("peak_at", "chance_per_week", "typical_low_kg", "typical_high_kg"),
)
"""Columns that findings and episodes call by the same name."""
PEAK = AS_THEY_ARE[4:]


def episode_of(row: Any) -> Episode:
    """A row of the table as an episode."""
    return Episode(
        id=row["id"],
        subject=Subject(row["entity"], row["entity_type"], row["event_type"], row["metric"]),
        severity=Severity(row["severity"]),
        event_id=row["event_id"],
        actual_kg=row["predicted_co2"],
        typical_kg=row["baseline_co2"],
        status=Status(row["status"]),
        kind=Kind(row["kind"]),
        policy=row["policy"],
        **{name: row[name] for name in (*AS_THEY_ARE, "percent_above")},
    )


def new_row(finding: Finding) -> dict[str, Any]:
    """What a finding opens, but for tenant and status."""
    return {
        **finding.subject._asdict(),
        **_worst(finding),
        **{name: getattr(finding, name) for name in AS_THEY_ARE},
        "severity": finding.severity,
        "kind": kind_of(finding),
        "policy": finding.policy,
        "rule": finding.rule,
        "reported_at": finding.last_event_at,
    }


def corrected_row(correction: Correction, now: datetime) -> dict[str, Any]:
    """What a correction makes of its episode."""
    after = correction.after
    return {
        "row_id": after.id,
        **_worst(after),
        **{name: getattr(after, name) for name in AS_THEY_ARE},
        "severity": after.severity,
        "kind": after.kind,
        "updated_at": now,
    }


def _worst(sign: Finding | Episode) -> dict[str, Any]:
    return {
        "event_id": sign.event_id,
        "predicted_co2": sign.actual_kg,
        "baseline_co2": sign.typical_kg,
        "percent_above": sign.percent_above,
        **{name: getattr(sign, name) for name in PEAK},
    }


def continued_row(transition: Transition, now: datetime) -> dict[str, Any]:
    """What a transition's finding makes of its episode."""
    episode, finding = transition.episode, transition.finding
    assert episode is not None
    assert finding is not None
    worse = finding.event_count and finding.percent_above > episode.percent_above
    return {
        "row_id": episode.id,
        **_worst(finding if worse else episode),
        "severity": max(episode.severity, finding.severity, key=lambda severity: severity.rank),
        "kind": kind_with(episode, finding),
        "rule": finding.rule,
        "policy": finding.policy,
        "event_count": episode.event_count + finding.event_count,
        "excess_kg": (episode.excess_kg or 0.0) + finding.leading_kg + finding.excess_kg,
        "first_event_at": min(episode.first_event_at, finding.first_event_at),
        "last_event_at": max(episode.last_event_at, finding.last_event_at),
        "updated_at": now,
    }
