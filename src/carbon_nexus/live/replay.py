"""What a client missed: frames in the order of the changes, or the word that there is a gap."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from carbon_nexus.live.frames import said
from carbon_nexus.live.history import History
from carbon_nexus.live.model import MOST_REPLAYED, Channel


@dataclass(frozen=True)
class Missed:
    """What to replay: changes in these channels behind `since` up to `until`."""

    channels: frozenset[Channel]
    since: int
    until: int


async def replayed(history: History, tenant_id: int, missed: Missed) -> AsyncIterator[str]:
    """Frames of what was missed, each row as it is now or was a moment ago; or one frame that tells of a gap."""
    if why := await _gap_in(history, missed):
        channels = sorted(missed.channels)
        remedy = "Read the lists of these channels again; what changes from now on is told."
        yield said({"gap": {"seq": missed.until, "channels": channels, "detail": why, "remedy": remedy}})
        return
    async for batch in history.between(tenant_id, missed.since, missed.until):
        if frame := batch.frame(missed.channels, missed.since):
            yield frame


async def _gap_in(history: History, missed: Missed) -> str | None:
    since, until = missed.since, missed.until
    if since > until:
        return f"{since} was not told yet; the last change is {until}."
    if until - since > MOST_REPLAYED:
        return f"There were {until - since} changes behind {since}; {MOST_REPLAYED} can be replayed."
    kept = await history.kept()
    if not kept.reaches_back_to(since):
        return f"Changes behind {since} are no longer kept; the oldest is {kept.oldest}."
    return None
