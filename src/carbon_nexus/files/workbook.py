"""Whether a ZIP is a workbook that can be read safely: its real size, its real extent, and errors in its cells.

The directory of a ZIP can lie about sizes, and a sheet about its dimension. The reader believes neither, but takes
memory for every cell between the first and the last used one, so both are found by unpacking, with bounds.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from carbon_nexus.files import limits
from carbon_nexus.files.refusals import refusal, too_large
from carbon_nexus.files.sniff import AS_TABLE, AS_TEXT, UNPACK

LOCAL_HEADER_BYTES = 30
# Rust's regular expressions, as Python's take seconds longer for a large sheet
CELL = r"<(?:\w+:)?c(?:\s(?:[^>]*[^/>])?)?>"  # the tag of a cell that is not empty
PLACE = r"""\sr\s*=\s*["'](?<column>[A-Za-z]{1,3})(?<row>[0-9]{1,10})["']"""
ROW = r"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'][0-9]{1,10}["']"""
ROW_NUMBER = r"""([0-9]+)["']$"""
ERROR = b' t="e"'
WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")  # UTF-16, which Excel does not write
TAIL_BYTES = 512  # a cell's tag is shorter; kept of a block so that none is cut in two
OTHERS = (  # members that tell what else a ZIP is
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "Save it as .xlsx."),
    ("word/document.xml", "a Word document", AS_TABLE),
    ("ppt/presentation.xml", "a PowerPoint presentation", AS_TEXT),
    ("content.xml", "an OpenDocument file", AS_TABLE),
    ("Index/Document.iwa", "an Apple Numbers or Pages document", AS_TABLE),
)


@dataclass
class Extent:
    """The used rectangle of one sheet, rows and columns from 1, and how many of its cells hold an error."""

    errors: int = 0
    rows: tuple[int, int] = (2**20 + 1, 0)
    columns: tuple[int, int] = (2**14 + 1, 0)

    def see(self, text: bytes) -> None:
        """Takes in a piece of the sheet's XML. Raises InvalidInput for tags that hide where they end."""
        self.errors += text.count(ERROR)
        xml = text.decode("utf-8", "replace")
        tags = _found(xml, CELL)
        if tags.is_empty():
            return
        places = tags.str.extract_groups(PLACE).struct.unnest()
        unplaced = tags.filter(places["column"].is_null())
        if any(tag.count('"') % 2 or tag.count("'") % 2 for tag in unplaced.unique()):
            raise _damaged("a cell's tag is not closed")
        self.columns = _wider(self.columns, [_column(letters) for letters in places["column"].drop_nulls().unique()])
        self.rows = _wider(self.rows, _numbers(places["row"]))
        if not unplaced.is_empty():  # a cell without a place stands in its row, after the one before
            self.rows = _wider(self.rows, [1, *_numbers(_found(xml, ROW).str.extract(ROW_NUMBER))])

    def cells(self) -> int:
        """Cells from the first used to the last."""
        height, width = (max(0, last - first + 1) for first, last in (self.rows, self.columns))
        return height * width


def check_workbook(path: Path) -> int:
    """The number of cells that hold an error such as #DIV/0!, in all sheets.

    Raises InvalidInput for a ZIP that is no workbook, is damaged or encrypted, or is larger than is read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(str(error)) from None
    _check_members(members)
    left, errors = limits.MOST_WORKBOOK_BYTES, 0
    with path.open("rb") as file:
        for member in members:
            used, in_error = _measure(file, member, left)
            left, errors = left - used, errors + in_error
    return errors


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        for name, what, remedy in OTHERS:
            if name in names:
                raise refusal("unreadable_kind", f"The file is {what}, which is not read.", remedy)
        raise refusal("unreadable_kind", "The file is a ZIP archive, which is not read.", UNPACK)
    if len(members) > limits.MOST_WORKBOOK_MEMBERS:
        most = f"{limits.MOST_WORKBOOK_MEMBERS:,}"
        raise refusal("too_large", f"The workbook has more than {most} parts.", "Save the sheet alone.")
    if any(member.flag_bits & 1 for member in members):
        raise refusal("encrypted", "The workbook is encrypted.", "Save it without a password.")


def _measure(file: BinaryIO, member: zipfile.ZipInfo, most: int) -> tuple[int, int]:
    """Bytes of the member when unpacked, and its cells in error. Raises InvalidInput beyond a bound."""
    extent, size, tail = Extent(), 0, b""
    for block in _inflated(file, member):
        if size == 0 and block.startswith(WIDE_XML):
            raise _damaged(f"{member.filename[:100]} is UTF-16")
        size += len(block)
        if size > most:
            raise too_large("The unpacked workbook", limits.MOST_WORKBOOK_BYTES, "Send the sheet as CSV.")
        # any member may be a sheet, whatever its name; what is looked at ends where a tag does, the rest waits
        text = tail + block
        end = text.rfind(b">") + 1
        extent.see(text[:end])
        tail = text[end:][-TAIL_BYTES:]
        _check_cells(extent)
    return size, extent.errors


def _check_cells(extent: Extent) -> None:
    if extent.cells() > limits.MOST_CELLS:
        most = f"{limits.MOST_CELLS:,}"
        detail = f"A sheet spans {extent.cells():,} cells from its first used to its last; at most {most} are read."
        raise refusal("too_large", detail, "Delete what stands far off, or send the sheet as CSV.")


def _inflated(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's content as the reader will see it: all that inflates, whatever size the directory claims."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _damaged(f"compression {member.compress_type} is not Excel's")
    left = _to_content(file, member)
    inflater = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := file.read(min(left, limits.COPY_BYTES))):
        left -= len(packed)
        if inflater is None:
            yield packed
            continue
        while packed and not inflater.eof:
            yield _inflate(inflater, packed)
            packed = inflater.unconsumed_tail


def _inflate(inflater: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return inflater.decompress(packed, limits.COPY_BYTES)
    except zlib.error as error:
        raise _damaged(str(error)) from None


def _to_content(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Goes to where the member's content begins; gives its packed size."""
    if member.header_offset < 0:
        raise _damaged("a part stands before the file")
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER_BYTES)
    if len(header) < LOCAL_HEADER_BYTES or not header.startswith(b"PK\x03\x04"):
        raise _damaged("a part is not where the directory says")
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    file.seek(name + extra, 1)
    return member.compress_size


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _found(xml: str, pattern: str) -> pl.Series:
    return pl.Series([xml]).str.extract_all(pattern).explode().drop_nulls()


def _numbers(texts: pl.Series) -> list[int]:
    """The least and the greatest of whole numbers, none if there are none."""
    numbers = texts.cast(pl.Int64).drop_nulls()
    return [int(bound) for bound in (numbers.min(), numbers.max()) if isinstance(bound, int)]


def _wider(span: tuple[int, int], seen: list[int]) -> tuple[int, int]:
    return min([span[0], *seen]), max([span[1], *seen])


def _damaged(why: str) -> Exception:
    return refusal("bad_workbook", f"The file is a damaged workbook or ZIP archive: {why}.", "Save it as .xlsx again.")
