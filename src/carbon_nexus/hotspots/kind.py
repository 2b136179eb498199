"""Which kind of episode it is: told from how long it lasts and from what the baseline says of it. Pure."""

from datetime import datetime, timedelta

from carbon_nexus.hotspots.model import Episode, Finding, Kind, Metric

LASTING = {Metric.INTENSITY: (3, timedelta(hours=6)), Metric.ABSOLUTE: (3, timedelta(days=2))}
"""Events that stand out, and time between the first and the last of them, from which an excess is sustained."""


def kind_of(finding: Finding) -> Kind:
    """The kind of an episode that this finding opens."""
    if finding.shifted:
        return Kind.LEVEL_SHIFT
    if finding.drifting:
        return Kind.DRIFT
    return lasting(finding.subject.metric, finding.event_count, finding.first_event_at, finding.last_event_at)


def kind_with(episode: Episode, finding: Finding) -> Kind:
    """The kind of an episode that goes on with this finding; one that was told more of stays what it was."""
    together = lasting(
        episode.subject.metric,
        episode.event_count + finding.event_count,
        min(episode.first_event_at, finding.first_event_at),
        max(episode.last_event_at, finding.last_event_at),
    )
    return max(episode.kind, kind_of(finding), together, key=lambda kind: kind.rank)


def lasting(metric: str, event_count: int, first: datetime, last: datetime) -> Kind:
    """Spike or sustained, by the number of events that stand out and the time they span."""
    events, span = LASTING[Metric(metric)]
    return Kind.SUSTAINED if event_count >= events and last - first >= span else Kind.SPIKE
