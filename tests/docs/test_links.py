"""Links lead somewhere, every page is listed, decisions keep their form, the version has its entry."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.docs.pages import CHANGELOG, PAGES, ROOT, anchors, links, rows_under

ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
HEADINGS = ["Situation", "Decision", "Measured", "Alternatives", "Consequences"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_and_headings_resolve(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        assert linked.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(linked), target


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / target).resolve() for target in links(index)}
    assert listed == {page for page in PAGES if page != index and page not in ADRS}


def test_the_decisions_are_listed_in_order_and_have_five_headings() -> None:
    index = ROOT / "docs" / "adr" / "README.md"
    assert [index.parent / target for target in links(index)] == ADRS
    for number, page in enumerate(ADRS, 1):
        title, *headings = re.findall(r"^##? (.+)$", page.read_text(), flags=re.MULTILINE)
        assert title.startswith(f"{number:04d} ")
        assert headings == HEADINGS, page.name


def test_the_version_has_its_entry_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    entries = re.findall(r"^## \[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?$", CHANGELOG.read_text(), flags=re.MULTILINE)
    assert entries[0] == ("Unreleased", "")
    assert version in [entry for entry, date in entries if date]


def test_every_room_is_in_the_contributors_table() -> None:
    package = ROOT / "src" / "carbon_nexus"
    told = {row[0].strip("`") for row in rows_under(ROOT / "CONTRIBUTING.md", "Where things are")}
    assert told == {path.parent.name for path in package.glob("*/__init__.py")}
