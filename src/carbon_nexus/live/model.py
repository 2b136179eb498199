"""The words of the live feed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

HEARTBEAT_SECONDS = 15
TICK_SECONDS = (
    0.1  # what is committed within it leaves as one frame: a thousand clients are ten thousand frames a second
)
MOST_AT_ONCE = 200  # changes of one frame; what a client's usual limit of 1 MB holds
MOST_REPLAYED = 10_000  # whoever missed more is faster with a look at the lists
KEPT = timedelta(hours=24)


class Channel(StrEnum):
    """What can be listened to; all but emissions show the rows of a table, as the API's lists do."""

    EMISSIONS = "emissions"
    HOTSPOTS = "hotspots"
    ALERTS = "alerts"
    RECOMMENDATIONS = "recommendations"
    INGEST_JOBS = "ingest_jobs"

    @property
    def thing(self) -> str:
        """One of what it shows: alert, hotspot ..., emissions."""
        return self.value if self is Channel.EMISSIONS else self.value.removesuffix("s")


EVERYTHING = frozenset(Channel)


class Close(IntEnum):
    """Why the server ends a connection; the reason in words goes with it."""

    RESTART = 1012
    FAILED = 1011
    TOO_SLOW = 4008


@dataclass(frozen=True)
class Change:
    """A row (`subject_id`) is new or shows something else, told under the number `seq`."""

    seq: int
    tenant_id: int
    channel: Channel
    subject_id: int
    created: bool
    at: datetime

    @property
    def event(self) -> str:
        """What happened, such as alert.created; the row says the rest."""
        return f"{self.channel.thing}.{'created' if self.created else 'changed'}"


@dataclass(frozen=True)
class Kept:
    """The numbers of the changes that can be replayed; None: there never was one."""

    oldest: int | None
    newest: int | None

    def reaches_back_to(self, since: int) -> bool:
        """Whether nothing after `since` is missing, and `since` is a number that was told."""
        if self.oldest is None or self.newest is None:
            return since == 0
        return self.oldest - 1 <= since <= self.newest


Reader = Callable[[Any, int, Sequence[int], datetime], Awaitable[Mapping[int, Any]]]
"""From a connection, the tenant, ids and now to what the API shows of these rows, by id."""
