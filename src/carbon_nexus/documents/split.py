"""Sections cut into passages that can be found and cited: whole sentences, of at most so many characters."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from semantic_text_splitter import MarkdownSplitter, TextSplitter

from carbon_nexus.documents.model import PASSAGE_CHARACTERS, Kind, Reading, Section


def split(kind: Kind, sections: Sequence[Section], pages: int | None) -> Reading:
    """The sections in pieces, in order; each piece keeps the heading and the page of its section."""
    title = next((section.heading.split(" > ")[0] for section in sections if section.heading), None)
    return Reading(tuple(_pieces(kind, sections)), pages, title)


def _pieces(kind: Kind, sections: Sequence[Section]) -> Iterator[Section]:
    splitter = (MarkdownSplitter if kind is Kind.MARKDOWN else TextSplitter)(PASSAGE_CHARACTERS)
    for section in sections:
        yield from (replace(section, text=piece) for piece in splitter.chunks(section.text))
