"""The trail as a file, entry by entry in the order of the chain: with it anybody can compute every hash again."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit import store
from carbon_nexus.audit.model import Asked
from carbon_nexus.kit.spreadsheet import csv_line, safe_cell

COLUMNS = ("position", "previous_hash", "hash", *(str(column.name) for column in store.COLUMNS), "content")


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    NDJSON = "ndjson"


async def exported(engine: AsyncEngine, tenant_id: int, asked: Asked, form: Format, last: int) -> AsyncIterator[str]:
    """The entries that are asked for up to the position `last`, page by page, oldest first.

    A hash is sha256 of the 32 bytes of previous_hash (none at position 1) and of content as UTF-8.
    """
    written: Callable[[Mapping[Any, Any]], str] = _csv if form is Format.CSV else _ndjson
    if form is Format.CSV:
        yield csv_line(COLUMNS)
    after = 0
    while page := await _page(engine, tenant_id, asked, after, last):
        yield "".join(map(written, page))
        after = page[-1]["position"]


async def _page(
    engine: AsyncEngine, tenant_id: int, asked: Asked, after: int, last: int
) -> Sequence[Mapping[Any, Any]]:
    async with engine.connect() as connection:  # of a pooler, too: no cursor is held between pages
        return await store.page(connection, tenant_id, asked, after, last)


def _ndjson(row: Mapping[Any, Any]) -> str:
    return orjson.dumps({name: row[name] for name in COLUMNS}, option=orjson.OPT_APPEND_NEWLINE).decode()


def _csv(row: Mapping[Any, Any]) -> str:
    return csv_line([safe_cell(_cell(row[name])) for name in COLUMNS])


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return value.isoformat() if hasattr(value, "isoformat") else orjson.dumps(value).decode()
