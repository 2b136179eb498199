"""The words of an alert."""

from dataclasses import dataclass

from carbon_nexus.hotspots.model import Change, Severity


@dataclass(frozen=True)
class Alert:
    """What is said about a hotspot, once per level: when it opens and when it rises."""

    hotspot_id: int
    level: Severity
    transition: Change
    message: str
