"""Fill gaps where asked, and take stand-ins back: store, audit, give the events to the next scan. Never commits."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import InvalidInput
from carbon_nexus.gapfills import store
from carbon_nexus.gapfills.fill import Filled
from carbon_nexus.gapfills.fill import fill as estimated
from carbon_nexus.gapfills.model import (
    FEWEST_VALUES,
    GROUP_SCHEMA,
    KEY,
    MOST_GROUPS,
    MOST_ROWS,
    Budget,
    FillResult,
    Selection,
    Taken,
    too_few,
)
from carbon_nexus.kit.jobs import defer_once
from carbon_nexus.predictions.standins import STAND_IN_SCHEMA
from carbon_nexus.rules.model import Rule
from carbon_nexus.scans.jobs import TASK
from carbon_nexus.scans.retract import rescan


async def fill(
    connection: AsyncConnection,
    tenant_id: int,
    asked: Selection,
    default: Rule,
    now: datetime,
    actor: str,
    *,
    dry_run: bool = False,
) -> FillResult:
    """Estimate what is asked for and still lacking, at most MOST_ROWS values of MOST_GROUPS entities and fields.

    Stored with the audit entry, and the events' estimates are taken back for the next scan to make them with the
    stand-ins; a dry run only tells. The events stay as they came. Raises InvalidInput where since is not before until.
    """
    _check(asked)
    await store.lock(connection, tenant_id)
    surveys = {field: await store.survey(connection, tenant_id, asked, field) for field in asked.fields}
    budget, done = Budget(), []
    for field, found in surveys.items():
        taken = _within(found, budget)
        if not taken.is_empty():
            done.append(await _filled(connection, tenant_id, asked, field, taken, budget.rows))
            budget = Budget(budget.rows - done[-1].values.height, budget.groups - taken.height)
    values = pl.concat([pl.DataFrame(schema=STAND_IN_SCHEMA), *(each.values for each in done)])
    if not dry_run and values.height:
        await store.save(connection, tenant_id, values)
        told = dict(values["field"].value_counts(sort=True).iter_rows())
        await _record(connection, tenant_id, "values.estimated", actor, asked, told)
        await _rescan(connection, tenant_id, values["event_id"], default, now, actor)
    return _result(surveys, done, values)


async def take_back(
    connection: AsyncConnection, tenant_id: int, asked: Selection, default: Rule, now: datetime, actor: str
) -> Taken:
    """Delete the stand-ins that are asked for, at most MOST_ROWS of them; the next scan estimates without them.

    Raises InvalidInput where since is not before until.
    """
    _check(asked)
    await store.lock(connection, tenant_id)
    found = await store.stored(connection, tenant_id, asked)
    gone = found.head(MOST_ROWS)
    events = gone["event_id"].n_unique()
    if gone.height:
        await store.remove(connection, tenant_id, gone["id"])
        await _record(connection, tenant_id, "values.taken_back", actor, asked, {"values": gone.height})
        await _rescan(connection, tenant_id, gone["event_id"], default, now, actor)
    return Taken(gone.height, events, found.height - gone.height)


def _check(asked: Selection) -> None:
    if asked.since and asked.until and asked.since >= asked.until:
        told = f"until ({asked.until.isoformat()}) must lie after since ({asked.since.isoformat()})."
        problem = {"type": "invalid_value", "loc": ["body", "until"], "msg": told, "input": asked.until.isoformat()}
        raise InvalidInput([problem], "Correct the two moments.")


def _fillable(found: pl.DataFrame) -> pl.DataFrame:
    return found.filter(pl.col("own") >= FEWEST_VALUES).sort(KEY)


def _within(found: pl.DataFrame, budget: Budget) -> pl.DataFrame:
    """The entities whose turn it is: as many as the budget has rows and groups for, the last one perhaps in part."""
    before = pl.col("lacking").cum_sum() - pl.col("lacking")
    return _fillable(found).filter(before < budget.rows).head(budget.groups)


async def _filled(
    connection: AsyncConnection, tenant_id: int, asked: Selection, field: str, groups: pl.DataFrame, most: int
) -> Filled:
    own = await store.own_values(connection, tenant_id, asked, field, groups)
    gaps = await store.gaps(connection, tenant_id, asked, field, groups, most)
    return await asyncio.to_thread(estimated, own, gaps, field)


def _result(surveys: dict[str, pl.DataFrame], done: list[Filled], values: pl.DataFrame) -> FillResult:
    fillable = sum(int(_fillable(found)["lacking"].sum()) for found in surveys.values())
    poor = [
        found.filter(pl.col("own") < FEWEST_VALUES).sort(KEY).with_columns(field=pl.lit(field))
        for field, found in surveys.items()
    ]
    without = pl.concat([each.drop("middle") for each in poor])
    groups = pl.concat([pl.DataFrame(schema=GROUP_SCHEMA), *(each.groups for each in done)]).to_dicts()
    return FillResult(
        filled=values.height,
        events=values["event_id"].n_unique(),
        left=fillable - values.height,
        not_fillable=int(without["lacking"].sum()),
        groups=[*groups, *(_unfilled(row) for row in without.head(MOST_GROUPS).to_dicts())],
    )


def _unfilled(row: dict[str, Any]) -> dict[str, Any]:
    said = {"filled": 0, "reason": too_few(row["own"])}
    return dict.fromkeys(GROUP_SCHEMA) | {name: row[name] for name in row if name in GROUP_SCHEMA} | said


async def _record(
    connection: AsyncConnection, tenant_id: int, action: str, actor: str, asked: Selection, told: dict[str, int]
) -> None:
    given = {name: str(value) for name, value in asdict(asked).items() if value is not None and name != "fields"}
    entry = Entry(
        action, "event", f"{sum(told.values())} values", actor, None, {"fields": asked.fields, **given, **told}
    )
    await record(connection, tenant_id, [entry])


async def _rescan(
    connection: AsyncConnection, tenant_id: int, event_ids: pl.Series, default: Rule, now: datetime, actor: str
) -> None:
    events = event_ids.unique().sort().to_list()
    await rescan(connection, tenant_id, events, default, now, actor)
    await defer_once(connection, TASK, str(tenant_id), tenant_id=tenant_id)
