"""Which kind a document is, by its content and then by its name; what is not read is refused with a remedy."""

import io
import zipfile
from pathlib import PurePath

from carbon_nexus.documents.model import LARGEST_FILE_BYTES, Kind, Sent
from carbon_nexus.errors import InvalidInput, TooLarge

PDF_MARK_WITHIN = 1024  # bytes: some programs write a few lines before it
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16, whose letters are half NUL
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
NAMES = {
    ".md": Kind.MARKDOWN, ".markdown": Kind.MARKDOWN, ".txt": Kind.TEXT, ".text": Kind.TEXT,
    ".pdf": Kind.PDF, ".docx": Kind.DOCX,
}  # fmt: skip
REMEDY = "Send a PDF, a Word document (.docx), Markdown (.md) or plain text (.txt)."


def kind_of(sent: Sent) -> Kind:
    """The kind of a file that was sent.

    Raises TooLarge, and InvalidInput for a file that is empty, of no kind that is read, or not what its name says.
    """
    content, named = sent.content, NAMES.get(PurePath(sent.filename).suffix.lower())
    if len(content) > LARGEST_FILE_BYTES:
        raise TooLarge(f"The document is larger than {LARGEST_FILE_BYTES / 2**20:.4g} MB.", "Send it in parts.")
    if not content.strip():
        raise _refusal("empty_file", sent, "is empty", REMEDY)
    if b"%PDF-" in content[:PDF_MARK_WITHIN]:
        return Kind.PDF
    if content.startswith(b"PK\x03\x04"):
        return _office(sent)
    if content.startswith(OLD_OFFICE):
        raise _refusal("unreadable_kind", sent, "is an old Office file or has a password", "Save it as .docx without.")
    if named in (Kind.PDF, Kind.DOCX):
        raise _refusal("unreadable_kind", sent, "is not what its name says: its content is of another kind", REMEDY)
    if named is None or (b"\0" in content and not content.startswith(WIDE_MARKS)):
        raise _refusal("unreadable_kind", sent, "is of no kind that is read", REMEDY)
    return named


def _office(sent: Sent) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _refusal("unreadable_kind", sent, "is a damaged Word document or ZIP archive", "Save it again.") from None
    if "word/document.xml" not in names:
        raise _refusal("unreadable_kind", sent, "is an archive, but no Word document", REMEDY)
    return Kind.DOCX


def _refusal(kind: str, sent: Sent, why: str, remedy: str) -> InvalidInput:
    name = sent.filename[:100]
    problem = {"type": kind, "loc": ["body", "file"], "msg": f"The file '{name}' {why}. {remedy}", "input": name}
    return InvalidInput([problem], "Nothing was stored.")
