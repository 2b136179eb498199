"""The dashboard of the installed wheel in a real browser: frontend/e2e drives Chromium against servers started here.

Pictures of every page end up in build/screens, to be looked at; that of a failed test is called failed-...
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Running
from tests.e2e.installed import ROOT, install, package_of
from tests.e2e.operating import Operator, reached

SCREENS = ROOT / "build" / "screens"
KEY = "a-long-random-string"
SECONDS = 900
READY_SECONDS = 180
# what has an engine of its own; the rest are pages, which share one
APART = ("e2e/journey.e2e.ts", "e2e/live.e2e.ts", "e2e/restarted/**", "e2e/keyed/**")


@pytest.fixture(scope="session")
def command(short_dir: Path) -> str:
    """The `carbon-nexus` command of the wheel; and no picture of an older run is there."""
    shutil.rmtree(SCREENS, ignore_errors=True)
    folder = short_dir / "installed"
    installed = install(folder)
    assert package_of(installed).is_relative_to(folder)
    return str(installed)


@pytest.fixture
def demo(serve: Callable[..., Running], command: str) -> Callable[..., Running]:
    """Starts the demo. The first forecast of a new install is compiled first: no page has to wait for that."""

    def begin(**settings: str) -> Running:
        server = serve("demo", command=command, **settings)
        httpx.get(f"{server.url}/emissions/forecast", timeout=READY_SECONDS).raise_for_status()
        return server

    return begin


def drive(server: Running, *arguments: str, **variables: str) -> None:
    """Run the browser's tests in these folders or files against this server."""
    command = [sys.executable, "frontend/build.py", "run", "--silent", "e2e", "--", *arguments]
    told = {"CARBON_NEXUS_URL": server.url, "NO_COLOR": "1", **variables}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-2000:]}"


def wait_for_demo(server: Running) -> None:
    """Until the replay has come as far as the last 24 hours, and something stands out."""
    deadline = time.monotonic() + READY_SECONDS
    while not (server.get("/emissions/current").json()["current_rate"] and server.get("/hotspots").json()):
        assert time.monotonic() < deadline, "the demo never showed anything"
        time.sleep(0.2)


def test_the_page_is_the_wheels(serve: Callable[..., Running], command: str) -> None:
    server = serve("serve", command=command)
    page = package_of(Path(command)) / "web" / "dist" / "index.html"
    assert server.get("/app").content == page.read_bytes()


def test_a_file_becomes_a_decision_and_an_open_page_survives_a_restart(
    serve: Callable[..., Running], demo: Callable[..., Running], command: str
) -> None:
    server = demo()
    with reached(Operator(server, serve, command)) as operator:
        drive(server, "e2e/journey", "e2e/live", "e2e/restarted", CARBON_NEXUS_OPERATOR=operator)


def test_the_pages_work_with_demo_data(demo: Callable[..., Running]) -> None:
    server = demo(DETECTION_POLICY="ratio")  # under the other policy it depends on the day what is found
    wait_for_demo(server)
    drive(server, *(f"--exclude={each}" for each in APART))


def test_an_engine_with_keys_is_asked_with_one(serve: Callable[..., Running], command: str) -> None:
    drive(serve("serve", command=command, API_KEYS=KEY), "e2e/keyed", CARBON_NEXUS_KEY=KEY)
