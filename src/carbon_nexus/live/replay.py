"""What a client missed, read from the database: frames in the order of the changes, or the word that there is a gap."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from carbon_nexus.live import store
from carbon_nexus.live.frames import said
from carbon_nexus.live.hub import Hub
from carbon_nexus.live.model import MOST_AT_ONCE, MOST_REPLAYED, Change, Channel


@dataclass(frozen=True)
class Missed:
    """What to replay: changes in these channels behind `since` up to `until`."""

    channels: frozenset[Channel]
    since: int
    until: int


async def replayed(hub: Hub, tenant_id: int, missed: Missed) -> AsyncIterator[str]:
    """Frames of what was missed, each row once as it is now; or one frame that tells of a gap."""
    found = await _found(hub, tenant_id, missed)
    if isinstance(found, str):
        yield _gap(missed, found)
        return
    for start in range(0, len(found), MOST_AT_ONCE):
        async with hub.replaying, hub.engine.begin() as connection:
            batch = await hub.read(connection, found[start : start + MOST_AT_ONCE], missed.channels)
        if frame := batch.frame(missed.channels):
            yield frame


async def _found(hub: Hub, tenant_id: int, missed: Missed) -> list[Change] | str:
    if missed.since > missed.until:
        return f"{missed.since} was not told yet; the last change is {missed.until}."
    async with hub.replaying, hub.engine.begin() as connection:
        kept = await store.kept(connection)
        if not kept.reaches_back_to(missed.since):
            return f"Changes behind {missed.since} are no longer kept; the oldest is {kept.oldest}."
        bounds = missed.channels, missed.since, missed.until, MOST_REPLAYED + 1
        changes = await store.missed(connection, tenant_id, *bounds)
    return (
        changes if len(changes) <= MOST_REPLAYED else f"More than {MOST_REPLAYED} rows changed behind {missed.since}."
    )


def _gap(missed: Missed, why: str) -> str:
    channels = sorted(missed.channels)
    remedy = "Read the lists of these channels again; what changes from now on is told."
    return said({"gap": {"seq": missed.until, "channels": channels, "detail": why, "remedy": remedy}})
