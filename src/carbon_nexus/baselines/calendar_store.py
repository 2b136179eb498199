"""SQL of the calendar: read, change, and the closed days of a time."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines.calendar import Calendar, check, holidays_between
from carbon_nexus.db.tables import calendars


async def calendar_of(connection: AsyncConnection, tenant_id: int) -> Calendar:
    """The tenant's calendar; one without any day until it is told."""
    row = (await connection.execute(select(calendars).where(calendars.c.tenant_id == tenant_id))).mappings().first()
    if row is None:
        return Calendar()
    return Calendar(row["country"], row["subdivision"], tuple(date.fromisoformat(day) for day in row["extra_days"]))


async def closed_days(connection: AsyncConnection, tenant_id: int, start: datetime, end: datetime) -> Sequence[date]:
    """The tenant's days like a Sunday from `start` to `end`, in order."""
    calendar = await calendar_of(connection, tenant_id)
    return sorted(holidays_between(calendar, start.date(), max(start, end).date()))


async def change_calendar(
    connection: AsyncConnection, tenant_id: int, calendar: Calendar, actor: str, now: datetime
) -> None:
    """Put a calendar in place of the one there was, on record. Raises InvalidInput."""
    check(calendar)
    # one after the other, so that each entry of the trail begins where the one before ended
    key = func.hashtext(f"calendar:{tenant_id}")
    await connection.execute(select(func.pg_advisory_xact_lock(key)))
    before = await calendar_of(connection, tenant_id)
    values = {**_told(calendar), "changed_by": actor, "updated_at": now}
    statement = insert(calendars).values(tenant_id=tenant_id, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["tenant_id"], set_=values))
    subject = "calendar.changed", "calendar", str(tenant_id), actor
    await record(connection, tenant_id, [Entry(*subject, before=_told(before), after=_told(calendar))])


def _told(calendar: Calendar) -> dict[str, object]:
    days = [day.isoformat() for day in calendar.extra_days]
    return {"country": calendar.country, "subdivision": calendar.subdivision, "extra_days": days}
