"""Whom to tell what, and why: grouping, holding back, saying a thing once, repeating it. Pure.

What a receiver knows is what got through to it. A message that waits for its next attempt is therefore taken back
when there is something else to say by then; one that a worker is sending is waited for.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from carbon_nexus.notifications.model import LEVELS, Alert, Decision, Group, Reason, Receiver, Said, Sending
from carbon_nexus.rules.model import Rule

NOTHING_SAID = Said()
LEFT_REPEAT = timedelta(hours=12)  # where there is no rule any more to say when the end is told again
OPEN = ("firing", "recovering", "no_data")

Pair = tuple[int, str]  # id of the receiver, key of the group


def decide(
    alerts: Sequence[Alert],
    rules: Mapping[str, Rule],
    receivers: Sequence[Receiver],
    said: Mapping[Pair, Said],
    now: datetime,
) -> list[Decision]:
    """One decision for every receiver of every group that has alerts, and for whoever waits for the end of one.

    `rules` by name; `said` leaves out what was never said. Once what it decides was delivered, the same alerts decide
    to send nothing.
    """
    by_name = {receiver.name: receiver for receiver in receivers}
    decisions: list[Decision] = []
    seen: set[Pair] = set()
    for group, members in _grouped(alerts, rules).items():
        rule = rules.get(group.rule)
        if rule is None:
            decisions.append(Decision("", group.key, f"not sent: there is no rule '{group.rule}' any more"))
            continue
        for name in rule.receivers:
            if (receiver := by_name.get(name)) is None:
                decisions.append(Decision(name, group.key, f"not sent: there is no receiver '{name}'"))
                continue
            pair = (receiver.id, group.key)
            seen.add(pair)
            heard = said.get(pair, NOTHING_SAID)
            decisions.append(_for_one(receiver, group, members, heard, rule.repeat_interval, now))
    return [*decisions, *_left(alerts, receivers, {pair: each for pair, each in said.items() if pair not in seen}, now)]


def _left(
    alerts: Sequence[Alert], receivers: Sequence[Receiver], left: Mapping[Pair, Said], now: datetime
) -> Iterator[Decision]:
    """For pairs that no rule names any more, or without open alerts: the end of what they heard, or take it back."""
    by_id = {receiver.id: receiver for receiver in receivers}
    over = {alert.id: alert for alert in alerts if alert.state == "resolved"}
    for (receiver_id, key), said in left.items():
        members = [over[alert_id] for alert_id in said.firing if alert_id in over]
        if members or said.waiting is not None:
            yield _for_one(by_id[receiver_id], Group.of(key), members, said, LEFT_REPEAT, now)


def fingerprint(alerts: Iterable[Alert]) -> str:
    """Of what a message says: the set of alerts, and the state and level each is told with."""
    lines = sorted(f"{alert.id} {alert.told_as} {alert.level}" for alert in alerts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _grouped(alerts: Iterable[Alert], rules: Mapping[str, Rule]) -> dict[Group, list[Alert]]:
    groups: dict[Group, list[Alert]] = {}
    for alert in alerts:
        labels = rules[alert.rule].group_by if alert.rule in rules else ()
        group = Group(alert.rule, tuple((label, alert.labels.get(label, "")) for label in labels))
        groups.setdefault(group, []).append(alert)
    return groups


def _for_one(
    receiver: Receiver, group: Group, members: Sequence[Alert], said: Said, repeat_interval: timedelta, now: datetime
) -> Decision:
    key, waiting = group.key, said.waiting

    def not_sent(why: str, withdraw: int | None = None) -> Decision:
        return Decision(receiver.name, key, f"not sent: {why}", withdraw=withdraw)

    if waiting is not None and waiting.under_way:
        return not_sent(f"delivery {waiting.delivery_id} is under way")
    stale = waiting.delivery_id if waiting is not None else None
    if not receiver.enabled:
        return not_sent("the receiver is disabled", stale)
    due = said.at is None or said.at + repeat_interval <= now
    reason, told = _to_tell(members, said.firing, receiver.send_resolved, repeat=due)
    if reason is None:
        return not_sent(_why_nothing(members, said.firing), stale)
    content = fingerprint(told)
    if waiting is not None and waiting.fingerprint == content:
        return not_sent(f"delivery {waiting.delivery_id} is to say it")
    if content == said.fingerprint and not due:
        return not_sent(f"said at {said.at:%Y-%m-%d %H:%M} already")
    return Decision(receiver.name, key, reason, Sending(receiver.id, group, reason, told, content), stale)


def _to_tell(
    members: Sequence[Alert], heard: Mapping[int, str], send_resolved: bool, *, repeat: bool
) -> tuple[Reason | None, tuple[Alert, ...]]:
    """Why there is something to say, and about which alerts: what is new, and whatever is open beside it."""
    loud = [alert for alert in members if alert.held_back is None]
    fresh = [a for a in loud if a.id not in heard and a.state == "firing" and not a.acknowledged]
    known = [a for a in loud if a.id in heard and a.state in OPEN]
    over = [a for a in loud if a.id in heard and a.state == "resolved" and send_resolved]
    risen = [a for a in known if a.rank > LEVELS.index(heard[a.id])]
    still = [a for a in known if a.state == "firing" and not a.acknowledged]
    reason = _first(
        (Reason.NEW, fresh), (Reason.RISEN, risen), (Reason.RESOLVED, over), (Reason.REPEATED, still if repeat else ())
    )
    return reason, tuple(sorted([*fresh, *known, *over], key=_order)) if reason else ()


def _first(*reasons: tuple[Reason, Sequence[Alert]]) -> Reason | None:
    return next((reason for reason, found in reasons if found), None)


def _order(alert: Alert) -> tuple[bool, int, int]:
    return alert.told_as == "resolved", -alert.rank, alert.id


def _why_nothing(members: Iterable[Alert], heard: Mapping[int, str]) -> str:
    return "; ".join(sorted({_why_not(alert, heard) for alert in members})) or "there is nothing to say any more"


def _why_not(alert: Alert, heard: Mapping[int, str]) -> str:
    if alert.held_back is not None:
        return alert.held_back
    if alert.state == "resolved":
        return "the receiver does not want to hear of the end" if alert.id in heard else "over before it was told"
    if alert.id in heard:
        return "acknowledged" if alert.acknowledged else "told already"
    return "acknowledged before it was told" if alert.acknowledged else f"the alert is {alert.state}"
