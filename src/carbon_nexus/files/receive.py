"""What is sent is received: told by its content, checked, and put on disk in the form that `parts` reads."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from carbon_nexus.files import limits
from carbon_nexus.files.arrival import Arrival, arrive
from carbon_nexus.files.blocks import count_lines
from carbon_nexus.files.csv_dialect import read_header
from carbon_nexus.files.documents import is_document, write_records
from carbon_nexus.files.encodings import is_plain, rewrite, settle
from carbon_nexus.files.json_rows import collect_names
from carbon_nexus.files.model import Facts, Kind
from carbon_nexus.files.names import checked, header_names
from carbon_nexus.files.parquet_rows import check_parquet
from carbon_nexus.files.refusals import empty, refusal
from carbon_nexus.files.sheet_rows import first_sheet
from carbon_nexus.files.sniff import binary_kind, text_kind
from carbon_nexus.files.workbook import check_workbook


@dataclass(frozen=True)
class _Found:
    """What the content tells; the rest of the facts came with the arrival."""

    kind: Kind
    names: tuple[str, ...]
    rows: int
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = ()


def receive(sent: BinaryIO, target: Path, encoding: str | None = None) -> Facts:
    """Copies what is sent to `target` in the form `parts` reads.

    Text (CSV, JSON, NDJSON) is then UTF-8 with line feeds, line for line, a JSON document one record a line; XLSX and
    Parquet are as sent; gzip is unpacked. `encoding` is that of text, found by its bytes if None. Memory does not grow
    with the size, but for a JSON document (at most 64 MiB) and a sheet. Blocking.

    Raises InvalidInput, and leaves no target, for what cannot be read: the kind, its size, damage, an encoding that
    does not fit, no header or names that cannot be told apart.
    """
    copy = target.with_name(target.name + ".sent")
    try:
        arrival = arrive(sent, copy)
        found = _prepare(copy, target, arrival, encoding)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        copy.unlink(missing_ok=True)
    return Facts(
        kind=found.kind,
        names=found.names,
        rows=found.rows,
        sha256=arrival.sha256,
        size_bytes=arrival.size_bytes,
        encoding=found.encoding,
        delimiter=found.delimiter,
        packed=arrival.packed,
        sheet=found.sheet,
        notes=found.notes,
    )


def _prepare(copy: Path, target: Path, arrival: Arrival, encoding: str | None) -> _Found:
    if not arrival.head:
        raise empty()
    # bytes of a known kind are that kind, whatever encoding is named
    kind = binary_kind(arrival.head)
    if kind is None:
        return _text(copy, target, arrival.head, encoding)
    os.replace(copy, target)
    binary: dict[Kind, Callable[[Path], _Found]] = {Kind.XLSX: _workbook, Kind.PARQUET: _parquet}
    return binary[kind](target)


def _workbook(path: Path) -> _Found:
    errors = check_workbook(path)
    sheet = first_sheet(path)
    notes = []
    if len(sheet.among) > 1:
        notes.append(f"read the sheet '{sheet.name}', the first visible one with rows of {len(sheet.among)} sheets")
    if errors:
        notes.append(f"cells with an error such as #DIV/0!, in all sheets, are read as empty; there are {errors}")
    return _Found(Kind.XLSX, header_names(sheet.header), sheet.rows, sheet=sheet.name, notes=tuple(notes))


def _parquet(path: Path) -> _Found:
    names, rows = check_parquet(path)
    return _Found(Kind.PARQUET, header_names(names), rows)


def _text(copy: Path, target: Path, head: bytes, named: str | None) -> _Found:
    encoding, notes = settle(copy, head, named)
    # bytes of a named encoding are not known to be that
    if named is None and is_plain(copy, head, encoding):
        os.replace(copy, target)
    else:
        rewrite(copy, target, encoding)
    start = _start(target)
    if text_kind(start) == Kind.CSV:
        return _csv(target, encoding, notes)
    if is_document(target):
        os.replace(target, copy)
        write_records(copy, target)
        return _objects(Kind.JSON, target, encoding, notes)
    return _objects(Kind.NDJSON, target, encoding, notes)


def _start(path: Path) -> str:
    """The text from the first character that is not blank."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        while text := file.read(limits.HEAD_BYTES):
            if text.strip():
                return text.lstrip()
    raise empty()


def _csv(path: Path, encoding: str, notes: tuple[str, ...]) -> _Found:
    lines = count_lines(path)
    header = read_header(path)
    # the header, and what Excel says of the delimiter before it
    above = header.filled_lines
    names = header_names(header.cells)
    return _Found(Kind.CSV, names, lines.filled - above, encoding, header.delimiter, notes=notes)


def _objects(kind: Kind, path: Path, encoding: str, notes: tuple[str, ...]) -> _Found:
    lines = count_lines(path)
    names = checked(collect_names(path))
    if not names:
        raise refusal("no_records", "No line of the file is a JSON object with keys.", "Send one JSON object a line.")
    return _Found(kind, names, lines.filled, encoding, notes=notes)
