"""The words of the room: a document, its kind and state, the pieces it is read into, the passages that are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

LARGEST_FILE_BYTES = 20 * 2**20
MOST_PAGES = 2_000
MOST_CHARACTERS = 20_000_000
PASSAGE_CHARACTERS = 900
LONGEST_TITLE = 200  # characters; of a file's name as well
LONGEST_HEADING = 300
LONGEST_QUESTION = 2_000


class Kind(StrEnum):
    """What a document is, by its media type."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"


class Status(StrEnum):
    """How far a document is."""

    QUEUED = "queued"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"


class Language(StrEnum):
    """Languages whose word forms are known: text search configurations of every PostgreSQL. `simple` knows none."""

    SIMPLE = "simple"
    DANISH = "danish"
    DUTCH = "dutch"
    ENGLISH = "english"
    FINNISH = "finnish"
    FRENCH = "french"
    GERMAN = "german"
    ITALIAN = "italian"
    NORWEGIAN = "norwegian"
    PORTUGUESE = "portuguese"
    SPANISH = "spanish"
    SWEDISH = "swedish"


@dataclass(frozen=True)
class Sent:
    """A file as somebody sent it; `title` and `language` where they were told."""

    filename: str
    content: bytes
    title: str | None = None
    language: Language | None = None


@dataclass(frozen=True)
class Section:
    """Text under one heading, or of one page; `heading` is the whole path, such as `Alerts > Silences`."""

    text: str
    heading: str = ""
    page: int | None = None


@dataclass(frozen=True)
class Reading:
    """What a document holds, cut into pieces of at most PASSAGE_CHARACTERS; `title` is its own, if it has one."""

    pieces: tuple[Section, ...]
    pages: int | None
    title: str | None


@dataclass(frozen=True)
class Passage:
    """A piece of a document or a measure, found for a question; `score` orders those of one answer and no more.

    `document_id` is null for a measure, `measure_id` for a piece of a document. `title` is the document's or measure's.
    """

    id: int
    document_id: int | None
    measure_id: str | None
    title: str
    page: int | None
    heading: str
    text: str
    score: float


@dataclass(frozen=True)
class Found:
    """Passages for a question, best first; `how` they were found, and why not by meaning too (`note`)."""

    passages: list[Passage]
    how: Literal["text", "hybrid"]
    note: str | None = None


@dataclass(frozen=True)
class Meaning:
    """What the embedding model `model` makes of a question: a vector, or None and why (`note`)."""

    model: str
    vector: Sequence[float] | None
    note: str | None = None


class Unreadable(Exception):
    """The document cannot be read; the message is a sentence for people."""
