"""A look at a file before anything is stored: its columns, what is missing, its first rows checked. Stores nothing."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.payloads import PAYLOAD
from carbon_nexus.activities.rules import row_entry
from carbon_nexus.activities.validate import Checked
from carbon_nexus.files.model import Facts
from carbon_nexus.ingests.model import FILE_SOURCE
from carbon_nexus.ingests.schemas import FilePreview
from carbon_nexus.ingests.service import Asked, check, look
from carbon_nexus.mappings.schemas import preview as found

SHOWN_ROWS = 5


async def preview(
    connection: AsyncConnection, tenant_id: int, sent: BinaryIO, asked: Asked, path: Path, now: datetime
) -> FilePreview:
    """How the file would be read. Raises InvalidInput where it cannot be read at all."""
    facts, first, recognised = await look(connection, tenant_id, sent, asked, path)
    checked = None
    if recognised.mapping is not None:
        mapping, source = recognised.mapping, asked.source or FILE_SOURCE
        checked = await asyncio.to_thread(lambda: check(first, mapping, now, source))
    columns = found(recognised).model_dump()
    columns["notes"] = [*facts.notes, *columns["notes"]]
    return FilePreview(**columns, **_facts(facts), **_rows(checked))


def _facts(facts: Facts) -> dict[str, Any]:
    names = ("kind", "encoding", "delimiter", "rows")
    return {name: getattr(facts, name) for name in names}


def _rows(checked: Checked | None) -> dict[str, Any]:
    if checked is None:
        return {"rows_checked": 0, "rows_acceptable": 0, "first_events": [], "first_rejected": []}
    accepted, rejected = checked.accepted.head(SHOWN_ROWS), checked.rejected.head(SHOWN_ROWS)
    return {
        "rows_checked": checked.rows,
        "rows_acceptable": checked.accepted.height,
        "first_events": [_told(row) for row in accepted.drop(PAYLOAD).iter_rows(named=True)],
        "first_rejected": [row_entry(row["line"], row["problems"]) for row in rejected.iter_rows(named=True)],
    }


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
