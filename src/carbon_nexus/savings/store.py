"""SQL of the savings: what was implemented, events before and since, frozen baselines, weeks and verdicts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from pydantic import TypeAdapter
from sqlalchemy import RowMapping, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import frozen_baselines, recommendations, saving_verdicts, saving_weeks
from carbon_nexus.recommendations.model import Status
from carbon_nexus.savings.model import (
    Amount,
    Baseline,
    Counted,
    Implemented,
    Judgement,
    Model,
    Obstacle,
    Verdict,
    Week,
)
from carbon_nexus.savings.observe import EVENT_SCHEMA

_MODEL = TypeAdapter(Model)
# A day stands at its beginning: an episode of days ends a day after that of its last one.
_IMPLEMENTED = """
SELECT r.id, r.status, h.entity, h.entity_type, h.event_type, r.measure_id, r.title, r.implemented_at,
    r.provenance ->> 'acts_on' AS acts_on, r.provenance ->> 'reduction_basis' AS reduction_basis,
    r.co2_reduction AS promised_kg, r.saving_low_kg AS promised_low_kg, r.saving_high_kg AS promised_high_kg,
    h.first_event_at AS episode_start,
    h.last_event_at + CASE h.metric WHEN 'absolute' THEN interval '24 hours' ELSE interval '1 microsecond' END
        AS episode_end
FROM recommendations r JOIN hotspots h ON h.id = r.hotspot_id AND h.tenant_id = r.tenant_id
WHERE r.tenant_id = :tenant_id AND r.implemented_at IS NOT NULL {and_where}
ORDER BY r.implemented_at, r.id
"""
_SAME_ENTITY = """
AND r.supplier_id = (SELECT supplier_id FROM recommendations WHERE tenant_id = :tenant_id AND id = :rec_id)
AND (h.entity, h.entity_type, h.event_type) = (
    SELECT own.entity, own.entity_type, own.event_type
    FROM hotspots own JOIN recommendations of ON of.hotspot_id = own.id
    WHERE of.tenant_id = :tenant_id AND of.id = :rec_id)
"""
# The range of event_time lets the block range index skip the years before it.
_EVENTS = """
SELECT p.event_time, p.predicted_co2, p.activity, p.activity_unit, p.filled, v.tier, p.model_version, v.grid_region,
    p.calibration_id IS NOT NULL, e.load_kg, {told}
FROM predictions p
LEFT JOIN provenances v ON v.id = p.provenance_id
LEFT JOIN events_normalized e ON e.id = p.event_id AND e.tenant_id = p.tenant_id
WHERE p.tenant_id = %s AND p.entity = %s AND p.entity_type = %s AND p.prediction_type = %s
    AND p.event_time >= %s AND p.event_time < %s
ORDER BY p.event_time, p.event_id
"""


@dataclass(frozen=True)
class Judged:
    """The latest judgement of a measure, who made it and when."""

    judgement: Judgement
    by: str
    at: datetime


async def implemented(connection: AsyncConnection, tenant_id: int, rec_id: int | None = None) -> list[Implemented]:
    """The tenant's recommendations that were implemented, the first one first; with `rec_id` those at its entity."""
    query = text(_IMPLEMENTED.format(and_where="" if rec_id is None else _SAME_ENTITY))
    given = {"tenant_id": tenant_id} if rec_id is None else {"tenant_id": tenant_id, "rec_id": rec_id}
    rows = await connection.execute(query, given)
    return [Implemented(**row) for row in rows.mappings()]


async def hold(connection: AsyncConnection, tenant_id: int, rec_id: int) -> Status | None:
    """Where the recommendation stands, its row locked until the transaction ends; None: there is none."""
    own = recommendations.c
    query = select(own.status).where(own.tenant_id == tenant_id, own.id == rec_id).with_for_update()
    status = await connection.scalar(query)
    return None if status is None else Status(status)


async def events(
    connection: AsyncConnection,
    tenant_id: int,
    measure: Implemented,
    fields: Sequence[str],
    start: datetime,
    end: datetime,
) -> pl.DataFrame:
    """Events (EVENT_SCHEMA) of the measure's entity with start <= event_time < end, oldest first.

    `told`: the event has one of `fields`, names of SHOWN or METERS.
    """
    told = f"num_nonnulls({', '.join(f'e.{name}' for name in fields)}) > 0" if fields else "false"
    subject = (measure.entity, measure.entity_type, measure.event_type)
    return await read_frame(connection, _EVENTS.format(told=told), EVENT_SCHEMA, (tenant_id, *subject, start, end))


async def baselines(
    connection: AsyncConnection, tenant_id: int, ids: Collection[int] | None = None
) -> dict[int, Baseline]:
    """Frozen baselines by recommendation: of these, or all."""
    query = select(frozen_baselines).where(frozen_baselines.c.tenant_id == tenant_id)
    if ids is not None:
        query = query.where(frozen_baselines.c.recommendation_id.in_(ids))
    rows = (await connection.execute(query)).mappings()
    return {row["recommendation_id"]: _baseline(row) for row in rows}


async def save_baseline(
    connection: AsyncConnection, tenant_id: int, rec_id: int, baseline: Baseline, now: datetime
) -> None:
    """Freeze it. One that is frozen already stays as it is."""
    of = baseline.of
    obstacle = of if isinstance(of, Obstacle) else None
    row = {
        "recommendation_id": rec_id,
        "tenant_id": tenant_id,
        "window_start": baseline.window_start,
        "window_end": baseline.window_end,
        "event_count": baseline.events,
        "day_count": baseline.days,
        "model": _MODEL.dump_python(of, mode="json") if isinstance(of, Model) else None,
        "obstacle": obstacle and obstacle.verdict,
        "reason": obstacle and obstacle.reason,
        "created_at": now,
    }
    await connection.execute(insert(frozen_baselines).values(row).on_conflict_do_nothing())


async def weeks(
    connection: AsyncConnection, tenant_id: int, ids: Collection[int] | None = None
) -> dict[int, list[Week]]:
    """Weeks by recommendation, the first one first: of these, or all."""
    own = saving_weeks.c
    query = select(saving_weeks).where(own.tenant_id == tenant_id).order_by(own.recommendation_id, own.week)
    if ids is not None:
        query = query.where(own.recommendation_id.in_(ids))
    found: dict[int, list[Week]] = {}
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["recommendation_id"], []).append(_week(row))
    return found


async def save_weeks(
    connection: AsyncConnection, tenant_id: int, rec_id: int, found: Sequence[Week], now: datetime
) -> None:
    """Put these weeks, all there are, on record in the place of what was known before.

    There are fewer than before where another measure is told of later than it was in place.
    """
    own = saving_weeks.c
    gone = (own.tenant_id == tenant_id, own.recommendation_id == rec_id, own.week > len(found))
    await connection.execute(delete(saving_weeks).where(*gone))
    if not found:
        return
    key = {"recommendation_id": rec_id, "tenant_id": tenant_id, "updated_at": now}
    given = insert(saving_weeks).values([key | _week_row(week) for week in found])
    changed = {name: given.excluded[name] for name in (*_week_row(found[0]), "updated_at") if name != "week"}
    await connection.execute(
        given.on_conflict_do_update(index_elements=[own.recommendation_id, own.week], set_=changed)
    )


async def verdicts(
    connection: AsyncConnection, tenant_id: int, ids: Collection[int] | None = None
) -> dict[int, Judged]:
    """The latest judgement by recommendation: of these, or all."""
    query = select(saving_verdicts).where(saving_verdicts.c.tenant_id == tenant_id)
    if ids is not None:
        query = query.where(saving_verdicts.c.recommendation_id.in_(ids))
    rows = (await connection.execute(query)).mappings()
    return {row["recommendation_id"]: _judged(row) for row in rows}


async def save_verdict(connection: AsyncConnection, tenant_id: int, rec_id: int, judged: Judged) -> None:
    """Put the judgement in the place of the one before."""
    own = judged.judgement
    values = {
        "verdict": own.verdict,
        "reason": own.reason,
        "week_count": own.weeks,
        **_amounts("saving_kg", "low_kg", "high_kg", of=own.saved),
        "judged_by": judged.by,
        "judged_at": judged.at,
    }
    row = {"recommendation_id": rec_id, "tenant_id": tenant_id, **values}
    key = [saving_verdicts.c.recommendation_id]
    await connection.execute(insert(saving_verdicts).values(row).on_conflict_do_update(index_elements=key, set_=values))


def _baseline(row: RowMapping) -> Baseline:
    of: Model | Obstacle
    if row["model"] is None:
        of = Obstacle(Verdict(row["obstacle"]), row["reason"])
    else:
        of = _MODEL.validate_python(row["model"])
    return Baseline(row["window_start"], row["window_end"], row["event_count"], row["day_count"], of)


def _judged(row: RowMapping) -> Judged:
    saved = _amount(row, "saving_kg", "low_kg", "high_kg")
    judgement = Judgement(Verdict(row["verdict"]), row["reason"], row["week_count"], saved)
    return Judged(judgement, row["judged_by"], row["judged_at"])


def _week(row: RowMapping) -> Week:
    return Week(
        row["week"],
        row["starts_at"],
        row["ends_at"],
        Counted(*(row[name] for name in ("event_count", "filled_count", "filled_kg", *_UNCOMPARED))),
        row["actual_kg"],
        row["counterfactual_kg"],
        _amount(row, "saving_kg", "low_kg", "high_kg"),
        _amount(row, "cumulative_kg", "cumulative_low_kg", "cumulative_high_kg"),
        row["reason"],
    )


_UNCOMPARED = ("unestimated_count", "unmatched_count")


def _week_row(week: Week) -> dict[str, Any]:
    return {
        "week": week.week,
        "starts_at": week.starts_at,
        "ends_at": week.ends_at,
        "actual_kg": week.actual_kg,
        "counterfactual_kg": week.counterfactual_kg,
        **_amounts("saving_kg", "low_kg", "high_kg", of=week.saving),
        **_amounts("cumulative_kg", "cumulative_low_kg", "cumulative_high_kg", of=week.so_far),
        "event_count": week.counted.events,
        "filled_count": week.counted.filled,
        "filled_kg": week.counted.filled_kg,
        "unestimated_count": week.counted.unestimated,
        "unmatched_count": week.counted.unmatched,
        "reason": week.reason,
    }


def _amounts(*names: str, of: Amount | None) -> dict[str, float | None]:
    values = (None, None, None) if of is None else (of.kg, of.low_kg, of.high_kg)
    return dict(zip(names, values, strict=True))


def _amount(row: Mapping[Any, Any], kg: str, low: str, high: str) -> Amount | None:
    return None if row[kg] is None else Amount(row[kg], row[low], row[high])
