"""What-if over real events: read, estimate, change, estimate again, account. Never commits, stores nothing."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.errors import InvalidInput, NotFound
from carbon_nexus.measures.own_service import measures_of
from carbon_nexus.predictions import store as prediction_store
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.service import prepared
from carbon_nexus.predictions.standins import standing_in, with_stand_ins
from carbon_nexus.simulations import account, population_store
from carbon_nexus.simulations.act import act
from carbon_nexus.simulations.cost import cost
from carbon_nexus.simulations.plan import planned
from carbon_nexus.simulations.population import Books, Part, gathered
from carbon_nexus.simulations.population_model import MOST_EVENTS, Planned
from carbon_nexus.simulations.schemas import PeriodSpec, PopulationResult, PopulationSpec, ScopeSpec
from carbon_nexus.simulations.weigh import Weighed, weigh
from carbon_nexus.simulations.where import problem

DAY = timedelta(days=1)
USUAL_DAYS = 28
SAME = 1e-9  # of the stored sum: what the last bits of floats may differ by


class UnknownEntity(NotFound):
    """The entity has no event on record."""

    code = "unknown_entity"


@dataclass(frozen=True)
class Period:
    """Whole UTC days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last, time(), UTC) + DAY


async def evaluate(
    connection: AsyncConnection, tenant_id: int, spec: PopulationSpec, estimator: Estimator, now: datetime
) -> PopulationResult:
    """What the changes come to on the tenant's stored events of the period.

    Waits while another one of the tenant runs. Raises InvalidInput, and UnknownEntity for one without any event.
    """
    period = period_of(spec.period, now)
    measures = {each.id: each for each in await measures_of(connection, tenant_id)}
    plans = planned(spec, measures)
    await population_store.lock(connection, tenant_id)
    found = await population_store.find(connection, tenant_id, spec.scope, period.start, period.end)
    await _check(connection, tenant_id, spec.scope, period, found.events)
    books = Books()
    parts = [
        await _part(connection, tenant_id, blocks, spec.scope, period, books, estimator) for blocks in found.parts()
    ]
    return await asyncio.to_thread(_result, spec, plans, parts, books, estimator, period, found.stored_kg, now)


def period_of(spec: PeriodSpec, now: datetime) -> Period:
    """The days that are meant. Raises InvalidInput where they are not over yet."""
    today = now.astimezone(UTC).date()
    if spec.from_ is None or spec.to is None:
        return Period(today - (spec.days or USUAL_DAYS) * DAY, today - DAY)
    if spec.to >= today:
        rule = "is not over yet: only whole UTC days count"
        raise InvalidInput([problem(["period", "to"], str(spec.to), rule, f"The last one is {today - DAY}.")])
    return Period(spec.from_, spec.to)


async def _check(connection: AsyncConnection, tenant_id: int, scope: ScopeSpec, period: Period, events: int) -> None:
    if events > MOST_EVENTS:
        rule = f"holds {events:,} events in scope; {MOST_EVENTS:,} are the most"
        raise InvalidInput([problem(["period"], None, rule, "Narrow the period or the scope.")])
    if events:
        return
    if scope.entity is not None and not await population_store.is_known(connection, tenant_id, scope.entity):
        told = f"No event of an entity {scope.entity!r} is on record."
        raise UnknownEntity(told, "Correct the name; it is written as in the estimates, GET /predictions.")
    rule = f"holds no event in scope between {period.first} and {period.last}"
    raise InvalidInput([problem(["period"], None, rule, "Widen the period or the scope.")])


async def _part(
    connection: AsyncConnection,
    tenant_id: int,
    blocks: pl.DataFrame,
    scope: ScopeSpec,
    period: Period,
    books: Books,
    estimator: Estimator,
) -> Part:
    events = await population_store.events(connection, tenant_id, blocks, scope, period.start, period.end)
    stored = await prediction_store.stand_ins(connection, tenant_id, events["event_id"])
    stand_ins = standing_in(events, stored)
    ready = await prepared(connection, tenant_id, with_stand_ins(events, stand_ins))
    return await asyncio.to_thread(books.part, ready, stand_ins, estimator)


def _result(
    spec: PopulationSpec,
    plans: Sequence[Planned],
    parts: Sequence[Part],
    books: Books,
    estimator: Estimator,
    period: Period,
    stored_kg: float | None,
    now: datetime,
) -> PopulationResult:
    whole = gathered(parts)
    weighed = weigh(whole.frame, act(whole.frame, plans), books, estimator)
    before = whole.sums.row(0, named=True)
    totals = account.totals(weighed, before, period.days)
    baseline = totals["baseline_kg"]
    difference = None if stored_kg is None or baseline is None else baseline - stored_kg
    return PopulationResult(
        first_day=period.first,
        last_day=period.last,
        days=period.days,
        events=whole.frame.height,
        estimated=before["estimated"],
        changed=account.changed_events(weighed),
        **totals,
        changes=account.parts(plans, weighed, baseline),
        scopes=account.scopes(weighed, before),
        energy=account.energy(weighed, before),
        cost=cost(weighed, spec.prices, period.days) if spec.prices else None,
        entities=account.entities(weighed),
        left_out=account.left_out(weighed, whole.no_estimate),
        factor_set=estimator.basis.factor_set,
        grid_region=estimator.basis.grid_region,
        stored_kg=stored_kg,
        stored_difference_kg=difference,
        notes=list(_notes(estimator, period, weighed, stored_kg, difference)),
        made_at=now,
    )


def _notes(
    estimator: Estimator, period: Period, weighed: Weighed, stored_kg: float | None, difference: float | None
) -> Iterator[str]:
    yield f"Numbers per week and per year are scaled from {period.days} days, as if all days were like these."
    if estimator.remote is not None:
        yield "A separate ml-engine is configured; both sides are by the embedded estimator."
    if difference is not None and abs(difference) > SAME * abs(stored_kg or 0.0):
        yield (
            f"The baseline is {difference:+,.6g} kg from the sum of the stored estimates: these were made with another "
            "factor set, profile, calibration or stand-in, or by a separate ml-engine."
        )
    if account.half_width_kg(weighed) and any(frame["stand_in_kg"].sum() for frame in weighed.amounts):
        yield "Some events were estimated with stand-in values; the interval holds their uncertainty."
