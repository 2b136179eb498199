"""SQL of the rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import receivers, rules
from carbon_nexus.rules.plan import Document

SUBJECT = ("entity", "entity_type", "event_type", "metric")
_COLUMNS = [rules.c[name] for name in ("name", "spec", "created_at", "updated_at")]
_SUBJECTS = f"SELECT DISTINCT {', '.join(SUBJECT)} FROM baselines WHERE tenant_id = %s ORDER BY {', '.join(SUBJECT)}"  # noqa: S608


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no other transaction changes the tenant's rules; held until the end."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"rules:{tenant_id}"))))


async def all_rules(connection: AsyncConnection, tenant_id: int) -> list[dict[str, Any]]:
    """The tenant's rules by name: name, spec, created_at, updated_at."""
    query = select(*_COLUMNS).where(rules.c.tenant_id == tenant_id).order_by(rules.c.name)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def find(connection: AsyncConnection, tenant_id: int, name: str) -> dict[str, Any] | None:
    """One rule; None if there is none of this name."""
    query = select(*_COLUMNS).where(rules.c.tenant_id == tenant_id, rules.c.name == name)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else dict(row)


async def save(connection: AsyncConnection, tenant_id: int, specs: Sequence[Document], now: datetime) -> None:
    """Store the rules, each in the place of the one of its name there may be."""
    if not specs:
        return
    given = insert(rules).values(
        [
            {
                "tenant_id": tenant_id,
                **{name: spec[name] for name in ("name", "kind", "enabled")},
                **{"spec": spec, "created_at": now, "updated_at": now},
            }
            for spec in specs
        ]
    )
    new = {name: given.excluded[name] for name in ("kind", "enabled", "spec", "updated_at")}
    await connection.execute(given.on_conflict_do_update(index_elements=["tenant_id", "name"], set_=new))


async def remove(connection: AsyncConnection, tenant_id: int, names: Sequence[str]) -> None:
    """Delete the rules of these names."""
    await connection.execute(delete(rules).where(rules.c.tenant_id == tenant_id, rules.c.name.in_(names)))


async def receiver_names(connection: AsyncConnection, tenant_id: int) -> list[str]:
    """The tenant's receivers by name; none of them can be deleted before the transaction ends."""
    query = select(receivers.c.name).where(receivers.c.tenant_id == tenant_id).order_by(receivers.c.name)
    return list((await connection.scalars(query.with_for_update(read=True, key_share=True))).all())


async def subjects(connection: AsyncConnection, tenant_id: int) -> pl.DataFrame:
    """Whose emissions have a baseline: the columns of SUBJECT, each once, by name."""
    return await read_frame(connection, _SUBJECTS, dict.fromkeys(SUBJECT, pl.String()), (tenant_id,))
