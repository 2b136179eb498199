"""Recalculation: baselines and streaming states anew from what is on record. Never commits."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date, datetime

import polars as pl
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines import day_store, store
from carbon_nexus.baselines.calendar_store import closed_days
from carbon_nexus.baselines.comparing import GRACE, compare_days
from carbon_nexus.baselines.days import observed_days
from carbon_nexus.baselines.follow import follow, intensities, outside, state_bytes
from carbon_nexus.baselines.model import MIN_PEERS, OBSERVATION_SCHEMA, SERIES, STATE_SCHEMA, STATE_WINDOW, WINDOW
from carbon_nexus.baselines.show_store import by_sufficiency
from carbon_nexus.baselines.typical import baselines_of
from carbon_nexus.errors import NotFound

ALL = "all"
ESTIMATES_AT_ONCE = 1_000_000  # about 250 MB of columns; bounds the memory of a recalculation


async def recalculate(connection: AsyncConnection, tenant_id: int, now: datetime) -> int:
    """Make baselines and streaming states anew from the stored estimates; returns how many baselines, young included.

    One whose entity sent nothing in the window is gone afterwards.
    """
    since = now - STATE_WINDOW
    size = await store.estimates_since(connection, tenant_id, since)
    shards = 1 + size // ESTIMATES_AT_ONCE
    peers = await store.peers(connection, tenant_id, MIN_PEERS) if shards > 1 else None
    total = 0
    for number in range(shards):
        events = await store.shard(connection, tenant_id, since, now, number, shards)
        days = await day_store.shard(connection, tenant_id, since, now - GRACE, number, shards)
        calculated = await _learn_anew(connection, tenant_id, events, days, now, peers)
        total += calculated.height
    await store.forget_others(connection, tenant_id)
    await store.note_day(connection, tenant_id, now)
    logger.info("{} baselines from about {} estimates", total, size)
    return total


async def recalculate_of(connection: AsyncConnection, tenant_id: int, entities: Sequence[str], now: datetime) -> int:
    """Make the baselines of these entities anew and compare days whose sums have changed; how many baselines.

    For late events and events that were taken back, whose findings are corrected by the caller: what stands out on the
    days compared here is told to nobody.
    """
    count = await renew(connection, tenant_id, entities, now)
    await compare_days(connection, tenant_id, entities, now)
    return count


async def renew(connection: AsyncConnection, tenant_id: int, entities: Sequence[str], now: datetime) -> int:
    """Make baselines and states of these entities anew; how many baselines.

    For what cannot wait for the next recalculation of all. An entity without any estimate left loses them.
    """
    if not entities:
        return 0
    events = await store.observations(connection, tenant_id, now - STATE_WINDOW, now, entities)
    days = await day_store.days(connection, tenant_id, entities, now - STATE_WINDOW, now - GRACE)
    peers = await store.peers(connection, tenant_id, MIN_PEERS)
    await store.forget_states(connection, tenant_id, entities)
    calculated = await _learn_anew(connection, tenant_id, events, days, now, peers)
    await store.forget(connection, tenant_id, entities, calculated)
    return calculated.height


async def on_request(
    connection: AsyncConnection, tenant_id: int, entity: str | None, now: datetime, actor: str
) -> dict[str, int]:
    """Make baselines anew, of one entity or of all (None); how many there are of each sufficiency. Raises NotFound."""
    await store.lock(connection, tenant_id)
    before = await by_sufficiency(connection, tenant_id, entity)
    if entity is None:
        await recalculate(connection, tenant_id, now)
    elif not await renew(connection, tenant_id, [entity], now) and not any(before.values()):
        message = f"There is no estimate of the entity '{entity}' in the last {WINDOW.days} days."
        raise NotFound(message, "GET /baselines lists the entities that have baselines; names are exact.")
    after = await by_sufficiency(connection, tenant_id, entity)
    made_anew = Entry("baselines.recalculated", "baselines", entity or ALL, actor, before=before, after=after)
    await record(connection, tenant_id, [made_anew])
    return after


async def _learn_anew(
    connection: AsyncConnection,
    tenant_id: int,
    events: pl.DataFrame,
    days: pl.DataFrame,
    now: datetime,
    peers: pl.DataFrame | None,
) -> pl.DataFrame:
    """Save baselines and states of whatever these events and days are of, without what was confirmed as unusual."""
    closed = await closed_days(connection, tenant_id, now - STATE_WINDOW, now)
    spans = await store.confirmed(connection, tenant_id, now - STATE_WINDOW)
    seen = [each.with_columns(learn=outside(each, spans)) for each in (intensities(events), observed_days(days))]
    known = pl.concat(
        [each.filter("learn", pl.col("value").is_not_null()).select(*OBSERVATION_SCHEMA) for each in seen]
    )
    calculated = await asyncio.to_thread(baselines_of, known, now, closed, peers)
    await store.save(connection, tenant_id, calculated)
    for each in seen:
        await _follow_anew(connection, tenant_id, each, closed)
    return calculated


async def _follow_anew(
    connection: AsyncConnection, tenant_id: int, seen: pl.DataFrame, closed: Collection[date]
) -> None:
    if seen.is_empty():
        return
    like = await store.states_like(connection, tenant_id, seen.select(SERIES).unique(), state_bytes())
    followed = await asyncio.to_thread(follow, seen, pl.DataFrame(schema=STATE_SCHEMA), like, closed)
    await store.save_states(connection, tenant_id, followed.states)
