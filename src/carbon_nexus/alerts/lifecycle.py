"""When a hotspot's change is worth an alert, and what it says. Pure."""

from carbon_nexus.alerts.model import Alert
from carbon_nexus.hotspots.model import Change, HotspotChange

TOLD = (Change.OPENED, Change.ESCALATED)


def alert_on(change: HotspotChange) -> Alert | None:
    """An alert when a hotspot opens or rises; None when it goes on or ends."""
    if change.change not in TOLD:
        return None
    return Alert(change.hotspot_id, change.severity, change.change, _message(change))


def _message(change: HotspotChange) -> str:
    """One sentence with the numbers; at or below typical (possible at info and warn) it does not claim an excess."""
    entity, percent = change.subject.entity, change.percent_above
    numbers = f"{change.actual_kg:.4g} kg CO2e against {change.typical_kg:.4g} kg typical"
    if round(percent, 1) <= 0:  # "exceeded by 0.0%" would contradict itself
        return f"{entity} is at {100 + percent:.1f}% of its typical emissions: {numbers}"
    return f"{entity} exceeded emissions by {percent:.1f}%: {numbers}"
