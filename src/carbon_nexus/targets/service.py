"""Load, decide, save: targets, and how they go in a month. Never commits."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict, NotFound
from carbon_nexus.forecasts import service as forecasts
from carbon_nexus.forecasts.model import LONGEST_HORIZON
from carbon_nexus.targets import store
from carbon_nexus.targets.accepted import accepted, changes, document, key_of
from carbon_nexus.targets.course import Course, courses
from carbon_nexus.targets.model import Month, Target, month_of

MOST_TARGETS = 5_000  # of a tenant: each is looked at in every evaluation of the alerts


async def put(
    connection: AsyncConnection, tenant_id: int, given: Sequence[Target], actor: str, now: datetime
) -> list[dict[str, Any]]:
    """Store these targets, each in the place of the one of its scope and month there may be, or none of them; as shown.

    Raises InvalidInput for one that is about nobody or told twice, Conflict where there would be too many.
    """
    await store.lock(connection, tenant_id)
    whole = await _accepted(connection, tenant_id, given)
    stored = await store.every(connection, tenant_id)
    changed = changes(whole, stored)
    if len(stored) + sum(before is None for before, _ in changed) > MOST_TARGETS:
        raise Conflict(
            f"There would be more than {MOST_TARGETS:,} targets.", "Delete some, or let some stand for all months."
        )
    await store.save(connection, tenant_id, [after for _, after in changed], actor, now)
    given_keys = {key_of(each) for each in whole}
    ids = {key_of(each): each.id for each in await store.every(connection, tenant_id) if key_of(each) in given_keys}
    told = [("replaced" if before else "created", ids[key_of(after)], before, after) for before, after in changed]
    await record(connection, tenant_id, [_entry(*each, actor) for each in told])
    shown = await store.shown(connection, tenant_id, ids.values())
    return [shown[ids[key_of(each)]] for each in whole]


async def delete(connection: AsyncConnection, tenant_id: int, target_id: int, actor: str) -> None:
    """Delete one target. Raises NotFound."""
    await store.lock(connection, tenant_id)
    before = await store.find(connection, tenant_id, target_id)
    if before is None:
        raise _none_of(target_id)
    await store.remove(connection, tenant_id, target_id)
    await record(connection, tenant_id, [_entry("deleted", target_id, before, None, actor)])


async def courses_in(
    connection: AsyncConnection, tenant_id: int, month: Month, now: datetime, outlooks: pl.DataFrame | None
) -> list[Course]:
    """The course of every target that holds in the month; `outlooks` as `courses` takes them."""
    held = await store.holding(connection, tenant_id, month)
    return await _courses(connection, tenant_id, held, month, now, outlooks)


async def progress(
    connection: AsyncConnection, tenant_id: int, month: Month, now: datetime
) -> tuple[list[Course], datetime | None]:
    """The same with the forecast where the month needs one, and when that was made; None: there is none."""
    held = await store.holding(connection, tenant_id, month)
    ahead = await _ahead(connection, tenant_id, month, now) if held else None
    return await _courses(connection, tenant_id, held, month, now, ahead), _made_at(ahead)


async def one(
    connection: AsyncConnection, tenant_id: int, target_id: int, month: Month | None, now: datetime
) -> tuple[Course, datetime | None]:
    """The same of one target, in the present month unless another is told. Raises NotFound, also where another target
    of its scope holds in the month.
    """
    target = await store.find(connection, tenant_id, target_id)
    if target is None:
        raise _none_of(target_id)
    chosen = month or _present(target, now)
    held = {each.scope: each for each in await store.holding(connection, tenant_id, chosen)}
    if (holding := held.get(target.scope)) != target:
        instead = f"Target {holding.id} does." if holding else f"It begins to hold in {Month(target.month).name}."
        raise NotFound(f"Target {target_id} does not hold in {chosen.name}.", instead)
    ahead = await _ahead(connection, tenant_id, chosen, now)
    (course,) = await _courses(connection, tenant_id, [target], chosen, now, ahead)
    return course, _made_at(ahead)


def _present(target: Target, now: datetime) -> Month:
    """The month in which a target is looked at where none is told: its only one, or the running one."""
    return Month(max(target.month, month_of(now.date()).first)) if target.standing else Month(target.month)


async def _accepted(connection: AsyncConnection, tenant_id: int, given: Sequence[Target]) -> list[Target]:
    named = {each.entity for each in given if each.entity is not None}
    subjects = await store.subjects(connection, tenant_id, named)
    mistaken = named - {entity for entity, _, _ in subjects}
    names = {entity for entity, _, _ in await store.subjects(connection, tenant_id)} if mistaken else set()
    return await asyncio.to_thread(accepted, given, subjects, names)


async def _ahead(connection: AsyncConnection, tenant_id: int, month: Month, now: datetime) -> pl.DataFrame | None:
    """The forecast series, where a day of the month lies within their reach."""
    today = now.date()
    if month.last < today or month.first - today >= timedelta(days=LONGEST_HORIZON):
        return None
    return await forecasts.outlooks(connection, tenant_id, now)


async def _courses(
    connection: AsyncConnection,
    tenant_id: int,
    targets: Sequence[Target],
    month: Month,
    now: datetime,
    outlooks: pl.DataFrame | None,
) -> list[Course]:
    today = now.date()
    ids = [each.id for each in targets]
    days = await store.spent(connection, tenant_id, ids, month.first, min(month.last, today))
    return await asyncio.to_thread(courses, targets, month, today, days, outlooks)


def _made_at(outlooks: pl.DataFrame | None) -> datetime | None:
    made: datetime | None = None if outlooks is None or outlooks.is_empty() else outlooks["made_at"][0]
    return made


def _none_of(target_id: int) -> NotFound:
    return NotFound(f"There is no target {target_id}.", "GET /targets lists all.")


def _entry(what: str, target_id: int, before: Target | None, after: Target | None, actor: str) -> Entry:
    old, new = (None if each is None else document(each) for each in (before, after))
    return Entry(f"target.{what}", "target", str(target_id), actor, before=old, after=new)
