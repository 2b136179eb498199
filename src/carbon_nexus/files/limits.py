"""How large a file may be, and how much of it is in memory at a time."""

MOST_SENT_BYTES = 2 * 2**30
MOST_UNPACKED_BYTES = 4 * 2**30
MOST_RATIO, RATIO_COUNTS_FROM_BYTES = 1_000, 16 * 2**20  # real tables pack 5 to 50 to one; deflate itself ends at 1,032
MOST_DOCUMENT_BYTES = 64 * 2**20  # a JSON document is read whole; as Python objects it takes about ten times its size
MOST_RECORD_BYTES = 2**20
MOST_COLUMNS = 500
MOST_ROWS = 2**31 - 1

MOST_WORKBOOK_BYTES = 512 * 2**20  # of all members of a workbook, unpacked
MOST_WORKBOOK_MEMBERS = 10_000
MOST_CELLS = (
    16_000_000  # of one sheet, from its first used cell to its last, empty ones too; a full sheet of 15 columns
)

MOST_PARQUET_BYTES = 16 * 2**30  # of all columns, uncompressed
MOST_ROW_GROUP_CELLS = 500_000_000

BLOCK_BYTES = 6 * 2**20  # of text read at a time; bounds the memory of a part
COPY_BYTES = 2**20
HEAD_BYTES = 64 * 2**10  # what kind, encoding and delimiter are judged by
SHOWN_CHARACTERS = 2_000  # of a row that is none


def rows_per_part(columns: int) -> int:
    """The most rows of one part: about four million cells, between 1,000 and 100,000 rows."""
    return min(100_000, max(1_000, 4_000_000 // max(columns, 1)))


def in_words(size_bytes: int) -> str:
    """A number of bytes as a person writes it: 2 GiB, 64 MiB, 700 bytes."""
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size_bytes >= unit and size_bytes % unit == 0:
            return f"{size_bytes // unit} {name}"
    return f"{size_bytes:,} bytes"
