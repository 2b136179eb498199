"""What is read of a document, and what is refused and why."""

import io
import zipfile

import pytest

from carbon_nexus.documents.apart import read_apart
from carbon_nexus.documents.model import LARGEST_FILE_BYTES, PASSAGE_CHARACTERS, Kind, Section, Sent, Unreadable
from carbon_nexus.documents.read import markdown_sections, read
from carbon_nexus.documents.recognise import kind_of
from carbon_nexus.documents.split import split
from carbon_nexus.errors import InvalidInput, TooLarge
from tests.unit.documents.files import pdf, word

MARKDOWN = """# Depot

Opens at six.

```sh
# no heading
```
## Doors ##
Closed.
# Yard
"""


def archive(**members: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("_", "/"), content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", pdf("x"), Kind.PDF),
        ("a.txt", pdf("x"), Kind.PDF),
        ("A.DOCX", word(("Normal", "x")), Kind.DOCX),
        ("a.md", b"# x", Kind.MARKDOWN),
        ("a.txt", "größer".encode("cp1252"), Kind.TEXT),
        ("a.txt", "x".encode("utf-16"), Kind.TEXT),
    ],
)
def test_a_kind_is_told_by_the_content_before_the_name(name: str, content: bytes, kind: Kind) -> None:
    assert kind_of(Sent(name, content)) is kind


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", b" \n", "empty"),
        ("a.pdf", b"hello", "not what its name says"),
        ("a.exe", b"MZ", "no kind that is read"),
        ("a.txt", b"a\0b", "no kind that is read"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "old Office file or has a password"),
        ("a.docx", archive(xl_workbook=b""), "no Word document"),
        ("a.docx", b"PK\x03\x04 and nothing", "damaged"),
    ],
)
def test_what_is_not_read_is_refused_with_the_reason(name: str, content: bytes, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        kind_of(Sent(name, content))


def test_a_large_file_is_refused() -> None:
    with pytest.raises(TooLarge, match="20 MB"):
        kind_of(Sent("a.txt", b"x" * (LARGEST_FILE_BYTES + 1)))


def test_a_pdf_is_read_page_by_page() -> None:
    sections, pages = read(Kind.PDF, pdf("Cold store", "", "Doors"))
    assert (sections, pages) == ([Section("Cold store", page=1), Section("Doors", page=3)], 3)


def test_a_word_document_has_headings_and_tables() -> None:
    content = word(("Title", "Depot"), ("Normal", "Opens."), ("Heading 1", "Doors"), ("table", "north|2"))
    sections, pages = read(Kind.DOCX, content)
    assert (sections, pages) == ([Section("Opens.", "Depot"), Section("north | 2", "Depot > Doors")], None)


def test_headings_of_markdown_are_a_path_and_fences_hold_none() -> None:
    filled = [(each.heading, each.text.strip()) for each in markdown_sections(MARKDOWN) if each.text.strip()]
    assert filled == [("Depot", "Opens at six.\n\n```sh\n# no heading\n```"), ("Depot > Doors", "Closed.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_any_encoding(encoding: str) -> None:
    text = "Die Kühlräume sind größer geworden, weil die Türen schließen. Überprüfen Sie täglich die Schränke."
    assert read(Kind.TEXT, text.encode(encoding)) == ([Section(text)], None)


@pytest.mark.parametrize(
    ("kind", "content", "why"),
    [
        (Kind.PDF, pdf("", ""), "text recognition"),
        (Kind.PDF, pdf("x", password="secret"), "password"),
        (Kind.PDF, pdf(*["x"] * 2001), "2,001 pages"),
        (Kind.PDF, b"%PDF-1.4 and nothing", "damaged"),
        (Kind.DOCX, archive(word_document=b"<x/>"), "damaged"),
        (Kind.DOCX, archive(word_document=b"0" * (201 * 2**20)), "unpacks to"),
        (Kind.TEXT, b"\n\n", "no text"),
        (Kind.TEXT, b"x" * 20_000_001, "20,000,000 characters"),
    ],
)
def test_what_cannot_be_read_says_why(kind: Kind, content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(kind, content)


def test_pieces_are_bounded_and_keep_heading_and_page() -> None:
    long = Section("A sentence about doors. " * 200, "Depot", 7)
    reading = split(Kind.PDF, [long], 9)
    assert len(reading.pieces) > 4
    assert {(piece.heading, piece.page) for piece in reading.pieces} == {("Depot", 7)}
    assert max(len(piece.text) for piece in reading.pieces) <= PASSAGE_CHARACTERS
    assert (reading.pages, reading.title) == (9, "Depot")


async def test_a_reader_answers_from_a_process_of_its_own() -> None:
    reading = await read_apart(Kind.PDF, pdf("Cold\\\\store", "Doors"))
    assert [(piece.text, piece.page) for piece in reading.pieces] == [("Cold\\store", 1), ("Doors", 2)]
    with pytest.raises(Unreadable, match="text recognition"):
        await read_apart(Kind.PDF, pdf(""))


async def test_a_reader_that_takes_too_long_is_ended() -> None:
    with pytest.raises(Unreadable, match=r"longer than 0\.01 s"):
        await read_apart(Kind.TEXT, b"x " * 1_000_000, deadline_seconds=0.01)
