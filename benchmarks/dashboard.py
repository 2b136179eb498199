"""What the dashboard costs a browser and the API, against its budgets.

    make frontend && python benchmarks/dashboard.py [--data-dir DIRECTORY]

A store of a million events and 100,000 hotspots (`dashboard_store.py`) is served by `carbon-nexus serve --no-worker`.
Chromium opens Pulse and Hotspots with an empty cache (frontend/e2e/budget.ts): JavaScript transferred for the first
page, and when it is interactive, with the processor as it is and slowed down fourfold. Interactive as Lighthouse
has it and stricter: the latest of first contentful paint, the first panel with its answer, and the end of the last task
of over 50 ms before 5 s without one. Browser, server and database share the machine, so its load is part of every time;
processor time of the page's main thread is told beside.
Every API call that the pages were seen to make is then asked over kept connections: alone, and all calls of the page
at once over six, as a browser asks them. DIRECTORY keeps the filled store for the next run.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
from api import ask, connect, serving
from dashboard_store import counts, prepared
from rich.console import Console
from rich.table import Table
from servers import machine

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "src" / "carbon_nexus" / "web" / "dist" / "assets"
PAGES = ("/", "/hotspots")
# what a person does next: other orders, filters and parts; the newest active hotspot's page comes on top
FURTHER = (
    "/?by=scope",
    "/hotspots?state=all",
    "/hotspots?state=all&sort=-excess_kg",
    "/hotspots?state=resolved&level=critical&type=factory&sort=-percent_above",
    "/hotspots?state=all&q=r-1",
    "/alerts",
)
EVENTS, HOTSPOTS = 1_000_000, 100_000
RUNS, ROUNDS = 7, 40
SLOWED = 4
CONNECTIONS_OF_A_BROWSER = 6
BUDGET_JS_KB, BUDGET_INTERACTIVE_MS, BUDGET_CALL_MS = 250, 1500, 200


@dataclass
class Call:
    """One API call, the first page that makes it, and milliseconds alone and with the page's others."""

    page: str
    path: str
    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    answer_bytes: int = 0


def opened(port: int, runs: int, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """What Chromium saw of each address; its shape is that of frontend/e2e/budget.ts."""
    command = [sys.executable, str(ROOT / "frontend" / "build.py"), "run", "--silent", "budget", "--"]
    environment = os.environ | {"CARBON_NEXUS_URL": f"http://127.0.0.1:{port}"}
    told = subprocess.run(
        [*command, str(runs), f"1,{SLOWED}", *addresses], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return list(json.loads(told.stdout))


def transferred(seen: dict[str, Any], ending: str) -> tuple[float, float]:
    """kB of these files as they came, with headers, and as the build packed them."""
    files = [each for each in seen["transfers"] if each["path"].endswith(ending)]
    return sum(each["bytes"] for each in files) / 1e3, sum(_packed_bytes(each["path"]) for each in files) / 1e3


def _packed_bytes(path: str) -> int:
    built = ASSETS / Path(path).name
    packed = built.with_name(built.name + ".gz")
    return (packed if packed.exists() else built).stat().st_size


def calls_of(pages: Sequence[dict[str, Any]]) -> list[Call]:
    """Every call once, under the first page that makes it."""
    first: dict[str, Call] = {}
    for seen in pages:
        for path in seen["calls"]:
            first.setdefault(path, Call(seen["address"], path))
    return list(first.values())


def measure(port: int, calls: Sequence[Call], rounds: int) -> None:
    """Add the times of so many rounds: each call alone, then all of a page at once, as a browser asks them."""
    connections = [connect(port) for _ in range(CONNECTIONS_OF_A_BROWSER)]
    for turn in range(rounds + 1):  # the first requests of a connection pool open its connections
        for call in calls:
            _time(connections[0], call, call.alone if turn else [])
        for page in dict.fromkeys(call.page for call in calls):
            _ask_at_once(connections, [call for call in calls if call.page == page], bool(turn))


def _ask_at_once(connections: Sequence[http.client.HTTPConnection], calls: Sequence[Call], counts: bool) -> None:
    free: Queue[http.client.HTTPConnection] = Queue()
    for connection in connections:
        free.put(connection)

    def one(call: Call) -> None:
        connection = free.get()
        _time(connection, call, call.beside if counts else [])
        free.put(connection)

    with ThreadPoolExecutor(len(connections)) as threads:
        for _ in threads.map(one, calls):
            pass


def _time(connection: http.client.HTTPConnection, call: Call, times: list[float]) -> None:
    started = time.perf_counter()
    status, body = ask(connection, call.path)
    times.append(1000 * (time.perf_counter() - started))
    assert status == 200, (call.path, status, body[:200])
    call.answer_bytes = len(body)


def first_hotspot(port: int) -> str:
    """The address of the newest active hotspot's page."""
    return f"/hotspots/{json.loads(ask(connect(port), '/hotspots?status=active&limit=1')[1])[0]['id']}"


def report_pages(pages: Sequence[dict[str, Any]]) -> Table:
    """What the first page transfers, and when each page is interactive."""
    table = Table("figure", title="Pages, with an empty cache")
    for head in ("budget", "measured", "held"):
        table.add_column(head, justify="right")
    js, packed = transferred(pages[0], ".js")
    table.add_row(f"JavaScript of {pages[0]['address']}, gzip kB", f"{BUDGET_JS_KB}", f"{js:.0f} (files {packed:.0f})",
                  _held(js, BUDGET_JS_KB))  # fmt: skip
    table.add_row(f"CSS of {pages[0]['address']}, gzip kB", "", f"{transferred(pages[0], '.css')[0]:.0f}", "")
    for seen in pages:
        slowed, usual = seen["openings"][str(SLOWED)], seen["openings"]["1"]
        rest = "; ".join(f"{_median(slowed, name):.0f}" for name in ("painted", "complete", "blocked"))
        table.add_row(f"{seen['address']} interactive, slowed x {SLOWED}, ms", f"{BUDGET_INTERACTIVE_MS}",
                      _spread(slowed, "interactive"),
                      _held(_median(slowed, "interactive"), BUDGET_INTERACTIVE_MS))  # fmt: skip
        table.add_row("  first paint; all panels; blocked", "", rest, "")
        table.add_row("  reference: interactive as the processor is", "", _spread(usual, "interactive"), "")
        table.add_row("  processor time of the main thread", "", _spread(usual, "processor"), "")
    return table


def report_calls(calls: Sequence[Call]) -> Table:
    """Milliseconds of every call; held is what stays below the budget even with the page's others."""
    table = Table("page", "call", title="API calls, ms: alone, and all of a page at once")
    for head in ("p50", "p95", "at once\np50", "at once\np95", "bytes", f"p95 < {BUDGET_CALL_MS}"):
        table.add_column(head, justify="right")
    for call in calls:
        ms = [float(np.percentile(times, share)) for times in (call.alone, call.beside) for share in (50, 95)]
        held = _held(max(ms[1], ms[3]), BUDGET_CALL_MS)
        table.add_row(call.page[:24], call.path[:90], *(f"{each:.0f}" for each in ms), f"{call.answer_bytes:,}", held)
    return table


def _median(openings: Sequence[dict[str, float]], name: str) -> float:
    return float(np.median([each[name] for each in openings]))


def _spread(openings: Sequence[dict[str, float]], name: str) -> str:
    return f"{_median(openings, name):.0f} (worst {max(each[name] for each in openings):.0f})"


def _held(measured: float, budget: float) -> str:
    return "yes" if measured <= budget else "NO"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="keep the filled store here, or use the one that is here")
    parser.add_argument("--events", type=int, default=EVENTS, help="events of a store that is filled")
    parser.add_argument("--hotspots", type=int, default=HOTSPOTS, help="its hotspots")
    parser.add_argument("--runs", type=int, default=RUNS, help="times each page is opened at each speed")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times each call is asked alone, and at once")
    arguments = parser.parse_args()
    console = Console(width=170)
    console.print(machine())
    with prepared(arguments.data_dir, arguments.events, arguments.hotspots) as store:
        events, hotspots, active = counts(store)
        console.print(f"{events:,} events, {hotspots:,} hotspots, {active:,} of them active")
        with serving(store) as port:
            opened(port, 0, PAGES)  # the first requests of a server are its slowest
            pages = opened(port, arguments.runs, PAGES)
            console.print(report_pages(pages))
            calls = calls_of([*pages, *opened(port, 0, [*FURTHER, first_hotspot(port)])])
            measure(port, calls, arguments.rounds)
            console.print(report_calls(calls))


if __name__ == "__main__":
    main()
