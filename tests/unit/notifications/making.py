"""Alerts, rules and receivers for the tests of the room."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from carbon_nexus.notifications.decide import Pair, decide
from carbon_nexus.notifications.message import alerts_message
from carbon_nexus.notifications.model import Alert, Decision, Receiver, ReceiverKind, Said, Sending
from carbon_nexus.rules.model import Rule, RuleKind

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
OPS = Receiver(1, "ops", ReceiverKind.WEBHOOK, "https://ops.example.com", "whsec_secret")
RULE = Rule("default", RuleKind.HOTSPOT, receivers=("ops",), repeat_interval=timedelta(hours=12))


def alert(id: int = 1, level: str = "warn", state: str = "firing", **more: Any) -> Alert:
    return Alert(id, more.pop("rule", "default"), level, state, f"alert {id}", NOW, **more)


def decided(
    *alerts: Alert,
    rule: Rule = RULE,
    receiver: Receiver = OPS,
    said: dict[Pair, Said] | None = None,
    now: datetime = NOW,
) -> list[Decision]:
    return decide(alerts, {rule.name: rule}, [receiver], said or {}, now)


def heard(before: Said, sending: Sending, now: datetime) -> Said:
    """What is known once the message got through."""
    message = alerts_message(sending, 1, now)
    return replace(before, firing=message.firing, fingerprint=sending.fingerprint, at=now, waiting=None)


def delivered(decisions: list[Decision], said: dict[Pair, Said], now: datetime) -> dict[Pair, Said]:
    """`said` after all of the decided messages got through."""
    after = dict(said)
    for sending in (each.sending for each in decisions if each.sending is not None):
        pair = (sending.receiver_id, sending.group.key)
        after[pair] = heard(after.get(pair, Said()), sending, now)
    return after
