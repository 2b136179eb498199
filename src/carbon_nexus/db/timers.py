"""Which of many processes works a timer's tick: an advisory lock and a row, in one short transaction.

A lock held for a leader's whole life would need a session of its own, which a transaction pooler does not give.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import timers


async def claim_tick(engine: AsyncEngine, name: str, interval: timedelta, now: datetime) -> bool:
    """True for exactly one caller per interval; commits, because the claim must stand before the work begins.

    A claim more than an interval ahead of `now` was made by a wrong clock: it is passed over, so that a machine that
    once woke up in another year does not stop the timer until then.
    """
    async with engine.begin() as connection:
        if not await connection.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(f"timer:{name}")))):
            return False
        last = timers.c.last_run_at
        claim = (
            insert(timers)
            .values(name=name, last_run_at=now)
            .on_conflict_do_update(
                index_elements=[timers.c.name],
                set_={"last_run_at": now},
                where=(last <= now - interval) | (last > now + interval),
            )
            .returning(timers.c.name)
        )
        return await connection.scalar(claim) is not None
