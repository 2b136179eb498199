"""The footer of a Parquet file: how many rows and bytes each row group has, which Polars does not tell.

The footer is in Thrift's compact protocol. Only its shape is read here; the file itself is read by Polars.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carbon_nexus.files.refusals import refusal

END_BYTES = 8  # length of the footer, and the mark PAR1
MOST_FOOTER_BYTES = 64 * 2**20
MOST_DEPTH = 16  # of the footer's own nesting, which is six
TRUE, FALSE, BYTE, I64, DOUBLE, BINARY, LIST, SET, STRUCT = 1, 2, 3, 6, 7, 8, 9, 10, 12
ROW_GROUPS, GROUP_BYTES, GROUP_ROWS = 4, 2, 3  # numbers of fields in FileMetaData and in RowGroup


@dataclass(frozen=True)
class RowGroup:
    """Rows of one row group, and the bytes of its columns before compression."""

    rows: int
    size_bytes: int


def row_groups(path: Path) -> list[RowGroup]:
    """The row groups of the file. Raises InvalidInput for a file without a footer that can be read."""
    try:
        return [_row_group(group) for group in _Compact(_footer(path)).struct(0).get(ROW_GROUPS, [])]
    except (IndexError, ValueError, TypeError, AttributeError, KeyError):
        remedy = "Write the file again."
        raise refusal("bad_parquet", "The file begins as Parquet and has no footer that can be read.", remedy) from None


def _row_group(fields: dict[int, Any]) -> RowGroup:
    group = RowGroup(int(fields[GROUP_ROWS]), int(fields[GROUP_BYTES]))
    if group.rows < 0 or group.size_bytes < 0:
        raise ValueError
    return group


def _footer(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - END_BYTES))
        end = file.read()
        length = int.from_bytes(end[:4], "little")
        if end[4:] != b"PAR1" or length > min(size - END_BYTES, MOST_FOOTER_BYTES):
            raise ValueError
        file.seek(size - END_BYTES - length)
        return file.read(length)


class _Compact:
    """Values of Thrift's compact protocol, from front to back."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def struct(self, depth: int) -> dict[int, Any]:
        """Fields by number."""
        if depth > MOST_DEPTH:
            raise ValueError
        fields, number = dict[int, Any](), 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._signed()
            fields[number] = self._value(head & 15, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (TRUE, FALSE):
            return kind == TRUE
        if kind == BYTE:
            return self._byte()
        if kind <= I64:
            return self._signed()
        if kind in (DOUBLE, BINARY):
            self._skip(8 if kind == DOUBLE else self._unsigned())
            return None
        if kind in (LIST, SET):
            return self._list(depth + 1)
        if kind == STRUCT:
            return self.struct(depth + 1)
        raise ValueError

    def _list(self, depth: int) -> list[Any]:
        if depth > MOST_DEPTH:
            raise ValueError
        head = self._byte()
        count, kind = head >> 4, head & 15
        count = self._unsigned() if count == 15 else count
        if kind in (TRUE, FALSE):
            self._skip(count)
            return []
        return [self._value(kind, depth) for _ in range(count)]

    def _byte(self) -> int:
        self.at += 1
        return self.content[self.at - 1]

    def _skip(self, count: int) -> None:
        self.at += count
        if self.at > len(self.content):
            raise ValueError

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise ValueError

    def _signed(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)
