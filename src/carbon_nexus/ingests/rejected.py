"""The file of rejected rows: as they came, with the line they stood on and the reason; ready to mend and send again."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.activities.payloads import OURS
from carbon_nexus.activities.rules import sentence
from carbon_nexus.ingests import store
from carbon_nexus.ingests.model import Key

ROW = "row"  # where a row that fits no header stands whole
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets take a file without it for another encoding


async def rejected_csv(engine: AsyncEngine, key: Key, names: list[str]) -> AsyncIterator[str]:
    """The rows as CSV, page by page. Cells that a spreadsheet would run as a formula are quoted with an apostrophe,
    which is taken off again when the file is ingested.
    """
    columns = [*names, *OURS]
    yield BYTE_ORDER_MARK + _line([_safe(name) for name in columns])
    after = 0
    while True:
        async with engine.connect() as connection:
            page = await store.rejects(connection, key, after)
        if not page:
            return
        yield "".join(_line(_cells(reject, names)) for reject in page)
        after = page[-1]["id"]


def _cells(reject: dict[str, Any], names: list[str]) -> list[str]:
    received, reason = reject["received"], " ".join(map(sentence, reject["problems"]))
    cells = [received.get(name) or "" for name in names]
    if set(received) == {ROW} and ROW not in names:  # a ragged row: whole, in the first cell
        cells[0] = received[ROW]
    return [_safe(cell) for cell in (*cells, str(reject["line"]), reason)]


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
