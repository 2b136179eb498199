"""Sends bytes and reads them back."""

import io
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from carbon_nexus.errors import InvalidInput
from carbon_nexus.files.model import Facts, Part
from carbon_nexus.files.parts import parts
from carbon_nexus.files.receive import receive


@dataclass(frozen=True)
class Read:
    """What came of a file."""

    facts: Facts
    parts: list[Part]
    kept: bytes

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return [row for part in self.parts for row in part.frame.rows()]

    @property
    def lines(self) -> list[int]:
        return [line for part in self.parts for line in part.lines]

    @property
    def misfits(self) -> pl.DataFrame:
        return pl.concat([part.misfits for part in self.parts])


def read(sent: bytes | str, encoding: str | None = None, skip: int = 0) -> Read:
    """Receives and reads all parts."""
    content = sent.encode() if isinstance(sent, str) else sent
    with TemporaryDirectory() as folder:
        target = Path(folder, "file")
        try:
            facts = receive(io.BytesIO(content), target, encoding)
        except InvalidInput:
            assert not list(Path(folder).iterdir())
            raise
        assert [path.name for path in Path(folder).iterdir()] == ["file"]
        return Read(facts, list(parts(target, facts, skip)), target.read_bytes())


def refused(sent: bytes | str, encoding: str | None = None) -> dict[str, Any]:
    """The first problem of a file that is refused."""
    with pytest.raises(InvalidInput) as error:
        read(sent, encoding)
    return error.value.problems[0]


def workbook(*sheets: list[list[Any]], hidden: int = 0, formats: dict[str, str] | None = None) -> bytes:
    """A workbook of these sheets, the first ones hidden; `formats` are number formats by column letter."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        for at, rows in enumerate(sheets):
            sheet = book.add_worksheet(f"sheet {at + 1}")
            if at < hidden:
                sheet.hide()
            elif at == hidden:
                sheet.activate()
            for letter, text in (formats or {}).items():
                sheet.set_column(f"{letter}:{letter}", None, book.add_format({"num_format": text}))
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    _write(sheet, row, column, value)
    return written.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write(row, column, value)
