"""How the commands show what they found: as text for people, as one JSON object for programs."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

console = Console(highlight=False)
complaints = Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def print_json(facts: Mapping[str, Any]) -> None:
    """One JSON object on stdout; what JSON has no word for is written as text."""
    sys.stdout.write(orjson.dumps(dict(facts), option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


def print_facts(facts: Mapping[str, Any], as_json: bool) -> None:
    """Facts by name: one line each, a list one line per entry, long text folded, never cut; or as JSON."""
    if as_json:
        print_json(facts)
        return
    table = Table(Column(), Column(overflow="fold"), show_header=False, box=None)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), escape("\n".join(value) if isinstance(value, list) else str(value)))
    console.print(table)


def print_table(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """A table with these column heads; long text is folded, never cut."""
    table = Table(*(Column(name, overflow="fold") for name in columns))
    for row in rows:
        table.add_row(*(escape(str(value)) for value in row))
    console.print(table)
