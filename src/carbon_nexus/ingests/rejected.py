"""The file of rejected rows: as they came, with the line they stood on and the reason; ready to mend and send again."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.activities.payloads import OURS
from carbon_nexus.activities.rules import sentence
from carbon_nexus.ingests import store
from carbon_nexus.ingests.model import Key
from carbon_nexus.kit.spreadsheet import csv_line, safe_cell

ROW = "row"  # where a row that fits no header stands whole
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets take a file without it for another encoding


async def rejected_csv(engine: AsyncEngine, key: Key, names: list[str]) -> AsyncIterator[str]:
    """The rows as CSV, page by page. Cells that a spreadsheet would run as a formula are quoted with an apostrophe,
    which is taken off again when the file is ingested.
    """
    columns = [*names, *OURS]
    yield BYTE_ORDER_MARK + csv_line([safe_cell(name) for name in columns])
    after = 0
    while True:
        async with engine.connect() as connection:
            page = await store.rejects(connection, key, after)
        if not page:
            return
        yield "".join(csv_line(_cells(reject, names)) for reject in page)
        after = page[-1]["id"]


def _cells(reject: dict[str, Any], names: list[str]) -> list[str]:
    received, reason = reject["received"], " ".join(map(sentence, reject["problems"]))
    cells = [received.get(name) or "" for name in names]
    if set(received) == {ROW} and ROW not in names:  # a ragged row: whole, in the first cell
        cells[0] = received[ROW]
    return [safe_cell(cell) for cell in (*cells, str(reject["line"]), reason)]
