"""The words of the room: receivers, what was said to them, and what became of a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson

LEVELS = ("info", "warn", "critical")  # in rising order
TEST_GROUP = "test"  # group key of a test; that of a rule's group is a JSON list


class ReceiverKind(StrEnum):
    """How a receiver is reached: through Apprise (email, Slack, Teams ...), or by a signed webhook."""

    APPRISE = "apprise"
    WEBHOOK = "webhook"


class Status(StrEnum):
    """Where a delivery is: it waits or is tried again, it got through, it failed for good, or it was taken back."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why a message is sent."""

    NEW = "new alerts"
    RISEN = "level risen"
    RESOLVED = "resolved"
    REPEATED = "repeated"
    TEST = "test"
    AGAIN = "again"


@dataclass(frozen=True)
class Receiver:
    """Somebody to tell. `url` and `signing_secret` are secrets, and no part of its words in a log."""

    id: int
    name: str
    kind: ReceiverKind
    url: str = field(repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    send_resolved: bool = True
    enabled: bool = True


@dataclass(frozen=True)
class Alert:
    """An alert as it stands now.

    `held_back` says who keeps it quiet (silences, other alerts, mute timings); None: nobody does.
    """

    id: int
    rule: str
    level: str
    state: str
    message: str
    created_at: datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    runbook_url: str | None = None
    hotspot_id: int | None = None
    acknowledged: bool = False
    held_back: str | None = None

    @property
    def told_as(self) -> str:
        """`resolved`, or `firing`: one that recovers or whose data stopped is still open."""
        return "resolved" if self.state == "resolved" else "firing"

    @property
    def rank(self) -> int:
        """0 for info to 2 for critical."""
        return LEVELS.index(self.level)


@dataclass(frozen=True)
class Group:
    """Alerts that are told together: a rule, and the values of the labels it groups by."""

    rule: str
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The group as text, the same for the same rule and values."""
        return orjson.dumps([self.rule, dict(self.labels)], option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def of(cls, key: str) -> "Group":
        """The group that has this key."""
        rule, labels = orjson.loads(key)
        return cls(rule, tuple(labels.items()))


@dataclass(frozen=True)
class Waiting:
    """A delivery that has not got through yet. `under_way`: a worker has it; nobody may take it back."""

    delivery_id: int
    fingerprint: str
    under_way: bool


@dataclass(frozen=True)
class Said:
    """What a receiver was told about a group.

    `firing` are the alerts it last heard to be firing, with the level it heard. `fingerprint` and `at` belong to the
    last message that got through or failed; a message that still waits is no part of either.
    """

    firing: Mapping[int, str] = field(default_factory=dict)
    fingerprint: str | None = None
    at: datetime | None = None
    waiting: Waiting | None = None


@dataclass(frozen=True)
class Sending:
    """What to send: these alerts, to this receiver, for this reason. The fingerprint is that of what it says."""

    receiver_id: int
    group: Group
    reason: Reason
    alerts: tuple[Alert, ...]
    fingerprint: str


@dataclass(frozen=True)
class Decision:
    """What is done about one receiver and group, and why; `withdraw` is a waiting delivery that is out of date."""

    receiver: str
    group_key: str
    reason: str
    sending: Sending | None = None
    withdraw: int | None = None


@dataclass(frozen=True)
class Message:
    """One message: a line, plain text, and a CloudEvents 1.0 event for programs.

    `firing` is what the receiver knows to be firing once it has it: ids of alerts and their levels.
    """

    title: str
    text: str
    event: Mapping[str, Any]
    firing: Mapping[int, str]


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt; `error` None: it got through.

    `final`: it is no use to try again. `retry_after` is what the receiver asked for.
    """

    error: str | None = None
    http_status: int | None = None
    final: bool = False
    retry_after: timedelta | None = None
