"""CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Sequence

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(cell: str) -> str:
    """The cell; one that would be run as a formula is quoted with an apostrophe."""
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) and not _is_number(cell) else cell


def csv_line(cells: Sequence[str]) -> str:
    """One row of a CSV file, its line end included."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True
