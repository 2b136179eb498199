"""README.md says what is there: commands, exit codes, settings, endpoints and fields."""

import json
import re
from typing import Any, get_args

import pytest
import typer
from fastapi import FastAPI

from carbon_nexus import cli
from carbon_nexus.app import create_app
from carbon_nexus.settings import Settings
from tests.docs.pages import README, blocks, code_in, rows_under

# a default that depends on the machine, in words
IN_WORDS = {
    "CARBON_NEXUS_DATA_DIR": "the user's data directory",
    "CARBON_NEXUS_PG_BINDIR": "the packaged PostgreSQL 18",
}


@pytest.fixture
def described(settings: Settings) -> FastAPI:
    """The application; its description needs no database."""
    return create_app(settings, "postgresql://nowhere/nothing")


def test_every_command_is_named_with_its_options_and_no_other() -> None:
    named = {code[0].removeprefix("carbon-nexus "): set(code[1:]) for code in _codes("Commands", "carbon-nexus ")}
    found = _commands(typer.main.get_command(cli.app))
    assert set(named) == set(found)
    for command, options in found.items():
        assert {code for code in named[command] if code.startswith("--")} == options, command


def test_every_exit_code_is_named() -> None:
    told = {int(row[0]) for row in rows_under(README, "Commands") if row[0].isdigit()}
    ours = {value for name, value in vars(cli).items() if name.startswith("EXIT_")}
    assert told == {0} | ours


def test_every_setting_is_named_with_its_default_and_meaning() -> None:
    told = {code_in(row[0])[0]: row[1:] for row in rows_under(README, "Settings")}
    assert set(told) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default, meaning = told[name.upper()]
        assert default.strip("`") == _default(name), name
        assert meaning.startswith(str(field.description)), name


def test_every_endpoint_is_named_and_no_other(described: FastAPI) -> None:
    told = [code_in(row[0])[0] for row in rows_under(README, "Endpoints")]
    paths = described.openapi()["paths"]
    assert sorted(told) == sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def test_the_shown_answers_have_fields_that_there_are(described: FastAPI) -> None:
    schemas = described.openapi()["components"]["schemas"]
    answers = ("Hotspot", "Alert", "Recommendation", "ForecastAnswer", "PopulationResult", "Prediction")
    known = [set(schemas[name]["properties"]) for name in answers]
    shown = [json.loads(block.text) for block in blocks(README) if block.language == "json"]
    assert len(shown) == len(known)
    for answer, fields in zip(shown, known, strict=True):
        assert set(answer[0] if isinstance(answer, list) else answer) <= fields


def test_the_asked_addresses_are_endpoints(described: FastAPI) -> None:
    asked = re.findall(r"127\.0\.0\.1:8000(/[\w/-]+)", README.read_text())
    assert len(asked) >= 5
    there = [re.sub(r"\{\w+\}", "[^/]+", path) for path in (*described.openapi()["paths"], "/docs", "/app")]
    assert [path for path in asked if not any(re.fullmatch(each, path) for each in there)] == []


def test_the_figures_have_their_place() -> None:
    begin, end = (README.read_text().index(f"<!-- figures: {mark} -->") for mark in ("begin", "end"))
    assert begin < end


def _codes(heading: str, start: str) -> list[list[str]]:
    codes = [[code for cell in row for code in code_in(cell)] for row in rows_under(README, heading)]
    return [code for code in codes if code and code[0].startswith(start)]


def _commands(group: Any, prefix: str = "") -> dict[str, set[str]]:
    """Name of each command, sub-commands with their group's, and its options but --help."""
    found: dict[str, set[str]] = {}
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found |= _commands(command, f"{prefix}{name} ")
        else:
            options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
            found[prefix + name] = options - {"--help"}
    return found


def _default(name: str) -> str:
    field = Settings.model_fields[name]
    if name.upper() in IN_WORDS:
        return IN_WORDS[name.upper()]
    value = field.get_default(call_default_factory=True)
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if value is None:
        assert type(None) in get_args(field.annotation)
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
