"""The figures a question is about, read from the live data, each with unit, period and where it is read."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.assistant import store
from carbon_nexus.assistant.model import Figure, Period, Topic, Wanted
from carbon_nexus.errors import InvalidInput, NotFound
from carbon_nexus.forecasts.model import HORIZON_DAYS
from carbon_nexus.forecasts.service import Run, ahead
from carbon_nexus.forecasts.show import Asked, Row, bands, days_ahead

MOST_LISTED = 5
KG = "kg CO2e"
SAVING = "kg CO2e per 28 days"


async def read(connection: AsyncConnection, tenant_id: int, wanted: Wanted, now: datetime) -> list[Figure]:
    """The figures of each wanted topic, in the order of `Topic`; a missing number has its reason."""
    readers = {
        Topic.EMISSIONS: _emissions,
        Topic.EMITTERS: _emitters,
        Topic.HOTSPOTS: _hotspots,
        Topic.TOP_HOTSPOTS: _top_hotspots,
        Topic.RECOMMENDATIONS: _recommendations,
    }
    found: list[Figure] = []
    for topic, reader in readers.items():
        if topic in wanted.topics:
            found += await reader(connection, tenant_id, wanted)
    if Topic.FORECAST in wanted.topics:
        found += await _forecast(connection, tenant_id, wanted, now)
    return found


async def _emissions(connection: AsyncConnection, tenant_id: int, wanted: Wanted) -> list[Figure]:
    source = f"rollup {'emissions_entity_daily' if wanted.entities else 'emissions_daily'}"
    label = f"emissions{_type(wanted)}"
    figures = []
    for entity, found in (await store.sums(connection, tenant_id, wanted)).items():
        reason = None if found.events else f"no event with an estimate{_type(wanted)} in these days"
        before = f"{found.co2e_kg_before:,.1f} {KG}" if found.events_before else "no event with an estimate"
        detail = f"; {found.events:,} events; {_before(wanted.period)}: {before}"
        value = found.co2e_kg if found.events else None
        about = () if entity is None else (entity,)
        figures.append(Figure(label, value, KG, source, about, wanted.period, detail, reason))
    return figures


async def _emitters(connection: AsyncConnection, tenant_id: int, wanted: Wanted) -> list[Figure]:
    rows = await store.emitters(connection, tenant_id, wanted, MOST_LISTED)
    source, label = "rollup emissions_entity_daily", f"emissions{_type(wanted)}"
    return [
        Figure(label, row.co2e_kg, KG, source, (row.entity,), wanted.period, f"; place {place} of the largest")
        for place, row in enumerate(rows, 1)
    ]


async def _hotspots(connection: AsyncConnection, tenant_id: int, wanted: Wanted) -> list[Figure]:
    active, critical = await store.hotspot_counts(connection, tenant_id, wanted)
    label = f"open hotspots{_type(wanted)}"
    detail = f"; critical among them: {critical}"
    return [Figure(label, active, "hotspots", "/hotspots?status=active", wanted.entities, detail=detail)]


async def _top_hotspots(connection: AsyncConnection, tenant_id: int, wanted: Wanted) -> list[Figure]:
    figures = []
    for row in await store.top_hotspots(connection, tenant_id, wanted, MOST_LISTED):
        detail = f"; worst event {row.predicted_co2:,.1f} {KG}, typical {row.baseline_co2:,.1f} {KG}"
        if row.excess_kg is not None:
            detail += f"; {row.excess_kg:,.1f} {KG} over what is typical since it began"
        label, source = f"open hotspot {row.id} ({row.severity}, {row.event_type})", f"/hotspots/{row.id}"
        figures.append(Figure(label, row.percent_above, "% above typical", source, (row.entity,), detail=detail))
    return figures


async def _recommendations(connection: AsyncConnection, tenant_id: int, wanted: Wanted) -> list[Figure]:
    figures = []
    for status, found in (await store.advised(connection, tenant_id, wanted)).items():
        saving = f"; {found.known} of them together: {found.saving_kg:,.1f} {SAVING}" if found.known else ""
        label, source = f"{status} recommendations{_type(wanted)}", f"/recommendations?status={status}"
        figures.append(Figure(label, found.number, "recommendations", source, wanted.entities, detail=saving))
    for row in await store.first_pending(connection, tenant_id, wanted, MOST_LISTED):
        low, high = row.saving_low_kg, row.saving_high_kg
        between = "" if low is None or high is None else f"; between {low:,.1f} and {high:,.1f}"
        label, source = f"saving of pending recommendation {row.id}", "/recommendations/pending"
        about, title = (row.supplier_id,), row.title
        figures.append(Figure(label, row.co2_reduction, SAVING, source, about, detail=between, title=title))
    return figures


async def _forecast(connection: AsyncConnection, tenant_id: int, wanted: Wanted, now: datetime) -> list[Figure]:
    figures = []
    for entity in wanted.entities or (None,):
        asked = Asked(entity, event_type=wanted.event_type, levels=(95,))
        told = {name: value for name in ("entity", "event_type") if (value := getattr(asked, name)) is not None}
        what = Figure(
            label=f"forecast of {'all' if not wanted.event_type else wanted.event_type} emissions",
            value=None,
            unit=f"{KG} per day",
            source=f"/forecasts?{urlencode(told)}" if told else "/emissions/forecast",
            about=() if entity is None else (entity,),
        )
        try:
            run, row = await ahead(connection, tenant_id, now, asked)
        except (NotFound, InvalidInput) as refused:
            figures.append(replace(what, reason=str(refused)))
        else:
            figures += _days_ahead(what, run, row)
    return figures


def _days_ahead(what: Figure, run: Run, row: Row | None) -> list[Figure]:
    if row is None or run.origin_day is None or not row["points"]:
        return [replace(what, reason=run.stale if row is None else row["reason"])]
    dates = days_ahead(row, run.origin_day, HORIZON_DAYS)
    (band,) = bands(row, (95,), HORIZON_DAYS)
    days = zip(dates, row["points"], band["low"], band["high"], strict=False)  # points reach further
    return [
        replace(what, value=value, period=Period(day, day), detail=f"; 95 % band {low:,.1f} to {high:,.1f}")
        for day, value, low, high in days
    ]


def _type(wanted: Wanted) -> str:
    return f" of {wanted.event_type} events" if wanted.event_type else ""


def _before(period: Period) -> str:
    days = (period.last - period.first).days + 1
    return "the day before" if days == 1 else f"the {days} days before"
