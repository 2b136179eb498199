"""SQL of the entries: written many at once, listed, and read in the order of the chain."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Asked, Entry
from carbon_nexus.db.tables import audit_chain, audit_logs

ROWS_PER_PAGE = 2_000
COLUMNS = [
    *(audit_logs.c[name] for name in ("id", "timestamp", "user_id", "action", "entity_type", "entity_id", "notes")),
    *(audit_logs.c[name] for name in ("metadata", "before", "after")),
]
_link, _link_before = audit_chain.alias("link"), audit_chain.alias("link_before")


async def record(connection: AsyncConnection, tenant_id: int, entries: Sequence[Entry]) -> None:
    """Write the entries in the caller's transaction, so that change and entry commit together.

    They are linked into the tenant's chain when it commits.
    """
    if not entries:
        return
    rows = [
        {
            "tenant_id": tenant_id,
            "action": entry.action,
            "entity_type": entry.subject_type,
            "entity_id": entry.subject_id,
            "user_id": entry.actor,
            "notes": entry.notes,
            "metadata": dict(entry.details),
            "before": _plain(entry.before),
            "after": _plain(entry.after),
        }
        for entry in entries
    ]
    await connection.execute(insert(audit_logs), rows)


def listed(tenant_id: int, asked: Asked) -> Select[Any]:
    """The entries that are asked for, each with its place in the chain (null: it has none)."""
    return _placed(tenant_id).where(*_are(asked))


async def one(connection: AsyncConnection, tenant_id: int, entry_id: int) -> dict[str, Any] | None:
    """One entry as the list has it; None if there is none."""
    row = (await connection.execute(_placed(tenant_id).where(audit_logs.c.id == entry_id))).mappings().one_or_none()
    return None if row is None else dict(row)


async def last_position(connection: AsyncConnection, tenant_id: int) -> int:
    """Where the tenant's chain ends now; 0 where there is none."""
    last = select(func.max(audit_chain.c.position)).where(audit_chain.c.tenant_id == tenant_id)
    return await connection.scalar(last) or 0


async def page(
    connection: AsyncConnection, tenant_id: int, asked: Asked, after: int, last: int, most: int = ROWS_PER_PAGE
) -> Sequence[Mapping[Any, Any]]:
    """Entries that are asked for behind `after` up to `last` in the chain's order: what is hashed, and both hashes."""
    before = and_(_link_before.c.tenant_id == _link.c.tenant_id, _link_before.c.position == _link.c.position - 1)
    joined = _link.join(audit_logs, audit_logs.c.id == _link.c.audit_id).outerjoin(_link_before, before)
    content = func.audit_content(audit_logs.table_valued(), type_=Text).label("content")
    hashes = _hex(_link_before.c.hash).label("previous_hash"), _hex(_link.c.hash).label("hash")
    rows = (
        select(_link.c.position, *hashes, *COLUMNS, content)
        .select_from(joined)
        .where(_link.c.tenant_id == tenant_id, _link.c.position.between(after + 1, last), *_are(asked))
        .order_by(_link.c.position)
        .limit(most)
    )
    return (await connection.execute(rows)).mappings().all()


def _placed(tenant_id: int) -> Select[Any]:
    linked = audit_logs.outerjoin(_link, _link.c.audit_id == audit_logs.c.id)
    rows = select(*COLUMNS, _link.c.position, _hex(_link.c.hash).label("hash")).select_from(linked)
    return rows.where(audit_logs.c.tenant_id == tenant_id)


def _are(asked: Asked) -> list[ColumnElement[bool]]:
    own = audit_logs.c
    equal = {
        own.action: asked.action,
        own.entity_type: asked.entity_type,
        own.entity_id: asked.entity_id,
        own.user_id: asked.actor,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if asked.since is not None:
        conditions.append(own.timestamp >= asked.since)
    if asked.until is not None:
        conditions.append(own.timestamp < asked.until)
    return conditions


def _hex(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.encode(column, "hex", type_=Text)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)
