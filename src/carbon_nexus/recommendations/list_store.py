"""SQL of what is shown of recommendations: lists, one with its diagnosis, counts, timelines, savings."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, Select, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import audit_logs, diagnoses, hotspots, recommendations
from carbon_nexus.recommendations.model import Status
from carbon_nexus.recommendations.move_store import SUBJECT
from carbon_nexus.recommendations.schemas import SAVING_UNIT, Diagnosed, Recommendation
from carbon_nexus.recommendations.store import NOTHING_FITS
from carbon_nexus.recommendations.together import Recommended

_REC = recommendations.c
_COLUMNS = [
    literal(SAVING_UNIT).label(name) if name == "co2_reduction_unit" else _REC[name]
    for name in Recommendation.model_fields
]
_FILTERS = {"entity": "supplier_id"}
_DIAGNOSED = [diagnoses.c[name].label(f"of_{name}") for name in Diagnosed.model_fields]


def listed(tenant_id: int, **wanted: Any) -> Select[Any]:
    """The tenant's recommendations as the API shows them; of `wanted` what is None counts for nothing."""
    rows = select(*_COLUMNS).where(_REC.tenant_id == tenant_id)
    for name, value in wanted.items():
        if value is not None:
            rows = rows.where(_REC[_FILTERS.get(name, name)] == value)
    return rows


async def one(connection: AsyncConnection, tenant_id: int, rec_id: int) -> dict[str, Any] | None:
    """One recommendation as the API shows it, with `diagnosis` (null: none is stored); None if there is none."""
    same = (diagnoses.c.hotspot_id == _REC.hotspot_id) & (diagnoses.c.tenant_id == _REC.tenant_id)
    query = (
        select(*_COLUMNS, *_DIAGNOSED)
        .outerjoin_from(recommendations, diagnoses, same)
        .where(_REC.tenant_id == tenant_id, _REC.id == rec_id)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    diagnosis = {name: row[f"of_{name}"] for name in Diagnosed.model_fields}
    shown = {name: row[name] for name in Recommendation.model_fields}
    return shown | {"diagnosis": None if diagnosis["cause"] is None else diagnosis}


async def diagnosis_of(connection: AsyncConnection, tenant_id: int, hotspot_id: int) -> dict[str, Any] | None:
    """A hotspot's diagnosis as the API shows it; None: there is none."""
    ids = select(func.coalesce(func.array_agg(aggregate_order_by(_REC.id, _REC.id)), cast([], ARRAY(BigInteger))))
    of_it = (_REC.tenant_id == tenant_id, _REC.hotspot_id == hotspot_id)
    trail = audit_logs.c
    nothing = select(trail.metadata["reason"].astext).where(
        trail.tenant_id == tenant_id,
        trail.entity_type == "hotspot",
        trail.entity_id == str(hotspot_id),
        trail.action == NOTHING_FITS,
    )
    columns = [diagnoses.c[name] for name in (*Diagnosed.model_fields, "hotspot_id", "created_at", "updated_at")]
    query = select(
        *columns,
        ids.where(*of_it).scalar_subquery().label("recommendation_ids"),
        nothing.order_by(trail.id.desc()).limit(1).scalar_subquery().label("nothing_because"),
    ).where(diagnoses.c.tenant_id == tenant_id, diagnoses.c.hotspot_id == hotspot_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    return dict(row) | ({"nothing_because": None} if row["recommendation_ids"] else {})


async def count_by_status(connection: AsyncConnection, tenant_id: int) -> Mapping[Status, int]:
    """How many there are of each status that occurs."""
    query = select(_REC.status, func.count()).where(_REC.tenant_id == tenant_id).group_by(_REC.status)
    return {Status(status): count for status, count in await connection.execute(query)}


async def savings_of(
    connection: AsyncConnection,
    tenant_id: int,
    *,
    ids: Collection[int] | None = None,
    hotspot_id: int | None = None,
    statuses: Collection[Status] | None = None,
) -> list[Recommended]:
    """The tenant's recommendations as their savings count, by id: these, of this hotspot, with these statuses."""
    base = func.coalesce(_amount("window_co2e_kg"), _amount("affected_co2e_kg"))
    entity = func.concat_ws("/", hotspots.c.entity_type, _REC.supplier_id, hotspots.c.event_type)
    end_use = _REC.provenance["end_use"].astext
    query = (
        select(_REC.id, _REC.measure_id, entity, end_use, base, _REC.co2_reduction)
        .join_from(recommendations, hotspots, hotspots.c.id == _REC.hotspot_id)
        .where(_REC.tenant_id == tenant_id)
        .order_by(_REC.id)
    )
    if ids is not None:
        query = query.where(_REC.id.in_(ids))
    if hotspot_id is not None:
        query = query.where(_REC.hotspot_id == hotspot_id)
    if statuses is not None:
        query = query.where(_REC.status.in_(statuses))
    return [Recommended(*row) for row in await connection.execute(query)]


async def timeline(connection: AsyncConnection, tenant_id: int, rec_id: int) -> list[dict[str, Any]]:
    """The recommendation's entries on the audit trail, oldest first."""
    log = audit_logs.c
    query = (
        select(
            log.id, log.timestamp.label("at"), log.action, log.user_id.label("actor"), log.notes, log.before, log.after
        )
        .where(log.tenant_id == tenant_id, log.entity_type == SUBJECT, log.entity_id == str(rec_id))
        .order_by(log.id)
    )
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _amount(name: str) -> ColumnElement[Any]:
    return cast(_REC.provenance[name].astext, Double)
