"""Episodes whose events were taken back, by what remains of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from carbon_nexus.hotspots.detect import goes_on, stands_out, worst_of
from carbon_nexus.hotspots.kind import lasting
from carbon_nexus.hotspots.model import Change, Episode, Finding, Kind, Status

WHY_GONE = "the events behind it were taken back"
WHY_LESS = "some of the events behind it were taken back"


@dataclass(frozen=True)
class Correction:
    """An episode as it was and as it is now."""

    change: Change
    reason: str
    before: Episode
    after: Episode


def corrections(episodes: Sequence[Episode], left: pl.DataFrame) -> list[Correction]:
    """What changes in these episodes when only these events are left within their times.

    `left` has what `detect.find` takes, and hotspot_id. One in which
    nothing stands out any more has a count of zero and is resolved; its other values stay as they were.
    """
    runs = left.with_columns(
        _run=pl.col("hotspot_id"),
        _found=stands_out(),
        _sign=goes_on(),
        reported_before=pl.lit(None, pl.Datetime("us", "UTC")),
    )
    found = {key[-1]: finding for key, finding in worst_of(runs).items() if finding.event_count}
    corrected = [_corrected(episode, found) for episode in episodes]
    return [each for each in corrected if each.after != each.before]


def _corrected(episode: Episode, found: Mapping[int, Finding]) -> Correction:
    finding = found.get(episode.id)
    if finding is not None:
        return Correction(Change.CORRECTED, WHY_LESS, episode, _by(finding, episode))
    change = Change.RESOLVED if episode.status is Status.ACTIVE else Change.CORRECTED
    status = Status.RESOLVED if episode.status is Status.ACTIVE else episode.status
    return Correction(change, WHY_GONE, episode, replace(episode, event_count=0, status=status))


def _by(finding: Finding, episode: Episode) -> Episode:
    return replace(
        episode,
        severity=finding.severity,
        event_id=finding.event_id,
        actual_kg=finding.actual_kg,
        typical_kg=finding.typical_kg,
        percent_above=finding.percent_above,
        event_count=finding.event_count,
        first_event_at=finding.first_event_at,
        last_event_at=finding.last_event_at,
        peak_at=finding.peak_at,
        excess_kg=finding.excess_kg,
        chance_per_week=finding.chance_per_week,
        kind=_kind(finding, episode),
    )


def _kind(finding: Finding, episode: Episode) -> Kind:
    """What was told by the baseline stays; what was told by count and time is told anew."""
    if episode.kind in (Kind.DRIFT, Kind.LEVEL_SHIFT):
        return episode.kind
    subject = episode.subject
    return lasting(subject.metric, finding.event_count, finding.first_event_at, finding.last_event_at)
