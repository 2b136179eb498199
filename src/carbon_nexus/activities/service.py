"""Accepted events into the database: what is new is stored, what is known is told. Never commits."""

import asyncio
from typing import Any

import polars as pl
from sqlalchemy import Connection
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities import store
from carbon_nexus.activities.model import EVENT_SCHEMA, MOST_ENTRIES, Stored, shown
from carbon_nexus.activities.outliers import flag_outliers
from carbon_nexus.kit.metrics import EVENTS_INGESTED

NUMBER = "row"


async def store_events(
    connection: AsyncConnection, tenant_id: int, accepted: pl.DataFrame, job_id: int | None = None
) -> Stored:
    """Stores the new ones among accepted events (an event frame, optionally with `payload`; `prepared` or not).

    Events are stored by day and key: ids then follow the days, and two ingests that share events lock them in the
    same order, so that neither can wait for the other in a circle.
    """
    events = accepted if NUMBER in accepted.columns else await asyncio.to_thread(prepared, accepted)
    stored = await store.insert_new(connection, tenant_id, events, job_id)
    _count_at_commit(connection, stored)
    if stored.height == events.height:
        return Stored(stored, events.clear())
    known = events.join(stored.select(NUMBER), on=NUMBER, how="anti", maintain_order="left")
    return Stored(stored, known, await _taken_ids(connection, tenant_id, known))


def prepared(accepted: pl.DataFrame) -> pl.DataFrame:
    """The events in storing order with `is_outlier`, each with its number: rows of equal key cannot be told apart.

    Whoever reads ahead does this ahead too: the database then does not wait for it.
    """
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in EVENT_SCHEMA.items() if name not in accepted]
    # by key within a day: neighbours in the unique index are then stored together (5.7 s a million rows, not 8)
    order = pl.col("timestamp").dt.date(), "external_id", "source"
    return flag_outliers(accepted.with_columns(absent)).sort(*order, maintain_order=True).with_row_index(NUMBER)


async def _taken_ids(connection: AsyncConnection, tenant_id: int, known: pl.DataFrame) -> list[dict[str, Any]]:
    """Entries for rows that count as known by their id, although they tell of a different event."""
    taken = await store.ids_taken(connection, tenant_id, known)
    listed = [_taken(*key) for key in taken.head(MOST_ENTRIES).iter_rows()]
    if taken.height > len(listed):
        more = f"{taken.height - len(listed)} more ids are taken by different events."
        listed.append({"type": "more_ids_taken", "loc": ["file"], "msg": more, "input": None})
    return listed


def _taken(source: str, external_id: str) -> dict[str, Any]:
    message = (
        f"external_id '{shown(external_id)}' of source '{shown(source)}' is already stored for a different event, so "
        "its row was not stored. Give ids that are unique within the source, or name the source in a column 'source'."
    )
    return {"type": "id_taken", "loc": ["file", "external_id"], "msg": message, "input": shown(external_id)}


def _count_at_commit(connection: AsyncConnection, stored: pl.DataFrame) -> None:
    """Events that are rolled back were not ingested: the metric waits for the caller's commit."""
    counts = stored["event_type"].value_counts().rows()

    def count(_: Connection) -> None:
        for event_type, events in counts:
            EVENTS_INGESTED.labels(event_type).inc(events)

    assert connection.sync_connection is not None
    listen(connection.sync_connection, "commit", count, once=True)
