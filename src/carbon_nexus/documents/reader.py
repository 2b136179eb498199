"""The process that reads one document: its bytes come in on standard input, its pieces go out as JSON."""

import resource
import sys
from contextlib import suppress

import orjson

from carbon_nexus.documents.model import Kind, Unreadable
from carbon_nexus.documents.read import read
from carbon_nexus.documents.split import split

MOST_MEMORY_BYTES = 2 * 2**30


def main(kind: str, most_seconds: str) -> None:
    """Read and answer; `most_seconds` of CPU time end it even where nobody is left to do so."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(most_seconds), int(most_seconds)))
    with suppress(ValueError, OSError):  # some systems know no such bound
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    sys.stdout.buffer.write(orjson.dumps(_answer(Kind(kind), sys.stdin.buffer.read())))


def _answer(kind: Kind, content: bytes) -> dict[str, object]:
    try:
        reading = split(kind, *read(kind, content))
    except Unreadable as problem:
        return {"problem": str(problem)}
    pieces = [(piece.text, piece.heading, piece.page) for piece in reading.pieces]
    return {"problem": None, "pieces": pieces, "pages": reading.pages, "title": reading.title}


if __name__ == "__main__":
    main(*sys.argv[1:])
