"""The card of a hotspot: load, explain. Reads only."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.baselines.calendar_store import closed_days
from carbon_nexus.baselines.model import METERED
from carbon_nexus.baselines.typical import season_cell
from carbon_nexus.errors import NotFound
from carbon_nexus.hotspots import explain_store, store
from carbon_nexus.hotspots.explain import Explanation, explain
from carbon_nexus.hotspots.model import Episode, Metric

BEFORE = timedelta(days=56)
UNSURE = 0.7  # of a confidence (0 to 1): below it it is told


async def one_episode(connection: AsyncConnection, tenant_id: int, hotspot_id: int) -> Episode:
    """The hotspot. Raises NotFound."""
    found = await store.episodes(connection, tenant_id, [hotspot_id])
    if not found:
        raise NotFound(f"There is no hotspot {hotspot_id}.", "GET /hotspots lists them.")
    return found[0]


async def explained(
    connection: AsyncConnection, tenant_id: int, hotspot_id: int
) -> tuple[Episode, Explanation, Sequence[dict[str, Any]]]:
    """The hotspot, why it stands out, and past episodes like it. Raises NotFound."""
    episode = await one_episode(connection, tenant_id, hotspot_id)
    first, end = episode.first_event_at, episode.end
    events = await explain_store.events_between(connection, tenant_id, episode.subject, first, end)
    before = await explain_store.events_between(connection, tenant_id, episode.subject, first - BEFORE, first)
    before = at_like_times(episode, events, before, await closed_days(connection, tenant_id, first - BEFORE, end))
    told = _doubts(episode, await explain_store.doubts(connection, tenant_id, episode))
    units = [_units(episode, each) for each in (events, before)]
    card = await asyncio.to_thread(explain, episode, events, before, told, *units)
    return episode, card, await explain_store.similar(connection, tenant_id, episode)


def at_like_times(
    episode: Episode, events: pl.DataFrame, before: pl.DataFrame, closed: Collection[date]
) -> pl.DataFrame:
    """Those of the events before whose typical value is that of an event of the episode: a night explains no noon.

    The hour of day and the day type count where they count for what is typical: hours of metered sites, day types of
    days. All of them where none is like it.
    """
    if episode.subject.metric == Metric.ABSOLUTE:
        cell = (season_cell(closed) - 1) // 24
    elif episode.subject.event_type in METERED:
        cell = season_cell(closed)
    else:
        return before
    alike = before.filter(cell.is_in(events.select(cell).to_series().unique().implode()))
    return before if alike.is_empty() else alike


def _units(episode: Episode, events: pl.DataFrame) -> int:
    counted = events.filter(pl.col("co2e_kg").is_not_null())
    if episode.subject.metric == Metric.ABSOLUTE:
        return counted["event_time"].dt.date().n_unique()
    return counted.height


def _doubts(episode: Episode, known: dict[str, Any] | None) -> list[str]:
    """What lowers the confidence in the finding, in words."""
    if known is None:
        return ["the baseline it was compared with is gone: its entity reported nothing in 56 days"]
    told = []
    if known["sufficiency"] != "ok":
        told.append(f"the baseline is {known['sufficiency']}: {known['reason']}")
    if known["confidence_score"] is not None and known["confidence_score"] < UNSURE:
        told.append(f"the typical value varies much (confidence {known['confidence_score']:.2f})")
    if known["estimate_confidence"] is not None and known["estimate_confidence"] < UNSURE:
        told.append(f"the estimate of the worst event is unsure (confidence {known['estimate_confidence']:.2f})")
    if known["notes"]:
        told.append(f"of the worst event: {known['notes']}")
    if episode.chance_per_week is None:
        told.append("how often it comes by chance is not known: its series had no state then")
    return told
