"""SQL of summaries: diagnoses with their first recommendations, and the words stored beside them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import diagnoses, hotspots, recommendations

MOST_ADVICE = 3
OF_INTEREST = ("pending", "approved", "implemented")


class Advice(NamedTuple):
    """A recommendation: its words and its simulated saving (kg CO2e per 28 days; None: not known)."""

    measure_id: str
    title: str
    description: str
    saving_kg: float | None
    low_kg: float | None
    high_kg: float | None


class Diagnosed(NamedTuple):
    """A diagnosis, the entity it is of, the summary it had, and its first recommendations, best first."""

    hotspot_id: int
    entity: str
    cause: str
    root_cause: str
    effects: Any
    summary: Mapping[str, Any] | None
    advice: tuple[Advice, ...]


async def unsummarised(connection: AsyncConnection, tenant_id: int, hotspot_ids: Sequence[int]) -> list[Diagnosed]:
    """The diagnoses of these hotspots that have no summary, or one that was written for another text; by hotspot."""
    own = diagnoses.c
    of = own.summary["of"]
    texts = ((of["cause"].astext, own.cause), (of["root_cause"].astext, own.root_cause))
    rows = await connection.execute(
        select(own.hotspot_id, hotspots.c.entity, own.cause, own.root_cause, own.effects, own.summary)
        .join(hotspots, hotspots.c.id == own.hotspot_id)
        .where(own.tenant_id == tenant_id, own.hotspot_id == func.any(list(hotspot_ids)))
        .where(or_(*(written_for.is_distinct_from(text) for written_for, text in texts)))
        .order_by(own.hotspot_id)
    )
    found = rows.all()
    advice = await _advice(connection, tenant_id, [row.hotspot_id for row in found])
    return [Diagnosed(*row, tuple(advice.get(row.hotspot_id, ()))) for row in found]


async def save_summary(
    connection: AsyncConnection, tenant_id: int, diagnosed: Diagnosed, summary: Mapping[str, Any]
) -> bool:
    """Write the summary and nothing else; False where the diagnosis is another one by now."""
    own = diagnoses.c
    saved = await connection.execute(
        update(diagnoses)
        .where(own.tenant_id == tenant_id, own.hotspot_id == diagnosed.hotspot_id)
        .where(own.cause == diagnosed.cause, own.root_cause == diagnosed.root_cause)
        .values(summary=dict(summary))
    )
    return saved.rowcount == 1


async def _advice(connection: AsyncConnection, tenant_id: int, hotspot_ids: Sequence[int]) -> dict[int, list[Advice]]:
    own = recommendations.c
    place = func.row_number().over(partition_by=own.hotspot_id, order_by=(own.rank.nulls_last(), own.id))
    ranked = (
        select(
            own.hotspot_id, own.measure_id, own.title, own.description, own.co2_reduction, own.saving_low_kg,
            own.saving_high_kg, place.label("place"),
        )
        .where(own.tenant_id == tenant_id, own.hotspot_id == func.any(list(hotspot_ids)))
        .where(own.status.in_(OF_INTEREST))
        .subquery()
    )  # fmt: skip
    first = select(ranked).where(ranked.c.place <= MOST_ADVICE).order_by(ranked.c.hotspot_id, ranked.c.place)
    found: dict[int, list[Advice]] = {}
    for hotspot_id, *words, _ in await connection.execute(first):
        found.setdefault(hotspot_id, []).append(Advice(*words))
    return found
