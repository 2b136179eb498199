"""A baseline as it is shown: its season cells, what its state says now, its days beside what was observed on them."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from math import exp
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines import day_store, show_store, store
from carbon_nexus.baselines.calendar_store import closed_days
from carbon_nexus.baselines.comparing import GRACE
from carbon_nexus.baselines.days import observed_days
from carbon_nexus.baselines.follow import follow, state_bytes
from carbon_nexus.baselines.model import ALL_TIMES, MOMENT, SERIES, Metric
from carbon_nexus.errors import NotFound

NO_EVENTS = "no events of that day tell anything"
NOT_OVER = "the day is not over"
TOO_FEW = "too few readings for the sum of a day"


async def with_cells(connection: AsyncConnection, tenant_id: int, baseline_id: int, now: datetime) -> dict[str, Any]:
    """The baseline with `cells`, the other ones of its series, and `state`, what is learnt by now. Raises NotFound."""
    found = await _found(connection, tenant_id, baseline_id)
    series = _series(found)
    cells = await show_store.of_series(connection, tenant_id, series)
    told = [row | {"when": when(row["season_cell"], row["metric"])} for row in cells if row["season_cell"] != ALL_TIMES]
    return found | {"cells": told, "state": await _state(connection, tenant_id, series, now)}


def when(season_cell: int, metric: str) -> str:
    """The times of a season cell in words."""
    if season_cell == ALL_TIMES:
        return "all times"
    day_off, hour = divmod(season_cell - 1, 24)
    days = "weekends and closed days" if day_off else "weekdays"
    return days if metric == Metric.ABSOLUTE else f"{days} {hour:02}:00-{(hour + 1) % 24:02}:00 UTC"


async def history(
    connection: AsyncConnection, tenant_id: int, baseline_id: int, days: int, now: datetime
) -> list[dict[str, Any]]:
    """The last so many UTC days, today last: what the baseline was, and beside it what was observed. Raises NotFound.

    `observed` is in the baseline's unit; where it is null, `reason` says why.
    """
    found = await _found(connection, tenant_id, baseline_id)
    series = _series(found)
    if found["season_cell"] != ALL_TIMES:
        overall, *_ = await show_store.of_series(connection, tenant_id, series)
        message = f"Baseline {baseline_id} is of {when(found['season_cell'], found['metric'])}: it has no history."
        raise NotFound(message, f"Ask for the one of all times: GET /baselines/{overall['id']}/history.")
    since = now - timedelta(days=days - 1)
    noted = await show_store.noted(connection, tenant_id, baseline_id, since)
    observed = await _observed(connection, tenant_id, series, since, now)
    calendar = pl.DataFrame({"day": pl.date_range(since.date(), now.date(), eager=True)})
    beside = calendar.join(noted, on="day", how="left").join(observed, on="day", how="left").sort("day")
    nothing = pl.when(_not_over(series, now)).then(pl.lit(NOT_OVER)).otherwise(pl.lit(NO_EVENTS))
    few = pl.when(pl.col("event_count") > 0).then(pl.lit(TOO_FEW)).otherwise(nothing)
    told = beside.with_columns(
        pl.col("event_count").fill_null(0), reason=pl.when(pl.col("observed").is_null()).then(few)
    )
    return told.to_dicts()


def _not_over(series: Mapping[str, str], now: datetime) -> pl.Expr:
    """Whether a day has no sum yet; an intensity is one from the first event on."""
    first = now.date() + timedelta(days=1) if series["metric"] == Metric.INTENSITY else (now - GRACE).date()
    return pl.col("day") >= first


async def _observed(
    connection: AsyncConnection, tenant_id: int, series: Mapping[str, str], since: datetime, now: datetime
) -> pl.DataFrame:
    """By day observed, observed_kg and event_count of the series."""
    told = ("day", "observed", "observed_kg", "event_count")
    if series["metric"] == Metric.INTENSITY:
        sums = await show_store.daily_intensities(connection, tenant_id, series, since, now)
        return sums.with_columns(observed=pl.col("observed_kg") / pl.col("activity")).select(told)
    days = await day_store.days(connection, tenant_id, [series["entity"]], since, now - GRACE)
    own = observed_days(days).filter(entity_type=series["entity_type"], event_type=series["event_type"])
    return own.rename({"value": "observed", "co2e_kg": "observed_kg"}).select(told)


async def _state(
    connection: AsyncConnection, tenant_id: int, series: Mapping[str, str], now: datetime
) -> dict[str, Any] | None:
    """What the streaming state leads to expect now; None: there is none, or one of another release."""
    from carbon_nexus.baselines.clocks import COUNT  # compiled code: loading it takes a second

    states = await store.states(connection, tenant_id, Metric(series["metric"]), [series["entity"]], state_bytes())
    own = states.filter(**series)
    if own.is_empty():
        return None
    closed = await closed_days(connection, tenant_id, now, now)
    (seen,) = (await asyncio.to_thread(_asked, own, now, closed)).to_dicts()
    learnt = np.frombuffer(own["state"].item(), np.float32)[COUNT]
    expected, spread = seen["expected"], seen["spread"]
    known = expected is not None and spread is not None
    return {
        "expected": expected,
        "low": expected * exp(-2 * spread) if known else None,
        "high": expected * exp(2 * spread) if known else None,
        "spread": spread,
        "observations": max(int(learnt), 0),
        "last_at": own["last_at"].item(),
    }


def _asked(state: pl.DataFrame, now: datetime, closed: Collection[date]) -> pl.DataFrame:
    """`expected` and `spread` of a state at this moment; nothing is learnt by asking."""
    asked = state.select(*SERIES, event_time=pl.lit(now).cast(MOMENT), value=pl.lit(0.0), learn=pl.lit(False))
    return follow(asked, state, state.clear(), closed).scores


async def _found(connection: AsyncConnection, tenant_id: int, baseline_id: int) -> dict[str, Any]:
    found = await show_store.find(connection, tenant_id, baseline_id)
    if found is None:
        raise NotFound(f"There is no baseline {baseline_id}.", "GET /baselines lists them all.")
    return found


def _series(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in SERIES}
