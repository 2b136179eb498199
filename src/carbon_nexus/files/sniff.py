"""What kind of file it is, by its first bytes; and for a kind that is not read, what it is and what to send instead."""

import re

from carbon_nexus.files.model import Kind
from carbon_nexus.files.refusals import refusal

AS_TABLE = "Save it as CSV (UTF-8) or as an Excel workbook (.xlsx)."
AS_TEXT = "Send the table itself: CSV, XLSX, JSON, NDJSON or Parquet."
EXPORT = "Export it as CSV (UTF-8), NDJSON or Parquet."
UNPACK = "Unpack it, and send the table in it plain or packed with gzip."

ZIP_MARK, PARQUET_MARK = b"PK\x03\x04", b"PAR1"
FOREIGN = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook (.xls) or one with a password",
        "Save it as .xlsx without a password.",
    ),
    (b"PK\x05\x06", "an empty ZIP archive", AS_TEXT),
    (b"%PDF-", "a PDF", AS_TABLE),
    (b"\x89PNG\r\n", "a PNG image", AS_TEXT),
    (b"\xff\xd8\xff", "a JPEG image", AS_TEXT),
    (b"GIF87a", "a GIF image", AS_TEXT),
    (b"GIF89a", "a GIF image", AS_TEXT),
    (b"II*\0", "a TIFF image", AS_TEXT),
    (b"MM\0*", "a TIFF image", AS_TEXT),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", UNPACK),
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
    (b"Obj\x01", "an Avro file", EXPORT),
    (b"ARROW1\0\0", "an Arrow file", EXPORT),
    (b"ORC\x0a", "an ORC file", EXPORT),
    (b"PARE", "an encrypted Parquet file", "Save it without encryption."),
    (b"{\\rtf", "a rich text document (RTF)", AS_TABLE),
)
BZIP2 = re.compile(rb"BZh[1-9]1AY&SY")
MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|svg|table)", re.IGNORECASE)
WIDE = 0.3  # share of NUL bytes from which on bytes are UTF-16 (or no text at all)
MOST_CONTROL = 0.1  # share of control characters that text does not have
FEW = 4  # of them may stand in a short text; what it means is decided downstream
CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"


def binary_kind(head: bytes) -> Kind | None:
    """The kind of a file that is no text: Parquet, or XLSX for any ZIP; None for what may be text.

    Raises InvalidInput for files of a known kind that is not read.
    """
    if head.startswith(PARQUET_MARK):
        return Kind.PARQUET
    if head.startswith(ZIP_MARK):
        return Kind.XLSX
    for mark, what, remedy in FOREIGN:
        if head.startswith(mark):
            raise _foreign(what, remedy)
    if BZIP2.match(head):
        raise _foreign("a bzip2 archive", UNPACK)
    if MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise _foreign("an HTML or XML document", AS_TABLE)
    return None


def text_kind(start: str) -> Kind:
    """CSV, or NDJSON for anything that begins as JSON does; whether that is one document is found by `documents`."""
    return Kind.NDJSON if start.lstrip()[:1] in ("{", "[") else Kind.CSV


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 without a byte order mark, told by every second byte of Latin letters being NUL."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd < WIDE * len(head) or min(even, odd) * 20 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def check_text(head: bytes) -> None:
    """Raises InvalidInput for bytes that are no text in any encoding: too many control characters."""
    if len(head) - len(head.translate(None, CONTROL)) > MOST_CONTROL * len(head) + FEW:
        detail = "The file is binary, of no kind that is read."
        raise refusal("unknown_kind", detail, AS_TEXT)


def _foreign(what: str, remedy: str) -> Exception:
    return refusal("unreadable_kind", f"The file is {what}, which is not read.", remedy)
