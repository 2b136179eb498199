"""QUICKSTART.md is run: every bash block, in one shell, with the installed command; shown answers are the real ones.

The only thing changed is the port, because 8000 may be taken here.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import QUICKSTART, ROOT, Block, blocks
from tests.e2e.conftest import environment

MARK = "@@ block"
STAND_IN = Path(__file__).parent / "curl.py"


class Shown(str):
    """A number as the page shows it: right when the answer rounds to it."""


def test_every_shown_answer_is_the_real_one(answers: list[str]) -> None:
    shown = _shown_after_each()
    assert len(answers) == len(shown)
    assert sum(block is not None for block in shown) == 5
    for answer, block in zip(answers, shown, strict=True):
        if block is not None and block.language == "text":
            assert _plain(answer) == _plain(block.text)
        elif block is not None:
            _holds(json.loads(answer.strip().splitlines()[-1]), json.loads(block.text, parse_float=Shown))


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
    done = subprocess.run(["bash", "-c", _script(_free_port())], env=_environment(place), cwd=place,
                          capture_output=True, text=True, timeout=180)  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout.split(f"{MARK}\n")[1:]


def _script(port: int) -> str:
    commands = [block.text.replace(":8000", f":{port}") for block in blocks(QUICKSTART) if block.language == "bash"]
    settings = f"set -euo pipefail; export API_PORT={port}; trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
    return settings + "".join(f"echo '{MARK}'\n{command}" for command in commands)


def _environment(place: Path) -> dict[str, str]:
    path = [str(Path(sys.executable).parent), os.environ["PATH"]]
    if shutil.which("curl") is None:  # some minimal systems have none
        path.insert(1, str(_stand_in_for_curl(place / "bin")))
    plain = {name: value for name, value in environment(place).items() if name != "CARBON_NEXUS_DATA_DIR"}
    return plain | {"PATH": os.pathsep.join(path), "TMPDIR": str(place)}


def _stand_in_for_curl(directory: Path) -> Path:
    directory.mkdir()
    command = directory / "curl"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" "$@"\n')
    command.chmod(0o755)
    return directory


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _shown_after_each() -> list[Block | None]:
    """For each bash block the answer that the page shows before the next one; None where it shows none."""
    shown: list[Block | None] = []
    for block in blocks(QUICKSTART):
        if block.language == "bash":
            shown.append(None)
        elif block.language in ("text", "json"):
            shown[-1] = block
    return shown


def _plain(text: str) -> list[str]:
    return [re.sub(r"\s+", " ", line).strip() for line in text.strip().splitlines()]


def _holds(answer: Any, shown: Any) -> None:
    """What is shown is in the answer; the answer may have more fields and more digits."""
    if isinstance(shown, Shown):
        digits = len(shown.partition(".")[2])
        assert round(answer, digits) == float(shown)
    elif isinstance(shown, dict):
        for name, value in shown.items():
            _holds(answer[name], value)
    elif isinstance(shown, list):
        for one, value in zip(answer, shown, strict=True):
            _holds(one, value)
    else:
        assert answer == shown
