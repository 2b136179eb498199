"""A batch beside what is typical: its events at once, its days when they are over. Never commits."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines import day_store, store
from carbon_nexus.baselines.calendar_store import closed_days
from carbon_nexus.baselines.days import observed_days
from carbon_nexus.baselines.follow import follow, going_on, intensities, not_learnt_yet, outside, state_bytes
from carbon_nexus.baselines.model import (
    ALL_TIMES,
    LEAST_NEWS,
    MIN_PEERS,
    MUCH_NEWS,
    OBSERVATION_SCHEMA,
    SERIES,
    STATE_WINDOW,
    WINDOW,
    Metric,
)
from carbon_nexus.baselines.typical import baselines_of, expect

ACTOR = "baselines"
SEEN = ("chance_per_week", "shifted", "drifting")
USUAL_READINGS = timedelta(days=28)  # what a day's number of readings is held against
GRACE = timedelta(hours=6)  # after which a day counts as over without a later event
EARLIEST, AHEAD = datetime(1970, 3, 1, tzinfo=UTC), timedelta(days=1)  # clocks may be off by this much
FOLLOWED = (*SERIES, "event_time", "value", "learn")


async def compare(connection: AsyncConnection, tenant_id: int, estimates: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """The estimates beside what is typical: typical_kg with its range, and how often such an intensity comes by chance.

    Adds metric, typical_kg, typical_low_kg, typical_high_kg, young, chance_per_week, shifted and drifting. An entity
    without enough history of its own is looked up again with each of its batches: a first import is compared with its
    own median instead of waiting for the next recalculation.
    """
    given = _observed(estimates.with_columns(metric=pl.lit(Metric.INTENSITY.value)), now)
    closed = await closed_days(connection, tenant_id, _first(given), now)
    known = await _typicals(connection, tenant_id, given, Metric.INTENSITY, now, closed)
    beside = intensities(await asyncio.to_thread(expect, given, known, closed))
    seen = await _followed(connection, tenant_id, beside, Metric.INTENSITY, now, closed)
    return pl.concat([beside.drop("learn", "value"), seen], how="horizontal")


async def compare_days(
    connection: AsyncConnection, tenant_id: int, entities: Sequence[str], now: datetime
) -> pl.DataFrame:
    """Compare the days of these entities that are over and were not compared since their sum last changed.

    On record they have their typical value afterwards. Returned as `compare` returns events, each at the beginning of
    its day and without an event_id; last_hour is the latest day that its series had learnt before.
    """
    over = await day_store.open_days(connection, tenant_id, entities, now - GRACE)
    if over.is_empty():
        return over.clear()
    own = over["entity"].unique().to_list()
    since: date = over["day"].min()  # type: ignore[assignment]
    days = await day_store.days(connection, tenant_id, own, _moment(since) - USUAL_READINGS, now - GRACE)
    waiting = observed_days(days).filter(~pl.col("scored")).with_columns(learn=pl.lit(True), filled=pl.lit(False))
    closed = await closed_days(connection, tenant_id, _first(waiting), now)
    known = await _typicals(connection, tenant_id, waiting, Metric.ABSOLUTE, now, closed)
    states = await store.states(connection, tenant_id, Metric.ABSOLUTE, own, state_bytes())
    beside = await asyncio.to_thread(expect, waiting, known, closed)
    seen = await _followed(connection, tenant_id, beside, Metric.ABSOLUTE, now, closed)
    compared = pl.concat([beside, seen], how="horizontal").join(
        states.select(*SERIES, pl.col("last_at").alias("last_hour")), on=list(SERIES), how="left", maintain_order="left"
    )
    told = pl.col("value").is_not_null()
    judged = compared.with_columns(typical_kg=pl.when(told).then("typical_kg"))
    await day_store.save_days(connection, tenant_id, judged)
    # a day without a value is no report that nothing stood out: data that are missing end no episode
    return judged.filter(told).with_columns(event_id=pl.lit(None, pl.Int64), co2e_kg="value")


def _observed(estimates: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """With `learn`: no observation of what is typical is an estimate made with an estimated value, or of no known time.

    A clock that is years ahead would make everything that follows late.
    """
    filled = pl.col("filled").fill_null(False) if "filled" in estimates.columns else pl.lit(False)
    plausible = pl.col("event_time").is_between(EARLIEST, now + AHEAD)
    return estimates.with_columns(learn=~filled & plausible, filled=filled)


def _first(given: pl.DataFrame) -> datetime:
    """The earliest of these times that is worth looking up."""
    earliest: datetime = given["event_time"].min()  # type: ignore[assignment]
    return max(earliest, EARLIEST)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


async def _typicals(
    connection: AsyncConnection,
    tenant_id: int,
    given: pl.DataFrame,
    metric: Metric,
    now: datetime,
    closed: Collection[date],
) -> pl.DataFrame:
    """What is typical of the series given, looked up again where they are young or the batch brings much of them.

    The first batch of a long file knows a few days only; what it makes of them is not to judge the weeks that follow.
    """
    entities = given["entity"].unique().sort()
    known = (await store.typicals(connection, tenant_id, entities.to_list())).filter(metric=metric.value)
    brought = given.group_by("entity").agg(pl.len().alias("_brought"))
    old = known.filter(season_cell=ALL_TIMES).join(brought, on="entity")
    enough = (pl.col("_brought") >= LEAST_NEWS) & (pl.col("_brought") >= MUCH_NEWS * pl.col("sample_size"))
    much_news = old.filter(enough)["entity"]
    sure = old.filter(pl.col("sufficiency") != "young", ~pl.col("entity").is_in(much_news.implode()))["entity"]
    new = entities.filter(~entities.is_in(sure.implode())).to_list()
    if not new:
        return known
    if metric is Metric.INTENSITY:
        history = await store.observations(connection, tenant_id, now - WINDOW, now, new)
        batch = given.filter(pl.col("learn") & pl.col("entity").is_in(new))
    else:
        days = observed_days(await day_store.days(connection, tenant_id, new, now - WINDOW, now - GRACE))
        history = days.filter(pl.col("value").is_not_null())
        batch = history.clear()  # stored already
    peers = await store.peers(connection, tenant_id, MIN_PEERS)
    columns = list(OBSERVATION_SCHEMA)
    seen = pl.concat([history.select(columns), batch.select(columns)])
    usual = seen.filter(outside(seen, await store.confirmed(connection, tenant_id, now - WINDOW)))
    calculated = await asyncio.to_thread(baselines_of, usual, now, closed, peers)
    await store.save(connection, tenant_id, calculated)
    return pl.concat([known.filter(~pl.col("entity").is_in(new)), calculated.select(known.columns)])


async def _followed(
    connection: AsyncConnection,
    tenant_id: int,
    observations: pl.DataFrame,
    metric: Metric,
    now: datetime,
    closed: Collection[date],
) -> pl.DataFrame:
    """SEEN of the observations, in their order; their states go on, or are made anew from history, and are saved."""
    numbered = observations.select(*FOLLOWED).with_row_index("_number").with_columns(pl.col("_number").cast(pl.Int64))
    spans = await store.confirmed(connection, tenant_id, now - STATE_WINDOW)
    told = numbered.drop_nulls("activity_unit")  # without one nothing is told of how much was done
    given = told.with_columns(learn=pl.col("learn") & outside(told, spans))
    entities = given["entity"].unique().to_list()
    known = await store.states(connection, tenant_id, metric, entities, state_bytes())
    if metric is Metric.INTENSITY:
        given = not_learnt_yet(given, known)
    else:  # few rows, found by their entity
        known = going_on(given, known)
    anew = given.select(SERIES).unique().join(known, on=list(SERIES), how="anti")
    rows, peers = given.select(*FOLLOWED, "_number"), known.clear()
    if not anew.is_empty():
        history = await _learnable_history(connection, tenant_id, anew, metric, spans, now)
        peers = await store.states_like(connection, tenant_id, anew, state_bytes())
        rows = pl.concat([history.select(*FOLLOWED, _number=pl.lit(None, pl.Int64)), rows])
    scores, states = await asyncio.to_thread(follow, rows, known, peers, closed)
    await store.save_states(connection, tenant_id, states)
    seen = pl.concat([rows.select("_number"), scores], how="horizontal").drop_nulls("_number")
    adopted = seen.filter(pl.col("shifted") != 0).join(numbered, on="_number")
    await record(connection, tenant_id, [_adopted(row) for row in adopted.to_dicts()])
    return numbered.select("_number").join(seen, on="_number", how="left", maintain_order="left").select(SEEN)


def _adopted(row: dict[str, Any]) -> Entry:
    """What is usual of a series has lastingly become another level: rare, once in months for a series."""
    details = {name: row[name] for name in ("event_type", "metric", "activity_unit", "value")}
    details |= {"level": "higher" if row["shifted"] > 0 else "lower", "at": row["event_time"].isoformat()}
    subject = f"{row['entity_type']}/{row['entity']}"
    return Entry("baseline.level_adopted", "baseline", subject, ACTOR, details=details)


async def _learnable_history(
    connection: AsyncConnection,
    tenant_id: int,
    series: pl.DataFrame,
    metric: Metric,
    spans: pl.DataFrame,
    now: datetime,
) -> pl.DataFrame:
    """What is on record of these series (columns of FOLLOWED) from which their states are made anew."""
    entities = series["entity"].unique().to_list()
    if metric is Metric.INTENSITY:
        stored = intensities(await store.observations(connection, tenant_id, now - STATE_WINDOW, now, entities))
    else:
        days = await day_store.days(connection, tenant_id, entities, now - STATE_WINDOW, now - GRACE)
        stored = observed_days(days).filter("scored")
    return stored.with_columns(learn=outside(stored, spans)).join(series, on=list(SERIES), how="semi")
