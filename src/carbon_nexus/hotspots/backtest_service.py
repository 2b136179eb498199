"""A rule tried on the history on record, beside the one in force and the original's. Nothing is written."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.calendar_store import closed_days
from carbon_nexus.baselines.comparing import GRACE
from carbon_nexus.baselines.days import observed_days
from carbon_nexus.errors import InvalidInput
from carbon_nexus.hotspots import backtest_store as store
from carbon_nexus.hotspots.backtest import (
    OBSERVED_SCHEMA,
    WARM_UP,
    Asked,
    Overlap,
    Replayed,
    Tally,
    overlap,
    replay,
    tally,
)
from carbon_nexus.hotspots.detect import SUBJECT
from carbon_nexus.hotspots.model import Metric, Severity
from carbon_nexus.rules.match import expression
from carbon_nexus.rules.model import Policy

MOST_OBSERVATIONS = 20_000_000  # about 0.6 GB of columns, and three times as much while they are sorted


@dataclass(frozen=True)
class Tried:
    """A policy, how often it found something, and what of the marked hotspots it found."""

    policy: Policy
    tally: Tally
    marked: Overlap


@dataclass(frozen=True)
class Backtested:
    """What came of it: `in_force` are the hotspots on record, `episodes` those of the rule asked about.

    Episodes have the subject's names, severity, opened, ended (the last sign), active, shifted, drifting, event_count,
    excess_kg and ratio.
    """

    observations: int
    compared: int
    entities: int
    entity_weeks: float
    rule: Tried
    original: Tried
    in_force: Tally
    episodes: pl.DataFrame


async def backtest(
    connection: AsyncConnection, tenant_id: int, asked: Asked, original: Policy, now: datetime
) -> Backtested:
    """Replay the rule and the original's over the history. Raises InvalidInput where that is too much at once."""
    since = asked.start - WARM_UP
    subjects, observed = await _history(connection, tenant_id, asked, since, now)
    closed = await closed_days(connection, tenant_id, since, asked.end)
    policies = [asked.policy, original]
    replayed = await asyncio.to_thread(replay, observed, policies, asked.start, metric=asked.metric, closed=closed)
    stored = _matched(await store.stored(connection, tenant_id, asked), asked)
    return await asyncio.to_thread(_told, replayed, policies, subjects, stored)


def _told(replayed: Replayed, policies: list[Policy], subjects: pl.DataFrame, stored: pl.DataFrame) -> Backtested:
    watched = replayed.watched
    weeks = float(watched["weeks"].sum())
    named = [_named(each, subjects) for each in replayed.episodes]
    marked = stored.drop_nulls("verdict")
    rule, original = (
        Tried(policy, tally(each, weeks), overlap(each, marked))
        for policy, each in zip(policies, named, strict=True)
    )  # fmt: skip
    return Backtested(
        observations=int(watched["observations"].sum()),
        compared=int(watched["compared"].sum()),
        entities=subjects.filter(pl.col("subject").is_in(watched["subject"].implode()))["entity"].n_unique(),
        entity_weeks=weeks,
        rule=rule,
        original=original,
        in_force=tally(stored, weeks),
        episodes=named[0],
    )


def _named(episodes: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    ranks = {severity.rank: severity.value for severity in Severity}
    named = episodes.join(subjects, on="subject", how="left", maintain_order="left")
    return named.with_columns(pl.col("severity").replace_strict(ranks, return_dtype=pl.String))


async def _history(
    connection: AsyncConnection, tenant_id: int, asked: Asked, since: datetime, now: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who is watched (subject, its names), and the observations (OBSERVED_SCHEMA)."""
    if asked.metric is Metric.ABSOLUTE:
        # a day has its sum when it is over
        first, end = since.date(), min(asked.end, now - GRACE).date()
        _refuse_too_many(await store.count_days(connection, tenant_id, asked, first, end), asked, since)
        days = _matched(observed_days(await store.days(connection, tenant_id, asked, first, end)), asked)
        series = days.select(SUBJECT).unique().sort(SUBJECT)
        numbered = days.join(series.with_row_index("series"), on=SUBJECT).with_columns(co2e_kg="value")
        return await asyncio.to_thread(_in_order, series, numbered)
    found = await store.series(connection, tenant_id, asked, since)
    chosen = _matched(found.with_columns(metric=pl.lit(asked.metric.value)), asked)
    _refuse_too_many(int(chosen["count"].sum()), asked, since)
    events = await store.events(connection, tenant_id, chosen, since, asked.end)
    return await asyncio.to_thread(_in_order, chosen.select(SUBJECT), events)


def _matched(subjects: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """The rows (with the labels of SUBJECT) of whom the rule watches."""
    return subjects.filter(expression(asked.matchers))


def _in_order(series: pl.DataFrame, observations: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Subjects with their number, and the observations, which are in the order of time, by subject.

    `series` has the subject of each series, in the order of their names.
    """
    subject = series.select(pl.struct(SUBJECT).rle_id()).to_series()
    numbered = observations.with_columns(subject=subject.gather(observations["series"]))
    observed = numbered.select(*OBSERVED_SCHEMA).cast(OBSERVED_SCHEMA)  # type: ignore[arg-type]
    return series.with_columns(subject=subject).unique("subject"), observed.sort("subject", maintain_order=True)


def _refuse_too_many(count: int, asked: Asked, since: datetime) -> None:
    if count > MOST_OBSERVATIONS:
        rule = f"{count:,} observations from {since:%Y-%m-%d %H:%M} (four weeks to learn from included) to "
        rule += f"{asked.end:%Y-%m-%d %H:%M} UTC; {MOST_OBSERVATIONS:,} are the most"
        remedy = "Choose a shorter time, or one entity, entity_type or event_type."
        told = {"type": "too_long", "loc": ["body"], "msg": f"{rule}. {remedy}", "input": count}
        raise InvalidInput([told | {"rule": rule, "remedy": remedy}])
