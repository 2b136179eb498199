"""SQL of the proposals: hotspots, their entities' events and earlier recommendations in, proposals out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import case, func, null, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import audit_logs, diagnoses, recommendations
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.emissions.inputs import STORED as ESTIMATED_FROM
from carbon_nexus.hotspots.model import Episode, Severity
from carbon_nexus.recommendations.model import Diagnosis, Proposal, Status
from carbon_nexus.recommendations.propose import WINDOW
from carbon_nexus.recommendations.standing import Past

STORED = (*ESTIMATED_FROM, "refrigeration_load")  # no estimate is made of it, but it shows what the energy was for
NOTHING_FITS = "recommendation.none"
OLD = "its hotspot's newest diagnosis no longer proposes it: its numbers are those of an older one"
TOLD_ANEW = ("root_cause", "co2_reduction", "rank")


class Stored(NamedTuple):
    """A proposal that got a row, or whose row was brought up to date."""

    id: int
    hotspot_id: int
    measure_id: str
    co2_reduction: float | None
    returns_because: str | None


_STORED = [recommendations.c[name] for name in Stored._fields]
_SUBJECT = ("entity", "entity_type", "event_type")
_SEEN = {
    "event_id": pl.Int64(),
    "event_time": INPUTS["event_time"],
    **dict.fromkeys(_SUBJECT, pl.String()),
    **dict.fromkeys(("actual_kg", "typical_kg", "activity"), pl.Float64()),
}
_TOLD = {"event_id": pl.Int64(), **{name: INPUTS[name] for name in STORED}}
_SPANS = {
    "hotspot_id": pl.Int64(),
    **dict.fromkeys(_SUBJECT, pl.String()),
    **dict.fromkeys(("after", "before"), INPUTS["event_time"]),
}
# Joined in the database, tables whose statistics are old are read in loops: ten seconds for 25 hotspots of a fresh
# import, where these two scans take a tenth of one.
_SEEN_OF = """
SELECT event_id, event_time, entity, entity_type, prediction_type, predicted_co2, typical_kg, activity
FROM predictions
WHERE tenant_id = %s AND entity = ANY(%s::text[]) AND event_time > %s AND event_time < %s
"""
_TOLD_BY = f"SELECT id, {', '.join(STORED)} FROM events_normalized WHERE tenant_id = %s AND id = ANY(%s::bigint[])"  # noqa: S608
# The latest recommendation of each measure for the same entity and event type, made for another episode.
_PAST = text("""
SELECT DISTINCT ON (h.id, r.measure_id) h.id, r.id, r.measure_id, r.status, r.cause, other.severity, r.co2_reduction
FROM hotspots h
JOIN hotspots other ON other.tenant_id = h.tenant_id AND other.entity = h.entity
    AND other.entity_type = h.entity_type AND other.event_type = h.event_type AND other.id <> h.id
JOIN recommendations r ON r.hotspot_id = other.id
WHERE h.tenant_id = :tenant_id AND h.id = ANY(:hotspot_ids)
ORDER BY h.id, r.measure_id, r.id DESC
""")


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """One proposing transaction a tenant at a time: two would each miss what the other recommends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"propose:{tenant_id}"))))


async def load_events(connection: AsyncConnection, tenant_id: int, found: Sequence[Episode]) -> pl.DataFrame:
    """Events of these hotspots' entities and event types, from the WINDOW before the first of each to its last.

    `hotspot_id`, the event's time, STORED, and actual_kg, typical_kg and activity of the scan; oldest of a hotspot
    first. Two queries for all of them.
    """
    spans = [(each.id, *each.subject[:3], each.first_event_at - WINDOW, each.end) for each in found]
    return await _events_of(connection, tenant_id, pl.DataFrame(spans, _SPANS, orient="row"))


async def load_events_of(
    connection: AsyncConnection, tenant_id: int, entity: str, event_type: str, end: datetime
) -> pl.DataFrame:
    """The same of one entity, whatever its type, in the WINDOW before `end`, with hotspot_id 0."""
    schema = {name: dtype for name, dtype in _SPANS.items() if name != "entity_type"}
    span = (0, entity, event_type, end - WINDOW, end)
    return await _events_of(connection, tenant_id, pl.DataFrame([span], schema, orient="row"))


async def _events_of(connection: AsyncConnection, tenant_id: int, spans: pl.DataFrame) -> pl.DataFrame:
    bounds = (spans["entity"].unique().to_list(), spans["after"].min(), spans["before"].max())
    seen = await read_frame(connection, _SEEN_OF, _SEEN, (tenant_id, *bounds))
    subject = [name for name in _SUBJECT if name in spans.columns]
    in_time = pl.col("event_time").is_between("after", "before", closed="none")
    of = seen.join(spans, on=subject).filter(in_time)
    told = await read_frame(connection, _TOLD_BY, _TOLD, (tenant_id, of["event_id"].unique().to_list()))
    known = of.drop(*_SUBJECT, "after", "before").join(told, on="event_id")
    return known.sort("hotspot_id", "event_time", "event_id")


async def past(connection: AsyncConnection, tenant_id: int, hotspot_ids: Sequence[int]) -> dict[int, dict[str, Past]]:
    """For each hotspot what became of each measure that was recommended for its entity for another episode."""
    rows = await connection.execute(_PAST, {"tenant_id": tenant_id, "hotspot_ids": list(hotspot_ids)})
    found: dict[int, dict[str, Past]] = {}
    for hotspot_id, rec_id, measure_id, status, cause, severity, saving_kg in rows:
        known = Past(rec_id, measure_id, Status(status), cause, Severity(severity), saving_kg)
        found.setdefault(hotspot_id, {})[measure_id] = known
    return found


async def save_diagnoses(
    connection: AsyncConnection, tenant_id: int, found: Sequence[Diagnosis], remote: str | None, now: datetime
) -> list[int]:
    """Store why these hotspots stand out, over what was said of them before; `remote`: see the table.

    Returns the hotspots of which something else, or nothing, was said before. The caller holds `lock`.
    """
    rows = [
        {
            "hotspot_id": each.hotspot_id,
            "tenant_id": tenant_id,
            "cause": each.cause,
            "root_cause": each.root_cause,
            "effects": [{"cause": effect.cause, "effect_kg": effect.effect_kg} for effect in each.effects],
            "remote": remote,
            "created_at": now,
            "updated_at": now,
        }
        for each in found
    ]
    old = select(diagnoses.c.hotspot_id, diagnoses.c.root_cause).where(
        diagnoses.c.tenant_id == tenant_id, diagnoses.c.hotspot_id == func.any([each.hotspot_id for each in found])
    )
    before = {row.hotspot_id: row.root_cause for row in await connection.execute(old)}
    saying = insert(diagnoses)
    renewed: dict[str, Any] = {name: saying.excluded[name] for name in ("cause", "root_cause", "effects", "updated_at")}
    renewed["remote"] = func.coalesce(saying.excluded.remote, diagnoses.c.remote)
    # what a language model wrote of another diagnosis is no summary of this one
    same = diagnoses.c.root_cause == saying.excluded.root_cause
    renewed["summary"] = case((same, diagnoses.c.summary), else_=null())
    await connection.execute(saying.on_conflict_do_update(index_elements=[diagnoses.c.hotspot_id], set_=renewed), rows)
    return [each.hotspot_id for each in found if before.get(each.hotspot_id) != each.root_cause]


async def save_proposals(
    connection: AsyncConnection,
    tenant_id: int,
    proposed: Sequence[tuple[Episode, Proposal]],
    now: datetime,
    proposed_by: str,
) -> list[Stored]:
    """Store the proposals; returns the rows that are new or changed.

    A measure already recommended for its hotspot is brought up to date while it is pending (the hotspot may have risen
    since); once decided it stays as it was decided upon.
    """
    if not proposed:
        return []
    rows = [_row(tenant_id, each, now, proposed_by) for each in proposed]
    table = recommendations.c
    proposing = insert(recommendations)
    given = proposing.excluded
    kept = {"tenant_id", "hotspot_id", "measure_id", "status", "created_at", "proposed_by"}
    changed = or_(*(table[name].is_distinct_from(given[name]) for name in TOLD_ANEW))
    statement = proposing.on_conflict_do_update(
        index_elements=[table.hotspot_id, table.measure_id],
        set_={name: given[name] for name in rows[0] if name not in kept},
        where=(table.status == Status.PENDING) & changed,
    ).returning(*_STORED)
    return [Stored(*row) for row in await connection.execute(statement, rows)]


async def take_off(
    connection: AsyncConnection,
    tenant_id: int,
    proposed: Mapping[int, Collection[str]],
    proposed_by: str,
    now: datetime,
) -> list[int]:
    """Take the rank from what waits for a decision and is no longer proposed for its hotspot; returns their ids.

    `proposed` has the measures of each hotspot that are. The numbers of a taken-off one are of an older diagnosis.
    """
    table = recommendations.c
    told = func.jsonb_build_object("ranking", OLD)
    kept = [(hotspot_id, measure_id) for hotspot_id, ids in proposed.items() for measure_id in ids]
    rows = await connection.scalars(
        update(recommendations)
        .where(
            table.tenant_id == tenant_id,
            table.hotspot_id.in_(list(proposed)),
            table.proposed_by == proposed_by,
            table.status == Status.PENDING,
            table.rank.is_not(None),
            tuple_(table.hotspot_id, table.measure_id).not_in(kept),
        )
        .values(rank=None, updated_at=now, provenance=table.provenance.op("||")(told))
        .returning(table.id)
    )
    return list(rows)


async def save_new(
    connection: AsyncConnection,
    tenant_id: int,
    proposed: tuple[Episode, Proposal],
    now: datetime,
    proposed_by: str,
) -> Stored | None:
    """Store one proposal that a person asked for; None where the measure is recommended for the hotspot already."""
    row = _row(tenant_id, proposed, now, proposed_by)
    adding = insert(recommendations).values(row).on_conflict_do_nothing().returning(*_STORED)
    found = (await connection.execute(adding)).one_or_none()
    return None if found is None else Stored(*found)


async def told_that_nothing_fits(connection: AsyncConnection, tenant_id: int, hotspot_ids: Iterable[int]) -> set[int]:
    """Those of the hotspots for which the audit trail already says that no measure fits."""
    ids = [str(hotspot_id) for hotspot_id in hotspot_ids]
    rows = await connection.execute(
        select(audit_logs.c.entity_id).where(
            audit_logs.c.tenant_id == tenant_id,
            audit_logs.c.entity_type == "hotspot",
            audit_logs.c.entity_id == func.any(ids),
            audit_logs.c.action == NOTHING_FITS,
        )
    )
    return {int(entity_id) for entity_id in rows.scalars()}


def _row(tenant_id: int, proposed: tuple[Episode, Proposal], now: datetime, proposed_by: str) -> dict[str, Any]:
    hotspot, proposal = proposed
    same = ("measure_id", "title", "description", "saving_low_kg", "saving_high_kg", "cost_impact", "payback_months")
    told = ("feasibility", "confidence", "cause", "root_cause", "rank", "returns_because")
    return {
        "tenant_id": tenant_id,
        "hotspot_id": hotspot.id,
        "supplier_id": hotspot.subject.entity,
        "co2_reduction": proposal.co2_reduction_kg,
        **{name: getattr(proposal, name) for name in (*same, *told)},
        "provenance": dict(proposal.provenance),
        "proposed_by": proposed_by,
        "status": Status.PENDING,
        "created_at": now,
        "updated_at": now,
    }
