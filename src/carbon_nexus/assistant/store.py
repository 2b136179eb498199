"""SQL of the assistant: figures out of the rollups and lists, and the diagnoses that are put into words."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.assistant.model import Period, Wanted
from carbon_nexus.db.tables import emissions_daily, emissions_entity_daily, hotspots, recommendations
from carbon_nexus.recommendations.list_store import savings_of
from carbon_nexus.recommendations.together import together

MOST_NAMES = 20_000  # entities of a tenant that are looked for in a question
Rows = Sequence[Row[*tuple[Any, ...]]]
DECIDED_OR_NOT = ("pending", "approved", "implemented")

# One index probe for each entity, however many days it has: a plain DISTINCT would read every day of every entity.
NAMES = text("""
WITH RECURSIVE named (entity) AS (
    SELECT min(entity) FROM emissions_entity_daily WHERE tenant_id = :tenant_id
    UNION ALL
    SELECT (SELECT min(entity) FROM emissions_entity_daily WHERE tenant_id = :tenant_id AND entity > named.entity)
    FROM named WHERE named.entity IS NOT NULL
)
SELECT entity FROM named WHERE entity IS NOT NULL LIMIT :most
""")


class Sums(NamedTuple):
    """kg CO2e and number of events with an estimate, of a period and of as many days before it."""

    co2e_kg: float
    events: int
    co2e_kg_before: float
    events_before: int


NOTHING = Sums(0.0, 0, 0.0, 0)


class Advised(NamedTuple):
    """Recommendations of a status: how many, the saving of those it is known of, and of how many it is known."""

    number: int
    saving_kg: float | None
    known: int


async def names(connection: AsyncConnection, tenant_id: int) -> list[str]:
    """The tenant's entities of which an event has an estimate, in alphabetical order, at most MOST_NAMES."""
    found = await connection.execute(NAMES, {"tenant_id": tenant_id, "most": MOST_NAMES})
    return list(found.scalars())


async def sums(connection: AsyncConnection, tenant_id: int, wanted: Wanted) -> dict[str | None, Sums]:
    """The sums of each wanted entity; of all together (under None) where none is wanted."""
    table = emissions_entity_daily.c if wanted.entities else emissions_daily.c
    before = earlier(wanted.period)
    columns: list[ColumnElement[Any]] = []
    for period in (wanted.period, before):
        within = table.day.between(*period)
        columns.append(func.coalesce(func.sum(table.co2e_kg).filter(within), 0.0))
        count = func.coalesce(func.sum(table.event_count).filter(within), 0)
        columns.append(count.cast(table.event_count.type))  # bigints add up to numeric
    which = [table.tenant_id == tenant_id, table.day.between(before.first, wanted.period.last)]
    if wanted.event_type:
        which.append(table.event_type == wanted.event_type)
    if not wanted.entities:
        return {None: Sums(*(await connection.execute(select(*columns).where(*which))).one())}
    which.append(table.entity == func.any(list(wanted.entities)))
    rows = await connection.execute(select(table.entity, *columns).where(*which).group_by(table.entity))
    found = {row[0]: Sums(*row[1:]) for row in rows}
    return {entity: found.get(entity, NOTHING) for entity in wanted.entities}


async def emitters(connection: AsyncConnection, tenant_id: int, wanted: Wanted, most: int) -> Rows:
    """The entities that emitted most in the period: name and kg CO2e, largest first."""
    table = emissions_entity_daily.c
    total = func.sum(table.co2e_kg)
    rows = (
        select(table.entity, total.label("co2e_kg"))
        .where(table.tenant_id == tenant_id, table.day.between(*wanted.period))
        .group_by(table.entity)
        .having(func.sum(table.event_count) > 0)
        .order_by(total.desc(), table.entity)
        .limit(most)
    )
    if wanted.event_type:
        rows = rows.where(table.event_type == wanted.event_type)
    return (await connection.execute(rows)).all()


async def hotspot_counts(connection: AsyncConnection, tenant_id: int, wanted: Wanted) -> tuple[int, int]:
    """How many hotspots are active, and how many of these are critical."""
    critical = func.count().filter(hotspots.c.severity == "critical")
    row = (await connection.execute(select(func.count(), critical).where(*_active(tenant_id, wanted)))).one()
    return row[0], row[1]


async def top_hotspots(connection: AsyncConnection, tenant_id: int, wanted: Wanted, most: int) -> Rows:
    """The active hotspots that are furthest above typical, as `GET /hotspots/top` ranks them."""
    own = hotspots.c
    columns = (
        own.id, own.entity, own.event_type, own.severity, own.percent_above, own.predicted_co2, own.baseline_co2,
        own.excess_kg,
    )  # fmt: skip
    rows = select(*columns).where(*_active(tenant_id, wanted)).order_by(own.percent_above.desc(), own.id).limit(most)
    return (await connection.execute(rows)).all()


async def advised(connection: AsyncConnection, tenant_id: int, wanted: Wanted) -> dict[str, Advised]:
    """The recommendations of each status that is still of interest, and what they would save together."""
    own = recommendations.c
    query = select(own.status, own.id).where(own.status.in_(DECIDED_OR_NOT), *_advice(tenant_id, wanted))
    ids: dict[str, list[int]] = {status: [] for status in DECIDED_OR_NOT}
    for status, rec_id in await connection.execute(query):
        ids[status].append(rec_id)
    found = {}
    for status, of_it in ids.items():
        counted = together(await savings_of(connection, tenant_id, ids=of_it)) if of_it else None
        known = len(of_it) - len(counted.left_out) if counted else 0
        found[status] = Advised(len(of_it), counted.saving_kg if counted and known else None, known)
    return found


async def first_pending(connection: AsyncConnection, tenant_id: int, wanted: Wanted, most: int) -> Rows:
    """The pending recommendations that would save most."""
    own = recommendations.c
    rows = (
        select(own.id, own.title, own.supplier_id, own.co2_reduction, own.saving_low_kg, own.saving_high_kg)
        .where(own.status == "pending", own.co2_reduction.is_not(None), *_advice(tenant_id, wanted))
        .order_by(own.co2_reduction.desc(), own.id)
        .limit(most)
    )
    return (await connection.execute(rows)).all()


def earlier(period: Period) -> Period:
    """As many days, directly before."""
    days = (period.last - period.first).days + 1
    return Period(period.first - timedelta(days=days), period.first - timedelta(days=1))


def _active(tenant_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    own = hotspots.c
    which: list[ColumnElement[bool]] = [own.tenant_id == tenant_id, own.status == "active"]
    if wanted.entities:
        which.append(own.entity == func.any(list(wanted.entities)))
    if wanted.event_type:
        which.append(own.event_type == wanted.event_type)
    return which


def _advice(tenant_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    own = recommendations.c
    which: list[ColumnElement[bool]] = [own.tenant_id == tenant_id]
    if wanted.entities:
        which.append(own.supplier_id == func.any(list(wanted.entities)))
    if wanted.event_type:
        of_type = (hotspots.c.tenant_id == tenant_id) & (hotspots.c.event_type == wanted.event_type)
        which.append(own.hotspot_id.in_(select(hotspots.c.id).where(of_type)))
    return which
