"""SQL of the list of hotspots: filtered, in one of several orders, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, Select, func, literal, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from carbon_nexus.db.tables import hotspots, predictions, provenances
from carbon_nexus.errors import InvalidInput
from carbon_nexus.hotspots.model import Metric, Severity, Status
from carbon_nexus.hotspots.schemas import Hotspot

_OWN = hotspots.c
COLUMNS = [_OWN[name] for name in Hotspot.model_fields]
# written out and no parameter: the first one is what the index on the excess says
LEAST_KG = literal_column("'-Infinity'::double precision", Float)
MOST_KG = literal_column("'Infinity'::double precision", Float)


@dataclass(frozen=True)
class Asked:
    """What narrows the list (None: nothing does), and its order: a column, with a minus the largest first.

    `q` is a part of the entity's name, in capitals or not.
    """

    status: Status | None = None
    severity: Severity | None = None
    entity: str | None = None
    event_type: str | None = None
    q: str | None = None
    sort: str = "-id"

    @property
    def falls(self) -> bool:
        """Whether the largest come first."""
        return self.sort.startswith("-")


async def count(connection: AsyncConnection, tenant_id: int, asked: Asked) -> int:
    """How many hotspots fit."""
    counted = await connection.scalar(select(func.count()).select_from(hotspots).where(*_fits(tenant_id, asked)))
    return counted or 0


async def page(
    connection: AsyncConnection, tenant_id: int, asked: Asked, limit: int, cursor: int | None
) -> Sequence[Mapping[Any, Any]]:
    """Up to `limit` of them in their order, fields of `ListedHotspot`; `cursor` is the last one of the page before.

    The page starts after where that hotspot stands now. Raises InvalidInput: there is none of this id.
    """
    key = _key(asked)
    rows = select(*COLUMNS, key.label("place")).where(*_fits(tenant_id, asked))
    if cursor is not None:
        place = tuple_(literal(await _place(connection, tenant_id, key, cursor), key.type), literal(cursor))
        own = tuple_(key, _OWN.id)
        rows = rows.where(own < place if asked.falls else own > place)
    rows = rows.order_by(*_turned(asked, key, _OWN.id)).limit(limit)
    found = await connection.execute(_with_tiers(tenant_id, asked, rows))
    return list(found.mappings())


def listed(tenant_id: int, ids: Sequence[int]) -> Select[Any]:
    """Those of these ids, newest first, fields of `ListedHotspot`."""
    asked = Asked()
    rows = select(*COLUMNS, _key(asked).label("place")).where(*_fits(tenant_id, asked), _OWN.id.in_(ids))
    return _with_tiers(tenant_id, asked, rows)


def _fits(tenant_id: int, asked: Asked) -> list[ColumnElement[bool]]:
    same = {name: getattr(asked, name) for name in ("status", "severity", "entity", "event_type")}
    fits = [_OWN.tenant_id == tenant_id, *(_OWN[name] == value for name, value in same.items() if value is not None)]
    return [*fits, _OWN.entity.icontains(asked.q, autoescape=True)] if asked.q else fits


def _key(asked: Asked) -> ColumnElement[Any]:
    """What is sorted by: a severity by how bad it is; what is not known comes last."""
    name = asked.sort.removeprefix("-")
    if name == "severity":
        return func.array_position(array([each.value for each in Severity]), _OWN.severity)
    if name == "excess_kg":
        return func.coalesce(_OWN.excess_kg, LEAST_KG if asked.falls else MOST_KG)
    return _OWN[name]


def _turned(asked: Asked, *keys: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [key.desc() if asked.falls else key.asc() for key in keys]


async def _place(connection: AsyncConnection, tenant_id: int, key: ColumnElement[Any], cursor: int) -> Any:
    if key is _OWN.id:
        return cursor
    found = await connection.execute(select(key).where(_OWN.tenant_id == tenant_id, _OWN.id == cursor))
    row = found.one_or_none()
    if row is None:
        message = f"cursor: there is no hotspot {cursor} to go on after; leave it out for the first page"
        raise InvalidInput([{"type": "value_error", "loc": ["query", "cursor"], "msg": message, "input": cursor}])
    return row[0]


def _with_tiers(tenant_id: int, asked: Asked, rows: Select[Any]) -> Select[Any]:
    """What the worst figure rests on, looked up for the page's rows only; a day's sum rests on many estimates."""
    page = rows.subquery()
    worst = (
        (predictions.c.event_id == page.c.event_id)
        & (predictions.c.tenant_id == tenant_id)
        & (page.c.metric == Metric.INTENSITY)
    )
    labels = provenances.c.id == predictions.c.provenance_id
    columns = [page.c[name] for name in Hotspot.model_fields]
    return (
        select(*columns, provenances.c.tier, predictions.c.filled)
        .select_from(page.outerjoin(predictions, worst).outerjoin(provenances, labels))
        .order_by(*_turned(asked, page.c.place, page.c.id))
    )
