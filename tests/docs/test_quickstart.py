"""QUICKSTART.md is run: every bash block, in one shell, with the installed command; shown answers are the real ones."""

import json
import re
import socket
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import QUICKSTART, ROOT, blocks
from tests.docs.shell import Shown, answers_of, holds, shown_after_each


def test_every_shown_answer_is_the_real_one(answers: list[str]) -> None:
    shown = shown_after_each(QUICKSTART)
    assert len(answers) == len(shown)
    assert sum(block is not None for block in shown) == 6
    for answer, block in zip(answers, shown, strict=True):
        if block is not None and block.language == "text":
            assert _plain(answer) == _plain(block.text)
        elif block is not None:
            holds(json.loads(answer.strip().splitlines()[-1]), json.loads(block.text, parse_float=Shown))


def test_the_shell_ends_well_and_leaves_nothing_behind(answers: list[str], place: Path) -> None:
    assert answers
    assert [path.name for path in place.iterdir() if path.name != "bin"] == []


def test_the_install_block_names_a_make_target_and_what_it_makes() -> None:
    (install,) = [block.text for block in blocks(QUICKSTART) if block.language == "sh"]
    makes, activates = install.splitlines()
    made = subprocess.run([*makes.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert activates == ". .venv/bin/activate"


@pytest.fixture(scope="module")
def place(short_dir: Path) -> Path:
    """A directory to work in that other users may enter."""
    path = short_dir / "quickstart"
    path.mkdir()
    return path


@pytest.fixture(scope="module")
def answers(place: Path) -> list[str]:
    """What each bash block printed to standard output."""
    port = _free_port()
    settings = f"export API_PORT={port}; trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"
    return answers_of(QUICKSTART, place, port, settings)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _plain(text: str) -> list[str]:
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "an id", text)
    return [re.sub(r"\s+", " ", line).strip() for line in text.strip().splitlines()]
