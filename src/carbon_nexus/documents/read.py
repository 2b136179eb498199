"""A document's text, in sections: under a heading, or of a page. Blocking; a hostile file may take for ever."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import groupby

import docx
from charset_normalizer import from_bytes
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from carbon_nexus.documents.model import LONGEST_HEADING, MOST_CHARACTERS, MOST_PAGES, Kind, Section, Unreadable

UNPACKED_BYTES = 200 * 2**20  # of all parts of a Word document
SAMPLE_BYTES = 2**20  # an encoding is guessed from these
CUT_WORD = re.compile(r"(\w)[-\u00ad]\n(?=[a-zà-ÿ])")  # at the end of a line, as typesetters do
FENCE = re.compile(r"^ {0,3}(```|~~~)")
HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
STYLE = re.compile(r"Heading ([1-9])$")


def read(kind: Kind, content: bytes) -> tuple[list[Section], int | None]:
    """Sections with text, in order, and how many pages there are (None: the kind has none).

    Raises Unreadable for a document that is damaged, protected, too long, or has no text.
    """
    readers: dict[Kind, Callable[[bytes], tuple[list[Section], int | None]]] = {
        Kind.PDF: _pdf,
        Kind.DOCX: _word,
        Kind.MARKDOWN: lambda raw: (_bounded(markdown_sections(_decoded(raw))), None),
        Kind.TEXT: lambda raw: (_bounded(iter([Section(_decoded(raw))])), None),
    }
    sections, pages = readers[kind](content)
    if not sections:
        raise Unreadable(
            "The PDF has no text: its pages are pictures. Run text recognition (OCR) over it and send the result."
            if kind is Kind.PDF
            else "The document has no text."
        )
    return sections, pages


def markdown_sections(text: str) -> Iterator[Section]:
    """A section for each heading; what stands in fences is no heading."""
    path: list[str] = []
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence else HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        yield Section("\n".join(lines), _joined(path))
        path, lines = _below(path, len(heading[1]), heading[2]), []
    yield Section("\n".join(lines), _joined(path))


def _pdf(content: bytes) -> tuple[list[Section], int | None]:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("The PDF has a password. Send it without.")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"The PDF has {len(reader.pages):,} pages; at most {MOST_PAGES:,} are read. Send parts.")
        texts = (page.extract_text() for page in reader.pages)
        found = (Section(CUT_WORD.sub(r"\1", text), page=number) for number, text in enumerate(texts, 1))
        return _bounded(found), len(reader.pages)
    except DependencyError:
        raise Unreadable("The PDF is encrypted. Send it without protection.") from None
    # pypdf raises whatever a damaged file makes of its arithmetic
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as problem:
        raise Unreadable(f"The PDF is damaged: {str(problem)[:200]}. Save or print it as a PDF again.") from None


def _word(content: bytes) -> tuple[list[Section], int | None]:
    # what unpacks beyond the size its directory tells is cut there by zipfile, and is no longer whole
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > UNPACKED_BYTES:
        raise Unreadable(f"The document unpacks to {unpacked:,} bytes; at most {UNPACKED_BYTES:,} are read.")
    try:
        return _bounded(_word_sections(docx.Document(io.BytesIO(content)))), None
    except Unreadable:
        raise
    except Exception as problem:  # whatever its XML makes of lxml and python-docx
        raise Unreadable(f"The Word document is damaged: {str(problem)[:200]}. Save it again.") from None


def _word_sections(document: Document) -> Iterator[Section]:
    path: list[str] = []
    parts: list[str] = []
    for block in document.iter_inner_content():
        level = _level(block) if isinstance(block, Paragraph) else None
        if level is None:
            parts.append(block.text if isinstance(block, Paragraph) else _table(block))
            continue
        yield Section("\n\n".join(parts), _joined(path))
        path, parts = _below(path, level, block.text), []  # type: ignore[union-attr]
    yield Section("\n\n".join(parts), _joined(path))


def _level(paragraph: Paragraph) -> int | None:
    """Of a heading, from 1; None: it is none. Word keeps these names whatever language it speaks."""
    name = paragraph.style.name if paragraph.style is not None and paragraph.text.strip() else None
    if name == "Title":
        return 1
    found = STYLE.match(name or "")
    return int(found[1]) + 1 if found else None


def _table(table: Table) -> str:
    """A line for each row; a merged cell is told once."""
    rows = ([cell.text.strip() for cell in row.cells] for row in table.rows)
    return "\n".join(" | ".join(text for text, _ in groupby(row)) for row in rows)


def _below(path: list[str], level: int, heading: str) -> list[str]:
    """The path of a heading: itself below those above it."""
    return [*path[: level - 1], " ".join(heading.split())]


def _joined(path: list[str]) -> str:
    return " > ".join(path)[:LONGEST_HEADING]


def _bounded(sections: Iterator[Section]) -> list[Section]:
    """Those with text, cleaned. Raises Unreadable beyond the bound, before the rest is read."""
    kept: list[Section] = []
    left = MOST_CHARACTERS
    for section in sections:
        text = _storable(section.text).strip()
        left -= len(text)
        if left < 0:
            raise Unreadable(f"The document has more than {MOST_CHARACTERS:,} characters. Send it in parts.")
        if text:
            kept.append(Section(text, _storable(section.heading), section.page))
    return kept


def _storable(text: str) -> str:
    """Without what neither PostgreSQL nor JSON can hold: zero characters, halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = from_bytes(content[:SAMPLE_BYTES]).best()
    if best is None:
        raise Unreadable("The text is in no encoding that is known. Save it as UTF-8.")
    return content.decode(best.encoding, errors="replace")
