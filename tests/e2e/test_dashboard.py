"""The dashboard of the installed wheel in a real browser: frontend/e2e drives Chromium against servers started here.

Pictures of every page end up in build/screens, to be looked at; that of a failed test is called failed-...
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Running
from tests.e2e.installed import ROOT, install, package_of
from tests.e2e.operating import Operator, operating, reached
from tests.e2e.test_watching import HOUR, history, readings, this_hour, upload

SCREENS = ROOT / "build" / "screens"
WORKS = "Mill Lane Works"
KEY = "a-long-random-string"
SECONDS = 1500
READY_SECONDS = 180
# what has a test of its own here; the rest are the pages
APART = ("e2e/journey.e2e.ts", "e2e/live.e2e.ts", "e2e/restarted/**", "e2e/keyed/**")


@pytest.fixture(scope="module")
def command(short_dir: Path) -> str:
    """The `carbon-nexus` command of the wheel; and no picture of an older run is there."""
    shutil.rmtree(SCREENS, ignore_errors=True)
    folder = short_dir / "installed"
    installed = install(folder)
    assert package_of(installed).is_relative_to(folder)
    return str(installed)


@pytest.fixture(scope="module")
def operator(short_dir: Path, command: str) -> Iterator[Operator]:
    """Runs one engine with demo data for the whole file, and something that stands out whatever day it is."""
    with operating(command, short_dir / "dashboard") as running:
        wait_for_demo(running.server)
        now = this_hour()
        upload(running.server, history(WORKS, now - 4 * HOUR) + readings(WORKS, now - 4 * HOUR, 4, factor=1.9))
        yield running


def wait_for_demo(server: Running) -> None:
    """Until the replay has come as far as the last 24 hours, and the first forecast of a new install is compiled."""
    httpx.get(f"{server.url}/emissions/forecast", timeout=READY_SECONDS).raise_for_status()
    deadline = time.monotonic() + READY_SECONDS
    while not server.get("/emissions/current").json()["current_rate"]:
        assert time.monotonic() < deadline, "the demo never showed anything"
        time.sleep(0.2)


def drive(server: Running, *arguments: str, **variables: str) -> None:
    """Run the browser's tests in these folders or files against this server."""
    command = [sys.executable, "frontend/build.py", "run", "--silent", "e2e", "--", *arguments]
    told = {"CARBON_NEXUS_URL": server.url, "NO_COLOR": "1", **variables}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-2000:]}"


def test_the_page_is_the_wheels(operator: Operator) -> None:
    page = package_of(Path(operator.command)) / "web" / "dist" / "index.html"
    assert operator.server.get("/app").content == page.read_bytes()


def test_a_file_becomes_a_decision_and_open_pages_stay_live(operator: Operator) -> None:
    drive(operator.server, "e2e/journey", "e2e/live")


def test_the_pages_work_with_demo_data(operator: Operator) -> None:
    drive(operator.server, *(f"--exclude={each}" for each in APART))


def test_an_open_page_survives_a_restart(operator: Operator) -> None:
    with reached(operator) as address:
        drive(operator.server, "e2e/restarted", CARBON_NEXUS_OPERATOR=address)


def test_an_engine_with_keys_is_asked_with_one(serve: Callable[..., Running], command: str) -> None:
    drive(serve("serve", command=command, API_KEYS=KEY), "e2e/keyed", CARBON_NEXUS_KEY=KEY)
