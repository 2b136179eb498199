"""carbon-nexus rules, and the examples of its page."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from carbon_nexus.errors import InvalidInput
from carbon_nexus.rules.commands import rules
from carbon_nexus.rules.schemas import MODELS, WATCHED
from tests.docs.pages import ROOT, blocks, code_in, rows_under

PAGE = ROOT / "docs" / "rules.md"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    """Commands find the test's database, and no .env."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "240"}).invoke(rules, words, catch_exceptions=False)


def told(*words: str) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def written(text: str) -> str:
    path = Path("rules.yaml")
    path.write_text(text)
    return str(path)


def examples() -> str:
    return "".join(block.text for block in blocks(PAGE) if block.language == "yaml")


def test_the_examples_of_the_page_are_applied_listed_and_unchanged_when_applied_again() -> None:
    first = told("apply", written(examples()))
    assert len(first["created"]) == len(re.findall("^- name:", examples(), flags=re.MULTILINE)) == 10
    listed = told("list")
    assert [each["name"] for each in listed["rules"]] == first["created"]
    for text in (examples(), json.dumps(listed)):
        again = told("apply", written(text), "--prune")
        assert again == first | {"created": [], "unchanged": first["created"]}


def test_every_key_is_on_the_page() -> None:
    for heading, place in (("Keys", ""), ("Policies", "policy")):
        keys = [info.alias or name for name, info in MODELS[place].model_fields.items()]
        assert sorted(code_in(row[0])[0] for row in rows_under(PAGE, heading)) == sorted(keys)
    for name in (name for key in ("budget", "forecast", "inhibited_by") for name in MODELS[key].model_fields):
        assert f"`{name}`" in PAGE.read_text()
    assert {code_in(row[0])[0]: tuple(code_in(row[1])) for row in rows_under(PAGE, "Conditions")} == {
        kind.value: labels for kind, labels in WATCHED.items()
    }


def test_a_dry_run_tells_what_would_change_and_changes_nothing() -> None:
    told("apply", written("- name: a\n- name: b\n"))
    shown = run("apply", written("- {name: a, for: 1 h}\n- name: c\n"), "--prune", "--dry-run").stdout
    assert "Nothing was changed." in shown
    assert re.search(r"for\s+│ 0 s\s+│ 1 h", shown)
    assert re.search(r"created\s+c\s+changed\s+a\s+removed\s+b\s+unchanged\s+0", shown)
    assert [each["name"] for each in told("list")["rules"]] == ["a", "b", "default"]


def test_the_list_is_a_table() -> None:
    told("apply", written("- {name: plants, match: [entity ~ plant-*], for: 1 h, policy: {warn: 1.3}}\n"))
    shown = run("list").stdout
    assert re.search(r"plants\s+│ hotspot │ entity ~ plant-\*\s+│ adaptive 1.1 / 1.3 / 1.5\s+│ 1 h", shown)
    assert re.search(r"default.*built in", shown)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- name: a\n for: 1 h\n", "rules.yaml cannot be read: line 3"),
        ("- name: a\n  polcy: {}\n", "Rule 'a': polcy"),
        ("- {name: a, receivers: [ops]}\n", "Rule 'a': receivers 'ops' is no receiver"),
    ],
)
def test_a_file_with_a_mistake_changes_nothing(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(message)):
        run("apply", written("- name: b\n" + text))
    assert [each["name"] for each in told("list")["rules"]] == ["default"]


def test_a_file_that_is_not_there_is_wrong_usage() -> None:
    assert run("apply", "nowhere.yaml").exit_code == 2
