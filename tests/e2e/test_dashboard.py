"""The dashboard in a real browser: frontend/e2e drives Chromium against servers started here.

Pictures of every page end up in build/screens, to be looked at.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Running

ROOT = Path(__file__).parents[2]
KEY = "a-long-random-string"
SECONDS = 900
READY_SECONDS = 90


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


def test_the_pages_work_with_demo_data(serve: Callable[..., Running]) -> None:
    server = serve("demo", DETECTION_POLICY="ratio")  # under the other policy it depends on the day what is found
    wait_for_demo(server)
    drive(server, "--exclude", "e2e/keyed/**")


def test_an_engine_with_keys_is_asked_with_one(serve: Callable[..., Running]) -> None:
    drive(serve("serve", API_KEYS=KEY), "e2e/keyed", CARBON_NEXUS_KEY=KEY)
