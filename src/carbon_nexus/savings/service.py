"""Load, freeze, compare, judge, save: what implemented measures really saved. Never commits."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines.calendar_store import closed_days
from carbon_nexus.errors import Conflict
from carbon_nexus.recommendations.list_store import savings_of
from carbon_nexus.recommendations.model import Status
from carbon_nexus.recommendations.move_store import SUBJECT
from carbon_nexus.recommendations.moves import move, unknown
from carbon_nexus.recommendations.together import together
from carbon_nexus.savings import store
from carbon_nexus.savings.freeze import freeze, window_of
from carbon_nexus.savings.ledger import Line, Total, totals, with_others
from carbon_nexus.savings.model import (
    FINAL,
    WEEK,
    WORKED_OUT,
    Baseline,
    Implemented,
    Judgement,
    Model,
    Obstacle,
    Verdict,
    Week,
)
from carbon_nexus.savings.observe import sight_of
from carbon_nexus.savings.store import Judged
from carbon_nexus.savings.verify import due, judge, weeks_of, weeks_over

NOT_YET = Judgement(Verdict.WAITING, "its baseline is not frozen yet: that is done within the hour", 0)
MOVES = {Verdict.VERIFIED: Status.VERIFIED, Verdict.NOT_EFFECTIVE: Status.NOT_EFFECTIVE}


class NotJudged(Conflict):
    """The events prove neither that the measure saves nor that it does not."""

    code = "not_judged"


async def with_news(connection: AsyncConnection, tenant_id: int, now: datetime) -> list[int]:
    """Ids of the tenant's implemented measures that are to be looked at now."""
    every = with_others(await store.implemented(connection, tenant_id))
    measures = [each for each in every if each.status == Status.IMPLEMENTED]
    ids = [each.id for each in measures]
    frozen = await store.baselines(connection, tenant_id, ids)
    judged = await store.verdicts(connection, tenant_id, ids)
    at = {rec_id: each.at for rec_id, each in judged.items()}
    return [each.id for each in measures if due(each, frozen.get(each.id), at.get(each.id), now)]


async def look_at(connection: AsyncConnection, tenant_id: int, rec_id: int, now: datetime) -> Judgement:
    """Freeze the measure's baseline unless it is, compare the weeks since, judge, and move it on where it is proven.

    Raises NotFound, and Conflict naming its status where it is not implemented. The row is locked first, so that two
    at once judge one after the other.
    """
    await _hold(connection, tenant_id, rec_id)
    measure = await _measure(connection, tenant_id, rec_id)
    baseline = await _frozen(connection, tenant_id, measure, now)
    weeks: list[Week] = []
    if isinstance(baseline.of, Model):
        weeks = await _compared(connection, tenant_id, measure, baseline, baseline.of, now)
        await store.save_weeks(connection, tenant_id, rec_id, weeks, now)
    judgement = judge(measure, baseline, weeks)
    await _conclude(connection, tenant_id, rec_id, Judged(judgement, WORKED_OUT, now))
    return judgement


async def judge_now(connection: AsyncConnection, tenant_id: int, rec_id: int, now: datetime) -> None:
    """The same at somebody's request. Raises NotJudged where nothing is proven, and what `look_at` raises."""
    judgement = await look_at(connection, tenant_id, rec_id, now)
    if judgement.verdict not in FINAL:
        raise NotJudged(
            f"Recommendation {rec_id} is {judgement.verdict}: {judgement.reason}.",
            'Wait, or judge it yourself: {"verdict": "verified" or "not_effective", "reason": "..."}.',
        )


async def judge_by_person(
    connection: AsyncConnection,
    tenant_id: int,
    rec_id: int,
    verdict: Verdict,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """Take a person's verdict in the place of ours, on record as theirs. Raises as `look_at` does."""
    await _hold(connection, tenant_id, rec_id)
    known = (await store.verdicts(connection, tenant_id, [rec_id])).get(rec_id)
    before = known.judgement if known else NOT_YET
    judgement = Judgement(verdict, reason, before.weeks, before.saved)
    await _conclude(connection, tenant_id, rec_id, Judged(judgement, actor, now))


async def lines(connection: AsyncConnection, tenant_id: int) -> list[tuple[Line, Judged | None]]:
    """The ledger: every measure that was implemented, the first one first."""
    measures = with_others(await store.implemented(connection, tenant_id))
    judged = await store.verdicts(connection, tenant_id)
    weeks = await store.weeks(connection, tenant_id)
    return [(_line(each, judged.get(each.id), weeks.get(each.id, [])), judged.get(each.id)) for each in measures]


async def one(connection: AsyncConnection, tenant_id: int, rec_id: int) -> tuple[Line, Judged | None, Baseline | None]:
    """One line of the ledger with its frozen baseline. Raises NotFound, and Conflict where nothing was implemented."""
    measure = await _measure(connection, tenant_id, rec_id)
    judged = (await store.verdicts(connection, tenant_id, [rec_id])).get(rec_id)
    weeks = (await store.weeks(connection, tenant_id, [rec_id])).get(rec_id, [])
    baseline = (await store.baselines(connection, tenant_id, [rec_id])).get(rec_id)
    return _line(measure, judged, weeks), judged, baseline


async def summed(
    connection: AsyncConnection, tenant_id: int, ledger: Sequence[Line]
) -> dict[Verdict, tuple[Total, float]]:
    """By verdict what was saved, and what was promised."""
    found = totals(ledger)
    return {verdict: (total, await promised(connection, tenant_id, total.ids)) for verdict, total in found.items()}


async def promised(connection: AsyncConnection, tenant_id: int, ids: Collection[int]) -> float:
    """What these recommendations promised together, kg CO2e per 28 days."""
    return together(await savings_of(connection, tenant_id, ids=ids)).saving_kg


def _line(measure: Implemented, judged: Judged | None, weeks: Sequence[Week]) -> Line:
    return Line(measure, judged.judgement if judged else NOT_YET, weeks)


async def _hold(connection: AsyncConnection, tenant_id: int, rec_id: int) -> None:
    status = await store.hold(connection, tenant_id, rec_id)
    if status is None:
        raise unknown(rec_id)
    if status is not Status.IMPLEMENTED:
        raise Conflict(f"Recommendation {rec_id} is {status}: only an implemented one can be verified.")


async def _measure(connection: AsyncConnection, tenant_id: int, rec_id: int) -> Implemented:
    for each in with_others(await store.implemented(connection, tenant_id, rec_id)):
        if each.id == rec_id:
            return each
    status = await store.hold(connection, tenant_id, rec_id)
    if status is None:
        raise unknown(rec_id)
    raise Conflict(f"Recommendation {rec_id} is {status}: nothing has been implemented yet that could save.")


async def _frozen(connection: AsyncConnection, tenant_id: int, measure: Implemented, now: datetime) -> Baseline:
    found = await store.baselines(connection, tenant_id, [measure.id])
    if found:
        return found[measure.id]
    start, end = window_of(measure)
    events = await store.events(connection, tenant_id, measure, _fields(measure), start, end)
    closed = await closed_days(connection, tenant_id, start, end)
    baseline = await asyncio.to_thread(freeze, measure, events, closed)
    await store.save_baseline(connection, tenant_id, measure.id, baseline, now)
    told = {"window_start": start.isoformat(), "window_end": end.isoformat(), "events": baseline.events}
    why = baseline.of.reason if isinstance(baseline.of, Obstacle) else None
    await record(connection, tenant_id, [_entry("baseline_frozen", measure.id, why, None, told)])
    return baseline


async def _compared(
    connection: AsyncConnection, tenant_id: int, measure: Implemented, baseline: Baseline, model: Model, now: datetime
) -> list[Week]:
    start = measure.implemented_at
    end = start + weeks_over(measure, now) * WEEK
    events = await store.events(connection, tenant_id, measure, _fields(measure), start, end)
    closed = await closed_days(connection, tenant_id, start, end)
    return await asyncio.to_thread(weeks_of, measure, baseline, model, events, closed, now)


async def _conclude(connection: AsyncConnection, tenant_id: int, rec_id: int, judged: Judged) -> None:
    """Save the judgement; one for good moves the recommendation on, any other that is new is on record by itself."""
    own = judged.judgement
    known = (await store.verdicts(connection, tenant_id, [rec_id])).get(rec_id)
    before = known.judgement.verdict if known else None
    await store.save_verdict(connection, tenant_id, rec_id, judged)
    if own.verdict in MOVES:
        await move(connection, tenant_id, rec_id, MOVES[own.verdict], judged.by, own.reason, judged.at)
    elif own.verdict != before:
        was = None if before is None else {"verdict": str(before)}
        entry = _entry("effect_judged", rec_id, own.reason, was, {"verdict": str(own.verdict)})
        await record(connection, tenant_id, [entry])


def _fields(measure: Implemented) -> tuple[str, ...]:
    return sight_of(measure.event_type, measure.acts_on, measure.reduction_basis).fields


def _entry(
    action: str, rec_id: int, notes: str | None, before: Mapping[str, object] | None, after: Mapping[str, object]
) -> Entry:
    return Entry(f"recommendation.{action}", SUBJECT, str(rec_id), WORKED_OUT, notes, before=before, after=after)
