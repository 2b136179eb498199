"""Load, move, tell: what an entity's electricity in cleaner hours would save. Never commits, stores nothing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.emissions.entity import SITE_TYPES
from carbon_nexus.emissions.model import Basis
from carbon_nexus.entities.model import EntityType
from carbon_nexus.entities.store import find
from carbon_nexus.errors import Conflict, InvalidInput, NotFound
from carbon_nexus.simulations import population_store, shift_store
from carbon_nexus.simulations.population_model import MOST_EVENTS
from carbon_nexus.simulations.population_service import Period, period_of
from carbon_nexus.simulations.shift import (
    MONTHS,
    Shifted,
    Window,
    by_the_hour,
    even_day,
    hourly_regions,
    hourly_twin,
    mean_day,
    per_year,
    shift,
    total,
    windows,
)
from carbon_nexus.simulations.shift_schemas import LoadShift, LoadShiftRequest, Move, NotShifted, SeasonShift
from carbon_nexus.simulations.where import problem

NOTES = (
    "An hour takes any amount: whether machines and the connection can is not known here.",
    "The interval is of the meter and the grid's yearly factor. The hours are the mean of a season, Oct 2024 to Sep "
    "2025; how far a single day is from it is not in the interval.",
)
EVENLY = "energy_kwh is taken as used evenly over the 24 hours of a day."
BESIDE = (
    "Stored estimates of {entity} are made with {own}, which has no hours: they do not change by moving electricity "
    "until grid_region of its profile is {region}."
)


@dataclass(frozen=True)
class _Load:
    """Electricity by the hour, whose it is, and what was left out."""

    rows: pl.DataFrame
    told: Mapping[str, Any]
    region: str
    left_out: Mapping[str, int]
    notes: tuple[str, ...]


async def load_shift(
    connection: AsyncConnection, tenant_id: int, asked: LoadShiftRequest, basis: Basis, now: datetime
) -> LoadShift:
    """The answer to a question about load shifting.

    Raises InvalidInput for a region without hours, NotFound where the entity has no such events, and Conflict where
    its events or its grid tell no hours.
    """
    if asked.grid_region is not None and asked.grid_region not in hourly_regions(basis.factor_set):
        raise _no_hours_of(asked.grid_region, basis)
    if asked.entity is None:
        load = _evenly(asked)
    else:
        load = await _metered(connection, tenant_id, asked.entity, asked, basis, now)
    return await asyncio.to_thread(_answer, load, asked, basis)


def _evenly(asked: LoadShiftRequest) -> _Load:
    absent = dict.fromkeys(("entity", "entity_type", "event_type", "first_day", "last_day", "inventory_region"))
    day = even_day(asked.energy_kwh or 0.0, asked.month or 1)
    return _Load(day, absent, asked.grid_region or "", {}, (EVENLY, *NOTES))


async def _metered(
    connection: AsyncConnection, tenant_id: int, entity: str, asked: LoadShiftRequest, basis: Basis, now: datetime
) -> _Load:
    period = period_of(asked.period, now)
    types = SITE_TYPES if asked.event_type is None else (asked.event_type,)
    await population_store.lock(connection, tenant_id)
    events = await shift_store.used(connection, tenant_id, entity, types, period.start, period.end, MOST_EVENTS + 1)
    if events.height > MOST_EVENTS:
        rule = f"holds more than {MOST_EVENTS:,} events of '{entity}'"
        raise InvalidInput([problem(["period"], None, rule, "Narrow it.")])
    entity_type, event_type = _subject(entity, events, period)
    profile = await find(connection, tenant_id, EntityType(entity_type), entity)
    own = (profile and profile["grid_region"]) or basis.grid_region
    region = asked.grid_region or own
    if region not in hourly_regions(basis.factor_set):
        raise _no_hours(entity, entity_type, own, basis)
    rows, left_out = by_the_hour(events)
    if rows.is_empty():
        raise _no_steps(entity, left_out)
    subject = {"entity": entity, "entity_type": entity_type, "event_type": event_type}
    days = {"first_day": period.first, "last_day": period.last}
    notes = NOTES if region == own else (BESIDE.format(entity=entity, own=own, region=region), *NOTES)
    return _Load(rows, {**subject, **days, "inventory_region": own}, region, left_out, notes)


def _subject(entity: str, events: pl.DataFrame, period: Period) -> tuple[str, str]:
    subjects = events.select("entity_type", "event_type").unique().sort("entity_type", "event_type").rows()
    if not subjects:
        told = f"There are no scanned factory or warehouse events of '{entity}' from {period.first} to {period.last}."
        raise NotFound(told, "Name an entity of GET /predictions, or another period.")
    if len(subjects) > 1:
        names = " and ".join(f"{event_type} of a {entity_type}" for entity_type, event_type in subjects)
        raise Conflict(f"'{entity}' has events of more than one kind: {names}.", "Say which by event_type.")
    return subjects[0]


def _answer(load: _Load, asked: LoadShiftRequest, basis: Basis) -> LoadShift:
    how = (load.region, asked.hours, asked.flexible_share, basis)
    found, all_year = shift(load.rows, *how), shift(mean_day(load.rows), *how)
    whole, plan = total(list(found.values())), {each.season: each for each in windows(load.region, asked.hours)}
    return LoadShift(
        **load.told,
        **_amounts(whole),
        days=whole.days,
        grid_region=load.region,
        factor_set=basis.factor_set,
        hours=asked.hours,
        flexible_share=asked.flexible_share,
        shifted_kg=whole.baseline_kg - whole.saving_kg,
        saving_low_kg=whole.saving_kg - whole.half_width_kg,
        saving_high_kg=whole.saving_kg + whole.half_width_kg,
        per_week_kg=whole.saving_kg * 7 / whole.days,
        per_year_kg=per_year(all_year),
        seasons=[_season(plan[season], each) for season, each in found.items()],
        left_out=[NotShifted(reason=reason, events=events) for reason, events in load.left_out.items()],
        notes=list(load.notes),
    )


def _season(window: Window, found: Shifted) -> SeasonShift:
    name = f"{window.first_hour:02}:00 to {window.first_hour + window.hours:02}:00 UTC"
    hours = ", ".join(f"{hour:02}" for hour in sorted(window.moves))
    sentence = (
        f"In {window.season} ({MONTHS[window.season]}) move the electricity of the hours {hours} UTC to {name}: "
        f"{found.saving_kg:,.3g} kg CO2e less in {found.days} days."
    )
    return SeasonShift(
        season=window.season,
        months=MONTHS[window.season],
        window=name,
        sentence=sentence,
        moves=[Move(from_hour=here, to_hour=there) for here, there in window.moves.items()],
        days=found.days,
        **_amounts(found),
    )


def _amounts(found: Shifted) -> dict[str, float | None]:
    amounts = {name: getattr(found, name) for name in ("energy_kwh", "moved_kwh", "baseline_kg", "saving_kg")}
    return amounts | {"percent": 100 * found.saving_kg / found.baseline_kg if found.baseline_kg else None}


def _those_with_hours(basis: Basis) -> str:
    return f"By the hour {basis.factor_set} knows: {', '.join(hourly_regions(basis.factor_set)) or 'none'}."


def _no_hours_of(region: str, basis: Basis) -> InvalidInput:
    told = f"grid_region '{region}' has no hourly profile. {_those_with_hours(basis)}"
    problem = {"type": "no_hourly_profile", "loc": ["body", "grid_region"], "msg": told, "input": region}
    return InvalidInput([problem], "Name one of these.")


def _no_hours(entity: str, entity_type: str, own: str, basis: Basis) -> Conflict:
    told = f"'{entity}' draws from the grid {own}, which has one factor for the whole year. {_those_with_hours(basis)}"
    twin = hourly_twin(own, basis.factor_set)
    if twin is None:
        return Conflict(told, "Nothing is known of the hours of its grid.")
    return Conflict(
        told,
        f"PUT /entities/{entity_type}/{entity}/profile with grid_region {twin} makes its estimates by the hour; or ask "
        f"here with grid_region {twin} to see what it would save beside them.",
    )


def _no_steps(entity: str, left_out: Mapping[str, int]) -> Conflict:
    why = ", ".join(f"{events} {reason}" for reason, events in left_out.items())
    return Conflict(
        f"The events of '{entity}' do not tell when in the day electricity was used: {why}.",
        "Send energy_kwh by the hour or finer.",
    )
