"""Running the commands of a page as a reader would: in one shell, with the installed command, and comparing answers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.docs.pages import Block, blocks
from tests.e2e.conftest import environment

MARK = "@@ block"
STAND_IN = Path(__file__).parent / "curl.py"


class Shown(str):
    """A number as the page shows it: right when the answer rounds to it."""


def answers_of(page: Path, place: Path, port: int, prepare: str = "") -> list[str]:
    """What each bash block of the page printed, run in `place` after `prepare`.

    The only thing changed is the port, because 8000 may be taken here.
    """
    commands = [block.text.replace(":8000", f":{port}") for block in blocks(page) if block.language == "bash"]
    script = f"set -euo pipefail; {prepare}\n" + "".join(f"echo '{MARK}'\n{command}" for command in commands)
    done = subprocess.run(["bash", "-c", script], env=_environment(place), cwd=place, capture_output=True, text=True,
                          timeout=180)  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout.split(f"{MARK}\n")[1:]


def shown_after_each(page: Path) -> list[Block | None]:
    """For each bash block the answer that the page shows before the next one; None where it shows none."""
    shown: list[Block | None] = []
    for block in blocks(page):
        if block.language == "bash":
            shown.append(None)
        elif block.language in ("text", "json") and shown:
            shown[-1] = block
    return shown


def holds(answer: Any, shown: Any) -> None:
    """What is shown is in the answer; the answer may have more fields and more digits."""
    if isinstance(shown, Shown):
        digits = len(shown.partition(".")[2])
        assert round(answer, digits) == float(shown)
    elif isinstance(shown, dict):
        for name, value in shown.items():
            holds(answer[name], value)
    elif isinstance(shown, list):
        for one, value in zip(answer, shown, strict=True):
            holds(one, value)
    else:
        assert answer == shown


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
