"""Reading the pages a stranger reads: their fenced blocks, tables, headings and links."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README, QUICKSTART, CHANGELOG = (ROOT / name for name in ("README.md", "QUICKSTART.md", "CHANGELOG.md"))
GUIDE, METHODOLOGY = (ROOT / "docs" / name for name in ("guide.md", "methodology.md"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


class Block(NamedTuple):
    """A fenced block: its language and its text."""

    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(*found) for found in _FENCED.findall(page.read_text())]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCED.sub("", page.read_text())


def rows_under(page: Path, heading: str) -> list[list[str]]:
    """The body rows of the tables in the section with this heading, as cells without surrounding spaces."""
    section = re.split(r"^#+ ", prose(page), flags=re.MULTILINE)
    (body,) = [part for part in section if part.startswith(f"{heading}\n")]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    rules = [number for number, line in enumerate(lines) if set(line) <= set("|-: ")]
    heads = {number - 1 for number in rules}
    kept = [line for number, line in enumerate(lines) if number not in heads.union(rules)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in kept]


def code_in(cell: str) -> list[str]:
    """The texts in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def links(page: Path) -> list[str]:
    """The targets of a page's links that lead to files or headings of this repository."""
    return [target for target in _LINK.findall(prose(page)) if not re.match(r"https?:|mailto:", target)]


def anchors(page: Path) -> set[str]:
    """What a link may name after `#`: the headings of a page in lower case with dashes."""
    headings = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
