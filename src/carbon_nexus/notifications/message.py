"""What a message says: a title, plain text, and a CloudEvents 1.0 event. Pure."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from carbon_nexus.notifications.model import Alert, Group, Message, Receiver, Sending

MOST_ALERTS = 100  # of one message; the rest is counted
TYPES = "io.carbonnexus.alerts"


def alerts_message(sending: Sending, tenant_id: int, now: datetime) -> Message:
    """Tell the alerts of `sending`: `firing` while any of them is open, otherwise `resolved`.

    The id of the event follows from what is said to whom and when: the same decision makes the same event.
    """
    firing = {alert.id: alert.level for alert in sending.alerts if alert.told_as == "firing"}
    kind = "firing" if firing else "resolved"
    told = sending.alerts[:MOST_ALERTS]
    content = {
        "group": {"rule": sending.group.rule, "labels": dict(sending.group.labels)},
        "reason": sending.reason.value,
        "alert_count": len(sending.alerts),
        "alerts": [_as_data(alert) for alert in told],
    }
    key = f"{sending.receiver_id} {sending.group.key} {sending.fingerprint}"
    event = _event(kind, tenant_id, key, content, now)
    return Message(_title(sending.group, sending.alerts), _text(told, len(sending.alerts)), event, firing)


def message_of_test(receiver: Receiver, tenant_id: int, now: datetime) -> Message:
    """Say that messages arrive."""
    text = f"This is a test of the receiver '{receiver.name}'. Alerts of Carbon Nexus arrive here."
    content: dict[str, Any] = {"group": None, "reason": "test", "alert_count": 0, "alerts": []}
    event = _event("test", tenant_id, f"{receiver.id} test", content, now)
    return Message("Carbon Nexus: test", text, event, {})


def _event(kind: str, tenant_id: int, key: str, content: dict[str, Any], now: datetime) -> dict[str, Any]:
    source = f"/carbon-nexus/tenants/{tenant_id}"
    return {
        "specversion": "1.0",
        "type": f"{TYPES}.{kind}",
        "source": source,
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{source} {key} {now.isoformat()}")),
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": content,
    }


def _as_data(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "rule": alert.rule,
        "level": alert.level,
        "state": alert.state,
        "message": alert.message,
        "labels": dict(alert.labels),
        "runbook_url": alert.runbook_url,
        "created_at": alert.created_at.isoformat(),
        "hotspot_id": alert.hotspot_id,
    }


def _title(group: Group, alerts: Sequence[Alert]) -> str:
    firing = [alert for alert in alerts if alert.told_as == "firing"]
    over = len(alerts) - len(firing)
    counts = [
        f"{len(firing)} firing ({max(firing, key=lambda alert: alert.rank).level})" if firing else "",
        f"{over} resolved" if over else "",
    ]
    about = ", ".join([f"rule {group.rule}", *(f"{label} {value}" for label, value in group.labels)])
    return _one_line(f"Carbon Nexus: {', '.join(filter(None, counts))} - {about}")


def _text(told: Sequence[Alert], count: int) -> str:
    lines = [_line(alert) for alert in told]
    if count > len(told):
        lines.append(f"and {count - len(told)} more")
    return "\n".join(lines)


def _line(alert: Alert) -> str:
    state = alert.level if alert.told_as == "firing" else "resolved"
    runbook = f" ({alert.runbook_url})" if alert.runbook_url and alert.told_as == "firing" else ""
    return _one_line(f"{state}: {alert.message}{runbook}")


def _one_line(text: str) -> str:
    """A line break in the name of an entity must not start a line, or a header of an email, of its own."""
    return " ".join(text.split())
