"""What arrived is counted, what is undone is taken back, and both are told with a score. Never commits."""

import asyncio
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.model import shown
from carbon_nexus.emissions.entity import with_entities
from carbon_nexus.errors import NotFound
from carbon_nexus.quality import store
from carbon_nexus.quality.gaps import Gaps, find_gaps
from carbon_nexus.quality.measure import measure, measure_stored, merged
from carbon_nexus.quality.model import COUNTS, QUALITY_DAYS, first_day
from carbon_nexus.quality.score import added_up, reasons, scored

ROWS_AT_ONCE = 200_000
MANY_ROWS = 10_000  # below, a thread costs more than it frees
MOST_ENTITIES = 500  # of a supplier that are listed
NO_SOURCE = "external"  # as the table of events has it


async def record(
    connection: AsyncConnection,
    tenant_id: int,
    *,
    stored: pl.DataFrame,
    duplicates: pl.DataFrame,
    rejected: pl.DataFrame,
    source: str,
    now: datetime,
) -> pl.DataFrame:
    """Count rows that arrived `now`, and return the counts: see measure.measure for the frames.

    Once in a transaction, last before its commit: the lines of a day are locked until then, in the order of their key.
    """
    if stored.height + duplicates.height + rejected.height > MANY_ROWS:
        counts = await asyncio.to_thread(measure, stored, duplicates, rejected, source, now)
    else:
        counts = measure(stored, duplicates, rejected, source, now)
    if counts.height:
        await store.add(connection, tenant_id, counts, now)
    return counts


async def forget(
    connection: AsyncConnection,
    tenant_id: int,
    *,
    job_id: int,
    first_event_id: int,
    last_event_id: int,
    started: datetime,
    ended: datetime,
) -> None:
    """Take back what the stored events of an ingest job (its row id) contributed; call it before they are deleted.

    They are counted anew from the events, on the days they were created, within the moments between which the job
    recorded them. Its rejected and duplicate rows stay: they did arrive. A line with nothing left is deleted.
    """
    parts, after = [], first_event_id - 1
    while True:
        events = await store.events_of_job(
            connection, tenant_id, job_id, after, last_event_id, (started, ended), ROWS_AT_ONCE
        )
        if events.is_empty():
            break
        parts.append(await asyncio.to_thread(measure_stored, events, NO_SOURCE))
        after = events["id"][-1]
    if parts:
        taken = merged(parts).with_columns(-pl.col(name) for name in COUNTS)
        await store.add(connection, tenant_id, taken, started)
        await store.drop_empty(connection, tenant_id, taken["window_start"].unique())


async def overall(connection: AsyncConnection, tenant_id: int, now: datetime) -> dict[str, Any]:
    """Quality of all that arrived in the last days, and of each source; with the `reason` where there is none."""
    first = first_day(now)
    sources = await store.figures(connection, tenant_id, first, ("source",))
    filled = await store.filled(connection, tenant_id, first)
    by_source = _with_filled(sources, filled, ("source",))
    (total,) = _told(added_up(by_source))
    return total | {"sources": _told(by_source, "source"), "reason": _reason(total)}


async def of_supplier(connection: AsyncConnection, tenant_id: int, supplier_id: str) -> dict[str, Any]:
    """Quality of a supplier's rows over the days up to its last arrival, by source, entity and day.

    Entities are the worst MOST_ENTITIES, the worst first. Raises NotFound where no row of it ever arrived.
    """
    first = None if "\x00" in supplier_id else await store.first_day_of(connection, tenant_id, supplier_id)
    if first is None:
        raise NotFound(f"No rows of supplier '{shown(supplier_id)}' have arrived.", "Supplier ids are case-sensitive.")
    filled = with_entities(await store.filled(connection, tenant_id, first, supplier_id))
    told = {}
    for name, grain in (("sources", ("source",)), ("entities", ("entity", "entity_type")), ("days", ("window_start",))):
        figures = await store.figures(connection, tenant_id, first, grain, supplier_id)
        told[name] = _with_filled(figures, filled, grain)
    (total,) = _told(added_up(told["sources"]))
    named = told["entities"].filter(pl.col("entity").is_not_null())
    return total | {
        "supplier_id": supplier_id,
        "window_start": total["first_day"],
        "sources": _told(told["sources"], "source"),
        "entities": _told(named, "score", "entity", most=MOST_ENTITIES),
        "entities_total": named.height,
        "days": _told(told["days"], "window_start"),
    }


async def gaps(connection: AsyncConnection, tenant_id: int, now: datetime) -> Gaps:
    """Who has stopped reporting, and who had: see gaps.find_gaps."""
    reports = await store.reports(connection, tenant_id, now)
    deliveries = await store.deliveries(connection, tenant_id, now)
    return await asyncio.to_thread(find_gaps, reports, deliveries, now)


def _with_filled(figures: pl.DataFrame, filled: pl.DataFrame, grain: tuple[str, ...]) -> pl.DataFrame:
    own = filled.group_by(grain).agg(pl.col("filled_rows").sum())
    joined = figures.join(own, on=grain, how="left", nulls_equal=True)
    return joined.with_columns(pl.col("filled_rows").fill_null(0))


def _told(figures: pl.DataFrame, *order: str, most: int | None = None) -> list[dict[str, Any]]:
    """The scored rows in this order as the routes tell them: percentages to two digits, the score to one."""
    rows = scored(figures).sort(order or "score", nulls_last=True).head(most or figures.height)
    rounded = rows.with_columns(pl.col("^.*_pct$").round(2), pl.col("score").round(1))
    return [row | {"reasons": reasons(exact)} for row, exact in zip(rounded.to_dicts(), rows.to_dicts(), strict=True)]


def _reason(total: dict[str, Any]) -> str | None:
    if total["total_rows"]:
        return None
    if total["score"] is None:
        return f"No events arrived in the last {QUALITY_DAYS} days."
    return f"No row that arrived in the last {QUALITY_DAYS} days was stored."
