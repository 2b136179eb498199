"""Silences and mute timings: check, save, tell, each change with its audit entry. Never commits.

What they do to alerts shows at the next evaluation.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts import silence_store, store
from carbon_nexus.alerts.model import Alert, Refusal
from carbon_nexus.alerts.quiet import matching
from carbon_nexus.alerts.silencing import expired, problems
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict, InvalidInput, NotFound
from carbon_nexus.rules.match import matches, written
from carbon_nexus.rules.model import Matcher

LATELY = timedelta(days=7)


async def silence(
    connection: AsyncConnection,
    tenant_id: int,
    matchers: Sequence[Matcher],
    reason: str,
    starts_at: datetime | None,
    ends_at: datetime,
    actor: str,
    now: datetime,
) -> int:
    """Make a silence, from now on where its start is over or not told; its id. Raises InvalidInput."""
    start = max(starts_at or now, now)
    if wrong := list(problems(start, ends_at, now)):
        raise InvalidInput(wrong, "The silence was not made.")
    given = (matchers, reason, actor, start, ends_at, now)
    silence_id = await silence_store.add_silence(connection, tenant_id, *given)
    after = {"matchers": [written(each) for each in matchers], **_times(start, ends_at)}
    entry = Entry("silence.created", "silence", str(silence_id), actor, reason, after=after)
    await record(connection, tenant_id, [entry])
    return silence_id


async def expire(connection: AsyncConnection, tenant_id: int, silence_id: int, actor: str, now: datetime) -> None:
    """End a silence now. Raises NotFound, and Conflict where it is over already."""
    found = await silence_store.one_silence(connection, tenant_id, silence_id)
    if found is None:
        raise no_silence(silence_id)
    times = expired(found, now)
    if isinstance(times, Refusal):
        raise Conflict(times.reason, "Make a new one.")
    await silence_store.move_silence(connection, tenant_id, silence_id, *times)
    before, after = _times(found.starts_at, found.ends_at), _times(*times)
    entry = Entry("silence.expired", "silence", str(silence_id), actor, before=before, after=after)
    await record(connection, tenant_id, [entry])


async def preview(
    connection: AsyncConnection, tenant_id: int, matchers: Sequence[Matcher], now: datetime
) -> tuple[list[Alert], int]:
    """The open alerts that these matchers hit, and how many alerts of the last days they would have hit."""
    hit = matching(await store.open_alerts(connection, tenant_id), matchers)
    lately = await store.label_sets(connection, tenant_id, now - LATELY)
    alike = (({**labels, "rule": rule, "severity": level}, count) for rule, level, labels, count in lately)
    return hit, sum(count for labels, count in alike if matches(matchers, labels))


async def put_timing(
    connection: AsyncConnection, tenant_id: int, name: str, spec: dict[str, Any], actor: str, now: datetime
) -> None:
    """Store a mute timing (a checked spec) in the place of the one there may be."""
    stored = await silence_store.timing_rows(connection, tenant_id, name)
    await silence_store.put_timing(connection, tenant_id, name, spec, now)
    before = stored[0]["spec"] if stored else None
    action = "mute_timing.replaced" if stored else "mute_timing.created"
    await record(connection, tenant_id, [Entry(action, "mute_timing", name, actor, before=before, after=spec)])


async def remove_timing(connection: AsyncConnection, tenant_id: int, name: str, actor: str) -> None:
    """Delete a mute timing. Raises NotFound."""
    before = await silence_store.remove_timing(connection, tenant_id, name)
    if before is None:
        raise no_timing(name)
    await record(connection, tenant_id, [Entry("mute_timing.deleted", "mute_timing", name, actor, before=before)])


def _times(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}


def no_silence(silence_id: int) -> NotFound:
    """There is no such silence."""
    return NotFound(f"There is no silence {silence_id}.", "GET /silences lists all.")


def no_timing(name: str) -> NotFound:
    """There is no such mute timing."""
    return NotFound(f"There is no mute timing '{name}'.", "GET /mute-timings lists all.")
