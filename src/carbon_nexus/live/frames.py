"""What is sent: each change serialised once, and put together once for all who listen to the same channels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from carbon_nexus.live.model import Change, Channel


@dataclass(frozen=True)
class Batch:
    """Changes of one tenant that were read together, each with its row, in the order of their numbers."""

    seq: int
    messages: Sequence[tuple[Change, Any]]
    _frames: dict[frozenset[Channel], str | None] = field(default_factory=dict)
    _pieces: list[orjson.Fragment] = field(default_factory=list)

    def frame(self, channels: frozenset[Channel], since: int = 0) -> str | None:
        """The JSON text for those who listen to these channels and have heard all up to `since`; None: nothing is."""
        if self.messages and since >= self.messages[0][0].seq:
            return self._put_together(channels, since)  # of a few who come in the middle
        if channels not in self._frames:
            self._frames[channels] = self._put_together(channels, since)
        return self._frames[channels]

    def _put_together(self, channels: frozenset[Channel], since: int) -> str | None:
        if not self._pieces:
            self._pieces.extend(_piece(change, row) for change, row in self.messages)
        changes = (change for change, _ in self.messages)
        own = [
            piece
            for change, piece in zip(changes, self._pieces, strict=True)
            if change.channel in channels and change.seq > since
        ]
        return said({"seq": self.seq, "changes": own}) if own else None


def said(message: Any) -> str:
    """A message as JSON text."""
    return orjson.dumps(message).decode()


def last_of_each(changes: Iterable[Change]) -> list[Change]:
    """Of several changes of one row the last, as created where one of them was: the row is shown as it is now."""
    last: dict[tuple[int, Channel, int], Change] = {}
    for change in changes:
        before = last.pop((change.tenant_id, change.channel, change.subject_id), None)
        created = change.created or (before is not None and before.created)
        last[change.tenant_id, change.channel, change.subject_id] = replace(change, created=created)
    return list(last.values())


def _piece(change: Change, row: Any) -> orjson.Fragment:
    told = {"seq": change.seq, "channel": change.channel, "event": change.event, "at": change.at, "payload": row}
    return orjson.Fragment(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS))
