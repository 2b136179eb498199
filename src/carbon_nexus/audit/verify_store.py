"""SQL of verifying: the database computes every hash again; a million entries never leave it.

Each function answers from one statement, and so from one moment, whatever is written meanwhile.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, LargeBinary, RowMapping, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Head
from carbon_nexus.db.tables import audit_heads

_JOINED = """
FROM audit_chain c
LEFT JOIN audit_chain p ON p.tenant_id = c.tenant_id AND p.position = c.position - 1
LEFT JOIN audit_logs l ON l.tenant_id = c.tenant_id AND l.id = c.audit_id
"""
_HASHED = "sha256(coalesce(p.hash, ''::bytea) || convert_to(audit_content(l), 'UTF8'))"
_FIRST_BROKEN = f"""
SELECT min(c.position) {_JOINED} WHERE c.tenant_id = :tenant_id AND
    (l.id IS NULL OR c.hash <> {_HASHED} OR p.position IS NULL AND c.position <> 1)
"""
# Whose hash alone was altered: what follows it, or the head, was made with the one that it had.
_LINK = f"""
SELECT c.audit_id, l.action, l.id IS NOT NULL AS has_entry, p.position IS NOT NULL OR c.position = 1 AS has_previous,
    (SELECT coalesce(max(b.position), 0) FROM audit_chain b WHERE b.tenant_id = c.tenant_id AND b.position < c.position)
        AS position_before,
    coalesce(n.hash = sha256({_HASHED} || convert_to(audit_content(e), 'UTF8')), h.hash = {_HASHED}, false)
        AS only_the_hash
{_JOINED}
LEFT JOIN audit_chain n ON n.tenant_id = c.tenant_id AND n.position = c.position + 1
LEFT JOIN audit_logs e ON e.tenant_id = c.tenant_id AND e.id = n.audit_id
LEFT JOIN audit_heads h ON h.tenant_id = c.tenant_id AND h.position = c.position
WHERE c.tenant_id = :tenant_id AND c.position = :position
"""  # noqa: S608
_ENDS = """
SELECT h.position AS head_position, h.hash AS head_hash, c.position, c.hash, c.audit_id, c.action,
    (SELECT count(*) FROM audit_chain WHERE tenant_id = :tenant_id) AS entries
FROM (SELECT) AS always
LEFT JOIN audit_heads h ON h.tenant_id = :tenant_id
LEFT JOIN LATERAL (
    SELECT c.position, c.hash, c.audit_id, l.action FROM audit_chain c LEFT JOIN audit_logs l ON l.id = c.audit_id
    WHERE c.tenant_id = :tenant_id ORDER BY c.position DESC LIMIT 1
) c ON true
"""
_UNLINKED = """
SELECT l.id AS audit_id, l.action FROM audit_logs l WHERE l.tenant_id = :tenant_id AND NOT EXISTS (
    SELECT FROM audit_chain c WHERE c.tenant_id = l.tenant_id AND c.audit_id = l.id
) ORDER BY l.id LIMIT 1
"""
_NOT_AS_ANCHORED = """
SELECT a.position, c.position IS NOT NULL AS has_link, c.audit_id, l.action
FROM unnest(:positions, :hashes) AS a (position, hash)
LEFT JOIN audit_chain c ON c.tenant_id = :tenant_id AND c.position = a.position
LEFT JOIN audit_logs l ON l.id = c.audit_id
WHERE c.hash IS DISTINCT FROM a.hash ORDER BY a.position LIMIT 1
"""
_TENANTS = "SELECT tenant_id FROM audit_heads UNION SELECT tenant_id FROM audit_logs ORDER BY tenant_id"


async def tenants(connection: AsyncConnection) -> list[int]:
    """Whoever has a trail."""
    return list((await connection.execute(text(_TENANTS))).scalars())


async def first_broken(connection: AsyncConnection, tenant_id: int) -> int | None:
    """The lowest position that does not follow from the one before it and from its entry; None: all do."""
    found: int | None = await connection.scalar(text(_FIRST_BROKEN), {"tenant_id": tenant_id})
    return found


async def link(connection: AsyncConnection, tenant_id: int, position: int) -> RowMapping:
    """What there is to say of one link: audit_id, action, has_entry, has_previous, position_before, only_the_hash."""
    given = {"tenant_id": tenant_id, "position": position}
    return (await connection.execute(text(_LINK), given)).mappings().one()


async def ends(connection: AsyncConnection, tenant_id: int) -> RowMapping:
    """Head (head_position, head_hash), last link (position, hash, audit_id, action) and number of entries."""
    return (await connection.execute(text(_ENDS), {"tenant_id": tenant_id})).mappings().one()


async def unlinked(connection: AsyncConnection, tenant_id: int) -> RowMapping | None:
    """The first entry (audit_id, action) that the chain does not have; None: it has all."""
    return (await connection.execute(text(_UNLINKED), {"tenant_id": tenant_id})).mappings().one_or_none()


async def not_as_anchored(connection: AsyncConnection, tenant_id: int, anchors: Sequence[Head]) -> RowMapping | None:
    """The first of these hashes that the chain does not have at its position; None: it has all."""
    statement = text(_NOT_AS_ANCHORED).bindparams(
        bindparam("positions", type_=ARRAY(BigInteger)), bindparam("hashes", type_=ARRAY(LargeBinary))
    )
    given = {"positions": [each.position for each in anchors], "hashes": [each.hash for each in anchors]}
    return (await connection.execute(statement, {"tenant_id": tenant_id, **given})).mappings().one_or_none()


async def heads(connection: AsyncConnection, *, moved: bool) -> list[Head]:
    """The end of every tenant's chain; `moved`: only of those with entries since they were last told outside."""
    own = audit_heads.c
    rows: Any = select(own.tenant_id, own.position, own.hash).where(own.position > 0).order_by(own.tenant_id)
    if moved:
        rows = rows.where(own.position > own.anchored_position)
    return [Head(*row) for row in await connection.execute(rows)]


async def mark_anchored(connection: AsyncConnection, head: Head) -> None:
    """This head has been told outside."""
    own = audit_heads.c
    told = audit_heads.update().where(own.tenant_id == head.tenant_id, own.anchored_position < head.position)
    await connection.execute(told.values(anchored_position=head.position))
